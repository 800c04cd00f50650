//! Whether the two parts of a private key belong together.

use crypto_bigint::BoxedUint;

use super::PrivateKey;
use super::algorithm::Algorithm;
use super::info::Info;
use super::number::{Number, are_inverse, modulo, number, times};
use super::signing::invalid;
use crate::der::{self, Element, tag};
use crate::error::Error;
use crate::secret::Zeroizing;

/// OpenSSL takes no RSA key with more primes.
const MOST_OTHERS: usize = 3;

impl PrivateKey {
    /// Checks that the private part belongs to the public one: by all numbers of an RSA key (RFC 8017 section 3.2), and
    /// by a signature that is verified where the key signs here. Whether the primes are prime is not looked at. Reading
    /// a key compares only what is cheap to compare.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKey`] where they do not; [`Error::UnsupportedKey`] for a key that is carried by its public part,
    /// because its arithmetic is not at hand.
    pub fn check(&self) -> Result<(), Error> {
        let algorithm = self.public_key().algorithm();
        let is_rsa = matches!(algorithm, Algorithm::Rsa { .. } | Algorithm::RsaPss { .. });
        if is_rsa && fit(Info::read(&self.der)?.key).is_none() {
            return Err(invalid("RSA", "its numbers contradict each other"));
        }
        match algorithm {
            _ if self.signing_key().is_some() => self.check_signature(),
            // The public part was computed when the key was read.
            Algorithm::EcdsaP521
            | Algorithm::Secp256k1
            | Algorithm::Ed448
            | Algorithm::X25519
            | Algorithm::X448 => Ok(()),
            _ if is_rsa => Ok(()),
            _ => Err(self.unsupported("check a private key")),
        }
    }

    fn check_signature(&self) -> Result<(), Error> {
        const MESSAGE: &[u8] = b"certwright checks a key";
        let algorithm = self.public_key().signature_algorithm()?;
        let signature = self.sign(MESSAGE)?;
        let verified = self.public_key().verify(algorithm, MESSAGE, &signature);
        verified.map_err(|_refused| invalid("private", "what it signs does not verify with its public part"))
    }
}

/// A prime with its exponent; and its coefficient, the inverse of the product of those before it.
struct Prime {
    prime: Number,
    exponent: Number,
    coefficient: Option<Number>,
}

/// Holds the numbers of RSAPrivateKey (RFC 8017 appendix A.1.2) against each other; `None` where they do not fit.
fn fit(pkcs1: &[u8]) -> Option<()> {
    let parts = der::children("an RSA private key", tag::SEQUENCE, pkcs1).ok()?;
    let [_version, n, e, d, p, q, dp, dq, qinv, others @ ..] = parts.as_slice() else { return None };
    let [n, e, d, p, q, dp, dq, qinv] = [n, e, d, p, q, dp, dq, qinv].map(|part| number(part.contents));
    let one = BoxedUint::one();
    (*modulo(&e, &Zeroizing::new(BoxedUint::from(2u8)))? == one && *e > one).then_some(())?;
    // The coefficient of the first two is that of the second, modulo the first.
    is_inverse(&qinv, &q, &p)?;
    let mut primes = vec![
        Prime { prime: p, exponent: dp, coefficient: None },
        Prime { prime: q, exponent: dq, coefficient: None },
    ];
    if let Some(infos) = others.first() {
        primes.extend(others_of(infos)?);
    }
    let (mut product, exponents) = (Zeroizing::new(one.clone()), times(&e, &d));
    for Prime { prime, exponent, coefficient } in &primes {
        let before_prime = Zeroizing::new(prime.wrapping_sub(BoxedUint::one()));
        let reduced = *modulo(&exponents, &before_prime)? == one && *modulo(&d, &before_prime)? == **exponent;
        reduced.then_some(())?;
        coefficient.as_ref().map_or(Some(()), |coefficient| is_inverse(coefficient, &product, prime))?;
        product = times(&product, prime);
    }
    (*product == *n).then_some(())
}

/// OtherPrimeInfos: at least one, each a prime, its exponent and its coefficient.
fn others_of(infos: &Element<'_>) -> Option<Vec<Prime>> {
    let infos = der::children("other primes", tag::SEQUENCE, infos.raw).ok()?;
    (1..=MOST_OTHERS).contains(&infos.len()).then_some(())?;
    let prime = |info: &Element<'_>| {
        let parts = der::children("a prime", tag::SEQUENCE, info.raw).ok()?;
        let [prime, exponent, coefficient] = parts.as_slice() else { return None };
        let integers = parts.iter().all(|part| part.tag == tag::INTEGER);
        let [prime, exponent, coefficient] = [prime, exponent, coefficient].map(|part| number(part.contents));
        integers.then_some(Prime { prime, exponent, coefficient: Some(coefficient) })
    };
    infos.iter().map(prime).collect()
}

fn is_inverse(inverse: &Number, of: &Number, modulus: &Number) -> Option<()> {
    (**inverse < **modulus && are_inverse(inverse, of, modulus)).then_some(())
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
        let integers = numbers.map(|n: u32| der::element(tag::INTEGER, &n.to_be_bytes()));
        let (two, third) = integers.split_at(9);
        der::sequence(&[two.concat(), der::sequence(&[der::sequence(third)])])
    }

    #[test]
    fn every_number_counts() {
        assert_eq!(fit(&key(&[])), Some(()));
        // The last ones are equal modulo their prime or what is before it, and not the smallest.
        let unreduced = [(6, 60), (7, 52), (8, 61), (10, 58), (11, 59)];
        for (index, change) in (1..GOOD.len()).map(|index| (index, 2)).chain(unreduced) {
            assert_eq!(fit(&key(&[(index, GOOD[index] + change)])), None, "number {index} plus {change}");
            assert_eq!(fit(&key(&[(index, 0)])), None, "number {index}");
        }
    }

    #[test]
    fn an_exponent_of_one_encrypts_nothing() {
        assert_eq!(fit(&key(&[(2, 1), (3, 1), (6, 1), (7, 1), (10, 1)])), None);
    }

    #[test]
    fn other_primes_are_some_and_not_many() {
        let two = [0u32, 3233, 17, 2753, 61, 53, 53, 49, 38];
        let integers = two.map(|n| der::element(tag::INTEGER, &n.to_be_bytes())).concat();
        assert_eq!(fit(&der::sequence(&[&integers])), Some(()));
        let third = der::sequence(&[1u8, 0, 0].map(|n| der::element(tag::INTEGER, &[n])));
        for count in [0, 1, 4] {
            let others = der::sequence(&vec![third.clone(); count]);
            assert_eq!(fit(&der::sequence(&[&integers, &others])), None, "{count}");
        }
    }
}
