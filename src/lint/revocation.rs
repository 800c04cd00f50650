//! Where revocation is looked up, and certificates that are not looked up at all.

use super::registry::Rule;
use super::{Subject, error, warning, when};
use crate::der::{self, Element, tag};
use crate::profile::oids;

pub(super) const RULES: &[Rule] = &[
    error(
        "no-rev-avail",
        "RFC 9608 section 4",
        "noRevAvail stands in leaves only, and never beside a CRL or an OCSP responder.",
        no_rev_avail,
    ),
    warning(
        "revocation-address",
        "RFC 5280 sections 4.2.1.13 and 8",
        "CRLs and issuers are found by http or ldap: https would need a verification to verify.",
        revocation_address,
    ),
];

fn no_rev_avail(subject: &Subject<'_>) -> Option<String> {
    let facts = subject.certificate.facts();
    facts.find(oids::NO_REV_AVAIL)?;
    if subject.certificate.is_authority() {
        return Some("an authority carries noRevAvail".to_owned());
    }
    let lists = [oids::CRL_DISTRIBUTION_POINTS, oids::FRESHEST_CRL];
    let listed = lists.iter().any(|oid| facts.find(oid).is_some());
    let responder = addresses(subject, oids::AUTHORITY_INFO_ACCESS).iter().any(|description| {
        der::elements("an access description", description.contents)
            .is_ok_and(|parts| parts.first().is_some_and(|method| method.contents == oids::OCSP))
    });
    when(listed || responder, || "noRevAvail stands beside a CRL or an OCSP responder".to_owned())
}

fn addresses<'a>(subject: &Subject<'a>, oid: &[u8]) -> Vec<Element<'a>> {
    let value = subject.certificate.facts().find(oid).map(|extension| extension.value.as_slice());
    value.and_then(|value| der::children("addresses", tag::SEQUENCE, value).ok()).unwrap_or_default()
}

/// Of several addresses at one place, one that everybody can follow is enough (section 4.2.1.13).
fn revocation_address(subject: &Subject<'_>) -> Option<String> {
    let holders = [oids::CRL_DISTRIBUTION_POINTS, oids::FRESHEST_CRL, oids::AUTHORITY_INFO_ACCESS];
    let places: Vec<_> = holders.iter().flat_map(|oid| addresses(subject, oid)).map(|p| uris(&p)).collect();
    let secure = |uri: &&String| has_scheme(uri, "https:");
    if let Some(address) = places.iter().flatten().find(secure) {
        return Some(format!("{address} is https"));
    }
    let plain = |uri: &String| has_scheme(uri, "http:") || has_scheme(uri, "ldap:");
    let lost = places.iter().find(|uris| !uris.is_empty() && !uris.iter().any(plain))?;
    Some(format!("{} is neither http nor ldap", lost.join(", ")))
}

fn has_scheme(uri: &str, scheme: &str) -> bool {
    uri.get(..scheme.len()).is_some_and(|found| found.eq_ignore_ascii_case(scheme))
}

/// Every URI (context tag 6 of GeneralName) below the element.
fn uris(element: &Element<'_>) -> Vec<String> {
    if element.tag == tag::context(6) {
        return vec![String::from_utf8_lossy(element.contents).escape_debug().to_string()];
    }
    if element.tag & tag::CONSTRUCTED == 0 {
        return Vec::new();
    }
    // The nesting was bounded when the extension was read.
    der::elements("an address", element.contents).unwrap_or_default().iter().flat_map(uris).collect()
}
