//! The MUSTs of RFC 5280 section 4 that do not decide whether a path holds, for each certificate of it.

use crate::certificate::{Certificate, KeyUsage, oids};
use crate::finding::Finding;

use super::link::{Link, Role};
use super::rules::{Rule, rule};
use super::{Policy, Verifier};

type Check = fn(&Link<'_>) -> Option<String>;

const CRITICALITY: Rule = rule("extension-criticality", "RFC 5280 section 4.2");
/// BR 7.1.2.5.2 allows name constraints that are not critical, as an explicit exception from RFC 5280.
const CRITICAL_CONSTRAINTS: Rule = rule("name-constraints-critical", "RFC 5280 section 4.2.1.10");

const CHECKS: &[(Rule, Check)] = &[
    (rule("version-three", "RFC 5280 section 4.1.2.1"), version),
    (rule("serial-conforms", "RFC 5280 section 4.1.2.2"), serial),
    (rule("issuer-named", "RFC 5280 section 4.1.2.4"), issuer_named),
    (rule("validity-forward", "RFC 5280 section 4.1.2.5"), validity),
    (rule("authority-has-subject", "RFC 5280 section 4.1.2.6"), authority_named),
    (CRITICALITY, criticality),
    (CRITICAL_CONSTRAINTS, constraints_critical),
    (rule("authority-key-id-present", "RFC 5280 section 4.2.1.1"), authority_key_id),
    (rule("subject-key-id-present", "RFC 5280 section 4.2.1.2"), subject_key_id),
    (rule("cert-sign-iff-authority", "RFC 5280 section 4.2.1.3, 4.2.1.9"), cert_sign),
    (rule("alt-name-syntax", "RFC 5280 section 4.2.1.6"), alt_names),
    (rule("constraints-on-authorities", "RFC 5280 section 4.2.1.10"), constraints_on_leaf),
];

/// The ids of the rules that can be left out.
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|(rule, _)| rule.id)
}

pub(super) fn faults(verifier: &Verifier<'_>, link: &Link<'_>) -> Vec<Finding> {
    let relaxed = |rule: &Rule| verifier.policy == Policy::PublicWeb && rule.id == CRITICAL_CONSTRAINTS.id;
    CHECKS
        .iter()
        .filter(|(rule, _)| verifier.applies(*rule) && !relaxed(rule))
        .filter_map(|(rule, check)| {
            let name = link.certificate.subject();
            check(link).map(|message| rule.broken(format!("{name}: {message}")))
        })
        .collect()
}

/// That the issuer is missing, and where it can be fetched.
pub(super) fn missing(certificate: &Certificate) -> String {
    let (name, issuer) = (certificate.subject(), certificate.issuer());
    let from = certificate.ca_issuers().first().map(|url| format!("; it can be fetched from {url}"));
    match (certificate.is_self_issued(), from) {
        (true, _) => format!("{name} is self-issued and not among the anchors"),
        (false, from) => format!(
            "could not find the issuer of {name}: no certificate of {issuer} leads to an anchor{}",
            from.unwrap_or_default()
        ),
    }
}

fn version(link: &Link<'_>) -> Option<String> {
    let version = link.certificate.version();
    (version != 3).then(|| format!("the version is {version}, not 3"))
}

/// No reader looks an anchor up by its serial number, and well-known roots have the number zero.
fn serial(link: &Link<'_>) -> Option<String> {
    let serial = link.certificate.serial();
    if link.role == Role::Anchor {
        return None;
    }
    (!serial.conforms()).then(|| format!("the serial {serial} is not positive or longer than 20 octets"))
}

fn issuer_named(link: &Link<'_>) -> Option<String> {
    link.certificate.issuer().is_empty().then(|| "the issuer's name is empty".to_owned())
}

fn validity(link: &Link<'_>) -> Option<String> {
    let window = link.certificate.window();
    (window.not_before > window.not_after).then(|| format!("the validity runs backwards: {window}"))
}

fn authority_named(link: &Link<'_>) -> Option<String> {
    let nameless = link.certificate.is_authority() && link.certificate.subject().is_empty();
    nameless.then(|| "an authority's subject is empty".to_owned())
}

fn criticality(link: &Link<'_>) -> Option<String> {
    let authority = link.certificate.is_authority();
    let expected = |oid: &[u8]| match oid {
        oids::BASIC_CONSTRAINTS if authority => Some(true),
        oids::POLICY_CONSTRAINTS | oids::INHIBIT_ANY_POLICY => Some(true),
        oids::SUBJECT_ALT_NAME if link.certificate.subject().is_empty() => Some(true),
        oids::SUBJECT_KEY_ID | oids::AUTHORITY_KEY_ID | oids::FRESHEST_CRL => Some(false),
        oids::AUTHORITY_INFO_ACCESS | oids::SUBJECT_INFO_ACCESS => Some(false),
        _ => None,
    };
    let wrong = link.certificate.extensions().iter().find(|extension| {
        expected(extension.oid.content()).is_some_and(|critical| critical != extension.critical)
    })?;
    let state = if wrong.critical { "critical" } else { "not critical" };
    Some(format!("the extension {} is {state}", wrong.oid))
}

fn constraints_critical(link: &Link<'_>) -> Option<String> {
    let extension = link.certificate.facts().find(oids::NAME_CONSTRAINTS)?;
    (!extension.critical).then(|| "the name constraints are not critical".to_owned())
}

/// The identifier may be missing where the certificate is signed with its own key, whatever it calls its issuer.
fn authority_key_id(link: &Link<'_>) -> Option<String> {
    let certificate = link.certificate;
    let named = certificate.authority_key_id().is_some_and(|id| id.key_id.is_some());
    // A root that names its own key in another way than by an identifier is left to the public web's rules.
    let exempt = || certificate.verify_signature(certificate.public_key()).is_ok();
    (!named && !exempt()).then(|| "there is no identifier of the issuer's key".to_owned())
}

fn subject_key_id(link: &Link<'_>) -> Option<String> {
    let missing = link.certificate.is_authority() && link.certificate.subject_key_id().is_none();
    missing.then(|| "an authority has no subject key identifier".to_owned())
}

fn cert_sign(link: &Link<'_>) -> Option<String> {
    let signs = link.certificate.key_usage().map(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN));
    match (link.certificate.is_authority(), signs) {
        (true, Some(false)) => Some("an authority's key is not for certificates".to_owned()),
        (false, Some(true)) => Some("a key for certificates without cA".to_owned()),
        _ => None,
    }
}

fn alt_names(link: &Link<'_>) -> Option<String> {
    link.certificate
        .alt_names()
        .iter()
        .find_map(|name| name.fault().map(|reason| format!("{name}: {reason}")))
}

fn constraints_on_leaf(link: &Link<'_>) -> Option<String> {
    let misplaced = link.role == Role::Leaf
        && link.certificate.facts().name_constraints.is_some()
        && !link.certificate.is_authority();
    misplaced.then(|| "name constraints on a certificate that is no authority's".to_owned())
}
