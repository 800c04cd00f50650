//! Arithmetic on the private numbers of RSA keys. Which steps are taken depends on their lengths only, and
//! whatever tells them is wiped.

use crypto_bigint::{BoxedUint, NonZero, WideWord, Word};

use crate::der;
use crate::secret::Zeroizing;

pub(super) type Number = Zeroizing<BoxedUint>;

/// From the contents of an INTEGER, without a sign.
pub(super) fn number(contents: &[u8]) -> Number {
    Zeroizing::new(BoxedUint::from_be_slice_vartime(der::magnitude(contents)))
}

/// The product. Schoolbook: crypto-bigint multiplies numbers of this length by parts, and leaves the products of the
/// parts on the stack.
pub(super) fn times(a: &Number, b: &Number) -> Number {
    let bits = a.bits_precision().saturating_add(b.bits_precision());
    let mut product = Zeroizing::new(BoxedUint::zero_with_precision(bits));
    for (shift, x) in a.as_words().iter().enumerate() {
        let mut carry: Word = 0;
        let places = product.as_mut_words().iter_mut().skip(shift);
        for (place, y) in places.zip(b.as_words().iter().chain(std::iter::once(&0))) {
            // (2^w − 1)² + 2·(2^w − 1) = 2^2w − 1: the sum cannot wrap.
            let sum =
                WideWord::from(*x).wrapping_mul(WideWord::from(*y)).wrapping_add(WideWord::from(*place));
            let sum = sum.wrapping_add(WideWord::from(carry));
            *place = sum as Word;
            carry = (sum >> Word::BITS) as Word;
        }
    }
    product
}

/// The remainder; `None` by zero. The quotient tells the private numbers, too.
pub(super) fn modulo(number: &Number, divisor: &Number) -> Option<Number> {
    let divisor = Zeroizing::new(NonZero::new(BoxedUint::clone(divisor)).into_option()?);
    let (quotient, remainder) = number.div_rem(&*divisor);
    drop(Zeroizing::new(quotient));
    Some(Zeroizing::new(remainder))
}

/// Whether the product of both is one, modulo the third.
pub(super) fn are_inverse(a: &Number, b: &Number, modulus: &Number) -> bool {
    modulo(&times(a, b), modulus).is_some_and(|remainder| *remainder == BoxedUint::one())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_exact() {
        let product = |a: &[u8], b: &[u8]| times(&number(a), &number(b));
        assert_eq!(product(&[0, 0xff, 0xff], &[0xff]), number(&[0xfe, 0xff, 0x01]));
        assert_eq!(product(&[1, 0], &[1, 0]), number(&[1, 0, 0]));
        assert_eq!(product(&[], &[7]), number(&[]));
        let largest = [0xff; 2048];
        let square = product(&largest, &largest).to_be_bytes();
        assert_eq!((square.len(), square[2047], square[4095]), (4096, 0xfe, 0x01));
    }

    #[test]
    fn inverses_are_those_of_their_modulus() {
        let [three, five, seven] = [3, 5, 7].map(|n| number(&[n]));
        assert!(are_inverse(&three, &five, &seven));
        assert!(!are_inverse(&three, &five, &number(&[11])));
        assert!(!are_inverse(&three, &five, &number(&[0])));
    }
}
