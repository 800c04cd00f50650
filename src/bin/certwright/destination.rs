//! Where a file goes that somebody named: to a regular file, or into what is none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use certwright::Error;
use certwright::file::Access;

use crate::owner;
use crate::stream::is_descriptor;

/// What stands behind a path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// A regular file, there or not: it is written beside its place and renamed. Of a symbolic link it is the target.
    File(PathBuf),
    /// A pipe, a terminal, a device: it is opened and written to. A rename would put a file in its place.
    Stream(PathBuf),
    /// What the program prints.
    StandardOutput,
}

/// Names of standard output. Opened by its path, a file that a shell appends to would be cut off.
const STANDARD_OUTPUT: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// Whether the path means standard output.
pub(crate) fn is_standard_output(path: &Path) -> bool {
    STANDARD_OUTPUT.iter().any(|name| path == Path::new(name))
}

impl Destination {
    /// Fails for a folder, which is no place for a file.
    pub(crate) fn of(path: &Path) -> Result<Self, Error> {
        if is_standard_output(path) {
            return Ok(Self::StandardOutput);
        }
        let failed = |source| Error::Write { path: path.to_owned(), source };
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => Err(failed(io::ErrorKind::IsADirectory.into())),
            Ok(there) if there.is_file() && !is_descriptor(path) => Ok(Self::File(target(path))),
            Ok(_) => Ok(Self::Stream(path.to_owned())),
            Err(_) if is_descriptor(path) => {
                Err(failed(io::Error::new(io::ErrorKind::NotFound, "the descriptor is not open")))
            }
            Err(_) if names_folder(path) => Err(failed(io::ErrorKind::IsADirectory.into())),
            Err(_) => Ok(Self::File(target(path))),
        }
    }

    /// The same, for writing. A secret follows no link of somebody else.
    pub(crate) fn to_write(path: &Path, access: Access) -> Result<Self, Error> {
        if access == Access::Owner && !is_standard_output(path) && !is_descriptor(path) {
            follow(path)?;
        }
        Self::of(path)
    }
}

/// Whether the path ends in a slash, after which a name is missing.
fn names_folder(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|last| std::path::is_separator(char::from(*last)))
}

/// The file that a symbolic link leads to, there or not; any other path as it is.
fn target(path: &Path) -> PathBuf {
    match links(path).last() {
        Some(last) => fs::canonicalize(path).unwrap_or(last),
        None => path.to_owned(),
    }
}

/// Where each symbolic link leads, one after the other: as many as Linux follows.
fn links(path: &Path) -> impl Iterator<Item = PathBuf> {
    let next = |at: &PathBuf| Some(at.parent().unwrap_or(Path::new("")).join(fs::read_link(at).ok()?));
    std::iter::successors(Some(path.to_owned()), next).skip(1).take(40)
}

/// Fails for a link of somebody else, who chose where it leads and can exchange what is written there.
fn follow(path: &Path) -> Result<(), Error> {
    for at in std::iter::once(path.to_owned()).chain(links(path)) {
        match at.symlink_metadata() {
            Ok(there) if there.is_symlink() => {
                owner::ours(&there, "the link").map_err(|source| Error::Write { path: at, source })?;
            }
            _ => break,
        }
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_lead_to_their_files_and_devices_are_streams() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().canonicalize().unwrap().join(name);
        fs::write(path("file"), "").unwrap();
        symlink("file", path("link")).unwrap();
        symlink("missing", path("dangling")).unwrap();
        symlink("dangling", path("further")).unwrap();
        let missing = [("dangling", "missing"), ("further", "missing"), ("new", "new")];
        for (named, found) in [("file", "file"), ("link", "file")].into_iter().chain(missing) {
            assert_eq!(Destination::of(&path(named)).unwrap(), Destination::File(path(found)), "{named}");
        }
        let null = Path::new("/dev/null");
        assert_eq!(Destination::of(null).unwrap(), Destination::Stream(null.to_owned()));
        assert_eq!(Destination::of(Path::new("-")).unwrap(), Destination::StandardOutput);
        assert_eq!(Destination::of(folder.path()).unwrap_err().kind(), "write");
    }
}
