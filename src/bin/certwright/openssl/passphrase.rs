//! `-passin` and `-passout`: openssl's sources, and its terminal. The CERTWRIGHT variables do not count here.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use certwright::{Error, Passphrase, file};
use zeroize::Zeroizing;

use super::{Refusal, note};
use crate::input::standard_input;
use crate::passphrase::unfit;
use crate::terminal;

/// The longest line that openssl takes of a file, a descriptor or standard input: the rest of a longer one is the next
/// line for it.
const LONGEST_LINE: usize = 1023;

/// Which line of a source counts. Where both options name the same one, the second is that of `-passout`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    First,
    Second,
}

/// What an option names for opening, if it is there.
pub(super) struct Given(Option<Passphrase>);

impl Given {
    pub(super) fn of(source: Option<&OsStr>) -> Result<Self, Refusal> {
        source.map(|source| given(source, Line::First)).transpose().map(Self)
    }

    /// Opens with the passphrase as openssl takes it from its source, which keeps a carriage return before the line
    /// end; where that is wrong, without it.
    pub(super) fn open<T>(&self, read: impl Fn(Option<&Passphrase>) -> Result<T, Error>) -> Result<T, Error> {
        let text = self.0.as_ref().map(Passphrase::reveal).unwrap_or_default();
        match (read(self.0.as_ref()), text.strip_suffix(b"\r")) {
            (Err(wrong @ Error::PassphraseWrong { .. }), Some(text)) => {
                read(Some(&passphrase(text.to_vec()))).map_err(|_wrong_too| wrong)
            }
            (opened, _) => opened,
        }
    }
}

/// What an option names.
fn given(source: &OsStr, line: Line) -> Result<Passphrase, Refusal> {
    let text = source.to_str().ok_or_else(|| refused(source, "it is not UTF-8"))?;
    match text.split_once(':') {
        Some(("pass", text)) => Ok(passphrase(text.as_bytes().to_vec())),
        Some(("env", variable)) => environment(source, variable).map(passphrase),
        Some(("file", path)) => {
            let contents = file::read(path)?;
            let line = nth_line(&contents, line).ok_or_else(|| refused(source, missing(line)))?;
            whole(source, line)
        }
        Some(("fd", number)) => whole(source, descriptor(source, number, line)?),
        None if text == "stdin" => whole(source, standard_input().and_then(line_of).map_err(Refusal::Input)?),
        // Without a prefix openssl refuses it, too; a text is not repeated, because it may be the passphrase.
        _ => Err(refused(OsStr::new("…"), "expected file:FILE, env:VARIABLE, fd:NUMBER, stdin or pass:TEXT")),
    }
}

/// An empty one opens what was encrypted under it; nothing is sealed with it.
fn passphrase(bytes: Vec<u8>) -> Passphrase {
    Passphrase::from_bytes(bytes).unwrap_or_else(|_empty| Passphrase::empty())
}

fn missing(line: Line) -> &'static str {
    match line {
        Line::First => "the file is empty",
        Line::Second => "-passin takes its first line, and there is no second one for -passout",
    }
}

/// Refuses a line of which openssl would take a part.
fn whole(source: &OsStr, line: Vec<u8>) -> Result<Passphrase, Refusal> {
    let passphrase = passphrase(line);
    if passphrase.reveal().len() > LONGEST_LINE {
        return Err(Refusal::LongLine { source_text: name(source), longest: LONGEST_LINE });
    }
    Ok(passphrase)
}

fn environment(source: &OsStr, variable: &str) -> Result<Vec<u8>, Refusal> {
    let value = std::env::var_os(variable).ok_or_else(|| refused(source, "the variable is not set"))?;
    Ok(value.into_encoded_bytes())
}

/// Without its line end; a carriage return before it belongs to the line, as for openssl.
fn nth_line(contents: &[u8], line: Line) -> Option<Vec<u8>> {
    let mut lines = contents.split_inclusive(|byte| *byte == b'\n');
    let found = match line {
        Line::First => lines.next(),
        Line::Second => lines.nth(1),
    }?;
    Some(found.strip_suffix(b"\n").unwrap_or(found).to_vec())
}

/// What a file descriptor gives that was handed down, by the name that the system has for it.
fn descriptor(source: &OsStr, number: &str, line: Line) -> Result<Vec<u8>, Refusal> {
    let known = number.bytes().all(|digit| digit.is_ascii_digit()) && !number.is_empty();
    if !known {
        return Err(refused(source, "it is no number"));
    }
    line_of_descriptor(number, line).map_err(|error| refused(source, &error.to_string()))
}

fn line_of_descriptor(number: &str, line: Line) -> io::Result<Vec<u8>> {
    let mut opened = File::open(format!("/dev/fd/{number}"))?;
    // Of a pipe the first line is gone when the second is asked for. A regular file Linux opens anew, from its
    // beginning.
    let position = position(number).filter(|_| opened.metadata().is_ok_and(|there| there.is_file()));
    if let Some(position) = position {
        opened.seek(SeekFrom::Start(position))?;
        if line == Line::Second {
            drop(Zeroizing::new(line_of(&mut opened)?));
        }
    }
    line_of(opened)
}

/// How far a descriptor has been read, where the system tells (Linux).
fn position(number: &str) -> Option<u64> {
    let facts = std::fs::read_to_string(format!("/proc/self/fdinfo/{number}")).ok()?;
    facts.lines().find_map(|line| line.strip_prefix("pos:"))?.trim().parse().ok()
}

/// Byte by byte, so that what follows stays there for the key; one more than a line may have, so that it shows.
fn line_of(mut input: impl Read) -> io::Result<Vec<u8>> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE.saturating_add(1)));
    let mut byte = [0];
    while line.len() <= LONGEST_LINE && input.read(&mut byte)? == 1 && byte != *b"\n" {
        line.extend_from_slice(&byte);
    }
    Ok(line.to_vec())
}

/// A source without what may be a passphrase.
fn name(source: &OsStr) -> String {
    let secret = source.to_str().is_some_and(|text| text.starts_with("pass:"));
    if secret { "pass:…".to_owned() } else { source.to_string_lossy().into_owned() }
}

fn refused(source: &OsStr, reason: &str) -> Refusal {
    Refusal::Passphrase { source_text: name(source), reason: reason.to_owned() }
}

/// Asks for the passphrase of what is read.
pub(super) fn ask(input: Option<&Path>) -> Result<Passphrase, Refusal> {
    match input {
        Some(path) => prompt(&format!("Passphrase of {}: ", path.display()), "open the private key"),
        None => prompt("Passphrase of the standard input: ", "open the private key"),
    }
}

/// The passphrase of what is written: what its option names, else what is typed. Where the option for what is read
/// names the same source, its second line counts.
pub(super) fn sealing(source: Option<&OsString>, opening: Option<&OsString>) -> Result<Passphrase, Refusal> {
    let Some(source) = source else { return choose() };
    let line = if opening == Some(source) { Line::Second } else { Line::First };
    let passphrase = fit(given(source, line)?)?;
    if passphrase.reveal().ends_with(b"\r") {
        note(&format!("the passphrase ends in a carriage return, as openssl takes it from {}", name(source)));
    }
    Ok(passphrase)
}

/// Asks for the passphrase of a key that is written, twice.
fn choose() -> Result<Passphrase, Refusal> {
    const WHAT: &str = "encrypt the private key";
    let first = prompt("New passphrase: ", WHAT)?;
    let again = prompt("The same again: ", WHAT)?;
    if first == again { fit(first) } else { Err(Refusal::Repeat) }
}

/// Refuses what openssl cuts off without a word, or cannot open again.
fn fit(passphrase: Passphrase) -> Result<Passphrase, Refusal> {
    match unfit(&passphrase) {
        Some(why) => Err(Refusal::Unfit { why }),
        None => Ok(passphrase),
    }
}

/// The terminal itself is asked, since standard input may be the key and standard output its copy.
fn prompt(question: &str, what: &'static str) -> Result<Passphrase, Refusal> {
    if !terminal::can_ask() {
        return Err(Refusal::NoPassphrase { what });
    }
    terminal::ask(question).map(passphrase).map_err(Refusal::Prompt)
}
