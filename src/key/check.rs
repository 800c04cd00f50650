//! Whether the two parts of a private key belong together.

use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero};

use super::PrivateKey;
use super::algorithm::Algorithm;
use super::info::Info;
use super::signing::invalid;
use crate::der::{self, Element, tag};
use crate::error::Error;
use crate::secret::Zeroizing;

/// OpenSSL takes no RSA key of more.
const MOST_PRIMES: usize = 5;

impl PrivateKey {
    /// Checks that the private part belongs to the public one: by a signature that is verified where the key signs
    /// here, else by all numbers of an RSA key (RFC 8017 section 3.2). Reading a key compares what is cheap to compare.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKey`] where they do not; [`Error::UnsupportedKey`] for a key that is carried by its public part,
    /// because its arithmetic is not at hand.
    pub fn check(&self) -> Result<(), Error> {
        match self.public_key().algorithm() {
            _ if self.signing.is_some() => self.check_signature(),
            Algorithm::Rsa { .. } | Algorithm::RsaPss { .. } => match numbers_fit(Info::read(&self.der)?.key)
            {
                Some(true) => Ok(()),
                _ => Err(invalid("RSA", "its numbers contradict each other")),
            },
            // The public part was computed when the key was read.
            Algorithm::EcdsaP521
            | Algorithm::Secp256k1
            | Algorithm::Ed448
            | Algorithm::X25519
            | Algorithm::X448 => Ok(()),
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

type Number = Zeroizing<BoxedUint>;

/// The numbers of RSAPrivateKey (RFC 8017 appendix A.1.2), held against each other; `None` where one is out of range.
fn numbers_fit(pkcs1: &[u8]) -> Option<bool> {
    let parts = der::children("an RSA private key", tag::SEQUENCE, pkcs1).ok()?;
    let [_version, n, e, d, p, q, dp, dq, qinv, others @ ..] = parts.as_slice() else { return None };
    let [n, e, d, p, q, dp, dq, qinv] = [n, e, d, p, q, dp, dq, qinv].map(number);
    let mut primes = vec![p.clone(), q.clone()];
    if let Some(infos) = others.first() {
        primes.extend(others_of(infos)?);
    }
    if primes.len() > MOST_PRIMES {
        return None;
    }
    let one = BoxedUint::one();
    let product = primes.iter().fold(Zeroizing::new(one.clone()), |product, prime| times(&product, prime));
    let exponents = times(&e, &d);
    let mut fits = *product == *n && *modulo(&times(&q, &qinv), &p)? == one;
    for prime in &primes {
        fits &= *modulo(&exponents, &before(prime))? == one;
    }
    for (reduced, prime) in [(dp, p), (dq, q)] {
        fits &= *modulo(&d, &before(&prime))? == *reduced;
    }
    Some(fits)
}

/// The primes of OtherPrimeInfos.
fn others_of(infos: &Element<'_>) -> Option<Vec<Number>> {
    let infos = der::children("other primes", tag::SEQUENCE, infos.raw).ok()?;
    let prime = |info: &Element<'_>| {
        let parts = der::children("a prime", tag::SEQUENCE, info.raw).ok()?;
        parts.first().map(number)
    };
    infos.iter().take(MOST_PRIMES).map(prime).collect()
}

fn number(element: &Element<'_>) -> Number {
    Zeroizing::new(BoxedUint::from_be_slice_vartime(der::magnitude(element.contents)))
}

fn times(a: &Number, b: &Number) -> Number {
    Zeroizing::new(a.concatenating_mul(&**b))
}

fn before(number: &Number) -> Number {
    Zeroizing::new(number.wrapping_sub(BoxedUint::one()))
}

fn modulo(number: &Number, divisor: &Number) -> Option<Number> {
    let divisor = Zeroizing::new(NonZero::new(BoxedUint::clone(divisor)).into_option()?);
    Some(Zeroizing::new(number.rem(&*divisor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small numbers of an RSA key with the primes 61 and 53, one of them another.
    fn key(change: usize, to: u16) -> Vec<u8> {
        let mut numbers = [0, 3233, 17, 413, 61, 53, 53, 49, 38];
        numbers[change] = to;
        let integers = numbers.map(|n: u16| der::element(tag::INTEGER, &n.to_be_bytes()));
        der::sequence(&integers)
    }

    #[test]
    fn every_number_counts() {
        assert_eq!(numbers_fit(&key(0, 0)), Some(true));
        for change in 1..9 {
            assert_eq!(numbers_fit(&key(change, 59)), Some(false), "number {change}");
        }
        assert_eq!(numbers_fit(&key(4, 1)), None);
    }
}
