//! What a certificate and its possible issuer say of each other, signatures apart.

use crate::certificate::Certificate;
use crate::finding::{Finding, Severity};

/// Whether the key identifiers say that this is the issuer (RFC 5280 sections 4.2.1.1 and 4.2.1.2); what agrees comes
/// first.
///
/// A chain is never ordered over those that differ; a verifier tries them last, as RFC 5280 section 6 does not look at
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyIds {
    Agree,
    /// One of the two has none.
    Silent,
    Differ,
}

impl KeyIds {
    pub(super) fn of(child: &Certificate, issuer: &Certificate) -> Self {
        let named = child.authority_key_id().and_then(|id| id.key_id.as_deref());
        match (named, issuer.subject_key_id()) {
            (Some(named), Some(own)) if named == own => Self::Agree,
            (Some(_), Some(_)) => Self::Differ,
            _ => Self::Silent,
        }
    }
}

/// The links of a path where names are equal only as RFC 5280 section 7.1 compares them: many readers compare bytes.
pub(super) fn name_remarks<'a>(
    path: impl IntoIterator<Item = &'a Certificate, IntoIter: Clone>,
) -> Vec<Finding> {
    let path = path.into_iter();
    let links = path.clone().zip(path.skip(1));
    links
        .filter(|(child, issuer)| child.issuer() != issuer.subject())
        .map(|(child, issuer)| {
            let message = format!(
                "{} writes its issuer's name in other bytes than {}",
                child.subject(),
                issuer.subject()
            );
            Finding::new("issuer-name-byte-equal", Severity::Warning, "RFC 5280 section 7.1", message)
        })
        .collect()
}
