//! Whose a file is that takes the place of another one: a service reads its key as somebody else than who renews it.

use std::fs::File;
use std::path::Path;

/// Gives the new file, while nobody knows its name, to the owner and group of the one that it replaces.
///
/// Not where anybody else may have put the old one there, to be given a secret: the folder has to belong to its owner or
/// to the superuser, and to be writable by no others. Who may not give files away keeps the new one.
#[cfg(unix)]
pub(super) fn keep(path: &Path, folder: &Path, new: &File) {
    use std::os::unix::fs::{MetadataExt, fchown};
    const WRITTEN_BY_OTHERS: u32 = 0o022;
    let (Ok(old), Ok(folder)) = (path.symlink_metadata(), folder.metadata()) else { return };
    let trusted = [0, old.uid()].contains(&folder.uid()) && folder.mode() & WRITTEN_BY_OTHERS == 0;
    let same = new.metadata().is_ok_and(|new| (new.uid(), new.gid()) == (old.uid(), old.gid()));
    if old.is_file() && trusted && !same {
        let _kept_by_the_caller = fchown(new, Some(old.uid()), Some(old.gid()));
    }
}

/// Elsewhere files have no such owners.
#[cfg(not(unix))]
pub(super) fn keep(_: &Path, _: &Path, _: &File) {}
