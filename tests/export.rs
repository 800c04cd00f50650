//! Handing a certificate over: all files or none, and only what belongs together.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what broke"
)]

mod support;

use std::fs;
use std::path::Path;

use certwright::file::Overwrite;
use certwright::profile::Leaf;
use certwright::truststore::{Rules, Truststore};
use certwright::{
    Certificate, EncryptedKey, Error, Export, Format, Issued, Lifetime, Passphrase, PrivateKey, Request,
};
use support::pki::{NOW, at, key, ledger, name, root, subordinate};

/// A client of `CN=Sub` and its key.
fn client() -> (Issued, PrivateKey) {
    let ledger = ledger();
    let sub = subordinate(&root(&ledger), &ledger);
    let key = key();
    let request = Request::new(key.public_key()).subject(name("CN=payments"));
    (sub.issue(&Leaf::client(Lifetime::days(1)), request).unwrap(), key)
}

fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_certificate_comes_first_then_its_issuers_without_the_root() {
    let folder = tempfile::tempdir().unwrap();
    let (issued, key) = client();
    let store = Truststore::assemble([issued.chain()], &Rules::none(), at(NOW));
    assert!(store.is_err(), "a leaf's chain is no truststore");
    Export::to(folder.path()).chain(issued.chain()).danger_plain_key(&key).unwrap().write().unwrap();
    assert_eq!(files(folder.path()), ["crt.pem", "private.pem"]);
    let chain = Certificate::open_all(folder.path().join("crt.pem")).unwrap();
    assert_eq!(chain, issued.chain().presented());
    assert_eq!(chain.len(), 2);
    let plain = PrivateKey::open(folder.path().join("private.pem"), None).unwrap();
    assert_eq!(plain.public_key(), key.public_key());
}

/// Its passphrase is known to the other side only.
#[test]
fn a_stored_key_is_handed_over_without_its_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let (issued, key) = client();
    let passphrase = Passphrase::generate().unwrap();
    let sealed = key.encrypt(&passphrase).unwrap();
    let path = folder.path().join("stored.pem");
    fs::write(&path, format!("{}{}", issued.certificate().to_pem(), sealed.to_pem())).unwrap();
    let stored = EncryptedKey::open(&path).unwrap();
    assert_eq!((stored.scheme(), stored.public_key()), (sealed.scheme(), None));
    assert_eq!(EncryptedKey::read(sealed.der()).unwrap().der(), sealed.der());
    Export::to(folder.path().join("out")).chain(issued.chain()).key(stored).write().unwrap();
    let opened = PrivateKey::open(folder.path().join("out/private.pem"), Some(&passphrase)).unwrap();
    assert_eq!(opened.public_key(), key.public_key());
    let plain = key.danger_plain_pem(Format::Pkcs8).unwrap();
    let refused = EncryptedKey::read(plain.as_bytes()).unwrap_err();
    assert!(matches!(refused, Error::Unexpected { .. }), "{refused:?}");
}

#[test]
fn a_key_of_somebody_else_is_not_exported() {
    let folder = tempfile::tempdir().unwrap();
    let (issued, _) = client();
    let export = Export::to(folder.path().join("out")).chain(issued.chain());
    let refused = export.danger_plain_key(&key()).unwrap().write().unwrap_err();
    assert!(matches!(refused, Error::KeyMismatch { .. }), "{refused:?}");
    assert_eq!(files(folder.path()), [""; 0]);
}

#[test]
fn one_file_in_the_way_keeps_all_from_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let (issued, key) = client();
    fs::write(folder.path().join("private.pem"), "somebody's").unwrap();
    let export = || Export::to(folder.path()).chain(issued.chain()).danger_plain_key(&key).unwrap();
    let refused = export().write().unwrap_err();
    assert!(matches!(&refused, Error::Exists { path } if path.ends_with("private.pem")), "{refused:?}");
    assert_eq!(files(folder.path()), ["private.pem"]);
    assert_eq!(fs::read_to_string(folder.path().join("private.pem")).unwrap(), "somebody's");
    export().overwrite(Overwrite::Replace).write().unwrap();
    assert_eq!(files(folder.path()), ["crt.pem", "private.pem"]);
}

#[test]
fn without_a_chain_there_is_nothing_to_export() {
    let folder = tempfile::tempdir().unwrap();
    let refused = Export::to(folder.path().join("out")).write().unwrap_err();
    assert!(matches!(refused, Error::Chain { .. }), "{refused:?}");
    assert_eq!(files(folder.path()), [""; 0]);
}

#[test]
fn a_root_alone_is_presented_to_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let root = root(&ledger());
    let refused = Export::to(folder.path().join("out")).chain(root.chain()).write().unwrap_err();
    assert!(matches!(refused, Error::Chain { .. }), "{refused:?}");
    assert_eq!(files(folder.path()), [""; 0]);
}
