//! Which kinds of keys sign under which algorithms: a key of another kind cannot have made a signature, whether it can be
//! checked here or not.

use super::algorithm::Algorithm;
use super::identifier::Identifier;
use super::oid::Oid;
use super::public::PublicKey;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Rsa,
    Dsa,
    Ec,
    Ed25519,
    Ed448,
}

/// The arcs of signature algorithms (RFC 3279, 4055, 5758, 8410, and NIST's).
const SIGNATURES: &[(&str, Family)] = &[
    ("1.2.840.113549.1.1.", Family::Rsa),
    ("1.3.36.3.3.1.", Family::Rsa),
    ("1.2.840.10040.4.3", Family::Dsa),
    ("1.2.840.10045.4.", Family::Ec),
    ("1.3.36.3.3.2.", Family::Ec),
    ("1.3.101.112", Family::Ed25519),
    ("1.3.101.113", Family::Ed448),
];

impl PublicKey {
    /// Whether a key of this kind signs under the algorithm of this DER AlgorithmIdentifier, as far as both are known.
    pub(crate) fn may_sign_under(&self, algorithm: &[u8]) -> bool {
        let signature = Identifier::read("a signature algorithm", algorithm).ok();
        let signature = signature.and_then(|identifier| of_signature(identifier.oid));
        signature.zip(of_key(self.algorithm())).is_none_or(|(signature, key)| signature == key)
    }
}

fn of_signature(oid: Oid) -> Option<Family> {
    let dotted = oid.to_string();
    if let Some(last) = dotted.strip_prefix("2.16.840.1.101.3.4.3.") {
        return match last.parse() {
            Ok(1..=8) => Some(Family::Dsa),
            Ok(9..=12) => Some(Family::Ec),
            Ok(13..=16) => Some(Family::Rsa),
            _ => None,
        };
    }
    SIGNATURES.iter().find(|(arc, _)| dotted.starts_with(arc)).map(|(_, family)| *family)
}

fn of_key(algorithm: &Algorithm) -> Option<Family> {
    use Algorithm::{
        Dsa, EcExplicit, EcOther, EcdsaP256, EcdsaP384, EcdsaP521, Ed448, Ed25519, Rsa, RsaPss, Secp256k1,
    };
    match algorithm {
        Rsa { .. } | RsaPss { .. } => Some(Family::Rsa),
        EcdsaP256 | EcdsaP384 | EcdsaP521 | Secp256k1 | EcOther(_) | EcExplicit => Some(Family::Ec),
        Dsa => Some(Family::Dsa),
        Ed25519 => Some(Family::Ed25519),
        Ed448 => Some(Family::Ed448),
        Algorithm::X25519 | Algorithm::X448 | Algorithm::Other(_) => None,
    }
}
