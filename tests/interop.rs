//! Other people's tools judge what certwright writes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says by a panic that a rule is broken")]

mod support;

use std::path::Path;
use std::process::Command;

use certwright::chain::to_pem;
use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{Authority, KeyType, Ledger, Lifetime, PendingAuthority, PrivateKey, Request, Subject};

/// A root and a subordinate below it, both with keys of one type.
fn hierarchy(key_type: KeyType, ledger: &Ledger) -> (Authority, Authority) {
    let root_key = PrivateKey::generate(key_type).unwrap();
    let subject = format!("CN={key_type} root,OU=a,OU=b,DC=example,DC=com").parse().unwrap();
    let root = Authority::root(&Root::new(Lifetime::years(10)), subject, root_key, ledger).unwrap();
    let sub_key = PrivateKey::generate(key_type).unwrap();
    let subject = Subject::common_name(&format!("{key_type} sub")).unwrap();
    let pending = PendingAuthority::new(subject, sub_key).unwrap();
    let chain = root.certify(&Subordinate::new(Lifetime::years(3)), pending.csr()).unwrap();
    let sub = pending.activate(chain, ledger).unwrap();
    (root, sub)
}

fn run(program: &Path, arguments: &[&str], folder: &Path) -> (bool, String) {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn openssl_verifies_every_combination_of_authority_and_leaf_keys() {
    let Some(openssl) = support::peers::find("openssl") else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::in_memory();
    let leaf_keys: Vec<_> = KeyType::ALL.into_iter().map(|t| (t, PrivateKey::generate(t).unwrap())).collect();
    for ca_type in KeyType::ALL {
        let (root, sub) = hierarchy(ca_type, &ledger);
        std::fs::write(folder.path().join("root.pem"), root.certificate().to_pem()).unwrap();
        std::fs::write(folder.path().join("sub.pem"), sub.certificate().to_pem()).unwrap();
        for (leaf_type, key) in &leaf_keys {
            let request = Request::new(key.public_key())
                .subject(Subject::common_name("client").unwrap())
                .dns("client.example.com")
                .unwrap();
            let leaf = sub.issue(&Leaf::client(Lifetime::days(395)), request).unwrap();
            std::fs::write(folder.path().join("leaf.pem"), to_pem(&leaf.chain().presented()[..1])).unwrap();
            let arguments =
                "verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted sub.pem leaf.pem";
            let arguments: Vec<_> = arguments.split(' ').collect();
            let (verified, said) = run(&openssl, &arguments, folder.path());
            assert!(verified, "authority {ca_type}, leaf {leaf_type}: {said}");
        }
    }
}
