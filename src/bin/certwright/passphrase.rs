//! Where passphrases come from: an option, the environment, a terminal. Never an argument.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use certwright::{EncryptedKey, Error, FoundKey, KdfLimits, Passphrase, PrivateKey, file};
use zeroize::Zeroizing;

use crate::error::Failure;
use crate::output::{self, Remark};

const OPENS: &str = "CERTWRIGHT_PASSPHRASE_FILE";
const SEALS: &str = "CERTWRIGHT_NEW_PASSPHRASE_FILE";

/// Options of the commands that read private keys.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Opening {
    /// A file with the passphrase of the key that is read; one line end at its end is not part of it. Without
    /// this option it is the file that CERTWRIGHT_PASSPHRASE_FILE names, else the terminal is asked.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Options of the commands that read and write private keys.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Passphrases {
    #[command(flatten)]
    pub(crate) opening: Opening,
    /// A file with the passphrase of the key that is written. Without this option it is the file that
    /// CERTWRIGHT_NEW_PASSPHRASE_FILE names, else the passphrase of the key that is read, else the terminal is
    /// asked.
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
}

/// A passphrase for a key that is written.
pub(crate) struct Seal {
    pub(crate) passphrase: Passphrase,
    /// It opens what was read, too.
    pub(crate) shared: bool,
}

impl Seal {
    pub(crate) fn new(passphrase: Passphrase, shared: bool) -> Self {
        Self { passphrase, shared }
    }

    pub(crate) fn close(&self, key: &PrivateKey) -> Result<EncryptedKey, Failure> {
        Ok(key.encrypt(&self.passphrase)?)
    }

    pub(crate) fn opens(&self, other: &Path) -> bool {
        Passphrase::from_file(other).is_ok_and(|other| other.reveal() == self.passphrase.reveal())
    }

    /// The warning that a leaf's key opens with its authority's passphrase.
    pub(crate) fn remark(&self, name: &str) -> Option<Remark> {
        let message = || {
            format!(
                "the key of {name} has the passphrase of its authority: whoever gets it can open the authority's \
                 key, too (a passphrase of its own is given with --new-passphrase-file)"
            )
        };
        self.shared.then(|| Remark::warning("passphrase-shared", message()))
    }
}

impl Opening {
    /// With this file, where one is named.
    pub(crate) fn with(passphrase_file: Option<PathBuf>) -> Self {
        Self { passphrase_file }
    }

    /// Opens a key that may be encrypted.
    pub(crate) fn open(&self, path: &Path) -> Result<PrivateKey, Failure> {
        open(path, self.file())
    }

    fn file(&self) -> Option<PathBuf> {
        given(self.passphrase_file.as_deref(), OPENS)
    }

    /// The passphrase of what is read where a file says it.
    pub(crate) fn given(&self) -> Result<Option<Passphrase>, Failure> {
        Ok(self.file().map(Passphrase::from_file).transpose()?)
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
        let needed = || needed(format!("encrypt {what}"), "--new-passphrase-file");
        self.chosen(what)?.ok_or_else(needed)
    }

    /// The passphrase for a new key, asked for twice on the terminal; `None` where there is none.
    pub(crate) fn chosen(&self, what: &str) -> Result<Option<Seal>, Failure> {
        let Some(first) = ask(&format!("New passphrase for {what}: "))? else { return Ok(None) };
        let again = ask("The same again: ")?;
        match again.is_some_and(|again| again.reveal() == first.reveal()) {
            true => Ok(Some(Seal::new(first, false))),
            false => Err(Failure::PassphraseRepeat),
        }
    }

    /// The passphrase for a new key where a file says it.
    pub(crate) fn given(&self) -> Result<Option<Seal>, Failure> {
        if let Some(seal) = self.own()? {
            return Ok(Some(seal));
        }
        Ok(self.opening.given()?.map(|passphrase| Seal::new(passphrase, true)))
    }

    /// The passphrase for a new key where a file says it that is meant for nothing else.
    pub(crate) fn own(&self) -> Result<Option<Seal>, Failure> {
        let file = given(self.new_passphrase_file.as_deref(), SEALS);
        Ok(file.map(Passphrase::from_file).transpose()?.map(|passphrase| Seal::new(passphrase, false)))
    }
}

/// The passphrase of what is read where a file says it, and nobody is asked.
pub(crate) fn known(option: Option<&Path>) -> Result<Option<Passphrase>, Failure> {
    Ok(given(option, OPENS).map(Passphrase::from_file).transpose()?)
}

/// The file of an option, else of the environment, where an empty value is none.
fn given(option: Option<&Path>, variable: &str) -> Option<PathBuf> {
    let named = || std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    option.map(Path::to_owned).or_else(named)
}

fn open(path: &Path, file: Option<PathBuf>) -> Result<PrivateKey, Failure> {
    let key = opened(path, file)?;
    exposure(path).into_iter().for_each(output::remark);
    Ok(key)
}

/// The warning that others on this machine can read the file of a key.
#[cfg(unix)]
pub(crate) fn exposure(path: &Path) -> Option<Remark> {
    use std::os::unix::fs::PermissionsExt;
    const READ_BY_GROUP_OR_OTHERS: u32 = 0o044;
    let file = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    let mode = file.permissions().mode() & 0o777;
    let message = || {
        format!(
            "{} holds a private key and can be read by others (mode {mode:04o}): `chmod 600` makes it its \
             owner's alone",
            path.display()
        )
    };
    (mode & READ_BY_GROUP_OR_OTHERS != 0).then(|| Remark::warning("key-readable-by-others", message()))
}

/// Elsewhere there are no modes to read.
#[cfg(not(unix))]
pub(crate) fn exposure(_: &Path) -> Option<Remark> {
    None
}

fn opened(path: &Path, file: Option<PathBuf>) -> Result<PrivateKey, Failure> {
    let located = |error: Error| Failure::from(error.at(path.display()));
    let bytes = Zeroizing::new(file::read(path)?);
    let found = FoundKey::all(&bytes).map_err(located)?;
    let Some((first, others)) = found.split_first() else { return Err(needed_key(path)) };
    several(path, first, others).into_iter().for_each(output::remark);
    let limits = KdfLimits::default();
    // A passphrase for a plain key is not asked for and not looked at.
    match first.open(None, &limits) {
        Err(Error::PassphraseMissing { .. }) => {}
        read => return read.map_err(located),
    }
    let passphrase = match file {
        Some(file) => or_empty(Passphrase::from_file(file))?,
        None => typed(&format!("Passphrase of {}: ", path.display()))?
            .map(|typed| or_empty(Passphrase::from_bytes(typed)))
            .ok_or_else(|| needed(format!("open {}", path.display()), "--passphrase-file"))??,
    };
    first.open(Some(&passphrase), &limits).map_err(located)
}

fn needed_key(path: &Path) -> Failure {
    Error::Unexpected { expected: "a private key", found: "none".to_owned() }.at(path.display()).into()
}

/// The warning that a file holds further keys, which are left alone.
fn several(path: &Path, first: &FoundKey, others: &[FoundKey]) -> Option<Remark> {
    let name = |key: &FoundKey| match (key.label(), key.line()) {
        (Some(label), Some(line)) => format!("{label} at line {line}"),
        _ => "one in DER".to_owned(),
    };
    let others = others.iter().map(name).collect::<Vec<_>>().join(", ");
    let message = || {
        let (path, first) = (path.display(), name(first));
        format!(
            "{path} holds several private keys: the first is used ({first}), the others are not ({others})"
        )
    };
    (!others.is_empty()).then(|| Remark::warning("several-keys", message()))
}

/// Some programs encrypt keys under an empty passphrase: what opens a key may be one.
fn or_empty(read: Result<Passphrase, Error>) -> Result<Passphrase, Error> {
    match read {
        Err(error) if matches!(error.without_place(), Error::PassphraseEmpty) => Ok(Passphrase::empty()),
        read => read,
    }
}

fn needed(what: String, option: &'static str) -> Failure {
    Failure::PassphraseNeeded { what, option }
}

/// Whether there is somebody to ask.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks for a new passphrase on the terminal; `None` where there is none.
fn ask(question: &str) -> Result<Option<Passphrase>, Failure> {
    Ok(typed(question)?.map(Passphrase::from_bytes).transpose()?)
}

/// What is typed on the terminal, unseen; `None` where there is none.
fn typed(question: &str) -> Result<Option<Vec<u8>>, Failure> {
    if !can_ask() {
        return Ok(None);
    }
    let typed = rpassword::prompt_password(question).map_err(Failure::Prompt)?;
    Ok(Some(typed.into_bytes()))
}
