//! The pages for people who follow along: their commands run as they stand there, one after the other, from an empty
//! folder, and answer what the page shows.

#![cfg(all(feature = "cli", target_os = "linux"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what broke"
)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "so do lines of a page")]

mod follow;
mod mask;
mod page;
mod session;
mod transcript;

#[path = "../support/mod.rs"]
mod support;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The text of a page, which is named by its path from the root of the repository.
fn read(page: &str) -> String {
    fs::read_to_string(on_disk(page)).unwrap()
}

fn on_disk(page: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(page)
}

/// Where a shell finds programs: the one under test and `others` before everything else.
fn path_with(others: &[PathBuf]) -> OsString {
    let ours = [PathBuf::from(env!("CARGO_BIN_EXE_certwright"))];
    let folders = ours.iter().chain(others).map(|program| program.parent().unwrap().to_owned());
    let system = env::var_os("PATH").unwrap_or_default();
    env::join_paths(folders.chain(env::split_paths(&system))).unwrap()
}
