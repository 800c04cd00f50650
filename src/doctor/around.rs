//! What stands around the blocks of a file, and is none.

use std::ops::Range;

use crate::finding::Finding;

use super::info;

/// The text before, between and behind the blocks, which have these lines: each piece with its first line.
pub(super) fn outside<'a>(bytes: &'a [u8], blocks: &[(usize, usize)]) -> Vec<(usize, &'a [u8])> {
    let mut pieces: Vec<(usize, Range<usize>)> = Vec::new();
    let mut blocks = blocks.iter().peekable();
    let (mut open, mut end) = (false, 0usize);
    for (number, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        let start = end;
        end = end.saturating_add(line.len());
        while blocks.next_if(|(_, last)| *last < number).is_some() {}
        let within = blocks.peek().is_some_and(|(first, _)| *first <= number);
        let text = !within && !line.trim_ascii().is_empty();
        match pieces.last_mut().filter(|_| open) {
            Some((_, piece)) if text => piece.end = end,
            None if text => pieces.push((number, start..end)),
            _ => {}
        }
        open = text;
    }
    pieces.into_iter().filter_map(|(number, piece)| Some((number, bytes.get(piece)?))).collect()
}

/// What people suspect, and what is no cause.
pub(super) fn remarks(bytes: &[u8]) -> Vec<Finding> {
    let crlf = bytes.windows(2).any(|two| two == b"\r\n");
    let mark = bytes.starts_with(&[0xef, 0xbb, 0xbf]);
    // In UTF-16, half of a line end may be NUL.
    let unended = !matches!(bytes.iter().rev().find(|byte| **byte != 0), Some(b'\n' | b'\r'));
    let all = [
        (crlf, "pem-crlf", "the lines end in CR LF, as on Windows; that is no cause, OpenSSL reads it"),
        (
            mark,
            "pem-byte-order-mark",
            "a UTF-8 byte order mark comes first; OpenSSL reads it, some others do not",
        ),
        (
            unended,
            "pem-no-final-newline",
            "the last line has no line end; append nothing to this file as it is",
        ),
    ];
    all.into_iter().filter(|(seen, ..)| *seen).map(|(_, rule, message)| info(rule, message)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_is_one_in_utf_16_too() {
        let unended =
            |bytes: &[u8]| remarks(bytes).iter().any(|remark| remark.rule == "pem-no-final-newline");
        let wide =
            |text: &str, octets: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(octets).collect::<Vec<_>>();
        for octets in [u16::to_le_bytes, u16::to_be_bytes] {
            assert!(!unended(&wide("a\n", octets)) && unended(&wide("a", octets)));
        }
        assert!(!unended(b"a\n") && !unended(b"a\r") && unended(b"a"));
    }
}
