//! Whose a file was that is replaced. openssl writes into the file, and so leaves it with its owner.

use std::path::Path;

use certwright::file::Access;

/// What is known of a file before another one takes its place.
pub(super) struct Former(Option<imp::Facts>);

impl Former {
    pub(super) fn of(path: &Path) -> Self {
        Self(imp::facts(path))
    }

    /// Gives the new file to the owner and the group of the old one, and says what is different.
    pub(super) fn hand_over(self, path: &Path, access: Access) {
        self.0.map(|facts| imp::hand_over(&facts, path, access)).into_iter().flatten().for_each(
            |difference| {
                super::note(&format!("{} {difference}", path.display()));
            },
        );
    }
}

#[cfg(unix)]
mod imp {
    use std::fs::{self, Metadata};
    use std::os::unix::fs::{MetadataExt, lchown};
    use std::path::Path;

    use certwright::file::Access;

    pub(super) type Facts = Metadata;

    /// Nothing of a file that stands where everybody may put one: whoever did is not to be handed a key.
    pub(super) fn facts(path: &Path) -> Option<Facts> {
        const WRITTEN_BY_OTHERS: u32 = 0o002;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let is_open = fs::metadata(folder).is_ok_and(|folder| folder.mode() & WRITTEN_BY_OTHERS != 0);
        path.symlink_metadata().ok().filter(|there| there.is_file() && !is_open)
    }

    pub(super) fn hand_over(former: &Facts, path: &Path, access: Access) -> Vec<String> {
        let mut differences = Vec::new();
        let same =
            path.symlink_metadata().is_ok_and(|new| (new.uid(), new.gid()) == (former.uid(), former.gid()));
        if !same && lchown(path, Some(former.uid()), Some(former.gid())).is_err() {
            differences.push(format!(
                "belonged to {}:{}, and now belongs to you",
                former.uid(),
                former.gid()
            ));
        }
        let mode = former.mode() & 0o777;
        if access == Access::Owner && mode & 0o077 != 0 {
            differences.push(format!("had mode {mode:04o} and has 0600 now: its owner alone can read it"));
        }
        differences
    }
}

/// Elsewhere files have neither.
#[cfg(not(unix))]
mod imp {
    use std::path::Path;

    use certwright::file::Access;

    pub(super) type Facts = std::convert::Infallible;

    pub(super) fn facts(_: &Path) -> Option<Facts> {
        None
    }

    pub(super) fn hand_over(_: &Facts, _: &Path, _: Access) -> Vec<String> {
        Vec::new()
    }
}
