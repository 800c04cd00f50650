//! Secrets that others on this machine can read.

use crate::input::Input;
use crate::output::Remark;

/// The warning that others can read the file of a key.
pub(crate) fn of_key(input: &Input) -> Option<Remark> {
    of(input, "key-readable-by-others", "a private key")
}

/// The warning that others can read the file of a passphrase.
pub(super) fn of_passphrase(input: &Input) -> Option<Remark> {
    of(input, "passphrase-readable-by-others", "a passphrase")
}

#[cfg(unix)]
fn of(input: &Input, rule: &'static str, what: &str) -> Option<Remark> {
    use std::os::unix::fs::PermissionsExt;
    const READ_BY_GROUP_OR_OTHERS: u32 = 0o044;
    let file = input.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mode = file.permissions().mode() & 0o777;
    let message = || {
        format!(
            "{input} holds {what} and can be read by others (mode {mode:04o}): `chmod 600` makes it its owner's alone"
        )
    };
    (mode & READ_BY_GROUP_OR_OTHERS != 0).then(|| Remark::warning(rule, message()))
}

/// Elsewhere there are no modes to read.
#[cfg(not(unix))]
fn of(_: &Input, _: &'static str, _: &str) -> Option<Remark> {
    None
}
