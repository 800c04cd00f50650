//! Exactly the extensions that each profile stands for, for every kind of key.

use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{
    Authority, Certificate, Csr, ExtendedKeyUsage, KeyType, KeyUsage, Ledger, Lifetime, PrivateKey,
    PublicKey, Request,
};

use crate::support::pki::{key, key_types, ledger, name, root, root_with};

const SKI: &str = "2.5.29.14";
const KU: &str = "2.5.29.15";
const SAN: &str = "2.5.29.17";
const BC: &str = "2.5.29.19";
const AKI: &str = "2.5.29.35";
const EKU: &str = "2.5.29.37";

/// Each extension's type, with `!` where it is critical, in the order of the types.
fn types(certificate: &Certificate) -> Vec<String> {
    let mark = |critical| if critical { "!" } else { "" };
    let all = certificate.extensions().iter();
    let mut types: Vec<_> = all.map(|e| format!("{}{}", e.oid, mark(e.critical))).collect();
    types.sort();
    types
}

fn is_rsa(kind: KeyType) -> bool {
    matches!(kind, KeyType::Rsa2048 | KeyType::Rsa3072 | KeyType::Rsa4096)
}

/// Version 3, the subject's key under its identifier, the issuer's identifier, and nothing that names the issuer
/// in another way.
fn assert_common(certificate: &Certificate, key: &PublicKey, issuer: Option<&Certificate>) {
    assert_eq!(certificate.version(), 3);
    assert_eq!(certificate.public_key(), key);
    assert_eq!(certificate.subject_key_id(), Some(&key.key_id()[..]));
    let aki = certificate.authority_key_id();
    assert_eq!(aki.and_then(|id| id.key_id.as_deref()), issuer.and_then(Certificate::subject_key_id));
    assert!(aki.is_none_or(|id| id.issuer.is_none() && id.serial.is_none()));
    let signer = issuer.unwrap_or(certificate);
    assert_eq!(certificate.issuer().as_der(), signer.subject().as_der());
    certificate.verify_signature(signer.public_key()).unwrap();
}

fn assert_authority(certificate: &Certificate, path_length: Option<u32>) {
    let basic = certificate.basic_constraints().unwrap();
    assert_eq!((basic.authority, basic.path_length), (true, path_length));
    let usage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_CERT_SIGN).with(KeyUsage::CRL_SIGN);
    assert_eq!(certificate.key_usage(), Some(usage));
}

#[test]
fn a_root_has_exactly_its_extensions() {
    let ledger = ledger();
    for kind in key_types() {
        let key = PrivateKey::generate(kind).unwrap();
        let public = key.public_key().clone();
        let root = Authority::root(&Root::new(Lifetime::years(10)), name("CN=Root"), key, &ledger).unwrap();
        let certificate = root.certificate();
        assert_eq!(types(certificate), [SKI, &format!("{KU}!"), &format!("{BC}!")], "{kind}");
        assert_common(certificate, &public, None);
        assert_authority(certificate, None);
        assert!(certificate.is_self_signed());
    }
}

#[test]
fn a_subordinate_has_exactly_its_extensions() {
    let root = root(&ledger());
    for kind in key_types() {
        let key = PrivateKey::generate(kind).unwrap();
        let request = Csr::create(&name("CN=Sub"), &key).unwrap();
        let chain = root.certify(&Subordinate::new(Lifetime::years(3)), &request).unwrap();
        let certificate = chain.certificate();
        assert_eq!(types(certificate), [SKI, &format!("{KU}!"), &format!("{BC}!"), AKI], "{kind}");
        assert_common(certificate, key.public_key(), Some(root.certificate()));
        assert_authority(certificate, Some(0));
    }
}

#[test]
fn a_leaf_has_exactly_its_extensions() {
    use ExtendedKeyUsage::{ClientAuth, ServerAuth};
    let root = root(&ledger());
    let lifetime = Lifetime::days(395);
    for kind in key_types() {
        let key = PrivateKey::generate(kind).unwrap();
        let signature = KeyUsage::DIGITAL_SIGNATURE;
        // Only RSA encrypts keys, and only for those who serve.
        let serving = if is_rsa(kind) { signature.with(KeyUsage::KEY_ENCIPHERMENT) } else { signature };
        for (leaf, purposes, usage) in [
            (Leaf::client(lifetime), vec![ClientAuth], signature),
            (Leaf::server(lifetime), vec![ServerAuth], serving),
            (Leaf::peer(lifetime), vec![ServerAuth, ClientAuth], serving),
        ] {
            let request = Request::new(key.public_key()).subject(name("CN=a")).dns("a.example.com").unwrap();
            let issued = root.issue(&leaf, request).unwrap();
            let certificate = issued.certificate();
            assert_eq!(types(certificate), [SKI, &format!("{KU}!"), SAN, AKI, EKU], "{kind} {leaf:?}");
            assert_common(certificate, key.public_key(), Some(root.certificate()));
            assert!(!certificate.is_authority());
            assert_eq!(certificate.extended_key_usage(), Some(&purposes[..]), "{kind}");
            assert_eq!(certificate.key_usage(), Some(usage), "{kind} {leaf:?}");
        }
    }
}

#[test]
fn alternative_names_are_critical_exactly_when_the_subject_is_empty() {
    let root = root(&ledger());
    let named = Request::new(key().public_key()).dns("a.example.com").unwrap();
    for (request, critical) in [(named.clone(), true), (named.subject(name("CN=a")), false)] {
        let leaf = root.issue(&Leaf::client(Lifetime::days(1)), request).unwrap();
        let all = leaf.certificate().extensions();
        let names = all.iter().find(|e| e.oid.to_string() == SAN).unwrap();
        assert_eq!(names.critical, critical);
        assert_eq!(leaf.certificate().subject().is_empty(), critical);
    }
}

#[test]
fn without_alternative_names_there_is_no_such_extension() {
    let request = Request::new(key().public_key()).subject(name("CN=a"));
    let leaf = root(&ledger()).issue(&Leaf::client(Lifetime::days(1)), request).unwrap();
    assert_eq!(types(leaf.certificate()), [SKI, &format!("{KU}!"), AKI, EKU]);
}

#[test]
fn path_lengths_are_those_of_the_profiles() {
    let ledger = ledger();
    let root = root_with(&Root::new(Lifetime::years(10)).path_length(2), &ledger);
    assert_authority(root.certificate(), Some(2));
    let request = Csr::create(&name("CN=Sub"), &key()).unwrap();
    let sub = root.certify(&Subordinate::new(Lifetime::years(1)).path_length(1), &request).unwrap();
    assert_authority(sub.certificate(), Some(1));
}

/// A chain of authorities with these path lengths, the root's first; the last one may be refused.
fn descend(root_limit: Option<u8>, lengths: &[u8], ledger: &Ledger) -> Result<(), String> {
    let profile = Root::new(Lifetime::years(10));
    let profile = root_limit.map_or(profile.clone(), |limit| profile.path_length(limit));
    let mut issuer = root_with(&profile, ledger);
    for (depth, length) in lengths.iter().enumerate() {
        let subject = name(&format!("CN=Sub {depth}"));
        let pending = certwright::PendingAuthority::new(subject, key()).unwrap();
        let profile = Subordinate::new(Lifetime::years(1)).path_length(*length);
        let certified = issuer.certify(&profile, pending.csr()).map_err(|error| {
            let refusing = error.findings().iter().filter(|finding| finding.is_error());
            let rules: Vec<_> = refusing.map(|finding| finding.rule).collect();
            rules.join(" ")
        });
        issuer = pending.activate(certified?, ledger).unwrap();
    }
    Ok(())
}

#[test]
fn a_path_length_is_below_its_issuers_and_nobody_certifies_under_zero() {
    let ledger = ledger();
    let refused = Err("path-length".to_owned());
    for (root, lengths, outcome) in [
        (None, &[0][..], Ok(())),
        (None, &[255, 254], Ok(())),
        (None, &[2, 1, 0], Ok(())),
        (Some(1), &[0], Ok(())),
        (Some(0), &[0], refused.clone()),
        (Some(1), &[1], refused.clone()),
        (Some(3), &[5], refused.clone()),
        (None, &[0, 0], refused.clone()),
        (None, &[1, 1], refused.clone()),
        (None, &[1, 0, 0], refused),
    ] {
        assert_eq!(descend(root, lengths, &ledger), outcome, "root {root:?}, below it {lengths:?}");
    }
}
