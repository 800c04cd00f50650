//! Public keys that should not be certified, whoever made them.

use super::algorithm::Algorithm;
use super::curve::Curve;
use super::natural::Natural;
use super::public::PublicKey;
use crate::der::{self, tag};

/// What is wrong with a public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Weakness {
    /// The RSA exponent is even, or 1.
    ExponentUnusable,
    /// The RSA exponent is below 65537: legal, and a hazard with careless padding.
    ExponentSmall,
    /// The modulus has the shape of those of a broken library for smart cards (CVE-2017-15361).
    Roca,
    /// The primes are so close together that Fermat's method finds them.
    ClosePrimes,
    /// The modulus has a small factor.
    SmallFactor,
    /// An EC point that is not on its curve, or in a form that RFC 5480 does not know.
    PointOffCurve,
    /// A curve given by its numbers, which RFC 5480 section 2.1.1 forbids.
    CurveUnnamed,
}

/// The rounds of Fermat's method. The Baseline Requirements (6.1.1.3) ask for 100.
const FERMAT_ROUNDS: usize = 100;

/// The primes by which the fingerprint of CVE-2017-15361 is told (Nemec et al., "The Return of Coppersmith's
/// Attack", section 2.3): 3 to 167.
const PRIMES: [u64; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

impl PublicKey {
    /// Everything that is wrong with the key.
    pub(crate) fn weaknesses(&self) -> Vec<Weakness> {
        match self.algorithm() {
            Algorithm::Rsa { .. } | Algorithm::RsaPss { .. } => rsa(self.subject_public_key()),
            Algorithm::EcExplicit => vec![Weakness::CurveUnnamed],
            algorithm => match Curve::of(algorithm) {
                Some(curve) if !on_curve(curve, self.subject_public_key()) => vec![Weakness::PointOffCurve],
                _ => Vec::new(),
            },
        }
    }
}

/// Compressed or not, not hybrid (RFC 5480 section 2.2).
fn on_curve(curve: Curve, point: &[u8]) -> bool {
    matches!(point.first(), Some(2..=4)) && curve.uncompressed(point).is_some()
}

fn rsa(key: &[u8]) -> Vec<Weakness> {
    let parts = der::children("an RSA public key", tag::SEQUENCE, key).unwrap_or_default();
    let [n, e] = parts.as_slice() else { return Vec::new() };
    let modulus = Natural::from_octets(n.contents);
    let found = [
        exponent(e.contents),
        // An even modulus has the factor 2.
        (modulus.is_even() || PRIMES.iter().any(|p| modulus.modulo(*p) == 0))
            .then_some(Weakness::SmallFactor),
        is_roca(&modulus).then_some(Weakness::Roca),
        has_close_primes(&modulus).then_some(Weakness::ClosePrimes),
    ];
    found.into_iter().flatten().collect()
}

fn exponent(octets: &[u8]) -> Option<Weakness> {
    match der::magnitude(octets) {
        [] | [1] => Some(Weakness::ExponentUnusable),
        [.., last] if last % 2 == 0 => Some(Weakness::ExponentUnusable),
        [_] | [_, _] => Some(Weakness::ExponentSmall),
        _ => None,
    }
}

/// The primes of such keys are `k·M + (65537^a mod M)` for a product M of small primes, so that the modulus is a
/// power of 65537 modulo each of them. Of other moduli one in 2^27 is.
fn is_roca(modulus: &Natural) -> bool {
    PRIMES.iter().all(|prime| is_power_of_65537(modulus.modulo(*prime), *prime))
}

fn is_power_of_65537(residue: u64, prime: u64) -> bool {
    let powers = std::iter::successors(Some(1), |power: &u64| {
        power.checked_mul(65_537)?.checked_rem(prime).filter(|next| *next != 1)
    });
    powers.take(prime as usize).any(|power| power == residue)
}

/// n = a² − b² for an `a` just above the root of n.
fn has_close_primes(modulus: &Natural) -> bool {
    let mut a = modulus.root();
    // The root is rounded down: the first round finds squares only.
    for _ in 0..=FERMAT_ROUNDS {
        if a.square().minus(modulus).is_some_and(|difference| difference.is_square()) {
            return true;
        }
        a = a.next();
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, reason = "a test says by a panic that a rule is broken")]

    use super::*;
    use crate::key::{KeyType, PrivateKey};

    fn spki(n: &[u8], e: &[u8]) -> PublicKey {
        let integer = |octets: &[u8]| der::element(tag::INTEGER, &[&[0], octets].concat());
        PublicKey::new(
            &der::sequence(&[
                &der::element(tag::OID, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1])[..],
                &[5, 0],
            ]),
            &der::sequence(&[integer(n), der::element(tag::INTEGER, e)]),
        )
        .unwrap()
    }

    /// The product of two numbers in big-endian octets, by addition of shifted multiples.
    fn times(a: &[u8], b: &[u8]) -> Vec<u8> {
        let mut product = vec![0u8; a.len() + b.len()];
        for (i, x) in a.iter().rev().enumerate() {
            let mut carry = 0u32;
            for j in 0..=b.len() {
                let y = b.len().checked_sub(j + 1).map_or(0, |at| b[at]);
                let at = product.len() - 1 - i - j;
                let sum = u32::from(*x) * u32::from(y) + u32::from(product[at]) + carry;
                product[at] = sum as u8;
                carry = sum >> 8;
            }
        }
        product
    }

    /// An odd number of 128 octets with its two highest bits set, and no small factor together with `last`.
    fn prime_sized(last: u8) -> Vec<u8> {
        let mut octets: Vec<u8> = (0..128u32).map(|i| (i * 73 + 41) as u8).collect();
        octets[0] |= 0xc0;
        octets[127] = last;
        octets
    }

    #[test]
    fn keys_of_ours_have_no_weakness() {
        let is_rsa = |kind: &KeyType| kind.to_string().starts_with("rsa");
        for kind in KeyType::ALL.into_iter().filter(|kind| cfg!(feature = "rsa") || !is_rsa(kind)) {
            let key = PrivateKey::generate(kind).unwrap();
            assert_eq!(key.public_key().weaknesses(), [], "{kind}");
        }
    }

    #[test]
    fn close_primes_are_found_and_distant_ones_are_not() {
        let near = times(&prime_sized(1), &prime_sized(0xf1));
        assert!(spki(&near, &[1, 0, 1]).weaknesses().contains(&Weakness::ClosePrimes));
        let mut other = prime_sized(1);
        other[10] ^= 1;
        let far = times(&prime_sized(1), &other);
        assert!(!spki(&far, &[1, 0, 1]).weaknesses().contains(&Weakness::ClosePrimes));
    }

    /// n = a² − b², with b chosen for so many rounds from the root, rounded up, to a.
    #[test]
    fn a_hundred_rounds_are_tried() {
        let after = |rounds: u128| {
            let a = 1u128 << 40;
            let b = (a * (2 * rounds - 1)).isqrt();
            Natural::from_octets(&(a * a - b * b).to_be_bytes())
        };
        assert!(has_close_primes(&after(100)));
        assert!(!has_close_primes(&after(101)));
    }

    #[test]
    fn powers_of_65537_are_the_fingerprint_of_roca() {
        // 65537^120, then times a number that is 1 modulo every prime of the fingerprint.
        let mut n = vec![1u8];
        for _ in 0..120 {
            n = times(&n, &[1, 0, 1]);
        }
        assert!(is_roca(&Natural::from_octets(&n)));
        n[0] ^= 1;
        let last = n.len() - 1;
        n[last] ^= 2;
        assert!(!is_roca(&Natural::from_octets(&n)));
    }

    #[test]
    fn exponents_are_odd_and_not_tiny() {
        let n = times(&prime_sized(1), &prime_sized(1));
        for (e, expected) in [
            (&[1u8][..], Some(Weakness::ExponentUnusable)),
            (&[1, 0, 0], Some(Weakness::ExponentUnusable)),
            (&[3], Some(Weakness::ExponentSmall)),
            (&[0, 0xff, 0xff], Some(Weakness::ExponentSmall)),
            (&[1, 0, 1], None),
        ] {
            let found = spki(&n, e).weaknesses();
            let exponents = [Weakness::ExponentUnusable, Weakness::ExponentSmall];
            assert_eq!(found.into_iter().find(|w| exponents.contains(w)), expected, "{e:?}");
        }
    }

    #[test]
    fn a_point_beside_the_curve_is_found() {
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let good = key.public_key().spki_der();
        let mut bad = good.to_vec();
        *bad.last_mut().unwrap() ^= 1;
        assert_eq!(PublicKey::from_spki_der(&bad).unwrap().weaknesses(), [Weakness::PointOffCurve]);
    }
}
