//! Where passphrases come from: an option, the environment, a terminal. Never an argument.

pub(crate) mod exposure;
mod source;

use std::cell::OnceCell;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use certwright::{EncryptedKey, Error, Passphrase, PrivateKey};

pub(crate) use source::Source;

use crate::error::Failure;
use crate::output::{self, Remark};

const OPENS: &str = "CERTWRIGHT_PASSPHRASE_FILE";
const SEALS: &str = "CERTWRIGHT_NEW_PASSPHRASE_FILE";
const OPENS_OPTION: &str = "--passphrase-file";
/// The help of `--passphrase-file` where no key is read.
pub(crate) const SECOND_CHOICE: &str = "A file with a passphrase, for want of --new-passphrase-file: the file that \
                                        CERTWRIGHT_PASSPHRASE_FILE names where this option is absent, too";
const SEALS_OPTION: &str = "--new-passphrase-file";

/// Options of the commands that read private keys.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Opening {
    /// A file with the passphrase of the key that is read; one line end at its end is not part of it. Without
    /// this option it is the file that CERTWRIGHT_PASSPHRASE_FILE names, else the terminal is asked.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
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
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
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
        Ok(key.encrypt(&self.passphrase)?)
    }

    pub(crate) fn opens(&self, other: &Path) -> bool {
        Passphrase::from_file(other).is_ok_and(|other| same(&other, &self.passphrase))
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

pub(crate) fn same(one: &Passphrase, other: &Passphrase) -> bool {
    one.reveal() == other.reveal()
}

impl Opening {
    /// With this file, where one is named.
    pub(crate) fn with(passphrase_file: Option<PathBuf>) -> Self {
        Self { passphrase_file, used: OnceCell::new() }
    }

    /// Opens a key that may be encrypted.
    pub(crate) fn open(&self, path: &Path) -> Result<PrivateKey, Failure> {
        let key = self.opened(path)?;
        exposure::of_key(path).into_iter().for_each(output::remark);
        Ok(key)
    }

    fn opened(&self, path: &Path) -> Result<PrivateKey, Failure> {
        // A passphrase for a plain key is not asked for and not looked at.
        match PrivateKey::open(path, None) {
            Err(error) if matches!(error.without_place(), Error::PassphraseMissing { .. }) => {}
            read => return Ok(read?),
        }
        let source = self.source().unwrap_or(Source::Terminal);
        let passphrase = match &source {
            Source::File { .. } => source.clone().read()?,
            Source::Terminal => ask(&format!("Passphrase of {}: ", path.display()))?
                .ok_or_else(|| needed(format!("open {}", path.display()), OPENS_OPTION))?,
        };
        let key = PrivateKey::open(path, Some(&passphrase)).map_err(|error| match error.without_place() {
            Error::PassphraseWrong { .. } => source.refuses(error),
            _ => error.into(),
        })?;
        // The first one: a command opens one key.
        self.used.get_or_init(|| passphrase);
        Ok(key)
    }

    fn source(&self) -> Option<Source> {
        Source::given(self.passphrase_file.as_deref(), OPENS_OPTION, OPENS)
    }

    /// The passphrase of what is read where a file says it.
    pub(crate) fn given(&self) -> Result<Option<Passphrase>, Failure> {
        self.source().map(Source::read).transpose()
    }

    /// Whether a key was opened with it.
    fn used(&self, passphrase: &Passphrase) -> bool {
        self.used.get().is_some_and(|used| same(used, passphrase))
    }
}

impl Passphrases {
    /// Opens a key that may be encrypted.
    pub(crate) fn open(&self, path: &Path) -> Result<PrivateKey, Failure> {
        self.opening.open(path)
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
        match again.is_some_and(|again| same(&again, &first)) {
            true => Ok(Some(self.sealed(Source::Terminal.fit(first)?))),
            false => Err(Failure::PassphraseRepeat),
        }
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
            Source::File { path, .. } => Some(path),
            Source::Terminal => None,
        }
    }

    fn own_source(&self) -> Option<Source> {
        Source::given(self.new_passphrase_file.as_deref(), SEALS_OPTION, SEALS)
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
pub(crate) fn known(option: Option<&Path>) -> Result<Option<Passphrase>, Failure> {
    Source::given(option, OPENS_OPTION, OPENS).map(Source::read).transpose()
}

fn needed(what: String, option: &'static str) -> Failure {
    Failure::PassphraseNeeded { what, option }
}

/// Whether there is somebody to ask.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks on the terminal; `None` where there is none.
fn ask(question: &str) -> Result<Option<Passphrase>, Failure> {
    if !can_ask() {
        return Ok(None);
    }
    let typed = rpassword::prompt_password(question).map_err(Failure::Prompt)?;
    let typed = Passphrase::from_bytes(typed.into_bytes());
    typed.map(Some).map_err(|error| Source::Terminal.refuses(error))
}
