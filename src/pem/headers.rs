//! RFC 1421 headers, which encrypted keys of the old kind still have (section 4.6; folding: RFC 822 section 3.1).

use crate::error::{Error, PemFault};

use super::boundary;
use super::cursor::trim_end;
use super::irregularity::IrregularityKind as Kind;
use super::limits::exceeded;
use super::scan::Scanner;

type Headers = Vec<(String, String)>;

impl Scanner<'_> {
    /// The headers below BEGIN and the blank line that ends them; the cursor stays where it is if there are none.
    pub(super) fn headers(&mut self) -> Result<Headers, Error> {
        let mut headers = Headers::new();
        let mut indent = None;
        while self.cursor.at_line_start() && self.header(&mut headers, &mut indent)? {}
        Ok(headers)
    }

    /// Reads one more line of the headers; `false` when there is none.
    fn header(&mut self, headers: &mut Headers, indent: &mut Option<usize>) -> Result<bool, Error> {
        let before = self.cursor;
        let blanks = self.cursor.blanks();
        let line = trim_end(self.cursor.until_line_end()?);
        let colon = line.iter().position(|byte| *byte == b':').filter(|_| !line.starts_with(b"--"));
        match (colon, headers.last_mut()) {
            (_, Some(_)) if line.is_empty() => {
                self.line_end()?;
                return Ok(false);
            }
            (_, Some((_, value))) if indent.is_some_and(|first| blanks > first) => {
                let folded = text(line).map_err(|fault| before.place().refuse(fault))?;
                value.extend([" ", folded]);
            }
            (Some(colon), _) => {
                self.note_if(blanks > 0, Kind::Indentation, before.place())?;
                self.notes.note(Kind::Headers, before.place())?;
                headers.push(split(line, colon).map_err(|fault| before.place().refuse(fault))?);
                indent.get_or_insert(blanks);
            }
            (None, Some(_)) => {
                let reason = "no blank line stands between them and the base64 text";
                return Err(before.place().refuse(PemFault::BadHeader { reason }));
            }
            (None, None) => {
                self.cursor.rewind(&before);
                return Ok(false);
            }
        }
        if headers.len() > self.limits.headers {
            return Err(before.place().refuse(exceeded("the headers of a block", self.limits.headers)));
        }
        self.line_end()?;
        Ok(true)
    }
}

fn split(line: &[u8], colon: usize) -> Result<(String, String), PemFault> {
    let (name, value) = line.split_at_checked(colon).unwrap_or((line, b""));
    let name = text(name)?.trim_end();
    if name.is_empty() {
        return Err(PemFault::BadHeader { reason: "one of them has no name" });
    }
    let value = text(value)?;
    Ok((name.to_owned(), value.strip_prefix(':').unwrap_or(value).trim_start().to_owned()))
}

/// Text without boundaries: what is one to other readers is not hidden in a header.
fn text(line: &[u8]) -> Result<&str, PemFault> {
    if boundary::inside(line).is_some() {
        return Err(PemFault::BadHeader { reason: "a boundary stands in one of them" });
    }
    let text = str::from_utf8(line).ok().filter(|text| !text.contains(char::is_control));
    text.ok_or(PemFault::BadHeader { reason: "they are not text" })
}
