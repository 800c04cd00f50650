//! Object identifiers, by their DER content octets.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// An object identifier. Any arc is kept exactly; arcs above 2^64 print in hexadecimal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(Vec<u8>);

impl Oid {
    /// The identifier with these content octets (X.690 section 8.19): complete, minimal subidentifiers.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`].
    pub fn from_content(content: &[u8]) -> Result<Self, Error> {
        let complete = content.last().is_some_and(|octet| octet & 0x80 == 0);
        let mut starts = true;
        for octet in content {
            if starts && *octet == 0x80 {
                return Err(Error::decode("an object identifier", "a subidentifier has a leading zero"));
            }
            starts = octet & 0x80 == 0;
        }
        match complete {
            true => Ok(Self(content.to_vec())),
            false => Err(Error::decode("an object identifier", "the last subidentifier is cut off")),
        }
    }

    /// The content octets of its DER encoding.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.0
    }

    fn subidentifiers(&self) -> impl Iterator<Item = Option<u64>> + '_ {
        self.0.split_inclusive(|octet| octet & 0x80 == 0).map(|octets| {
            octets
                .iter()
                .try_fold(0u64, |value, octet| value.checked_mul(128)?.checked_add(u64::from(octet & 0x7f)))
        })
    }
}

impl AsRef<[u8]> for Oid {
    fn as_ref(&self) -> &[u8] {
        self.content()
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, subidentifier) in self.subidentifiers().enumerate() {
            match (index, subidentifier) {
                (0, Some(first)) => {
                    let root = (first / 40).min(2);
                    write!(f, "{root}.{}", first.saturating_sub(root.saturating_mul(40)))?;
                }
                (_, Some(arc)) => write!(f, ".{arc}")?,
                (_, None) => return write!(f, ".(0x{})", crate::digest::hex(&self.0)),
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Oid {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        encode(text).map(Self).ok_or_else(|| {
            Error::syntax("object identifier", text, "expected numbers joined by dots, the first 0, 1 or 2")
        })
    }
}

fn encode(text: &str) -> Option<Vec<u8>> {
    let mut arcs = text.split('.').map(arc);
    let (root, second) = (arcs.next()??, arcs.next()??);
    if root > 2 || (root < 2 && second > 39) {
        return None;
    }
    let mut content = Vec::new();
    push(root.checked_mul(40)?.checked_add(second)?, &mut content);
    for arc in arcs {
        push(arc?, &mut content);
    }
    Some(content)
}

/// A number without sign and without leading zeros.
fn arc(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

fn push(value: u64, content: &mut Vec<u8>) {
    for shift in (1..10u32).rev().map(|septet| septet.saturating_mul(7)) {
        if value >> shift > 0 {
            content.push(0x80 | (value >> shift & 0x7f) as u8);
        }
    }
    content.push((value & 0x7f) as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_root_reads_back_even_past_the_fortieth_arc() {
        for text in [
            "2.5.4.3",
            "1.2.840.113549.1.1.11",
            "2.999",
            "2.999.18446744073709551615",
            "0.9.2342.19200300.100.1.25",
            "2.40",
            "0.0",
            "0.39",
            "1.39.1",
            "1.2.16384",
        ] {
            let oid: Oid = text.parse().unwrap();
            assert_eq!((oid.to_string(), format!("{oid:?}")), (text.to_owned(), text.to_owned()));
            assert_eq!(Oid::from_content(oid.content()).unwrap(), oid);
        }
        assert_eq!("2.5.4.3".parse::<Oid>().unwrap().content(), [0x55, 4, 3]);
        // A zero septet within a number is no leading one.
        assert_eq!("1.2.16384".parse::<Oid>().unwrap().content(), [0x2a, 0x81, 0x80, 0]);
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        for text in ["", "1", "3.1", "1.40", "1..2", "1.2.", "1.02", "1.-2", "1.2.99999999999999999999"] {
            assert!(text.parse::<Oid>().is_err(), "{text:?}");
        }
        for content in [&[][..], &[0x80, 1], &[0x55, 0x84], &[0x55, 0x80, 1], &[0x81, 1, 0x80, 1]] {
            assert!(Oid::from_content(content).is_err(), "{content:02x?}");
        }
    }
}
