//! What every store promises, run over each of them.

use super::{Entry, Ledger, State};
use crate::Authority;
use crate::certificate::Certificate;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::key::{KeyType, PrivateKey};
use crate::profile::Root;
use crate::serial::Serial;
use crate::time::Lifetime;
use crate::timestamp::Timestamp;

/// A certificate that no ledger under test knows, and the entry that reserves its serial.
fn unrecorded(common_name: &str) -> (Entry, Certificate) {
    let elsewhere = Ledger::in_memory();
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let subject = format!("CN={common_name}").parse().unwrap();
    let root = Authority::root(&Root::new(Lifetime::years(1)), subject, key, &elsewhere).unwrap();
    let entry = elsewhere.entries().unwrap().remove(0);
    (Entry { certificate: None, ..entry }, root.certificate().clone())
}

/// Runs a test over every store; those with a file get a new one.
fn with_every_store(test: impl Fn(&Ledger)) {
    test(&Ledger::in_memory());
    #[cfg(feature = "sqlite")]
    {
        let folder = tempfile::tempdir().unwrap();
        test(&Ledger::open(&format!("sqlite:{}", folder.path().join("ca.db").display())).unwrap());
    }
}

fn assert_refused(result: Result<(), Error>, serial: &Serial) {
    match result {
        Err(Error::LedgerState { serial: named, .. }) => assert_eq!(named, serial.to_string()),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_serial_is_reserved_then_completed() {
    with_every_store(|ledger| {
        let (entry, certificate) = unrecorded("a");
        ledger.reserve(&entry).unwrap();
        assert_eq!(ledger.entries().unwrap(), std::slice::from_ref(&entry));
        assert_eq!(ledger.entries().unwrap()[0].state(), State::Reserved);
        ledger.complete(&certificate).unwrap();
        assert_eq!(ledger.entries().unwrap(), [Entry { certificate: Some(certificate), ..entry }]);
        assert_eq!(ledger.entries().unwrap()[0].state(), State::Issued);
    });
}

#[test]
fn a_serial_is_never_reserved_twice_by_one_issuer() {
    with_every_store(|ledger| {
        let (entry, certificate) = unrecorded("a");
        ledger.reserve(&entry).unwrap();
        assert_refused(ledger.reserve(&entry), &entry.serial);
        ledger.complete(&certificate).unwrap();
        assert_refused(ledger.reserve(&entry), &entry.serial);
        assert_eq!(ledger.entries().unwrap().len(), 1);
    });
}

#[test]
fn two_issuers_may_use_one_serial() {
    with_every_store(|ledger| {
        let (entry, _) = unrecorded("a");
        let other = Entry { issuer: "CN=other".parse().unwrap(), ..entry.clone() };
        ledger.reserve(&entry).unwrap();
        ledger.reserve(&other).unwrap();
        assert_eq!(ledger.find(&entry.serial).unwrap(), [entry, other]);
    });
}

#[test]
fn what_was_not_reserved_is_not_completed() {
    with_every_store(|ledger| {
        let (entry, certificate) = unrecorded("a");
        assert_refused(ledger.complete(&certificate), &entry.serial);
        assert_eq!(ledger.entries().unwrap(), []);
    });
}

#[test]
fn only_the_bytes_that_were_reserved_are_completed_and_only_once() {
    with_every_store(|ledger| {
        let (entry, certificate) = unrecorded("a");
        let changed = Entry { tbs_digest: Fingerprint::of(b"other bytes"), ..entry.clone() };
        ledger.reserve(&changed).unwrap();
        assert_refused(ledger.complete(&certificate), &entry.serial);
        assert_eq!(ledger.entries().unwrap(), [changed]);
        let (entry, certificate) = unrecorded("b");
        ledger.reserve(&entry).unwrap();
        ledger.complete(&certificate).unwrap();
        assert_refused(ledger.complete(&certificate), &entry.serial);
    });
}

#[test]
fn entries_keep_their_order_whatever_their_serials() {
    with_every_store(|ledger| {
        let serials: Vec<_> = (0..20)
            .map(|_| {
                let (entry, _) = unrecorded("a");
                ledger.reserve(&entry).unwrap();
                entry.serial
            })
            .collect();
        let listed: Vec<_> = ledger.entries().unwrap().into_iter().map(|entry| entry.serial).collect();
        assert_eq!(listed, serials);
    });
}

#[test]
fn every_field_is_kept_exactly() {
    with_every_store(|ledger| {
        let (entry, _) = unrecorded("Grüße");
        let entry = Entry {
            serial: Serial::from_content(&[0, 0xff, 1]),
            warnings: vec!["leaf-from-root".to_owned(), "host-only-in-common-name".to_owned()],
            profile: "client".to_owned(),
            issued_at: Timestamp::NO_EXPIRY,
            recorded_at: Timestamp::from_unix(-1).unwrap(),
            ..entry
        };
        ledger.reserve(&entry).unwrap();
        assert_eq!(ledger.entries().unwrap(), std::slice::from_ref(&entry));
        assert_eq!(ledger.find(&entry.serial).unwrap(), [entry]);
        assert_eq!(ledger.find(&Serial::from_content(&[0xff, 1])).unwrap(), []);
    });
}
