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

fn revocation_address(subject: &Subject<'_>) -> Option<String> {
    let holders = [oids::CRL_DISTRIBUTION_POINTS, oids::FRESHEST_CRL, oids::AUTHORITY_INFO_ACCESS];
    let found = holders.iter().flat_map(|oid| addresses(subject, oid));
    found.into_iter().find_map(|element| https(&element)).map(|address| format!("{address} is https"))
}

/// The first URI (context tag 6 of GeneralName) below the element that begins with https.
fn https(element: &Element<'_>) -> Option<String> {
    if element.tag == tag::context(6) {
        let text = String::from_utf8_lossy(element.contents);
        let scheme = text.get(.."https:".len()).unwrap_or_default();
        return when(scheme.eq_ignore_ascii_case("https:"), || text.escape_debug().to_string());
    }
    if element.tag & tag::CONSTRUCTED == 0 {
        return None;
    }
    // The nesting was bounded when the extension was read.
    der::elements("an address", element.contents).ok()?.iter().find_map(https)
}
