//! From the text of a block to its contents, and back. The door to the `pem` and `base64` crates.
//!
//! Two ways lead to the contents. The quick one decodes the lines as they stand and checks the length of the result
//! against the characters counted. Where it fails, the careful one looks at every character: it names the fault
//! with line and column, or repairs what leaves no doubt and hands regular text to a decoder of whole blocks.
//!
//! What is public is decoded by the `base64` crate where its lines are regular, which is nearly always, and else by
//! the `pem` crate, which would look for boundaries that the scanner has found already. The `pem` crate encodes it,
//! too. Both leave copies of the text in memory that nobody wipes, so whatever may be secret goes through
//! `pkcs8`'s own PEM codec, which works in buffers of ours and takes the same time for all characters.

use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;
use pkcs8::der::pem as quiet;

use crate::error::{Error, NotText, PemFault};
use crate::secret::Zeroizing;

use super::cursor::{Cursor, Place, Work, is_blank, trim_end};
use super::irregularity::{IrregularityKind, Notes};

/// The base64 text of a block, as the scanner found it.
pub(super) struct Body<'a> {
    /// From BEGIN to the end of END.
    pub(super) block: &'a [u8],
    pub(super) label: &'a str,
    /// Where the base64 text begins.
    pub(super) start: Cursor<'a>,
    /// All of it, up to the END boundary or what is before that on its line.
    pub(super) text: &'a [u8],
    /// Characters without line ends and the spaces around lines.
    pub(super) characters: usize,
    /// How many of the last line's characters are padding.
    pub(super) padding: usize,
    /// Whether a line before the last has a length that is no multiple of 4: characters may be missing.
    pub(super) ragged: bool,
}

impl<'a> Body<'a> {
    pub(super) fn new(label: &'a str, start: Cursor<'a>) -> Self {
        Self { block: &[], label, start, text: &[], characters: 0, padding: 0, ragged: false }
    }

    pub(super) fn decode(&self, notes: &mut Notes, work: &mut Work) -> Result<Zeroizing<Vec<u8>>, Error> {
        work.add(self.block.len());
        if let Some(contents) = self.quickly() {
            return Ok(contents);
        }
        work.add(self.block.len());
        self.carefully(notes)
    }

    fn quickly(&self) -> Option<Zeroizing<Vec<u8>>> {
        let expected = self.expected_length()?;
        let contents = match is_public(self.label) {
            true => decode_lines(self.text, expected)?,
            false => decode_quietly(self.block)?,
        };
        // Padding may stand in any line, and a decoder of blocks passes over headers. A length that is right proves
        // that all of the base64 text was decoded, and nothing else.
        (contents.len() == expected).then_some(contents)
    }

    fn expected_length(&self) -> Option<usize> {
        let groups = self.characters.is_multiple_of(4).then_some(self.characters / 4)?;
        groups.checked_mul(3)?.checked_sub(self.padding)
    }

    fn carefully(&self, notes: &mut Notes) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut text = Regular::new(self.characters);
        let mut cursor = self.start;
        let end = cursor.position().saturating_add(self.text.len());
        while cursor.position() < end {
            line(&mut cursor, &mut text, notes)?;
            cursor.line_end();
        }
        let end = cursor.place();
        let text = text.finish(end, self.ragged, notes)?;
        // Regular text of known characters always decodes.
        decode(self.label, text.as_bytes()).ok_or_else(|| end.refuse(bad("it is not base64")))
    }
}

fn line(cursor: &mut Cursor<'_>, text: &mut Regular, notes: &mut Notes) -> Result<(), Error> {
    cursor.blanks();
    let start = cursor.place();
    let run = trim_end(cursor.until_line_end_or_dash()?);
    for (at, byte) in run.iter().copied().enumerate() {
        let place = Place { column: start.column.saturating_add(at), ..start };
        if is_blank(byte) {
            notes.note(IrregularityKind::InnerSpace, place)?;
        } else {
            text.push(byte, place).map_err(|fault| place.refuse(fault))?;
        }
    }
    Ok(())
}

const BEGIN: &str = "-----BEGIN SECRET-----\n";
const END: &str = "\n-----END SECRET-----\n";

/// Regular text in the making, with a label that every decoder takes.
struct Regular {
    text: Zeroizing<String>,
    symbols: usize,
    padding: usize,
    last: Option<(u8, Place)>,
}

impl Regular {
    fn new(characters: usize) -> Self {
        // One allocation, so that no piece of a secret stays behind in a buffer that was outgrown. At the end
        // there may be two characters of padding more.
        let frame = BEGIN.len().saturating_add(END.len()).saturating_add(4);
        let size = characters.saturating_add(characters / 64).saturating_add(frame);
        let mut text = Zeroizing::new(String::with_capacity(size));
        text.push_str(BEGIN);
        Self { text, symbols: 0, padding: 0, last: None }
    }

    fn push(&mut self, byte: u8, place: Place) -> Result<(), PemFault> {
        if byte == b'=' {
            self.padding = self.padding.saturating_add(1);
        } else if value(byte).is_none() {
            return Err(stranger(byte));
        } else if self.padding > 0 {
            return Err(bad("text follows the padding"));
        } else if let Some((previous, _)) = self.last.replace((byte, place)) {
            self.append(char::from(previous));
        }
        Ok(())
    }

    fn append(&mut self, symbol: char) {
        if self.symbols > 0 && self.symbols.is_multiple_of(64) {
            self.text.push('\n');
        }
        self.symbols = self.symbols.saturating_add(1);
        self.text.push(symbol);
    }

    /// Adds the last character, without stray bits, and the padding that is due.
    fn finish(mut self, end: Place, ragged: bool, notes: &mut Notes) -> Result<Zeroizing<String>, Error> {
        let Some((last, place)) = self.last else {
            return Err(end.refuse(bad("there is only padding")));
        };
        let (stray, due) = match self.symbols.saturating_add(1) % 4 {
            0 => (0, ""),
            3 => (0b11, "="),
            2 => (0b1111, "=="),
            _ => return Err(place.refuse(bad("one character is left over: some are missing"))),
        };
        match self.padding {
            padding if padding == due.len() => {}
            // Padding that was left out is one thing; with some of it there, or after lines of odd lengths, it is
            // the characters that are missing, and what is left would decode to something else.
            0 if !ragged => notes.note(IrregularityKind::MissingPadding, end)?,
            _ => return Err(end.refuse(bad("the padding does not fit: characters are missing or too many"))),
        }
        let bits = value(last).unwrap_or_default();
        if bits & stray != 0 {
            notes.note(IrregularityKind::TrailingBits, place)?;
        }
        self.append(symbol(bits & !stray));
        self.text.push_str(due);
        self.text.push_str(END);
        Ok(self.text)
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn symbol(bits: u8) -> char {
    char::from(ALPHABET.get(usize::from(bits)).copied().unwrap_or(b'A'))
}

fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte.wrapping_sub(b'A')),
        b'a'..=b'z' => Some(byte.wrapping_sub(b'a').wrapping_add(26)),
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0').wrapping_add(52)),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// The fault of a character that does not belong into base64 text; telling apart what commonly gets there.
pub(super) fn stranger(byte: u8) -> PemFault {
    match byte {
        0 => PemFault::NotText { reason: NotText::Nul },
        b'\\' => bad("a backslash: perhaps the line breaks are written as \\n"),
        b'-' | b'_' => bad(&format!("{:?} {OF_BASE64URL}", char::from(byte))),
        b':' => bad("a colon: headers must follow BEGIN directly"),
        0x21..=0x7e => bad(&format!("{:?} is not base64", char::from(byte))),
        _ => bad(&format!("the byte {byte:#04x} is not base64")),
    }
}

/// How the fault of a character of base64url ends.
const OF_BASE64URL: &str = "is of base64url, not of base64";

/// Whether the fault is a character of base64url.
pub(crate) fn is_base64url(fault: &PemFault) -> bool {
    matches!(fault, PemFault::BadBase64 { reason } if reason.ends_with(OF_BASE64URL))
}

pub(super) fn bad(reason: &str) -> PemFault {
    PemFault::BadBase64 { reason: reason.to_owned() }
}

/// Labels whose contents are for everyone to see.
fn is_public(label: &str) -> bool {
    let public = ["CERTIFICATE", "CERTIFICATE REQUEST", "CRL", "PUBLIC KEY", "PKCS7", "CMS", "PARAMETERS"];
    public.iter().any(|suffix| label.ends_with(suffix))
}

/// Lines of whole groups of characters; a line end may be LF or CRLF.
fn decode_lines(text: &[u8], length: usize) -> Option<Zeroizing<Vec<u8>>> {
    // The decoder asks for room for a whole group more.
    let mut contents = Zeroizing::new(Vec::with_capacity(length.saturating_add(3)));
    for line in text.split(|byte| *byte == b'\n') {
        STANDARD.decode_vec(line.strip_suffix(b"\r").unwrap_or(line), &mut contents).ok()?;
    }
    Some(contents)
}

fn decode(label: &str, text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    match is_public(label) {
        true => ::pem::parse(text).ok().map(|block| Zeroizing::new(block.into_contents())),
        false => decode_quietly(text),
    }
}

fn decode_quietly(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut buffer = Zeroizing::new(vec![0; text.len()]);
    let length = quiet::decode(text, &mut buffer).ok()?.1.len();
    buffer.truncate(length);
    Some(buffer)
}

pub(super) fn encode(label: &str, contents: &[u8]) -> Zeroizing<String> {
    let plainly = || Zeroizing::new(encode_plainly(label, contents));
    match is_public(label) {
        true => plainly(),
        false => encode_quietly(label, contents).unwrap_or_else(plainly),
    }
}

pub(super) fn encode_plainly(label: &str, contents: &[u8]) -> String {
    let lines = ::pem::EncodeConfig::new().set_line_ending(::pem::LineEnding::LF);
    ::pem::encode_config(&::pem::Pem::new(label, contents), lines)
}

fn encode_quietly(label: &str, contents: &[u8]) -> Option<Zeroizing<String>> {
    let size = quiet::encapsulated_len(label, quiet::LineEnding::LF, contents.len()).ok()?;
    let mut buffer = Zeroizing::new(vec![0; size.saturating_add(1)]);
    let text = quiet::encode(label, quiet::LineEnding::LF, contents, &mut buffer).ok()?;
    Some(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::{IrregularityKind, Reading, parse};
    use super::*;

    /// The contents of a block with this text, and what is irregular about it.
    fn read(text: &str) -> (Vec<u8>, Vec<IrregularityKind>) {
        let text = format!("-----BEGIN A-----\n{text}\n-----END A-----\n");
        let block = &parse(text.as_bytes(), Reading::Tolerant).expect(&text)[0];
        (block.contents().to_vec(), block.irregularities().iter().map(|note| note.kind).collect())
    }

    #[test]
    fn the_careful_way_knows_every_character() {
        let alphabet = str::from_utf8(ALPHABET).unwrap();
        let (spaced, kinds) = read(&alphabet.replace('B', "B "));
        assert_eq!(kinds, [IrregularityKind::LineLength, IrregularityKind::InnerSpace]);
        assert_eq!(spaced, read(alphabet).0);
    }

    #[test]
    fn what_is_left_over_is_repaired_to_what_it_said() {
        use IrregularityKind::{MissingPadding, TrailingBits};
        for (text, contents, kinds) in [
            ("AAE", [0, 1], &[MissingPadding][..]),
            ("AAF=", [0, 1], &[TrailingBits]),
            ("AAH", [0, 1], &[MissingPadding, TrailingBits]),
            ("//8=", [0xff, 0xff], &[]),
        ] {
            assert_eq!(read(text), (contents.to_vec(), kinds.to_vec()), "{text}");
        }
    }

    #[test]
    fn what_may_be_secret_is_decoded_in_buffers_that_are_wiped() {
        for label in ["PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "A", ""] {
            assert!(!is_public(label), "{label}");
        }
        for label in ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CRL", "PUBLIC KEY", "PKCS7"] {
            assert!(is_public(label), "{label}");
        }
        assert!(encode_quietly("PRIVATE KEY", b"secret").is_some_and(|text| text.contains("c2VjcmV0")));
    }
}
