//! Where a file goes that somebody named: to a regular file, or into what is none.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use certwright::Error;

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
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => {
                let source = io::ErrorKind::IsADirectory.into();
                Err(Error::Write { path: path.to_owned(), source })
            }
            Ok(there) if there.is_file() && !is_descriptor(path) => Ok(Self::File(target(path))),
            Ok(_) => Ok(Self::Stream(path.to_owned())),
            Err(_) => Ok(Self::File(target(path))),
        }
    }
}

/// A descriptor that the process has, such as `/dev/stderr`, whatever it leads to.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

/// The file that a symbolic link leads to; any other path as it is.
fn target(path: &Path) -> PathBuf {
    let Ok(link) = fs::read_link(path) else { return path.to_owned() };
    let beside = path.parent().unwrap_or(Path::new("")).join(link);
    fs::canonicalize(path).unwrap_or(beside)
}

/// Writes into what is no regular file. What stood there before is left alone.
pub(crate) fn stream(path: &Path, contents: &[u8]) -> Result<(), Error> {
    let written = OpenOptions::new().append(true).open(path).and_then(|mut open| open.write_all(contents));
    written.map_err(|source| Error::Write { path: path.to_owned(), source })
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
        for (named, found) in [("file", "file"), ("link", "file"), ("dangling", "missing"), ("new", "new")] {
            assert_eq!(Destination::of(&path(named)).unwrap(), Destination::File(path(found)), "{named}");
        }
        let null = Path::new("/dev/null");
        assert_eq!(Destination::of(null).unwrap(), Destination::Stream(null.to_owned()));
        assert_eq!(Destination::of(Path::new("-")).unwrap(), Destination::StandardOutput);
        assert_eq!(Destination::of(folder.path()).unwrap_err().kind(), "write");
    }
}
