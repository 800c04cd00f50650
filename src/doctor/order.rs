//! Certificates from a leaf upwards, as far as they are there; also over key identifiers that differ, which no chain is
//! built over and which somebody has to be told of.

use std::cmp::Reverse;

use crate::certificate::Certificate;
use crate::error::Error;
use crate::key::Identity;
use crate::name::Subject;
use crate::timestamp::Timestamp;
use crate::truststore::may_issue;

/// More certificates than any path has.
const LONGEST: usize = 12;

/// How many certificates with the right name are tried as the issuer of one: each may cost a verification.
const MOST_TRIED: usize = 16;

/// The leaf, then each one's issuer as far as the bag has it; a self-signed root ends it and is part of it. Where an
/// issuer has several certificates, it is the first that is an authority's and current.
pub(super) fn upwards(leaf: &Certificate, bag: &[&Certificate], at: Timestamp) -> Vec<Certificate> {
    let mut path = vec![leaf.clone()];
    while let Some(last) = path.last().filter(|last| path.len() < LONGEST && !last.is_self_issued()) {
        match issuer_of(last, bag.iter().copied(), &path, at) {
            Some(issuer) => path.push(issuer.clone()),
            None => break,
        }
    }
    path
}

/// Whether the bag has the authority that certified one of these.
pub(super) fn knows(bag: &[Certificate], presented: &[Certificate], at: Timestamp) -> bool {
    presented.iter().take(LONGEST).any(|child| issuer_of(child, bag, &[], at).is_some())
}

fn issuer_of<'a>(
    child: &Certificate,
    bag: impl IntoIterator<Item = &'a Certificate>,
    below: &[Certificate],
    at: Timestamp,
) -> Option<&'a Certificate> {
    let named = bag.into_iter().filter(|one| one.subject() == child.issuer() && !below.contains(one));
    let mut named: Vec<_> = named.collect();
    named.sort_by_key(|issuer| {
        let window = issuer.window();
        let end = (!window.contains(at)).then_some(Reverse(window.not_after));
        (!issuer.is_authority(), !may_issue(issuer, child), end)
    });
    named.into_iter().take(MOST_TRIED).find(|issuer| certifies(issuer, child))
}

/// Whether the issuer's key signed the child; where that cannot be checked here, key identifiers decide.
fn certifies(issuer: &Certificate, child: &Certificate) -> bool {
    match child.verify_signature(issuer.public_key()) {
        Ok(()) => true,
        // Which takes the kind of the key into account.
        Err(Error::UnverifiableSignature { .. }) => may_issue(issuer, child),
        Err(_) => false,
    }
}

/// What the other side has to have already, and therefore is not presented.
pub(super) fn is_root(certificate: &Certificate) -> bool {
    certificate.is_presumably_self_signed()
}

/// Whom a certificate is about, with the key: equal for twins. Among many it tells them without comparing each with each.
pub(super) fn holder(certificate: &Certificate) -> (&Subject, Identity) {
    (certificate.subject(), certificate.public_key().identity())
}

/// Two certificates of one authority, or of one client: renewed, or cross-signed.
pub(super) fn is_twin(one: &Certificate, other: &Certificate) -> bool {
    one != other && one.subject() == other.subject() && one.public_key().matches(other.public_key())
}
