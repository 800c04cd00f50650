//! PKCS#12 files that others made, opened here; and ours, judged by them.

#![cfg(feature = "pkcs12")]
#![allow(clippy::expect_used, clippy::panic, reason = "a helper that fails ends the test that asked for it")]
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "files that the test made itself"
)]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use certwright::truststore::{Rules, Truststore};
use certwright::{
    Certificate, Format, FoundKey, KdfLimits, KeyType, Passphrase, PrivateKey, Timestamp, chain, inspect,
    pem, pkcs12,
};
use support::der::{sequence, tlv};
use support::openssl::{Dates, Made, Purpose, Workshop};
use support::peers;

const SECRET: &str = "sécret Ω";

fn passphrase(text: &str) -> Passphrase {
    Passphrase::from_bytes(text.as_bytes().to_vec()).expect("not empty")
}

fn made(shop: &Workshop) -> (Made, Made) {
    let root = shop.root("root", "Root");
    let leaf = shop.leaf("leaf", "client.example", &root, Purpose::Client, Dates::Current);
    (root, leaf)
}

/// What `openssl pkcs12 -export` writes under these options, with the root beside the leaf.
fn exported(shop: &Workshop, leaf: &Made, options: &[&str]) -> Vec<u8> {
    let password = format!("pass:{SECRET}");
    let mut arguments = vec!["pkcs12", "-export", "-out", "out.p12", "-in", "leaf.pem", "-inkey", "leaf.key"];
    arguments.extend(["-certfile", "root.pem", "-passout", &password]);
    arguments.extend(options);
    shop.run(arguments);
    assert!(leaf.key.exists());
    fs::read(shop.path("out.p12")).expect("written")
}

fn holds(bytes: &[u8], leaf: &Made, secret: Option<&str>) {
    let secret = secret.map(passphrase);
    let expected = PrivateKey::open(&leaf.key, None).expect("openssl's key");
    let contents = pkcs12::open(bytes, secret.as_ref()).expect("opens");
    assert_eq!(contents.keys.len(), 1);
    assert_eq!(contents.certificates.len(), 2);
    let own = contents.certificates.first().expect("two");
    assert_eq!(own.public_key(), expected.public_key());
    let key = PrivateKey::read(bytes, secret.as_ref()).expect("opens");
    assert_eq!(key.public_key(), expected.public_key());
}

#[test]
fn what_openssl_exports_opens() {
    let Some(shop) = Workshop::open() else { return };
    let (_, leaf) = made(&shop);
    let mut all: Vec<&[&str]> = vec![
        &[],
        &["-keypbe", "AES-128-CBC", "-certpbe", "AES-192-CBC", "-macalg", "sha512", "-iter", "5000"],
        &["-certpbe", "NONE"],
        &["-macalg", "sha384", "-maciter"],
        &["-macalg", "sha224"],
        &["-macalg", "sha512-224"],
        &["-macalg", "sha512-256"],
        &["-macalg", "sha3-224"],
        &["-macalg", "sha3-256"],
        &["-macalg", "sha3-384", "-iter", "1"],
        &["-macalg", "sha3-512"],
        &["-nomac"],
    ];
    if cfg!(feature = "legacy-keys") {
        all.push(&["-legacy"]);
        all.push(&["-macalg", "md5"]);
        all.push(&["-macalg", "ripemd160"]);
        all.push(&["-legacy", "-keypbe", "PBE-SHA1-RC2-128", "-certpbe", "PBE-SHA1-RC4-128"]);
        all.push(&["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"]);
    }
    for options in all {
        let bytes = exported(&shop, &leaf, options);
        holds(&bytes, &leaf, Some(SECRET));
        assert_eq!(pkcs12::has_mac(&bytes).expect("a file"), !options.contains(&"-nomac"), "{options:?}");
        let wrong = pkcs12::open(&bytes, Some(&passphrase("wrong"))).expect_err("wrong");
        assert_eq!(wrong.kind(), "passphrase-wrong", "{options:?}");
        assert_eq!(pkcs12::open(&bytes, None).expect_err("missing").kind(), "passphrase-missing");
        let found = FoundKey::all(&bytes).expect("found");
        assert!(found.iter().all(|key| key.scheme().is_some()), "{options:?}");
        let report = inspect::inspect(&bytes, Timestamp::now()).expect("described").to_string();
        assert!(report.starts_with("a PKCS#12 file"), "{report}");
    }
    let plain = exported(&shop, &leaf, &["-keypbe", "NONE", "-certpbe", "NONE", "-nomac"]);
    holds(&plain, &leaf, None);
}

#[test]
fn a_file_without_a_passphrase_opens_without_one() {
    let Some(shop) = Workshop::open() else { return };
    let (_, leaf) = made(&shop);
    let export = ["pkcs12", "-export", "-in", "leaf.pem", "-inkey", "leaf.key", "-certfile", "root.pem"];
    let mut all: Vec<&[&str]> = vec![
        &[],
        &["-keypbe", "NONE", "-certpbe", "NONE"],
        &["-keypbe", "NONE", "-certpbe", "NONE", "-nomac"],
        &["-nomac"],
        &["-certpbe", "NONE", "-nomac"],
    ];
    if cfg!(feature = "legacy-keys") {
        all.push(&["-legacy"]);
        all.push(&["-legacy", "-nomac"]);
    }
    for options in all {
        shop.run([&export[..], &["-passout", "pass:", "-out", "empty.p12"], options].concat());
        let bytes = fs::read(shop.path("empty.p12")).expect("written");
        holds(&bytes, &leaf, None);
        let contents = pkcs12::open(&bytes, Some(&Passphrase::empty())).expect("opens");
        assert_eq!(contents.keys.len(), 1, "{options:?}");
    }
}

/// GnuTLS writes what is nothing as nothing, OpenSSL as two zeros.
#[cfg(feature = "legacy-keys")]
#[test]
fn no_passphrase_is_none_for_gnutls() {
    let (Some(shop), Some(certtool)) = (Workshop::open(), peers::find("certtool")) else { return };
    let (_, leaf) = made(&shop);
    for cipher in ["3des-pkcs12", "arcfour", "aes-256"] {
        for password in ["--null-password", "--empty-password"] {
            let mut command = Command::new(&certtool);
            command.args(["--to-p12", "--p12-name", "x", "--outder", "--pkcs-cipher", cipher, password]);
            command.arg("--load-privkey").arg(&leaf.key).arg("--load-certificate").arg(&leaf.certificate);
            let output = command.output().expect("certtool starts");
            let contents = pkcs12::open(&output.stdout, None);
            let contents = contents.unwrap_or_else(|error| panic!("{cipher} {password}: {error}"));
            let key = PrivateKey::open(&leaf.key, None).expect("openssl's key");
            assert_eq!(contents.keys[0].public_key(), key.public_key(), "{cipher} {password}");
        }
    }
}

/// OpenSSL writes PBMAC1 (RFC 9579) since 3.4; the files stored here say who wrote them.
#[test]
fn pbmac1_is_verified() {
    for (name, described) in [
        ("sha256", "PBMAC1, PBKDF2-HMAC-SHA256, 2048 iterations, HMAC-SHA256"),
        ("sha512", "PBMAC1, PBKDF2-HMAC-SHA512, 2048 iterations, HMAC-SHA512"),
        ("mixed", "PBMAC1, PBKDF2-HMAC-SHA256, 2048 iterations, HMAC-SHA512"),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/pkcs12/pbmac1-{name}.pem"));
        let bytes = fs::read(path).expect("a stored file");
        assert!(bytes.starts_with(b"Test key, published: protects nothing. "), "{name}");
        let contents = pkcs12::open(&bytes, Some(&passphrase("secret"))).expect("opens");
        assert_eq!(contents.keys[0].public_key(), contents.certificates[0].public_key(), "{name}");
        let wrong = pkcs12::open(&bytes, Some(&passphrase("wrong"))).expect_err("wrong");
        assert_eq!(wrong.kind(), "passphrase-wrong", "{name}");
        assert!(wrong.to_string().contains(described), "{wrong}");
    }
}

/// Digests that OpenSSL offers and nobody uses.
#[test]
fn a_mac_that_is_not_computed_is_named() {
    let Some(shop) = Workshop::open() else { return };
    let (_, leaf) = made(&shop);
    let mut all =
        vec![("sm3", "HMAC-SM3"), ("blake2b512", "HMAC-BLAKE2b-512"), ("blake2s256", "HMAC-BLAKE2s-256")];
    if !cfg!(feature = "legacy-keys") {
        all.push(("md5", "HMAC-MD5 (which needs the feature `legacy-keys`)"));
        all.push(("ripemd160", "HMAC-RIPEMD-160 (which needs the feature `legacy-keys`)"));
    }
    for (digest, named) in all {
        let bytes = exported(&shop, &leaf, &["-macalg", digest]);
        for secret in [SECRET, "wrong"] {
            let error = pkcs12::open(&bytes, Some(&passphrase(secret))).expect_err("not computed");
            assert_eq!(error.kind(), "unsupported-encryption", "{digest}");
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}

/// A shorter key than RFC 9579 section 9 recommends would be quick to guess, whatever the passphrase.
#[test]
fn pbmac1_with_a_short_key_is_refused() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pkcs12/pbmac1-short.pem");
    let error =
        pkcs12::open(&fs::read(path).expect("stored"), Some(&passphrase("secret"))).expect_err("short");
    assert_eq!(error.kind(), "decode", "{error}");
}

#[test]
fn bags_keep_their_order_and_their_names() {
    let Some(shop) = Workshop::open() else { return };
    let (root, leaf) = made(&shop);
    let bytes = exported(&shop, &leaf, &["-name", "lëaf", "-caname", "root"]);
    let bags = pkcs12::bags(&bytes, Some(&passphrase(SECRET))).expect("opens");
    let names: Vec<_> = bags.iter().map(|bag| bag.name.as_deref()).collect();
    assert_eq!(names, [Some("lëaf"), Some("root"), Some("lëaf")]);
    assert_eq!(bags[0].local_key_id, bags[2].local_key_id);
    assert!(bags[0].local_key_id.is_some() && bags[1].local_key_id.is_none());
    // Written again, it is the same.
    let key = PrivateKey::open(&leaf.key, None).expect("openssl's key");
    let [leaf, root] =
        [&leaf, &root].map(|made| Certificate::open_all(&made.certificate).expect("openssl's").remove(0));
    let builder = pkcs12::Builder::default().key(&key, Some("lëaf"));
    let builder = builder.certificate(&leaf, Some("lëaf")).certificate(&root, Some("root"));
    let again = builder.seal(&passphrase(SECRET)).expect("sealed");
    let again = pkcs12::bags(&again, Some(&passphrase(SECRET))).expect("opens");
    let labels = |bags: &[pkcs12::Bag]| {
        bags.iter().map(|bag| (bag.name.clone(), bag.local_key_id.clone())).collect::<Vec<_>>()
    };
    assert_eq!(labels(&again), labels(&bags));
    assert_eq!(builder.seal(&Passphrase::empty()).expect_err("refused").kind(), "passphrase-empty");
}

/// OpenSSL before 1.1.0 widened each octet of a passphrase, so that é became Ã©.
#[cfg(feature = "legacy-keys")]
#[test]
fn a_passphrase_as_openssl_1_0_encoded_it_opens() {
    let Some(shop) = Workshop::open() else { return };
    let (_, leaf) = made(&shop);
    let widened: String = SECRET.bytes().map(char::from).collect();
    let password = format!("pass:{widened}");
    let export = ["pkcs12", "-export", "-in", "leaf.pem", "-inkey", "leaf.key", "-certfile", "root.pem"];
    shop.run([&export[..], &["-legacy", "-passout", &password, "-out", "old.p12"]].concat());
    holds(&fs::read(shop.path("old.p12")).expect("written"), &leaf, Some(SECRET));
}

#[test]
fn work_is_limited_as_a_whole() {
    let Some(shop) = Workshop::open() else { return };
    let (_, leaf) = made(&shop);
    let bytes = exported(&shop, &leaf, &["-iter", "4000"]);
    for (allowed, kind) in
        [(3_999, Err("key-derivation-limit")), (11_999, Err("key-derivation-limit")), (12_000, Ok(1))]
    {
        let limits = KdfLimits::default().iterations(allowed);
        let opened = pkcs12::open_within(&bytes, Some(&passphrase(SECRET)), &limits);
        let key = PrivateKey::read_within(&bytes, Some(&passphrase(SECRET)), &limits).map(drop);
        for error in [opened.as_ref().err(), key.as_ref().err()].into_iter().flatten() {
            assert!(
                error.to_string().starts_with("open the PKCS#12 file: a total iteration count of"),
                "{error}"
            );
        }
        assert_eq!(opened.map(|contents| contents.keys.len()).map_err(|error| error.kind()), kind);
    }
}

/// The derivations of a file add up where it is read, so they do where it is written.
#[test]
fn what_is_written_is_no_more_work_than_is_opened() {
    let Some(shop) = Workshop::open() else { return };
    let (_, leaf) = made(&shop);
    let key = PrivateKey::open(&leaf.key, None).expect("openssl's key");
    let certificate = Certificate::open_all(&leaf.certificate).expect("openssl's").remove(0);
    let builder = |keys: usize| {
        let empty = pkcs12::Builder::default().certificate(&certificate, None);
        (0..keys).fold(empty, |builder, _| builder.key(&key, None))
    };
    let file = builder(14).seal(&passphrase(SECRET)).expect("sealed");
    assert_eq!(pkcs12::open(&file, Some(&passphrase(SECRET))).expect("opens").keys.len(), 14);
    for (builder, total) in [
        (builder(15), 10_200_000),
        (builder(1).iterations(3_400_000), 10_200_000),
        (builder(0).iterations(u32::MAX), 8_589_934_590u64),
    ] {
        let error = builder.seal(&passphrase(SECRET)).expect_err("too much");
        let expected = format!(
            "write the PKCS#12 file: a total iteration count of {total} is above the limit of 10000000"
        );
        assert_eq!((error.kind(), error.to_string()), ("key-derivation-limit", expected));
    }
}

/// Whether it comes before them or behind them.
#[test]
fn a_file_that_cannot_be_read_hides_no_other_key() {
    let key = PrivateKey::generate(KeyType::Ed25519).expect("a key");
    let plain = key.danger_plain_pem(Format::Pkcs8).expect("written");
    let sealed = pkcs12::Builder::default().key(&key, None).seal(&passphrase(SECRET)).expect("sealed");
    // The tag of the content behind its kind, id-data, and the kind: id-signedData (RFC 7292 section 4).
    let data = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let behind = sealed.windows(data.len()).position(|window| window == data).expect("its kind") + data.len();
    let (mut damaged, mut signed) = (sealed.clone(), sealed);
    damaged[behind] ^= 1;
    signed[behind - 1] = 2;
    const SIGNED: &str = "open the PKCS#12 file: encryption with a public key (signedData) is not supported";
    for (file, kind, said) in
        [(damaged, "decode", "decode a PKCS#12 file: "), (signed, "unsupported-encryption", SIGNED)]
    {
        let block = pem::encode("PKCS12", &file);
        let (block, plain) = (block.as_str(), plain.as_str());
        for (text, at) in [([block, plain].concat(), 0), ([plain, block].concat(), 1)] {
            let found = FoundKey::all(text.as_bytes()).expect("both");
            assert_eq!(found.len(), 2, "{kind}");
            let open = |at: usize| found[at].open(Some(&passphrase(SECRET)), &KdfLimits::default());
            assert!(found[at].is_in_pkcs12() && found[at].scheme().is_none());
            let error = open(at).expect_err("damaged");
            assert_eq!(error.kind(), kind);
            assert!(error.to_string().contains(said), "{error}");
            assert_eq!(open(1 - at).expect("the other").public_key(), key.public_key());
            assert_eq!(PrivateKey::read(text.as_bytes(), None).is_ok(), at == 1);
        }
    }
}

/// There may be no private key in it.
#[test]
fn what_keeps_a_file_closed_is_said_of_the_file() {
    let secret = passphrase(SECRET);
    let store = pkcs12::Builder::default().seal(&secret).expect("sealed");
    let open = |passphrase| pkcs12::open(&store, passphrase).expect_err("closed").to_string();
    for error in [open(None), open(Some(&passphrase("wrong")))] {
        assert!(error.starts_with("open the PKCS#12 file: "), "{error}");
    }
    let key = PrivateKey::generate(KeyType::Ed25519).expect("a key");
    let much = pkcs12::Builder::default().key(&key, None).iterations(10_000_001);
    let error = much.seal(&secret).expect_err("too much");
    assert!(error.to_string().starts_with("write the PKCS#12 file: a total iteration count"), "{error}");
}

#[test]
fn damage_is_an_error() {
    let Some(shop) = Workshop::open() else { return };
    let (_, leaf) = made(&shop);
    let bytes = exported(&shop, &leaf, &["-nomac", "-iter", "1"]);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged.iter_mut().skip(at).take(1).for_each(|octet| *octet ^= 0x10);
        pkcs12::open(&damaged, Some(&passphrase(SECRET))).map(drop).ok();
        pkcs12::open(bytes.get(..at).unwrap_or_default(), Some(&passphrase(SECRET))).expect_err("cut off");
    }
}

#[test]
fn a_mac_that_does_not_fit_is_told_from_a_wrong_passphrase() {
    let Some(shop) = Workshop::open() else { return };
    let (_, leaf) = made(&shop);
    let bytes = exported(&shop, &leaf, &["-certpbe", "NONE"]);
    // An octet of a certificate, which is not encrypted here.
    let at = bytes.windows(4).position(|window| window == b"Root").expect("its name");
    let mut damaged = bytes.clone();
    damaged[at] ^= 1;
    let sealed = exported(&shop, &leaf, &[]);
    let mut mac = sealed.clone();
    let last = mac.len() - 40;
    mac[last] ^= 1;
    for bytes in [damaged, mac] {
        let error = pkcs12::open(&bytes, Some(&passphrase(SECRET))).expect_err("damaged");
        assert_eq!(error.kind(), "decode", "{error}");
        assert!(error.to_string().contains("its MAC does not fit"), "{error}");
        let error = pkcs12::open(&bytes, Some(&passphrase("wrong"))).expect_err("wrong");
        assert_eq!(error.kind(), "passphrase-wrong", "{error}");
        assert_eq!(pkcs12::open(&bytes, None).expect_err("missing").kind(), "passphrase-missing");
    }
}

#[test]
fn what_keytool_stores_opens() {
    let Some(keytool) = peers::find("keytool") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("java.p12");
    let made = Command::new(keytool)
        .args([
            "-genkeypair",
            "-alias",
            "one",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=one",
        ])
        .args(["-storetype", "PKCS12", "-storepass", "changeit", "-keystore"])
        .arg(&store)
        .output()
        .expect("keytool starts");
    assert!(made.status.success(), "{made:?}");
    let bytes = fs::read(&store).expect("written");
    let contents = pkcs12::open(&bytes, Some(&passphrase("changeit"))).expect("opens");
    assert_eq!((contents.keys.len(), contents.certificates.len()), (1, 1));
    let key = PrivateKey::open(&store, Some(&passphrase("changeit"))).expect("opens");
    assert_eq!(key.public_key(), contents.certificates.first().expect("one").public_key());
}

fn sealed(shop: &Workshop, secret: &str) -> (PrivateKey, Vec<u8>) {
    let (root, leaf) = made(shop);
    let bag =
        [&leaf, &root].map(|made| Certificate::open_all(&made.certificate).expect("openssl's").remove(0));
    let own = bag.first().map(Certificate::fingerprint);
    let chain = chain::order(&bag, own).expect("a chain").chain;
    let key = PrivateKey::open(&leaf.key, None).expect("openssl's key");
    let p12 = pkcs12::seal(&key, chain.presented(), "client", &passphrase(secret)).expect("written");
    (key, p12)
}

#[test]
fn what_is_written_opens_here_and_in_openssl() {
    let Some(shop) = Workshop::open() else { return };
    let (key, p12) = sealed(&shop, "secret");
    let contents = pkcs12::open(&p12, Some(&passphrase("secret"))).expect("opens");
    assert_eq!(contents.keys.first().expect("one").public_key(), key.public_key());
    fs::write(shop.path("ours.p12"), &p12).expect("a writable folder");
    let read = ["pkcs12", "-in", "ours.p12", "-passin", "pass:secret", "-nodes"];
    let text = shop.run(read);
    let read = PrivateKey::read(text.as_bytes(), None).expect("openssl found the key");
    assert_eq!(read.public_key(), key.public_key());
    assert!(text.contains("friendlyName: client"), "{text}");
}

fn listed(keytool: &Path, store: &Path) -> String {
    let mut command = Command::new(keytool);
    command.args(["-list", "-storetype", "PKCS12", "-storepass", "changeit", "-keystore"]).arg(store);
    let output = command.output().expect("keytool starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn keytool_lists_what_is_written() {
    let (Some(shop), Some(keytool)) = (Workshop::open(), peers::find("keytool")) else { return };
    let (_, p12) = sealed(&shop, "changeit");
    fs::write(shop.path("ours.p12"), &p12).expect("a writable folder");
    assert!(listed(&keytool, &shop.path("ours.p12")).contains("PrivateKeyEntry"));
    let (one, two) = (shop.root("one", "Root"), shop.root("two", "Root"));
    let chains = [one, two].map(|root| {
        let bag = Certificate::open_all(root.certificate).expect("openssl's");
        chain::order(&bag, None).expect("a chain").chain
    });
    let store = Truststore::assemble(&chains, &Rules::for_target("java").expect("known"), Timestamp::now())
        .expect("assembled");
    let p12 = store.to_pkcs12(&passphrase("changeit")).expect("written");
    fs::write(shop.path("trust.p12"), p12).expect("a writable folder");
    let text = listed(&keytool, &shop.path("trust.p12"));
    assert_eq!(text.matches("trustedCertEntry").count(), 2, "{text}");
    assert!(text.contains("root (2),"), "{text}");
}

/// The element's contents, and what follows it.
fn element(bytes: &[u8]) -> (&[u8], &[u8]) {
    let long = usize::from(bytes[1]).saturating_sub(0x80);
    let length = match long {
        0 => usize::from(bytes[1]),
        _ => bytes[2..2 + long].iter().fold(0, |length, octet| length << 8 | usize::from(*octet)),
    };
    bytes[2 + long..].split_at(length)
}

fn indefinite(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    [&[tag, 0x80], &parts.concat()[..], &[0, 0]].concat()
}

#[test]
fn ber_as_windows_and_java_write_it_opens() {
    let Some(shop) = Workshop::open() else { return };
    let (_, leaf) = made(&shop);
    let der = exported(&shop, &leaf, &[]);
    // PFX { version, { OID, [0] { OCTET STRING } }, MAC }: the string in pieces, every length left open.
    let pfx = element(&der).0;
    let (version, rest) = pfx.split_at(3);
    let (info, mac) = element(rest);
    let (oid, content) = info.split_at(11);
    let octets = element(element(content).0).0;
    let pieces: Vec<_> = octets.chunks(100).map(|piece| [&[4, piece.len() as u8], piece].concat()).collect();
    let content = indefinite(0xa0, &[&indefinite(0x24, &[&pieces.concat()])]);
    let ber = indefinite(0x30, &[version, &indefinite(0x30, &[oid, &content]), mac]);
    assert_ne!(ber, der);
    holds(&ber, &leaf, Some(SECRET));
    fs::write(shop.path("ber.p12"), &ber).expect("a writable folder");
    let password = format!("pass:{SECRET}");
    shop.run(["pkcs12", "-in", "ber.p12", "-passin", &password, "-nodes"]);
}

/// A file without MAC around this safe.
fn unsealed(safe: &[u8]) -> Vec<u8> {
    const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let data = |content: &[u8]| sequence(&[&tlv(6, DATA), &tlv(0xa0, &tlv(4, content))]);
    sequence(&[&tlv(2, &[3]), &data(&sequence(&[&data(safe)]))])
}

/// RFC 7292 section 4.2.6: a safe in a bag.
#[test]
fn keys_in_a_safe_in_a_bag_are_found_in_their_order() {
    let Some(shop) = Workshop::open() else { return };
    const BAGS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1];
    let bag = |number: u8, value: &[u8]| sequence(&[&tlv(6, &[BAGS, &[number]].concat()), &tlv(0xa0, value)]);
    let keys = [(); 3].map(|()| PrivateKey::generate(KeyType::EcdsaP256).expect("a key"));
    let [first, second, third] =
        [0, 1, 2].map(|at| bag(1, &keys[at].danger_plain_der(Format::Pkcs8).expect("written")));
    let within = bag(6, &sequence(&[&bag(6, &sequence(&[&first])), &second]));
    let file = unsealed(&sequence(&[&within, &third]));

    let contents = pkcs12::open(&file, None).expect("opens");
    assert!(contents.keys.iter().map(PrivateKey::public_key).eq(keys.iter().map(PrivateKey::public_key)));
    assert_eq!(FoundKey::all(&file).expect("found").len(), 3);
    fs::write(shop.path("nested.p12"), &file).expect("a writable folder");
    let theirs = shop.run(["pkcs12", "-in", "nested.p12", "-nodes", "-nomacver", "-passin", "pass:"]);
    let theirs = FoundKey::all(theirs.as_bytes()).expect("OpenSSL's");
    let theirs = theirs.iter().map(|key| key.open(None, &KdfLimits::default()).expect("plain"));
    assert!(theirs.map(|key| key.public_key().clone()).eq(keys.iter().map(|key| key.public_key().clone())));
}

#[test]
fn a_name_shows_what_is_in_it() {
    let key = PrivateKey::generate(KeyType::Ed25519).expect("a key");
    let shown = |name: &str| {
        let sealed =
            pkcs12::Builder::default().key(&key, Some(name)).seal(&passphrase(SECRET)).expect("sealed");
        let bag = pkcs12::bags(&sealed, Some(&passphrase(SECRET))).expect("opens").remove(0);
        assert_eq!(bag.name.as_deref(), Some(name));
        bag.display_name().expect("a name")
    };
    assert_eq!(shown("a\u{202e}b\u{1b}[31m\n"), "a\u{fffd}b\u{fffd}[31m\u{fffd}");
    assert_eq!(shown("e\u{301} می\u{200c}خواهم"), "e\u{301} می\u{200c}خواهم");
}

/// A file with keys in parts that are encrypted as a whole, which no program writes and all read.
fn encrypted_parts() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pkcs12/encrypted-parts.pem");
    fs::read(path).expect("a stored file")
}

/// The same, in DER.
fn encrypted_parts_der() -> Vec<u8> {
    let text = encrypted_parts();
    pem::parse(&text, pem::Reading::Tolerant).expect("PEM").remove(0).contents().to_vec()
}

#[test]
fn keys_in_encrypted_parts_are_named_once_they_are_open() {
    let Some(shop) = Workshop::open() else { return };
    let secret = passphrase("secret");
    let found = FoundKey::all(&encrypted_parts()).expect("found");
    let (key, names) = found[0].open_named(Some(&secret), &KdfLimits::default()).expect("opens");
    assert_eq!(names, ["first", "second", "third", "fourth"].map(|name| Some(name.to_owned())));

    fs::write(shop.path("parts.p12"), encrypted_parts_der()).expect("a writable folder");
    let theirs = shop.run(["pkcs12", "-in", "parts.p12", "-nodes", "-passin", "pass:secret"]);
    let listed = theirs.lines().filter_map(|line| line.trim().strip_prefix("friendlyName: "));
    assert!(listed.eq(names.iter().flatten()), "{theirs}");
    let first = PrivateKey::read(theirs.as_bytes(), None).expect("OpenSSL's");
    assert_eq!(first.public_key(), key.public_key());

    let missing = found[0].open_named(None, &KdfLimits::default()).expect_err("closed");
    assert_eq!(missing.kind(), "passphrase-missing");
    let elsewhere = FoundKey::all(theirs.as_bytes()).expect("found").remove(0);
    assert!(elsewhere.open_named(None, &KdfLimits::default()).expect("plain").1.is_empty());
}

/// The ContentInfos of that file: two keys, one key by itself, one key.
fn parts() -> [Vec<u8>; 3] {
    let der = encrypted_parts_der();
    let content = element(element(&der).0.split_at(3).1).0;
    // A kind of 11 octets, and [0] around an OCTET STRING around a SEQUENCE.
    let mut rest = element(element(element(content.split_at(11).1).0).0).0;
    std::array::from_fn(|_| {
        let (part, behind) = element(rest);
        rest = behind;
        tlv(0x30, part)
    })
}

/// A file of these, without MAC.
fn assembled(parts: &[Vec<u8>]) -> Vec<u8> {
    const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let content = tlv(4, &tlv(0x30, &parts.concat()));
    sequence(&[&tlv(2, &[3]), &sequence(&[&tlv(6, DATA), &tlv(0xa0, &content)])])
}

/// How the keys are called that are found under these limits.
fn names(file: &[u8], limits: &KdfLimits) -> Vec<String> {
    let found = FoundKey::all(file).expect("found").remove(0);
    let (_, names) = found.open_named(Some(&passphrase("secret")), limits).expect("opens");
    names.into_iter().map(|name| name.expect("a name")).collect()
}

#[test]
fn what_does_not_open_behind_a_key_keeps_it_from_nobody() {
    let [two, third, mut fourth] = parts();
    let limits = KdfLimits::default();
    let whole = assembled(&[two.clone(), third.clone(), fourth.clone()]);
    assert_eq!(names(&whole, &limits), ["first", "second", "third", "fourth"]);
    let end = fourth.len();
    fourth[end - 16..].fill(0);
    let damaged = assembled(&[two, third, fourth]);
    assert!(pkcs12::open(&damaged, Some(&passphrase("secret"))).is_err());
    assert_eq!(names(&damaged, &limits), ["first", "second", "third"]);
}

/// Of what asks for too much nothing is done, and what stands behind it is not the dearer for it.
#[test]
fn a_part_that_asks_for_too_much_hides_none_behind_it() {
    let [two, third, fourth] = parts();
    let iterations = [2, 2, 8, 0];
    let at = fourth.windows(4).position(|window| window == iterations).expect("2048");
    let dear = [&fourth[..at], &[2, 2, 0x7f, 0xff], &fourth[at + 4..]].concat();
    let limits = KdfLimits::default().iterations(10_000);
    assert_eq!(names(&assembled(&[third, dear, two]), &limits), ["third", "first", "second"]);
}

/// One line with two files is no reason to take them for one.
#[test]
fn keys_of_two_files_are_told_apart() {
    let block = |file: &[u8]| pem::encode("PKCS12", file).replace('\n', "");
    let [two, third, fourth] = parts();
    let text =
        [block(&assembled(&[third])), block(&assembled(&[two])), block(&assembled(&[fourth]))].concat();
    let found = FoundKey::all(text.as_bytes()).expect("found");
    let own = found.iter().map(|key| found.iter().filter(|other| key.is_in_same_pkcs12(other)).count());
    assert_eq!(own.collect::<Vec<_>>(), [1, 1, 1]);
    assert!(found.iter().all(|key| key.line() == Some(1)));
}

/// Java's interface, and not keytool, gives a key a passphrase that is not that of its file.
#[test]
fn a_key_with_a_passphrase_of_its_own_is_told_from_a_wrong_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pkcs12/key-passphrase.pem");
    let file = fs::read(path).expect("stored");
    let says = |secret: &str| {
        let secret = passphrase(secret);
        let opened = pkcs12::open(&file, Some(&secret)).map(|_| ());
        let key = PrivateKey::read(&file, Some(&secret)).map(|_| ());
        [opened, key].map(|refused| refused.expect_err("closed").to_string())
    };
    for said in says("storepw") {
        assert!(said.contains("the passphrase fits the file, and not the key"), "{said}");
    }
    for said in says("keypw1") {
        assert!(said.contains("its MAC has a passphrase of its own"), "{said}");
    }
    for said in says("neither") {
        assert!(said.contains("the passphrase is wrong"), "{said}");
    }
}
