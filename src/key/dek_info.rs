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
    let is_of_names = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if name.is_empty() || !name.chars().all(is_of_names) {
        return Err(Error::decode(WHAT, "it does not begin with the name of a cipher and a comma"));
    }
    // OpenSSL compares without regard to case.
    let usual = name.to_ascii_uppercase();
    let usual = usual_name(&usual);
    let Some(cipher) = cipher(usual) else {
        return Ok(EncryptionScheme(Scheme::Unsupported(unsupported(name, usual))));
    };
    // OpenSSL reads as many digits as the vector has, and does not look at what follows.
    let digits: String = iv.split_whitespace().collect();
    let iv = digits.get(..cipher.iv_length().saturating_mul(2)).and_then(from_hex).ok_or_else(|| {
        Error::decode(
            WHAT,
            "the initialisation vector does not have the cipher's length, or is not hexadecimal",
        )
    })?;
    Ok(EncryptionScheme(Scheme::Legacy { derivation: Derivation::DekInfo { iv }, cipher }))
}

/// The name under which OpenSSL writes a cipher that it reads under this one, too.
fn usual_name(name: &str) -> &str {
    match name {
        "AES128" => "AES-128-CBC",
        "AES192" => "AES-192-CBC",
        "AES256" => "AES-256-CBC",
        "DES3" => "DES-EDE3-CBC",
        "DES" => "DES-CBC",
        "DESX" => "DESX-CBC",
        "RC2" | "RC2-128" => "RC2-CBC",
        "RC2-64" => "RC2-64-CBC",
        "RC2-40" => "RC2-40-CBC",
        "CAMELLIA128" => "CAMELLIA-128-CBC",
        "CAMELLIA192" => "CAMELLIA-192-CBC",
        "CAMELLIA256" => "CAMELLIA-256-CBC",
        "ARIA128" => "ARIA-128-CBC",
        "ARIA192" => "ARIA-192-CBC",
        "ARIA256" => "ARIA-256-CBC",
        "BF" | "BLOWFISH" => "BF-CBC",
        "CAST" | "CAST-CBC" => "CAST5-CBC",
        "IDEA" => "IDEA-CBC",
        "SEED" => "SEED-CBC",
        "SM4" => "SM4-CBC",
        "SM4-CFB128" => "SM4-CFB",
        "SM4-OFB128" => "SM4-OFB",
        other => other,
    }
}

fn cipher(name: &str) -> Option<Cipher> {
    Some(match name {
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
        _ => return None,
    })
}

/// A cipher that is not opened here. Which of them OpenSSL 3.0 has for keys, in its default provider and in that of
/// old ciphers, was measured. OIDs, which it takes for names, too, were not.
fn unsupported(written: &str, usual: &str) -> Unsupported {
    let parts: Vec<_> = usual.split('-').collect();
    let has = matches!(
        parts.as_slice(),
        ["AES" | "ARIA" | "CAMELLIA", "128" | "192" | "256", "CFB" | "CFB1" | "CFB8" | "CTR" | "OFB"]
            | ["AES", "128" | "192" | "256", "WRAP"]
            | ["AES128" | "AES192" | "AES256", "WRAP"]
            | ["ID", "AES128" | "AES192" | "AES256", "WRAP"]
            | ["DES", "EDE" | "EDE3", "CFB" | "OFB"]
            | ["DES", "EDE3", "CFB1" | "CFB8"]
            | ["SM4", "CBC" | "CFB" | "CTR" | "OFB"]
            | ["CHACHA20"]
    );
    let legacy = matches!(
        parts.as_slice(),
        ["BF" | "CAST5" | "SEED" | "RC2", "CBC" | "CFB" | "OFB"]
            | ["DES", "CFB" | "CFB1" | "CFB8" | "OFB"]
            | ["DESX", "CBC"]
    );
    let openssl = (!usual.starts_with(|c: char| c.is_ascii_digit())).then_some(has);
    Unsupported { name: format!("DEK-Info, {written}"), openssl, legacy }
}
