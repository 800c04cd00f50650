//! Just enough arithmetic on public numbers to tell weak moduli. Nothing here is for secrets: the time that it
//! takes depends on the values.

/// A natural number: 32-bit limbs, the lowest first, without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Natural(Vec<u32>);

impl Natural {
    /// From big-endian octets.
    pub(super) fn from_octets(octets: &[u8]) -> Self {
        let limbs = octets
            .rchunks(4)
            .map(|chunk| chunk.iter().fold(0u32, |limb, octet| limb.wrapping_shl(8) | u32::from(*octet)));
        Self(limbs.collect()).trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    pub(super) fn is_even(&self) -> bool {
        self.0.first().is_none_or(|limb| limb & 1 == 0)
    }

    /// The remainder by a divisor below 2^32.
    pub(super) fn modulo(&self, divisor: u64) -> u64 {
        self.0.iter().rev().fold(0, |remainder: u64, limb| {
            (remainder.wrapping_shl(32) | u64::from(*limb)).checked_rem(divisor).unwrap_or_default()
        })
    }

    pub(super) fn square(&self) -> Self {
        let mut product = vec![0u32; self.0.len().saturating_mul(2)];
        for (shift, x) in self.0.iter().enumerate() {
            let mut carry = 0u64;
            let others = self.0.iter().chain(std::iter::once(&0));
            for (limb, y) in product.iter_mut().skip(shift).zip(others) {
                // (2^32 − 1)² + 2·(2^32 − 1) = 2^64 − 1: the sum cannot wrap.
                let sum = u64::from(*x).wrapping_mul(u64::from(*y)).wrapping_add(u64::from(*limb));
                let sum = sum.wrapping_add(carry);
                *limb = sum as u32;
                carry = sum >> 32;
            }
        }
        Self(product).trimmed()
    }

    /// The difference; none where it would be negative.
    pub(super) fn minus(&self, other: &Self) -> Option<Self> {
        if self.0.len() < other.0.len() {
            return None;
        }
        let mut borrow = false;
        let others = other.0.iter().copied().chain(std::iter::repeat(0));
        let limbs = self.0.iter().zip(others).map(|(a, b)| {
            let (difference, first) = a.overflowing_sub(b);
            let (difference, second) = difference.overflowing_sub(u32::from(borrow));
            borrow = first || second;
            difference
        });
        let limbs = limbs.collect();
        (!borrow).then(|| Self(limbs).trimmed())
    }

    pub(super) fn next(&self) -> Self {
        let mut limbs = self.0.clone();
        for limb in &mut limbs {
            let (sum, carry) = limb.overflowing_add(1);
            *limb = sum;
            if !carry {
                return Self(limbs);
            }
        }
        limbs.push(1);
        Self(limbs)
    }

    fn bit(&self, index: usize) -> u32 {
        self.0.get(index / 32).map_or(0, |limb| limb.wrapping_shr((index % 32) as u32) & 1)
    }

    /// Twice or four times the number, and a little.
    fn shifted(&self, bits: u32, low: u32) -> Self {
        let mut carry = low;
        let mut limbs: Vec<u32> = Vec::with_capacity(self.0.len().saturating_add(1));
        for limb in &self.0 {
            limbs.push(limb.wrapping_shl(bits) | carry);
            carry = limb.wrapping_shr(32u32.saturating_sub(bits));
        }
        limbs.push(carry);
        Self(limbs).trimmed()
    }

    /// The largest number whose square is not above this one, and what is left: two bits of the number give one
    /// of the root, as by hand.
    fn root_and_rest(&self) -> (Self, Self) {
        let (mut root, mut rest) = (Self(Vec::new()), Self(Vec::new()));
        for pair in (0..self.0.len().saturating_mul(16)).rev() {
            let low = pair.saturating_mul(2);
            rest = rest.shifted(2, self.bit(low.saturating_add(1)).wrapping_shl(1) | self.bit(low));
            let next = rest.minus(&root.shifted(2, 1));
            root = root.shifted(1, u32::from(next.is_some()));
            rest = next.unwrap_or(rest);
        }
        (root, rest)
    }

    /// The square root, rounded down.
    pub(super) fn root(&self) -> Self {
        self.root_and_rest().0
    }

    pub(super) fn is_square(&self) -> bool {
        // Of 63 · 64 · 65 residues squares have few: nine numbers in ten end here.
        const SQUARES_MOD_64: u64 = 0x0202_0212_0203_0213;
        let fits = SQUARES_MOD_64 >> self.modulo(64) & 1 == 1;
        let squares_of = |modulus: u64| {
            let residue = self.modulo(modulus);
            (0..modulus).any(|x| x.wrapping_mul(x).checked_rem(modulus) == Some(residue))
        };
        fits && squares_of(63) && squares_of(65) && squares_of(11) && self.root_and_rest().1.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: u128) -> Natural {
        Natural::from_octets(&value.to_be_bytes())
    }

    #[test]
    fn small_numbers_agree_with_the_machine() {
        for n in (0..5000u128).chain([u128::from(u32::MAX), u128::from(u64::MAX), u128::from(u64::MAX) - 1]) {
            assert_eq!(number(n).root(), number(n.isqrt()), "{n}");
            assert_eq!(number(n).is_square(), n.isqrt() * n.isqrt() == n, "{n}");
            assert_eq!(number(n).square(), number(n * n), "{n}");
            assert_eq!(number(n).next(), number(n + 1), "{n}");
            assert_eq!(u128::from(number(n).modulo(167)), n % 167, "{n}");
        }
        assert_eq!(number(5).minus(&number(7)), None);
        assert_eq!(number(1 << 64).minus(&number(1)), Some(number(u128::from(u64::MAX))));
    }

    #[test]
    fn the_square_of_a_long_number_has_its_root() {
        let octets: Vec<u8> = (1..=200u8).collect();
        let long = Natural::from_octets(&octets);
        assert_eq!(long.square().root(), long);
        assert!(long.square().is_square());
        assert!(!long.square().next().is_square());
    }
}
