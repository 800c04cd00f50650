//! `-conv_form`: the form in which the point of an EC key is written (SEC 1 section 2.3.3).

use certwright::{Algorithm, Format, PrivateKey, PublicKey};

use super::Refusal;
use super::element::{BIT_STRING, Element, OCTET_STRING, SEQUENCE, explicit, written};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Uncompressed,
    Compressed,
    Hybrid,
}

impl Form {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "uncompressed" => Self::Uncompressed,
            "compressed" => Self::Compressed,
            "hybrid" => Self::Hybrid,
            _ => return None,
        })
    }

    /// The private key with its point in this form. The point is computed from the private number, whatever form it
    /// had.
    pub(super) fn of_private(self, key: &PrivateKey) -> Result<PrivateKey, Refusal> {
        let refused = || refused(key.public_key());
        if !has_point(key.public_key().algorithm()) {
            return Err(refused());
        }
        let der = key.danger_plain_der(Format::Sec1)?;
        let parts = Element::read(&der, SEQUENCE).ok_or_else(refused)?;
        let scalar = written(OCTET_STRING, &[parts.find(OCTET_STRING).ok_or_else(refused)?]);
        let curve = written(explicit(0), &[parts.find(explicit(0)).ok_or_else(refused)?]);
        let sec1 = |point: &[u8]| written(SEQUENCE, &[&[2, 1, 1], &scalar, &curve, point]);
        let whole = PrivateKey::read(&sec1(&[]), None)?;
        let point = self.written(whole.public_key()).ok_or_else(refused)?;
        let point = written(explicit(1), &[&written(BIT_STRING, &[&[0], &point])]);
        Ok(PrivateKey::read(&sec1(&point), None)?)
    }

    /// The public key with its point in this form.
    pub(super) fn of_public(self, key: &PublicKey) -> Result<PublicKey, Refusal> {
        let refused = || refused(key);
        let parts = Element::read(key.spki_der(), SEQUENCE).ok_or_else(refused)?;
        let algorithm = written(SEQUENCE, &[parts.find(SEQUENCE).ok_or_else(refused)?]);
        let point = self.written(key).ok_or_else(refused)?;
        let spki = written(SEQUENCE, &[&algorithm, &written(BIT_STRING, &[&[0], &point])]);
        Ok(PublicKey::from_spki_der(&spki)?)
    }

    /// The point in this form; none where both coordinates are needed and only one is at hand.
    fn written(self, key: &PublicKey) -> Option<Vec<u8>> {
        if !has_point(key.algorithm()) {
            return None;
        }
        let point = key.subject_public_key();
        let (parity, x) = match point {
            [form @ (2 | 3), x @ ..] => (form & 1, x),
            [4 | 6 | 7, both @ .., last] if both.len() % 2 == 1 => {
                (last & 1, both.get(..both.len().div_ceil(2))?)
            }
            _ => return None,
        };
        let first = match self {
            Self::Compressed => return Some([&[2 | parity], x].concat()),
            Self::Uncompressed => 4,
            Self::Hybrid => 6 | parity,
        };
        let is_whole = matches!(point, [4 | 6 | 7, ..]);
        is_whole.then(|| [&[first], point.get(1..).unwrap_or_default()].concat())
    }
}

/// Other keys are octets that mean something else, and may begin as a point does.
fn has_point(algorithm: &Algorithm) -> bool {
    use Algorithm::{EcExplicit, EcOther, EcdsaP256, EcdsaP384, EcdsaP521, Secp256k1};
    matches!(algorithm, EcdsaP256 | EcdsaP384 | EcdsaP521 | Secp256k1 | EcOther(_) | EcExplicit)
}

fn refused(key: &PublicKey) -> Refusal {
    Refusal::Point { algorithm: key.algorithm().to_string() }
}
