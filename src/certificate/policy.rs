//! The extensions about certificate policies (RFC 5280 sections 4.2.1.4, 4.2.1.5, 4.2.1.11 and 4.2.1.14).

use crate::der::{self, Element, tag};
use crate::oid::Oid;

const WHAT: &str = "a policy extension";

/// anyPolicy, 2.5.29.32.0.
pub(crate) const ANY_POLICY: &[u8] = &[0x55, 0x1d, 0x20, 0];

/// Policy constraints (section 4.2.1.11): after how many more certificates they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyConstraints {
    /// requireExplicitPolicy.
    pub require_explicit: Option<u32>,
    /// inhibitPolicyMapping.
    pub inhibit_mapping: Option<u32>,
}

/// More policies, or mappings, than any certificate has; bounds the search for duplicates and the graph of policies.
const MOST: usize = 256;

/// The policies of certificatePolicies; their qualifiers are not read.
pub(super) fn policies(value: &[u8]) -> Result<Vec<Oid>, String> {
    let mut found = Vec::new();
    for information in at_most(children(value)?)? {
        let fields = inside(&information)?;
        let policy = fields.first().ok_or("a policy without identifier")?;
        let policy = oid(policy)?;
        if found.contains(&policy) {
            return Err(format!("the policy {policy} stands there twice"));
        }
        found.push(policy);
    }
    if found.is_empty() { Err("no policy is listed".to_owned()) } else { Ok(found) }
}

/// Pairs of the issuer's and the subject's policy.
pub(super) fn mappings(value: &[u8]) -> Result<Vec<(Oid, Oid)>, String> {
    let mut found = Vec::new();
    for mapping in at_most(children(value)?)? {
        match inside(&mapping)?.as_slice() {
            [issuer, subject] => found.push((oid(issuer)?, oid(subject)?)),
            _ => return Err("a mapping is a pair of policies".to_owned()),
        }
    }
    if found.is_empty() { Err("no mapping is listed".to_owned()) } else { Ok(found) }
}

pub(super) fn constraints(value: &[u8]) -> Result<PolicyConstraints, String> {
    let mut read = PolicyConstraints { require_explicit: None, inhibit_mapping: None };
    for field in der::optional(WHAT, children(value)?).map_err(|error| error.to_string())? {
        let number = Some(count(field.contents)?);
        match field.tag {
            0x80 => read.require_explicit = number,
            0x81 => read.inhibit_mapping = number,
            _ => return Err("an unknown field".to_owned()),
        }
    }
    match read {
        PolicyConstraints { require_explicit: None, inhibit_mapping: None } => Err("it is empty".to_owned()),
        some => Ok(some),
    }
}

pub(super) fn inhibit_any(value: &[u8]) -> Result<u32, String> {
    let element = der::single(WHAT, value).map_err(|error| error.to_string())?;
    if element.tag != tag::INTEGER {
        return Err("it is no number".to_owned());
    }
    count(element.contents)
}

/// SkipCerts: no less than 0. What does not fit is more than any chain has.
fn count(contents: &[u8]) -> Result<u32, String> {
    match contents {
        [] => Err("a number is empty".to_owned()),
        [first, ..] if first & 0x80 != 0 => Err("a number is negative".to_owned()),
        octets => Ok(octets.iter().fold(0u32, |n, o| n.saturating_mul(256).saturating_add(u32::from(*o)))),
    }
}

fn children(value: &[u8]) -> Result<Vec<Element<'_>>, String> {
    der::children(WHAT, tag::SEQUENCE, value).map_err(|error| error.to_string())
}

fn at_most(elements: Vec<Element<'_>>) -> Result<Vec<Element<'_>>, String> {
    match elements.len() {
        0..=MOST => Ok(elements),
        more => Err(format!("{more} elements, more than the limit of {MOST}")),
    }
}

fn inside<'a>(element: &Element<'a>) -> Result<Vec<Element<'a>>, String> {
    if element.tag != tag::SEQUENCE {
        return Err("an element is no SEQUENCE".to_owned());
    }
    der::elements(WHAT, element.contents).map_err(|error| error.to_string())
}

fn oid(element: &Element<'_>) -> Result<Oid, String> {
    if element.tag != tag::OID {
        return Err("a policy is an object identifier".to_owned());
    }
    Oid::from_content(element.contents).map_err(|error| error.to_string())
}
