//! What each reader makes of a text.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use certwright::Error;
use certwright::pem::{self, Block, Reading};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::peers;
use crate::rows::{ONE, OTHER};

pub(crate) fn contents(text: &str) -> Vec<Vec<u8>> {
    raw(&pem::parse(text.as_bytes(), Reading::Tolerant).expect("blocks"))
}

/// Both, some or none of what was written.
fn outcome(found: &[Vec<u8>]) -> String {
    let written = contents(&[ONE, OTHER].concat());
    let mut left = written.iter();
    if found == written {
        "reads".to_owned()
    } else if found.len() > written.len() {
        format!("**gives** {}", found.len())
    } else if found.iter().all(|one| left.any(|other| other == one)) {
        format!("**drops** {} of {}", written.len().saturating_sub(found.len()), written.len())
    } else {
        "**misreads**".to_owned()
    }
}

/// The reason why it refuses stands in the cell of the tolerant reading.
pub(crate) fn strict(text: &[u8]) -> String {
    match pem::parse(text, Reading::Strict) {
        Ok(blocks) => outcome(&raw(&blocks)),
        Err(Error::Pem { line, column, .. }) => format!("refuses, {line}:{column}"),
        Err(other) => other.to_string(),
    }
}

pub(crate) fn tolerant(text: &[u8]) -> String {
    match pem::parse(text, Reading::Tolerant) {
        Ok(blocks) => outcome(&raw(&blocks)) + &reports(&blocks),
        Err(Error::Pem { line, column, fault }) => format!("refuses, {line}:{column}: {fault}"),
        Err(other) => other.to_string(),
    }
}

pub(crate) fn raw(blocks: &[Block]) -> Vec<Vec<u8>> {
    blocks.iter().map(|block| block.contents().to_vec()).collect()
}

fn reports(blocks: &[Block]) -> String {
    let notes = blocks.iter().flat_map(Block::irregularities).map(|note| note.kind.describe());
    let mut unique = Vec::new();
    notes.for_each(|note| {
        if !unique.contains(&note) {
            unique.push(note)
        }
    });
    if unique.is_empty() { String::new() } else { format!(", reports {}", unique.join(", ")) }
}

pub(crate) fn pki_types(text: &[u8]) -> String {
    match CertificateDer::pem_slice_iter(text).collect::<Result<Vec<_>, _>>() {
        Ok(found) => outcome(&found.iter().map(|certificate| certificate.to_vec()).collect::<Vec<_>>()),
        Err(_) => "refuses".to_owned(),
    }
}

pub(crate) struct OpenSsl {
    program: PathBuf,
    folder: tempfile::TempDir,
}

impl OpenSsl {
    /// The OpenSSL that the table is about; another version is another peer.
    pub(crate) fn find() -> Option<Self> {
        let program = peers::find("openssl")?;
        let version = Command::new(&program).arg("version").output().expect("openssl runs").stdout;
        let version = String::from_utf8_lossy(&version).into_owned();
        if !version.starts_with("OpenSSL 3.0.") {
            writeln!(io::stderr(), "peer missing: openssl 3.0 (found {})", version.trim()).ok();
            return None;
        }
        Some(Self { program, folder: tempfile::tempdir().expect("a temporary folder") })
    }

    pub(crate) fn read(&self, text: &[u8]) -> String {
        let path = |name| self.folder.path().join(name);
        let (input, bag) = (path("input.pem"), path("bag.pem"));
        fs::write(&input, text).expect("a writable folder");
        let read = Command::new(&self.program)
            .args(["crl2pkcs7", "-nocrl", "-certfile"])
            .arg(&input)
            .arg("-out")
            .arg(&bag)
            .output()
            .expect("openssl runs");
        if read.status.success() { outcome(&self.certificates(&bag)) } else { "refuses".to_owned() }
    }

    fn certificates(&self, bag: &Path) -> Vec<Vec<u8>> {
        let printed = Command::new(&self.program).args(["pkcs7", "-print_certs", "-in"]).arg(bag).output();
        let text = String::from_utf8(printed.expect("openssl runs").stdout).expect("text");
        if text.contains("BEGIN") { contents(&text) } else { Vec::new() }
    }
}
