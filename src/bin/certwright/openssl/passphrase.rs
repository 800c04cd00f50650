//! `-passin` and `-passout`: openssl's sources, and its terminal. The CERTWRIGHT variables do not count here.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use certwright::{Error, Passphrase, file};
use zeroize::Zeroizing;

use super::{Refusal, note};
use crate::input::standard_input;
use crate::output::shown;
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
pub(super) struct Given {
    passphrase: Option<Passphrase>,
    /// What to do where it is wrong.
    check: String,
}

impl Given {
    pub(super) fn of(option: &'static str, source: Option<&OsStr>) -> Result<Self, Refusal> {
        let passphrase = source.map(|source| given(source, Line::First)).transpose()?;
        Ok(Self { passphrase, check: source.map(|source| check(option, source)).unwrap_or_default() })
    }

    /// Opens what is in a file, or on standard input. Where a passphrase is needed and none was given, `asks` has
    /// somebody asked for it.
    pub(super) fn open<T>(
        &self,
        file: Option<&Path>,
        asks: bool,
        read: impl Fn(Option<&Passphrase>) -> Result<T, Error>,
    ) -> Result<T, Refusal> {
        let (opened, hint) = match self.opened(&read) {
            Err(Error::PassphraseMissing { .. }) if asks => (read(Some(&ask(file)?)), TYPED),
            opened => (opened, self.check.as_str()),
        };
        opened.map_err(|error| {
            let wrong = matches!(error, Error::PassphraseWrong { .. });
            let error = match file {
                Some(file) => error.at(file.display()),
                None => error,
            };
            if wrong { Refusal::Wrong { error, hint: hint.to_owned() } } else { error.into() }
        })
    }

    /// Opens with the passphrase as openssl takes it from its source, which keeps a carriage return before the line
    /// end; where that is wrong, without it.
    fn opened<T>(&self, read: impl Fn(Option<&Passphrase>) -> Result<T, Error>) -> Result<T, Error> {
        let text = self.passphrase.as_ref().map(Passphrase::reveal).unwrap_or_default();
        match (read(self.passphrase.as_ref()), text.strip_suffix(b"\r")) {
            (Err(wrong @ Error::PassphraseWrong { .. }), Some(text)) => {
                read(Some(&passphrase(text.to_vec()))).map_err(|_wrong_too| wrong)
            }
            (opened, _) => opened,
        }
    }
}

const TYPED: &str = "type the passphrase again";

/// What to do about a passphrase that this source gave, and that is wrong.
fn check(option: &str, source: &OsStr) -> String {
    let text = source.to_string_lossy();
    match text.split_once(':').map_or(text.as_ref(), |(kind, _)| kind) {
        "file" => format!("check the file that {option} names: its first line counts"),
        "env" => format!("check the variable that {option} names: all of it counts"),
        "pass" => {
            format!(
                "check the text of {option}: all of it counts, and a shell leaves it alone in single quotes only"
            )
        }
        _ => format!("check what comes from {text}, which {option} names: its first line counts"),
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
fn ask(input: Option<&Path>) -> Result<Passphrase, Refusal> {
    let name = named(input, "the standard input");
    prompt(&format!("Passphrase of {name}: "), || Refusal::NoPassphrase {
        what: format!("open {name}"),
        option: "-passin",
    })
}

/// What is read or written, by its name.
fn named(path: Option<&Path>, standard: &str) -> String {
    let path = path.filter(|path| *path != Path::new("-"));
    path.map_or_else(|| standard.to_owned(), |path| shown(&path.display().to_string()))
}

/// The passphrase of what is written: what its option names, else what is typed. Where the option for what is read
/// names the same source, its second line counts.
pub(super) fn sealing(
    source: Option<&OsString>,
    opening: Option<&OsString>,
    output: Option<&Path>,
) -> Result<Passphrase, Refusal> {
    let Some(source) = source else { return choose(output) };
    let line = if opening == Some(source) { Line::Second } else { Line::First };
    let passphrase = fit(given(source, line)?)?;
    if passphrase.reveal().ends_with(b"\r") {
        note(&format!("the passphrase ends in a carriage return, as openssl takes it from {}", name(source)));
    }
    Ok(passphrase)
}

/// Asks for the passphrase of a key that is written, twice.
fn choose(output: Option<&Path>) -> Result<Passphrase, Refusal> {
    let name = named(output, "the standard output");
    let nobody = || Refusal::NoPassphrase { what: format!("encrypt {name}"), option: "-passout" };
    let first = prompt(&format!("New passphrase for {name}: "), nobody)?;
    let again = prompt("The same again: ", nobody)?;
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
fn prompt(question: &str, nobody: impl Fn() -> Refusal) -> Result<Passphrase, Refusal> {
    if !terminal::can_ask() {
        return Err(nobody());
    }
    terminal::ask(question).map(passphrase).map_err(Refusal::Prompt)
}
