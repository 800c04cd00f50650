//! Keys that are damaged, contradictory, or ask for too much.

use certwright::{Algorithm, Encryption, Error, Format, KdfLimits, KeyOperation, KeyType, PrivateKey};

use super::made::{ALGORITHMS, Openssl};
use super::read::passphrase;

fn der(kind: KeyType) -> Vec<u8> {
    let key = PrivateKey::generate(kind).expect("a key");
    key.danger_plain_der(Format::Pkcs8).expect("plain").to_vec()
}

#[test]
fn no_damage_is_taken_for_a_key_that_it_is_not() {
    for kind in [KeyType::EcdsaP256, KeyType::Ed25519] {
        let whole = der(kind);
        let public = PrivateKey::read(&whole, None).expect("a key").public_key().clone();
        for length in 0..whole.len() {
            assert!(PrivateKey::read(&whole[..length], None).is_err(), "{kind} cut at {length}");
        }
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let Ok(key) = PrivateKey::read(&damaged, None) else { continue };
            match key.public_key().algorithm() {
                // Any seed is a key, and nothing is known about a curve with another name.
                Algorithm::Ed25519 | Algorithm::X25519 | Algorithm::EcOther(_) => {}
                // The first octet of a point may say that it is hybrid.
                _ => {
                    let point = &key.public_key().subject_public_key()[1..];
                    assert_eq!(point, &public.subject_public_key()[1..], "{kind} bit {bit}");
                }
            }
        }
    }
}

#[test]
fn a_contradictory_key_is_invalid() {
    let Some(openssl) = Openssl::find() else { return };
    for (name, options) in ALGORITHMS.iter().filter(|(name, _)| name.contains("P-") || name.contains("secp"))
    {
        let mut bytes =
            openssl.run(&["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"], &openssl.generate(options));
        // The last octet belongs to the public point.
        *bytes.last_mut().expect("not empty") ^= 1;
        let error = PrivateKey::read(&bytes, None).expect_err(name);
        assert!(matches!(error, Error::InvalidKey { .. }), "{name}: {error}");
    }
    for (name, options) in &ALGORITHMS[9..12] {
        let bytes = openssl.run(&["pkey", "-traditional", "-outform", "DER"], &openssl.generate(options));
        let product = "its modulus is not the product of its primes";
        let exponents = "its exponents do not belong together";
        let said = [product, exponents, exponents, product, product, exponents, exponents, "its coefficient"];
        for (end, said) in ends_of_numbers(&bytes).into_iter().skip(1).zip(said) {
            let mut bytes = bytes.clone();
            bytes[end - 1] ^= 2;
            let error = PrivateKey::read(&bytes, None).expect_err(name);
            assert!(
                matches!(error, Error::InvalidKey { reason, .. } if reason.contains(said)),
                "{name}: {error}"
            );
        }
    }
}

/// Where the nine numbers of an RSAPrivateKey end.
fn ends_of_numbers(pkcs1: &[u8]) -> Vec<usize> {
    let mut end = 4;
    std::iter::from_fn(|| {
        let (start, short) = (end, usize::from(*pkcs1.get(end + 1)?));
        end = match short {
            0x82 => start + 4 + usize::from(pkcs1[start + 2]) * 256 + usize::from(pkcs1[start + 3]),
            0x81 => start + 3 + usize::from(pkcs1[start + 2]),
            _ => start + 2 + short,
        };
        Some(end)
    })
    .collect()
}

#[test]
fn too_much_work_is_said_to_be_too_much_for_what_was_done() {
    let key = PrivateKey::generate(KeyType::Ed25519).expect("a key");
    for much in [Encryption::Pbkdf2Iterations(10_000_001), Encryption::Scrypt { log_n: 21 }] {
        let error = key.encrypt_with(&passphrase("hunter2"), much).expect_err("too much");
        assert!(
            matches!(error, Error::KeyDerivationLimit { operation: KeyOperation::Encrypt, .. }),
            "{error}"
        );
    }
    let sealed = key.encrypt_with(&passphrase("hunter2"), Encryption::Pbkdf2Iterations(2)).expect("little");
    let mut limits = KdfLimits::default();
    limits.iterations = 1;
    let error =
        PrivateKey::read_within(sealed.der(), Some(&passphrase("hunter2")), &limits).expect_err("too much");
    assert_eq!(error.to_string(), "open the private key: an iteration count of 2 is above the limit of 1");
}

#[test]
fn work_for_strangers_is_limited() {
    let Some(openssl) = Openssl::find() else { return };
    let plain = openssl.generate(ALGORITHMS[1].1);
    let sealed = openssl.run(&["pkcs8", "-topk8", "-iter", "10000001", "-passout", "pass:hunter2"], &plain);
    let error = PrivateKey::read(&sealed, Some(&passphrase("hunter2"))).expect_err("too much");
    assert!(
        matches!(error, Error::KeyDerivationLimit { found: 10_000_001, limit: 10_000_000, .. }),
        "{error}"
    );
    let sealed = openssl.run(&["pkcs8", "-topk8", "-iter", "5000", "-passout", "pass:hunter2"], &plain);
    let mut limits = KdfLimits::default();
    limits.iterations = 4999;
    assert!(PrivateKey::read_within(&sealed, Some(&passphrase("hunter2")), &limits).is_err());
    limits.iterations = 5000;
    PrivateKey::read_within(&sealed, Some(&passphrase("hunter2")), &limits).expect("within");
}

/// Behind the first blocks: what they hold shows that the passphrase is right.
#[test]
fn damage_is_told_from_a_wrong_passphrase() {
    let Some(openssl) = Openssl::find() else { return };
    let mut all = vec![
        vec!["pkcs8", "-topk8"],
        vec!["pkcs8", "-topk8", "-v2", "des3"],
        vec!["pkcs8", "-topk8", "-scrypt"],
    ];
    if cfg!(feature = "legacy-keys") {
        all.push(vec!["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES"]);
        all.push(vec!["pkey", "-traditional", "-aes128"]);
    }
    let plain = openssl.generate(ALGORITHMS[1].1);
    for options in all {
        let arguments = [&options[..], &["-passout", "pass:hunter2"]].concat();
        let sealed = openssl.run(&arguments, &plain);
        let text = String::from_utf8(sealed).expect("PEM");
        let lines: Vec<_> = text.lines().collect();
        let read = |lines: &[String], secret: &str| {
            PrivateKey::read((lines.join("\n") + "\n").as_bytes(), Some(&passphrase(secret)))
        };
        // A line of cipher text is lost: the last one, or one before it.
        for back in [2, 3] {
            let mut damaged: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
            damaged.remove(lines.len() - back);
            let error = read(&damaged, "hunter2").expect_err("damaged");
            assert_ne!(error.kind(), "passphrase-wrong", "{options:?} without {back}: {error}");
        }
        // The last line and the one before it: cipher text in every case.
        for back in [2, 3] {
            let at = lines.len() - back;
            for column in (0..lines[at].trim_end_matches('=').len()).step_by(5) {
                let mut damaged: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
                let letter = if damaged[at].as_bytes()[column] == b'A' { "w" } else { "A" };
                damaged[at].replace_range(column..=column, letter);
                let error = read(&damaged, "hunter2").expect_err("damaged");
                assert_ne!(error.kind(), "passphrase-wrong", "{options:?} {back} {column}: {error}");
                let error = read(&damaged, "wrong").expect_err("wrong");
                assert_eq!(error.kind(), "passphrase-wrong", "{options:?} {back} {column}: {error}");
            }
        }
    }
}

#[test]
fn what_cannot_be_opened_is_named() {
    let Some(openssl) = Openssl::find() else { return };
    let plain = openssl.generate(ALGORITHMS[1].1);
    let arguments = ["pkcs8", "-topk8", "-v2", "aes-256-cfb", "-passout", "pass:hunter2"];
    let error = PrivateKey::read(&openssl.run(&arguments, &plain), None).expect_err("a stream");
    assert!(error.to_string().contains("PBKDF2-HMAC-SHA256, 2048 iterations, AES-256-CFB"), "{error}");
    let parameters = openssl.run(&["dsaparam", "1024"], b"");
    let dsa = openssl.run(&["gendsa", "/dev/stdin"], &parameters);
    let traditional = openssl.run(&["dsa"], &dsa);
    for bytes in [dsa, traditional] {
        let error = PrivateKey::read(&bytes, None).expect_err("DSA");
        assert!(matches!(&error, Error::UnsupportedKey { algorithm, .. } if algorithm == "DSA"), "{error}");
    }
}

#[cfg(not(feature = "legacy-keys"))]
#[test]
fn without_the_feature_old_schemes_are_named() {
    let Some(openssl) = Openssl::find() else { return };
    let plain = openssl.generate(ALGORITHMS[0].1);
    let sealed = openssl.run(&["rsa", "-traditional", "-aes128", "-passout", "pass:hunter2"], &plain);
    let error = PrivateKey::read(&sealed, Some(&passphrase("hunter2"))).expect_err("closed");
    assert_eq!(error.kind(), "unsupported-encryption");
    assert!(error.to_string().contains("AES-128-CBC (which needs the feature `legacy-keys`)"), "{error}");
}
