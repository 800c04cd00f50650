//! ECDSA on every curve whose arithmetic is here (FIPS 186-5 section 6.4.2).

use p256::ecdsa::signature::hazmat::PrehashVerifier;

use crate::key::curve::Curve;

/// Defines the verification on one curve: the crates' types have no trait in common that says it shorter.
macro_rules! verifier {
    ($name:ident, $curve:ident) => {
        fn $name(key: &[u8], digest: &[u8], signature: &[u8]) -> Option<bool> {
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
            // Bitcoin's rule that S is the lower of two is not one of X.509.
            let signature = $curve::ecdsa::Signature::from_der(signature).ok()?.normalize_s();
            Some(key.verify_prehash(digest, &signature).is_ok())
        }
    };
}

verifier!(p256, p256);
verifier!(p384, p384);
verifier!(p521, p521);
verifier!(secp256k1, k256);

/// Whether it is the signature over that digest. A key or signature that cannot be read is not.
pub(super) fn verify(curve: Curve, key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    let Some(point) = curve.uncompressed(key) else { return false };
    let digest = widened(digest, curve);
    let verified = match curve {
        Curve::P256 => p256(&point, &digest, signature),
        Curve::P384 => p384(&point, &digest, signature),
        Curve::P521 => p521(&point, &digest, signature),
        Curve::Secp256k1 => secp256k1(&point, &digest, signature),
    };
    verified.unwrap_or(false)
}

/// The same number in as many octets as the order has at least: the crates refuse digests that are much shorter,
/// which OpenSSL's default of SHA-256 is for P-521.
fn widened(digest: &[u8], curve: Curve) -> Vec<u8> {
    let missing = curve.scalar_length().saturating_sub(digest.len());
    [vec![0; missing].as_slice(), digest].concat()
}
