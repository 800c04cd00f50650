//! What is sealed, GnuTLS and Python's cryptography open, too, and find the same public key in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use certwright::{Format, KeyType, PrivateKey};

use super::made::plain;
use super::read::passphrase;
use crate::support::peers;

const PASSPHRASE: &str = "hunter2";

/// One key of each type, sealed and in every plain form that it has, each with its public key in PEM.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let kinds = [KeyType::EcdsaP256, KeyType::EcdsaP384, KeyType::Ed25519, KeyType::Rsa2048];
    for kind in kinds.into_iter().filter(|kind| cfg!(feature = "rsa") || *kind != KeyType::Rsa2048) {
        let key = PrivateKey::generate(kind).expect("a key");
        let sealed = key.encrypt(&passphrase(PASSPHRASE)).expect("sealed");
        let mut write = |name: String, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).expect("written");
            files.push((path, key.public_key().to_pem()));
        };
        write(format!("{kind}-sealed.pem"), &sealed.to_pem());
        for format in Format::ALL {
            if let Some(plain) = plain(&key, format) {
                write(format!("{kind}-{format}.pem"), &plain);
            }
        }
    }
    files
}

/// The PEM block in what a program prints.
fn public_key(printed: &[u8]) -> String {
    let text = String::from_utf8_lossy(printed);
    text.find("-----BEGIN").map(|at| text[at..].trim_end().to_owned() + "\n").unwrap_or_default()
}

fn judge(program: &Path, arguments: impl Fn(&Path) -> Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    for (file, expected) in files(folder.path()) {
        let output = Command::new(program).args(arguments(&file)).output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(public_key(&output.stdout), expected, "{}: {said}", file.display());
    }
}

#[test]
fn gnutls_opens_what_is_written() {
    let Some(certtool) = peers::find("certtool") else { return };
    judge(&certtool, |file| {
        let words = ["--pubkey-info", "--load-privkey"];
        let file = file.display().to_string();
        words.into_iter().map(str::to_owned).chain([file, "--password".into(), PASSPHRASE.into()]).collect()
    });
}

#[test]
fn pyca_opens_what_is_written() {
    const SCRIPT: &str = "
import sys
from cryptography.hazmat.primitives import serialization as s
text = open(sys.argv[1], 'rb').read()
password = sys.argv[2].encode() if b'ENCRYPTED' in text else None
key = s.load_pem_private_key(text, password).public_key()
print(key.public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo).decode(), end='')
";
    let Some(python) = peers::find("python3") else { return };
    if !Command::new(&python).args(["-c", "import cryptography"]).status().is_ok_and(|s| s.success()) {
        assert!(!peers::required(), "peer missing: cryptography");
        return;
    }
    let words = |file: &Path| vec!["-c".into(), SCRIPT.into(), file.display().to_string(), PASSPHRASE.into()];
    judge(&python, words);
}
