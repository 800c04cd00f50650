//! The public parts of keys of RFC 8410 that certwright carries without signing: OpenSSL writes only private parts.

use curve25519_dalek::MontgomeryPoint;
use ed448_goldilocks::SigningKey;

use super::oid::{self, Oid};

/// The public octets of a private key; none if it does not have the algorithm's length.
pub(super) fn public(algorithm: Oid, private: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        oid::X25519 => {
            let point = MontgomeryPoint::mul_base_clamped(private.try_into().ok()?);
            Some(point.to_bytes().to_vec())
        }
        oid::X448 => {
            let point = x448::x448_unchecked(private.try_into().ok()?, x448::X448_BASEPOINT_BYTES);
            Some(point.to_vec())
        }
        oid::ED448 => {
            let key = SigningKey::try_from(private).ok()?;
            Some(key.verifying_key().to_bytes().to_vec())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::{from_hex, hex};

    fn check(algorithm: Oid, private: &str, written: &str) {
        let computed = public(algorithm, &from_hex(private).unwrap()).unwrap();
        assert_eq!(hex(&computed), written);
        assert!(public(algorithm, &[1; 31]).is_none());
    }

    #[test]
    fn public_parts_are_those_that_openssl_computes() {
        // Test keys, made for this place.
        check(
            oid::X25519,
            "004f9cdbf7cde703254e4dc25134d69dc7d913bedf3e93d8157227c353d71a7b",
            "5e5fd4260e6a038812c6c9c2d03b7c50965c43d4312579a9fa17cb4a0facb600",
        );
        check(
            oid::X448,
            "8830c8cfa90e4620ab170261652cad5675e61f7045d43e1ae55de8a83c82b72d\
             ce56153132a7d177e3a0d249fb0ce6154bde5b3997b6759b",
            "846b0a0caccf0f9df5a7428b41e33d237b6dac60632cefd9bdea393f45ba0052\
             4e5796ebc6a673d80488fdf7dbac97dfc0293adc17e26058",
        );
        check(
            oid::ED448,
            "195405d5c172bd27133799f6922084ab032d81dde4285fc15c2cc2b67aecebdb\
             7d63f6de114be188c5310268f841f9cebe755f18bbe6d296b5",
            "bb03f1f600f22712d494cfd9f8026bfca0058c11373ac6d700323ba464f66056\
             22eba581f901f9a167e56edcdfee3351503fa349b79f9f4f00",
        );
    }
}
