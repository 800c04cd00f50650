//! Blocks that cannot be read as they stand, by what has to be done about them.

use std::cell::OnceCell;

use crate::error::{Error, PemFault};
use crate::finding::Finding;
use crate::pem::Unreadable;

use super::error;

/// A text that the PEM reader refuses in one place or in many.
pub(super) struct Text<'a> {
    bytes: &'a [u8],
    escaped: OnceCell<bool>,
    headers: OnceCell<Option<Headers>>,
}

/// How the headers of an encrypted key are misplaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Headers {
    OneLine,
    Spaced,
    Unended,
}

impl<'a> Text<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, escaped: OnceCell::new(), headers: OnceCell::new() }
    }

    /// What a refusal of the PEM reader means to the person with the file.
    pub(super) fn fault(&self, refused: &Error) -> Finding {
        let Error::Pem { fault, .. } = refused else { return error("file-unreadable", refused.to_string()) };
        let (rule, mend) = classify(fault, self);
        error(rule, format!("{fault}: {mend}"))
    }

    fn is_utf16(&self) -> bool {
        matches!(self.bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..])
    }

    /// Whether a boundary is followed by a backslash and the letter n instead of a line end. The whole text is looked
    /// through for it, once.
    fn is_escaped(&self) -> bool {
        let ends = |window: &[u8]| window.starts_with(b"-----\\n") || window.starts_with(b"-----\\r");
        *self.escaped.get_or_init(|| self.bytes.windows(7).any(ends))
    }

    /// The first fault of this kind. The whole text is looked through for it, once.
    fn headers(&self) -> Option<Headers> {
        let has = |line: &[u8], name: &[u8]| line.windows(name.len()).any(|window| window == name);
        let find = || {
            let mut above: &[u8] = b"";
            for line in self.bytes.split(|byte| *byte == b'\n') {
                let info = has(line, b"DEK-Info:");
                let fault = match () {
                    () if info && has(line, b"Proc-Type:") => Some(Headers::OneLine),
                    () if info && above.trim_ascii().is_empty() => Some(Headers::Spaced),
                    () if has(above, b"DEK-Info:") && !line.trim_ascii().is_empty() => Some(Headers::Unended),
                    () => None,
                };
                if fault.is_some() {
                    return fault;
                }
                above = line;
            }
            None
        };
        *self.headers.get_or_init(find)
    }
}

/// Whether OpenSSL, looking for the END that is not there, reads on over the blocks that follow: one that begins and
/// does not end. Everything else that is refused it passes over.
pub(super) fn swallows(refused: &Unreadable, lines: &[&[u8]]) -> bool {
    let last = refused.lines().1.checked_sub(1).and_then(|last| lines.get(last));
    refused.label().is_some() && !last.is_some_and(|last| last.starts_with(b"-----END "))
}

/// What is wrong with a block whose text is fine.
pub(super) fn of_contents(refused: &Error) -> Finding {
    let cause = refused.without_place();
    error("block-damaged", format!("the contents of the block are damaged ({cause}): copy the file again"))
}

fn classify(fault: &PemFault, text: &Text<'_>) -> (&'static str, &'static str) {
    match fault {
        PemFault::NotText { .. } if text.is_utf16() => {
            ("pem-utf-16", "save the file as UTF-8 or ASCII; Windows calls UTF-16 `Unicode`")
        }
        PemFault::MissingEnd { .. } | PemFault::NestedBegin { .. } | PemFault::StrayEnd { .. } => (
            "pem-end-missing",
            "OpenSSL calls it a `bad end line`; put the missing line back or copy the file again",
        ),
        PemFault::LabelMismatch { .. } => (
            "pem-end-mismatch",
            "OpenSSL calls it a `bad end line`; both ends of a block have the same label",
        ),
        _ if text.is_escaped() => (
            "pem-escaped",
            "the line ends are written as \\n, as in JSON or an environment variable; unfold them",
        ),
        PemFault::BadHeader { .. } | PemFault::BadBase64 { .. } if text.headers().is_some() => {
            misplaced(text.headers())
        }
        PemFault::BadBoundary { .. } => (
            "pem-boundary",
            "write five dashes, BEGIN or END, the label in capitals, five dashes, and nothing else",
        ),
        PemFault::NoBlock => ("pem-no-block", "the file is neither PEM nor DER; give another one"),
        _ => ("pem-damaged", "copy the file again"),
    }
}

/// What is wrong with the headers of an encrypted key.
fn misplaced(headers: Option<Headers>) -> (&'static str, &'static str) {
    match headers {
        Some(Headers::OneLine) => (
            "pem-one-line",
            "headers and base64 text stand on one line; put each header on a line of its own, and a blank line below",
        ),
        Some(Headers::Spaced) => (
            "pem-blank-line",
            "a blank line stands between the headers; one belongs below them, and no other",
        ),
        Some(Headers::Unended) | None => ("pem-blank-line", "put a blank line below the headers"),
    }
}
