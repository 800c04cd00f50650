//! Keys that openssl does not write, stored. Each file says in its first line who writes keys like it.

use std::fs;
use std::path::{Path, PathBuf};

use certwright::{Error, Format, PrivateKey};

use super::made::{Openssl, plain};

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
        let algorithm = key.public_key().signature_algorithm();
        let carried = ["erlang-x25519", "java-p521", "sec1-secp256k1"].contains(&name.as_str());
        assert_eq!(algorithm.is_err(), carried, "{name}");
        let Ok(algorithm) = algorithm else { continue };
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
            let Some(written) = plain(&key, format) else { continue };
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
            matches!(&error, Error::CurveMissing) && error.to_string().contains("does not name its curve"),
            "{error}"
        );
        assert!(error.hint().is_some_and(|hint| hint.contains("openssl ecparam")), "{error}");
    }
}

/// PrivateKeyInfo with the public octets of another key behind it.
#[test]
fn a_public_part_outside_belongs_to_the_private_part() {
    let Some(openssl) = Openssl::find() else { return };
    let kinds = [
        "RSA -pkeyopt rsa_keygen_bits:2048",
        "EC -pkeyopt ec_paramgen_curve:P-256",
        "EC -pkeyopt ec_paramgen_curve:brainpoolP256r1",
        "ED25519",
    ];
    for kind in kinds {
        let arguments: Vec<_> = ["genpkey", "-algorithm"].into_iter().chain(kind.split(' ')).collect();
        let [one, other] =
            [(); 2].map(|()| PrivateKey::read(&openssl.run(&arguments, b""), None).expect(kind));
        let der = one.danger_plain_der(Format::Pkcs8).expect("plain");
        for (public, is_its_own) in [(one.public_key(), true), (other.public_key(), false)] {
            let bits = [&[0][..], public.subject_public_key()].concat();
            let mut parts = contents(&der).to_vec();
            parts.extend(element(0x81, &bits));
            let read = PrivateKey::read(&element(0x30, &parts), None);
            assert_eq!(read.is_ok(), is_its_own, "{kind}: {read:?}");
            let Err(error) = read else { continue };
            assert!(
                matches!(&error, Error::InvalidKey { reason, .. } if reason.contains("public part")),
                "{error}"
            );
        }
    }
}

/// What stands in a SEQUENCE of up to 65,535 octets.
fn contents(der: &[u8]) -> &[u8] {
    match der {
        [0x30, 0x82, _, _, rest @ ..] | [0x30, 0x81, _, rest @ ..] | [0x30, _, rest @ ..] => rest,
        _ => panic!("no SEQUENCE"),
    }
}

fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = u16::try_from(contents.len()).expect("short").to_be_bytes();
    let length = match length {
        [0, short @ 0..0x80] => vec![short],
        [0, short] => vec![0x81, short],
        [high, low] => vec![0x82, high, low],
    };
    [&[tag][..], &length, contents].concat()
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

/// What a check finds, it says of the key.
#[test]
fn a_key_with_which_nothing_can_be_signed_is_invalid() {
    let key =
        PrivateKey::open(folder().join("composite-rsa.pem"), None).expect("numbers that belong together");
    let error = key.check().expect_err("a prime that is none");
    assert_eq!(error.to_string(), "read the RSA 2048 bits private key: nothing can be signed with it");
}

/// What is wrong is found when the file is read, and said when the key is opened, as by a parser that goes straight to
/// it.
#[test]
fn a_key_whose_encryption_cannot_be_read_says_so_once() {
    let header =
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMAA=\n-----END RSA PRIVATE KEY-----\n";
    // EncryptedPrivateKeyInfo whose algorithm is no OID.
    let algorithm: &[u8] = &[0x30, 7, 0x30, 2, 0x05, 0, 0x04, 1, 7];
    for (bytes, place) in
        [(header.as_bytes(), "the DEK-Info header"), (algorithm, "an encrypted private key")]
    {
        let error = PrivateKey::read(bytes, None).expect_err("damaged");
        assert!(matches!(error.without_place(), Error::Decode { what, .. } if *what == place), "{error}");
        assert_eq!(error.to_string().matches("decode").count(), 1, "{error}");
    }
}
