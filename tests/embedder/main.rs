//! A crate outside the repository that depends on certwright, with its default features, issues a certificate.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what broke"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use certwright::Certificate;
use certwright::chain::Chain;

/// The whole program of the embedder. It is compiled with the crate's default features only.
const PROGRAM: &str = include_str!("program.rs.txt");

/// The embedder's manifest; nothing of this repository but the crate itself.
fn manifest() -> String {
    format!(
        "[package]\nname = \"embedder\"\nversion = \"0.0.0\"\nedition = \"2021\"\npublish = false\n\n\
         [dependencies]\ncertwright = {{ path = {:?} }}\n\n[profile.dev]\ndebug = false\n\n[workspace]\n",
        env!("CARGO_MANIFEST_DIR")
    )
}

/// What `cargo run` prints in the folder. Its target folder lives as long as ours, so that a second run builds
/// nothing; the locked versions are ours, so that nothing is downloaded.
fn cargo_run(folder: &Path) -> String {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--offline"]).current_dir(folder);
    command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("embedder"));
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_crate_outside_the_repository_issues_a_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/main.rs"), PROGRAM).unwrap();
    fs::write(folder.path().join("Cargo.toml"), manifest()).unwrap();
    fs::copy(repository.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let printed = cargo_run(folder.path());
    let chain = Chain::new(Certificate::read_all(printed.as_bytes()).unwrap()).unwrap();
    let subjects: Vec<_> = chain.full().iter().map(|c| c.subject().to_string()).collect();
    assert_eq!(subjects, ["CN=payments", "CN=Clients CA", "CN=Root CA"]);
}
