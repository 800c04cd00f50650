//! Certificate requests.

use certwright::{Csr, PublicKey, Subject};

/// Every property of requests: one that was read proved that its key signed it.
pub fn holds(data: &[u8]) {
    let Ok(csr) = Csr::read(data) else { return };
    let again = Csr::read(csr.to_pem().as_bytes()).expect("what is written is read");
    assert_eq!(again.der(), csr.der());
    assert_eq!(&Subject::from_der(csr.subject().as_der()).expect("a name by itself"), csr.subject());
    let key = csr.public_key().spki_der();
    assert_eq!(PublicKey::from_spki_der(key).expect("a key by itself").spki_der(), key);
}
