//! Whether the numbers of an RSA key belong together (RFC 8017 section 3.2).

use crypto_bigint::BoxedUint;

use super::number::{Number, are_inverse, modulo, number, times};
use super::rsa_numbers::PrivateNumbers;
use crate::der::{self, Element, tag};
use crate::secret::Zeroizing;

/// OpenSSL takes no RSA key with more primes.
const MOST_OTHERS: usize = 3;

/// A prime after the first two, with its exponent, and the inverse of the product of all before it.
struct Other {
    prime: Number,
    exponent: Number,
    coefficient: Number,
}

impl PrivateNumbers<'_> {
    /// Why the numbers are not those of one key, where they are not: what OpenSSL checks, and with it all programs that
    /// read keys through it, except whether the primes are prime.
    pub(super) fn contradiction(&self) -> Option<&'static str> {
        let [n, e, d, p, q, dp, dq, coefficient] =
            [self.n, self.e, self.d, self.p, self.q, self.dp, self.dq, self.coefficient]
                .map(|part| number(part.contents));
        let Some(others) = self.others.map_or(Some(Vec::new()), others_of) else {
            return Some("its further primes are no list of one to three");
        };
        let (mut product, mut coefficients_fit) = (times(&p, &q), is_inverse(&coefficient, &q, &p));
        for other in &others {
            coefficients_fit &= is_inverse(&other.coefficient, &product, &other.prime);
            product = times(&product, &other.prime);
        }
        let both = times(&e, &d);
        let further = others.iter().map(|other| (&other.prime, &other.exponent));
        let mut pairs = [(&p, &dp), (&q, &dq)].into_iter().chain(further);
        if *product != *n {
            Some("its modulus is not the product of its primes")
        } else if !coefficients_fit {
            Some("its coefficient does not belong to its primes")
        } else if !pairs.all(|(prime, exponent)| is_exponent(exponent, &d, &both, prime)) {
            Some("its exponents do not belong together")
        } else if *e == BoxedUint::one() {
            Some("its public exponent is one")
        } else {
            None
        }
    }
}

/// OtherPrimeInfos: at least one, each a prime, its exponent and its coefficient.
fn others_of(infos: Element<'_>) -> Option<Vec<Other>> {
    let infos = der::children("other primes", tag::SEQUENCE, infos.raw).ok()?;
    if !(1..=MOST_OTHERS).contains(&infos.len()) {
        return None;
    }
    let other = |info: &Element<'_>| {
        let parts = der::children("a prime", tag::SEQUENCE, info.raw).ok()?;
        let [prime, exponent, coefficient] = parts.as_slice() else { return None };
        let integers = parts.iter().all(|part| part.tag == tag::INTEGER);
        let [prime, exponent, coefficient] = [prime, exponent, coefficient].map(|part| number(part.contents));
        integers.then_some(Other { prime, exponent, coefficient })
    };
    infos.iter().map(other).collect()
}

fn is_inverse(inverse: &Number, of: &Number, modulus: &Number) -> bool {
    **inverse < **modulus && are_inverse(inverse, of, modulus)
}

/// Whether this is the private exponent for the prime, and undoes the public one: both are given multiplied.
fn is_exponent(exponent: &Number, private: &Number, both: &Number, prime: &Number) -> bool {
    let order = Zeroizing::new(prime.wrapping_sub(BoxedUint::one()));
    modulo(both, &order).is_some_and(|product| *product == BoxedUint::one())
        && modulo(private, &order).is_some_and(|reduced| *reduced == **exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small numbers of an RSA key with the primes 61, 53 and 59.
    const GOOD: [u32; 12] = [1, 190_747, 17, 6653, 61, 53, 53, 49, 38, 59, 41, 54];

    /// The same, some of them others.
    fn key(changes: &[(usize, u32)]) -> Vec<u8> {
        let mut numbers = GOOD;
        for (index, to) in changes {
            numbers[*index] = *to;
        }
        let (two, third) = numbers.split_at(9);
        der::sequence(&[integers(two), der::sequence(&[der::sequence(&[integers(third)])])])
    }

    fn integers(numbers: &[u32]) -> Vec<u8> {
        let integer = |n: &u32| match n.to_be_bytes() {
            [0, 0, 0, small] => der::element(tag::INTEGER, &[small]),
            octets => der::element(tag::INTEGER, &octets),
        };
        numbers.iter().flat_map(integer).collect()
    }

    fn refusal(key: &[u8]) -> Option<&'static str> {
        PrivateNumbers::read(key).unwrap().contradiction()
    }

    #[test]
    fn every_number_counts() {
        assert_eq!(refusal(&key(&[])), None);
        // The last ones are equal modulo their prime or what is before it, and not the smallest.
        let unreduced = [(6, 60), (7, 52), (8, 61), (10, 58), (11, 59)];
        for (index, change) in (1..GOOD.len()).map(|index| (index, 2)).chain(unreduced) {
            assert!(
                refusal(&key(&[(index, GOOD[index] + change)])).is_some(),
                "number {index} plus {change}"
            );
            assert!(refusal(&key(&[(index, 0)])).is_some(), "number {index}");
        }
    }

    #[test]
    fn what_does_not_belong_is_named() {
        for (index, said) in [(1, "modulus"), (3, "exponents"), (6, "exponents"), (8, "coefficient")] {
            let refusal = refusal(&key(&[(index, GOOD[index] + 2)])).unwrap();
            assert!(refusal.contains(said), "number {index}: {refusal}");
        }
    }

    #[test]
    fn an_exponent_of_one_encrypts_nothing() {
        let said = refusal(&key(&[(2, 1), (3, 1), (6, 1), (7, 1), (10, 1)]));
        assert_eq!(said, Some("its public exponent is one"));
    }

    #[test]
    fn other_primes_are_some_and_not_many() {
        let two = |version| integers(&[version, 3233, 17, 2753, 61, 53, 53, 49, 38]);
        assert_eq!(refusal(&der::sequence(&[two(0)])), None);
        let third = der::sequence(&[integers(&[1, 0, 0])]);
        for count in [0, 1, 4] {
            let others = der::sequence(&vec![third.clone(); count]);
            assert!(refusal(&der::sequence(&[two(1), others])).is_some(), "{count}");
        }
    }
}
