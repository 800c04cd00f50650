//! What RFC 5280 demands of extensions as such.

use super::registry::Rule;
use super::{Subject, constraints, error, policy, warning, when};
use crate::certificate::{Extension, oids};
use crate::profile::oids as more;

pub(super) const RULES: &[Rule] = &[
    error(
        "extension-duplicate",
        "RFC 5280 section 4.2",
        "No extension stands there twice.",
        extension_duplicate,
    ),
    error(
        "extension-empty",
        "RFC 5280 section 4.2",
        "Of the extensions that RFC 5280 and PKIX define, basic constraints alone may be an empty SEQUENCE.",
        extension_empty,
    ),
    error(
        "extension-readable",
        "RFC 5280 section 4.2",
        "Every extension of a known type has the syntax of its type.",
        extension_readable,
    ),
    error(
        "extension-criticality",
        "RFC 5280 section 4.2.1",
        "Basic constraints of authorities, key usage, name and policy constraints and mappings are critical; identifiers \
         of keys, policies, addresses, attributes and what is said about revocation are not; alternative names are \
         exactly where there is no subject.",
        extension_criticality,
    )
    .warns_of_foreign(),
    warning(
        "extension-unknown-critical",
        "RFC 5280 section 4.2",
        "Every critical extension is one that readers know.",
        extension_unknown_critical,
    )
    .only_foreign(),
    error(
        "leaf-basic-constraints",
        "RFC 5280 section 4.2.1.9",
        "Basic constraints that say nothing are left out of leaves.",
        leaf_basic_constraints,
    )
    .only_issued(),
    error(
        "subject-key-id-present",
        "RFC 5280 section 4.2.1.2",
        "An authority has a subject key identifier.",
        subject_key_id_present,
    )
    .warns_of_foreign(),
];

/// An empty SEQUENCE.
const EMPTY: [u8; 2] = [0x30, 0];

/// Where RFC 5280 and PKIX define extensions: id-ce (2.5.29) and id-pe (1.3.6.1.5.5.7.1).
const ARCS: [&[u8]; 2] = [&[0x55, 0x1d], &[0x2b, 6, 1, 5, 5, 7, 1]];

/// Of all types in these arcs, basic constraints alone say something where nothing is written.
fn is_empty(extension: &Extension) -> bool {
    let oid = extension.oid.content();
    extension.value == EMPTY && oid != oids::BASIC_CONSTRAINTS && ARCS.iter().any(|arc| oid.starts_with(arc))
}

fn extension_duplicate(subject: &Subject<'_>) -> Option<String> {
    let all = subject.certificate.extensions();
    let twice = all.iter().find(|one| all.iter().filter(|other| one.oid == other.oid).count() > 1)?;
    Some(format!("the extension {} stands there twice", twice.oid))
}

fn extension_empty(subject: &Subject<'_>) -> Option<String> {
    let empty = subject.certificate.extensions().iter().find(|extension| is_empty(extension))?;
    Some(format!("the extension {} is an empty SEQUENCE", empty.oid))
}

/// Duplicates, empty ones and some other faults have rules of their own.
fn extension_readable(subject: &Subject<'_>) -> Option<String> {
    let all = subject.certificate.extensions();
    let faults = subject.certificate.facts().faults.iter().filter(|(oid, _)| {
        let mut same = all.iter().filter(|extension| extension.oid == *oid);
        same.clone().count() == 1 && !same.any(|extension| has_own_rule(subject, extension))
    });
    let listed: Vec<_> = faults.map(|(oid, reason)| format!("{oid}: {reason}")).collect();
    when(!listed.is_empty(), || format!("unreadable extensions: {}", listed.join("; ")))
}

fn has_own_rule(subject: &Subject<'_>, extension: &Extension) -> bool {
    is_empty(extension)
        || match extension.oid.content() {
            oids::NAME_CONSTRAINTS => constraints::name_constraints_subtrees(subject).is_some(),
            more::POLICIES => policy::policy_repeated(subject).is_some(),
            _ => false,
        }
}

fn extension_criticality(subject: &Subject<'_>) -> Option<String> {
    let authority = subject.certificate.is_authority();
    let expected = |oid: &[u8]| match oid {
        oids::BASIC_CONSTRAINTS if authority => Some(true),
        oids::KEY_USAGE | oids::NAME_CONSTRAINTS => Some(true),
        more::POLICY_CONSTRAINTS | more::INHIBIT_ANY_POLICY | more::POLICY_MAPPINGS => Some(true),
        oids::SUBJECT_ALT_NAME => Some(subject.certificate.subject().is_empty()),
        oids::SUBJECT_KEY_ID | oids::AUTHORITY_KEY_ID => Some(false),
        more::AUTHORITY_INFO_ACCESS | more::SUBJECT_INFO_ACCESS => Some(false),
        more::CRL_DISTRIBUTION_POINTS | more::FRESHEST_CRL => Some(false),
        more::NO_REV_AVAIL | more::OCSP_NO_CHECK | more::POLICIES => Some(false),
        more::ISSUER_ALT_NAME | more::SUBJECT_DIRECTORY_ATTRIBUTES => Some(false),
        _ => None,
    };
    let wrong = subject.certificate.extensions().iter().find(|extension| {
        expected(extension.oid.content()).is_some_and(|critical| critical != extension.critical)
    })?;
    let state = if wrong.critical { "critical" } else { "not critical" };
    Some(format!("the extension {} is {state}", wrong.oid))
}

fn extension_unknown_critical(subject: &Subject<'_>) -> Option<String> {
    let unknown = subject.certificate.facts().unknown_critical.first()?;
    Some(format!("the extension {unknown} is critical, and few readers know it"))
}

fn leaf_basic_constraints(subject: &Subject<'_>) -> Option<String> {
    let present = subject.certificate.facts().find(oids::BASIC_CONSTRAINTS).is_some();
    when(present && !subject.certificate.is_authority(), || {
        "basic constraints say that a leaf is no authority, which it is not without them".to_owned()
    })
}

fn subject_key_id_present(subject: &Subject<'_>) -> Option<String> {
    let missing = subject.certificate.is_authority() && subject.certificate.subject_key_id().is_none();
    when(missing, || "an authority has no subject key identifier".to_owned())
}
