//! The headers of RFC 1421 by which OpenSSL marks an encrypted PKCS#1 or SEC1 key.

use super::cipher::Cipher;
use super::scheme::{Derivation, EncryptionScheme, Scheme, Unsupported};
use crate::digest::from_hex;
use crate::error::Error;

const WHAT: &str = "the DEK-Info header";

/// The encryption that the headers of a PEM block announce.
pub(super) fn scheme(headers: &[(String, String)]) -> Result<Option<EncryptionScheme>, Error> {
    let header = |name: &str| headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v);
    let encrypted = header("Proc-Type").is_some_and(|value| value.ends_with("ENCRYPTED"));
    match header("DEK-Info") {
        Some(value) => read(value).map(Some),
        None if encrypted => Err(Error::decode(WHAT, "Proc-Type says ENCRYPTED, but DEK-Info is missing")),
        None => Ok(None),
    }
}

fn read(value: &str) -> Result<EncryptionScheme, Error> {
    let (name, iv) = value.split_once(',').unwrap_or((value, ""));
    let name = name.trim();
    // OpenSSL compares without regard to case.
    let cipher = match name.to_ascii_uppercase().as_str() {
        "AES-128-CBC" => Cipher::Aes128,
        "AES-192-CBC" => Cipher::Aes192,
        "AES-256-CBC" => Cipher::Aes256,
        "DES-EDE3-CBC" => Cipher::TripleDes,
        "DES-EDE-CBC" => Cipher::TwoKeyTripleDes,
        "DES-CBC" => Cipher::Des,
        "RC2-CBC" => Cipher::Rc2 { key_length: 16, effective_bits: 128 },
        "RC2-64-CBC" => Cipher::Rc2 { key_length: 8, effective_bits: 64 },
        "RC2-40-CBC" => Cipher::Rc2 { key_length: 5, effective_bits: 40 },
        "CAMELLIA-128-CBC" => Cipher::Camellia128,
        "CAMELLIA-192-CBC" => Cipher::Camellia192,
        "CAMELLIA-256-CBC" => Cipher::Camellia256,
        "ARIA-128-CBC" => Cipher::Aria128,
        "ARIA-192-CBC" => Cipher::Aria192,
        "ARIA-256-CBC" => Cipher::Aria256,
        "BF-CBC" => Cipher::Blowfish,
        "CAST5-CBC" => Cipher::Cast5,
        "IDEA-CBC" => Cipher::Idea,
        other => return Ok(EncryptionScheme(Scheme::Unsupported(unsupported(name, openssl_has(other))))),
    };
    let iv = from_hex(iv.trim())
        .filter(|iv| iv.len() == cipher.iv_length())
        .ok_or_else(|| Error::decode(WHAT, "the initialisation vector does not have the cipher's length"))?;
    Ok(EncryptionScheme(Scheme::Legacy { derivation: Derivation::DekInfo { iv }, cipher }))
}

/// A cipher that is not opened here.
fn unsupported(cipher: &str, openssl: bool) -> Unsupported {
    const LEGACY: [&str; 3] = ["BF-", "CAST5-", "SEED-"];
    let legacy = LEGACY.iter().any(|name| cipher.starts_with(name));
    Unsupported { name: format!("DEK-Info, {cipher}"), openssl: Some(openssl), legacy }
}

/// Whether OpenSSL 3.0 has a cipher by this name in its default provider, and takes it for keys, which was measured.
fn openssl_has(cipher: &str) -> bool {
    matches!(
        cipher.split('-').collect::<Vec<_>>().as_slice(),
        ["AES" | "ARIA" | "CAMELLIA", "128" | "192" | "256", "CFB" | "CFB1" | "CFB8" | "CTR" | "OFB"]
            | ["AES", "128" | "192" | "256", "WRAP"]
            | ["DES", "EDE" | "EDE3", "CFB" | "OFB"]
            | ["DES", "EDE3", "CFB1" | "CFB8"]
            | ["SM4", "CBC" | "CFB" | "CTR" | "OFB"]
            | ["CHACHA20"]
    )
}
