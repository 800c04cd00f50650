//! Curves given by their numbers (ECParameters, SEC 1 section C.2), recognised by all of them.

use super::curve::Curve;
use crate::der::{self, Element, tag};
use crate::digest::from_hex;

/// The numbers of a curve over a prime field, y² = x³ + ax + b, in hexadecimal. Its cofactor is 1.
struct Numbers {
    curve: Curve,
    p: &'static str,
    a: &'static str,
    b: &'static str,
    order: &'static str,
}

/// SEC 2 version 2.0, sections 2.4 to 2.6.
const KNOWN: [Numbers; 4] = [
    Numbers {
        curve: Curve::P256,
        p: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        a: "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc",
        b: "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
        order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    },
    Numbers {
        curve: Curve::P384,
        p: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
        a: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc",
        b: "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
        order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    },
    Numbers {
        curve: Curve::P521,
        p: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
            ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        a: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
            fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc",
        b: "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109\
            e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
        order: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
            fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    },
    Numbers {
        curve: Curve::Secp256k1,
        p: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
        a: "",
        b: "07",
        order: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
    },
];

/// The curve whose numbers these are, all of them: another generator on the same curve makes other keys
/// (CVE-2020-0601). The seed, which says how the curve was found, changes nothing and is not looked at.
pub(super) fn curve(parameters: &Element<'_>) -> Option<Curve> {
    let parts = children(parameters)?;
    let [_version, field, equation, base, order, cofactor @ ..] = parts.as_slice() else { return None };
    let (field, equation) = (children(field)?, children(equation)?);
    let ([_prime_field, p], [a, b, ..]) = (field.as_slice(), equation.as_slice()) else { return None };
    let given = [p, a, b, order].map(|number| der::magnitude(number.contents));
    let matching = |known: &&Numbers| {
        [known.p, known.a, known.b, known.order]
            .map(from_hex)
            .iter()
            .zip(given)
            .all(|(known, given)| known.as_deref().is_some_and(|known| der::magnitude(known) == given))
    };
    let curve = KNOWN.iter().find(matching)?.curve;
    let cofactor_is_1 = cofactor.iter().all(|cofactor| cofactor.contents == [1]);
    let same_base = curve.uncompressed(base.contents)? == curve.generator()?;
    (cofactor_is_1 && same_base).then_some(curve)
}

fn children<'a>(sequence: &Element<'a>) -> Option<Vec<Element<'a>>> {
    der::children("EC parameters", tag::SEQUENCE, sequence.raw).ok()
}
