//! What is refused, and what is said about it.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::iter;
use std::path::PathBuf;

use certwright::chain::{Policy, Verifier};
use certwright::profile::{Leaf, Subordinate};
use certwright::{
    Certificate, Crl, Csr, Error, Found, FoundKey, KeyOperation, Lifetime, PrivateKey, PublicKey, SignerError,
};

use crate::support::pki::{NOW, at, key, ledger, root};

#[test]
fn only_a_rule_that_can_be_left_out_is() {
    let root = root(&ledger());
    let anchors = [root.certificate().clone()];
    let verifier = || Verifier::new(&anchors, at(NOW)).policy(Policy::PublicWeb);
    for rule in
        ["serial-conforms", "name-constraints-critical", "web-lifetime", "web-root-purpose", "web-key"]
    {
        verifier().waive(rule).unwrap();
    }
    for rule in ["", "valid-at-the-time", "signature-verifies", "web-lifetimes", "Serial-conforms"] {
        let error = verifier().waive(rule).unwrap_err();
        assert_eq!(error.kind(), "profile");
        assert!(error.to_string().contains(&format!("{rule:?}")), "{error}");
    }
    let findings = |verifier: Verifier<'_>| match verifier.verify(root.certificate(), &[]) {
        Ok(_) => Vec::new(),
        Err(rejected) => rejected.findings().iter().map(|finding| finding.rule).collect::<Vec<_>>(),
    };
    let all = findings(verifier());
    assert!(all.contains(&"web-lifetime"), "{all:?}");
    assert!(!findings(verifier().waive("web-lifetime").unwrap()).contains(&"web-lifetime"));
}

#[test]
fn profiles_tell_their_lifetime() {
    let lifetime = Lifetime::days(30);
    assert_eq!(Leaf::client(lifetime).lifetime(), lifetime);
    assert_eq!(Leaf::aws("EndEntityCertificate/V1", lifetime).unwrap().lifetime(), lifetime);
    assert_eq!(Subordinate::new(lifetime).lifetime(), lifetime);
}

/// What a token says, and what its driver said.
#[derive(Debug)]
struct TokenGone(io::Error);

impl fmt::Display for TokenGone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WORDS)
    }
}

impl StdError for TokenGone {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

const WORDS: &str = "the token is gone";

/// One of each variant that has a cause from elsewhere.
fn with_causes() -> [Error; 6] {
    let gone = || TokenGone(io::Error::other("no reader"));
    let path = || PathBuf::from("a");
    [
        Error::Read { path: path(), source: io::Error::other(gone()) },
        Error::Write { path: path(), source: io::Error::other(gone()) },
        Error::Decode { what: "a certificate", cause: gone().into() },
        Error::Random { cause: gone().into() },
        SignerError::new(gone()).into(),
        Error::Ledger { operation: "open", cause: gone().into() },
    ]
}

/// As anyhow's `{:#}` and its like report it.
fn report(error: &Error) -> String {
    let sources = iter::successors(error.source(), |source| (*source).source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}

#[test]
fn a_report_of_the_whole_chain_says_everything_once_also_of_an_error_with_a_place() {
    for error in with_causes() {
        let plain = report(&error);
        assert!(plain.ends_with(&format!("{WORDS}: no reader")), "{plain}");
        let located = report(&error.at("a.pem").at("b.p12"));
        assert!(located.ends_with(&format!("{WORDS} (in a.pem) (in b.p12): no reader")), "{located}");
        for text in [plain, located] {
            assert_eq!((text.matches(WORDS).count(), text.matches("no reader").count()), (1, 1), "{text}");
        }
    }
}

#[test]
fn the_cause_can_be_told_by_its_type_whatever_the_place() {
    for error in with_causes() {
        let variant = error.kind();
        let located = error.at("a.pem").at("b.p12");
        let cause = located.cause().unwrap_or_else(|| panic!("{variant} has no cause"));
        assert_eq!(cause.to_string(), WORDS, "{variant}");
        assert!(cause.is::<TokenGone>() || cause.is::<io::Error>(), "{variant}");
    }
    let damaged = Certificate::from_der(&[0x30, 5]).unwrap_err();
    assert!(damaged.cause().is_some(), "{damaged:?}");
    assert!(Error::LifetimeZero.at("a.toml").cause().is_none());
}

#[test]
fn every_reader_says_what_it_wants_and_what_there_is_instead() {
    type Reader = fn(&[u8]) -> Result<(), Error>;
    let readers: [(&str, Reader); 6] = [
        ("a certificate", |bytes| Certificate::read(bytes).map(drop)),
        ("a certificate request", |bytes| Csr::read(bytes).map(drop)),
        ("a CRL", |bytes| Crl::read(bytes).map(drop)),
        ("a private key", |bytes| FoundKey::all(bytes).map(drop)),
        ("a private key", |bytes| PrivateKey::read(bytes, None).map(drop)),
        ("a public key", |bytes| PublicKey::read(bytes).map(drop)),
    ];
    for (wanted, read) in readers {
        let found = |bytes: &[u8]| match read(bytes).unwrap_err() {
            Error::Unexpected { expected, found } => {
                assert_eq!(expected, wanted);
                found
            }
            other => panic!("{wanted}: {other}"),
        };
        assert_eq!(found(b" \n"), Found::Nothing);
        assert_eq!(found(b"hello"), Found::Foreign { name: None });
        assert!(matches!(found(b"PK\x03\x04"), Found::Foreign { name: Some(name) } if name.contains("ZIP")));
        let list = "a block \"NOTE\" (line 1)".to_owned();
        assert_eq!(found(b"-----BEGIN NOTE-----\nMAA=\n-----END NOTE-----\n"), Found::Structures { list });
    }
}

#[test]
fn every_reader_says_the_line_of_the_block_that_is_damaged() {
    type Reader = fn(&[u8]) -> Result<(), Error>;
    let damaged = |label: &str, base64: &str| {
        format!("a note\n-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n")
    };
    // SEQUENCE { INTEGER 1 }, and a private key of version 0 without anything else.
    let readers: [(&str, &str, Reader); 7] = [
        ("CERTIFICATE", "MAMCAQE=", |bytes| Certificate::read(bytes).map(drop)),
        ("CERTIFICATE", "MAMCAQE=", |bytes| Certificate::read_all(bytes).map(drop)),
        ("CERTIFICATE REQUEST", "MAMCAQE=", |bytes| Csr::read(bytes).map(drop)),
        ("X509 CRL", "MAMCAQE=", |bytes| Crl::read(bytes).map(drop)),
        ("PUBLIC KEY", "MAMCAQE=", |bytes| PublicKey::read(bytes).map(drop)),
        ("PRIVATE KEY", "MAkCAQAwAAQCMAA=", |bytes| PrivateKey::read(bytes, None).map(drop)),
        ("RSA PRIVATE KEY", "MBsCAQACAQACAQACAQACAQACAQACAQACAQACAQA=", |bytes| {
            PrivateKey::read(bytes, None).map(drop)
        }),
    ];
    for (label, base64, read) in readers {
        let error = read(damaged(label, base64).as_bytes()).unwrap_err();
        assert!(
            matches!(&error, Error::At { place, .. } if place == "the block at line 2"),
            "{label}: {error:?}"
        );
    }
}

#[test]
fn a_signature_that_is_refused_is_an_error_like_any_other() {
    let key = key();
    let verified = |algorithm: &[u8]| -> Result<(), Error> {
        Ok(key.public_key().verify(algorithm, b"message", b"no signature")?)
    };
    let refused = verified(key.public_key().signature_algorithm().unwrap()).unwrap_err();
    assert!(matches!(refused, Error::BadSignature { .. }), "{refused:?}");
    let unsupported = verified(&[0x30, 3, 6, 1, 0x2a]).unwrap_err();
    assert!(matches!(unsupported, Error::UnverifiableSignature { .. }), "{unsupported:?}");
}

/// An embedder shows the hint to people who have never seen certwright's program.
#[test]
fn the_librarys_hints_name_no_option_of_the_program() {
    let (scheme, subject, now) = (|| "PBES2".to_owned(), || "CN=a".to_owned(), at(NOW));
    let errors = [
        Error::Exists { path: PathBuf::from("a") },
        Error::Unexpected { expected: "a certificate", found: Found::Nothing },
        Error::Unexpected { expected: "a certificate", found: Found::Foreign { name: None } },
        Error::Unexpected {
            expected: "a certificate",
            found: Found::Structures { list: "a key".to_owned() },
        },
        Error::PassphraseMissing { operation: KeyOperation::Open, scheme: scheme() },
        Error::PassphraseWrong { operation: KeyOperation::Open, scheme: scheme() },
        Error::PassphraseEmpty,
        Error::KeyMismatch { key: "a".to_owned(), certificate: "b".to_owned() },
        Error::OutlivesIssuer { requested: now, issuer_end: now, issuer: subject() },
        Error::IssuerNotYetValid { issuer: subject(), not_before: now, now },
        Error::IssuerExpired { issuer: subject(), not_after: now, now },
        Error::LifetimeTooLong { requested: now, latest: now, practice: "the practice" },
        Error::AmbiguousLeaf { count: 2, candidates: "a, b".to_owned() },
    ];
    for error in errors {
        let hint = error.hint().unwrap_or_else(|| panic!("no way out of: {error}"));
        assert!(is_general(hint), "{hint}");
    }
    // Those that no value above reaches stand in the source, one sentence a line.
    let source = include_str!("../../src/error/hint.rs");
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    assert_eq!(code.filter(|line| !is_general(line)).collect::<Vec<_>>(), [""; 0]);
}

/// Each way out is one for what was being done: a key that does not sign is no key of another kind to be checked.
#[test]
fn a_kind_of_key_that_is_not_supported_has_the_way_out_of_what_was_done() {
    for (operation, way_out) in [
        (KeyOperation::Generate, "p256, p384 or ed25519, or a build with the feature `rsa`"),
        (KeyOperation::Open, "RFC 8410"),
        (KeyOperation::ComputePublicPart, "with its public part"),
        (KeyOperation::Check, "openssl pkey -check"),
        (KeyOperation::WritePkcs1, "PKCS#8"),
        (KeyOperation::WriteSec1, "PKCS#8"),
        (KeyOperation::Sign, "rsa-2048"),
        (KeyOperation::SignCertificates, "rsa-2048"),
    ] {
        let error = Error::UnsupportedKey { operation, algorithm: "DSA".to_owned() };
        assert!(error.hint().is_some_and(|hint| hint.contains(way_out)), "{error}: {:?}", error.hint());
        assert!(error.to_string().starts_with(&operation.to_string()), "{error}");
    }
}

/// Without an option and without a command.
fn is_general(hint: &str) -> bool {
    !hint.contains("--") && !hint.contains("certwright ")
}
