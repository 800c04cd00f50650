//! Ciphers read from their AlgorithmIdentifier (RFC 8018 appendix B.2), each with its initialisation vector.

use super::cipher::Cipher;
use super::identifier::Identifier;
use super::oid::{self, Oid};
use super::scheme::Unsupported;
use super::scheme_id::{WHAT, malformed, octets, positive, small};
use crate::der::{self, tag};
use crate::error::Error;

/// A cipher and its initialisation vector, or one that is not supported.
type Chosen = Result<(Cipher, Vec<u8>), Unsupported>;

/// The cipher that is named, for a key of the length asked for.
pub(super) fn read(identifier: &Identifier<'_>, length: Option<usize>) -> Result<Chosen, Error> {
    let cipher = match identifier.oid {
        oid::AES128_CBC => Cipher::Aes128,
        oid::AES192_CBC => Cipher::Aes192,
        oid::AES256_CBC => Cipher::Aes256,
        oid::TRIPLE_DES_CBC => Cipher::TripleDes,
        oid::DES_CBC => Cipher::Des,
        oid::CAMELLIA128_CBC => Cipher::Camellia128,
        oid::CAMELLIA192_CBC => Cipher::Camellia192,
        oid::CAMELLIA256_CBC => Cipher::Camellia256,
        oid::ARIA128_CBC => Cipher::Aria128,
        oid::ARIA192_CBC => Cipher::Aria192,
        oid::ARIA256_CBC => Cipher::Aria256,
        oid::BLOWFISH_CBC => Cipher::Blowfish,
        oid::CAST5_CBC => Cipher::Cast5,
        oid::IDEA_CBC => Cipher::Idea,
        oid::AES128_GCM => return gcm_of(identifier, Cipher::Aes128Gcm, length),
        oid::AES192_GCM => return gcm_of(identifier, Cipher::Aes192Gcm, length),
        oid::AES256_GCM => return gcm_of(identifier, Cipher::Aes256Gcm, length),
        oid::RC2_CBC => return rc2_of(identifier, length),
        other => return Ok(Err(unsupported(other))),
    };
    let iv = identifier.parameters.ok_or_else(|| malformed("the cipher has no initialisation vector"))?;
    check_cipher(cipher, octets(&iv)?, length).map(Ok)
}

/// The nonce by itself, as RustCrypto writes it, or GCMParameters (RFC 5084 section 3.2), as Bouncy Castle does: the nonce
/// and the length of the tag, 12 where it is not said.
fn gcm_of(identifier: &Identifier<'_>, cipher: Cipher, length: Option<usize>) -> Result<Chosen, Error> {
    let parameters = identifier.parameters.ok_or_else(|| malformed("the cipher has no nonce"))?;
    let (nonce, tag) = match parameters.tag {
        tag::OCTET_STRING => (parameters, 16),
        _ => match der::children(WHAT, tag::SEQUENCE, parameters.raw)?.as_slice() {
            [nonce] => (*nonce, 12),
            [nonce, tag] => (*nonce, small(tag)?),
            _ => return Err(malformed("expected a nonce and the length of the tag")),
        },
    };
    let nonce = octets(&nonce)?;
    match (nonce.len(), tag) {
        (12, 16) => check_cipher(cipher, nonce, length).map(Ok),
        (nonce, tag) => {
            let name = format!("{cipher} with a nonce of {nonce} octets and a tag of {tag}");
            Ok(Err(Unsupported { name, openssl: Some(false), legacy: false }))
        }
    }
}

/// RC2-CBC-Parameter (RFC 8018 appendix B.2.3): the effective bits in a code, and the vector.
fn rc2_of(identifier: &Identifier<'_>, length: Option<usize>) -> Result<Chosen, Error> {
    let (version, iv) = match identifier.parameters {
        Some(iv) if iv.tag == tag::OCTET_STRING => (None, iv),
        Some(both) => match der::children(WHAT, tag::SEQUENCE, both.raw)?.as_slice() {
            [iv] => (None, *iv),
            [version, iv] => (Some(positive(version)?), *iv),
            _ => return Err(malformed("expected RC2 parameters")),
        },
        None => return Err(malformed("expected RC2 parameters")),
    };
    let effective_bits = match version {
        None => 32,
        Some(160) => 40,
        Some(120) => 64,
        Some(58) => 128,
        Some(bits @ 256..=1024) => usize::try_from(bits).unwrap_or(1024),
        Some(other) => {
            let name = format!("RC2-CBC with parameter version {other}");
            return Ok(Err(Unsupported { name, openssl: Some(false), legacy: false }));
        }
    };
    let key_length = length.unwrap_or(effective_bits.div_ceil(8));
    if key_length == 0 || key_length > 128 {
        return Err(malformed("the length of the RC2 key is out of range"));
    }
    check_cipher(Cipher::Rc2 { key_length, effective_bits }, octets(&iv)?, length).map(Ok)
}

fn check_cipher(cipher: Cipher, iv: &[u8], length: Option<usize>) -> Result<(Cipher, Vec<u8>), Error> {
    if iv.len() != cipher.iv_length() {
        return Err(malformed("the initialisation vector does not have the cipher's length"));
    }
    if length.is_some_and(|length| length != cipher.key_length()) {
        return Err(malformed("the length of the derived key is not the cipher's"));
    }
    Ok((cipher, iv.to_vec()))
}

/// A cipher that is not opened here, and whether OpenSSL 3.0 opens it by default, which was measured.
fn unsupported(cipher: Oid) -> Unsupported {
    let dotted = cipher.to_string();
    const KNOWN: &[(&str, &str, bool)] = &[
        ("2.16.840.1.101.3.4.1.3", "AES-128-OFB", true),
        ("2.16.840.1.101.3.4.1.4", "AES-128-CFB", true),
        ("2.16.840.1.101.3.4.1.23", "AES-192-OFB", true),
        ("2.16.840.1.101.3.4.1.24", "AES-192-CFB", true),
        ("2.16.840.1.101.3.4.1.43", "AES-256-OFB", true),
        ("2.16.840.1.101.3.4.1.44", "AES-256-CFB", true),
        ("2.16.840.1.101.3.4.1.1", "AES-128-ECB", true),
        ("2.16.840.1.101.3.4.1.21", "AES-192-ECB", true),
        ("2.16.840.1.101.3.4.1.41", "AES-256-ECB", true),
        ("1.2.840.113549.3.9", "RC5-CBC", false),
        ("1.2.410.200004.1.4", "SEED-CBC", false),
        ("1.2.156.10197.1.104.2", "SM4-CBC", true),
        ("1.2.643.2.2.21", "GOST 28147-89", false),
    ];
    const LEGACY: [&str; 1] = ["SEED-CBC"];
    match KNOWN.iter().find(|(oid, ..)| **oid == dotted) {
        Some((_, name, openssl)) => {
            Unsupported { name: (*name).to_owned(), openssl: Some(*openssl), legacy: LEGACY.contains(name) }
        }
        None => Unsupported { name: format!("cipher {dotted}"), openssl: None, legacy: false },
    }
}
