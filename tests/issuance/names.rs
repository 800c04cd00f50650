//! Whom a certificate names.

use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{Authority, Csr, Error, GeneralName, Lifetime, PendingAuthority, Request, Subject};

use crate::support::pki::{key, ledger, name, request, root, subordinate};

fn client() -> Leaf {
    Leaf::client(Lifetime::days(1))
}

fn rules(findings: &[certwright::Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn every_kind_of_alternative_name_is_written_as_asked_once() {
    let request = Request::new(key().public_key()).dns("API.Example.com").unwrap();
    let request = request.dns("api.example.com").unwrap().dns("*.example.com").unwrap();
    let request = request.ip("192.0.2.1".parse().unwrap()).ip("2001:db8::1".parse().unwrap());
    let request = request.email("a@example.com").unwrap().uri("spiffe://example.com/a").unwrap();
    let leaf = root(&ledger()).issue(&client(), request).unwrap();
    let written: Vec<_> = leaf.certificate().alt_names().iter().map(ToString::to_string).collect();
    let expected = [
        "DNS:api.example.com",
        "DNS:*.example.com",
        "IP:192.0.2.1",
        "IP:2001:db8::1",
        "email:a@example.com",
        "URI:spiffe://example.com/a",
    ];
    assert_eq!(written, expected);
}

#[test]
fn the_subject_is_written_byte_for_byte() {
    let subject = name("CN=a+OU=x,OU=y,OU=z,DC=example,DC=com");
    let leaf = root(&ledger()).issue(&client(), request().subject(subject.clone())).unwrap();
    assert_eq!(leaf.certificate().subject().as_der(), subject.as_der());
}

#[test]
fn names_with_a_fault_are_refused_before_anything_is_planned() {
    let fresh = || Request::new(key().public_key());
    for refused in [
        fresh().dns("a_b.example.com").unwrap_err(),
        fresh().dns("10.0.0.1").unwrap_err(),
        fresh().email("nobody").unwrap_err(),
        fresh().uri("/relative").unwrap_err(),
        Subject::common_name(&"x".repeat(65)).unwrap_err(),
        "CN=a,".parse::<Subject>().unwrap_err(),
    ] {
        assert!(matches!(refused, Error::Syntax { .. }), "{refused:?}");
    }
}

#[test]
fn a_leaf_that_names_nobody_is_refused() {
    let nobody = Request::new(key().public_key());
    let refused = root(&ledger()).prepare(&client(), nobody).unwrap_err();
    assert!(rules(refused.findings()).contains(&"leaf-has-a-name"), "{refused:?}");
}

#[test]
fn an_authority_without_a_name_is_refused() {
    let ledger = ledger();
    let empty = Subject::empty;
    let refused = Authority::root(&Root::new(Lifetime::years(1)), empty(), key(), &ledger).unwrap_err();
    assert!(matches!(refused, Error::EmptyName { .. }), "{refused:?}");
    let refused = PendingAuthority::new(empty(), key()).unwrap_err();
    assert!(matches!(refused, Error::EmptyName { .. }), "{refused:?}");
    let request = Csr::builder(&empty()).dns("ca.example.com").unwrap().sign(&key()).unwrap();
    let profile = Subordinate::new(Lifetime::years(1));
    let refused = root(&ledger).certify(&profile, &request).unwrap_err();
    assert!(matches!(refused, Error::EmptyName { .. }), "{refused:?}");
    let named = profile.subject(name("CN=Named by the profile"));
    let chain = root(&ledger).certify(&named, &request).unwrap();
    assert_eq!(chain.certificate().subject().to_string(), "CN=Named by the profile");
}

#[test]
fn a_subordinates_subject_is_that_of_its_request_unless_the_profile_says_another() {
    let root = root(&ledger());
    let subject = name("CN=Asked,OU=a,OU=b,DC=example,DC=com");
    let request = Csr::create(&subject, &key()).unwrap();
    let profile = Subordinate::new(Lifetime::years(1));
    let asked = root.certify(&profile, &request).unwrap();
    assert_eq!(asked.certificate().subject().as_der(), subject.as_der());
    let granted = root.certify(&profile.subject(name("CN=Granted")), &request).unwrap();
    assert_eq!(granted.certificate().subject().to_string(), "CN=Granted");
}

#[test]
fn a_leaf_issued_by_the_root_works_with_a_warning() {
    let ledger = ledger();
    let root = root(&ledger);
    let leaf = root.issue(&client(), request()).unwrap();
    assert_eq!(rules(leaf.findings()), ["leaf-from-root"]);
    let entry = ledger.find(leaf.certificate().serial()).unwrap().remove(0);
    assert_eq!(entry.warnings, ["leaf-from-root"]);
    let under_sub = subordinate(&root, &ledger).issue(&client(), request()).unwrap();
    assert_eq!(rules(under_sub.findings()), [""; 0]);
}

#[test]
fn a_host_only_in_the_common_name_is_a_warning() {
    let ledger = ledger();
    let sub = subordinate(&root(&ledger), &ledger);
    let request = Request::new(key().public_key()).subject(name("CN=payments.example.com"));
    let client = sub.issue(&client(), request.clone()).unwrap();
    assert_eq!(rules(client.findings()), ["host-only-in-common-name"]);
    let server = sub.issue(&Leaf::server(Lifetime::days(1)), request).unwrap();
    assert_eq!(rules(server.findings()), ["host-only-in-common-name", "server-names-no-host"]);
}

#[test]
fn clients_get_no_name_that_nobody_asked_for() {
    let request = Request::new(key().public_key()).subject(name("CN=payments"));
    let leaf = root(&ledger()).issue(&client(), request).unwrap();
    assert_eq!(leaf.certificate().alt_names(), &[] as &[GeneralName]);
}
