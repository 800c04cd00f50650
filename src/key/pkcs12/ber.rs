//! BER as Windows and Java write it, made DER: definite lengths, and strings in one piece (X.690 sections 8.1.3, 8.7).

use super::{WHAT, malformed};
use crate::der::{self, tag};
use crate::error::Error;
use crate::secret::Zeroizing;

/// How deep elements may nest; PKCS#12 needs about ten levels between two OCTET STRINGs.
const DEEPEST: usize = 32;

const CONSTRUCTED_OCTETS: u8 = tag::OCTET_STRING | tag::CONSTRUCTED;

/// The one element that the bytes consist of, in DER. What is wrapped in OCTET STRINGs stays as it is.
pub(super) fn to_der(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Definite lengths may be longer than indefinite ones, by little. Reserved: growing leaves copies behind.
    let slack = bytes.len().saturating_div(1 << 14).saturating_add(64);
    let mut out = Zeroizing::new(Vec::with_capacity(bytes.len().saturating_add(slack)));
    match element(bytes, 0, &mut out)? {
        [] => Ok(out),
        rest => Err(Error::TrailingBytes { what: WHAT, count: rest.len() }),
    }
}

/// Appends the first element in DER and returns what follows it.
fn element<'a>(bytes: &'a [u8], depth: usize, out: &mut Vec<u8>) -> Result<&'a [u8], Error> {
    if depth > DEEPEST {
        let (size, limit) = (depth as u64, DEEPEST as u64);
        return Err(Error::TooLarge { what: "the nesting of a PKCS#12 file", size, limit });
    }
    let Header { tag, length, contents } = header(bytes)?;
    let (inside, rest) = match length {
        Some(length) => contents.split_at_checked(length).ok_or_else(|| malformed("it is cut off"))?,
        None if tag & tag::CONSTRUCTED != 0 => (contents, &[][..]),
        None => return Err(malformed("a primitive element has no length")),
    };
    if tag & tag::CONSTRUCTED == 0 {
        out.extend_from_slice(&der::header(tag, inside.len()));
        out.extend_from_slice(inside);
        return Ok(rest);
    }
    let start = out.len();
    let behind = children(inside, length.is_none(), depth, out)?;
    if tag == CONSTRUCTED_OCTETS {
        let octets = joined(out.get(start..).unwrap_or_default())?;
        out.truncate(start);
        out.extend_from_slice(&der::header(tag::OCTET_STRING, octets.len()));
        out.extend_from_slice(&octets);
    } else {
        let header = der::header(tag, out.len().saturating_sub(start));
        out.splice(start..start, header);
    }
    Ok(if length.is_none() { behind } else { rest })
}

/// Appends the elements up to the end of the bytes, or to the end-of-contents octets where the length is indefinite.
fn children<'a>(
    mut bytes: &'a [u8],
    indefinite: bool,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<&'a [u8], Error> {
    loop {
        match bytes {
            [0, 0, rest @ ..] if indefinite => return Ok(rest),
            [] if indefinite => return Err(malformed("it is cut off")),
            [] => return Ok(bytes),
            _ => bytes = element(bytes, depth.saturating_add(1), out)?,
        }
    }
}

/// The octets of the OCTET STRINGs one after the other.
pub(super) fn joined(strings: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut octets = Zeroizing::new(Vec::with_capacity(strings.len()));
    for part in der::elements(WHAT, strings)? {
        match part.tag {
            tag::OCTET_STRING => octets.extend_from_slice(part.contents),
            _ => return Err(malformed("a string is made of something else than strings")),
        }
    }
    Ok(octets)
}

struct Header<'a> {
    tag: u8,
    /// None for the indefinite form.
    length: Option<usize>,
    contents: &'a [u8],
}

fn header(bytes: &[u8]) -> Result<Header<'_>, Error> {
    let [tag, first, rest @ ..] = bytes else { return Err(malformed("it is cut off")) };
    let (tag, first) = (*tag, *first);
    if tag & 0x1f == 0x1f {
        return Err(malformed("a tag number above 30, which PKCS#12 does not have"));
    }
    match first {
        0x80 => Ok(Header { tag, length: None, contents: rest }),
        0..0x80 => Ok(Header { tag, length: Some(first.into()), contents: rest }),
        _ => {
            let octets = usize::from(first & 0x7f);
            let (length, contents) =
                rest.split_at_checked(octets).ok_or_else(|| malformed("it is cut off"))?;
            Ok(Header { tag, length: Some(number(length)?), contents })
        }
    }
}

fn number(octets: &[u8]) -> Result<usize, Error> {
    let value = octets.iter().try_fold(0usize, |value, octet| {
        value.checked_mul(256).and_then(|value| value.checked_add(usize::from(*octet)))
    });
    value.ok_or_else(|| malformed("a length is out of range"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indefinite_lengths_and_strings_in_pieces_become_der() {
        let ber = [0x30, 0x80, 0x24, 0x80, 4, 1, 7, 4, 0x81, 2, 8, 9, 0, 0, 2, 1, 3, 0, 0];
        assert_eq!(**to_der(&ber).unwrap(), [0x30, 8, 4, 3, 7, 8, 9, 2, 1, 3]);
    }

    #[test]
    fn what_is_cut_off_or_too_deep_is_refused() {
        let deep = [0x30, 0x80].repeat(1000);
        for bytes in [&[][..], &[0x30], &[0x30, 0x80], &[0x30, 2, 0], &[4, 0x80], &[0x30, 0xff, 1], &deep] {
            to_der(bytes).unwrap_err();
        }
        assert!(matches!(to_der(&[5, 0, 0]), Err(Error::TrailingBytes { count: 1, .. })));
    }
}
