//! What openssl writes is read as the same key.

use certwright::{EncryptionScheme, Format, FoundKey, KeyType, Passphrase, PrivateKey};

use super::made::{ALGORITHMS, Openssl, PASSPHRASES, SIGNING};

pub(crate) fn passphrase(text: &str) -> Passphrase {
    Passphrase::from_bytes(text.as_bytes().to_vec()).expect("not empty")
}

fn scheme(bytes: &[u8]) -> EncryptionScheme {
    let found = FoundKey::all(bytes).expect("a key");
    found.first().and_then(FoundKey::scheme).expect("encrypted").clone()
}

/// Opens with the right passphrase; not with a wrong one, nor without.
fn check_sealed(sealed: &[u8], spki: &[u8], secret: &str, what: &str) {
    let key = PrivateKey::read(sealed, Some(&passphrase(secret))).unwrap_or_else(|e| panic!("{what}: {e}"));
    assert_eq!(key.public_key().spki_der(), spki, "{what}");
    let missing = PrivateKey::read(sealed, None).expect_err(what);
    assert_eq!(missing.kind(), "passphrase-missing", "{what}: {missing}");
    let wrong = PrivateKey::read(sealed, Some(&passphrase("wrong"))).expect_err(what);
    assert_eq!(wrong.kind(), "passphrase-wrong", "{what}: {wrong}");
    assert!(wrong.to_string().contains(&scheme(sealed).to_string()), "{wrong}");
}

#[test]
fn plain_keys_of_every_algorithm_and_form() {
    let Some(openssl) = Openssl::find() else { return };
    for (index, (name, options)) in ALGORITHMS.iter().enumerate() {
        let pkcs8 = openssl.generate(options);
        let spki = openssl.public(&pkcs8, "");
        let (traditional, traditional_der) =
            openssl.traditional(&pkcs8).unwrap_or_else(|| (pkcs8.clone(), pkcs8.clone()));
        let der = openssl.run(&["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"], &pkcs8);
        let crlf = String::from_utf8_lossy(&pkcs8).replace('\n', "\r\n").into_bytes();
        for bytes in [&pkcs8, &traditional, &der, &traditional_der, &crlf] {
            let key = PrivateKey::read(bytes, Some(&passphrase("ignored")));
            let key = key.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(key.public_key().spki_der(), spki, "{name}");
            assert!(name.starts_with(&key.public_key().algorithm().to_string()), "{name}: {key:?}");
            match (index < SIGNING, key.sign(b"message")) {
                (true, Ok(signature)) => {
                    let algorithm = key.public_key().signature_algorithm().expect("signs");
                    key.public_key().verify(algorithm, b"message", &signature).expect("verifies");
                }
                (false, Err(error)) => {
                    assert_eq!(error.kind(), "unsupported-key", "{name}: {error}");
                    assert_eq!(error.to_string().contains("exponent below"), name.contains("e=3"), "{error}");
                    assert_eq!(error.to_string().contains("two primes"), name.contains("primes"), "{error}");
                }
                (_, outcome) => panic!("{name}: {outcome:?}"),
            }
        }
    }
}

#[test]
fn pbes2_with_every_cipher_and_hash() {
    let Some(openssl) = Openssl::find() else { return };
    let mut prfs: Vec<_> = ["SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512-224", "SHA512-256"]
        .map(|hash| format!("hmacWith{hash}"))
        .into();
    // The identifier of IPsec.
    prfs.push("hmac-sha1".to_owned());
    if cfg!(feature = "legacy-keys") {
        prfs.extend(["hmacWithMD5", "hmac-md5"].map(str::to_owned));
    }
    let plain = openssl.generate(ALGORITHMS[1].1);
    let spki = openssl.public(&plain, "");
    // Each cipher with each hash, the passphrases in turn.
    let mut secrets = PASSPHRASES.into_iter().cycle();
    for cipher in ["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des3"] {
        let derivations = prfs.iter().map(|prf| vec!["-v2prf", prf]).chain([vec!["-scrypt"]]);
        for derivation in derivations {
            let secret = secrets.next().expect("endless");
            let passout = format!("pass:{secret}");
            let arguments = [&["pkcs8", "-topk8", "-v2", cipher, "-passout", &passout], &derivation[..]];
            let sealed = openssl.run(&arguments.concat(), &plain);
            check_sealed(&sealed, &spki, secret, &format!("{cipher} {derivation:?}"));
        }
    }
}

/// OpenSSL 3.0 does not know it: the stored key is Bouncy Castle's.
#[test]
fn pbkdf2_with_sha_3() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/sha3.pem");
    let sealed = std::fs::read(path).expect("a stored key");
    assert!(sealed.starts_with(b"Test key, published: protects nothing. "));
    let key = PrivateKey::read(&sealed, Some(&passphrase("hunter2"))).expect("opens");
    assert_eq!(key.public_key().algorithm().to_string(), "Ed25519");
    let wrong = PrivateKey::read(&sealed, Some(&passphrase("wrong"))).expect_err("wrong");
    assert_eq!(wrong.kind(), "passphrase-wrong", "{wrong}");
    let scheme = scheme(&sealed);
    assert_eq!(scheme.to_string(), "PBES2, PBKDF2-HMAC-SHA3-256, 1024 iterations, AES-256-CBC");
    assert!(!scheme.openssl_reads_it());
}

/// A stored key that openssl does not open, with its public part beside it.
fn check_stored(name: &str, secret: &str, described: &str) {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys"));
    let stored = |end: &str| std::fs::read(folder.join(name).with_extension(end)).expect("a stored key");
    let sealed = stored("pem");
    assert_eq!(scheme(&sealed).to_string(), described);
    assert!(!scheme(&sealed).openssl_reads_it() && scheme(&sealed).openssl_refuses_it(), "{name}");
    let key = PrivateKey::read(&sealed, Some(&passphrase(secret))).expect("opens");
    assert_eq!(key.public_key().to_pem().as_bytes(), stored("spki.pem"), "{name}");
    check_sealed(&sealed, key.public_key().spki_der(), secret, name);
}

/// Builds of OpenSSL 3 leave IDEA out, and none knows the schemes of Bouncy Castle.
#[cfg(feature = "legacy-keys")]
#[test]
fn what_openssl_does_not_write_any_more_or_never_did() {
    check_stored("idea-dek-info", "hunter2", "DEK-Info, MD5, 1 iteration, IDEA-CBC");
    check_stored("idea-pbes2", "hunter2", "PBES2, PBKDF2-HMAC-SHA256, 2048 iterations, IDEA-CBC");
    check_stored("pbe-sha1-aes128", "secret12", "PKCS#12 PBE, SHA1, 1024 iterations, AES-128-CBC");
    check_stored("pbe-sha256-aes256", "secret12", "PKCS#12 PBE, SHA256, 1024 iterations, AES-256-CBC");
}

/// The nonce stands by itself in the one, and beside the length of the tag in the other.
#[test]
fn galois_counter_mode() {
    check_stored("gcm-rustcrypto", "secret12", "PBES2, PBKDF2-HMAC-SHA1, 2048 iterations, AES-128-GCM");
    check_stored("gcm-bouncy-castle", "secret12", "PBES2, PBKDF2-HMAC-SHA1, 1024 iterations, AES-256-GCM");
}

/// What `echo` puts behind DER is no part of it, and what looks like the first half of it may be.
#[test]
fn a_key_may_end_in_a_carriage_return_before_a_line_end() {
    // PrivateKeyInfo of Ed25519 (RFC 8410 section 7) around any 32 octets.
    let header = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let key = [&header[..], &[7; 31], b"\r"].concat();
    let public = PrivateKey::read(&key, None).expect("a key").public_key().clone();
    for end in ["\n", "\r\n", "\r"] {
        let read = PrivateKey::read(&[&key, end.as_bytes()].concat(), None);
        assert_eq!(read.unwrap_or_else(|error| panic!("{end:?}: {error}")).public_key(), &public);
    }
}

/// Version 2 with its public part outside, as Bouncy Castle writes keys on any curve.
#[test]
fn version_2_is_written_as_version_1_on_other_curves_too() {
    let Some(openssl) = Openssl::find() else { return };
    let plain = openssl.run(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp224r1"], b"");
    let first = openssl.run(&["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"], &plain);
    // 120 octets in the SEQUENCE: version, algorithm, and the key, whose last 57 octets are the point.
    assert_eq!((&first[..5], first.len()), (&[0x30, 120, 2, 1, 0][..], 122));
    let second = [&[0x30, 0x81, 180, 2, 1, 1], &first[5..], &[0x81, 58, 0], &first[65..]].concat();
    let key = PrivateKey::read(&second, None).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(key.public_key().spki_der(), openssl.public(&plain, ""));
    let written = key.danger_plain_der(Format::Pkcs8).expect("plain");
    assert_eq!(openssl.run(&["pkey", "-inform", "DER"], &written), plain);
}

/// Bouncy Castle takes the lower octet of each character for PBES2, and so writes what openssl writes under those.
#[test]
fn a_passphrase_is_taken_as_bouncy_castle_takes_it_too() {
    let Some(openssl) = Openssl::find() else { return };
    let plain = openssl.generate(ALGORITHMS[1].1);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("octets");
    for (octets, text) in [(&b"p\xe4ss w\xf6rt"[..], "päss wört"), (b"5 \xac", "5 €")] {
        std::fs::write(&file, octets).expect("a file");
        let passout = format!("file:{}", file.display());
        for derivation in [&["-v2", "aes-256-cbc"][..], &["-scrypt"]] {
            let arguments = [&["pkcs8", "-topk8", "-passout", &passout], derivation].concat();
            let sealed = openssl.run(&arguments, &plain);
            check_sealed(&sealed, &openssl.public(&plain, ""), text, text);
            let wrong = PrivateKey::read(&sealed, Some(&passphrase("wröng"))).expect_err("wrong");
            assert_eq!(wrong.kind(), "passphrase-wrong", "{wrong}");
        }
    }
}

#[test]
fn every_algorithm_sealed() {
    let Some(openssl) = Openssl::find() else { return };
    for (name, options) in ALGORITHMS {
        let plain = openssl.generate(options);
        let spki = openssl.public(&plain, "");
        let sealed = openssl.run(&["pkcs8", "-topk8", "-passout", "pass:hunter2", "-outform", "DER"], &plain);
        check_sealed(&sealed, &spki, "hunter2", name);
    }
}

/// Ciphers that openssl still writes, some of them with its legacy provider only.
#[cfg(feature = "legacy-keys")]
const OLD_CIPHERS: &[&str] = &[
    "des-cbc",
    "rc2-cbc",
    "camellia-128-cbc",
    "camellia-192-cbc",
    "camellia-256-cbc",
    "aria-128-cbc",
    "aria-192-cbc",
    "aria-256-cbc",
    "bf-cbc",
    "cast5-cbc",
];

#[cfg(feature = "legacy-keys")]
#[test]
fn schemes_of_the_nineties() {
    let Some(openssl) = Openssl::find() else { return };
    let plain = openssl.generate(ALGORITHMS[0].1);
    let spki = openssl.public(&plain, "");
    let providers = ["-provider", "legacy", "-provider", "default"];
    let pbe = [
        "PBE-MD5-DES",
        "PBE-MD5-RC2-64",
        "PBE-SHA1-DES",
        "PBE-SHA1-RC2-64",
        "PBE-SHA1-3DES",
        "PBE-SHA1-2DES",
        "PBE-SHA1-RC2-128",
        "PBE-SHA1-RC2-40",
        "PBE-SHA1-RC4-128",
        "PBE-SHA1-RC4-40",
    ];
    for secret in PASSPHRASES {
        let passout = format!("pass:{secret}");
        for scheme in pbe {
            let sealed = [&["pkcs8", "-topk8", "-v1", scheme, "-passout", &passout][..], &providers].concat();
            check_sealed(&openssl.run(&sealed, &plain), &spki, secret, scheme);
        }
        for cipher in OLD_CIPHERS.iter().chain(&["rc2-64-cbc", "rc2-40-cbc"]) {
            let sealed = [&["pkcs8", "-topk8", "-v2", cipher, "-passout", &passout][..], &providers].concat();
            check_sealed(&openssl.run(&sealed, &plain), &spki, secret, cipher);
        }
    }
}

#[cfg(feature = "legacy-keys")]
#[test]
fn headers_of_rfc_1421() {
    let Some(openssl) = Openssl::find() else { return };
    let providers = ["-provider", "legacy", "-provider", "default"];
    for (name, options) in
        ALGORITHMS.iter().filter(|(name, _)| name.contains("P-") || name.starts_with("RSA 2048"))
    {
        let plain = openssl.generate(options);
        let spki = openssl.public(&plain, "");
        let current = ["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des-ede3-cbc", "des-ede-cbc"];
        for cipher in current.iter().chain(OLD_CIPHERS) {
            let option = format!("-{cipher}");
            for secret in PASSPHRASES {
                let passout = format!("pass:{secret}");
                let sealed =
                    [&["pkey", "-traditional", &option, "-passout", &passout][..], &providers].concat();
                let sealed = openssl.run(&sealed, &plain);
                assert!(String::from_utf8_lossy(&sealed).contains("DEK-Info"), "{name}");
                check_sealed(&sealed, &spki, secret, &format!("{name} {cipher}"));
            }
        }
    }
}

#[test]
fn a_key_among_other_things() {
    let Some(openssl) = Openssl::find() else { return };
    // `ecparam` writes EC PARAMETERS before the key.
    let pair = openssl.run(&["ecparam", "-name", "prime256v1", "-genkey"], b"");
    assert!(pair.starts_with(b"-----BEGIN EC PARAMETERS"));
    let first = PrivateKey::read(&pair, None).expect("a key");
    let second = openssl.generate(ALGORITHMS[3].1);
    let certificate = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let text = b"Bag Attributes\n    friendlyName: test\n";
    let whole = [&certificate[..], text, &pair, &second].concat();
    let key = PrivateKey::read(&whole, None).expect("the first key");
    assert_eq!(key.public_key(), first.public_key());
    let found = FoundKey::all(&whole).expect("both keys");
    let labels: Vec<_> = found.iter().map(FoundKey::label).collect();
    assert_eq!(labels, [Some("EC PRIVATE KEY"), Some("PRIVATE KEY")]);
}

#[test]
fn points_in_every_form() {
    let Some(openssl) = Openssl::find() else { return };
    for curve in ["prime256v1", "secp384r1", "secp521r1", "secp256k1"] {
        let named = openssl.run(&["ecparam", "-name", curve, "-genkey", "-noout"], b"");
        for form in ["compressed", "uncompressed", "hybrid"] {
            let written = openssl.run(&["ec", "-conv_form", form], &named);
            let key = PrivateKey::read(&written, None).unwrap_or_else(|e| panic!("{curve} {form}: {e}"));
            assert_eq!(key.public_key().spki_der(), openssl.public(&written, ""), "{curve} {form}");
            if let Ok(signature) = key.sign(b"message") {
                let algorithm = key.public_key().signature_algorithm().expect("signs");
                key.public_key().verify(algorithm, b"message", &signature).expect("verifies");
            }
        }
        let without = openssl.run(&["ec", "-no_public"], &named);
        let key = PrivateKey::read(&without, None).unwrap_or_else(|e| panic!("{curve} without: {e}"));
        assert_eq!(key.public_key().spki_der(), openssl.public(&named, ""), "{curve}");
    }
}

#[test]
fn a_key_is_found_beside_what_cannot_be_read_as_openssl_finds_it() {
    let Some(openssl) = Openssl::find() else { return };
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let pem = key.danger_plain_pem(Format::Pkcs8).expect("PEM");
    let der = key.danger_plain_der(Format::Pkcs8).expect("DER");
    let cut = "-----BEGIN CERTIFICATE-----\nMIIB\n";
    let damaged = "-----BEGIN PRIVATE KEY-----\nMI!B\n-----END PRIVATE KEY-----\n";
    let pgp = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n";
    let pem = pem.as_bytes();
    for (file, has_fault) in [
        ([pem, cut.as_bytes()].concat(), true),
        ([pem, damaged.as_bytes()].concat(), true),
        ([pgp.as_bytes(), pem].concat(), true),
        ([pem, b"\0\n\0"].concat(), false),
        ([der.as_slice(), b"\n"].concat(), false),
        ([der.as_slice(), b"\r\n"].concat(), false),
        ([der.as_slice(), b"behind"].concat(), true),
    ] {
        let text = String::from_utf8_lossy(&file);
        let (found, fault) =
            FoundKey::all_with_fault(&file).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((found.len(), fault.is_some()), (1, has_fault), "{text}");
        let read = PrivateKey::read(&file, None).expect("the same");
        assert_eq!(read.public_key(), key.public_key(), "{text}");
        assert_eq!(openssl.public(&file, ""), key.public_key().spki_der(), "{text}");
    }
}

/// Another reader might take it for the first one.
#[test]
fn what_may_be_a_key_and_cannot_be_read_is_not_passed_over_before_one_that_can() {
    let key = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let pem = key.danger_plain_pem(Format::Pkcs8).expect("PEM").to_string();
    let other = PrivateKey::generate(KeyType::EcdsaP256).expect("a key");
    let first = other.danger_plain_pem(Format::Pkcs8).expect("PEM").to_string();
    for damaged in [
        first.replace("-----END PRIVATE KEY-----\n", ""),
        first.replace("-----END", "----END"),
        first.replacen('\n', "!\n", 2),
        first.replace("PRIVATE KEY", "private key").replacen("\nM", "\n!", 1),
        first.replacen("-----BEGIN", "x-----BEGIN", 1),
    ] {
        let file = format!("{damaged}{pem}");
        assert_eq!(FoundKey::all(file.as_bytes()).expect_err(&file).kind(), "pem", "{file}");
        assert!(PrivateKey::read(file.as_bytes(), None).is_err(), "{file}");
    }
    assert_eq!(FoundKey::all(b"-----BEGIN X-----\nM!\n-----END X-----\n").expect_err("none").kind(), "pem");
}
