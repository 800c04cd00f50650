//! Certificates: a file of them, and the parts that are copied into what is issued under one.

use certwright::{Certificate, PublicKey, Subject};

/// Every property of certificates.
pub fn holds(data: &[u8]) {
    for certificate in Certificate::read_all(data).unwrap_or_default() {
        its_parts_are_its_bytes(&certificate);
        goes_there_and_back(&certificate);
    }
    if let Ok(certificate) = Certificate::from_der(data) {
        assert_eq!(certificate.der(), data);
    }
}

/// What is spliced into another certificate (names, key) is taken from these bytes and reads the same by itself.
fn its_parts_are_its_bytes(certificate: &Certificate) {
    let inside = |part: &[u8]| certificate.tbs().windows(part.len()).any(|window| window == part);
    for name in [certificate.subject(), certificate.issuer()] {
        assert!(inside(name.as_der()));
        assert_eq!(&Subject::from_der(name.as_der()).expect("a name by itself"), name);
    }
    let key = certificate.public_key();
    assert!(inside(key.spki_der()));
    assert_eq!(PublicKey::from_spki_der(key.spki_der()).expect("a key by itself").spki_der(), key.spki_der());
    assert!(certificate.der().windows(certificate.tbs().len()).any(|window| window == certificate.tbs()));
    let _verdict = certificate.verify_signature(key);
}

fn goes_there_and_back(certificate: &Certificate) {
    let again = Certificate::read_all(certificate.to_pem().as_bytes()).expect("what is written is read");
    assert!(matches!(&again[..], [again] if again.der() == certificate.der()));
}
