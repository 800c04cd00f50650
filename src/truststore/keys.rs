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
    /// ECDSA on a named curve whose order has fewer than 224 bits.
    ShortCurve,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// DSA.
    Dsa,
}

impl KeyKind {
    /// Everything that can sign: what OpenSSL verifies, if its security level lets it.
    pub(super) const EVERY: &[Self] = &[
        Self::Rsa,
        Self::RsaPss,
        Self::NistCurve,
        Self::OtherCurve,
        Self::ShortCurve,
        Self::Ed25519,
        Self::Ed448,
        Self::Dsa,
    ];

    /// None for keys that cannot sign, curves that are not named (RFC 5480 section 2.1.1), and what is not known.
    pub(super) fn of(algorithm: &Algorithm) -> Option<Self> {
        Some(match algorithm {
            Algorithm::Rsa { .. } => Self::Rsa,
            Algorithm::RsaPss { .. } => Self::RsaPss,
            Algorithm::EcdsaP256 | Algorithm::EcdsaP384 | Algorithm::EcdsaP521 => Self::NistCurve,
            Algorithm::EcOther(curve) if is_short(curve) => Self::ShortCurve,
            Algorithm::Secp256k1 | Algorithm::EcOther(_) => Self::OtherCurve,
            Algorithm::Ed25519 => Self::Ed25519,
            Algorithm::Ed448 => Self::Ed448,
            Algorithm::Dsa => Self::Dsa,
            _ => return None,
        })
    }
}

/// Whether the order of a curve has fewer than 224 bits: those of SEC 2, ANSI X9.62, RFC 5639 and WAP WTLS, by their
/// dotted OIDs.
fn is_short(curve: &str) -> bool {
    const FAMILIES: [(&str, &[u32]); 5] = [
        ("1.3.132.0.", &[1, 2, 4, 5, 6, 7, 8, 9, 15, 22, 23, 24, 25, 28, 29, 30, 31]),
        ("1.2.840.10045.3.0.", &[1, 2, 3, 4, 5, 6, 7, 10]),
        ("1.2.840.10045.3.1.", &[1, 2, 3]),
        ("1.3.36.3.3.2.8.1.1.", &[1, 2, 3, 4]),
        ("2.23.43.1.4.", &[1, 3, 4, 5, 6, 7, 8, 9]),
    ];
    FAMILIES.iter().any(|(family, short)| {
        let last = curve.strip_prefix(family).and_then(|last| last.parse().ok());
        last.is_some_and(|last| short.contains(&last))
    })
}
