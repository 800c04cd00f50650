//! The places that passphrases come from, for reading and for the messages about them.

use std::path::Path;

use certwright::{Error, Passphrase};

use super::exposure;
use crate::error::Failure;
use crate::input::Input;
use crate::output::{Remark, remark};

/// Where a passphrase came from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A file, and the option or variable that names it.
    File { input: Input, named_by: &'static str },
    /// Somebody typed it.
    Terminal,
}

/// Shorter ones are guessed, whatever the key derivation (NIST SP 800-63B section 5.1.1.1).
const SHORTEST: usize = 8;

/// What OpenSSL has room for, and curl with it: 1024 bytes with a NUL at the end (PEM_BUFSIZE).
const LONGEST: usize = 1023;

/// Why OpenSSL could not be told this passphrase, whatever the key derivation makes of it.
pub(crate) fn unfit(passphrase: &Passphrase) -> Option<&'static str> {
    match passphrase.reveal() {
        text if text.contains(&0) => Some("it has a NUL inside, where it ends for OpenSSL and curl"),
        text if text.len() > LONGEST => Some("it has 1024 bytes or more, and OpenSSL and curl take 1023"),
        _ => None,
    }
}

/// The file that a variable names; an empty value is none.
pub(crate) fn in_variable(variable: &str) -> Option<Input> {
    let named = std::env::var_os(variable).filter(|value| !value.is_empty());
    named.map(|path| Input::File(path.into()))
}

impl Source {
    /// The file of an option, else of the environment.
    pub(super) fn given(value: Option<&Input>, option: &'static str, variable: &'static str) -> Option<Self> {
        if let Some(input) = value {
            return Some(Self::File { input: input.clone(), named_by: option });
        }
        in_variable(variable).map(|input| Self::File { input, named_by: variable })
    }

    /// What the file holds. Others should not be able to read it.
    pub(super) fn read(self) -> Result<Passphrase, Failure> {
        let Self::File { input, named_by } = &self else { return Err(self.refuses(Error::PassphraseEmpty)) };
        // A variable counts for many commands, which have other things to read there.
        if input.path() == Some(Path::new("-")) {
            return Err(Failure::DashInVariable { variable: named_by });
        }
        let passphrase = input.passphrase().map_err(|error| self.refuses(error))?;
        remark(exposure::of_passphrase(input));
        Ok(passphrase)
    }

    /// What was typed.
    pub(super) fn accept(self, typed: Vec<u8>) -> Result<Passphrase, Failure> {
        Passphrase::from_bytes(typed).map_err(|error| self.refuses(error))
    }

    /// Refuses a new passphrase of which another program would read a part.
    pub(super) fn fit(self, passphrase: Passphrase) -> Result<Passphrase, Failure> {
        if passphrase.reveal().iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
            return Err(Failure::PassphraseLines { from: self });
        }
        if let Some(why) = unfit(&passphrase) {
            return Err(Failure::PassphraseUnfit { from: self, why });
        }
        if passphrase.reveal().len() < SHORTEST {
            let message = format!("the new passphrase has fewer than {SHORTEST} bytes: it can be guessed");
            remark(Some(Remark::warning("passphrase-short", message)));
        }
        Ok(passphrase)
    }

    /// An error about the passphrase, which this place explains.
    pub(super) fn refuses(&self, error: Error) -> Failure {
        Failure::Passphrase { error, from: self.clone() }
    }

    /// An error of what it was to open. An empty file is not said to hold a wrong passphrase.
    pub(super) fn explain(&self, error: Error, passphrase: &Passphrase) -> Failure {
        match (error.without_place(), self) {
            (Error::PassphraseWrong { .. }, Self::File { input, .. }) if passphrase.reveal().is_empty() => {
                self.refuses(Error::PassphraseEmpty.at(input))
            }
            (Error::PassphraseWrong { .. }, _) => self.refuses(error),
            _ => error.into(),
        }
    }

    /// The way out of an error about the passphrase.
    pub(crate) fn hint(&self, error: &Error) -> Option<String> {
        Some(match (error.without_place(), self) {
            (Error::PassphraseWrong { .. }, Self::Terminal) => "type the passphrase again".to_owned(),
            (Error::PassphraseWrong { .. }, Self::File { input, named_by }) => format!(
                "check {}{input}, which {named_by} names; one line end after the passphrase is ignored, anything else \
                 counts",
                if input.is_standard() { "" } else { "the passphrase file " }
            ),
            (Error::PassphraseEmpty, Self::Terminal) => "type a passphrase that is not empty".to_owned(),
            (Error::PassphraseEmpty, Self::File { input, named_by }) => {
                format!("write a passphrase into {input}, which {named_by} names, on its first line")
            }
            (_, Self::File { input, named_by }) => {
                format!("{named_by} names {input}: name the file that holds the passphrase")
            }
            (other, Self::Terminal) => return other.hint().map(str::to_owned),
        })
    }
}
