//! BEGIN and END boundaries, and what only looks like one.

use crate::error::PemFault;

use super::limits::{Limits, exceeded};

/// Which end of a block a boundary marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Begin,
    End,
}

/// A boundary as written: five dashes, BEGIN or END, a label, five dashes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boundary<'a> {
    pub(super) side: Side,
    pub(super) label: &'a str,
    /// Its length in bytes, dashes included.
    pub(super) length: usize,
}

/// Why a would-be boundary is none, and how many bytes into it.
pub(super) type Refusal = (usize, PemFault);

const DASHES: usize = 5;

/// How many bytes [`looks_like_one`] reads at most: dashes of three bytes, two spaces, BEGIN and a letter.
pub(super) const FARTHEST_LOOK: usize = 3 * MOST_DASHES + 8;

/// Whether `text` starts like a boundary, right or wrong: such a line is never passed over as text.
///
/// Two dashes at least (typographic ones, too), then BEGIN or END in any case.
pub(super) fn looks_like_one(text: &[u8]) -> bool {
    let (dashes, after) = strip_dashes(text);
    let spaces = after.iter().take(2).take_while(|byte| **byte == b' ').count();
    let after = after.get(spaces..).unwrap_or_default();
    dashes >= 2 && (starts_with_word(after, b"BEGIN") || starts_with_word(after, b"END"))
}

/// Where in a line, behind other text, a boundary begins.
pub(super) fn inside(line: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = line.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'-')) {
        at = at.saturating_add(found);
        let rest = line.get(at..).unwrap_or_default();
        let dashes = rest.iter().take_while(|byte| **byte == b'-').count();
        let after = rest.get(dashes..).unwrap_or_default();
        if dashes >= DASHES && (after.starts_with(b"BEGIN ") || after.starts_with(b"END ")) {
            return Some(at);
        }
        at = at.saturating_add(dashes);
    }
    None
}

/// The boundary that `text` starts with. Looks no further than the longest label allowed.
pub(super) fn read<'a>(text: &'a [u8], limits: &Limits) -> Result<Boundary<'a>, Refusal> {
    let dashes = leading_dashes(text);
    if dashes != DASHES {
        return Err(bad(0, if dashes == 0 { TYPOGRAPHIC } else { COUNT_BEFORE }));
    }
    let after = text.get(DASHES..).unwrap_or_default();
    let (side, keyword) = match after {
        [b'B', b'E', b'G', b'I', b'N', b' ', ..] => (Side::Begin, 6usize),
        [b'E', b'N', b'D', b' ', ..] => (Side::End, 4usize),
        _ => return Err(bad(DASHES, keyword_fault(after))),
    };
    let start = DASHES.saturating_add(keyword);
    let label = label(text.get(start..).unwrap_or_default(), limits)
        .map_err(|(at, fault)| (start.saturating_add(at), fault))?;
    let length = start.saturating_add(label.len()).saturating_add(DASHES);
    trailing_dashes(text.get(length..).unwrap_or_default()).map_err(|reason| bad(length, reason))?;
    Ok(Boundary { side, label, length })
}

const COUNT_BEFORE: &str = "it does not begin with exactly five dashes";
const COUNT_AFTER: &str = "it does not end with exactly five dashes";
const TYPOGRAPHIC: &str = "its dashes are typographic ones, as a word processor makes them";

fn keyword_fault(after: &[u8]) -> &'static str {
    match after {
        [b' ', ..] => "a space stands before BEGIN or END",
        [b'B' | b'E', ..] => "BEGIN or END is not followed by one space and a label",
        _ => "BEGIN or END is not in capitals",
    }
}

/// The label at the beginning of `text`, up to five dashes.
fn label<'a>(text: &'a [u8], limits: &Limits) -> Result<&'a str, Refusal> {
    let window = text.len().min(limits.label.saturating_add(DASHES));
    let window = text.get(..window).unwrap_or_default();
    let line = window.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(window.len());
    let found = window.get(..line).unwrap_or_default();
    match found.windows(DASHES).position(|five| five == b"-----") {
        Some(end) => legal(found.get(..end).unwrap_or_default()),
        None if line == window.len() && text.len() > window.len() => {
            Err((limits.label, exceeded("the length of a label in bytes", limits.label)))
        }
        None => Err(bad(line, COUNT_AFTER)),
    }
}

/// RFC 7468 section 3: printable characters; single spaces or hyphens between them.
fn legal(label: &[u8]) -> Result<&str, Refusal> {
    let illegal = |at| bad(at, "its label has a character that labels cannot have");
    let text = str::from_utf8(label).map_err(|error| illegal(error.valid_up_to()))?;
    let mut previous = b' ';
    for (at, byte) in label.iter().copied().enumerate() {
        match byte {
            b' ' | b'-' if matches!(previous, b' ' | b'-') => return Err(bad(at, SPACES)),
            0x20..=0x7e => previous = byte,
            _ => return Err(illegal(at)),
        }
    }
    match previous {
        b' ' if label.is_empty() => Err(bad(0, "it has no label")),
        b' ' | b'-' => Err(bad(label.len(), SPACES)),
        _ => Ok(text),
    }
}

const SPACES: &str = "its label does not consist of words with single spaces between them";

/// After a boundary no sixth dash may follow, except where the next boundary is glued to it.
fn trailing_dashes(text: &[u8]) -> Result<(), &'static str> {
    let more = leading_dashes(text);
    let after = text.get(more..).unwrap_or_default();
    let glued = more == DASHES && (after.starts_with(b"BEGIN ") || after.starts_with(b"END "));
    if more == 0 || glued { Ok(()) } else { Err(COUNT_AFTER) }
}

fn bad(at: usize, reason: &'static str) -> Refusal {
    (at, PemFault::BadBoundary { reason })
}

/// More dashes than any boundary has: longer runs are rules drawn in the text. Keeps the work per try constant.
const MOST_DASHES: usize = 16;

fn leading_dashes(text: &[u8]) -> usize {
    text.iter().take(MOST_DASHES).take_while(|byte| **byte == b'-').count()
}

/// How many dashes of any kind `text` starts with, and what follows them.
fn strip_dashes(mut text: &[u8]) -> (usize, &[u8]) {
    let mut dashes = 0usize;
    while dashes < MOST_DASHES {
        text = match text {
            [b'-', rest @ ..] => rest,
            // U+2010 to U+2015 and U+2212: hyphens, en and em dashes, the minus sign.
            [0xe2, 0x80, 0x90..=0x95, rest @ ..] | [0xe2, 0x88, 0x92, rest @ ..] => rest,
            _ => return (dashes, text),
        };
        dashes = dashes.saturating_add(1);
    }
    (dashes, text)
}

fn starts_with_word(text: &[u8], word: &[u8]) -> bool {
    let starts = text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    starts && !text.get(word.len()).is_some_and(u8::is_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> (usize, String) {
        let (at, fault) = read(text.as_bytes(), &Limits::default()).unwrap_err();
        (at, fault.to_string())
    }

    #[test]
    fn a_boundary_has_a_side_a_label_and_a_length() {
        let read = read(b"-----END X509 CRL-----\n", &Limits::default()).unwrap();
        assert_eq!((read.side, read.label, read.length), (Side::End, "X509 CRL", 22));
    }

    #[test]
    fn what_looks_like_a_boundary_is_one_or_is_refused_where_it_fails() {
        for (text, at, reason) in [
            ("----BEGIN A-----", 0, "begin with exactly five"),
            ("------BEGIN A-----", 0, "begin with exactly five"),
            ("\u{2013}\u{2013}BEGIN A-----", 0, "typographic"),
            ("-----begin A-----", 5, "capitals"),
            ("----- BEGIN A-----", 5, "space"),
            ("-----BEGINA-----", 5, "one space"),
            ("-----BEGIN-----", 5, "one space"),
            ("-----BEGIN A----", 16, "end with exactly five"),
            ("-----BEGIN A------", 17, "end with exactly five"),
            ("-----BEGIN A----------", 17, "end with exactly five"),
            ("-----BEGIN A", 12, "end with exactly five"),
            ("-----BEGIN -----", 11, "no label"),
            ("-----BEGIN  A-----", 11, "single spaces"),
            ("-----BEGIN A -----", 13, "single spaces"),
            ("-----BEGIN A\tB-----", 12, "character"),
            ("-----BEGIN Ä-----", 11, "character"),
        ] {
            assert!(looks_like_one(text.as_bytes()), "{text}");
            let (found, message) = refusal(text);
            assert!(message.contains(reason) && found == at, "{text}: {found} {message}");
        }
    }

    #[test]
    fn prose_is_no_boundary() {
        for text in ["- BEGIN", "--- begins here", "-----", "-----ending", "-----   END"] {
            assert!(!looks_like_one(text.as_bytes()), "{text}");
        }
        // A rule drawn in the text.
        let rule = |dashes| format!("{}BEGIN", "-".repeat(dashes));
        assert!(looks_like_one(rule(MOST_DASHES).as_bytes()));
        assert!(!looks_like_one(rule(MOST_DASHES + 1).as_bytes()));
    }

    #[test]
    fn a_boundary_is_found_behind_other_text() {
        assert_eq!(inside(b"ca = \"-----BEGIN A-----"), Some(6));
        assert_eq!(inside(b"---- b -----END A-----"), Some(7));
        for text in ["# --- BEGIN", "a ----- b", "a - BEGIN A", "a ----BEGIN A", "a -----BEGINNING", "-----"]
        {
            assert_eq!(inside(text.as_bytes()), None, "{text}");
        }
        assert_eq!(inside(b"--------------BEGIN A"), Some(0));
    }

    #[test]
    fn labels_are_bounded() {
        let text = format!("-----BEGIN {}-----", "A".repeat(65));
        assert!(matches!(read(text.as_bytes(), &Limits::default()), Err((75, PemFault::Limit { .. }))));
        let text = format!("-----BEGIN {}-----", "A".repeat(64));
        assert!(read(text.as_bytes(), &Limits::default()).is_ok());
    }
}
