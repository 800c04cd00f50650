//! Files that a command writes: staged while it works, placed together when it is done.

use std::path::{Path, PathBuf};

use certwright::file::{Access, Batch, Overwrite};
use zeroize::Zeroizing;

use crate::destination::Destination;
use crate::error::Failure;
use crate::home::{Home, Name};
use crate::output;
use crate::practice::Practice;
use crate::stream::Stream;

/// What a command is about to write. Dropped, it leaves nothing behind.
pub(crate) struct Placement {
    overwrite: Overwrite,
    batch: Batch,
    /// The regular files, by their own names.
    targets: Vec<PathBuf>,
    /// What goes into something that is no regular file.
    streams: Vec<(Stream, Zeroizing<Vec<u8>>)>,
    /// Open already, for what is not staged yet.
    reserved: Option<Stream>,
    /// What goes to standard output.
    printed: Option<Zeroizing<Vec<u8>>>,
    paths: Vec<PathBuf>,
    turn: Option<Turn>,
    kept: Option<(Name, Practice)>,
}

impl Placement {
    pub(crate) fn new(overwrite: Overwrite) -> Self {
        Self {
            overwrite,
            batch: Batch::new(overwrite),
            targets: Vec::new(),
            streams: Vec::new(),
            reserved: None,
            printed: None,
            paths: Vec::new(),
            turn: None,
            kept: None,
        }
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
        let bytes = || Zeroizing::new(contents.to_vec());
        match Destination::to_write(&path, access)? {
            Destination::File(target) => {
                unused(&path, self.overwrite)?;
                self.batch.stage(&target, contents, access)?;
                self.claim(&path, target)?;
            }
            Destination::Stream(at) => {
                let open = self.reserved.take_if(|stream| stream.is_at(&at));
                let open = open.map_or_else(|| Stream::open(&at, access), Ok)?;
                self.streams.push((open, bytes()));
            }
            Destination::StandardOutput if self.printed.is_some() => {
                return Err(Failure::OnePlace { path });
            }
            Destination::StandardOutput => self.printed = Some(bytes()),
        }
        self.paths.push(path);
        Ok(())
    }

    /// Fails where another file was staged for the same place, however that is spelt.
    fn claim(&mut self, path: &Path, target: PathBuf) -> Result<(), Failure> {
        if self.targets.iter().any(|other| is_same_place(other, &target)) {
            return Err(Failure::OnePlace { path: path.to_owned() });
        }
        self.targets.push(target);
        Ok(())
    }

    /// Fails where a file that everybody may read could not be written: before anything is recorded that will stand in
    /// it. What is no regular file stays open.
    pub(crate) fn reserve(&mut self, path: &Path) -> Result<(), Failure> {
        vacant(Path::new(""), &[path], self.overwrite)?;
        match Destination::to_write(path, Access::Everyone)? {
            Destination::File(target) => Batch::new(self.overwrite).stage(&target, &[], Access::Owner)?,
            Destination::Stream(at) => self.reserved = Some(Stream::open(&at, Access::Everyone)?),
            Destination::StandardOutput => {}
        }
        Ok(())
    }

    /// What will be written, so far.
    pub(crate) fn staged(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Places every regular file, or none, and then writes the streams: where one of those fails, the files are in
    /// place all the same.
    pub(crate) fn commit(self) -> Result<Vec<PathBuf>, Failure> {
        self.batch.commit()?;
        pour(self.streams, self.printed)?;
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

    /// The same in a home.
    pub(crate) fn commit_in(mut self, home: &Home) -> Result<Vec<PathBuf>, Failure> {
        self.take_turn(home);
        let Self { batch, streams, printed, paths, turn, kept, .. } = self;
        let mut settings = Batch::new(Overwrite::Replace);
        let text = kept.map(|(name, practice)| home.with_practice(&name, &practice)).transpose()?.flatten();
        if let Some(text) = text {
            settings.stage(&home.configuration(), text.as_bytes(), Access::Everyone)?;
        }
        // Settings without an authority do no harm; an authority without its limits would.
        settings.commit()?;
        batch.commit()?;
        pour(streams, printed)?;
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
        if let Destination::File(_) = Destination::of(&path)? {
            unused(&path, overwrite)?;
        }
    }
    Ok(())
}

/// Whether two files have the same name in the same folder. Both folders are there: files were staged in them.
fn is_same_place(one: &Path, other: &Path) -> bool {
    let folder = |file: &Path| match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.canonicalize().ok(),
        _ => Path::new(".").canonicalize().ok(),
    };
    one.file_name() == other.file_name() && (one == other || folder(one) == folder(other))
}

/// Fails for a file that is there and may not be replaced. A link that leads nowhere is there, too.
fn unused(path: &Path, overwrite: Overwrite) -> Result<(), Failure> {
    match overwrite {
        Overwrite::Refuse if path.symlink_metadata().is_ok() => {
            Err(certwright::Error::Exists { path: path.to_owned() }.into())
        }
        _ => Ok(()),
    }
}

/// Writes what goes into no regular file; standard output waits until everything else is said.
fn pour(
    streams: Vec<(Stream, Zeroizing<Vec<u8>>)>,
    printed: Option<Zeroizing<Vec<u8>>>,
) -> Result<(), Failure> {
    for (stream, contents) in streams {
        stream.write(&contents)?;
    }
    if let Some(printed) = printed {
        output::hand_over(printed);
    }
    Ok(())
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
