//! DER that the library has read and found right, walked through for its numbers.

use zeroize::Zeroizing;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// The tag `[number]` around another element.
pub(super) const fn explicit(number: u8) -> u8 {
    0xa0 | number
}

/// One element.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    tag: u8,
    contents: &'a [u8],
}

impl<'a> Element<'a> {
    /// The first element of these bytes, where it has that tag.
    pub(super) fn read(der: &'a [u8], tag: u8) -> Option<Self> {
        first(der).map(|(element, _)| element).filter(|element| element.tag == tag)
    }

    pub(super) fn contents(&self) -> &'a [u8] {
        self.contents
    }

    /// The contents of all elements inside that have the tag.
    pub(super) fn all(&self, tag: u8) -> Vec<&'a [u8]> {
        let inside = std::iter::successors(first(self.contents), |(_, rest)| first(rest));
        inside.filter(|(element, _)| element.tag == tag).map(|(element, _)| element.contents).collect()
    }

    /// The contents of the first of them.
    pub(super) fn find(&self, tag: u8) -> Option<&'a [u8]> {
        self.all(tag).first().copied()
    }

    /// All elements inside that have the tag.
    pub(super) fn each(&self, tag: u8) -> Vec<Self> {
        self.all(tag).into_iter().map(|contents| Element { tag, contents }).collect()
    }

    /// The first of them.
    pub(super) fn inside(&self, tag: u8) -> Option<Self> {
        self.each(tag).first().copied()
    }
}

/// The first element, and what follows it.
fn first(der: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&[tag, length], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = match length {
        0..0x80 => (usize::from(length), rest),
        _ => {
            let (octets, rest) =
                rest.split_at_checked(usize::from(length & 0x7f)).filter(|(o, _)| o.len() <= 4)?;
            (octets.iter().fold(0usize, |sum, octet| sum << 8 | usize::from(*octet)), rest)
        }
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((Element { tag, contents }, rest))
}

/// The DER of an element with these contents.
pub(super) fn written(tag: u8, contents: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length: usize = contents.iter().map(|part| part.len()).sum();
    let octets = length.to_be_bytes();
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let octets = octets.get(zeros..).unwrap_or_default();
    let mut der = Zeroizing::new(Vec::with_capacity(length.saturating_add(10)));
    match length {
        0..0x80 => der.extend([tag, (length & 0x7f) as u8]),
        _ => {
            der.extend([tag, 0x80 | (octets.len() & 0x7f) as u8]);
            der.extend_from_slice(octets);
        }
    }
    contents.iter().for_each(|part| der.extend_from_slice(part));
    der
}
