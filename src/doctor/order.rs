//! Certificates from a leaf upwards, as far as they are there; also over key identifiers that differ, which no chain is
//! built over and which somebody has to be told of.

use crate::certificate::Certificate;

/// More certificates than any path has; bounds the work, since each step may check every signature.
const LONGEST: usize = 32;

/// The leaf, then each one's issuer as far as the bag has it; a self-signed root ends it and is part of it.
pub(super) fn upwards(leaf: &Certificate, bag: &[&Certificate]) -> Vec<Certificate> {
    let mut path = vec![leaf.clone()];
    while let Some(last) = path.last().filter(|last| path.len() < LONGEST && !last.is_self_issued()) {
        let issuer = bag.iter().take(LONGEST.saturating_mul(4)).find(|candidate| issued(candidate, last));
        match issuer {
            Some(issuer) if !path.contains(issuer) => path.push((*issuer).clone()),
            _ => break,
        }
    }
    path
}

/// Whether one certificate certifies the other.
pub(super) fn issued(issuer: &Certificate, child: &Certificate) -> bool {
    issuer.subject() == child.issuer() && child.verify_signature(issuer.public_key()).is_ok()
}

/// What the other side has to have already, and therefore is not presented.
pub(super) fn is_root(certificate: &Certificate) -> bool {
    certificate.is_self_issued() && certificate.is_self_signed()
}
