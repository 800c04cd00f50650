//! What is refused, and what is said about it.

use std::path::PathBuf;

use certwright::chain::{Policy, Verifier};
use certwright::profile::{Leaf, Subordinate};
use certwright::{Error, Lifetime};

use crate::support::pki::{NOW, at, ledger, root};

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

/// An embedder shows the hint to people who have never seen certwright's program.
#[test]
fn the_librarys_hints_name_no_option_of_the_program() {
    let (scheme, subject, now) = (|| "PBES2".to_owned(), || "CN=a".to_owned(), at(NOW));
    let errors = [
        Error::Exists { path: PathBuf::from("a") },
        Error::Unexpected { expected: "a certificate", found: "a key".to_owned() },
        Error::PassphraseMissing { scheme: scheme() },
        Error::PassphraseWrong { scheme: scheme() },
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

/// Without an option and without a command.
fn is_general(hint: &str) -> bool {
    !hint.contains("--") && !hint.contains("certwright ")
}
