//! The kinds of keys that a reader verifies with.

use crate::key::Algorithm;

/// A kind of key, as far as readers tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyKind {
    /// RSA for any padding.
    Rsa,
    /// RSA restricted to PSS signatures.
    RsaPss,
    /// ECDSA on P-256, P-384 and P-521.
    NistCurve,
    /// ECDSA on another named curve.
    OtherCurve,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// DSA.
    Dsa,
}

impl KeyKind {
    /// Everything that can sign: what OpenSSL verifies.
    pub(super) const EVERY: &[Self] =
        &[Self::Rsa, Self::RsaPss, Self::NistCurve, Self::OtherCurve, Self::Ed25519, Self::Ed448, Self::Dsa];

    /// None for keys that cannot sign, curves that are not named (RFC 5480 section 2.1.1), and what is not known.
    pub(super) fn of(algorithm: &Algorithm) -> Option<Self> {
        Some(match algorithm {
            Algorithm::Rsa { .. } => Self::Rsa,
            Algorithm::RsaPss { .. } => Self::RsaPss,
            Algorithm::EcdsaP256 | Algorithm::EcdsaP384 | Algorithm::EcdsaP521 => Self::NistCurve,
            Algorithm::Secp256k1 | Algorithm::EcOther(_) => Self::OtherCurve,
            Algorithm::Ed25519 => Self::Ed25519,
            Algorithm::Ed448 => Self::Ed448,
            Algorithm::Dsa => Self::Dsa,
            _ => return None,
        })
    }
}
