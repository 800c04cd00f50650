//! Where keys come from and go to: standard input and output, or files.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use certwright::Error;
use certwright::file::{self, Access, Overwrite};
use zeroize::Zeroizing;

use super::Refusal;

/// All of a file, or of standard input.
pub(super) fn read(path: Option<&Path>) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    if let Some(path) = path {
        return Ok(file::read(path)?);
    }
    let mut contents = Zeroizing::new(Vec::with_capacity(64 * 1024));
    io::stdin()
        .lock()
        .take(file::LARGEST_FILE.saturating_add(1))
        .read_to_end(&mut contents)
        .map_err(Refusal::Input)?;
    match contents.len() as u64 {
        size if size > file::LARGEST_FILE => {
            Err(Error::TooLarge { what: "the standard input, in bytes", size, limit: file::LARGEST_FILE }
                .into())
        }
        _ => Ok(contents),
    }
}

/// Writes a file, whole, in place of what is there, or to standard output.
pub(super) fn write(path: Option<&Path>, contents: &[u8], access: Access) -> Result<(), Refusal> {
    let Some(path) = path else { return print(contents) };
    match fs::metadata(path) {
        // A rename would put a file in the place of the link, or of /dev/stdout.
        Ok(there) if there.is_file() => {
            let target = fs::canonicalize(path).unwrap_or_else(|_gone| path.to_owned());
            Ok(file::write(target, contents, access, Overwrite::Replace)?)
        }
        Ok(_) => through(path, contents),
        Err(_) if path.symlink_metadata().is_ok() => through(path, contents),
        Err(_) if !in_a_folder(path) => {
            let place = path.display().to_string();
            Err(Refusal::Output { place, source: io::ErrorKind::NotFound.into() })
        }
        Err(_) => Ok(file::write(path, contents, access, Overwrite::Replace)?),
    }
}

/// openssl makes no folders: a misspelt one is an error.
fn in_a_folder(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.as_os_str().is_empty() || folder.is_dir())
}

/// Writes into what is no regular file: a pipe, a terminal, /dev/null, a link to nothing yet.
fn through(path: &Path, contents: &[u8]) -> Result<(), Refusal> {
    let mut open = OpenOptions::new();
    open.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        open.mode(0o600);
    }
    let written = open.open(path).and_then(|mut file| file.write_all(contents));
    written.map_err(|source| Refusal::Output { place: path.display().to_string(), source })
}

pub(super) fn print(contents: &[u8]) -> Result<(), Refusal> {
    let mut out = io::stdout().lock();
    match out.write_all(contents).and_then(|()| out.flush()) {
        // Whoever closed the pipe has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(source) => Err(Refusal::Output { place: "to standard output".to_owned(), source }),
        Ok(()) => Ok(()),
    }
}
