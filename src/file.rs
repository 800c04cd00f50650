//! Files read within bounds and written whole: to a temporary name, synced, then renamed.

mod owner;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempPath};
use zeroize::Zeroizing;

use crate::error::Error;

/// The largest file that certwright reads: far above any bundle of certificates (16 MiB).
pub const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// The first room for what comes out of a pipe, whose size nobody knows before: more than most keys.
const PIPE: usize = 64 * 1024;

/// The beginning of the names of files that are not placed yet.
const TEMPORARY: &str = ".certwright-";

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
    /// Put the new file in its place, in one step. It stays with the owner and group of the old one where the caller
    /// may give it to them, and the folder is theirs or the superuser's and nobody else may write there.
    Replace,
}

/// The contents of a file of at most [`LARGEST_FILE`] bytes, wiped when they are dropped: any file may hold a key.
///
/// # Errors
///
/// [`Error::Read`]; [`Error::TooLarge`].
pub fn read(path: impl AsRef<Path>) -> Result<Zeroizing<Vec<u8>>, Error> {
    read_bounded(path.as_ref(), LARGEST_FILE)
}

/// All of a stream whose size nobody knows before, wiped when it is dropped: a pipe may carry a key. Nothing is left
/// behind in memory where it outgrows its room.
///
/// It has no bound of its own: `input.take(…)` sets one.
///
/// # Errors
///
/// Those of the stream.
pub fn read_stream(input: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    read_to_end(input, PIPE)
}

/// All of a stream, with room for so many bytes at first. `Read::read_to_end` would do, but for the copies that it
/// leaves unwiped wherever it grows.
fn read_to_end(mut input: impl Read, room: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut contents = Zeroizing::new(vec![0; room.max(1)]);
    let mut filled = 0usize;
    loop {
        if filled == contents.len() {
            let room = contents.len().saturating_mul(2);
            let mut larger = Zeroizing::new(Vec::with_capacity(room));
            larger.extend_from_slice(&contents);
            larger.resize(room, 0);
            contents = larger;
        }
        match input.read(contents.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(read) => filled = filled.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    contents.truncate(filled);
    Ok(contents)
}

/// The contents of a file of at most `limit` bytes.
pub(crate) fn read_bounded(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    let too_large = |size| Error::TooLarge { what: "a file, in bytes", size, limit }.at(path.display());
    let mut room = PIPE;
    if metadata.is_file() {
        if metadata.len() > limit {
            return Err(too_large(metadata.len()));
        }
        // One more than the file has, so that its end is found without moving it.
        room = usize::try_from(metadata.len()).unwrap_or(0).saturating_add(1);
    }
    let contents = read_to_end(file.take(limit.saturating_add(1)), room).map_err(failed)?;
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
        if path.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        let folder = folder_of(path);
        self.create_folder(folder).map_err(failed)?;
        let mut file = temporary(folder, access).map_err(failed)?;
        if self.overwrite == Overwrite::Replace {
            owner::keep(path, folder, file.as_file());
        }
        file.write_all(contents).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        self.staged.push((file, path.to_owned()));
        Ok(())
    }

    /// Renames every staged file to its destination, and makes that durable. When one fails, those already placed are
    /// taken away again, and what they replaced is put back.
    ///
    /// A process that is killed between two renames leaves the files whole, but some new and some old.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] under [`Overwrite::Refuse`]; [`Error::Write`].
    pub fn commit(mut self) -> Result<(), Error> {
        let mut placed: Vec<Placed> = Vec::new();
        let mut staged = std::mem::take(&mut self.staged).into_iter().peekable();
        while let Some((file, path)) = staged.next() {
            // Behind the last one nothing can fail any more.
            let undoable = staged.peek().is_some();
            match Placed::place(file, path, self.overwrite, undoable) {
                Ok(done) => placed.push(done),
                Err(error) => {
                    placed.into_iter().rev().for_each(Placed::undo);
                    return Err(error);
                }
            }
        }
        let folders = std::mem::take(&mut self.folders);
        let paths = placed.iter().map(|done| &done.path).chain(&folders);
        paths.map(|path| folder_of(path)).for_each(sync_folder);
        Ok(())
    }

    fn create_folder(&mut self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        let missing: Vec<_> =
            folder.ancestors().take_while(|f| !f.as_os_str().is_empty() && !f.exists()).collect();
        if missing.last().and_then(|f| f.parent()).is_some_and(Path::is_file) || folder.is_file() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        // Before they are made: when the third of four fails, two are there.
        self.folders.extend(missing.into_iter().rev().map(Path::to_owned));
        fs::create_dir_all(folder)
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
    builder.prefix(TEMPORARY);
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
    let said = error.to_string();
    match said.split_once(" at path ") {
        Some((answer, _)) => io::Error::new(error.kind(), answer),
        None => error,
    }
}

/// A file at its destination, and what stood there before.
struct Placed {
    path: PathBuf,
    /// A second name of the older file, removed when the batch is done.
    former: Option<TempPath>,
}

impl Placed {
    fn place(
        file: NamedTempFile,
        path: PathBuf,
        overwrite: Overwrite,
        undoable: bool,
    ) -> Result<Self, Error> {
        let failed = |source| Error::Write { path: path.clone(), source };
        let former = match overwrite {
            Overwrite::Replace if undoable => keep(&path).map_err(failed)?,
            _ => None,
        };
        let persisted = match overwrite {
            Overwrite::Refuse => file.persist_noclobber(&path),
            Overwrite::Replace => file.persist(&path),
        };
        match persisted {
            Ok(_) => Ok(Self { path, former }),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(Error::Exists { path }),
            Err(error) => Err(failed(error.error)),
        }
    }

    /// What cannot be undone either is left as it is: the first failure is the one to report.
    fn undo(self) {
        match self.former {
            Some(former) => drop(former.persist(&self.path)),
            None => drop(fs::remove_file(&self.path)),
        }
    }
}

/// A second name for a file that is about to be replaced, beside it; a copy where the file system has no such names.
/// `None` where there is no file.
fn keep(path: &Path) -> io::Result<Option<TempPath>> {
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    let kept = Builder::new().prefix(TEMPORARY).make_in(folder_of(path), |name| {
        match fs::hard_link(path, name) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => fs::copy(path, name).map(drop),
            linked => linked,
        }
    })?;
    Ok(Some(kept.into_temp_path()))
}

/// The folder that a path is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the renames durable. A file system that cannot sync a folder has nothing to sync.
fn sync_folder(folder: &Path) {
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
    fn what_was_replaced_is_put_back_when_another_file_fails() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (dir.path().join("one"), dir.path().join("two"));
        fs::write(&one, b"old").unwrap();
        let mut batch = Batch::new(Overwrite::Replace);
        batch.stage(&one, b"new", Access::Owner).unwrap();
        batch.stage(&two, b"new", Access::Owner).unwrap();
        fs::create_dir(&two).unwrap();
        assert!(matches!(batch.commit(), Err(Error::Write { path, .. }) if path == two));
        assert_eq!(fs::read(&one).unwrap(), b"old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_folder_is_no_file_to_replace() {
        let dir = tempfile::tempdir().unwrap();
        let refused = write(dir.path(), b"1", Access::Everyone, Overwrite::Replace).unwrap_err();
        assert!(matches!(refused, Error::Write { path, .. } if path == dir.path()));
    }

    #[test]
    fn a_folder_that_is_made_halfway_is_removed_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a").join("b".repeat(300)).join("file");
        assert!(write(&path, b"1", Access::Everyone, Overwrite::Refuse).is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
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
        assert_eq!(*read_bounded(&path, 5).unwrap(), b"12345");
        assert_eq!(read_bounded(&path, 4).unwrap_err().kind(), "too-large");
    }

    #[test]
    fn a_file_stays_in_the_buffer_that_was_made_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.pass");
        for size in [0, 1, 1000, PIPE, 3 * PIPE] {
            fs::write(&path, vec![b'1'; size]).unwrap();
            let contents = read(&path).unwrap();
            assert_eq!((contents.len(), contents.capacity()), (size, size + 1));
        }
    }

    /// Gives its bytes in pieces, and is interrupted before each of them.
    struct Halting<'a> {
        bytes: &'a [u8],
        interrupted: bool,
    }

    impl Read for Halting<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let piece = room.len().min(1000);
            self.bytes.read(&mut room[..piece])
        }
    }

    #[test]
    fn a_stream_is_read_whole_however_often_it_outgrows_its_room() {
        for size in [0, 1, 1000, PIPE - 1, PIPE, PIPE + 1, 5 * PIPE] {
            let bytes: Vec<_> = (0..=u8::MAX).cycle().take(size).collect();
            let read = read_stream(Halting { bytes: &bytes, interrupted: false }).unwrap();
            assert!(*read == bytes, "{size}");
        }
    }
}
