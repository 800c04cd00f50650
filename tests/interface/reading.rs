//! One structure out of a file: the first, whatever else the file holds.

use std::fs;

use certwright::profile::Leaf;
use certwright::{
    Certificate, Crl, Csr, Error, Format, KeyType, Lifetime, Oid, Passphrase, PrivateKey, PublicKey,
    Zeroizing, pem,
};

use crate::lists::list;
use crate::support::pki::{key, ledger, name, pending, request, root, subordinate};

#[test]
fn a_leaf_is_opened_from_the_file_that_holds_its_chain() {
    let ledger = ledger();
    let sub = subordinate(&root(&ledger), &ledger);
    let leaf = sub.issue(&Leaf::client(Lifetime::days(7)), request()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crt.pem");
    let chain = certwright::chain::to_pem(leaf.chain().presented());
    fs::write(&path, format!("a note\n{}{chain}", key().public_key().to_pem())).unwrap();
    assert_eq!(&Certificate::open(&path).unwrap(), leaf.certificate());
    assert_eq!(&Certificate::read(leaf.certificate().der()).unwrap(), leaf.certificate());
}

#[test]
fn what_stands_behind_the_first_certificate_is_not_looked_at() {
    let first = root(&ledger()).certificate().clone();
    let broken = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";
    let text = format!("{}{broken}", first.to_pem());
    assert_eq!(Certificate::read(text.as_bytes()).unwrap(), first);
    assert!(Certificate::read_all(text.as_bytes()).is_err());
    let error = Certificate::read(format!("{broken}{}", first.to_pem()).as_bytes()).unwrap_err();
    assert!(matches!(&error, Error::At { place, .. } if place == "the block at line 1"), "{error}");
}

#[test]
fn what_follows_a_private_key_is_no_error_and_what_follows_a_structure_in_it_is() {
    let (first, second) = (key(), key());
    let [der, other] = [&first, &second].map(|key| key.danger_plain_der(Format::Pkcs8).unwrap().to_vec());
    for behind in [&b"\n"[..], &[0], &[0x30, 5], &other] {
        let bytes = [&der[..], behind].concat();
        assert_eq!(PrivateKey::read(&bytes, None).unwrap().public_key(), first.public_key(), "{behind:02x?}");
        let block = pem::encode("PRIVATE KEY", &bytes);
        let read = PrivateKey::read(block.as_bytes(), None).unwrap();
        assert_eq!(read.public_key(), first.public_key(), "{behind:02x?}");
    }
    // An Ed25519 key (RFC 8410 section 7), an octet behind the OCTET STRING with the seed.
    let ed25519 =
        [&[0x30, 0x2f, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x23, 4, 0x20][..], &[7; 33]].concat();
    let error = PrivateKey::read(&ed25519, None).unwrap_err();
    assert!(matches!(error, Error::TrailingBytes { count: 1, .. }), "{error}");
}

#[test]
fn a_public_key_is_opened_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("public.pem"), key());
    fs::write(&path, key.public_key().to_pem()).unwrap();
    assert_eq!(&PublicKey::open(&path).unwrap(), key.public_key());
    let missing = PublicKey::open(folder.path().join("none")).unwrap_err();
    assert!(missing.kind() == "read" && missing.to_string().contains("none"), "{missing}");
}

#[test]
fn a_created_key_makes_the_folders_on_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("authorities/root/key.pem");
    let passphrase = Passphrase::generate().unwrap();
    let key = PrivateKey::create(&path, KeyType::Ed25519, &passphrase).unwrap();
    assert_eq!(PrivateKey::open(&path, Some(&passphrase)).unwrap().public_key(), key.public_key());
}

#[test]
fn a_file_without_what_is_asked_for_is_named_with_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("request.csr");
    fs::write(&path, pending().csr().to_pem()).unwrap();
    let certificate = Certificate::open(&path).unwrap_err();
    assert_eq!(certificate.kind(), "unexpected");
    for part in ["request.csr", "a certificate", "certificate request"] {
        assert!(certificate.to_string().contains(part), "{certificate}");
    }
    assert_eq!(Crl::open(&path).unwrap_err().kind(), "unexpected");
    assert_eq!(Crl::open(folder.path().join("none")).unwrap_err().kind(), "read");
}

#[test]
fn a_list_is_opened_from_a_file_with_others() {
    let (issuer, key) = (name("CN=Root"), key());
    let lists: Vec<_> =
        [&[1][..], &[2]].map(|serial| Crl::from_der(&list(&issuer, &key, &[(serial, None)])).unwrap()).into();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crl.pem");
    fs::write(&path, format!("{}{}", lists[0].to_pem(), lists[1].to_pem())).unwrap();
    assert_eq!(Crl::open(&path).unwrap().der(), lists[0].der());
    assert_eq!(Crl::read(lists[1].der()).unwrap().der(), lists[1].der());
}

#[test]
fn the_algorithm_and_the_signature_are_what_they_are_called() {
    let (root, request) = (root(&ledger()), pending());
    let (certificate, csr): (&Certificate, &Csr) = (root.certificate(), request.csr());
    let ecdsa: Oid = "1.2.840.10045.4.3.2".parse().unwrap();
    for (algorithm, value, der) in [
        (certificate.signature_algorithm(), certificate.signature_value(), certificate.der()),
        (csr.signature_algorithm(), csr.signature_value(), csr.der()),
    ] {
        assert_eq!((algorithm.name.as_str(), algorithm.digest_bits), ("ECDSA with SHA-256", Some(256)));
        assert_eq!(algorithm.oid(), Some(ecdsa.clone()));
        assert_eq!(algorithm.der(), certificate.public_key().signature_algorithm().unwrap());
        // A SEQUENCE of two integers, the last thing in the structure.
        assert!(value[0] == 0x30 && der.ends_with(value));
    }
}

#[test]
fn wiped_buffers_can_be_named() {
    fn plain(key: &PrivateKey) -> Zeroizing<String> {
        key.danger_plain_pem(Format::Pkcs8).unwrap()
    }
    assert!(plain(&key()).starts_with("-----BEGIN PRIVATE KEY-----"));
}
