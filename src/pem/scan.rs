//! The scanner: one pass over the text, forward only, that leaves no byte without an answer.

use crate::error::{Error, NotText, PemFault};

use super::Reading;
use super::block::{Block, Unreadable, Verdict};
use super::boundary::{self, Boundary, Side};
use super::cursor::{Cursor, LineEnd, Place};
use super::encoding::Wide;
use super::irregularity::{IrregularityKind as Kind, Notes, merge};
use super::limits::{Limits, exceeded};

pub(super) struct Scanner<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) limits: Limits,
    pub(super) notes: Notes,
    /// Whether the cursor stands where the next block may begin, even when the current one is refused.
    pub(super) resumable: bool,
    /// Where all that follows is NUL, as at the end of a string of C that was written with it.
    end: usize,
    verdicts: Vec<Verdict>,
}

/// Where a block begins, and under which label.
#[derive(Clone, Copy)]
pub(super) struct Opening<'a> {
    pub(super) place: Place,
    pub(super) position: usize,
    pub(super) label: Option<&'a str>,
}

impl<'a> Scanner<'a> {
    /// Refuses what concerns the text as a whole.
    pub(super) fn new(text: &'a [u8], reading: Reading, limits: &Limits) -> Result<Self, Error> {
        limits.admit(text)?;
        refuse_wide(text)?;
        let padding = text.iter().rev().take_while(|byte| **byte == 0 || byte.is_ascii_whitespace()).count();
        Ok(Self {
            end: text.len().saturating_sub(padding),
            cursor: Cursor::new(text, limits),
            limits: *limits,
            notes: Notes::new(reading),
            resumable: false,
            verdicts: Vec::new(),
        })
    }

    /// Reads to the end or, when not `all` is wanted, to the first refusal.
    pub(super) fn run(&mut self, all: bool) -> Result<Vec<Verdict>, Error> {
        loop {
            let mut opening = self.opening();
            let verdict = match self.next_block(&mut opening) {
                Ok(None) => break,
                Ok(Some(block)) => Verdict::Readable(block),
                Err(error) => self.unreadable(opening, error),
            };
            let refused = matches!(verdict, Verdict::Unreadable(_));
            self.push(verdict, opening.place)?;
            if refused && (!all || self.cursor.peek().is_none()) {
                break;
            }
        }
        self.finish()
    }

    fn opening(&mut self) -> Opening<'a> {
        self.resumable = false;
        Opening { place: self.cursor.place(), position: self.cursor.position(), label: None }
    }

    fn next_block(&mut self, opening: &mut Opening<'a>) -> Result<Option<Block>, Error> {
        let Some(begin) = self.outside(opening)? else { return Ok(None) };
        opening.label = Some(begin.label);
        self.block(*opening, begin.label).map(Some)
    }

    fn push(&mut self, verdict: Verdict, place: Place) -> Result<(), Error> {
        if self.verdicts.len() >= self.limits.blocks {
            return Err(place.refuse(exceeded("the number of blocks", self.limits.blocks)));
        }
        self.verdicts.push(verdict);
        Ok(())
    }

    fn unreadable(&mut self, opening: Opening<'a>, error: Error) -> Verdict {
        let last = self.resume().max(opening.place.line);
        Verdict::Unreadable(Unreadable {
            label: opening.label.map(str::to_owned),
            lines: (opening.place.line, last),
            irregularities: self.notes.take(),
            error,
        })
    }

    /// Moves behind the END of the refused block, or before the next BEGIN. Returns the last line refused.
    fn resume(&mut self) -> usize {
        if self.resumable {
            return self.cursor.line().saturating_sub(usize::from(self.cursor.at_line_start()));
        }
        loop {
            // A line that is too long is part of what is refused here.
            drop(self.cursor.until_line_end());
            let line = self.cursor.line();
            if self.cursor.line_end().is_none() || self.cursor.behind_blanks().starts_with(b"-----BEGIN ") {
                return line;
            }
            if self.pass_end() {
                return self.cursor.line();
            }
        }
    }

    /// Moves over an END boundary, if this line begins with one. That it begins with no BEGIN is known.
    fn pass_end(&mut self) -> bool {
        self.cursor.byte_order_mark();
        self.cursor.blanks();
        let end = boundary::read(self.cursor.rest(), &self.limits).ok();
        self.cursor.skip(end.map_or(0, |end| end.length));
        end.is_some()
    }

    /// What stands behind the last block is reported with it.
    fn finish(&mut self) -> Result<Vec<Verdict>, Error> {
        let mut verdicts = std::mem::take(&mut self.verdicts);
        let Some(last) = verdicts.last_mut() else {
            return Err(Place::START.refuse(PemFault::NoBlock));
        };
        self.notes.take().into_iter().for_each(|note| merge(last.irregularities_mut(), note));
        Ok(verdicts)
    }

    /// The next BEGIN boundary, everything before it noted; `None` at the end of the text.
    fn outside(&mut self, opening: &mut Opening<'a>) -> Result<Option<Boundary<'a>>, Error> {
        loop {
            *opening = self.opening();
            let fresh = self.cursor.at_line_start();
            self.byte_order_mark()?;
            let indent = self.cursor.place();
            let blanks = self.cursor.blanks() > 0;
            match self.cursor.peek() {
                None => return self.end_of_text(fresh, blanks, indent),
                Some(b'\n' | b'\r') => self.nothing_more(fresh, blanks, indent)?,
                Some(_) if self.at_boundary() => {
                    *opening = self.opening();
                    self.note_if(blanks && fresh, Kind::Indentation, indent)?;
                    self.note_if(!fresh, Kind::Glued, opening.place)?;
                    return self.begin().map(Some);
                }
                Some(_) => self.text()?,
            }
        }
    }

    fn byte_order_mark(&mut self) -> Result<(), Error> {
        let place = self.cursor.place();
        let found = self.cursor.byte_order_mark();
        self.note_if(found, Kind::ByteOrderMark, place)
    }

    fn end_of_text(&mut self, fresh: bool, blanks: bool, at: Place) -> Result<Option<Boundary<'a>>, Error> {
        self.note_if(blanks, Kind::TrailingSpace, at)?;
        self.note_if(!fresh || blanks, Kind::NoFinalNewline, self.cursor.place())?;
        Ok(None)
    }

    /// A line with nothing (`fresh`), or nothing more, on it.
    pub(super) fn nothing_more(&mut self, fresh: bool, blanks: bool, at: Place) -> Result<(), Error> {
        self.note_if(fresh, Kind::BlankLine, at)?;
        self.note_if(blanks, Kind::TrailingSpace, at)?;
        self.line_end()
    }

    pub(super) fn line_end(&mut self) -> Result<(), Error> {
        let place = self.cursor.place();
        let end = self.cursor.line_end();
        self.note_if(end == Some(LineEnd::Return), Kind::CarriageReturn, place)
    }

    pub(super) fn note_if(&mut self, seen: bool, kind: Kind, place: Place) -> Result<(), Error> {
        if seen { self.notes.note(kind, place) } else { Ok(()) }
    }

    pub(super) fn at_boundary(&mut self) -> bool {
        let rest = self.cursor.rest();
        self.cursor.work.add(boundary::FARTHEST_LOOK.min(rest.len()));
        boundary::looks_like_one(rest)
    }

    fn begin(&mut self) -> Result<Boundary<'a>, Error> {
        let place = self.cursor.place();
        let boundary = self.boundary()?;
        if boundary.side == Side::Begin {
            return Ok(boundary);
        }
        self.resumable = true;
        Err(place.refuse(PemFault::StrayEnd { label: boundary.label.to_owned() }))
    }

    /// The boundary at the cursor, passed over if it is one.
    pub(super) fn boundary(&mut self) -> Result<Boundary<'a>, Error> {
        let place = self.cursor.place();
        let boundary = boundary::read(self.cursor.rest(), &self.limits)
            .map_err(|(at, fault)| self.cursor.place_ahead(at).refuse(fault))?;
        self.cursor.skip(boundary.length);
        let lower = boundary.label.bytes().any(|byte| byte.is_ascii_lowercase());
        self.note_if(lower, Kind::LabelCase, place)?;
        Ok(boundary)
    }

    /// A line that is not of a block.
    fn text(&mut self) -> Result<(), Error> {
        let place = self.cursor.place();
        let line = self.cursor.until_line_end()?;
        self.cursor.work.add(line.len().saturating_mul(2));
        let at = |bytes: usize| Place { column: place.column.saturating_add(bytes), ..place };
        let start = self.cursor.position().saturating_sub(line.len());
        let nul = line.iter().position(|byte| *byte == 0);
        if let Some(nul) = nul.filter(|nul| start.saturating_add(*nul) < self.end) {
            return Err(at(nul).refuse(PemFault::NotText { reason: NotText::Nul }));
        }
        if let Some(found) = boundary::inside(line) {
            let reason = "other text stands before it on its line";
            return Err(at(found).refuse(PemFault::BadBoundary { reason }));
        }
        self.notes.note(Kind::Text, place)?;
        // Without a line end, the loop outside sees the end of the text.
        if self.cursor.peek().is_some() { self.line_end() } else { Ok(()) }
    }
}

/// The characters of PEM take one octet each.
fn refuse_wide(text: &[u8]) -> Result<(), Error> {
    let reason = match Wide::of(text) {
        Some(Wide::Utf16(_)) => NotText::Utf16,
        Some(Wide::Utf32(_)) => NotText::Utf32,
        None => return Ok(()),
    };
    Err(Place::START.refuse(PemFault::NotText { reason }))
}
