//! What OpenSSL does not read of PKCS#8: parameters where RFC 8410 has none, attributes twice.

use certwright::{Format, PrivateKey};

use super::made::{ALGORITHMS, Openssl};
use crate::support::der::{children, sequence, tlv};

/// A key of RFC 8410 in PKCS#8.
fn keys(openssl: &Openssl) -> Vec<(&'static str, Vec<u8>)> {
    let curves = ALGORITHMS.iter().filter(|(name, _)| ["Ed25519", "Ed448", "X25519", "X448"].contains(name));
    let der = |pem: &[u8]| openssl.run(&["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"], pem);
    let keys: Vec<_> = curves.map(|(name, options)| (*name, der(&openssl.generate(options)))).collect();
    assert_eq!(keys.len(), 4);
    keys
}

const READ: [&str; 5] = ["pkey", "-pubout", "-inform", "DER", "-outform"];

#[test]
fn algorithms_of_rfc_8410_lose_their_parameters() {
    let Some(openssl) = Openssl::find() else { return };
    for (name, usual) in keys(&openssl) {
        let parts = children(&usual);
        // NULL, or a name of a curve.
        for parameters in [&[5, 0][..], &[6, 3, 0x2b, 0x65, 0x70]] {
            let mut odd = parts.clone();
            odd[1] = sequence(&[children(&parts[1]).remove(0), parameters.to_vec()]);
            let odd = sequence(&odd);
            let read = [&READ[..], &["DER"]].concat();
            assert!(openssl.try_run(&read, &odd).is_err(), "{name}: openssl reads it");
            let key = PrivateKey::read(&odd, None).expect(name);
            assert_eq!(*key.danger_plain_der(Format::Pkcs8).expect("plain"), usual, "{name}");
            assert_eq!(key.public_key().spki_der(), openssl.run(&read, &usual), "{name}");
            // A public part outside still has to belong to the private one.
            let second = |public: &[u8]| {
                sequence(&[children(&odd), vec![tlv(0x81, &[&[0], public].concat())]].concat())
            };
            let public = key.public_key().subject_public_key();
            let read = PrivateKey::read(&second(public), None).expect(name);
            assert_eq!(*read.danger_plain_der(Format::Pkcs8).expect("plain"), usual, "{name}");
            let other = public.iter().map(|octet| octet ^ 1).collect::<Vec<_>>();
            assert_eq!(PrivateKey::read(&second(&other), None).expect_err(name).kind(), "invalid-key");
        }
    }
}

#[test]
fn attributes_stand_there_once() {
    let Some(openssl) = Openssl::find() else { return };
    let attribute = sequence(&[tlv(6, &[0x2a, 3]), tlv(0x31, &[5, 0])]);
    for (name, usual) in keys(&openssl) {
        let with = |count| sequence(&[children(&usual), vec![tlv(0xa0, &attribute); count]].concat());
        let read = [&READ[..], &["DER"]].concat();
        let once = PrivateKey::read(&with(1), None).expect(name);
        assert_eq!(openssl.run(&read, &with(1)), once.public_key().spki_der(), "{name}");
        assert!(openssl.try_run(&read, &with(2)).is_err(), "{name}: openssl reads it");
        let error = PrivateKey::read(&with(2), None).expect_err(name);
        assert!(
            error.kind() == "decode" && error.to_string().contains("attributes stand there twice"),
            "{name}: {error}"
        );
    }
}
