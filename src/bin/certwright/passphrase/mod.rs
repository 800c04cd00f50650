//! Where passphrases come from: an option, the environment, a terminal. Never an argument.

pub(crate) mod exposure;
mod source;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use certwright::{
    EncryptedKey, Encryption, Error, Found, FoundKey, KdfLimits, Passphrase, PrivateKey, pkcs12,
};

pub(crate) use source::{Source, in_variable, unfit};

pub(crate) use crate::terminal::can_ask;

use crate::error::Failure;
use crate::input::Input;
use crate::output::{Remark, remark};
use crate::several;
use crate::terminal;
use crate::values::input;

const OPENS: &str = "CERTWRIGHT_PASSPHRASE_FILE";
const SEALS: &str = "CERTWRIGHT_NEW_PASSPHRASE_FILE";
const OPENS_OPTION: &str = "--passphrase-file";
/// The options that name files with passphrases, and the variable that counts in the absence of each.
pub(crate) const FILES: [(&str, &str); 2] = [("passphrase_file", OPENS), ("new_passphrase_file", SEALS)];
/// The help of `--passphrase-file` where no key is read.
pub(crate) const SECOND_CHOICE: &str = "A file with a passphrase, for want of --new-passphrase-file: the file that \
                                        CERTWRIGHT_PASSPHRASE_FILE names where this option is absent, too";
const SEALS_OPTION: &str = "--new-passphrase-file";

/// Options of the commands that read private keys.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Opening {
    /// A file with the passphrase of the key that is read; one line end at its end is not part of it. Without
    /// this option it is the file that CERTWRIGHT_PASSPHRASE_FILE names, else the terminal is asked.
    #[arg(long, value_name = "FILE", value_parser = input())]
    passphrase_file: Option<Input>,
    /// What opened a key.
    #[arg(skip)]
    used: OnceCell<Passphrase>,
}

/// Options of the commands that read and write private keys.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Passphrases {
    #[command(flatten)]
    pub(crate) opening: Opening,
    /// A file with the passphrase of the key that is written. Without this option it is the file that
    /// CERTWRIGHT_NEW_PASSPHRASE_FILE names, else the passphrase of --passphrase-file, else the terminal is asked.
    #[arg(long, value_name = "FILE", value_parser = input())]
    new_passphrase_file: Option<Input>,
}

/// A passphrase for a key that is written.
pub(crate) struct Seal {
    pub(crate) passphrase: Passphrase,
    /// It opened what was read, too.
    shared: bool,
}

impl Seal {
    pub(crate) fn new(passphrase: Passphrase, shared: bool) -> Self {
        Self { passphrase, shared }
    }

    pub(crate) fn close(&self, key: &PrivateKey) -> Result<EncryptedKey, Failure> {
        self.close_with(key, Encryption::default())
    }

    pub(crate) fn close_with(
        &self,
        key: &PrivateKey,
        encryption: Encryption,
    ) -> Result<EncryptedKey, Failure> {
        Ok(key.encrypt_with(&self.passphrase, encryption)?)
    }

    pub(crate) fn opens(&self, other: &Path) -> bool {
        Passphrase::from_file(other).is_ok_and(|other| other == self.passphrase)
    }

    /// The warning that a leaf's key opens with its authority's passphrase.
    pub(crate) fn remark(&self, name: &str) -> Option<Remark> {
        let message = || {
            format!(
                "the key of {name} has the passphrase of its authority: whoever gets it can open the authority's \
                 key, too (one of its own is given with --new-passphrase-file)"
            )
        };
        self.shared.then(|| Remark::warning("passphrase-shared", message()))
    }
}

impl Opening {
    /// With this file, where one is named.
    pub(crate) fn with(passphrase_file: Option<Input>) -> Self {
        Self { passphrase_file, used: OnceCell::new() }
    }

    /// Opens a key that may be encrypted.
    pub(crate) fn open(&self, input: impl Into<Input>) -> Result<PrivateKey, Failure> {
        let input = input.into();
        self.open_read(&input, &input.read()?)
    }

    /// The same, of a file that was read.
    pub(crate) fn open_read(&self, input: &Input, bytes: &[u8]) -> Result<PrivateKey, Failure> {
        let key = self.opened(input, bytes)?;
        remark(exposure::of_key(input));
        Ok(key)
    }

    fn opened(&self, input: &Input, bytes: &[u8]) -> Result<PrivateKey, Failure> {
        let located = |error: Error| error.at(input);
        let (found, fault) = FoundKey::all_with_fault(bytes).map_err(located)?;
        remark(fault.map(|fault| passed_over(input, &fault)));
        let Some(first) = found.first() else { return Err(needed_key(input)) };
        if first.is_in_pkcs12() {
            remark(without_integrity(input, bytes));
        }
        let limits = KdfLimits::default();
        let (key, names) = self.unlocked(input, |passphrase| first.open_named(passphrase, &limits))?;
        remark(several(input, &found, &names));
        Ok(key)
    }

    /// What opens with a passphrase, or without. One for what is plain is not asked for and not looked at.
    pub(crate) fn unlocked<T>(
        &self,
        input: &Input,
        open: impl Fn(Option<&Passphrase>) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        match open(None) {
            Err(Error::PassphraseMissing { .. }) => {}
            read => return Ok(read.map_err(|error| error.at(input))?),
        }
        let source = self.source().unwrap_or(Source::Terminal);
        let passphrase = match &source {
            Source::File { .. } => source.clone().read(),
            Source::Terminal => typed(&format!("Passphrase of {input}: "))?
                .map(|typed| Source::Terminal.accept(typed))
                .ok_or_else(|| needed(format!("open {input}"), OPENS_OPTION))?,
        };
        let passphrase = or_empty(passphrase)?;
        let opened = open(Some(&passphrase)).map_err(|error| source.explain(error.at(input), &passphrase))?;
        // The first one: a command opens one key.
        self.used.get_or_init(|| passphrase);
        Ok(opened)
    }

    fn source(&self) -> Option<Source> {
        Source::given(self.passphrase_file.as_ref(), OPENS_OPTION, OPENS)
    }

    /// The passphrase of what is read where a file says it.
    pub(crate) fn given(&self) -> Result<Option<Passphrase>, Failure> {
        self.source().map(Source::read).transpose()
    }

    /// Whether a key was opened with it.
    fn used(&self, passphrase: &Passphrase) -> bool {
        self.used.get().is_some_and(|used| used == passphrase)
    }
}

impl Passphrases {
    /// Opens a key that may be encrypted.
    pub(crate) fn open(&self, input: impl Into<Input>) -> Result<PrivateKey, Failure> {
        self.opening.open(input)
    }

    /// The passphrase for a new key: from a file, else from the terminal.
    pub(crate) fn seal(&self, what: &str) -> Result<Seal, Failure> {
        if let Some(seal) = self.given()? {
            return Ok(seal);
        }
        let needed = || needed(format!("encrypt {what}"), SEALS_OPTION);
        self.chosen(what)?.ok_or_else(needed)
    }

    /// The passphrase for a new key, asked for twice on the terminal; `None` where there is none.
    pub(crate) fn chosen(&self, what: &str) -> Result<Option<Seal>, Failure> {
        let Some(first) = ask(&format!("New passphrase for {what}: "))? else { return Ok(None) };
        let again = ask("The same again: ")?;
        if again.is_none_or(|again| again != first) {
            return Err(Failure::PassphraseRepeat);
        }
        Ok(Some(self.sealed(Source::Terminal.fit(first)?)))
    }

    /// The passphrase for a new key where a file says it.
    pub(crate) fn given(&self) -> Result<Option<Seal>, Failure> {
        match self.own()? {
            Some(seal) => Ok(Some(seal)),
            None => self.opening.source().map(|source| self.read(source)).transpose(),
        }
    }

    /// The passphrase for a new key where a file says it that is meant for nothing else.
    pub(crate) fn own(&self) -> Result<Option<Seal>, Failure> {
        self.own_source().map(|source| self.read(source)).transpose()
    }

    /// The file with the passphrase for a new key, where one is named.
    pub(crate) fn seal_file(&self) -> Option<PathBuf> {
        match self.own_source().or(self.opening.source())? {
            // A name for command lines: what comes next has to be told the passphrase anew.
            Source::File { input, .. } => Some(input.path().unwrap_or(Path::new("/dev/stdin")).to_owned()),
            Source::Terminal => None,
        }
    }

    fn own_source(&self) -> Option<Source> {
        Source::given(self.new_passphrase_file.as_ref(), SEALS_OPTION, SEALS)
    }

    fn read(&self, source: Source) -> Result<Seal, Failure> {
        let passphrase = source.clone().read()?;
        Ok(self.sealed(source.fit(passphrase)?))
    }

    fn sealed(&self, passphrase: Passphrase) -> Seal {
        let shared = self.opening.used(&passphrase);
        Seal::new(passphrase, shared)
    }
}

/// The passphrase of what is read where a file says it, and nobody is asked.
pub(crate) fn known(option: Option<&Input>) -> Result<Option<Passphrase>, Failure> {
    Source::given(option, OPENS_OPTION, OPENS).map(Source::read).transpose()
}

fn needed_key(input: &Input) -> Failure {
    Error::Unexpected { expected: "a private key", found: Found::Structures { list: "none".to_owned() } }
        .at(input)
        .into()
}

/// The warning that a file holds further keys, which are left alone.
fn several(input: &Input, found: &[FoundKey], names: &[Option<String>]) -> Option<Remark> {
    let message = several::others(&input.to_string(), found, 0, names)?;
    Some(Remark::warning("several-keys", message))
}

/// The warning that a file holds something that cannot be read.
fn passed_over(input: &Input, fault: &Error) -> Remark {
    Remark::warning(
        "block-passed-over",
        format!("{input}: the key was found, and not everything: failed to {fault}"),
    )
}

/// The warning that nothing in a PKCS#12 file vouches for the rest of it.
fn without_integrity(input: &Input, bytes: &[u8]) -> Option<Remark> {
    let absent = matches!(pkcs12::has_mac(bytes), Ok(false));
    let message = || format!("{input} has no MAC: nobody notices where something in it was exchanged");
    absent.then(|| Remark::warning("integrity-absent", message()))
}

/// Some programs encrypt keys under an empty passphrase: what opens a key may be one.
fn or_empty(read: Result<Passphrase, Failure>) -> Result<Passphrase, Failure> {
    match read {
        Err(Failure::Passphrase { error, .. }) if matches!(error.without_place(), Error::PassphraseEmpty) => {
            Ok(Passphrase::empty())
        }
        read => read,
    }
}

fn needed(what: String, option: &'static str) -> Failure {
    Failure::PassphraseNeeded { what, option }
}

/// Asks for a new passphrase on the terminal; `None` where there is none.
fn ask(question: &str) -> Result<Option<Passphrase>, Failure> {
    typed(question)?.map(|typed| Source::Terminal.accept(typed)).transpose()
}

/// What is typed on the terminal, unseen; `None` where there is none.
fn typed(question: &str) -> Result<Option<Vec<u8>>, Failure> {
    if !can_ask() {
        return Ok(None);
    }
    terminal::ask(question).map(Some).map_err(Failure::Prompt)
}
