//! Which algorithm signed a certificate, and how strong its digest is.

use std::fmt;

use crate::der::{self, tag};
use crate::key::pss_strength;
use crate::oid::Oid;

/// The algorithm of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureAlgorithm {
    /// Its name, or its object identifier where it has none here. For people; programs compare
    /// [`SignatureAlgorithm::oid`].
    pub name: String,
    /// The bits of the digest that is signed; `None` where the algorithm has none of its own (Ed25519), or
    /// where it is unknown.
    pub digest_bits: Option<u32>,
    der: Vec<u8>,
}

/// DER content of the identifier, name, digest (RFC 3279, 5758, 8017, 8410).
const KNOWN: &[(&[u8], &str, Option<u32>)] = &[
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 2], "RSA with MD2", Some(128)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4], "RSA with MD5", Some(128)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5], "RSA with SHA-1", Some(160)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 14], "RSA with SHA-224", Some(224)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11], "RSA with SHA-256", Some(256)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12], "RSA with SHA-384", Some(384)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13], "RSA with SHA-512", Some(512)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 15], "RSA with SHA-512/224", Some(224)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 16], "RSA with SHA-512/256", Some(256)),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 13], "RSA with SHA3-224", Some(224)),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 14], "RSA with SHA3-256", Some(256)),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 15], "RSA with SHA3-384", Some(384)),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 16], "RSA with SHA3-512", Some(512)),
    (&[0x2b, 0x24, 3, 3, 1, 2], "RSA with RIPEMD-160", Some(160)),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1], "ECDSA with SHA-1", Some(160)),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 1], "ECDSA with SHA-224", Some(224)),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], "ECDSA with SHA-256", Some(256)),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3], "ECDSA with SHA-384", Some(384)),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4], "ECDSA with SHA-512", Some(512)),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 9], "ECDSA with SHA3-224", Some(224)),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 10], "ECDSA with SHA3-256", Some(256)),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 11], "ECDSA with SHA3-384", Some(384)),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 12], "ECDSA with SHA3-512", Some(512)),
    (&[0x2b, 0x65, 0x70], "Ed25519", None),
    (&[0x2b, 0x65, 0x71], "Ed448", None),
];

/// RSASSA-PSS, whose digest stands in its parameters.
const PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];

impl SignatureAlgorithm {
    /// What a DER AlgorithmIdentifier names.
    pub(crate) fn from_der(identifier: &[u8]) -> Self {
        let oid = oid(identifier);
        let (name, digest_bits) = match KNOWN.iter().find(|(known, _, _)| *known == oid) {
            Some((_, name, digest_bits)) => ((*name).to_owned(), *digest_bits),
            None if oid == PSS => pss(identifier),
            None => {
                (Oid::from_content(oid).map_or_else(|_| "unknown".to_owned(), |oid| oid.to_string()), None)
            }
        };
        Self { name, digest_bits, der: identifier.to_vec() }
    }

    /// The AlgorithmIdentifier in DER, with its parameters.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its object identifier; `None` where it is malformed.
    #[must_use]
    pub fn oid(&self) -> Option<Oid> {
        Oid::from_content(oid(&self.der)).ok()
    }
}

/// The content octets of the identifier in an AlgorithmIdentifier; none where that is malformed.
fn oid(identifier: &[u8]) -> &[u8] {
    let parts = der::children("an algorithm", tag::SEQUENCE, identifier).unwrap_or_default();
    parts.first().filter(|part| part.tag == tag::OID).map_or(&[], |oid| oid.contents)
}

/// Name and digest of RSASSA-PSS: those of its hash, or of its mask's where that is weaker.
fn pss(identifier: &[u8]) -> (String, Option<u32>) {
    let parts = der::children("an algorithm", tag::SEQUENCE, identifier).unwrap_or_default();
    let (hash, bits) = pss_strength(parts.get(1).map(|parameters| parameters.raw));
    (format!("RSA-PSS with {hash}"), bits)
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
