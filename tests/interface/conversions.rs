//! To and from the types of the standard library and of rustls.

use std::time::{Duration, SystemTime};

use certwright::profile::Leaf;
use certwright::{Certificate, Crl, Csr, Format, KeyType, Lifetime, PrivateKey, PublicKey, Timestamp};
use rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer, CertificateSigningRequestDer, PrivateKeyDer,
    PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer, SubjectPublicKeyInfoDer, UnixTime,
};

use crate::lists::list;
use crate::support::pki::{at, key, ledger, name, pending, request, root, subordinate};

/// There and back, borrowed and by value; what is none is refused both ways.
macro_rules! there_and_back {
    ($ours:ident, $theirs:ident, $value:expr) => {
        let value: $ours = $value;
        let der = $theirs::from(&value);
        assert_eq!(&*der, value.der());
        assert_eq!($ours::try_from(&der).unwrap().der(), value.der());
        assert_eq!($ours::try_from($theirs::from(value.clone())).unwrap().der(), value.der());
        assert!($ours::try_from(&$theirs::from(&b"0"[..])).is_err());
        assert!($ours::try_from($theirs::from(&b"0"[..])).is_err());
    };
}

#[test]
fn structures_go_to_rustls_and_come_back() {
    there_and_back!(Certificate, CertificateDer, root(&ledger()).certificate().clone());
    there_and_back!(Csr, CertificateSigningRequestDer, pending().csr().clone());
    let crl = Crl::from_der(&list(&name("CN=Root"), &key(), &[])).unwrap();
    there_and_back!(Crl, CertificateRevocationListDer, crl);
    let private = key();
    let key = private.public_key().clone();
    let der = SubjectPublicKeyInfoDer::from(&key);
    assert_eq!(PublicKey::try_from(&der).unwrap(), key);
    assert_eq!(PublicKey::try_from(der).unwrap(), key);
    let der = private.danger_rustls().unwrap();
    assert_eq!(PrivateKey::try_from(&der).unwrap().public_key(), &key);
    assert_eq!(PrivateKey::try_from(der).unwrap().public_key(), &key);
}

#[test]
fn a_private_key_comes_from_rustls_in_the_form_that_it_is_said_to_have() {
    let ec = key();
    let [pkcs8, sec1] = [Format::Pkcs8, Format::Sec1].map(|form| ec.danger_plain_der(form).unwrap().to_vec());
    let pem = ec.danger_plain_pem(Format::Pkcs8).unwrap().as_bytes().to_vec();
    let twice = [pkcs8.clone(), pkcs8.clone()].concat();
    let said = |der: &[u8]| -> [PrivateKeyDer<'static>; 3] {
        [
            PrivatePkcs8KeyDer::from(der.to_vec()).into(),
            PrivateSec1KeyDer::from(der.to_vec()).into(),
            PrivatePkcs1KeyDer::from(der.to_vec()).into(),
        ]
    };
    for (der, taken) in [
        (&pkcs8, [true, false, false]),
        (&sec1, [false, true, false]),
        (&pem, [false; 3]),
        (&twice, [false; 3]),
        (&[&sec1[..], &[0]].concat(), [false; 3]),
    ] {
        assert_eq!(said(der).map(|der| PrivateKey::try_from(der).is_ok()), taken);
    }
    if cfg!(feature = "rsa") {
        let rsa = PrivateKey::generate(KeyType::Rsa2048).unwrap().danger_plain_der(Format::Pkcs1).unwrap();
        assert_eq!(said(&rsa).map(|der| PrivateKey::try_from(der).is_ok()), [false, false, true]);
    }
}

#[test]
fn a_chain_goes_to_rustls_as_it_is_presented() {
    let ledger = ledger();
    let sub = subordinate(&root(&ledger), &ledger);
    let leaf = sub.issue(&Leaf::client(Lifetime::days(7)), request()).unwrap();
    let presented: Vec<CertificateDer<'static>> = leaf.chain().to_rustls();
    let expected = [leaf.certificate(), sub.certificate()];
    assert_eq!(presented.iter().map(|der| der.as_ref()).collect::<Vec<_>>(), expected.map(Certificate::der));
}

#[test]
fn what_is_bytes_can_be_taken_as_bytes() {
    fn length(bytes: impl AsRef<[u8]>) -> usize {
        bytes.as_ref().len()
    }
    let (request, key) = (pending(), key());
    let csr = request.csr();
    assert_eq!(length(csr), csr.der().len());
    assert_eq!(length(csr.subject()), csr.subject().as_der().len());
    assert_eq!(length(csr.public_key()), csr.public_key().spki_der().len());
    let crl = Crl::from_der(&list(&name("CN=Root"), &key, &[])).unwrap();
    assert_eq!(length(&crl), crl.der().len());
    let sealed = key.encrypt(&certwright::Passphrase::generate().unwrap()).unwrap();
    assert_eq!(length(&sealed), sealed.der().len());
    assert_eq!(length("0100".parse::<certwright::Serial>().unwrap()), 2);
    assert_eq!(length("2.5.4.3".parse::<certwright::Oid>().unwrap()), 3);
}

#[test]
fn times_go_to_the_system_and_come_back() {
    for text in ["1970-01-01T00:00:00Z", "2026-11-23T12:00:00Z", "1969-12-31T23:59:59Z", "1601-01-01"] {
        let system = SystemTime::try_from(at(text)).unwrap();
        assert_eq!(Timestamp::try_from(system).unwrap(), at(text));
    }
    let now = Timestamp::try_from(SystemTime::now()).unwrap();
    assert!(Timestamp::now().seconds_since(now) < 60);
}

#[test]
fn parts_of_a_second_are_cut_towards_the_past() {
    let half = Duration::from_millis(500);
    let after = SystemTime::UNIX_EPOCH + half;
    assert_eq!(Timestamp::try_from(after).unwrap(), at("1970-01-01T00:00:00Z"));
    let before = SystemTime::UNIX_EPOCH - half;
    assert_eq!(Timestamp::try_from(before).unwrap(), at("1969-12-31T23:59:59Z"));
}

#[test]
fn times_that_the_other_side_cannot_express_are_refused() {
    let beyond = Timestamp::NO_EXPIRY.unix().unsigned_abs() + 1;
    let system = SystemTime::UNIX_EPOCH + Duration::from_secs(beyond);
    assert_eq!(Timestamp::try_from(system).unwrap_err().kind(), "time-range");
    let rustls = UnixTime::since_unix_epoch(Duration::from_secs(beyond));
    assert_eq!(Timestamp::try_from(rustls).unwrap_err().kind(), "time-range");
    assert_eq!(UnixTime::try_from(at("1969-12-31T23:59:59Z")).unwrap_err().kind(), "time-range");
    let moment = at("2026-11-23T12:00:00Z");
    let rustls = UnixTime::try_from(moment).unwrap();
    assert_eq!((rustls.as_secs(), Timestamp::try_from(rustls).unwrap()), (1_795_435_200, moment));
}
