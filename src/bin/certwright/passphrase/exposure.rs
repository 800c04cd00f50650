//! Secrets that others on this machine can read.

use std::path::Path;

use crate::output::Remark;

/// The warning that others can read the file of a key.
pub(crate) fn of_key(path: &Path) -> Option<Remark> {
    of(path, "key-readable-by-others", "a private key")
}

/// The warning that others can read the file of a passphrase.
pub(super) fn of_passphrase(path: &Path) -> Option<Remark> {
    of(path, "passphrase-readable-by-others", "a passphrase")
}

#[cfg(unix)]
fn of(path: &Path, rule: &'static str, what: &str) -> Option<Remark> {
    use std::os::unix::fs::PermissionsExt;
    const READ_BY_GROUP_OR_OTHERS: u32 = 0o044;
    let file = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    let mode = file.permissions().mode() & 0o777;
    let message = || {
        format!(
            "{} holds {what} and can be read by others (mode {mode:04o}): `chmod 600` makes it its owner's alone",
            path.display()
        )
    };
    (mode & READ_BY_GROUP_OR_OTHERS != 0).then(|| Remark::warning(rule, message()))
}

/// Elsewhere there are no modes to read.
#[cfg(not(unix))]
fn of(_: &Path, _: &'static str, _: &str) -> Option<Remark> {
    None
}
