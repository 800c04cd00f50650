//! AlgorithmIdentifier (RFC 5280 section 4.1.1.2): an OID and its parameters.

use super::algorithm::Algorithm;
use super::curve::Curve;
use super::explicit;
use super::oid::{self, Oid};
use crate::der::{self, Element, tag};
use crate::error::Error;

/// An algorithm as a structure names it.
#[derive(Clone, Copy)]
pub(super) struct Identifier<'a> {
    pub(super) oid: Oid,
    pub(super) parameters: Option<Element<'a>>,
    /// The whole SEQUENCE, byte-exact.
    pub(super) raw: &'a [u8],
}

impl<'a> Identifier<'a> {
    pub(super) fn read(what: &'static str, bytes: &'a [u8]) -> Result<Self, Error> {
        let parts = der::children(what, tag::SEQUENCE, bytes)?;
        let (name, parameters) = match parts.as_slice() {
            [name] => (name, None),
            [name, parameters] => (name, Some(*parameters)),
            _ => return Err(Error::decode(what, "an AlgorithmIdentifier has one or two elements")),
        };
        Ok(Self { oid: oid::read(what, name)?, parameters, raw: bytes })
    }

    /// Whether the parameters are absent or NULL, which writers confuse.
    pub(super) fn has_no_parameters(&self) -> bool {
        self.parameters.is_none_or(|p| p.raw == NULL)
    }

    /// Whether the parameters can be those of an EC key: a name, or else numbers (RFC 5480 section 2.1.1).
    pub(super) fn has_curve(&self) -> bool {
        self.curve().is_some() || self.parameters.is_some_and(|p| p.tag == tag::SEQUENCE)
    }

    /// The curve of an EC key that is given by its numbers, where they are those of a named one.
    pub(super) fn recognised(&self) -> Option<Oid> {
        self.parameters.as_ref().and_then(explicit::curve).map(Curve::oid)
    }

    /// The named curve of an EC key.
    pub(super) fn curve(&self) -> Option<Oid> {
        self.parameters.filter(|p| p.tag == tag::OID).and_then(|p| Oid::from_bytes(p.contents).ok())
    }
}

/// The DER of NULL.
pub(super) const NULL: [u8; 2] = [tag::NULL, 0];

/// The DER of an object identifier.
pub(super) fn encode_oid(oid: Oid) -> Vec<u8> {
    der::element(tag::OID, oid.as_bytes())
}

/// The DER of an AlgorithmIdentifier with these encoded parameters.
pub(super) fn encode(oid: Oid, parameters: &[u8]) -> Vec<u8> {
    der::sequence(&[&encode_oid(oid)[..], parameters])
}

/// The DER of the AlgorithmIdentifier under which a key of this kind signs.
pub(super) fn signature(algorithm: &Algorithm) -> Option<&'static [u8]> {
    // sha256WithRSAEncryption with NULL (RFC 4055 section 5), the others without parameters
    // (RFC 5758 section 3.2, RFC 8410 section 3).
    match algorithm {
        Algorithm::Rsa { .. } => Some(b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"),
        Algorithm::EcdsaP256 => Some(b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"),
        Algorithm::EcdsaP384 => Some(b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03"),
        Algorithm::Ed25519 => Some(b"\x30\x05\x06\x03\x2b\x65\x70"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_identifiers_are_the_registered_ones() {
        let of = |algorithm| signature(&algorithm).unwrap();
        assert_eq!(of(Algorithm::Rsa { bits: 2048 }), encode(oid::RSA_SHA256, &NULL));
        assert_eq!(of(Algorithm::EcdsaP256), encode(oid::ECDSA_SHA256, &[]));
        assert_eq!(of(Algorithm::EcdsaP384), encode(oid::ECDSA_SHA384, &[]));
        assert_eq!(of(Algorithm::Ed25519), encode(oid::ED25519, &[]));
        assert!(signature(&Algorithm::EcdsaP521).is_none());
    }
}
