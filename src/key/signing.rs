//! The private operation, by ring.

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_SHA256, RsaKeyPair,
};

use super::curve::Curve;
use crate::error::Error;

/// A key that ring signs with. ring keeps its own copy of the private numbers and does not wipe it.
pub(super) enum SigningKey {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// From RSAPrivateKey (PKCS#1) whose numbers belong together. Keys that ring does not sign with are `None`: fewer
    /// than 2048 or more than 4096 bits, a length that is no multiple of 512, an exponent below 65537, more than two
    /// primes.
    pub(super) fn rsa(pkcs1: &[u8]) -> Option<Self> {
        RsaKeyPair::from_der(pkcs1).ok().map(|pair| Self::Rsa(Box::new(pair)))
    }

    /// From a scalar of the curve's length and the uncompressed public point, which must belong together. Curves
    /// that ring does not sign on are `None`.
    pub(super) fn ecdsa(curve: Curve, scalar: &[u8], point: &[u8]) -> Result<Option<Self>, Error> {
        let algorithm = match curve {
            Curve::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
            Curve::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
            Curve::P521 | Curve::Secp256k1 => return Ok(None),
        };
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, point, &SystemRandom::new())
            .map(|pair| Some(Self::Ecdsa(pair)))
            .map_err(|_rejected| invalid("EC", "the public part does not belong to the private part"))
    }

    /// From a seed of 32 octets.
    pub(super) fn ed25519(seed: &[u8]) -> Result<Self, Error> {
        Ed25519KeyPair::from_seed_unchecked(seed)
            .map(Self::Ed25519)
            .map_err(|_rejected| invalid("Ed25519", "it does not have 32 octets"))
    }

    /// The public part as ring computes it.
    pub(super) fn public(&self) -> &[u8] {
        match self {
            Self::Rsa(pair) => pair.public_key().as_ref(),
            Self::Ecdsa(pair) => pair.public_key().as_ref(),
            Self::Ed25519(pair) => pair.public_key().as_ref(),
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let failed = |_unspecified| Error::Crypto { operation: "sign" };
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Self::Ecdsa(pair) => Ok(pair.sign(&random, message).map_err(failed)?.as_ref().to_vec()),
            Self::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }
}

pub(super) fn invalid(algorithm: &str, reason: &'static str) -> Error {
    Error::InvalidKey { algorithm: algorithm.to_owned(), reason }
}
