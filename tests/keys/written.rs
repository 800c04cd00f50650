//! What is written, openssl reads; and where a format has one encoding, the bytes are the same.

use certwright::{Encryption, Format, KeyType, PrivateKey};

use super::made::{ALGORITHMS, Openssl, PASSPHRASES, plain};
use super::read::passphrase;

#[test]
fn conversions_are_byte_exact() {
    let Some(openssl) = Openssl::find() else { return };
    for (name, options) in ALGORITHMS {
        let pkcs8 = openssl.generate(options);
        let (traditional, _) = openssl.traditional(&pkcs8).unwrap_or_else(|| (pkcs8.clone(), Vec::new()));
        for from in [&pkcs8, &traditional] {
            let key = PrivateKey::read(from, None).unwrap_or_else(|error| panic!("{name}: {error}"));
            let plain = key.danger_plain_pem(Format::Pkcs8).expect("always");
            assert_eq!(plain.as_bytes(), pkcs8, "{name}");
            let format = match traditional.as_slice() {
                text if text.starts_with(b"-----BEGIN RSA PRIVATE") => Format::Pkcs1,
                text if text.starts_with(b"-----BEGIN EC PRIVATE") => Format::Sec1,
                _ => continue,
            };
            let written = key.danger_plain_pem(format).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(written.as_bytes(), traditional, "{name}");
        }
    }
}

#[test]
fn openssl_opens_what_is_sealed() {
    let Some(openssl) = Openssl::find() else { return };
    for (name, options) in ALGORITHMS {
        let pkcs8 = openssl.generate(options);
        let key = PrivateKey::read(&pkcs8, None).expect(name);
        // openssl derives anew for each structure that it tries, so the usual count would take seconds a key.
        let few = Encryption::Pbkdf2Iterations(1000);
        let sealed = key.encrypt_with(&passphrase("hunter2"), few).expect(name);
        let opened = openssl.run(&["pkey", "-passin", "pass:hunter2"], sealed.to_pem().as_bytes());
        assert_eq!(opened, pkcs8, "{name}");
        assert!(openssl.try_run(&["pkey", "-passin", "pass:wrong"], sealed.to_pem().as_bytes()).is_err());
    }
}

#[test]
fn the_usual_encryption_is_of_today() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let scheme = key.encrypt(&passphrase("hunter2")).expect("sealed").scheme().to_string();
    assert_eq!(scheme, "PBES2, PBKDF2-HMAC-SHA256, 600000 iterations, AES-256-CBC");
}

#[test]
fn openssl_opens_every_encryption_under_every_passphrase() {
    let Some(openssl) = Openssl::find() else { return };
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let plain = key.danger_plain_pem(Format::Pkcs8).expect("plain");
    for secret in PASSPHRASES {
        for encryption in [Encryption::Pbkdf2, Encryption::Scrypt { log_n: 14 }] {
            let sealed = key.encrypt_with(&passphrase(secret), encryption).expect("sealed");
            assert!(sealed.scheme().openssl_reads_it());
            let passin = format!("pass:{secret}");
            let opened = openssl.run(&["pkey", "-passin", &passin], sealed.to_pem().as_bytes());
            assert_eq!(opened, plain.as_bytes(), "{encryption:?}");
        }
    }
}

#[test]
fn openssl_refuses_the_scrypt_that_is_said_to_be_too_much_for_it() {
    let Some(openssl) = Openssl::find() else { return };
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let sealed = key.encrypt_with(&passphrase("hunter2"), Encryption::Scrypt { log_n: 16 }).expect("sealed");
    assert!(!sealed.scheme().openssl_reads_it());
    assert!(openssl.try_run(&["pkey", "-passin", "pass:hunter2"], sealed.to_pem().as_bytes()).is_err());
}

#[test]
fn generated_keys_pass_the_check_of_openssl() {
    let Some(openssl) = Openssl::find() else { return };
    for kind in KeyType::ALL {
        if kind.to_string().starts_with("rsa") && (!cfg!(feature = "rsa") || kind != KeyType::Rsa2048) {
            continue;
        }
        let key = PrivateKey::generate(kind).expect("a key");
        for format in Format::ALL {
            let Some(pem) = plain(&key, format) else { continue };
            openssl.run(&["pkey", "-check", "-noout"], pem.as_bytes());
            assert_eq!(openssl.public(pem.as_bytes(), ""), key.public_key().spki_der(), "{kind} {format}");
        }
        let public = openssl
            .run(&["pkey", "-pubin", "-outform", "DER", "-pubout"], key.public_key().to_pem().as_bytes());
        assert_eq!(public, key.public_key().spki_der());
    }
}
