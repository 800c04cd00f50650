//! Policies and what is said about them.

use std::collections::BTreeSet;

use super::registry::Rule;
use super::{Subject, error, warning, when};
use crate::certificate::Certificate;
use crate::der::{self, Element, tag};
use crate::profile::oids;

pub(super) const RULES: &[Rule] = &[
    error("policy-repeated", "RFC 5280 section 4.2.1.4", "No policy is listed twice.", policy_repeated),
    error(
        "any-policy-qualifiers",
        "RFC 5280 section 4.2.1.4",
        "anyPolicy is qualified by CPS addresses and user notices only.",
        any_policy_qualifiers,
    ),
    error(
        "policy-limits-place",
        "RFC 5280 sections 4.2.1.5, 4.2.1.11 and 4.2.1.14",
        "Only authorities map, constrain or inhibit policies.",
        policy_limits_place,
    ),
    error(
        "policy-mapping",
        "RFC 5280 section 4.2.1.5",
        "Nothing is mapped to anyPolicy, nor anyPolicy to anything.",
        policy_mapping,
    ),
    warning(
        "policy-mapping-listed",
        "RFC 5280 section 4.2.1.5",
        "What is mapped is listed among the policies.",
        policy_mapping_listed,
    ),
    warning(
        "policy-notice",
        "RFC 5280 section 4.2.1.4; RFC 6818 section 3",
        "The text of a user notice is a UTF8String of at most 200 characters, without control characters.",
        policy_notice,
    )
    .only_foreign(),
];

/// The elements of the SEQUENCE that an extension is; nothing where it is absent or something else.
fn list<'a>(certificate: &'a Certificate, oid: &[u8]) -> Vec<Element<'a>> {
    let value = certificate.facts().find(oid).map(|extension| extension.value.as_slice());
    value.and_then(|value| der::children("a policy extension", tag::SEQUENCE, value).ok()).unwrap_or_default()
}

fn inside<'a>(element: &Element<'a>) -> Vec<Element<'a>> {
    der::elements("a policy", element.contents).unwrap_or_default()
}

fn first<'a>(elements: &[Element<'a>]) -> &'a [u8] {
    elements.first().map_or(&[], |element| element.contents)
}

pub(super) fn policy_repeated(subject: &Subject<'_>) -> Option<String> {
    let mut seen = BTreeSet::new();
    let policies = list(subject.certificate, oids::POLICIES);
    let repeated = policies.iter().any(|policy| !seen.insert(first(&inside(policy))));
    when(repeated, || "a policy is listed twice".to_owned())
}

fn any_policy_qualifiers(subject: &Subject<'_>) -> Option<String> {
    let unfit = list(subject.certificate, oids::POLICIES).iter().map(inside).any(|policy| {
        let qualifiers = policy.get(1).map(inside).unwrap_or_default();
        let known =
            |qualifier: &Element<'_>| [oids::CPS, oids::USER_NOTICE].contains(&first(&inside(qualifier)));
        first(&policy) == oids::ANY_POLICY && !qualifiers.iter().all(known)
    });
    when(unfit, || "anyPolicy has a qualifier that is neither CPS nor user notice".to_owned())
}

fn policy_limits_place(subject: &Subject<'_>) -> Option<String> {
    let limits = [oids::POLICY_MAPPINGS, oids::POLICY_CONSTRAINTS, oids::INHIBIT_ANY_POLICY];
    let present = limits.iter().find_map(|oid| subject.certificate.facts().find(oid))?;
    when(!subject.certificate.is_authority(), || format!("a leaf has the extension {}", present.oid))
}

/// The pairs of policies that are mapped.
fn mappings(certificate: &Certificate) -> Vec<Vec<Element<'_>>> {
    list(certificate, oids::POLICY_MAPPINGS).iter().map(inside).collect()
}

fn policy_mapping(subject: &Subject<'_>) -> Option<String> {
    let any =
        mappings(subject.certificate).iter().flatten().any(|policy| policy.contents == oids::ANY_POLICY);
    when(any, || "anyPolicy is mapped".to_owned())
}

fn policy_mapping_listed(subject: &Subject<'_>) -> Option<String> {
    let listed = list(subject.certificate, oids::POLICIES);
    let listed: BTreeSet<_> = listed.iter().map(|policy| first(&inside(policy))).collect();
    let strange = mappings(subject.certificate).iter().any(|pair| !listed.contains(&first(pair)));
    when(strange, || "a policy is mapped that is not listed".to_owned())
}

/// UserNotice ::= SEQUENCE { noticeRef SEQUENCE OPTIONAL, explicitText DisplayText OPTIONAL }
fn policy_notice(subject: &Subject<'_>) -> Option<String> {
    let policies = list(subject.certificate, oids::POLICIES);
    let qualifiers = policies.iter().filter_map(|policy| inside(policy).get(1).map(inside)).flatten();
    let parts: Vec<_> = qualifiers.map(|qualifier| inside(&qualifier)).collect();
    let notices = parts.iter().filter(|parts| first(parts) == oids::USER_NOTICE);
    let texts: Vec<_> = notices.filter_map(|parts| parts.get(1).map(inside)).flatten().collect();
    texts.iter().filter(|text| text.tag != tag::SEQUENCE).find_map(notice_fault).map(str::to_owned)
}

fn notice_fault(text: &Element<'_>) -> Option<&'static str> {
    let read = std::str::from_utf8(text.contents).ok().filter(|_| text.tag == tag::UTF8_STRING);
    match read {
        None => Some("the text of a user notice is no UTF8String"),
        Some(text) if text.chars().count() > 200 => {
            Some("the text of a user notice is longer than 200 characters")
        }
        Some(text) if text.chars().any(char::is_control) => {
            Some("the text of a user notice holds a control character")
        }
        Some(_) => None,
    }
}
