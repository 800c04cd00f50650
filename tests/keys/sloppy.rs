//! RSA keys whose numbers are not encoded as DER has them: OpenSSL reads them, and what is written of them all read.

use std::process::Command;

use certwright::{Format, PrivateKey, PublicKey};

use super::made::{ALGORITHMS, Openssl, plain};
use crate::support::der::{children, sequence, tlv};
use crate::support::peers;
use crate::support::sloppy::{self, ENCODINGS, Encode};

/// What becomes of the contents of every INTEGER.
const EVERY: [(&str, Encode); 2] = [
    ("without signs", |contents| contents.strip_prefix(&[0]).unwrap_or(contents).to_vec()),
    ("with zeros", |contents| [&[0, 0], contents].concat()),
];

/// PKCS#8 of an RSA key, its numbers encoded so.
fn private(pkcs8: &[u8], encode: Encode) -> Vec<u8> {
    let mut parts = children(pkcs8);
    parts[2] = tlv(4, &sloppy::private(&key(&parts[2]), encode));
    sequence(&parts)
}

/// What stands in an OCTET STRING: here, one SEQUENCE.
fn key(octets: &[u8]) -> Vec<u8> {
    sequence(&children(&octets[octets.iter().position(|octet| *octet == 0x30).expect("a SEQUENCE")..]))
}

#[test]
fn numbers_are_written_as_der_has_them() {
    let Some(openssl) = Openssl::find() else { return };
    for (name, options) in ALGORITHMS.iter().filter(|(name, _)| name.starts_with("RSA")) {
        let pem = openssl.generate(options);
        let regular = openssl.run(&["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"], &pem);
        let spki = openssl.public(&pem, "");
        for (how, encode) in EVERY {
            let sloppy = private(&regular, encode);
            assert_ne!(sloppy, regular, "{name} {how}");
            let seen = openssl.run(&["pkey", "-inform", "DER", "-pubout", "-outform", "DER"], &sloppy);
            let traditional = key(&children(&sloppy)[2]);
            let pss = name.starts_with("RSA-PSS");
            for bytes in [&sloppy, &traditional].into_iter().take(if pss { 1 } else { 2 }) {
                let read =
                    PrivateKey::read(bytes, None).unwrap_or_else(|error| panic!("{name} {how}: {error}"));
                assert_eq!(read.public_key().spki_der(), spki, "{name} {how}");
                assert_eq!(*read.danger_plain_der(Format::Pkcs8).expect("plain"), regular, "{name} {how}");
                let signs = PrivateKey::read(&regular, None).expect("regular").sign(b"message").is_ok();
                assert_eq!(read.sign(b"message").is_ok(), signs, "{name} {how}");
                let Some(written) = plain(&read, Format::Pkcs1) else { continue };
                assert_eq!(openssl.public(written.as_bytes(), ""), spki, "{name} {how}");
            }
            // What openssl takes it for, it matches.
            let seen = PublicKey::from_spki_der(&seen).expect("a public key");
            PrivateKey::read(&sloppy, None).expect(how).public_key().require_match(&seen).expect(how);
        }
    }
}

#[test]
fn public_numbers_are_compared_and_not_their_encoding() {
    let Some(openssl) = Openssl::find() else { return };
    let pem = openssl.generate(ALGORITHMS[0].1);
    let (own, spki) = (PrivateKey::read(&pem, None).expect("a key"), openssl.public(&pem, ""));
    let other =
        PublicKey::from_spki_der(&openssl.public(&openssl.generate(ALGORITHMS[0].1), "")).expect("other");
    let first = openssl.run(&["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"], &pem);
    for encoding in ENCODINGS {
        let sloppy = PublicKey::from_spki_der(&sloppy::public(&spki, encoding)).expect(encoding.0);
        own.public_key().require_match(&sloppy).expect(encoding.0);
        assert!(!other.matches(&sloppy), "{}", encoding.0);
        // Version 2 of PKCS#8, and the form of PKCS#1, which becomes a SubjectPublicKeyInfo.
        let second = |key: &PublicKey| {
            let bits = tlv(0x81, &[&[0], key.subject_public_key()].concat());
            sequence(&[children(&first), vec![bits]].concat())
        };
        let read = PrivateKey::read(&second(&sloppy), None).expect(encoding.0);
        assert_eq!(*read.danger_plain_der(Format::Pkcs8).expect("plain"), first, "{}", encoding.0);
        assert_eq!(PrivateKey::read(&second(&other), None).expect_err("another").kind(), "invalid-key");
        let by_itself = PublicKey::read(sloppy.subject_public_key()).expect(encoding.0);
        assert_eq!(by_itself.spki_der(), spki, "{}", encoding.0);
    }
}

#[test]
fn pyca_reads_what_is_written_of_sloppy_numbers() {
    const SCRIPT: &str = "
import sys
from cryptography.hazmat.primitives import serialization as s
key = s.load_pem_private_key(open(sys.argv[1], 'rb').read(), None).public_key()
sys.stdout.buffer.write(key.public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo))
";
    let (Some(openssl), Some(python)) = (Openssl::find(), peers::find("python3")) else { return };
    if !Command::new(&python).args(["-c", "import cryptography"]).status().is_ok_and(|s| s.success()) {
        assert!(!peers::required(), "peer missing: cryptography");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (pem, file) = (openssl.generate(ALGORITHMS[0].1), folder.path().join("key.pem"));
    let regular = openssl.run(&["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"], &pem);
    for (how, encode) in EVERY {
        let read = PrivateKey::read(&private(&regular, encode), None).expect(how);
        for format in [Format::Pkcs8, Format::Pkcs1] {
            std::fs::write(&file, plain(&read, format).expect(how)).expect("written");
            let seen = Command::new(&python).args(["-c", SCRIPT]).arg(&file).output().expect("it starts");
            assert_eq!(
                seen.stdout,
                openssl.public(&pem, ""),
                "{how}: {}",
                String::from_utf8_lossy(&seen.stderr)
            );
        }
    }
}
