//! What holds for every certificate that is issued, and for every refusal.

use certwright::chain::{Policy, Verifier};
use certwright::lint::{Options, lint};
use certwright::{AltName, Authority, Certificate, Error, Issued, Prepared, PublicKey, Subject, Timestamp};

use super::scene;

/// What a certificate was asked for with, byte for byte.
pub struct Wanted {
    /// The subject.
    pub subject: Subject,
    /// The key.
    pub key: PublicKey,
    /// The alternative names, in their order, perhaps repeated.
    pub names: Vec<AltName>,
    /// Whether the profile has extensions of the caller's own.
    pub extensions: bool,
}

/// Refusals are about what was asked for. Others mean that something wrong was built, and noticed late.
pub fn refused(error: &Error) {
    let ours = [
        "syntax",
        "profile",
        "refused",
        "empty-name",
        "key-refused",
        "unsupported-key",
        "lifetime-zero",
        "time-range",
        "ends-in-the-past",
        "outlives-issuer",
        "lifetime-too-long",
        "lifetime-too-short",
    ];
    assert!(ours.contains(&error.kind()), "{}: {error}", error.kind());
    assert!(!error.to_string().contains(|c: char| c.is_ascii_control()), "{error:?}");
}

/// What was planned is what was asked for and what is signed; it lints clean and verifies.
pub fn issued(prepared: Prepared, authority: &Authority, wanted: &Wanted) {
    says_what_was_asked(prepared.unsigned(), wanted);
    plan_agrees(&prepared);
    lives_inside_its_issuers(&prepared, authority);
    let (unsigned, waived) = (prepared.unsigned().clone(), prepared.waived().to_vec());
    let issued = prepared.sign().expect("what is prepared is signed");
    assert_eq!(issued.certificate().tbs(), unsigned.tbs());
    reads_again(issued.certificate(), authority);
    lints_clean(&issued, &waived);
    verifies(&issued, &waived, wanted);
}

fn says_what_was_asked(certificate: &Certificate, wanted: &Wanted) {
    assert_eq!(certificate.subject(), &wanted.subject);
    assert_eq!(certificate.public_key().spki_der(), wanted.key.spki_der());
    let found: Vec<_> = certificate.alt_names().iter().map(ToString::to_string).collect();
    let mut asked = Vec::new();
    for name in &wanted.names {
        if !asked.contains(name) {
            asked.push(name.clone());
        }
    }
    assert_eq!(found, asked.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert!(certificate.serial().conforms());
}

fn plan_agrees(prepared: &Prepared) {
    let (plan, certificate) = (prepared.plan(), prepared.unsigned());
    let planned = |name: &str| {
        let field =
            plan.fields.iter().find(|field| field.name == name).expect("a field of every certificate");
        field.value.clone()
    };
    assert_eq!(planned("serialNumber"), certificate.serial().to_string());
    assert_eq!(planned("issuer"), certificate.issuer().to_string());
    assert_eq!(planned("subject"), certificate.subject().to_string());
    assert_eq!(planned("notBefore"), certificate.window().not_before.to_string());
    assert!(planned("notAfter").starts_with(&certificate.window().not_after.to_string()));
    // Version, serial number, signature, issuer, two ends, subject and key come before the extensions.
    assert_eq!(plan.fields.len(), 8 + certificate.extensions().len());
    assert_eq!((&plan.findings[..], &plan.allowed[..]), (prepared.findings(), prepared.allowed()));
    assert!(!plan.to_string().contains(|c: char| c.is_ascii_control() && c != '\n'), "{plan:?}");
}

fn lives_inside_its_issuers(prepared: &Prepared, authority: &Authority) {
    let (window, granted) = (prepared.unsigned().window(), prepared.granted());
    assert_eq!(window, granted.granted);
    assert!(authority.chain().full().iter().all(|issuer| issuer.window().encloses(&window)), "{granted:?}");
    assert_eq!(granted.bounded_by.is_some(), granted.granted != granted.requested, "{granted:?}");
}

fn reads_again(certificate: &Certificate, authority: &Authority) {
    assert_eq!(&Certificate::from_der(certificate.der()).expect("what is issued is read"), certificate);
    assert_eq!(certificate.issuer().as_der(), authority.certificate().subject().as_der());
    certificate.verify_signature(authority.certificate().public_key()).expect("the issuer signed it");
}

fn lints_clean(issued: &Issued, waived: &[&'static str]) {
    let findings = lint(issued.chain().full(), &Options::new());
    let broken = findings.iter().find(|finding| finding.is_error() && !waived.contains(&finding.rule));
    assert!(broken.is_none(), "{broken:?}");
}

fn verifies(issued: &Issued, waived: &[&'static str], wanted: &Wanted) {
    let now: Timestamp = scene::NOW.parse().expect("a time");
    let anchors = [issued.chain().anchor().clone()];
    let verifier = Verifier::new(&anchors, now).policy(Policy::Profile);
    // Not every rule of lint is one of verification.
    let verifier =
        waived.iter().fold(verifier, |verifier, rule| verifier.clone().waive(rule).unwrap_or(verifier));
    let verifier =
        wanted.names.iter().filter(|name| can_be_expected(name)).cloned().fold(verifier, Verifier::expect);
    if let Err(rejected) = verifier.verify(issued.certificate(), issued.chain().full()) {
        // Extensions of the caller's own may be critical to everybody, or demand policies that nobody has.
        let own = ["critical-extension-known", "certificate-policies"].contains(&rejected.rule());
        assert!(own && wanted.extensions, "{rejected:?}");
    }
}

/// A wildcard is no name of anything; directory names are not looked for.
fn can_be_expected(name: &AltName) -> bool {
    match name {
        AltName::Dns(name) => !name.is_wildcard(),
        AltName::Directory(_) => false,
        _ => true,
    }
}
