//! DER elements, taken apart and put together without re-encoding what is inside.

use pkcs8::der::{Encode, Header, Length, Tag};

use crate::error::Error;

/// Tags of the universal class, and those that X.509 uses, as identifier octets.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const NUMERIC_STRING: u8 = 0x12;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const TELETEX_STRING: u8 = 0x14;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UNIVERSAL_STRING: u8 = 0x1c;
    pub(crate) const BMP_STRING: u8 = 0x1e;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;

    /// The bit of an identifier octet that says that elements are inside.
    pub(crate) const CONSTRUCTED: u8 = 0x20;

    /// `[number]`, primitive, of the context class.
    pub(crate) const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// `[number]`, constructed, of the context class.
    pub(crate) const fn context_constructed(number: u8) -> u8 {
        0xa0 | number
    }
}

/// One element: its identifier octet, its contents, and the bytes of both with the length between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) contents: &'a [u8],
    pub(crate) raw: &'a [u8],
}

/// The tag number 31 says that the number follows in further octets (X.690 section 8.1.2.4).
const LONG_TAG: u8 = 0x1f;

/// The single element that `bytes` consist of, in DER (definite, minimal lengths) and nothing behind it.
pub(crate) fn single<'a>(what: &'static str, bytes: &'a [u8]) -> Result<Element<'a>, Error> {
    let (element, rest) = first(what, bytes)?;
    match rest.len() {
        0 => Ok(element),
        count => Err(Error::TrailingBytes { what, count }),
    }
}

/// Why there is no element. Small, because every element of every certificate passes here.
#[derive(Clone, Copy)]
enum Fault {
    Malformed(&'static str),
    CutOff { length: usize },
}

impl Fault {
    #[cold]
    fn of(self, what: &'static str) -> Error {
        match self {
            Self::Malformed(reason) => Error::decode(what, reason),
            Self::CutOff { length } => {
                Error::decode(what, format!("an element of {length} octets is cut off"))
            }
        }
    }
}

/// The first element of `bytes`, and what follows it.
pub(crate) fn first<'a>(what: &'static str, bytes: &'a [u8]) -> Result<(Element<'a>, &'a [u8]), Error> {
    next(bytes).map_err(|fault| fault.of(what))
}

fn next(bytes: &[u8]) -> Result<(Element<'_>, &[u8]), Fault> {
    // The der crate's own elements exclude tags that it has no type for, such as UniversalString.
    let Some((&tag, behind_tag)) = bytes.split_first() else {
        return Err(Fault::Malformed("it ends where an element should begin"));
    };
    if tag & LONG_TAG == LONG_TAG {
        return Err(Fault::Malformed("a tag number above 30, which X.509 does not have"));
    }
    let (length, behind_length) = length(behind_tag).map_err(Fault::Malformed)?;
    let Some((contents, rest)) = behind_length.split_at_checked(length) else {
        return Err(Fault::CutOff { length });
    };
    let (raw, _) = bytes.split_at_checked(bytes.len().saturating_sub(rest.len())).unwrap_or((bytes, &[]));
    Ok((Element { tag, contents, raw }, rest))
}

/// The length octets (X.690 sections 8.1.3, 10.1): definite, and as short as they can be.
fn length(bytes: &[u8]) -> Result<(usize, &[u8]), &'static str> {
    let (&first, rest) = bytes.split_first().ok_or("it ends where a length should be")?;
    let count = match first {
        0..0x80 => return Ok((usize::from(first), rest)),
        0x80 => return Err("an indefinite length, which DER does not have"),
        // Four octets count 4 GiB.
        0x81..=0x84 => usize::from(first & 0x7f),
        _ => return Err("a length beyond 4 GiB"),
    };
    let (octets, rest) = rest.split_at_checked(count).ok_or("it ends inside a length")?;
    let length = octets.iter().fold(0u64, |length, octet| (length << 8) | u64::from(*octet));
    let shortest = octets.first() != Some(&0) && length > 0x7f;
    match usize::try_from(length) {
        Ok(length) if shortest => Ok((length, rest)),
        Ok(_) => Err("a length that is not as short as it can be"),
        Err(_) => Err("a length beyond this machine's memory"),
    }
}

/// Every element of a concatenation of elements. The list takes up to twenty times the memory of the bytes: where
/// nothing else bounds these, [`elements_within`] does.
pub(crate) fn elements<'a>(what: &'static str, bytes: &'a [u8]) -> Result<Vec<Element<'a>>, Error> {
    elements_within(what, bytes, usize::MAX)
}

/// Every element of a concatenation of no more than so many elements.
pub(crate) fn elements_within<'a>(
    what: &'static str,
    mut bytes: &'a [u8],
    most: usize,
) -> Result<Vec<Element<'a>>, Error> {
    // As many as the signed part of a certificate has.
    let mut found = Vec::with_capacity(8);
    while !bytes.is_empty() {
        if found.len() >= most {
            let size = (most as u64).saturating_add(1);
            return Err(Error::TooLarge { what, size, limit: most as u64 });
        }
        let (element, rest) = next(bytes).map_err(|fault| fault.of(what))?;
        found.push(element);
        bytes = rest;
    }
    Ok(found)
}

/// The elements inside the one constructed element that `bytes` consist of, which has the tag expected.
pub(crate) fn children<'a>(what: &'static str, tag: u8, bytes: &'a [u8]) -> Result<Vec<Element<'a>>, Error> {
    elements(what, contents(what, tag, bytes)?)
}

/// What is inside the one element that `bytes` consist of, which has the tag expected.
pub(crate) fn contents<'a>(what: &'static str, tag: u8, bytes: &'a [u8]) -> Result<&'a [u8], Error> {
    let outer = single(what, bytes)?;
    match outer.tag == tag {
        true => Ok(outer.contents),
        false => Err(Error::decode(what, format!("expected tag {tag:#04x}, found {:#04x}", outer.tag))),
    }
}

/// Fields with context tags, each of which may be left out: in the order of their numbers (X.690 section 8.9.2), so
/// that none stands there twice and the second is taken for the first.
pub(crate) fn optional<'a>(what: &'static str, fields: Vec<Element<'a>>) -> Result<Vec<Element<'a>>, Error> {
    const NUMBER: u8 = 0x1f;
    match fields.is_sorted_by(|one, next| one.tag & NUMBER < next.tag & NUMBER) {
        true => Ok(fields),
        false => Err(Error::decode(what, "a field stands there twice, or not in its place")),
    }
}

/// How deep structures may nest; X.509 needs about ten levels.
const DEEPEST: usize = 32;

/// Checks that the elements are DER all the way down: minimal lengths, no constructed strings, canonical
/// BOOLEAN and INTEGER. What is wrapped in OCTET STRINGs is not looked at.
pub(crate) fn check_canonical(what: &'static str, bytes: &[u8]) -> Result<(), Error> {
    canonical_level(what, bytes, 0)
}

fn canonical_level(what: &'static str, bytes: &[u8], depth: usize) -> Result<(), Error> {
    if depth > DEEPEST {
        return Err(Error::TooLarge {
            what: "the nesting of a structure",
            size: depth as u64,
            limit: DEEPEST as u64,
        });
    }
    let mut rest = bytes;
    while !rest.is_empty() {
        let (element, after) = next(rest).map_err(|fault| fault.of(what))?;
        rest = after;
        if let Some(reason) = fault(&element) {
            return Err(Error::decode(what, reason));
        }
        if element.tag & tag::CONSTRUCTED != 0 {
            canonical_level(what, element.contents, depth.saturating_add(1))?;
        }
    }
    Ok(())
}

/// What in the element itself is not DER (X.690 sections 8.3.2, 10.2, 11.1).
fn fault(element: &Element<'_>) -> Option<&'static str> {
    let universal = element.tag & 0xc0 == 0;
    match (element.tag, element.contents) {
        (tag::BOOLEAN, [0x00 | 0xff]) => None,
        (tag::BOOLEAN, _) => Some("a BOOLEAN is neither 00 nor FF"),
        (tag::INTEGER, []) => Some("an INTEGER is empty"),
        (tag::INTEGER, [0x00, second, ..]) if second & 0x80 == 0 => Some("an INTEGER has a leading zero"),
        (tag::INTEGER, [0xff, second, ..]) if second & 0x80 != 0 => Some("an INTEGER has a leading FF"),
        (tag::SEQUENCE | tag::SET, _) => None,
        (other, _) if universal && other & tag::CONSTRUCTED != 0 => Some("a string is in constructed form"),
        _ => None,
    }
}

/// An element of that identifier octet around `contents`.
pub(crate) fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut encoded = header(tag, contents.len());
    encoded.extend_from_slice(contents);
    encoded
}

/// A constructed element of that identifier octet around the parts, one after the other.
pub(crate) fn constructed<P: AsRef<[u8]>>(tag: u8, parts: &[P]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.as_ref().len()).fold(0usize, usize::saturating_add);
    let mut encoded = header(tag, length);
    encoded.reserve_exact(length);
    parts.iter().for_each(|part| encoded.extend_from_slice(part.as_ref()));
    encoded
}

/// A SEQUENCE of the parts.
pub(crate) fn sequence<P: AsRef<[u8]>>(parts: &[P]) -> Vec<u8> {
    constructed(tag::SEQUENCE, parts)
}

/// The octets of an INTEGER that is not negative, without the zeros before it.
pub(crate) fn magnitude(contents: &[u8]) -> &[u8] {
    let zeros = contents.iter().take_while(|octet| **octet == 0).count();
    contents.get(zeros..).unwrap_or_default()
}

/// A BIT STRING of whole octets.
pub(crate) fn bit_string(octets: &[u8]) -> Vec<u8> {
    constructed(tag::BIT_STRING, &[&[0u8][..], octets])
}

/// Identifier and length octets.
pub(crate) fn header(tag: u8, length: usize) -> Vec<u8> {
    let mut encoded = vec![tag];
    // A length that does not fit in `Length` (4 GiB) cannot occur: inputs are bounded far below.
    let length = Length::try_from(length).unwrap_or(Length::MAX);
    let placeholder = Header::new(Tag::OctetString, length).to_der().unwrap_or_default();
    encoded.extend_from_slice(placeholder.get(1..).unwrap_or_default());
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_apart_goes_together_again() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let encoded = element(tag::OCTET_STRING, &vec![7; length]);
            let read = single("test", &encoded).unwrap();
            assert_eq!((read.tag, read.contents.len(), read.raw), (tag::OCTET_STRING, length, &encoded[..]));
        }
    }

    #[test]
    fn ber_is_refused() {
        // Non-minimal length, indefinite length, length past the end.
        for bytes in [
            &[0x04, 0x81, 0x01, 0x00][..],
            &[0x04, 0x82, 0x00, 0x80],
            &[0x30, 0x80, 0, 0],
            &[0x04, 0x02, 0x00],
            &[0x04],
            &[0x04, 0x82, 0x01],
            &[0x04, 0x85, 1, 0, 0, 0, 0],
            &[0x04, 0xff],
        ] {
            assert_eq!(single("test", bytes).unwrap_err().kind(), "decode", "{bytes:02x?}");
        }
    }

    #[test]
    fn trailing_bytes_are_counted() {
        let error = single("test", &[0x05, 0x00, 0x00, 0x01]).unwrap_err();
        assert!(matches!(error, Error::TrailingBytes { count: 2, .. }));
    }

    #[test]
    fn optional_fields_stand_once_and_in_order() {
        let fields = |tags: &[u8]| {
            let bytes: Vec<u8> = tags.iter().flat_map(|tag| [*tag, 0]).collect();
            elements("test", &bytes).and_then(|fields| optional("test", fields).map(|f| f.len())).ok()
        };
        assert_eq!(fields(&[]), Some(0));
        assert_eq!(fields(&[0x80, 0xa1, 0x83]), Some(3));
        assert_eq!(fields(&[0x80, 0xa0]), None);
        assert_eq!(fields(&[0x81, 0x80]), None);
    }

    #[test]
    fn every_tag_of_one_octet_is_read_and_no_other() {
        for tag in 0..=u8::MAX {
            let encoded = element(tag, &[1]);
            match tag & LONG_TAG == LONG_TAG {
                true => assert!(single("test", &encoded).is_err(), "{tag:#04x}"),
                false => assert_eq!(single("test", &encoded).unwrap().tag, tag),
            }
        }
    }

    #[test]
    fn children_are_raw_slices() {
        let inner = [element(tag::INTEGER, &[5]), element(tag::NULL, &[])];
        let outer = sequence(&inner);
        let read = children("test", tag::SEQUENCE, &outer).unwrap();
        assert_eq!(read.iter().map(|e| e.raw.to_vec()).collect::<Vec<_>>(), inner);
        assert!(children("test", tag::SET, &outer).is_err());
    }

    /// X.690 sections 8.3.2, 10.2 and 11.1, at the top and inside a structure.
    #[test]
    fn what_is_no_der_is_refused_at_any_depth() {
        for (reason, bytes) in [
            ("a BOOLEAN", &[1, 1, 1][..]),
            ("a BOOLEAN", &[1, 0]),
            ("a BOOLEAN", &[1, 2, 0xff, 0xff]),
            ("is empty", &[2, 0]),
            ("leading zero", &[2, 2, 0, 0x7f]),
            ("leading zero", &[2, 3, 0, 0, 1]),
            ("leading FF", &[2, 2, 0xff, 0x80]),
            ("leading FF", &[2, 2, 0xff, 0xff]),
            ("constructed", &[0x24, 3, 4, 1, 0]),
            ("constructed", &[0x2c, 0]),
            ("constructed", &[0x22, 0]),
        ] {
            let inside = constructed(
                tag::context_constructed(0),
                &[sequence(&[element(tag::NULL, &[]), bytes.to_vec()])],
            );
            for bytes in [bytes, &inside, &constructed(tag::SET, &[bytes])] {
                let error = check_canonical("test", bytes).unwrap_err();
                assert!(error.to_string().contains(reason), "{bytes:02x?}: {error}");
            }
        }
    }

    #[test]
    fn what_is_der_passes() {
        for bytes in [
            &[][..],
            &[1, 1, 0, 1, 1, 0xff],
            &[2, 1, 0],
            &[2, 1, 0xff],
            &[2, 2, 0, 0x80],
            &[2, 2, 0xff, 0x7f],
            &[2, 2, 0x01, 0x80],
            &[0x30, 0, 0x31, 0, 0xa0, 2, 5, 0],
            // Not of the universal class: an implicit tag, and whatever is inside.
            &[0x81, 0, 0x82, 2, 0, 0x7f],
            &[0xa4, 0, 0x64, 0],
            // What is wrapped in an OCTET STRING is not looked at.
            &[4, 3, 1, 1, 1],
        ] {
            check_canonical("test", bytes).expect("DER");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |levels: usize| (0..levels).fold(Vec::new(), |inside, _| sequence(&[inside]));
        check_canonical("test", &nested(DEEPEST)).unwrap();
        let error = check_canonical("test", &nested(DEEPEST + 1)).unwrap_err();
        assert!(matches!(error, Error::TooLarge { size: 33, limit: 32, .. }), "{error}");
    }

    #[test]
    fn lists_are_as_long_as_allowed() {
        let three = element(tag::NULL, &[]).repeat(3);
        assert_eq!(elements_within("test", &three, 3).unwrap().len(), 3);
        let error = elements_within("test", &three, 2).unwrap_err();
        assert!(matches!(error, Error::TooLarge { what: "test", size: 3, limit: 2 }), "{error}");
    }

    /// X.690 sections 8.1.2 and 8.6.
    #[test]
    fn elements_are_written_as_the_standard_has_them() {
        assert_eq!([tag::context(0), tag::context(8), tag::context_constructed(3)], [0x80, 0x88, 0xa3]);
        assert_eq!(bit_string(&[0xaa, 0xbb]), [3, 3, 0, 0xaa, 0xbb]);
        assert_eq!(header(tag::SET, 0x1234), [0x31, 0x82, 0x12, 0x34]);
        assert_eq!(contents("test", tag::SEQUENCE, &[0x30, 1, 7]).unwrap_or_default(), [7]);
        assert_eq!(contents("test", tag::SET, &[0x30, 0]).unwrap_err().kind(), "decode");
    }
}
