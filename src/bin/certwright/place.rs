//! Files that a command writes: staged while it works, placed together when it is done.

use std::path::{Path, PathBuf};

use certwright::file::{Access, Batch, Overwrite};
use zeroize::Zeroizing;

use crate::destination::{self, Destination};
use crate::error::Failure;
use crate::home::{Home, Name};
use crate::output;
use crate::practice::Practice;

/// What a command is about to write. Dropped, it leaves nothing behind.
pub(crate) struct Placement {
    overwrite: Overwrite,
    batch: Batch,
    /// What goes into something that is no regular file.
    streams: Vec<(Destination, Zeroizing<Vec<u8>>)>,
    paths: Vec<PathBuf>,
    turn: Option<Turn>,
    kept: Option<(Name, Practice)>,
}

impl Placement {
    pub(crate) fn new(overwrite: Overwrite) -> Self {
        let (batch, streams) = (Batch::new(overwrite), Vec::new());
        Self { overwrite, batch, streams, paths: Vec::new(), turn: None, kept: None }
    }

    /// A file that everybody may read.
    pub(crate) fn public(&mut self, path: PathBuf, contents: &str) -> Result<(), Failure> {
        self.public_bytes(path, contents.as_bytes())
    }

    /// The same, of bytes that are no text.
    pub(crate) fn public_bytes(&mut self, path: PathBuf, contents: &[u8]) -> Result<(), Failure> {
        self.stage(path, contents, Access::Everyone)
    }

    /// A file for its owner only.
    pub(crate) fn secret(&mut self, path: PathBuf, contents: &[u8]) -> Result<(), Failure> {
        self.stage(path, contents, Access::Owner)
    }

    fn stage(&mut self, path: PathBuf, contents: &[u8], access: Access) -> Result<(), Failure> {
        match Destination::of(&path)? {
            Destination::File(target) => {
                vacant(Path::new(""), &[&path], self.overwrite)?;
                self.batch.stage(&target, contents, access)?;
            }
            stream => self.streams.push((stream, Zeroizing::new(contents.to_vec()))),
        }
        self.paths.push(path);
        Ok(())
    }

    /// What will be written, so far.
    pub(crate) fn staged(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Places everything, or nothing.
    pub(crate) fn commit(self) -> Result<Vec<PathBuf>, Failure> {
        self.batch.commit()?;
        pour(self.streams)?;
        Ok(self.paths)
    }

    /// Keeps every other process out of the home until everything is placed or dropped: files of two processes
    /// never mix, and nothing is recorded that finds its place taken.
    pub(crate) fn take_turn(&mut self, home: &Home) {
        if self.turn.is_none() {
            self.turn = take_turn(home.root());
        }
    }

    /// Keeps what an authority writes into what it issues, when everything is placed in the home.
    pub(crate) fn keep(&mut self, home: &Home, name: &Name, practice: Practice) -> Result<(), Failure> {
        // What could not be written is refused before anything is signed.
        home.with_practice(name, &practice)?;
        self.kept = Some((name.clone(), practice));
        Ok(())
    }

    /// Places everything in a home.
    pub(crate) fn commit_in(mut self, home: &Home) -> Result<Vec<PathBuf>, Failure> {
        self.take_turn(home);
        let Self { batch, streams, paths, turn, kept, .. } = self;
        let mut settings = Batch::new(Overwrite::Replace);
        let text = kept.map(|(name, practice)| home.with_practice(&name, &practice)).transpose()?.flatten();
        if let Some(text) = text {
            settings.stage(&home.configuration(), text.as_bytes(), Access::Everyone)?;
        }
        // Settings without an authority do no harm; an authority without its limits would.
        settings.commit()?;
        batch.commit()?;
        pour(streams)?;
        home.mark();
        drop(turn);
        Ok(paths)
    }
}

/// Fails where one of the files is there already: before anything was recorded that would name it.
pub(crate) fn vacant<P: AsRef<Path>>(
    folder: &Path,
    files: &[P],
    overwrite: Overwrite,
) -> Result<(), Failure> {
    for file in files {
        let path = folder.join(file);
        let is_file = matches!(Destination::of(&path)?, Destination::File(_));
        // A link that leads nowhere is there, too.
        if overwrite == Overwrite::Refuse && is_file && path.symlink_metadata().is_ok() {
            return Err(certwright::Error::Exists { path }.into());
        }
    }
    Ok(())
}

/// Writes what goes into no regular file; standard output waits until everything else is said.
fn pour(streams: Vec<(Destination, Zeroizing<Vec<u8>>)>) -> Result<(), Failure> {
    for (destination, contents) in streams {
        match destination {
            Destination::StandardOutput => output::hand_over(contents),
            Destination::File(path) | Destination::Stream(path) => destination::stream(&path, &contents)?,
        }
    }
    Ok(())
}

/// Fails where the file could not be written: before anything was recorded that would stand in it.
pub(crate) fn probe(path: &Path, overwrite: Overwrite) -> Result<(), Failure> {
    vacant(Path::new(""), &[path], overwrite)?;
    match Destination::of(path)? {
        Destination::File(target) => Ok(Batch::new(overwrite).stage(&target, &[], Access::Owner)?),
        _ => Ok(()),
    }
}

/// What `--force` means.
pub(crate) fn overwrite(force: bool) -> Overwrite {
    if force { Overwrite::Replace } else { Overwrite::Refuse }
}

/// An open folder, locked until it is closed.
type Turn = std::fs::File;

/// Waits for the folder. A file system without locks makes nobody wait.
#[cfg(unix)]
fn take_turn(folder: &Path) -> Option<Turn> {
    let folder = std::fs::File::open(folder).ok()?;
    rustix::fs::flock(&folder, rustix::fs::FlockOperation::LockExclusive).ok()?;
    Some(folder)
}

/// Elsewhere folders cannot be locked.
#[cfg(not(unix))]
fn take_turn(_: &Path) -> Option<Turn> {
    None
}
