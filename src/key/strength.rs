//! How much the encryption of a private key protects.

use std::fmt;

use super::cipher::Cipher;
use super::kdf::Kdf;
use super::scheme::{EncryptionScheme, Scheme};

/// How much an encryption protects when its file is stolen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Strength {
    /// The cipher itself is broken or too short: 40-bit keys, DES, RC2, RC4.
    Broken,
    /// A guess costs almost nothing: one round of MD5, or a few thousand iterations.
    Weak,
    /// What certwright writes, or comparable.
    Strong,
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Broken => "broken",
            Self::Weak => "weak",
            Self::Strong => "strong",
        })
    }
}

/// log2 of scrypt's N times r from which on guessing is slow enough: N=2^14, r=8.
const ENOUGH_SCRYPT: u32 = 17;

impl EncryptionScheme {
    /// How much the encryption protects, or nothing where the scheme is not known well enough to say.
    #[must_use]
    pub fn strength(&self) -> Option<Strength> {
        match &self.0 {
            Scheme::Pbes2 { kdf, cipher, .. } => Some(cipher_strength(*cipher).min(kdf_strength(kdf))),
            Scheme::Legacy { cipher, .. } => Some(cipher_strength(*cipher).min(Strength::Weak)),
            Scheme::Unsupported(_) => None,
        }
    }
}

const fn cipher_strength(cipher: Cipher) -> Strength {
    match cipher {
        Cipher::Aes128 | Cipher::Aes192 | Cipher::Aes256 => Strength::Strong,
        Cipher::Aes128Gcm | Cipher::Aes192Gcm | Cipher::Aes256Gcm => Strength::Strong,
        Cipher::Camellia128 | Cipher::Camellia192 | Cipher::Camellia256 => Strength::Strong,
        Cipher::Aria128 | Cipher::Aria192 | Cipher::Aria256 => Strength::Strong,
        Cipher::TripleDes | Cipher::TwoKeyTripleDes => Strength::Weak,
        Cipher::Blowfish | Cipher::Cast5 | Cipher::Idea => Strength::Weak,
        Cipher::Des | Cipher::Rc2 { .. } | Cipher::Rc4 { .. } => Strength::Broken,
    }
}

fn kdf_strength(kdf: &Kdf) -> Strength {
    let enough = match kdf {
        Kdf::Pbkdf2 { prf, iterations, .. } => *iterations >= prf.enough_iterations(),
        Kdf::Scrypt { log_n, r, .. } => {
            u32::from(*log_n).saturating_add(r.checked_ilog2().unwrap_or(0)) >= ENOUGH_SCRYPT
        }
    };
    if enough { Strength::Strong } else { Strength::Weak }
}
