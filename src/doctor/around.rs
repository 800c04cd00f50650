//! What stands around the blocks of a file, and is none.

use crate::finding::Finding;
use crate::secret::Zeroizing;

use super::info;

/// The text before, between and behind the blocks, which have these lines: each piece with its first line.
pub(super) fn outside(bytes: &[u8], blocks: &[(usize, usize)]) -> Vec<(usize, Zeroizing<Vec<u8>>)> {
    let mut pieces: Vec<(usize, Zeroizing<Vec<u8>>)> = Vec::new();
    let mut blocks = blocks.iter().peekable();
    let mut open = false;
    for (number, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        while blocks.next_if(|(_, last)| *last < number).is_some() {}
        let within = blocks.peek().is_some_and(|(first, _)| *first <= number);
        let text = !within && !line.trim_ascii().is_empty();
        match pieces.last_mut().filter(|_| open) {
            Some((_, piece)) if text => piece.extend_from_slice(line),
            None if text => pieces.push((number, Zeroizing::new(line.to_vec()))),
            _ => {}
        }
        open = text;
    }
    pieces
}

/// What people suspect, and what is no cause.
pub(super) fn remarks(bytes: &[u8]) -> Vec<Finding> {
    let crlf = bytes.windows(2).any(|two| two == b"\r\n");
    let mark = bytes.starts_with(&[0xef, 0xbb, 0xbf]);
    let unended = !matches!(bytes.last(), Some(b'\n' | b'\r'));
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
