//! What foreign authorities and their certificates are succeeded by.

use certwright::chain::Chain;
use certwright::profile::{Leaf, Root};
use certwright::{Authority, Certificate, Ledger, Lifetime, PrivateKey, Request, Subject};

use super::foreign::{Draft, extension, issue_below, key, moment, rustls_accepts};

fn named(name: &str) -> Vec<u8> {
    Subject::common_name(name).unwrap().as_der().to_vec()
}

/// An authority that is continued, and a leaf that it issued before, with the serial 7 as everything here.
fn continued(name: &str, ledger: &Ledger) -> (Authority, Certificate, PrivateKey) {
    let (signer, bearer) = (key(), key());
    let root = Draft::authority(&named(name)).self_signed(&signer);
    let names = extension(17, false, b"\x30\x08\x82\x06a.test");
    let leaf =
        Draft { issuer: Some(named(name)), extensions: vec![names], ..Draft::authority(&named("leaf")) };
    let leaf = Certificate::from_der(&leaf.sign(&bearer, &signer)).unwrap();
    (Authority::open(Chain::new(vec![root]).unwrap(), signer, ledger).unwrap(), leaf, bearer)
}

#[test]
fn a_renewed_authority_is_known_by_what_it_was_known_by() {
    let ledger = Ledger::in_memory().with_clock(moment());
    let (old, _, _) = continued("a", &ledger);
    let chains = issue_below(&old, moment(), "before");
    let new = old.renew_root(&Root::new(Lifetime::years(30))).unwrap();
    assert_eq!(new.certificate().subject_key_id(), Some(&b"any octets will do"[..]));
    assert_ne!(new.certificate(), old.certificate());
    // What was issued under either is valid under either.
    rustls_accepts(new.certificate(), &chains).unwrap();
    rustls_accepts(old.certificate(), &issue_below(&new, moment(), "after")).unwrap();
    for chain in chains {
        let issued = chain.into_iter().chain([new.certificate().clone()]).collect();
        assert!(Chain::new(issued).is_ok());
    }
}

#[test]
fn certificates_of_two_authorities_with_one_serial_are_not_mistaken() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledgers = vec![Ledger::in_memory()];
    if cfg!(feature = "sqlite") {
        ledgers.push(Ledger::open(&format!("sqlite:{}", folder.path().join("ca.db").display())).unwrap());
    }
    for ledger in ledgers {
        let ledger = ledger.with_clock(moment());
        let (one, of_one, _) = continued("one", &ledger);
        let (_, of_two, _) = continued("two", &ledger);
        assert_eq!(of_one.serial(), of_two.serial());
        let profile = Leaf::client(Lifetime::days(30));
        let new = one.rekey(&of_one, &profile, key().public_key()).unwrap().sign().unwrap();
        assert_eq!(new.certificate().alt_names(), of_one.alt_names());
        let successors = ledger.successors(&of_one).unwrap();
        assert_eq!(successors[0].certificate.as_ref(), Some(new.certificate()));
        assert!(ledger.successors(&of_two).unwrap().is_empty(), "the same serial of another authority");
        assert!(one.rekey(&of_two, &profile, key().public_key()).is_err(), "it is not its own");
    }
}

#[test]
fn a_key_that_leaks_between_plan_and_signature_is_not_signed() {
    let ledger = Ledger::in_memory().with_clock(moment());
    let (authority, _, bearer) = continued("a", &ledger);
    for leaked in [bearer.public_key(), &authority.certificate().public_key().clone()] {
        let request = Request::new(key().public_key()).subject(Subject::common_name("a").unwrap());
        let own = Request::new(bearer.public_key()).subject(Subject::common_name("a").unwrap());
        let profile = Leaf::client(Lifetime::days(30));
        let request = if leaked == bearer.public_key() { own } else { request };
        let prepared = authority.prepare(&profile, request).unwrap();
        ledger.mark_compromised(leaked, "leaked").unwrap();
        assert_eq!(prepared.sign().unwrap_err().kind(), "key-refused");
    }
    assert!(ledger.entries().unwrap().is_empty(), "no serial was taken");
}
