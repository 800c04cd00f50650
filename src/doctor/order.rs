//! Certificates from a leaf upwards, as far as they are there; also over key identifiers that differ, which no chain is
//! built over and which somebody has to be told of.

use crate::certificate::Certificate;

/// More certificates than any path has.
const LONGEST: usize = 32;

/// How many certificates with the right name are tried as the issuer of one: each costs a verification.
const MOST_TRIED: usize = 128;

/// The leaf, then each one's issuer as far as the bag has it; a self-signed root ends it and is part of it.
pub(super) fn upwards(leaf: &Certificate, bag: &[&Certificate]) -> Vec<Certificate> {
    let mut path = vec![leaf.clone()];
    while let Some(last) = path.last().filter(|last| path.len() < LONGEST && !last.is_self_issued()) {
        match issuer_of(last, bag.iter().copied()) {
            Some(issuer) if !path.contains(issuer) => path.push(issuer.clone()),
            _ => break,
        }
    }
    path
}

/// Whether the bag has the authority that certified one of these.
pub(super) fn knows(bag: &[Certificate], presented: &[Certificate]) -> bool {
    presented.iter().take(LONGEST).any(|child| issuer_of(child, bag).is_some())
}

fn issuer_of<'a>(
    child: &Certificate,
    bag: impl IntoIterator<Item = &'a Certificate>,
) -> Option<&'a Certificate> {
    let named = bag.into_iter().filter(|candidate| candidate.subject() == child.issuer());
    named.take(MOST_TRIED).find(|issuer| child.verify_signature(issuer.public_key()).is_ok())
}

/// What the other side has to have already, and therefore is not presented.
pub(super) fn is_root(certificate: &Certificate) -> bool {
    certificate.is_self_issued() && certificate.is_self_signed()
}
