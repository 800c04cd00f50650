//! What kinds of keys there are: those that certwright generates, and those that it meets.

use std::fmt;
use std::str::FromStr;

use super::identifier::Identifier;
use super::oid::{self, Oid};
use crate::error::Error;

/// The kinds of keys that certwright generates.
///
/// `Display` and `FromStr` use the names of the command line: `p256`, `p384`, `ed25519`, `rsa-2048`, `rsa-3072`
/// and `rsa-4096`. Prefer the default; RSA is for peers that cannot do better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// ECDSA on NIST P-256, signing with SHA-256: fast, small, and read by everything.
    #[default]
    EcdsaP256,
    /// ECDSA on NIST P-384, signing with SHA-384.
    EcdsaP384,
    /// Ed25519 (RFC 8410). Browsers and several managed services do not take it.
    Ed25519,
    /// RSA with 2048 bits.
    Rsa2048,
    /// RSA with 3072 bits.
    Rsa3072,
    /// RSA with 4096 bits.
    Rsa4096,
}

impl KeyType {
    /// Every kind, the default first.
    pub const ALL: [Self; 6] =
        [Self::EcdsaP256, Self::EcdsaP384, Self::Ed25519, Self::Rsa2048, Self::Rsa3072, Self::Rsa4096];

    const fn name(self) -> &'static str {
        match self {
            Self::EcdsaP256 => "p256",
            Self::EcdsaP384 => "p384",
            Self::Ed25519 => "ed25519",
            Self::Rsa2048 => "rsa-2048",
            Self::Rsa3072 => "rsa-3072",
            Self::Rsa4096 => "rsa-4096",
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for KeyType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            Error::syntax("key type", text, "expected p256, p384, ed25519, rsa-2048, rsa-3072 or rsa-4096")
        })
    }
}

/// The algorithm that a key is for, as its SubjectPublicKeyInfo names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA (PKCS#1), for any padding.
    Rsa {
        /// The length of the modulus.
        bits: usize,
    },
    /// RSA restricted to PSS signatures.
    RsaPss {
        /// The length of the modulus.
        bits: usize,
    },
    /// NIST P-256 (prime256v1, secp256r1).
    EcdsaP256,
    /// NIST P-384 (secp384r1).
    EcdsaP384,
    /// NIST P-521 (secp521r1).
    EcdsaP521,
    /// The curve of several crypto-currencies.
    Secp256k1,
    /// Another named curve, by its dotted OID.
    EcOther(String),
    /// A curve given by its numbers instead of its name (RFC 5480 section 2.1.1 forbids it).
    EcExplicit,
    /// Signatures on Edwards' curve over 2^255-19.
    Ed25519,
    /// Signatures on the Goldilocks curve.
    Ed448,
    /// Key agreement on Curve25519: cannot sign.
    X25519,
    /// Key agreement on Curve448: cannot sign.
    X448,
    /// The Digital Signature Algorithm of FIPS 186, withdrawn in 2023.
    Dsa,
    /// Anything else, by its dotted OID.
    Other(String),
}

impl Algorithm {
    /// The algorithm of a key under this identifier, with a modulus of so many bits if it is RSA.
    pub(super) fn of(identifier: &Identifier<'_>, bits: usize) -> Self {
        match identifier.oid {
            oid::RSA => Self::Rsa { bits },
            oid::RSA_PSS => Self::RsaPss { bits },
            oid::EC => Self::of_curve(identifier),
            oid::ED25519 => Self::Ed25519,
            oid::ED448 => Self::Ed448,
            oid::X25519 => Self::X25519,
            oid::X448 => Self::X448,
            oid::DSA => Self::Dsa,
            other => Self::Other(other.to_string()),
        }
    }

    fn of_curve(identifier: &Identifier<'_>) -> Self {
        match identifier.curve() {
            Some(oid::P256) => Self::EcdsaP256,
            Some(oid::P384) => Self::EcdsaP384,
            Some(oid::P521) => Self::EcdsaP521,
            Some(oid::SECP256K1) => Self::Secp256k1,
            Some(other) => Self::EcOther(other.to_string()),
            None => Self::EcExplicit,
        }
    }
}

/// The name under which people know a curve that certwright only carries.
fn curve_name(dotted: &str) -> Option<&'static str> {
    const NAMES: &[(Oid, &str)] = &[
        (Oid::new_unwrap("1.2.840.10045.3.1.1"), "P-192"),
        (Oid::new_unwrap("1.3.132.0.33"), "P-224"),
        (Oid::new_unwrap("1.3.36.3.3.2.8.1.1.7"), "brainpoolP256r1"),
        (Oid::new_unwrap("1.3.36.3.3.2.8.1.1.11"), "brainpoolP384r1"),
        (Oid::new_unwrap("1.3.36.3.3.2.8.1.1.13"), "brainpoolP512r1"),
        (Oid::new_unwrap("1.2.156.10197.1.301"), "SM2"),
    ];
    NAMES.iter().find(|(curve, _)| curve.to_string() == dotted).map(|(_, name)| *name)
}

/// The name of an algorithm that certwright only meets.
fn algorithm_name(dotted: &str) -> Option<&'static str> {
    const NAMES: &[(&str, &str)] = &[
        ("1.2.840.113549.1.3.1", "Diffie-Hellman"),
        ("1.2.840.10046.2.1", "Diffie-Hellman (X9.42)"),
        ("1.2.643.2.2.19", "GOST R 34.10-2001"),
        ("1.2.643.7.1.1.1.1", "GOST R 34.10-2012, 256 bits"),
        ("1.2.643.7.1.1.1.2", "GOST R 34.10-2012, 512 bits"),
        ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
        ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
        ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
        ("2.16.840.1.101.3.4.4.1", "ML-KEM-512"),
        ("2.16.840.1.101.3.4.4.2", "ML-KEM-768"),
        ("2.16.840.1.101.3.4.4.3", "ML-KEM-1024"),
    ];
    NAMES.iter().find(|(oid, _)| *oid == dotted).map(|(_, name)| *name)
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA {bits} bits"),
            Self::RsaPss { bits } => write!(f, "RSA-PSS {bits} bits"),
            Self::EcdsaP256 => f.write_str("ECDSA P-256"),
            Self::EcdsaP384 => f.write_str("ECDSA P-384"),
            Self::EcdsaP521 => f.write_str("ECDSA P-521"),
            Self::Secp256k1 => f.write_str("ECDSA secp256k1"),
            Self::EcOther(curve) => match curve_name(curve) {
                Some(name) => write!(f, "EC {name}"),
                None => write!(f, "EC on curve {curve}"),
            },
            Self::EcExplicit => f.write_str("EC with explicit parameters"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Ed448 => f.write_str("Ed448"),
            Self::X25519 => f.write_str("X25519"),
            Self::X448 => f.write_str("X448"),
            Self::Dsa => f.write_str("DSA"),
            Self::Other(oid) => match algorithm_name(oid) {
                Some(name) => f.write_str(name),
                None => write!(f, "algorithm {oid}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_key_types_read_back() {
        for kind in KeyType::ALL {
            assert_eq!(kind.to_string().parse::<KeyType>().unwrap(), kind);
        }
        assert_eq!("P256".parse::<KeyType>().unwrap_err().kind(), "syntax");
        assert_eq!(KeyType::default(), KeyType::EcdsaP256);
    }
}
