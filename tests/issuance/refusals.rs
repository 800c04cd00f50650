//! Keys and requests that nothing is issued for.

use certwright::profile::{Leaf, Subordinate};
use certwright::{Csr, Error, Lifetime, PublicKey, Request, Signer, SignerError};

use crate::support::der::{sequence, tlv};
use crate::support::pki::{key, ledger, name, root};

/// An RSA key with a modulus of so many bits; nobody has its private part.
fn rsa(bits: usize) -> PublicKey {
    let mut modulus = vec![0xd5; bits.div_ceil(8)];
    modulus[0] = 1 << ((bits + 7) % 8);
    let last = modulus.len() - 1;
    while has_small_factor(&modulus) {
        modulus[last] = modulus[last].wrapping_add(2);
    }
    // A set highest bit would make the INTEGER negative.
    modulus.splice(0..0, vec![0; usize::from(bits.is_multiple_of(8))]);
    let numbers = sequence(&[tlv(2, &modulus), tlv(2, &[1, 0, 1])]);
    let identifier = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    spki(identifier, &numbers)
}

/// That is another rule's business.
fn has_small_factor(modulus: &[u8]) -> bool {
    let rest =
        |divisor: u32| modulus.iter().fold(0u32, |rest, octet| (rest * 256 + u32::from(*octet)) % divisor);
    (2..=167).any(|divisor| rest(divisor) == 0)
}

fn spki(identifier: &[u8], key: &[u8]) -> PublicKey {
    let bits = tlv(3, &[&[0], key].concat());
    PublicKey::from_spki_der(&sequence(&[identifier, &bits])).unwrap()
}

fn refusing_rules(error: &Error) -> Vec<&'static str> {
    error.findings().iter().filter(|f| f.is_error()).map(|f| f.rule).collect()
}

fn prepare(key: &PublicKey) -> Result<certwright::Prepared, Error> {
    root(&ledger()).prepare(&Leaf::client(Lifetime::days(1)), Request::new(key).subject(name("CN=a")))
}

#[test]
fn short_and_odd_rsa_keys_are_refused() {
    for bits in [512, 1024, 2040, 2047, 2049] {
        let refused = prepare(&rsa(bits)).unwrap_err();
        assert_eq!(refusing_rules(&refused), ["rsa-key-size"], "{bits}");
    }
    for bits in [2048, 3072, 4096, 8192] {
        assert!(prepare(&rsa(bits)).is_ok(), "{bits}");
    }
}

#[test]
fn keys_that_cannot_sign_are_refused_for_signing() {
    let x25519 = spki(b"\x30\x05\x06\x03\x2b\x65\x6e", &[9; 32]);
    let refused = prepare(&x25519).unwrap_err();
    assert_eq!(refusing_rules(&refused), ["key-usage-fits-key"]);
}

#[test]
fn keys_that_certwright_does_not_sign_with_are_certified_as_they_are() {
    // P-521, as another machine's request might carry it.
    let identifier = b"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23";
    // The base point: a point on the curve that everybody knows.
    let point = b"\
        \x04\x00\xc6\x85\x8e\x06\xb7\x04\x04\xe9\xcd\x9e\x3e\xcb\x66\x23\x95\xb4\x42\x9c\x64\x81\x39\x05\x3f\xb5\
        \x21\xf8\x28\xaf\x60\x6b\x4d\x3d\xba\xa1\x4b\x5e\x77\xef\xe7\x59\x28\xfe\x1d\xc1\x27\xa2\xff\xa8\xde\x33\
        \x48\xb3\xc1\x85\x6a\x42\x9b\xf9\x7e\x7e\x31\xc2\xe5\xbd\x66\x01\x18\x39\x29\x6a\x78\x9a\x3b\xc0\x04\x5c\
        \x8a\x5f\xb4\x2c\x7d\x1b\xd9\x98\xf5\x44\x49\x57\x9b\x44\x68\x17\xaf\xbd\x17\x27\x3e\x66\x2c\x97\xee\x72\
        \x99\x5e\xf4\x26\x40\xc5\x50\xb9\x01\x3f\xad\x07\x61\x35\x3c\x70\x86\xa2\x72\xc2\x40\x88\xbe\x94\x76\x9f\
        \xd1\x66\x50\
    ";
    let key = spki(identifier, point);
    assert_eq!(prepare(&key).unwrap().unsigned().public_key().spki_der(), key.spki_der());
}

/// Signs a request as somebody who does not have the key.
struct Thief {
    shown: PublicKey,
    own: certwright::PrivateKey,
}

impl Signer for Thief {
    fn public_key(&self) -> &PublicKey {
        &self.shown
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.own.sign(message).map_err(SignerError::new)
    }
}

#[test]
fn a_request_is_signed_by_the_key_that_it_carries() {
    let thief = Thief { shown: key().public_key().clone(), own: key() };
    let refused = Csr::create(&name("CN=Sub"), &thief).unwrap_err();
    assert!(matches!(refused, Error::BadSignature { .. }), "{refused:?}");
}

#[test]
fn a_changed_request_is_refused() {
    let request = Csr::create(&name("CN=Sub"), &key()).unwrap();
    let mut changed = request.der().to_vec();
    let at = changed.windows(3).position(|bytes| bytes == b"Sub").unwrap();
    changed[at] = b'T';
    let refused = Csr::from_der(&changed).unwrap_err();
    assert!(matches!(refused, Error::BadSignature { .. }), "{refused:?}");
}

#[test]
fn a_request_grants_itself_nothing() {
    let request = Csr::builder(&name("CN=Sub")).dns("asked.example.com").unwrap().sign(&key()).unwrap();
    let chain = root(&ledger()).certify(&Subordinate::new(Lifetime::years(1)), &request).unwrap();
    assert_eq!(chain.certificate().subject(), request.subject());
    assert_eq!(chain.certificate().public_key(), request.public_key());
    assert!(chain.certificate().alt_names().is_empty());
}
