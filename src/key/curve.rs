//! The curves on which a public part can be computed from a private one.

use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use p256::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytesSize, PublicKey, SecretKey};

use super::algorithm::Algorithm;
use super::oid::{self, Oid};

/// A curve with its arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
    Secp256k1,
}

impl Curve {
    pub(super) const ALL: [Self; 4] = [Self::P256, Self::P384, Self::P521, Self::Secp256k1];

    pub(super) fn of(algorithm: &Algorithm) -> Option<Self> {
        match algorithm {
            Algorithm::EcdsaP256 => Some(Self::P256),
            Algorithm::EcdsaP384 => Some(Self::P384),
            Algorithm::EcdsaP521 => Some(Self::P521),
            Algorithm::Secp256k1 => Some(Self::Secp256k1),
            _ => None,
        }
    }

    /// The name of the curve.
    pub(super) const fn oid(self) -> Oid {
        match self {
            Self::P256 => oid::P256,
            Self::P384 => oid::P384,
            Self::P521 => oid::P521,
            Self::Secp256k1 => oid::SECP256K1,
        }
    }

    /// Whether keys on it sign here.
    pub(super) const fn signs(self) -> bool {
        matches!(self, Self::P256 | Self::P384)
    }

    /// The octets of a scalar (SEC 1 section C.4: the length of the group order).
    pub(super) const fn scalar_length(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The uncompressed generator: the public point of 1.
    pub(super) fn generator(self) -> Option<Vec<u8>> {
        let mut one = vec![0; self.scalar_length()];
        *one.last_mut()? = 1;
        self.public_point(&one)
    }

    /// The uncompressed public point of a scalar of the right length; none for 0 or beyond the order.
    pub(super) fn public_point(self, scalar: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::P256 => point::<p256::NistP256>(scalar),
            Self::P384 => point::<p384::NistP384>(scalar),
            Self::P521 => point::<p521::NistP521>(scalar),
            Self::Secp256k1 => point::<k256::Secp256k1>(scalar),
        }
    }

    /// The same point without compression; none if it is not on the curve.
    pub(super) fn uncompressed(self, point: &[u8]) -> Option<Vec<u8>> {
        let mut point = point.to_vec();
        // The hybrid form (X9.62 section 4.3.6) is the uncompressed one with the parity of y in its first octet.
        if let [form @ (6 | 7), .., last] = point.as_mut_slice() {
            if *form & 1 != *last & 1 {
                return None;
            }
            *form = 4;
        }
        match self {
            Self::P256 => uncompressed::<p256::NistP256>(&point),
            Self::P384 => uncompressed::<p384::NistP384>(&point),
            Self::P521 => uncompressed::<p521::NistP521>(&point),
            Self::Secp256k1 => uncompressed::<k256::Secp256k1>(&point),
        }
    }
}

fn point<C>(scalar: &[u8]) -> Option<Vec<u8>>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let secret = SecretKey::<C>::from_slice(scalar).ok()?;
    Some(secret.public_key().to_sec1_point(false).as_bytes().to_vec())
}

fn uncompressed<C>(point: &[u8]) -> Option<Vec<u8>>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let public = PublicKey::<C>::from_sec1_bytes(point).ok()?;
    Some(public.to_sec1_point(false).as_bytes().to_vec())
}
