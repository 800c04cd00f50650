//! A position in the text that knows its line and column, and only moves forward.

use crate::error::{Error, PemFault};

use super::limits::{Limits, exceeded};

/// Line and column, counted from 1; the column in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Place {
    pub(super) const START: Self = Self { line: 1, column: 1 };

    pub(super) fn refuse(self, fault: PemFault) -> Error {
        Error::Pem { line: self.line, column: self.column, fault }
    }
}

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// LF or CRLF.
    Newline,
    /// CR alone.
    Return,
}

/// The bytes looked at, counted in tests only: what shows that reading takes linear time.
#[derive(Clone, Copy, Default)]
pub(super) struct Work {
    #[cfg(test)]
    pub(super) bytes: usize,
}

impl Work {
    #[cfg(test)]
    pub(super) fn add(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    #[cfg(not(test))]
    pub(super) fn add(&mut self, _: usize) {}
}

/// The reading position. Every step forward costs at most the bytes that it passes, plus one.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    position: usize,
    line: usize,
    line_start: usize,
    longest_line: usize,
    pub(super) work: Work,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8], limits: &Limits) -> Self {
        let longest_line = limits.line;
        Self { text, position: 0, line: 1, line_start: 0, longest_line, work: Work::default() }
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn place(&self) -> Place {
        self.place_ahead(0)
    }

    /// The place so many bytes ahead, on the same line.
    pub(super) fn place_ahead(&self, bytes: usize) -> Place {
        let column = self.position.saturating_sub(self.line_start).saturating_add(bytes).saturating_add(1);
        Place { line: self.line, column }
    }

    pub(super) fn at_line_start(&self) -> bool {
        self.position == self.line_start
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// The text from an earlier position up to here.
    pub(super) fn since(&self, position: usize) -> &'a [u8] {
        self.text.get(position..self.position).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.position).copied()
    }

    /// Moves over bytes that are known to hold no line end.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.position = self.position.saturating_add(bytes).min(self.text.len());
        self.work.add(bytes);
    }

    /// Moves over spaces and tabs, and counts them.
    pub(super) fn blanks(&mut self) -> usize {
        let blanks = self.rest().iter().take_while(|byte| is_blank(**byte)).count();
        self.skip(blanks);
        blanks
    }

    /// Moves to the end of the line and gives what was passed.
    pub(super) fn until_line_end(&mut self) -> Result<&'a [u8], Error> {
        let length = self.rest().iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        self.run(length)
    }

    /// Moves to the end of the line or to a dash, whichever is first. Base64 text has no dashes.
    pub(super) fn until_line_end_or_dash(&mut self) -> Result<&'a [u8], Error> {
        let length = self.rest().iter().position(|byte| matches!(byte, b'\n' | b'\r' | b'-'));
        self.run(length)
    }

    /// Moves over lines as RFC 7468 writes them, of 64 base64 characters without padding and LF: so many at most.
    /// Counts them.
    pub(super) fn regular_lines(&mut self, most: usize) -> usize {
        if !self.at_line_start() || self.longest_line < REGULAR_LINE {
            return 0;
        }
        let (lines, _) = self.rest().as_chunks::<{ REGULAR_LINE + 1 }>();
        let passed = lines.iter().take(most).take_while(|line| is_regular(line)).count();
        self.skip(passed.saturating_mul(REGULAR_LINE.saturating_add(1)));
        self.line = self.line.saturating_add(passed);
        self.line_start = self.position;
        passed
    }

    /// Moves over so many bytes, or to the end of the text.
    fn run(&mut self, length: Option<usize>) -> Result<&'a [u8], Error> {
        let rest = self.rest();
        let length = length.unwrap_or(rest.len());
        self.skip(length);
        if self.position.saturating_sub(self.line_start) > self.longest_line {
            let place = Place { line: self.line, column: self.longest_line.saturating_add(1) };
            return Err(place.refuse(exceeded("the length of a line in bytes", self.longest_line)));
        }
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// Goes back to where the cursor was. What was looked at since is looked at again, and counted again.
    pub(super) fn rewind(&mut self, earlier: &Self) {
        *self = Self { work: self.work, ..*earlier };
    }

    /// What follows the spaces and tabs (and a byte order mark) here, without moving.
    pub(super) fn behind_blanks(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let rest = rest.strip_prefix(BYTE_ORDER_MARK).unwrap_or(rest);
        let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
        self.work.add(blanks);
        rest.get(blanks..).unwrap_or_default()
    }

    /// Moves over a byte order mark, if one is here.
    pub(super) fn byte_order_mark(&mut self) -> bool {
        let found = self.at_line_start() && self.rest().starts_with(BYTE_ORDER_MARK);
        self.skip(if found { BYTE_ORDER_MARK.len() } else { 0 });
        found
    }

    /// Moves over a line end, if one is here.
    pub(super) fn line_end(&mut self) -> Option<LineEnd> {
        let (end, length) = match self.rest() {
            [b'\r', b'\n', ..] => (LineEnd::Newline, 2),
            [b'\n', ..] => (LineEnd::Newline, 1),
            [b'\r', ..] => (LineEnd::Return, 1),
            _ => return None,
        };
        self.skip(length);
        self.line = self.line.saturating_add(1);
        self.line_start = self.position;
        Some(end)
    }
}

/// The characters of every base64 line but the last (RFC 7468 section 2).
pub(super) const REGULAR_LINE: usize = 64;

/// Looks at every byte whatever it finds, so that the compiler compares many of them at once.
fn is_regular(line: &[u8; REGULAR_LINE + 1]) -> bool {
    let [characters @ .., end] = line;
    let symbols = characters
        .iter()
        .fold(true, |all, byte| all & (byte.is_ascii_alphanumeric() | (*byte == b'+') | (*byte == b'/')));
    symbols & (*end == b'\n')
}

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The text without spaces and tabs at its end.
pub(super) fn trim_end(text: &[u8]) -> &[u8] {
    let kept = text.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last.saturating_add(1));
    text.get(..kept).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(text: &str, longest_line: usize) -> Cursor<'_> {
        Cursor::new(text.as_bytes(), &Limits { line: longest_line, ..Limits::default() })
    }

    #[test]
    fn lines_of_64_characters_are_passed_at_once() {
        let line = "A+/z".repeat(16) + "\n";
        let text = line.repeat(3) + &line.replacen('A', "=", 1);
        for (longest_line, most, passed) in [(64, 9, 3), (65, 3, 3), (64, 2, 2), (64, 0, 0), (63, 9, 0)] {
            let mut cursor = cursor(&text, longest_line);
            assert_eq!(cursor.regular_lines(most), passed, "{longest_line} {most}");
            assert_eq!(cursor.place(), Place { line: passed.saturating_add(1), column: 1 });
            assert_eq!(cursor.position(), passed.saturating_mul(line.len()));
        }
        for odd in [" ", "=", "-", "\0", "@", "[", "\u{e9}"] {
            let text = format!("{odd}{}\n", "A".repeat(64_usize.saturating_sub(odd.len())));
            assert_eq!(cursor(&text, 64).regular_lines(1), 0, "{odd:?}");
        }
        let mut inside = cursor(&text, 1000);
        inside.skip(line.len().saturating_add(1));
        assert_eq!(inside.regular_lines(9), 0);
        assert_eq!(cursor(&"A".repeat(65), 1000).regular_lines(9), 0);
    }

    #[test]
    fn a_line_is_as_long_as_the_limit_at_most() {
        assert_eq!(cursor("abcd\n", 4).until_line_end().unwrap(), b"abcd");
        let error = cursor("abcde\n", 4).until_line_end().unwrap_err();
        assert!(matches!(error, Error::Pem { line: 1, column: 5, .. }), "{error}");
    }

    #[test]
    fn work_is_not_undone_by_going_back() {
        let mut cursor = cursor("abcd", 4);
        let start = cursor;
        cursor.skip(3);
        cursor.rewind(&start);
        assert_eq!((cursor.position(), cursor.work.bytes), (0, 3));
    }
}
