//! Keys that openssl does not write, stored. Each file says in its first line who writes keys like it.

use std::fs;
use std::path::{Path, PathBuf};

use certwright::{Error, Format, PrivateKey};

use super::made::Openssl;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys")
}

/// Every stored key beside its public part.
fn stored() -> Vec<(String, PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder()).expect("the folder of stored keys") {
        let path = entry.expect("readable").path();
        let name = path.file_name().expect("named").to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(".public.pem") {
            let public = fs::read(&path).expect("a public key");
            found.push((stem.to_owned(), folder().join(format!("{stem}.pem")), public));
        }
    }
    assert!(found.len() > 10, "{found:?}");
    found
}

#[test]
fn each_stored_key_is_the_one_that_it_says() {
    for (name, path, public) in stored() {
        let text = fs::read_to_string(&path).expect("a stored key");
        assert!(text.starts_with("Test key, published: protects nothing. "), "{name}");
        let key = PrivateKey::open(&path, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(key.public_key().to_pem().as_bytes(), public, "{name}");
        let Ok(algorithm) = key.public_key().signature_algorithm() else { continue };
        let signature = key.sign(b"message").unwrap_or_else(|error| panic!("{name}: {error}"));
        key.public_key().verify(algorithm, b"message", &signature).expect("verifies");
    }
}

#[test]
fn each_stored_key_is_written_in_forms_that_openssl_reads() {
    let Some(openssl) = Openssl::find() else { return };
    for (name, path, public) in stored() {
        let key = PrivateKey::open(&path, None).expect("opens");
        for format in Format::ALL {
            let Ok(written) = key.danger_plain_pem(format) else { continue };
            let again = PrivateKey::read(written.as_bytes(), None).expect("reads");
            assert_eq!(again.public_key(), key.public_key(), "{name} {format}");
            // OpenSSL 3.0 knows no version 2, so that none is written.
            assert_eq!(openssl.run(&["pkey", "-pubout"], written.as_bytes()), public, "{name} {format}");
        }
    }
}

#[test]
fn a_curve_that_is_not_named_is_found_by_the_public_part_alone() {
    let text = fs::read(folder().join("sec1-p256.pem")).expect("a stored key");
    let blocks = certwright::pem::parse(&text, certwright::pem::Reading::Tolerant).expect("PEM");
    let named = blocks[0].contents().to_vec();
    let mut other = named.clone();
    *other.last_mut().expect("not empty") ^= 1;
    // Version, private number and nothing else.
    let bare = [&[0x30, 0x25][..], &named[2..39]].concat();
    for der in [other, bare] {
        let error = PrivateKey::read(&der, None).expect_err("nameless");
        assert!(
            matches!(&error, Error::InvalidKey { reason, .. } if reason.contains("does not name its curve")),
            "{error}"
        );
        assert!(error.hint().is_some_and(|hint| hint.contains("openssl ecparam")), "{error}");
    }
}

#[test]
fn octets_of_rfc_8410_on_a_named_curve_belong_to_their_public_part() {
    let text = fs::read_to_string(folder().join("erlang-ed25519.pem")).expect("a stored key");
    let blocks = certwright::pem::parse(text.as_bytes(), certwright::pem::Reading::Tolerant).expect("PEM");
    let mut der = blocks[0].contents().to_vec();
    *der.last_mut().expect("not empty") ^= 1;
    let error = PrivateKey::read(&der, None).expect_err("contradictory");
    assert!(
        matches!(&error, Error::InvalidKey { reason, .. } if reason.contains("does not belong")),
        "{error}"
    );
}

#[test]
fn a_public_part_of_another_key_is_a_contradiction() {
    let error = PrivateKey::open(folder().join("wrong-ed25519.pem"), None).expect_err("contradictory");
    assert!(matches!(error.without_place(), Error::InvalidKey { .. }), "{error}");
}
