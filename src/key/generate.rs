//! New keys.

#[cfg(feature = "rsa")]
#[path = "generate_rsa.rs"]
mod rsa;
#[cfg(not(feature = "rsa"))]
#[path = "generate_no_rsa.rs"]
mod rsa;

use super::algorithm::KeyType;
use super::curve::Curve;
use super::{PrivateKey, identifier, info, oid, sec1, understand};
use crate::der::{self, tag};
use crate::error::Error;
use crate::random;
use crate::secret::Zeroizing;

pub(super) fn generate(kind: KeyType) -> Result<PrivateKey, Error> {
    match kind {
        KeyType::EcdsaP256 => ec(Curve::P256, oid::P256),
        KeyType::EcdsaP384 => ec(Curve::P384, oid::P384),
        KeyType::Ed25519 => ed25519(),
        KeyType::Rsa2048 => understand::pkcs1(&rsa::generate(kind, 2048)?),
        KeyType::Rsa3072 => understand::pkcs1(&rsa::generate(kind, 3072)?),
        KeyType::Rsa4096 => understand::pkcs1(&rsa::generate(kind, 4096)?),
    }
}

/// A scalar drawn until it is in range (FIPS 186-5 appendix A.2.2): once in 2^32 draws for P-256 it is not.
fn ec(curve: Curve, name: oid::Oid) -> Result<PrivateKey, Error> {
    let mut scalar = Zeroizing::new(vec![0; curve.scalar_length()]);
    let point = loop {
        random::fill(&mut scalar)?;
        if let Some(point) = curve.public_point(&scalar) {
            break point;
        }
    };
    let algorithm = identifier::encode(oid::EC, &identifier::encode_oid(name));
    understand::pkcs8(info::encode(&algorithm, &sec1::encode(&scalar, None, Some(&point))))
}

/// Version 1, as OpenSSL writes it and everything reads it (RFC 8410 section 7).
fn ed25519() -> Result<PrivateKey, Error> {
    let mut seed = Zeroizing::new([0; 32]);
    random::fill(seed.as_mut_slice())?;
    let key = Zeroizing::new(der::element(tag::OCTET_STRING, seed.as_slice()));
    understand::pkcs8(info::encode(&identifier::encode(oid::ED25519, &[]), &key))
}
