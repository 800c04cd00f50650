//! The numbers of RSA keys (RFC 8017 appendix A.1), as far as they must be understood without computing with them.

use crate::der::{self, Element, tag};
use crate::error::Error;
use crate::secret::Zeroizing;

const PRIVATE: &str = "an RSA private key (PKCS#1)";
const PUBLIC: &str = "an RSA public key";

/// The longest number in an RSA key, in octets: OpenSSL's own limit of 16384 bits, and a sign octet.
const LONGEST: usize = 16_384 / 8 + 1;

/// RSAPrivateKey: the numbers that matter here.
pub(super) struct PrivateNumbers<'a> {
    n: Element<'a>,
    e: Element<'a>,
    p: Element<'a>,
    q: Element<'a>,
    multi_prime: bool,
}

impl<'a> PrivateNumbers<'a> {
    pub(super) fn read(pkcs1: &'a [u8]) -> Result<Self, Error> {
        let parts = der::children(PRIVATE, tag::SEQUENCE, pkcs1)?;
        let [version, n, e, _d, p, q, _dp, _dq, _qinv, others @ ..] = parts.as_slice() else {
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
        Ok(Self { n: *n, e: *e, p: *p, q: *q, multi_prime: !others.is_empty() })
    }

    /// The DER of RSAPublicKey.
    pub(super) fn public(&self) -> Vec<u8> {
        der::sequence(&[self.n.raw, self.e.raw])
    }

    /// What keeps the key from signing here although its length would not, to be said after "with".
    pub(super) fn peculiarity(&self) -> Option<&'static str> {
        match bits(self.e.contents) {
            _ if self.multi_prime => Some("more than two primes"),
            _ if !self.is_usual() => Some("primes of unequal length"),
            // 65537 is the only number of 17 bits that anybody uses, and the smallest that ring takes.
            0..=16 => Some("an exponent below 65537"),
            34.. => Some("an exponent of more than 33 bits"),
            _ => None,
        }
    }

    /// Two primes of half the modulus' length each: what RSA keys nearly always are, and what ring asks for.
    pub(super) fn is_usual(&self) -> bool {
        let half = bits(self.n.contents).div_ceil(2);
        !self.multi_prime && [self.p, self.q].iter().all(|prime| bits(prime.contents) == half)
    }

    /// Whether the modulus is the product of the primes. Of more than two primes nothing is said.
    pub(super) fn is_consistent(&self) -> bool {
        self.multi_prime
            || product(self.p.contents, self.q.contents).as_slice() == der::magnitude(self.n.contents)
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

fn bits(integer: &[u8]) -> usize {
    let significant = der::magnitude(integer);
    let leading = significant.first().map_or(0, |byte| byte.leading_zeros() as usize);
    significant.len().saturating_mul(8).saturating_sub(leading)
}

/// The product of two numbers in big-endian octets, without leading zeros. Schoolbook: which steps are taken
/// depends on the lengths only, not on the secret values.
fn product(a: &[u8], b: &[u8]) -> Zeroizing<Vec<u8>> {
    let (a, b) = (limbs(a), limbs(b));
    let mut product = Zeroizing::new(vec![0u32; a.len().saturating_add(b.len())]);
    for (shift, x) in a.iter().enumerate() {
        let mut carry = 0u64;
        for (limb, y) in product.iter_mut().skip(shift).zip(b.iter().chain(std::iter::once(&0))) {
            // (2^32 − 1)² + 2·(2^32 − 1) = 2^64 − 1: the sum cannot wrap.
            let sum = u64::from(*x).wrapping_mul(u64::from(*y)).wrapping_add(u64::from(*limb));
            let sum = sum.wrapping_add(carry);
            *limb = (sum & 0xffff_ffff) as u32;
            carry = sum >> 32;
        }
    }
    let mut octets = Zeroizing::new(Vec::with_capacity(product.len().saturating_mul(4)));
    product.iter().rev().for_each(|limb| octets.extend_from_slice(&limb.to_be_bytes()));
    let zeros = octets.len().saturating_sub(der::magnitude(&octets).len());
    octets.drain(..zeros);
    octets
}

/// Limbs of 32 bits, the lowest first.
fn limbs(octets: &[u8]) -> Zeroizing<Vec<u32>> {
    let limb = |chunk: &[u8]| chunk.iter().fold(0u32, |limb, octet| limb.wrapping_shl(8) | u32::from(*octet));
    Zeroizing::new(der::magnitude(octets).rchunks(4).map(limb).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_exact() {
        assert_eq!(*product(&[0, 0xff, 0xff], &[0xff]), [0xfe, 0xff, 0x01]);
        assert_eq!(*product(&[1, 0], &[1, 0]), [1, 0, 0]);
        assert_eq!(*product(&[], &[7]), [0u8; 0]);
        let largest = [0xff; 2048];
        let square = product(&largest, &largest);
        assert_eq!((square.len(), square[2047], square[4095]), (4096, 0xfe, 0x01));
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
