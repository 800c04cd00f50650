//! The one way up of a reader that never looks back: `X509_verify_cert` of OpenSSL 3.0.
//!
//! Of the certificates that may have issued one it takes the first that is current, those of the store before those
//! that are sent. It goes by names and key identifiers; signatures, purposes and constraints it looks at when it has
//! arrived, and then there is no other way any more.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::certificate::Certificate;
use crate::timestamp::Timestamp;

/// More certificates than OpenSSL follows by default.
const LONGEST: usize = 102;

/// What of the store, and of the certificates that are sent, lies on the way up from the client.
pub(super) fn climbed(
    client: &Certificate,
    store: &[Certificate],
    sent: &[Certificate],
    at: Timestamp,
) -> (Vec<Certificate>, Vec<Certificate>) {
    let (mut path, mut from_store) = (vec![client], 0usize);
    let [in_store, in_sent] = [store, sent].map(by_subject);
    while let Some(last) = path.last().filter(|last| path.len() < LONGEST && !names_itself(last)) {
        let stored = first_issuer(last, &in_store, &path, at);
        // Once it has come to the store, it looks at nothing else.
        let issuer = match from_store {
            0 => stored.or_else(|| first_issuer(last, &in_sent, &path, at)),
            _ => stored,
        };
        let Some(issuer) = issuer else { break };
        from_store = from_store.saturating_add(usize::from(stored.is_some()));
        path.push(issuer);
    }
    // A root that is sent counts where the store has the very same.
    if path.last().is_some_and(|root| from_store == 0 && names_itself(root) && store.contains(root)) {
        from_store = 1;
    }
    let (sent, stored) = path.split_at(path.len().saturating_sub(from_store));
    let owned = |part: &[&Certificate]| part.iter().map(|one| (*one).clone()).collect();
    (owned(stored), owned(sent.get(1..).unwrap_or_default()))
}

/// Names are compared as RFC 5280 section 7.1 does.
fn by_subject(pool: &[Certificate]) -> HashMap<Vec<u8>, Vec<&Certificate>> {
    let mut named: HashMap<_, Vec<_>> = HashMap::new();
    for certificate in pool {
        named.entry(certificate.subject().canonical()).or_default().push(certificate);
    }
    named
}

fn names_itself(certificate: &Certificate) -> bool {
    certificate.is_self_issued() && may_issue(certificate, certificate)
}

/// The first that is current, else the one that ended last.
fn first_issuer<'a>(
    child: &Certificate,
    pool: &HashMap<Vec<u8>, Vec<&'a Certificate>>,
    path: &[&Certificate],
    at: Timestamp,
) -> Option<&'a Certificate> {
    let named = pool.get(&child.issuer().canonical())?;
    let candidates = || named.iter().copied().filter(|one| may_issue(one, child) && !path.contains(one));
    let current = candidates().find(|one| one.window().contains(at));
    current.or_else(|| candidates().min_by_key(|one| Reverse(one.window().not_after)))
}

/// Whether the issuer's key is of the kind that signed the child, and what the child says about that key and its
/// certificate fits, as far as both say something.
pub(crate) fn may_issue(issuer: &Certificate, child: &Certificate) -> bool {
    if !issuer.public_key().may_sign_under(child.algorithm_der()) {
        return false;
    }
    let Some(named) = child.authority_key_id() else { return true };
    let key = named.key_id.as_deref().zip(issuer.subject_key_id());
    let serial = named.serial.as_deref();
    key.is_none_or(|(named, own)| named == own)
        && serial.is_none_or(|named| named == issuer.serial().content())
}
