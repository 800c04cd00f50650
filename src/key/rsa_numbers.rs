//! The numbers of RSA keys (RFC 8017 appendix A.1), and which of them are unusual.

use super::number::number;
use super::regular;
use crate::der::{self, Element, tag};
use crate::error::Error;

const PRIVATE: &str = "an RSA private key (PKCS#1)";
const PUBLIC: &str = "an RSA public key";

/// The longest number in an RSA key, in octets: OpenSSL's own limit of 16384 bits, and a sign octet.
const LONGEST: usize = 16_384 / 8 + 1;

/// RSAPrivateKey.
pub(super) struct PrivateNumbers<'a> {
    pub(super) n: Element<'a>,
    pub(super) e: Element<'a>,
    pub(super) d: Element<'a>,
    pub(super) p: Element<'a>,
    pub(super) q: Element<'a>,
    pub(super) dp: Element<'a>,
    pub(super) dq: Element<'a>,
    pub(super) coefficient: Element<'a>,
    /// OtherPrimeInfos, of keys with more than two primes.
    pub(super) others: Option<Element<'a>>,
}

impl<'a> PrivateNumbers<'a> {
    pub(super) fn read(pkcs1: &'a [u8]) -> Result<Self, Error> {
        let parts = der::children(PRIVATE, tag::SEQUENCE, pkcs1)?;
        let &[version, n, e, d, p, q, dp, dq, coefficient, ref others @ ..] = parts.as_slice() else {
            return Err(Error::decode(PRIVATE, format!("{} numbers instead of nine", parts.len())));
        };
        let (integers, primes) = parts.split_at(9.min(parts.len()));
        if integers.iter().any(|part| part.tag != tag::INTEGER || part.contents.is_empty()) {
            return Err(Error::decode(PRIVATE, "one of the numbers is no INTEGER"));
        }
        let longest = parts.iter().map(|part| part.contents.len()).max().unwrap_or_default();
        if longest > LONGEST {
            return Err(too_long(longest));
        }
        // RFC 8017: version 1 goes with otherPrimeInfos, version 0 without.
        match (version.contents, primes.len()) {
            ([0], 0) | ([1], 1) => {}
            _ => return Err(Error::decode(PRIVATE, "the version does not fit the number of primes")),
        }
        Ok(Self { n, e, d, p, q, dp, dq, coefficient, others: others.first().copied() })
    }

    /// The DER of RSAPublicKey, its numbers as they are encoded here.
    pub(super) fn public(&self) -> Vec<u8> {
        der::sequence(&[self.n.raw, self.e.raw])
    }

    /// What keeps the key from signing here although its length would not, to be said after "with".
    pub(super) fn peculiarity(&self) -> Option<&'static str> {
        match bits(self.e.contents) {
            _ if self.others.is_some() => Some("more than two primes"),
            _ if !self.is_usual() => Some("primes of unequal length"),
            _ if *number(self.d.contents) >= *number(self.n.contents) => {
                Some("a private exponent beyond its modulus")
            }
            // 65537 is the only number of 17 bits that anybody uses, and the smallest that ring takes.
            0..=16 => Some("an exponent below 65537"),
            34.. => Some("an exponent of more than 33 bits"),
            _ => None,
        }
    }

    /// Two primes of half the modulus' length each: what RSA keys nearly always are, and what ring asks for.
    pub(super) fn is_usual(&self) -> bool {
        let half = bits(self.n.contents).div_ceil(2);
        self.others.is_none() && [self.p, self.q].iter().all(|prime| bits(prime.contents) == half)
    }
}

fn too_long(octets: usize) -> Error {
    let bits = |octets: usize| octets.saturating_mul(8) as u64;
    Error::TooLarge { what: "an RSA key, in bits", size: bits(octets), limit: bits(LONGEST) }
}

/// The length of the modulus in an RSAPublicKey: of at most as many bits as a private key may have, because the rules
/// about weak keys compute with it.
pub(super) fn public_bits(key: &[u8]) -> Result<usize, Error> {
    match der::children(PUBLIC, tag::SEQUENCE, key)?.as_slice() {
        [n, e] if n.tag == tag::INTEGER && e.tag == tag::INTEGER => {
            match n.contents.len().max(e.contents.len()) {
                longest if longest > LONGEST => Err(too_long(longest)),
                _ => Ok(bits(n.contents)),
            }
        }
        _ => Err(Error::decode(PUBLIC, "expected a modulus and an exponent")),
    }
}

/// The modulus of an RSAPublicKey, without zeros before it; `None` where it is none.
pub(super) fn modulus(key: &[u8]) -> Option<&[u8]> {
    match der::children(PUBLIC, tag::SEQUENCE, key).ok()?.as_slice() {
        [n, e] if n.tag == tag::INTEGER && e.tag == tag::INTEGER => Some(der::magnitude(n.contents)),
        _ => None,
    }
}

/// What is wrong with the encoding of an RSAPublicKey's numbers, which are above zero.
pub(super) fn irregularity(key: &[u8]) -> Option<String> {
    let parts = der::children(PUBLIC, tag::SEQUENCE, key).ok()?;
    let mut named = ["modulus", "exponent"].into_iter().zip(&parts);
    named.find_map(|(name, part)| Some(format!("its {name} {}", regular::fault(part.contents)?)))
}

fn bits(integer: &[u8]) -> usize {
    let significant = der::magnitude(integer);
    let leading = significant.first().map_or(0, |byte| byte.leading_zeros() as usize);
    significant.len().saturating_mul(8).saturating_sub(leading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_key_from_signing_is_named() {
        // The primes 61 and 53.
        let peculiarity = |d: u8, e: &[u8], q: u8| {
            let numbers = [&[0][..], &[0x0c, 0xa1], e, &[d, 0], &[61], &[q], &[1], &[1], &[1]];
            let integers = numbers.map(|contents| der::element(tag::INTEGER, contents));
            PrivateNumbers::read(&der::sequence(&integers)).unwrap().peculiarity()
        };
        for (d, e, q, said) in [
            (0x0c, &[1, 0, 1][..], 53, None),
            (0x0d, &[1, 0, 1], 53, Some("a private exponent beyond its modulus")),
            (0x0c, &[17], 53, Some("an exponent below 65537")),
            (0x0c, &[4, 0, 0, 0, 0], 53, Some("an exponent of more than 33 bits")),
            (0x0c, &[1, 0, 1], 5, Some("primes of unequal length")),
        ] {
            assert_eq!(peculiarity(d, e, q), said, "{d} {e:?} {q}");
        }
    }

    #[test]
    fn public_numbers_have_a_limit() {
        let key = |octets: usize| {
            let n = der::element(tag::INTEGER, &[&[0][..], &vec![0xff; octets]].concat());
            der::sequence(&[n, der::element(tag::INTEGER, &[1, 0, 1])])
        };
        assert_eq!(public_bits(&key(LONGEST - 1)).unwrap(), 16_384);
        assert_eq!(public_bits(&key(LONGEST)).unwrap_err().kind(), "too-large");
    }

    #[test]
    fn bits_are_counted_from_the_first_one() {
        assert_eq!((bits(&[0, 0x80]), bits(&[1, 0]), bits(&[0])), (8, 9, 0));
    }
}
