//! Rules for certificates that browsers trust: the CA/Browser Forum's Baseline Requirements, as far as a private
//! authority may want to know what would die there, and when.

use super::registry::Rule;
use super::{Subject, public, when};
use crate::baseline::{self, DAY};
use crate::certificate::{Certificate, GeneralName};

pub(super) const RULES: &[Rule] = &[
    public(
        "public-lifetime",
        "CA/B Baseline Requirements 6.3.2",
        "Leaves live at most 398 days, 200 from 2026-03-15, 100 from 2027-03-15, 47 from 2029-03-15.",
        lifetime,
    ),
    public(
        "public-root-lifetime",
        "CA/B Baseline Requirements 6.3.2; root programme policies",
        "Roots live between 2922 and 9132 days.",
        root_lifetime,
    ),
    public(
        "public-common-name",
        "CA/B Baseline Requirements 7.1.4.3",
        "A common name is a copy of one of the alternative names, character for character.",
        common_name,
    ),
    public(
        "public-alt-names",
        "CA/B Baseline Requirements 7.1.2.7.12",
        "Leaves have alternative names, all of them DNS names and IP addresses.",
        alt_names,
    ),
    public(
        "public-organizational-unit",
        "CA/B Baseline Requirements 7.1.4.3",
        "Subjects have no organizational unit (forbidden since 2022-09-01).",
        organizational_unit,
    ),
    public(
        "public-key-type",
        "CA/B Baseline Requirements 6.1.5",
        "Keys are RSA, P-256, P-384 or P-521.",
        key_type,
    ),
];

/// How many days a root lives.
const ROOT_DAYS: std::ops::RangeInclusive<u64> = 2922..=9132;

fn lifetime(subject: &Subject<'_>) -> Option<String> {
    let (seconds, days) = (subject.certificate.window().seconds(), baseline::leaf_days(subject.at)?);
    let broken = !subject.certificate.is_authority() && seconds > days.saturating_mul(DAY);
    when(broken, || {
        let lives = seconds.div_ceil(DAY);
        format!("it lives {lives} days; {days} are allowed for what is issued on {}", subject.at)
    })
}

fn root_lifetime(subject: &Subject<'_>) -> Option<String> {
    let certificate = subject.certificate;
    let days = certificate.window().seconds().div_ceil(DAY);
    let root = certificate.is_authority() && certificate.is_self_issued();
    when(root && !ROOT_DAYS.contains(&days), || format!("the root lives {days} days"))
}

fn is_host(name: &GeneralName) -> bool {
    matches!(name, GeneralName::Dns(_) | GeneralName::Ip(_))
}

fn leaf<'a>(subject: &Subject<'a>) -> Option<&'a Certificate> {
    Some(subject.certificate).filter(|certificate| !certificate.is_authority())
}

fn common_name(subject: &Subject<'_>) -> Option<String> {
    let stray = baseline::stray_common_name(leaf(subject)?)?;
    Some(format!("the common name {stray} is no alternative name"))
}

fn alt_names(subject: &Subject<'_>) -> Option<String> {
    let names = leaf(subject)?.alt_names();
    match names.iter().find(|name| !is_host(name)) {
        Some(other) => Some(format!("{other} is neither a DNS name nor an IP address")),
        None => when(names.is_empty(), || "there are no alternative names".to_owned()),
    }
}

fn organizational_unit(subject: &Subject<'_>) -> Option<String> {
    let unit = baseline::organizational_unit(leaf(subject)?, subject.at)?;
    Some(format!("the subject has the organizational unit {unit}"))
}

fn key_type(subject: &Subject<'_>) -> Option<String> {
    let algorithm = subject.certificate.public_key().algorithm();
    when(!baseline::allows(algorithm), || format!("the key is of the kind {algorithm}"))
}
