//! Everything in a file, where what cannot be read does not hide the rest.

use super::{Item, Kind, from_block, items, looks_like_der, mentions_a_block, pkcs7, within_bounds};
use crate::der;
use crate::error::Error;
use crate::pem::{self, Limits, Reading, Verdict};

/// A part of a file that could not be read, and why.
#[derive(Debug)]
pub(crate) struct Unread {
    /// The label of its PEM block, where there is a readable one.
    pub(crate) label: Option<String>,
    /// The line on which it begins.
    pub(crate) line: Option<usize>,
    pub(crate) error: Error,
}

type Part = Result<Item, Unread>;

/// Every part of a file, in its order.
///
/// # Errors
///
/// [`Error::TooLarge`] for more parts than a file may have; those of [`items`] where nothing in the file can be read.
pub(crate) fn parts(bytes: &[u8]) -> Result<Vec<Part>, Error> {
    let refused = match items(bytes) {
        Ok(items) => return Ok(items.into_iter().map(Ok).collect()),
        Err(error) => error,
    };
    let der = looks_like_der(bytes);
    let parts = match pem::verdicts(bytes, Reading::Tolerant, &Limits::default()) {
        Ok(verdicts) if !der || mentions_a_block(bytes) => of_verdicts(verdicts)?,
        _ if der => of_der(bytes)?,
        _ => return Err(refused),
    };
    if parts.iter().any(Result::is_ok) { Ok(parts) } else { Err(refused) }
}

fn of_verdicts(verdicts: Vec<Verdict>) -> Result<Vec<Part>, Error> {
    let mut parts = Vec::with_capacity(verdicts.len());
    for verdict in verdicts {
        parts.extend(of_verdict(verdict));
        within_bounds(parts.len())?;
    }
    Ok(parts)
}

fn of_verdict(verdict: Verdict) -> Vec<Part> {
    let line = Some(verdict.lines().0);
    let label = match &verdict {
        Verdict::Readable(block) => Some(block.label().to_owned()),
        Verdict::Unreadable(refused) => refused.label().map(str::to_owned),
    };
    match verdict.into_block().and_then(from_block) {
        Ok(items) => items.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(Unread { label, line, error })],
    }
}

/// The structures up to the first that is cut off or damaged.
fn of_der(mut bytes: &[u8]) -> Result<Vec<Part>, Error> {
    let mut parts = Vec::new();
    while !bytes.is_empty() {
        let read = der::first("DER", bytes)
            .and_then(|(structure, rest)| Ok((structure_items(structure.raw)?, rest)));
        match read {
            Ok((items, rest)) => {
                parts.extend(items.into_iter().map(Ok));
                bytes = rest;
            }
            Err(error) => {
                parts.push(Err(Unread { label: None, line: None, error }));
                break;
            }
        }
        within_bounds(parts.len())?;
    }
    Ok(parts)
}

fn structure_items(der: &[u8]) -> Result<Vec<Item>, Error> {
    let inner = pkcs7::contents(der)?;
    Ok(inner.unwrap_or_else(|| vec![Item::new(Kind::of_content(der), der)]))
}

#[cfg(test)]
mod tests {
    use super::super::MOST;
    use super::*;

    fn summary(bytes: &[u8]) -> Vec<bool> {
        parts(bytes).unwrap().iter().map(Result::is_ok).collect()
    }

    #[test]
    fn what_is_whole_is_found_beside_what_is_not() {
        let whole = pem::encode("X", &[0x30, 0]);
        let cut = whole.split_at_checked(whole.len() - 20).unwrap().0;
        assert_eq!(summary([whole.as_str(), cut].concat().as_bytes()), [true, false]);
        assert_eq!(summary([cut, "\n", whole.as_str()].concat().as_bytes()), [false, true]);
        assert_eq!(summary(&[0x30, 0, 0x30, 0, 0x30, 1]), [true, true, false]);
        assert_eq!(summary(b"\x30\x03\x02\x01\x05behind"), [true, false]);
    }

    #[test]
    fn a_file_in_which_nothing_is_whole_is_an_error() {
        for bytes in [&b""[..], b"text", b"-----BEGIN X-----\nMAA=\n", &[0x30, 1]] {
            assert!(parts(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn reading_on_behind_damage_is_bounded_like_reading_what_is_whole() {
        let many = |count: usize| [0x30, 0].repeat(count);
        let cut = |count: usize| [many(count).as_slice(), &[0x30, 1]].concat();
        assert_eq!(parts(&cut(MOST - 1)).unwrap().len(), MOST);
        for bytes in [cut(MOST + 1), [many(MOST + 1).as_slice(), b"-----BEGIN X"].concat()] {
            assert!(matches!(parts(&bytes), Err(Error::TooLarge { .. })));
        }
    }
}
