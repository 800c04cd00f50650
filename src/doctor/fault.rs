//! Blocks that cannot be read as they stand, by what has to be done about them.

use crate::error::{Error, PemFault};
use crate::finding::Finding;

use super::error;

/// What a refusal of the PEM reader means to the person with the file.
pub(super) fn of_text(refused: &Error, bytes: &[u8]) -> Finding {
    let Error::Pem { fault, .. } = refused else { return error("file-unreadable", refused.to_string()) };
    let (rule, mend) = classify(fault, bytes);
    error(rule, format!("{fault}: {mend}"))
}

/// What is wrong with a block whose text is fine.
pub(super) fn of_contents(refused: &Error) -> Finding {
    let cause = refused.without_place();
    error("block-damaged", format!("the contents of the block are damaged ({cause}): copy the file again"))
}

fn classify(fault: &PemFault, bytes: &[u8]) -> (&'static str, &'static str) {
    match fault {
        PemFault::NotText { .. } if is_utf16(bytes) => {
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
        _ if is_escaped(bytes) => (
            "pem-escaped",
            "the line ends are written as \\n, as in JSON or an environment variable; unfold them",
        ),
        PemFault::BadBoundary { .. } => (
            "pem-boundary",
            "write five dashes, BEGIN or END, the label in capitals, five dashes, and nothing else",
        ),
        PemFault::NoBlock => ("pem-no-block", "the file is neither PEM nor DER; give another one"),
        _ => ("pem-damaged", "copy the file again"),
    }
}

fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..])
}

/// Whether a boundary is followed by a backslash and the letter n instead of a line end.
fn is_escaped(bytes: &[u8]) -> bool {
    bytes.windows(7).any(|window| window.starts_with(b"-----\\n") || window.starts_with(b"-----\\r"))
}
