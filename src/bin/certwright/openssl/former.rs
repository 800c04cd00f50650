//! What a file was that is replaced. openssl writes into the file, and so changes neither its owner nor its mode.

use std::path::Path;

/// What is known of a file before another one takes its place.
pub(super) struct Former(Option<std::fs::Metadata>);

impl Former {
    pub(super) fn of(path: &Path) -> Self {
        Self(path.symlink_metadata().ok().filter(std::fs::Metadata::is_file))
    }

    /// Says what is different about the new file.
    pub(super) fn compare(&self, path: &Path) {
        let new = path.symlink_metadata().ok();
        let differences = self.0.as_ref().zip(new).map(|(old, new)| differences(old, &new));
        for difference in differences.into_iter().flatten() {
            super::note(&format!("{} {difference}", path.display()));
        }
    }
}

#[cfg(unix)]
fn differences(old: &std::fs::Metadata, new: &std::fs::Metadata) -> Vec<String> {
    use std::os::unix::fs::MetadataExt;
    let mut differences = Vec::new();
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        differences.push(format!(
            "belonged to user {} and group {}, and belongs to {} and {} now",
            old.uid(),
            old.gid(),
            new.uid(),
            new.gid()
        ));
    }
    let [before, after] = [old, new].map(|file| file.mode() & 0o777);
    if before & !after & 0o077 != 0 {
        differences.push(format!("had mode {before:04o} and has {after:04o} now"));
    }
    differences
}

/// Elsewhere files have neither owners nor modes.
#[cfg(not(unix))]
fn differences(_: &std::fs::Metadata, _: &std::fs::Metadata) -> Vec<String> {
    Vec::new()
}
