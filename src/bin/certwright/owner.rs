//! Whose a file is: a secret goes through nothing that somebody else has put there.

use std::fs::Metadata;
use std::io;

/// Fails for what belongs neither to the caller nor to the superuser.
#[cfg(unix)]
pub(crate) fn ours(there: &Metadata, what: &str) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    match there.uid() {
        0 => Ok(()),
        owner if owner == rustix::process::geteuid().as_raw() => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::PermissionDenied, format!("{what} belongs to somebody else"))),
    }
}

/// Elsewhere nobody plants a pipe or a link in a folder that all may write into.
#[cfg(not(unix))]
pub(crate) fn ours(_: &Metadata, _: &str) -> io::Result<()> {
    Ok(())
}
