//! What an existing authority has to be before it is continued, and what is worth knowing about it.

use crate::certificate::{Certificate, KeyUsage, unreadable_constraint};
use crate::chain::Chain;
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::key::Algorithm;
use crate::timestamp::Timestamp;

/// Checks that every certificate of the chain may certify what stands below it.
///
/// # Errors
///
/// [`Error::NotAnAuthority`].
pub(super) fn may_certify(chain: &Chain) -> Result<(), Error> {
    let mut below = 0u32;
    for certificate in chain.full() {
        let reason = lacking(certificate).or_else(|| too_deep(certificate, below));
        if let Some(reason) = reason {
            return Err(Error::NotAnAuthority { subject: certificate.subject().to_string(), reason });
        }
        below = below.saturating_add(u32::from(!certificate.is_self_issued()));
    }
    Ok(())
}

/// Checks that a certificate by itself may certify others.
///
/// # Errors
///
/// [`Error::NotAnAuthority`].
pub(super) fn may_certify_others(certificate: &Certificate) -> Result<(), Error> {
    match lacking(certificate) {
        None => Ok(()),
        Some(reason) => Err(Error::NotAnAuthority { subject: certificate.subject().to_string(), reason }),
    }
}

fn lacking(certificate: &Certificate) -> Option<&'static str> {
    let signs = certificate.key_usage().is_none_or(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN));
    match (certificate.is_authority(), signs) {
        (false, _) => Some("its basic constraints do not make it an authority"),
        (true, false) => Some("its key usage does not include keyCertSign"),
        (true, true) => None,
    }
}

/// Self-issued authorities below do not count (RFC 5280 section 4.2.1.9).
fn too_deep(certificate: &Certificate, below: u32) -> Option<&'static str> {
    let limit = certificate.basic_constraints().and_then(|basic| basic.path_length);
    limit
        .is_some_and(|limit| below > limit)
        .then_some("more authorities stand below it than its path length allows")
}

/// One remark about a certificate of the chain, given the one above it.
type Remark = fn(&Certificate, Option<&Certificate>, Timestamp) -> Option<String>;

/// Rule, source, remark.
const REMARKS: &[(&str, &str, Remark)] = &[
    ("continued-not-current", "RFC 5280 section 6.1.3 (a) (2)", not_current),
    ("continued-without-key-id", "RFC 5280 section 4.2.1.2", without_key_id),
    ("continued-without-key-usage", "RFC 5280 section 4.2.1.3", without_key_usage),
    ("continued-outlives-issuer", "practice: the shorter end counts", outlives_issuer),
    ("continued-unknown-critical", "RFC 5280 section 4.2", unknown_critical),
    ("continued-unreadable-extension", "RFC 5280 section 4.2", unreadable_extension),
    ("continued-constraint-syntax", "RFC 5280 section 4.2.1.10", constraint_syntax),
    ("continued-weak-key", "CA/B Baseline Requirements 6.1.5 and 6.1.6", weak_key),
    ("continued-weak-signature", "practice: SHA-1 and MD5 collide", weak_signature),
];

/// Warnings about an authority that is continued, its own certificate first.
pub(super) fn findings(chain: &Chain, now: Timestamp) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, certificate) in chain.full().iter().enumerate() {
        let above = chain.full().get(index.saturating_add(1));
        for (rule, citation, remark) in REMARKS {
            if let Some(message) = remark(certificate, above, now) {
                let finding = Finding::new(rule, Severity::Warning, citation, message);
                found.push(finding.at(certificate.subject().to_string()));
            }
        }
    }
    found
}

fn not_current(certificate: &Certificate, _: Option<&Certificate>, now: Timestamp) -> Option<String> {
    let window = certificate.window();
    (!window.contains(now)).then(|| format!("it is valid {window}, and it is {now}: nothing can be issued"))
}

fn without_key_id(certificate: &Certificate, _: Option<&Certificate>, _: Timestamp) -> Option<String> {
    let missing = certificate.subject_key_id().is_none();
    missing
        .then(|| "it has no subject key identifier: what it issues refers to the SHA-1 of its key".to_owned())
}

fn without_key_usage(certificate: &Certificate, _: Option<&Certificate>, _: Timestamp) -> Option<String> {
    let missing = certificate.key_usage().is_none();
    missing.then(|| "it does not say what its key may be used for".to_owned())
}

fn outlives_issuer(certificate: &Certificate, above: Option<&Certificate>, _: Timestamp) -> Option<String> {
    let (own, above) = (certificate.window().not_after, above?);
    let end = above.window().not_after;
    (own > end).then(|| format!("it ends on {own}, and {} on {end}", above.subject()))
}

fn unknown_critical(certificate: &Certificate, _: Option<&Certificate>, _: Timestamp) -> Option<String> {
    let unknown = &certificate.facts().unknown_critical;
    let listed: Vec<_> = unknown.iter().map(ToString::to_string).collect();
    (!unknown.is_empty())
        .then(|| format!("readers refuse critical extensions they do not know: {}", listed.join(", ")))
}

fn unreadable_extension(certificate: &Certificate, _: Option<&Certificate>, _: Timestamp) -> Option<String> {
    let faults = &certificate.facts().faults;
    let listed: Vec<_> = faults.iter().map(|(oid, reason)| format!("{oid}: {reason}")).collect();
    (!faults.is_empty()).then(|| format!("unreadable extensions: {}", listed.join("; ")))
}

fn constraint_syntax(certificate: &Certificate, _: Option<&Certificate>, _: Timestamp) -> Option<String> {
    let (base, reason) = unreadable_constraint(certificate.facts().name_constraints.as_ref()?)?;
    Some(format!("no name of this kind can be issued under the constraint {base}: {reason}"))
}

fn weak_key(certificate: &Certificate, _: Option<&Certificate>, _: Timestamp) -> Option<String> {
    let key = certificate.public_key();
    let short =
        matches!(key.algorithm(), Algorithm::Rsa { bits } | Algorithm::RsaPss { bits } if *bits < 2048);
    let weak = short || !key.weaknesses().is_empty();
    weak.then(|| {
        format!(
            "its key is weak ({}): readers refuse it, or its private part can be computed",
            key.algorithm()
        )
    })
}

/// A root's own signature carries no trust.
fn weak_signature(certificate: &Certificate, above: Option<&Certificate>, _: Timestamp) -> Option<String> {
    let algorithm = certificate.signature_algorithm();
    let weak = above.is_some() && algorithm.digest_bits.is_some_and(|bits| bits < 224);
    weak.then(|| format!("it is signed by {algorithm}"))
}
