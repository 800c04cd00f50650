//! Serial numbers: positive, random, never twice.

use std::collections::HashSet;

use certwright::profile::Leaf;
use certwright::{Lifetime, Serial};

use crate::support::pki::{ledger, request, root};

#[test]
fn serials_are_positive_short_enough_and_never_repeat() {
    let ledger = ledger();
    let root = root(&ledger);
    let request = request();
    let mut seen = HashSet::from([root.certificate().serial().clone()]);
    for _ in 0..300 {
        let leaf = root.issue(&Leaf::client(Lifetime::days(1)), request.clone()).unwrap();
        let serial = leaf.certificate().serial();
        assert!(serial.conforms() && serial.content().len() <= 20, "{serial}");
        assert!(seen.insert(serial.clone()), "{serial} was used twice");
    }
    let recorded: HashSet<Serial> = ledger.entries().unwrap().into_iter().map(|entry| entry.serial).collect();
    assert_eq!(recorded, seen);
}

#[test]
fn a_serial_has_128_random_bits() {
    let root = root(&ledger());
    let leaf = || root.issue(&Leaf::client(Lifetime::days(1)), request()).unwrap();
    let (one, other) = (leaf(), leaf());
    let (one, other) = (one.certificate().serial().content(), other.certificate().serial().content());
    assert_eq!((one.len(), one[0]), (17, 1));
    assert!((1..17).filter(|i| one[*i] == other[*i]).count() < 8, "{one:02x?} {other:02x?}");
}
