//! The digests under signatures.

use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use crate::key::oid::{self, Oid};

/// A digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The digest with this identifier.
    pub(super) fn of(identifier: Oid) -> Option<Self> {
        Some(match identifier {
            oid::SHA1 => Self::Sha1,
            oid::SHA224 => Self::Sha224,
            oid::SHA256 => Self::Sha256,
            oid::SHA384 => Self::Sha384,
            oid::SHA512 => Self::Sha512,
            _ => return None,
        })
    }

    /// That of `sha…WithRSAEncryption` (RFC 8017 appendix A.2.4).
    pub(super) fn of_rsa(identifier: Oid) -> Option<Self> {
        Some(match identifier {
            oid::RSA_SHA1 => Self::Sha1,
            oid::RSA_SHA224 => Self::Sha224,
            oid::RSA_SHA256 => Self::Sha256,
            oid::RSA_SHA384 => Self::Sha384,
            oid::RSA_SHA512 => Self::Sha512,
            _ => return None,
        })
    }

    /// That of `ecdsa-with-SHA…` (RFC 5758 section 3.2). Nobody signs with EC keys and SHA-1 any more.
    pub(super) fn of_ecdsa(identifier: Oid) -> Option<Self> {
        Some(match identifier {
            oid::ECDSA_SHA224 => Self::Sha224,
            oid::ECDSA_SHA256 => Self::Sha256,
            oid::ECDSA_SHA384 => Self::Sha384,
            oid::ECDSA_SHA512 => Self::Sha512,
            _ => return None,
        })
    }

    pub(super) fn oid(self) -> Oid {
        match self {
            Self::Sha1 => oid::SHA1,
            Self::Sha224 => oid::SHA224,
            Self::Sha256 => oid::SHA256,
            Self::Sha384 => oid::SHA384,
            Self::Sha512 => oid::SHA512,
        }
    }

    pub(super) fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha224 => Sha224::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}
