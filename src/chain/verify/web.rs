//! The rules of the public web (CA/B Baseline Requirements for TLS server certificates), on top of the profile.

use crate::baseline::{self, DAY};
use crate::certificate::{Certificate, ExtendedKeyUsage, GeneralName, KeyUsage, oids};
use crate::finding::Finding;
use crate::key::Algorithm;

use super::Verifier;
use super::link::{Link, Role};
use super::rules::{Rule, rule};

type Check = fn(&Link<'_>) -> Option<String>;

pub(super) const KEY: Rule = rule("web-key", "CA/B Baseline Requirements 6.1.5, 7.1.3.1");

const EVERY: &[(Rule, Check)] =
    &[(KEY, key), (rule("web-signature", "CA/B Baseline Requirements 7.1.3.2"), signature)];

const LEAF: &[(Rule, Check)] = &[
    (rule("web-alt-name-present", "CA/B Baseline Requirements 7.1.2.7.12"), alt_name_present),
    (rule("web-alt-name-criticality", "CA/B Baseline Requirements 7.1.2.7.12"), alt_name_critical),
    (rule("web-common-name-in-alt-names", "CA/B Baseline Requirements 7.1.4.3"), common_name),
    (rule("web-wildcard", "CA/B Baseline Requirements 3.2.2.6"), wildcard),
    (rule("web-purpose", "CA/B Baseline Requirements 7.1.2.7.10"), purpose),
    (rule("web-leaf-is-no-authority", "CA/B Baseline Requirements 7.1.2.7.8, 7.1.2.7.11"), no_authority),
    (rule("web-lifetime", "CA/B Baseline Requirements 6.3.2"), lifetime),
    (rule("web-organizational-unit", "CA/B Baseline Requirements 7.1.4.2.2"), organizational_unit),
];

const ANCHOR: &[(Rule, Check)] = &[
    (rule("web-root-purpose", "CA/B Baseline Requirements 7.1.2.1.2"), root_purpose),
    (rule("web-root-key-id", "CA/B Baseline Requirements 7.1.2.1.3"), root_key_id),
];

/// The ids of the rules that can be left out.
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    EVERY.iter().chain(LEAF).chain(ANCHOR).map(|(rule, _)| rule.id)
}

pub(super) fn faults(verifier: &Verifier<'_>, link: &Link<'_>) -> Vec<Finding> {
    let placed = match link.role {
        Role::Leaf => LEAF,
        Role::Intermediate => &[],
        Role::Anchor => ANCHOR,
    };
    let rules = EVERY.iter().chain(placed).filter(|(rule, _)| verifier.applies(*rule));
    rules
        .filter_map(|(rule, check)| {
            let name = link.certificate.subject();
            check(link).map(|message| rule.broken(format!("{name}: {message}")))
        })
        .collect()
}

fn key(link: &Link<'_>) -> Option<String> {
    let algorithm = link.certificate.public_key().algorithm();
    let small = matches!(algorithm, Algorithm::Rsa { bits } if *bits < 2048 || bits % 8 != 0);
    (small || !baseline::allows(algorithm)).then(|| format!("a key of the kind {algorithm}"))
}

/// The signature of an anchor on itself is nobody's concern.
fn signature(link: &Link<'_>) -> Option<String> {
    let algorithm = link.certificate.signature_algorithm();
    let short = algorithm.digest_bits.is_some_and(|bits| bits < 256);
    (short && link.role != Role::Anchor).then(|| format!("it is signed by {algorithm}"))
}

fn alt_name_present(link: &Link<'_>) -> Option<String> {
    link.certificate.alt_names().is_empty().then(|| "there is no alternative name".to_owned())
}

fn alt_name_critical(link: &Link<'_>) -> Option<String> {
    let critical = link.certificate.facts().find(oids::SUBJECT_ALT_NAME)?.critical;
    let wrong = critical && !link.certificate.subject().is_empty();
    wrong.then(|| "the alternative names are critical beside a subject".to_owned())
}

fn common_name(link: &Link<'_>) -> Option<String> {
    let stray = baseline::stray_common_name(link.certificate)?;
    Some(format!("the common name {stray:?} is none of the alternative names"))
}

/// Without the public suffix list: only suffixes of one label are known to be public.
fn wildcard(link: &Link<'_>) -> Option<String> {
    let wide = |text: &str| text.strip_prefix('*').is_some_and(|rest| !rest.trim_matches('.').contains('.'));
    link.certificate.alt_names().iter().find_map(|name| match name {
        GeneralName::Dns(text) if wide(text) => Some(format!("{text} stands for a whole top-level domain")),
        _ => None,
    })
}

fn purpose(link: &Link<'_>) -> Option<String> {
    let Some(purposes) = link.certificate.extended_key_usage() else {
        return Some("no purpose is listed".to_owned());
    };
    let critical = link.certificate.facts().find(oids::EXTENDED_KEY_USAGE).is_some_and(|e| e.critical);
    let fault = if critical {
        "the purposes are critical"
    } else if purposes.contains(&ExtendedKeyUsage::Any) {
        "it is for any purpose"
    } else if !purposes.contains(&ExtendedKeyUsage::ServerAuth) {
        "it is not for servers"
    } else {
        return None;
    };
    Some(fault.to_owned())
}

fn no_authority(link: &Link<'_>) -> Option<String> {
    let signs = link.certificate.key_usage().is_some_and(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN));
    (link.certificate.is_authority() || signs).then(|| "it is an authority's certificate".to_owned())
}

fn lifetime(link: &Link<'_>) -> Option<String> {
    let window = link.certificate.window();
    let days = baseline::leaf_days(window.not_before)?;
    (window.seconds() > days.saturating_mul(DAY)).then(|| format!("it lives for more than {days} days"))
}

fn organizational_unit(link: &Link<'_>) -> Option<String> {
    let unit = baseline::organizational_unit(link.certificate, link.certificate.window().not_before)?;
    Some(format!("the subject names the organizational unit {unit:?}"))
}

fn root_purpose(link: &Link<'_>) -> Option<String> {
    link.certificate.extended_key_usage().map(|_| "a root limits its purposes".to_owned())
}

fn root_key_id(link: &Link<'_>) -> Option<String> {
    let certificate: &Certificate = link.certificate;
    if !certificate.is_self_issued() {
        return None;
    }
    let id = certificate.authority_key_id()?;
    let odd =
        id.issuer.is_some() || id.serial.is_some() || id.key_id.as_deref() != certificate.subject_key_id();
    odd.then(|| "a root's authority key identifier is its own key identifier alone".to_owned())
}
