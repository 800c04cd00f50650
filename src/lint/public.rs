//! Rules for certificates that browsers trust: the CA/Browser Forum's Baseline Requirements, as far as a private
//! authority may want to know what would die there, and when.

use super::registry::Rule;
use super::{Subject, public, when};
use crate::certificate::{Certificate, GeneralName};
use crate::key::Algorithm;
use crate::timestamp::Timestamp;

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
        "A common name is one of the alternative names.",
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

/// From when on leaves live at most so many days of 86,400 seconds.
const LIFETIMES: [(&str, u64); 5] =
    [("2018-03-01", 825), ("2020-09-01", 398), ("2026-03-15", 200), ("2027-03-15", 100), ("2029-03-15", 47)];

/// Since when subjects have no organizational unit.
const NO_ORGANIZATIONAL_UNIT: &str = "2022-09-01";

/// How many days a root lives.
const ROOT_DAYS: std::ops::RangeInclusive<u64> = 2922..=9132;

const DAY: u64 = 86_400;

/// The days a leaf that is issued at this moment may live.
fn limit(at: Timestamp) -> Option<u64> {
    let started = |from: &str| Timestamp::parse(from).is_some_and(|from| from <= at);
    LIFETIMES.iter().rev().find(|(from, _)| started(from)).map(|(_, days)| *days)
}

fn lifetime(subject: &Subject<'_>) -> Option<String> {
    let (seconds, days) = (subject.certificate.window().seconds(), limit(subject.at)?);
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
    let certificate = leaf(subject)?;
    let listed = |common_name: &String| {
        certificate.alt_names().iter().any(|name| match name {
            GeneralName::Dns(name) => name.eq_ignore_ascii_case(common_name),
            name => name.ip().is_some_and(|address| address.to_string() == *common_name),
        })
    };
    let stray = certificate.subject().values("CN").into_iter().find(|name| !listed(name))?;
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
    let since = Timestamp::parse(NO_ORGANIZATIONAL_UNIT)?;
    let unit = leaf(subject)?.subject().values("OU").into_iter().next()?;
    when(subject.at >= since, || format!("the subject has the organizational unit {unit}"))
}

fn key_type(subject: &Subject<'_>) -> Option<String> {
    let algorithm = subject.certificate.public_key().algorithm();
    let known = matches!(
        algorithm,
        Algorithm::Rsa { .. } | Algorithm::EcdsaP256 | Algorithm::EcdsaP384 | Algorithm::EcdsaP521
    );
    when(!known, || format!("the key is of the kind {algorithm}"))
}
