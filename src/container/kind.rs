//! What a DER structure is, by its own shape.

use std::fmt;

use crate::der::{self, Element, tag};

/// What an item is. The content decides; where it has no shape that is known, the label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Certificate,
    Request,
    Crl,
    Pkcs8,
    EncryptedPkcs8,
    Pkcs1,
    Sec1,
    PublicKey,
    EcParameters,
    Pkcs12,
    Unknown,
}

impl Kind {
    /// The forms in which private keys stand alone in a file.
    pub(crate) const PRIVATE_KEYS: [Self; 4] = [Self::Pkcs8, Self::EncryptedPkcs8, Self::Pkcs1, Self::Sec1];

    /// What a block of this label should hold, where the label says it.
    pub(crate) fn of_label(label: &str) -> Option<Self> {
        Some(match label {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Self::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::Request,
            "X509 CRL" | "CRL" => Self::Crl,
            "PRIVATE KEY" => Self::Pkcs8,
            "ENCRYPTED PRIVATE KEY" => Self::EncryptedPkcs8,
            "RSA PRIVATE KEY" => Self::Pkcs1,
            "EC PRIVATE KEY" => Self::Sec1,
            "PUBLIC KEY" | "RSA PUBLIC KEY" => Self::PublicKey,
            "EC PARAMETERS" => Self::EcParameters,
            "PKCS12" => Self::Pkcs12,
            _ => return None,
        })
    }

    /// What one DER structure is. Its tags tell the kinds apart; nothing is decoded.
    pub(super) fn of_content(der: &[u8]) -> Self {
        match der::single("DER", der) {
            Ok(Element { tag: tag::SEQUENCE, contents, .. }) => of_sequence(contents),
            Ok(Element { tag: tag::OID, .. }) => Self::EcParameters,
            _ => Self::Unknown,
        }
    }
}

const VERSION_3: &[u8] = &[tag::INTEGER, 1, 3];

fn of_sequence(contents: &[u8]) -> Kind {
    // PKCS#12 is often BER inside, so that only its beginning can be relied on (RFC 7292 section 4).
    if contents.strip_prefix(VERSION_3).is_some_and(|rest| rest.first() == Some(&tag::SEQUENCE)) {
        return Kind::Pkcs12;
    }
    let Ok(fields) = der::elements("DER", contents) else { return Kind::Unknown };
    let tags: Vec<u8> = fields.iter().map(|field| field.tag).collect();
    match tags[..] {
        [tag::SEQUENCE, tag::SEQUENCE, tag::BIT_STRING] => fields.first().map_or(Kind::Unknown, signed),
        [tag::SEQUENCE, tag::OCTET_STRING] => Kind::EncryptedPkcs8,
        [tag::SEQUENCE, tag::BIT_STRING] => Kind::PublicKey,
        [tag::INTEGER, tag::SEQUENCE, tag::OCTET_STRING, tag::INTEGER, ..]
        | [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE, tag::OCTET_STRING, ..] => Kind::EcParameters,
        [tag::INTEGER, tag::SEQUENCE, tag::OCTET_STRING, ..] => Kind::Pkcs8,
        [tag::INTEGER, tag::OCTET_STRING, ..] => Kind::Sec1,
        [tag::INTEGER, tag::INTEGER] if rsa_public(&fields) => Kind::PublicKey,
        [tag::INTEGER, ..] if tags.len() >= 9 && pkcs1(&tags) => Kind::Pkcs1,
        _ => Kind::Unknown,
    }
}

/// RFC 8017 appendix A.1.1: a modulus and an exponent, which is short, while the numbers of a signature are both long.
/// Parameters of Diffie-Hellman (PKCS#3) are a long number and a short one, too: 2 or 5 with everybody who makes them.
fn rsa_public(fields: &[Element<'_>]) -> bool {
    let generator = |number: &[u8]| matches!(number, [2 | 5]);
    matches!(fields, [modulus, exponent] if modulus.contents.len() >= 64
        && exponent.contents.len() <= 8
        && !generator(exponent.contents))
}

/// RFC 8017 appendix A.1.2: nine INTEGERs, and other primes for keys of more than two.
fn pkcs1(tags: &[u8]) -> bool {
    let (integers, others) = tags.split_at_checked(9).unwrap_or((tags, &[]));
    integers.iter().all(|tag| *tag == tag::INTEGER) && matches!(others, [] | [tag::SEQUENCE])
}

const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Certificate, request and CRL share their outer form; the first fields of what is signed differ.
fn signed(body: &Element<'_>) -> Kind {
    const VERSION: u8 = tag::context_constructed(0);
    let Ok(fields) = der::elements("DER", body.contents) else { return Kind::Unknown };
    let tags: Vec<u8> = fields.iter().map(|field| field.tag).collect();
    match tags[..] {
        [VERSION, tag::INTEGER, tag::SEQUENCE, ..] => Kind::Certificate,
        // RFC 2986 section 4.1: version, subject, key, attributes (which some leave out).
        [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE]
        | [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE, VERSION] => Kind::Request,
        [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE, UTC_TIME | GENERALIZED_TIME, ..]
        | [tag::SEQUENCE, tag::SEQUENCE, UTC_TIME | GENERALIZED_TIME, ..] => Kind::Crl,
        // A certificate of version 1.
        [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE, tag::SEQUENCE, ..] => Kind::Certificate,
        _ => Kind::Unknown,
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Certificate => "a certificate",
            Self::Request => "a certificate request",
            Self::Crl => "a CRL",
            Self::Pkcs8 => "a private key",
            Self::EncryptedPkcs8 => "an encrypted private key",
            Self::Pkcs1 => "an RSA private key",
            Self::Sec1 => "an EC private key",
            Self::PublicKey => "a public key",
            Self::EcParameters => "EC parameters",
            Self::Pkcs12 => "a PKCS#12 file",
            Self::Unknown => "data of unknown kind",
        })
    }
}
