//! What reading yields: blocks, and a verdict on each thing that looked like one.

use std::fmt;

use crate::error::Error;
use crate::secret::Zeroizing;

use super::irregularity::Irregularity;

/// One block: its label, its decoded contents, and where and how it was written.
///
/// The contents may be a secret: they are wiped from memory on drop, not cloneable, and `Debug` does not print them.
#[derive(PartialEq, Eq)]
pub struct Block {
    pub(super) label: String,
    pub(super) contents: Zeroizing<Vec<u8>>,
    pub(super) lines: (usize, usize),
    pub(super) headers: Vec<(String, String)>,
    pub(super) irregularities: Vec<Irregularity>,
}

impl Block {
    /// The label between `-----BEGIN ` and `-----`, as it is written.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The decoded contents: never empty.
    #[must_use]
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }

    /// The decoded contents, taken out without a copy.
    #[must_use]
    pub fn into_contents(self) -> Zeroizing<Vec<u8>> {
        self.contents
    }

    /// The line numbers of the BEGIN and the END boundary, counted from 1.
    #[must_use]
    pub fn lines(&self) -> (usize, usize) {
        self.lines
    }

    /// The RFC 1421 headers (`Proc-Type`, `DEK-Info`) in their order.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// How the block, and the text around it, departs from what certwright writes. Empty after a strict reading.
    ///
    /// Text before a block is reported with that block, text after the last block with the last one.
    #[must_use]
    pub fn irregularities(&self) -> &[Irregularity] {
        &self.irregularities
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, contents, lines, headers, irregularities } = self;
        f.debug_struct("Block")
            .field("label", label)
            .field("contents", &format_args!("{} bytes", contents.len()))
            .field("lines", lines)
            .field("headers", headers)
            .field("irregularities", irregularities)
            .finish()
    }
}

/// What became of one block, or of something that looked like one.
#[derive(Debug)]
pub enum Verdict {
    /// It was read.
    Readable(Block),
    /// It was refused.
    Unreadable(Unreadable),
}

impl Verdict {
    /// The block, or the error that refused it.
    ///
    /// # Errors
    ///
    /// [`Error::Pem`], with the place.
    pub fn into_block(self) -> Result<Block, Error> {
        match self {
            Self::Readable(block) => Ok(block),
            Self::Unreadable(refused) => Err(refused.error),
        }
    }

    /// The first and the last line that the verdict is about, counted from 1.
    #[must_use]
    pub fn lines(&self) -> (usize, usize) {
        match self {
            Self::Readable(block) => block.lines,
            Self::Unreadable(refused) => refused.lines,
        }
    }

    pub(super) fn irregularities_mut(&mut self) -> &mut Vec<Irregularity> {
        match self {
            Self::Readable(block) => &mut block.irregularities,
            Self::Unreadable(refused) => &mut refused.irregularities,
        }
    }
}

/// A block that was refused, from its BEGIN boundary (or from what is wrong) to where reading went on.
#[derive(Debug)]
pub struct Unreadable {
    pub(super) label: Option<String>,
    pub(super) lines: (usize, usize),
    pub(super) irregularities: Vec<Irregularity>,
    pub(super) error: Error,
}

impl Unreadable {
    /// The label, where there is a readable BEGIN boundary.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// The first and the last line that was refused, counted from 1.
    #[must_use]
    pub fn lines(&self) -> (usize, usize) {
        self.lines
    }

    /// What else was irregular up to the fault.
    #[must_use]
    pub fn irregularities(&self) -> &[Irregularity] {
        &self.irregularities
    }

    /// What is wrong, and at which line and column.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, Reading, verdicts};
    use super::*;

    #[test]
    fn a_block_says_where_it_is_and_not_what_is_in_it() {
        let text = b"-----BEGIN A-----\nAAAA\n-----END A-----\n-----BEGIN B-----\n A?\n-----END B-----\n";
        let mut verdicts = verdicts(text, Reading::Tolerant, &Limits::default()).unwrap().into_iter();
        let (read, refused) = (verdicts.next().unwrap(), verdicts.next().unwrap());
        assert_eq!((read.lines(), refused.lines()), ((1, 3), (4, 6)));
        let Verdict::Unreadable(refused) = refused else { panic!("{refused:?}") };
        assert_eq!((refused.label(), refused.irregularities().len()), (Some("B"), 1));
        assert!(
            refused.error().to_string().starts_with("read PEM at line 5, column 3: "),
            "{}",
            refused.error()
        );
        let block = read.into_block().unwrap();
        let shown = format!("{block:?}");
        assert!(shown.contains("\"A\"") && shown.contains("3 bytes") && !shown.contains("[0"), "{shown}");
        assert_eq!(block.label(), "A");
        assert_eq!(block.into_contents().as_slice(), [0; 3]);
    }
}
