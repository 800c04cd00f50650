//! Every corpus of the fuzz targets, run through the same properties on stable Rust: what was found once stays found.

#![allow(clippy::expect_used, clippy::panic, reason = "a helper that fails ends the test that asked for it")]

use std::collections::BTreeSet;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};

#[path = "../fuzz/src/lib.rs"]
mod properties;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn every_seed_holds() {
    let mut failed = Vec::new();
    for (target, property) in properties::TARGETS {
        let seeds = entries(&fuzz().join("corpus").join(target));
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for seed in seeds {
            let bytes = fs::read(&seed).expect("a readable seed");
            if panic::catch_unwind(|| property(&bytes)).is_err() {
                failed.push(seed);
            }
        }
    }
    assert!(failed.is_empty(), "properties that do not hold: {failed:#?}");
}

#[test]
fn every_target_has_its_parts() {
    let names: BTreeSet<_> = properties::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let left_out = [("pkcs12", !cfg!(feature = "pkcs12")), ("settings", !cfg!(feature = "serde"))];
    let built = |name: &String| !left_out.contains(&(name.as_str(), true));
    let targets: BTreeSet<_> =
        entries(&fuzz().join("fuzz_targets")).iter().map(|path| stem(path)).filter(built).collect();
    let corpora: BTreeSet<_> =
        entries(&fuzz().join("corpus")).iter().map(|path| stem(path)).filter(built).collect();
    assert_eq!(names, targets, "files in fuzz_targets");
    assert_eq!(names, corpora, "folders in corpus");
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).expect("the manifest");
    for name in &names {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name} is no [[bin]]");
    }
}

#[test]
fn targets_are_short() {
    for path in entries(&fuzz().join("fuzz_targets")) {
        let lines = fs::read_to_string(&path).expect("a readable target").lines().count();
        assert!(lines < 20, "{}: {lines} lines", path.display());
    }
}
