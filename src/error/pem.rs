//! What can be wrong with PEM text.

use std::fmt;

/// Why PEM text was refused at a place. The reader that keeps line numbers is [`crate::pem`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemFault {
    /// Text without any block, or no text at all.
    #[error("the text holds no PEM block")]
    NoBlock,
    /// A BEGIN line whose END line never comes. The place is that of the BEGIN line.
    #[error("the block {label:?} has no END line: the text is cut off")]
    MissingEnd {
        /// The label of the open block.
        label: String,
    },
    /// An END line with no block open.
    #[error("END {label:?} closes no block")]
    StrayEnd {
        /// The label found.
        label: String,
    },
    /// The END line names another label than the BEGIN line.
    #[error("the block {begin:?} is closed by END {end:?}")]
    LabelMismatch {
        /// The label at the beginning.
        begin: String,
        /// The label at the end.
        end: String,
    },
    /// A BEGIN line inside a block. The place is that of the inner BEGIN line.
    #[error("BEGIN {inner:?} comes before the END of the block {outer:?}")]
    NestedBegin {
        /// The label of the block that is open.
        outer: String,
        /// The label that begins inside it.
        inner: String,
    },
    /// A BEGIN or END line that is not one: wrong dashes, lower case, an illegal label.
    #[error("the PEM boundary is malformed: {reason}")]
    BadBoundary {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// RFC 1421 headers that are not followed by a blank line, or are no headers.
    #[error("the headers of the block cannot be read: {reason}")]
    BadHeader {
        /// What is wrong with them.
        reason: &'static str,
    },
    /// The base64 text does not decode.
    #[error("the base64 text does not decode: {reason}")]
    BadBase64 {
        /// What is wrong with it.
        reason: String,
    },
    /// A block without contents.
    #[error("the block {label:?} is empty")]
    EmptyBlock {
        /// The block's label.
        label: String,
    },
    /// An irregularity that the strict reading does not allow.
    #[error("the strict reading does not allow {what}")]
    NotStrict {
        /// The irregularity.
        what: &'static str,
    },
    /// Text in UTF-16 or UTF-32, or with NUL bytes.
    #[error("the text is not ASCII: {reason}")]
    NotText {
        /// What was found.
        reason: NotText,
    },
    /// More than a bound of `pem::Limits` allows.
    #[error("{what}: more than the limit of {limit}")]
    Limit {
        /// What is bounded.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
}

/// What there is in the place of ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotText {
    /// UTF-16, with or without its byte order mark.
    Utf16,
    /// UTF-32, with or without its byte order mark.
    Utf32,
    /// A NUL byte.
    Nul,
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16 => "it is UTF-16",
            Self::Utf32 => "it is UTF-32",
            Self::Nul => "a NUL byte",
        })
    }
}
