//! Departures from RFC 7468 that leave no doubt about the contents.

use std::fmt;

use crate::error::{Error, PemFault};

use super::Reading;
use super::cursor::Place;

/// A way in which text departs from what certwright writes, and is still read by [`Reading::Tolerant`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IrregularityKind {
    /// A UTF-8 byte order mark before a boundary.
    ByteOrderMark,
    /// Lines that end in CR alone. RFC 7468 section 3 allows it; OpenSSL cannot read it.
    CarriageReturn,
    /// Spaces or tabs before a boundary, a header or base64 text.
    Indentation,
    /// Spaces or tabs at the end of a line.
    TrailingSpace,
    /// Spaces or tabs within a line of base64 text.
    InnerSpace,
    /// A blank line, inside or outside a block; not the one that ends headers.
    BlankLine,
    /// A base64 line other than the last that has not 64 characters, or a last one that has more.
    LineLength,
    /// Base64 text on the line of a boundary.
    OneLine,
    /// RFC 1421 headers, which RFC 7468 section 2 abolished.
    Headers,
    /// Text outside the blocks.
    Text,
    /// No `=` at the end of base64 text that wants it, where nothing else says that characters are missing.
    MissingPadding,
    /// Bits after the last whole byte that are not zero (RFC 4648 section 3.5).
    TrailingBits,
    /// A BEGIN boundary on the line of the END boundary before it.
    Glued,
    /// Lower-case letters in a label.
    LabelCase,
    /// A last line without line end: appending another file will glue the blocks.
    NoFinalNewline,
}

impl IrregularityKind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::ByteOrderMark,
        Self::CarriageReturn,
        Self::Indentation,
        Self::TrailingSpace,
        Self::InnerSpace,
        Self::BlankLine,
        Self::LineLength,
        Self::OneLine,
        Self::Headers,
        Self::Text,
        Self::MissingPadding,
        Self::TrailingBits,
        Self::Glued,
        Self::LabelCase,
        Self::NoFinalNewline,
    ];

    /// What it is, in words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::ByteOrderMark => "a byte order mark",
            Self::CarriageReturn => "a line that ends in CR alone",
            Self::Indentation => "an indented line",
            Self::TrailingSpace => "spaces at the end of a line",
            Self::InnerSpace => "spaces within the base64 text",
            Self::BlankLine => "a blank line",
            Self::LineLength => "a base64 line of other than 64 characters",
            Self::OneLine => "base64 text on the line of a boundary",
            Self::Headers => "headers",
            Self::Text => "text outside the blocks",
            Self::MissingPadding => "missing padding",
            Self::TrailingBits => "trailing bits that are not zero",
            Self::Glued => "BEGIN on the line of the END before it",
            Self::LabelCase => "lower-case letters in a label",
            Self::NoFinalNewline => "a last line without line end",
        }
    }
}

impl fmt::Display for IrregularityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.describe())
    }
}

/// An irregularity of a block: what, where it occurs first, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Irregularity {
    /// What it is.
    pub kind: IrregularityKind,
    /// The line of its first occurrence, counted from 1.
    pub line: usize,
    /// The column of its first occurrence, in bytes, counted from 1.
    pub column: usize,
    /// How many lines (or places) of the block have it.
    pub count: usize,
}

impl fmt::Display for Irregularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, line, column, count } = self;
        write!(f, "line {line}, column {column}: {kind}")?;
        if *count > 1 { write!(f, " ({count} times)") } else { Ok(()) }
    }
}

/// The irregularities since the last verdict. One entry a kind, so that memory does not grow with the text.
pub(super) struct Notes {
    reading: Reading,
    list: Vec<Irregularity>,
}

impl Notes {
    pub(super) fn new(reading: Reading) -> Self {
        Self { reading, list: Vec::new() }
    }

    /// Reports an irregularity, or refuses it when reading strictly.
    pub(super) fn note(&mut self, kind: IrregularityKind, place: Place) -> Result<(), Error> {
        if self.reading == Reading::Strict {
            return Err(place.refuse(PemFault::NotStrict { what: kind.describe() }));
        }
        merge(&mut self.list, Irregularity { kind, line: place.line, column: place.column, count: 1 });
        Ok(())
    }

    pub(super) fn take(&mut self) -> Vec<Irregularity> {
        std::mem::take(&mut self.list)
    }
}

/// Adds an irregularity to others, or counts it with its kind.
pub(super) fn merge(list: &mut Vec<Irregularity>, new: Irregularity) {
    match list.iter_mut().find(|old| old.kind == new.kind) {
        Some(old) => old.count = old.count.saturating_add(new.count),
        None => list.push(new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_once_where_it_is_first_with_its_count() {
        let mut notes = Notes::new(Reading::Tolerant);
        for (kind, line) in
            [(IrregularityKind::Text, 1), (IrregularityKind::BlankLine, 2), (IrregularityKind::Text, 3)]
        {
            notes.note(kind, Place { line, column: 1 }).unwrap();
        }
        let told: Vec<_> = notes.take().iter().map(Irregularity::to_string).collect();
        assert_eq!(
            told,
            ["line 1, column 1: text outside the blocks (2 times)", "line 2, column 1: a blank line"]
        );
        assert!(notes.take().is_empty());
    }
}
