//! The numbers of a key in the one encoding that DER has for them (X.690 section 8.3). OpenSSL reads others, too: what
//! is negative by its first bit it takes for its magnitude, and leading zeros it passes over.

use crate::der::{self, Element, tag};
use crate::secret::Zeroizing;

/// The other primes of an RSA key stand in a SEQUENCE of SEQUENCEs inside that of the key.
const LEVELS: u8 = 3;

/// The same INTEGER, or SEQUENCE of them, as DER has it; `None` where it is that already, or something else.
pub(super) fn regular(key: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let element = der::single("a key", key).ok()?;
    rewritten(&element, LEVELS).filter(|regular| regular.as_slice() != key)
}

fn rewritten(element: &Element<'_>, levels: u8) -> Option<Zeroizing<Vec<u8>>> {
    match element.tag {
        tag::INTEGER => Some(integer(element.contents)),
        tag::SEQUENCE => {
            let levels = levels.checked_sub(1)?;
            let parts = der::elements("a key", element.contents).ok()?;
            let parts: Option<Vec<_>> = parts.iter().map(|part| rewritten(part, levels)).collect();
            let parts = parts?;
            let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_slice()).collect();
            Some(Zeroizing::new(der::sequence(&parts)))
        }
        _ => None,
    }
}

fn integer(contents: &[u8]) -> Zeroizing<Vec<u8>> {
    let magnitude = der::magnitude(contents);
    let sign: &[u8] = if magnitude.first().is_none_or(|first| first & 0x80 != 0) { &[0] } else { &[] };
    Zeroizing::new(der::constructed(tag::INTEGER, &[sign, magnitude]))
}

/// What is wrong with the encoding of a number that is above zero.
pub(super) fn fault(contents: &[u8]) -> Option<&'static str> {
    match contents {
        [] => Some("is empty"),
        _ if der::magnitude(contents).is_empty() => Some("is zero"),
        [0x80..=0xff, ..] => Some("is negative"),
        [0, second, ..] if second & 0x80 == 0 => Some("has a leading zero"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_positive_and_minimal() {
        for (sloppy, written) in [
            (&[0xc1, 1][..], &[0, 0xc1, 1][..]),
            (&[0, 0, 0xc1], &[0, 0xc1]),
            (&[0, 0x41], &[0x41]),
            (&[], &[0]),
            (&[0, 0], &[0]),
        ] {
            let [sloppy, written] = [sloppy, written].map(|contents| der::element(tag::INTEGER, contents));
            assert_eq!(regular(&sloppy).unwrap().as_slice(), written, "{sloppy:02x?}");
            assert_eq!(regular(&written), None);
            // As deep as the numbers of other primes stand, and no deeper.
            let nested = |inside: &[u8]| der::sequence(&[der::sequence(&[der::sequence(&[inside])])]);
            assert_eq!(*regular(&nested(&sloppy)).unwrap(), nested(&written));
            assert_eq!(regular(&der::sequence(&[nested(&sloppy)])), None);
        }
    }

    #[test]
    fn what_is_no_number_stays_what_it_is() {
        assert_eq!(regular(&der::sequence(&[&[2, 1, 0xff][..], &[5, 0]])), None);
        assert_eq!(regular(&[4, 1, 0xff]), None);
        assert_eq!(regular(&[2, 1]), None);
    }

    #[test]
    fn faults_are_told_apart() {
        for (contents, said) in [
            (&[][..], Some("is empty")),
            (&[0, 0], Some("is zero")),
            (&[0], Some("is zero")),
            (&[0x80], Some("is negative")),
            (&[0, 0x7f], Some("has a leading zero")),
            (&[0, 0x80], None),
            (&[0x7f], None),
        ] {
            assert_eq!(fault(contents), said, "{contents:02x?}");
        }
    }
}
