//! The scanner inside a block: from behind its BEGIN boundary to its END.

use crate::error::{Error, PemFault};

use super::base64::{self, Body};
use super::block::Block;
use super::boundary::Side;
use super::cursor::{Cursor, Place, REGULAR_LINE, trim_end};
use super::irregularity::{IrregularityKind as Kind, Notes};
use super::limits::exceeded;
use super::scan::{Opening, Scanner};

impl<'a> Scanner<'a> {
    pub(super) fn block(&mut self, opening: Opening<'a>, label: &'a str) -> Result<Block, Error> {
        self.after_begin()?;
        let headers = self.headers()?;
        let mut body = Body::new(label, self.cursor);
        self.body(&mut body, opening)?;
        let lines = (opening.place.line, self.cursor.line());
        body.block = self.cursor.since(opening.position);
        if body.characters == 0 {
            return Err(opening.place.refuse(PemFault::EmptyBlock { label: label.to_owned() }));
        }
        let contents = body.decode(&mut self.notes, &mut self.cursor.work)?;
        Ok(Block { label: label.to_owned(), contents, lines, headers, irregularities: self.notes.take() })
    }

    /// The rest of the BEGIN line: nothing, or base64 text.
    fn after_begin(&mut self) -> Result<(), Error> {
        let place = self.cursor.place();
        let blanks = self.cursor.blanks() > 0;
        match self.cursor.peek() {
            Some(b'\n' | b'\r') => self.nothing_more(false, blanks, place),
            Some(_) => self.notes.note(Kind::OneLine, place),
            None => Ok(()),
        }
    }

    /// The base64 lines, up to the END boundary, which is passed over.
    fn body(&mut self, body: &mut Body<'a>, opening: Opening<'a>) -> Result<(), Error> {
        let mut lengths = Lengths::default();
        loop {
            self.regular_lines(body, &mut lengths)?;
            let before = self.cursor;
            let blanks = self.cursor.blanks() > 0;
            let indent = before.at_line_start().then_some(before.place()).filter(|_| blanks);
            let place = self.cursor.place();
            let run = self.cursor.until_line_end_or_dash()?;
            let line = trim_end(run);
            self.count(body, line, place)?;
            match self.cursor.peek() {
                None => return Err(missing_end(opening, body.label)),
                Some(b'-') => {
                    self.note_indent(indent)?;
                    self.note_if(!line.is_empty(), Kind::OneLine, place)?;
                    lengths.last(line.len(), place, &mut self.notes)?;
                    body.text = self.cursor.since(body.start.position());
                    body.ragged = lengths.ragged;
                    return self.end(body.label, &before);
                }
                Some(_) if line.is_empty() => self.nothing_more(true, blanks, place)?,
                Some(_) => {
                    self.note_indent(indent)?;
                    lengths.next(line.len(), place, &mut self.notes)?;
                    self.nothing_more(false, line.len() < run.len(), place)?;
                }
            }
        }
    }

    /// Most of most blocks, which need no second look.
    fn regular_lines(&mut self, body: &mut Body<'a>, lengths: &mut Lengths) -> Result<(), Error> {
        let place = self.cursor.place();
        let most = self.limits.base64.saturating_sub(body.characters) / REGULAR_LINE;
        let passed = self.cursor.regular_lines(most);
        if passed > 0 {
            body.characters = body.characters.saturating_add(passed.saturating_mul(REGULAR_LINE));
            body.padding = 0;
            // The lines behind the first one change nothing: only the last line may be of another length.
            lengths.next(REGULAR_LINE, place, &mut self.notes)?;
        }
        Ok(())
    }

    fn note_indent(&mut self, indent: Option<Place>) -> Result<(), Error> {
        indent.map_or(Ok(()), |place| self.notes.note(Kind::Indentation, place))
    }

    fn count(&self, body: &mut Body<'_>, line: &[u8], place: Place) -> Result<(), Error> {
        body.characters = body.characters.saturating_add(line.len());
        if !line.is_empty() {
            body.padding = line.iter().rev().take_while(|byte| **byte == b'=').count();
        }
        if body.characters > self.limits.base64 {
            return Err(place.refuse(exceeded("the base64 characters of a block", self.limits.base64)));
        }
        Ok(())
    }

    /// The END boundary of the open block, at the cursor.
    fn end(&mut self, open: &str, line: &Cursor<'a>) -> Result<(), Error> {
        let place = self.cursor.place();
        if !self.at_boundary() {
            return Err(place.refuse(base64::stranger(b'-')));
        }
        let boundary = self.boundary()?;
        self.resumable = true;
        let (open, found) = (open.to_owned(), boundary.label.to_owned());
        match boundary.side {
            Side::End if open == found => Ok(()),
            Side::End => Err(place.refuse(PemFault::LabelMismatch { begin: open, end: found })),
            Side::Begin => {
                // The inner block is read next, on its own.
                self.cursor.rewind(line);
                Err(place.refuse(PemFault::NestedBegin { outer: open, inner: found }))
            }
        }
    }
}

fn missing_end(opening: Opening<'_>, label: &str) -> Error {
    opening.place.refuse(PemFault::MissingEnd { label: label.to_owned() })
}

/// What RFC 7468 section 2 wants: every line but the last of exactly 64 characters, the last of no more.
#[derive(Default)]
struct Lengths {
    pending: Option<(usize, Place)>,
    /// Whether a line before the last has a length that is no multiple of 4.
    ragged: bool,
}

impl Lengths {
    fn next(&mut self, length: usize, place: Place, notes: &mut Notes) -> Result<(), Error> {
        match self.pending.replace((length, place)) {
            Some((length, place)) if length != REGULAR_LINE => {
                self.ragged |= !length.is_multiple_of(4);
                notes.note(Kind::LineLength, place)
            }
            _ => Ok(()),
        }
    }

    fn last(&mut self, length: usize, place: Place, notes: &mut Notes) -> Result<(), Error> {
        if length > 0 {
            self.next(length, place, notes)?;
        }
        match self.pending {
            Some((length, place)) if length > REGULAR_LINE => notes.note(Kind::LineLength, place),
            _ => Ok(()),
        }
    }
}
