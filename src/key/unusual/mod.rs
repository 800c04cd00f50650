//! Signatures in the combinations that ring leaves out: P-521, secp256k1 and Ed448, other digests, PSS with any salt.
//! They are met in requests and in old chains. Everything here is public: the time that it takes may depend on it.

mod ecdsa;
mod hash;
mod rsa;

use super::algorithm::Algorithm;
use super::curve::Curve;
use super::identifier::Identifier;
use super::oid;
use super::pss::Parameters;
use super::public::PublicKey;
use hash::Hash;

/// Whether it is the key's signature; `None` where this combination is not known here either.
pub(super) fn verify(
    key: &PublicKey,
    identifier: &Identifier<'_>,
    message: &[u8],
    signature: &[u8],
) -> Option<bool> {
    let octets = &*key.regular();
    match (key.algorithm(), identifier.oid) {
        (Algorithm::Rsa { bits: 1024..=8192 } | Algorithm::RsaPss { bits: 1024..=8192 }, oid::RSA_PSS) => {
            let parameters = identifier.parameters.map_or(&[0x30, 0][..], |parameters| parameters.raw);
            rsa::pss(octets, &Parameters::read(parameters).ok()?, message, signature)
        }
        _ if !identifier.has_no_parameters() => None,
        (Algorithm::Rsa { bits: 1024..=8192 }, with) => {
            rsa::pkcs1(octets, Hash::of_rsa(with)?, message, signature)
        }
        (Algorithm::Ed448, oid::ED448) => Some(ed448(octets, message, signature)),
        (algorithm, with) => {
            let (curve, hash) = (Curve::of(algorithm)?, Hash::of_ecdsa(with)?);
            Some(ecdsa::verify(curve, octets, &hash.digest(message), signature))
        }
    }
}

/// RFC 8032 section 5.2.7, without a context.
fn ed448(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    use ed448_goldilocks::{Signature, VerifyingKey};
    let key = <[u8; 57]>::try_from(key).ok().and_then(|key| VerifyingKey::from_bytes(&key).ok());
    let signature = Signature::from_slice(signature).ok();
    key.zip(signature).is_some_and(|(key, signature)| key.verify_raw(&signature, message).is_ok())
}
