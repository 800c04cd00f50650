//! Other people's programs, which judge what we write.

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::PathBuf;

/// Servers live here, and an ordinary user's `PATH` does not say so.
const SYSTEM_FOLDERS: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// Where `tests/run.sh` puts what comes from PyPI.
const PYTHON_FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/peers/bin");

/// Finds a program; a missing one is named on stderr, and ends the test where `CERTWRIGHT_PEERS=required`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let found = folders().map(|folder| folder.join(name)).find(|program| program.is_file());
    if found.is_none() {
        assert!(!required(), "peer missing: {name} (CERTWRIGHT_PEERS=required)");
        // Not `println!`: the test runner would hide it, because the test that skips passes.
        writeln!(io::stderr(), "peer missing: {name}").ok();
    }
    found
}

/// Finds a program that not every system packages; a missing one is named on stderr, and never ends a test.
pub(crate) fn find_optional(name: &str) -> Option<PathBuf> {
    let found = folders().map(|folder| folder.join(name)).find(|program| program.is_file());
    if found.is_none() {
        writeln!(io::stderr(), "peer missing: {name} (optional)").ok();
    }
    found
}

/// Whether a missing program fails the tests that need it.
pub(crate) fn required() -> bool {
    env::var_os("CERTWRIGHT_PEERS").as_deref() == Some(OsStr::new("required"))
}

fn folders() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let listed: Vec<_> = env::split_paths(&path).collect();
    let others = SYSTEM_FOLDERS.into_iter().chain([PYTHON_FOLDER]);
    listed.into_iter().chain(others.map(PathBuf::from))
}
