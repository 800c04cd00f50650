//! Certificate revocation lists.

use certwright::{Crl, PublicKey, Serial};

/// Every property of CRLs.
pub fn holds(data: &[u8]) {
    if let Ok(crl) = Crl::from_der(data) {
        assert_eq!(crl.der(), data);
    }
    for crl in Crl::read_all(data).unwrap_or_default() {
        goes_there_and_back(&crl);
        finds_what_it_lists(&crl);
    }
}

fn goes_there_and_back(crl: &Crl) {
    let again = Crl::read_all(crl.to_pem().as_bytes()).expect("what is written is read");
    assert!(matches!(&again[..], [again] if again.der() == crl.der()));
}

fn finds_what_it_lists(crl: &Crl) {
    assert!(crl.revoked().iter().all(|entry| crl.entry(&entry.serial).is_some()));
    assert!(crl.entry(&Serial::from_content(&[0x7f; 20])).is_none_or(|entry| crl.revoked().contains(entry)));
    // A key that is none of its issuer's: the answer is no, whatever the list says of its algorithm.
    let ed25519 = [&[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0][..], &[9; 32]].concat();
    let stranger = PublicKey::from_spki_der(&ed25519).expect("a key");
    assert!(crl.verify_signature(&stranger).is_err());
}
