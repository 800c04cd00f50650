//! Curves given by their numbers: known ones get their name, others are refused or carried.

use certwright::{Algorithm, Certificate, Format, FoundKey, PrivateKey, PublicKey};

use super::made::Openssl;

/// A key with explicit parameters, and the same with its curve by name.
fn made(openssl: &Openssl, curve: &str, options: &[&str]) -> (Vec<u8>, Vec<u8>) {
    let named = openssl.run(&["ecparam", "-name", curve, "-genkey", "-noout"], b"");
    let explicit = openssl.run(&[&["ec", "-param_enc", "explicit"], options].concat(), &named);
    (named, explicit)
}

#[test]
fn the_numbers_of_a_known_curve_are_its_name() {
    let Some(openssl) = Openssl::find() else { return };
    for curve in ["prime256v1", "secp384r1", "secp521r1", "secp256k1"] {
        for options in [&[][..], &["-no_public"], &["-conv_form", "compressed"], &["-conv_form", "hybrid"]] {
            let (named, explicit) = made(&openssl, curve, options);
            let pkcs8 = openssl.run(&["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"], &explicit);
            for bytes in [&explicit, &pkcs8] {
                let what = format!("{curve} {options:?}");
                let key = PrivateKey::read(bytes, None).unwrap_or_else(|error| panic!("{what}: {error}"));
                let plain = key.danger_plain_pem(Format::Pkcs8).expect("plain");
                assert_eq!(openssl.public(plain.as_bytes(), ""), key.public_key().spki_der(), "{what}");
                let expected = PrivateKey::read(&named, None).expect("named");
                assert_eq!(key.public_key().algorithm(), expected.public_key().algorithm(), "{what}");
                assert!(key.public_key().is_same_key(expected.public_key()), "{what}");
                assert_eq!(key.sign(b"message").is_ok(), expected.sign(b"message").is_ok(), "{what}");
            }
        }
    }
}

#[test]
fn a_certificate_with_the_numbers_belongs_to_the_key_with_the_name() {
    let Some(openssl) = Openssl::find() else { return };
    let (named, explicit) = made(&openssl, "prime256v1", &[]);
    let request = ["req", "-x509", "-new", "-key", "/dev/stdin", "-subj", "/CN=explicit"];
    let pem = openssl.run(&request, &explicit);
    let certificate = Certificate::read_all(&pem).expect("a certificate").remove(0);
    assert_eq!(*certificate.public_key().algorithm(), Algorithm::EcExplicit);
    let key = PrivateKey::read(&named, None).expect("named");
    assert!(certificate.public_key().is_same_key(key.public_key()));
    assert!(certificate.public_key().matches(key.public_key()));
    key.public_key().require_match(certificate.public_key()).expect("a pair");
    // With one number changed it is the same point on a curve of somebody's own.
    let mut spki = certificate.public_key().spki_der().to_vec();
    let b = [0x5a, 0xc6, 0x35, 0xd8];
    let at = spki.windows(4).position(|window| window == b).expect("a number of the curve");
    spki[at] ^= 1;
    let other = PublicKey::from_spki_der(&spki).expect("still a structure");
    for known in [key.public_key(), certificate.public_key()] {
        assert!(!other.is_same_key(known) && !other.matches(known) && !known.matches(&other));
    }
}

#[test]
fn parameters_may_stand_in_a_block_before_the_key() {
    let Some(openssl) = Openssl::find() else { return };
    let arguments = ["ecparam", "-name", "prime256v1", "-genkey", "-param_enc", "explicit"];
    let pair = openssl.run(&arguments, b"");
    assert!(pair.starts_with(b"-----BEGIN EC PARAMETERS"));
    assert_eq!(FoundKey::all(&pair).expect("a key").len(), 1);
    let key = PrivateKey::read(&pair, None).expect("a key");
    assert_eq!(*key.public_key().algorithm(), Algorithm::EcdsaP256);
}

#[test]
fn other_numbers_make_no_named_curve() {
    let Some(openssl) = Openssl::find() else { return };
    // A curve that nobody computes with here: carried with its public part, refused without.
    let (_, carried) = made(&openssl, "brainpoolP256r1", &[]);
    let key = PrivateKey::read(&carried, None).expect("carried");
    assert_eq!(*key.public_key().algorithm(), Algorithm::EcExplicit);
    let (_, without) = made(&openssl, "brainpoolP256r1", &["-no_public"]);
    let error = PrivateKey::read(&without, None).expect_err("refused");
    assert!(error.to_string().contains("EC with explicit parameters"), "{error}");
    // Every number counts: the generator most of all (CVE-2020-0601).
    let (_, explicit) = made(&openssl, "prime256v1", &[]);
    let der = openssl.run(&["ec", "-param_enc", "explicit", "-outform", "DER"], &explicit);
    for needle in ["5ac635d8aa3a93e7", "6b17d1f2e12c4247", "bce6faada7179e84"] {
        let needle: Vec<u8> =
            (0..8).map(|i| u8::from_str_radix(&needle[2 * i..2 * i + 2], 16).expect("hexadecimal")).collect();
        let at = der.windows(8).position(|window| window == needle).expect("a number of the curve");
        let mut other = der.clone();
        other[at] ^= 1;
        let read = PrivateKey::read(&other, None);
        assert!(read.is_err() || read.is_ok_and(|k| *k.public_key().algorithm() == Algorithm::EcExplicit));
    }
}
