//! What is read because somebody named it: a file, or standard input.

use std::fmt;
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use certwright::file::{self, LARGEST_FILE};
use certwright::{Certificate, Crl, Csr, Error, Passphrase};
use zeroize::Zeroizing;

use crate::output::shown;

/// What standard input is called in messages.
const STANDARD: &str = "standard input";

/// A file, or standard input.
#[derive(Clone)]
pub(crate) enum Input {
    File(PathBuf),
    /// It gives what it holds once: here it is kept for whoever asks again.
    Standard(Arc<OnceLock<Zeroizing<Vec<u8>>>>),
}

impl Input {
    /// `-` is standard input; a file of that name is `./-`.
    pub(crate) fn named(path: PathBuf) -> Self {
        if path == Path::new("-") { Self::Standard(Arc::default()) } else { Self::File(path) }
    }

    pub(crate) fn is_standard(&self) -> bool {
        matches!(self, Self::Standard(_))
    }

    /// The file, where it is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Standard(_) => None,
        }
    }

    /// As it is named on the command line.
    pub(crate) fn word(&self) -> String {
        self.path().map_or_else(|| "-".to_owned(), |path| path.display().to_string())
    }

    pub(crate) fn read(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let kept = match self {
            Self::File(path) => return file::read(path),
            Self::Standard(kept) => kept,
        };
        if let Some(contents) = kept.get() {
            return Ok(contents.clone());
        }
        let contents = all_of_standard_input()?;
        Ok(kept.get_or_init(|| contents).clone())
    }

    /// The passphrase in it. One line end at its end is not part of it.
    pub(crate) fn passphrase(&self) -> Result<Passphrase, Error> {
        if let Self::File(path) = self {
            return Passphrase::from_file(path);
        }
        Passphrase::from_contents(self.read()?).map_err(|error| error.at(self))
    }

    pub(crate) fn certificates(&self) -> Result<Vec<Certificate>, Error> {
        Certificate::read_all(&self.read()?).map_err(|error| error.at(self))
    }

    pub(crate) fn crls(&self) -> Result<Vec<Crl>, Error> {
        Crl::read_all(&self.read()?).map_err(|error| error.at(self))
    }

    pub(crate) fn request(&self) -> Result<Csr, Error> {
        Csr::read(&self.read()?).map_err(|error| error.at(self))
    }

    /// Whether it is the regular file that would be replaced by writing there.
    #[cfg(unix)]
    pub(crate) fn is_file_at(&self, path: &Path) -> bool {
        if crate::destination::is_standard_output(path) {
            return false;
        }
        let both = self.metadata().ok().zip(fs::metadata(path).ok());
        both.is_some_and(|(own, other)| own.is_file() && is_same(&own, &other))
    }

    /// The same where a file has no identity but its name.
    #[cfg(not(unix))]
    pub(crate) fn is_file_at(&self, path: &Path) -> bool {
        let own = self.path().and_then(|own| fs::canonicalize(own).ok());
        own.is_some() && own == fs::canonicalize(path).ok()
    }

    /// Of the file that it is, by whatever name: a shell redirects standard input to one.
    pub(crate) fn metadata(&self) -> io::Result<Metadata> {
        match self {
            Self::File(path) => fs::metadata(path),
            Self::Standard(_) => metadata_of_standard_input(),
        }
    }
}

/// Whether both are the same file, by whatever names.
#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// The certificates of several files.
pub(crate) fn certificates(inputs: &[Input]) -> Result<Vec<Certificate>, Error> {
    let read = inputs.iter().map(Input::certificates).collect::<Result<Vec<_>, _>>()?;
    Ok(read.into_iter().flatten().collect())
}

/// The revocation lists of several files.
pub(crate) fn crls(inputs: &[Input]) -> Result<Vec<Crl>, Error> {
    let read = inputs.iter().map(Input::crls).collect::<Result<Vec<_>, _>>()?;
    Ok(read.into_iter().flatten().collect())
}

/// For people: a name may hold what moves the cursor of a terminal.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(&shown(&path.display().to_string())),
            Self::Standard(_) => f.write_str(STANDARD),
        }
    }
}

/// Without what was read.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.word(), f)
    }
}

impl From<&Path> for Input {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<&PathBuf> for Input {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}

impl From<&Self> for Input {
    fn from(input: &Self) -> Self {
        input.clone()
    }
}

/// All that standard input still holds, within the bounds of a file.
pub(crate) fn all_of_standard_input() -> Result<Zeroizing<Vec<u8>>, Error> {
    let failed = |source| Error::Read { path: STANDARD.into(), source };
    let standard_input = standard_input().map_err(failed)?.take(LARGEST_FILE.saturating_add(1));
    let contents = file::read_stream(standard_input).map_err(failed)?;
    let size = contents.len() as u64;
    if size > LARGEST_FILE {
        return Err(Error::TooLarge { what: "the standard input, in bytes", size, limit: LARGEST_FILE });
    }
    Ok(contents)
}

/// Standard input without the buffer of the standard library, which nobody wipes and which keeps the key from who reads
/// a line before it. It is the descriptor, from where it stands: its path would open anew what lies behind it, which
/// begins at its beginning, and which the caller may not be allowed to open.
#[cfg(unix)]
pub(crate) fn standard_input() -> io::Result<fs::File> {
    use std::os::fd::AsFd;
    io::stdin().as_fd().try_clone_to_owned().map(fs::File::from)
}

/// Elsewhere it has that buffer.
#[cfg(not(unix))]
pub(crate) fn standard_input() -> io::Result<impl Read> {
    Ok(io::stdin().lock())
}

#[cfg(unix)]
fn metadata_of_standard_input() -> io::Result<Metadata> {
    standard_input()?.metadata()
}

#[cfg(not(unix))]
fn metadata_of_standard_input() -> io::Result<Metadata> {
    Err(io::ErrorKind::Unsupported.into())
}
