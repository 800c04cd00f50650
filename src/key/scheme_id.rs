//! Encryption schemes read from their AlgorithmIdentifier (RFC 8018 appendix A, RFC 7292 appendix C).

use pkcs8::der::Encode;
use pkcs8::pkcs5::pbes2::Parameters;

use super::cipher::Cipher;
use super::cipher_id;
use super::hash::{self, Hash};
use super::identifier::Identifier;
use super::kdf::{Iterations, Kdf};
use super::oid::{self, Oid};
use super::openssl::{openssl_derives, openssl_has};
use super::scheme::{Derivation, EncryptionScheme, Pbes1Hash, Scheme, Unsupported};
use crate::der::{self, Element, tag};
use crate::error::Error;

pub(super) const WHAT: &str = "an encrypted private key";

impl EncryptionScheme {
    /// The scheme that this DER AlgorithmIdentifier names. One that is not known becomes an unsupported scheme, with
    /// the best name there is.
    pub(super) fn read(algorithm: &[u8]) -> Result<Self, Error> {
        let identifier = Identifier::read(WHAT, algorithm)?;
        match identifier.oid {
            oid::PBES2 => pbes2(&identifier),
            oid::MD5_DES => pbes1(&identifier, Pbes1Hash::Md5, Cipher::Des),
            oid::MD5_RC2 => pbes1(&identifier, Pbes1Hash::Md5, rc2(64)),
            oid::SHA1_DES => pbes1(&identifier, Pbes1Hash::Sha1, Cipher::Des),
            oid::SHA1_RC2 => pbes1(&identifier, Pbes1Hash::Sha1, rc2(64)),
            oid::PKCS12_RC4_128 => pkcs12(&identifier, Hash::Sha1, Cipher::Rc4 { key_length: 16 }),
            oid::PKCS12_RC4_40 => pkcs12(&identifier, Hash::Sha1, Cipher::Rc4 { key_length: 5 }),
            oid::PKCS12_3DES => pkcs12(&identifier, Hash::Sha1, Cipher::TripleDes),
            oid::PKCS12_2DES => pkcs12(&identifier, Hash::Sha1, Cipher::TwoKeyTripleDes),
            oid::PKCS12_RC2_128 => pkcs12(&identifier, Hash::Sha1, rc2(128)),
            oid::PKCS12_RC2_40 => pkcs12(&identifier, Hash::Sha1, rc2(40)),
            oid::BC_SHA1_AES128 => pkcs12(&identifier, Hash::Sha1, Cipher::Aes128),
            oid::BC_SHA1_AES192 => pkcs12(&identifier, Hash::Sha1, Cipher::Aes192),
            oid::BC_SHA1_AES256 => pkcs12(&identifier, Hash::Sha1, Cipher::Aes256),
            oid::BC_SHA256_AES128 => pkcs12(&identifier, Hash::Sha256, Cipher::Aes128),
            oid::BC_SHA256_AES192 => pkcs12(&identifier, Hash::Sha256, Cipher::Aes192),
            oid::BC_SHA256_AES256 => pkcs12(&identifier, Hash::Sha256, Cipher::Aes256),
            other => Ok(unsupported(scheme_name(other), None, false)),
        }
    }
}

const fn rc2(bits: usize) -> Cipher {
    Cipher::Rc2 { key_length: bits / 8, effective_bits: bits }
}

fn unsupported(name: String, openssl: Option<bool>, legacy: bool) -> EncryptionScheme {
    EncryptionScheme(Scheme::Unsupported(Unsupported { name, openssl, legacy }))
}

fn pbes1(identifier: &Identifier<'_>, hash: Pbes1Hash, cipher: Cipher) -> Result<EncryptionScheme, Error> {
    let (salt, iterations) = salt_and_count(identifier)?;
    let derivation = Derivation::Pbes1 { hash, salt, iterations };
    Ok(EncryptionScheme(Scheme::Legacy { derivation, cipher }))
}

fn pkcs12(identifier: &Identifier<'_>, hash: Hash, cipher: Cipher) -> Result<EncryptionScheme, Error> {
    let (salt, iterations) = salt_and_count(identifier)?;
    let derivation = Derivation::Pkcs12 { hash, salt, iterations };
    Ok(EncryptionScheme(Scheme::Legacy { derivation, cipher }))
}

/// PBEParameter and pkcs-12PbeParams: a salt and a count.
fn salt_and_count(identifier: &Identifier<'_>) -> Result<(Vec<u8>, u64), Error> {
    match parameters(identifier)?.as_slice() {
        [salt, count] => Ok((octets(salt)?.to_vec(), positive(count)?)),
        _ => Err(malformed("expected a salt and an iteration count")),
    }
}

/// PBES2-params: a key derivation and a cipher, each an AlgorithmIdentifier.
fn pbes2(identifier: &Identifier<'_>) -> Result<EncryptionScheme, Error> {
    let parts = parameters(identifier)?;
    let [kdf, cipher] = parts.as_slice() else {
        return Err(malformed("expected a key derivation and a cipher"));
    };
    let (kdf, cipher) = (Identifier::read(WHAT, kdf.raw)?, Identifier::read(WHAT, cipher.raw)?);
    let (kdf, length) = match kdf.oid {
        oid::PBKDF2 => pbkdf2(&kdf)?,
        oid::SCRYPT => scrypt(&kdf)?,
        other => (Err(format!("key derivation {other}")), None),
    };
    let cipher = cipher_id::read(&cipher, length)?;
    match (kdf, cipher) {
        (Ok(kdf), Ok((cipher, iv))) => Ok(EncryptionScheme(Scheme::Pbes2 { kdf, cipher, iv })),
        (kdf, cipher) => {
            let (kdf, derives) = match kdf {
                Ok(kdf) => (kdf.to_string(), Some(openssl_derives(&kdf))),
                Err(name) => (name, None),
            };
            let (cipher, has, legacy) = match cipher {
                Ok((cipher, _)) => (cipher.to_string(), Some(openssl_has(cipher)), false),
                Err(found) => (found.name, found.openssl, found.legacy),
            };
            let openssl = match (derives, has) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), has) => has,
                (None, _) => None,
            };
            Ok(unsupported(format!("PBES2, {kdf}, {cipher}"), openssl, legacy && derives == Some(true)))
        }
    }
}

/// A key derivation or the name of one that is not supported, and the length of key asked for.
pub(super) type Derived = (Result<Kdf, String>, Option<usize>);

/// PBKDF2-params (RFC 8018 appendix A.2).
pub(super) fn pbkdf2(identifier: &Identifier<'_>) -> Result<Derived, Error> {
    let parts = parameters(identifier)?;
    let [salt, count, optional @ ..] = parts.as_slice() else {
        return Err(malformed("expected PBKDF2 parameters"));
    };
    let (salt, iterations) = (octets(salt)?.to_vec(), positive(count)?);
    let (length, optional) = match optional {
        [length, rest @ ..] if length.tag == tag::INTEGER => (Some(small(length)?), rest),
        rest => (None, rest),
    };
    let prf = match optional {
        // RFC 8018 appendix A.2: HMAC with SHA-1 is what is meant when nothing is said.
        [] => Ok(Hash::Sha1),
        [prf] => {
            let prf = Identifier::read(WHAT, prf.raw)?.oid;
            Hash::of_hmac(prf).ok_or_else(|| prf_name(prf))
        }
        _ => return Err(malformed("expected PBKDF2 parameters")),
    };
    let kdf = match prf {
        Ok(prf) => Ok(Kdf::Pbkdf2 { prf, salt, iterations }),
        Err(name) => Err(format!("PBKDF2-{name}, {}", Iterations(iterations))),
    };
    Ok((kdf, length))
}

/// scrypt-params (RFC 7914 section 7.1).
fn scrypt(identifier: &Identifier<'_>) -> Result<Derived, Error> {
    let parts = parameters(identifier)?;
    let [salt, n, r, p, optional @ ..] = parts.as_slice() else {
        return Err(malformed("expected scrypt parameters"));
    };
    let length = match optional {
        [] => None,
        [length] => Some(small(length)?),
        _ => return Err(malformed("expected scrypt parameters")),
    };
    let n = positive(n)?;
    if !n.is_power_of_two() || n < 2 {
        return Err(malformed("scrypt's N is no power of two"));
    }
    let (Ok(log_n), Ok(r), Ok(p)) =
        (u8::try_from(n.trailing_zeros()), u32::try_from(positive(r)?), u32::try_from(positive(p)?))
    else {
        return Err(malformed("scrypt parameters out of range"));
    };
    Ok((Ok(Kdf::Scrypt { salt: octets(salt)?.to_vec(), log_n, r, p }), length))
}

fn parameters<'a>(identifier: &Identifier<'a>) -> Result<Vec<Element<'a>>, Error> {
    let parameters = identifier.parameters.ok_or_else(|| malformed("its algorithm has no parameters"))?;
    der::children(WHAT, tag::SEQUENCE, parameters.raw)
}

pub(super) fn octets<'a>(element: &Element<'a>) -> Result<&'a [u8], Error> {
    match element.tag {
        tag::OCTET_STRING => Ok(element.contents),
        _ => Err(malformed("expected an OCTET STRING")),
    }
}

/// A positive INTEGER; one beyond 64 bits counts as the largest, which every limit refuses.
pub(super) fn positive(element: &Element<'_>) -> Result<u64, Error> {
    let negative = element.contents.first().is_none_or(|first| first & 0x80 != 0);
    if element.tag != tag::INTEGER || negative {
        return Err(malformed("expected a positive number"));
    }
    let value = element.contents.iter().try_fold(0u64, |value, octet| {
        value.checked_mul(256).and_then(|value| value.checked_add(u64::from(*octet)))
    });
    match value {
        Some(0) => Err(malformed("expected a positive number")),
        Some(value) => Ok(value),
        None => Ok(u64::MAX),
    }
}

pub(super) fn small(element: &Element<'_>) -> Result<usize, Error> {
    usize::try_from(positive(element)?).map_err(|_too_large| malformed("a length is out of range"))
}

pub(super) fn malformed(reason: &'static str) -> Error {
    Error::decode(WHAT, reason)
}

fn scheme_name(scheme: Oid) -> String {
    match scheme {
        oid::MD2_DES => "PBES1, MD2, DES-CBC".to_owned(),
        oid::MD2_RC2 => "PBES1, MD2, RC2-CBC".to_owned(),
        oid::PBMAC1 => "PBMAC1".to_owned(),
        other => format!("the scheme {other}"),
    }
}

fn prf_name(prf: Oid) -> String {
    let dotted = prf.to_string();
    hash::other_name(&dotted).map_or_else(|| format!("PRF {dotted}"), |name| format!("HMAC-{name}"))
}

/// The AlgorithmIdentifier of PBES2 with this derivation and AES-256-CBC.
pub(super) fn encode(kdf: &Kdf, iv: &[u8; 16]) -> Result<Vec<u8>, Error> {
    const REFUSED: Error = Error::Crypto { operation: "encode the parameters of the encryption" };
    let parameters = match kdf {
        Kdf::Pbkdf2 { salt, iterations, .. } => {
            let iterations = u32::try_from(*iterations).map_err(|_too_many| REFUSED)?;
            Parameters::generate_pbkdf2_sha256_aes256cbc(iterations, salt, *iv)
        }
        Kdf::Scrypt { salt, log_n, r, p } => {
            let cost = scrypt::Params::new(*log_n, *r, *p).map_err(|_out_of_range| REFUSED)?;
            Parameters::generate_scrypt_aes256cbc(cost, salt, *iv)
        }
    };
    let parameters = parameters.map_err(|_refused| REFUSED)?;
    pkcs8::pkcs5::EncryptionScheme::from(parameters).to_der().map_err(|_refused| REFUSED)
}
