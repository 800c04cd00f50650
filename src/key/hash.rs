//! The hashes that derive keys and authenticate files, in HMAC or by themselves.

use std::fmt;

use super::oid::Oid;

/// A hash of the SHA-1 and SHA-2 families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512_224,
    Sha512_256,
}

impl Hash {
    /// The hash in this HMAC (RFC 8018 appendix B.1.2).
    pub(super) fn of_hmac(algorithm: Oid) -> Option<Self> {
        match algorithm.to_string().strip_prefix("1.2.840.113549.2.")? {
            "7" => Some(Self::Sha1),
            "8" => Some(Self::Sha224),
            "9" => Some(Self::Sha256),
            "10" => Some(Self::Sha384),
            "11" => Some(Self::Sha512),
            "12" => Some(Self::Sha512_224),
            "13" => Some(Self::Sha512_256),
            _ => None,
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha1 => "SHA1",
            Self::Sha224 => "SHA224",
            Self::Sha256 => "SHA256",
            Self::Sha384 => "SHA384",
            Self::Sha512 => "SHA512",
            Self::Sha512_224 => "SHA512/224",
            Self::Sha512_256 => "SHA512/256",
        })
    }
}
