//! What is no regular file, open for writing: a pipe, a terminal, a device, a descriptor of the process.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use certwright::Error;
use certwright::file::Access;

use crate::owner;

/// It stays what it is, and what was written there before is left alone.
pub(crate) struct Stream {
    path: PathBuf,
    open: File,
}

impl Stream {
    /// Opens it, which for a pipe waits until somebody reads.
    pub(crate) fn open(path: &Path, access: Access) -> Result<Self, Error> {
        let open = || {
            // For a reader of somebody else nobody waits.
            admit(path, &path.metadata()?, access)?;
            let open = OpenOptions::new().append(true).open(path)?;
            // The path may lead elsewhere by now.
            admit(path, &open.metadata()?, access)?;
            Ok(open)
        };
        match open() {
            Ok(open) => Ok(Self { path: path.to_owned(), open }),
            Err(source) => Err(Error::Write { path: path.to_owned(), source }),
        }
    }

    pub(crate) fn is_at(&self, path: &Path) -> bool {
        self.path == path
    }

    pub(crate) fn write(mut self, contents: &[u8]) -> Result<(), Error> {
        self.open.write_all(contents).map_err(|source| Error::Write { path: self.path, source })
    }
}

/// Fails for a regular file, which is replaced and not written into, and for a secret at a pipe of somebody else,
/// who reads from it.
fn admit(path: &Path, there: &Metadata, access: Access) -> io::Result<()> {
    if is_descriptor(path) {
        return Ok(());
    }
    if there.is_file() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    if access == Access::Owner && is_pipe(there) {
        return owner::ours(there, "the pipe");
    }
    Ok(())
}

#[cfg(unix)]
fn is_pipe(there: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    there.file_type().is_fifo() || there.file_type().is_socket()
}

#[cfg(not(unix))]
fn is_pipe(_: &Metadata) -> bool {
    false
}

/// A descriptor that the process was given, whatever it leads to: `/dev/stderr`, `/dev/fd/3`, `/proc/self/fd/3`.
pub(crate) fn is_descriptor(path: &Path) -> bool {
    let names: Option<Vec<_>> = path.components().skip(1).map(|part| part.as_os_str().to_str()).collect();
    let is_number = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    path.components().next() == Some(Component::RootDir)
        && match names.unwrap_or_default().as_slice() {
            ["dev", "stdin" | "stdout" | "stderr"] => true,
            ["dev", "fd", number] => is_number(number),
            ["proc", process, "fd", number] => {
                is_number(number) && (matches!(*process, "self" | "thread-self") || is_number(process))
            }
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_have_their_names_and_no_others() {
        for path in ["/dev/stderr", "/dev/fd/3", "/proc/self/fd/3", "/proc/thread-self/fd/0", "/proc/17/fd/4"]
        {
            assert!(is_descriptor(Path::new(path)), "{path}");
        }
        for path in [
            "/dev/shm/key.pem",
            "/dev/null",
            "/dev/fd",
            "/dev/fd/key",
            "/dev/stderr/k",
            "/proc/self/environ",
            "dev/fd/3",
        ] {
            assert!(!is_descriptor(Path::new(path)), "{path}");
        }
    }
}
