//! Keys under an empty passphrase: opened by who says so, never written.

use certwright::{KeyType, Passphrase, PrivateKey};

use super::made::{ALGORITHMS, Openssl};

fn check(openssl: &Openssl, sealed: &[u8], what: &str) {
    let missing = PrivateKey::read(sealed, None).expect_err(what);
    assert_eq!(missing.kind(), "passphrase-missing", "{what}: {missing}");
    let key = PrivateKey::read(sealed, Some(&Passphrase::empty()));
    let key = key.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(key.public_key().spki_der(), openssl.public(sealed, ""), "{what}");
}

#[test]
fn pkcs8_under_an_empty_passphrase() {
    let Some(openssl) = Openssl::find() else { return };
    let plain = openssl.generate(ALGORITHMS[1].1);
    for options in [&["-v2", "aes-256-cbc"][..], &["-v2", "des3", "-v2prf", "hmacWithSHA1"], &["-scrypt"]] {
        let arguments = [&["pkcs8", "-topk8", "-passout", "pass:"], options].concat();
        check(&openssl, &openssl.run(&arguments, &plain), &format!("{options:?}"));
    }
}

#[cfg(feature = "legacy-keys")]
#[test]
fn old_schemes_under_an_empty_passphrase() {
    const PROVIDERS: [&str; 4] = ["-provider", "legacy", "-provider", "default"];
    let Some(openssl) = Openssl::find() else { return };
    let plain = openssl.generate(ALGORITHMS[1].1);
    for scheme in ["PBE-MD5-DES", "PBE-SHA1-RC2-64", "PBE-SHA1-3DES", "PBE-SHA1-RC2-40", "PBE-SHA1-RC4-128"] {
        let arguments = [&["pkcs8", "-topk8", "-passout", "pass:", "-v1", scheme][..], &PROVIDERS].concat();
        let sealed = openssl.run(&arguments, &plain);
        let key = PrivateKey::read(&sealed, Some(&Passphrase::empty()));
        let key = key.unwrap_or_else(|error| panic!("{scheme}: {error}"));
        assert_eq!(key.public_key().spki_der(), openssl.public(&plain, ""), "{scheme}");
    }
}

#[test]
fn nothing_is_sealed_under_an_empty_passphrase() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    assert_eq!(key.encrypt(&Passphrase::empty()).expect_err("refused").kind(), "passphrase-empty");
}
