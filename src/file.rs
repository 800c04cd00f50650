//! Files read within bounds and written whole: to a temporary name, synced, then renamed.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::error::Error;

/// The largest file that certwright reads: far above any bundle of certificates (16 MiB).
pub const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// Who may read a file that certwright writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Its owner only (mode 0600): private keys and passphrases.
    Owner,
    /// Everybody whom the umask allows (mode 0644).
    Everyone,
}

/// What to do when the file is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// Leave it alone and fail.
    #[default]
    Refuse,
    /// Put the new file in its place, in one step.
    Replace,
}

/// The contents of a file of at most [`LARGEST_FILE`] bytes.
///
/// # Errors
///
/// [`Error::Read`]; [`Error::TooLarge`].
pub fn read(path: impl AsRef<Path>) -> Result<Vec<u8>, Error> {
    read_bounded(path.as_ref(), LARGEST_FILE)
}

/// The contents of a file of at most `limit` bytes, in one allocation where the size is known.
pub(crate) fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    let too_large = |size| Error::TooLarge { what: "a file, in bytes", size, limit }.at(path.display());
    if size > limit {
        return Err(too_large(size));
    }
    // One byte more than the file has, so that reading to its end does not move a secret to a new buffer.
    let mut contents = Vec::with_capacity(usize::try_from(size).unwrap_or(0).saturating_add(1));
    file.take(limit.saturating_add(1)).read_to_end(&mut contents).map_err(failed)?;
    match contents.len() as u64 {
        read if read > limit => Err(too_large(read)),
        _ => Ok(contents),
    }
}

/// Writes one file, whole or not at all.
///
/// # Errors
///
/// [`Error::Exists`] under [`Overwrite::Refuse`]; [`Error::Write`].
pub fn write(
    path: impl AsRef<Path>,
    contents: &[u8],
    access: Access,
    overwrite: Overwrite,
) -> Result<(), Error> {
    let mut batch = Batch::new(overwrite);
    batch.stage(path.as_ref(), contents, access)?;
    batch.commit()
}

/// Files that belong together: all of them are placed, or none.
///
/// Folders that are missing are made, and removed again when nothing is placed in them.
#[derive(Debug)]
pub struct Batch {
    overwrite: Overwrite,
    staged: Vec<(NamedTempFile, PathBuf)>,
    folders: Vec<PathBuf>,
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new(overwrite: Overwrite) -> Self {
        Self { overwrite, staged: Vec::new(), folders: Vec::new() }
    }

    /// Writes the contents beside their destination, under a temporary name.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] under [`Overwrite::Refuse`]; [`Error::Write`].
    pub fn stage(&mut self, path: &Path, contents: &[u8], access: Access) -> Result<(), Error> {
        if self.overwrite == Overwrite::Refuse && path.symlink_metadata().is_ok() {
            return Err(Error::Exists { path: path.to_owned() });
        }
        let failed = |source| Error::Write { path: path.to_owned(), source };
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        self.create_folder(folder).map_err(failed)?;
        let mut file = temporary(folder, access).map_err(failed)?;
        file.write_all(contents).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        self.staged.push((file, path.to_owned()));
        Ok(())
    }

    /// Renames every staged file to its destination. When one fails, those already placed are removed again,
    /// except where they replaced an older file.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] under [`Overwrite::Refuse`]; [`Error::Write`].
    pub fn commit(mut self) -> Result<(), Error> {
        let mut placed = Vec::new();
        for (file, path) in std::mem::take(&mut self.staged) {
            if let Err(error) = place(file, &path, self.overwrite) {
                if self.overwrite == Overwrite::Refuse {
                    placed.iter().for_each(|path| drop(fs::remove_file(path)));
                }
                return Err(error);
            }
            placed.push(path);
        }
        self.folders.clear();
        placed.iter().filter_map(|path| path.parent()).for_each(sync_folder);
        Ok(())
    }

    fn create_folder(&mut self, folder: &Path) -> io::Result<()> {
        let missing: Vec<_> =
            folder.ancestors().take_while(|f| !f.as_os_str().is_empty() && !f.exists()).collect();
        if missing.last().and_then(|f| f.parent()).is_some_and(Path::is_file) || folder.is_file() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        fs::create_dir_all(folder)?;
        self.folders.extend(missing.into_iter().rev().map(Path::to_owned));
        Ok(())
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.staged.clear();
        // Only empty folders go: whatever somebody else put there stays.
        self.folders.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
    }
}

fn temporary(folder: &Path, access: Access) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".certwright-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(match access {
            Access::Owner => 0o600,
            Access::Everyone => 0o644,
        }));
    }
    #[cfg(not(unix))]
    let _ = access;
    builder.tempfile_in(folder).map_err(without_name)
}

/// The system's answer, without the temporary name that nobody has chosen.
fn without_name(error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(std::error::Error::source);
    let code = inner.and_then(|inner| inner.downcast_ref::<io::Error>()).and_then(io::Error::raw_os_error);
    code.map_or(error, io::Error::from_raw_os_error)
}

fn place(file: NamedTempFile, path: &Path, overwrite: Overwrite) -> Result<(), Error> {
    let persisted = match overwrite {
        Overwrite::Refuse => file.persist_noclobber(path),
        Overwrite::Replace => file.persist(path),
    };
    match persisted {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Error::Exists { path: path.to_owned() })
        }
        Err(error) => Err(Error::Write { path: path.to_owned(), source: error.error }),
    }
}

/// Makes the renames durable. A file system that cannot sync a folder has nothing to sync.
fn sync_folder(folder: &Path) {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    drop(File::open(folder).and_then(|f| f.sync_all()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_places_all_files_or_none() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (dir.path().join("new/one"), dir.path().join("new/two"));
        let mut batch = Batch::new(Overwrite::Refuse);
        batch.stage(&one, b"1", Access::Everyone).unwrap();
        batch.stage(&two, b"2", Access::Everyone).unwrap();
        fs::write(&two, b"somebody else's").unwrap();
        assert!(matches!(batch.commit(), Err(Error::Exists { path }) if path == two));
        assert!(!one.exists());
        assert_eq!(fs::read(&two).unwrap(), b"somebody else's");
        assert_eq!(fs::read_dir(dir.path().join("new")).unwrap().count(), 1);
    }

    #[test]
    fn an_abandoned_batch_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let mut batch = Batch::new(Overwrite::Refuse);
        batch.stage(&dir.path().join("a/b/c"), b"1", Access::Owner).unwrap();
        drop(batch);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn nothing_is_overwritten_unless_asked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.pem");
        write(&path, b"old", Access::Owner, Overwrite::Refuse).unwrap();
        assert!(matches!(write(&path, b"new", Access::Owner, Overwrite::Refuse), Err(Error::Exists { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        write(&path, b"new", Access::Owner, Overwrite::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn secrets_are_readable_by_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.pem");
        write(&path, b"secret", Access::Owner, Overwrite::Refuse).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_above_the_limit_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("large");
        fs::write(&path, b"12345").unwrap();
        assert_eq!(read_bounded(&path, 5).unwrap(), b"12345");
        assert_eq!(read_bounded(&path, 4).unwrap_err().kind(), "too-large");
    }
}
