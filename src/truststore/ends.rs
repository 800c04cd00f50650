//! Until when a store works, and for whom.

use crate::certificate::Certificate;
use crate::chain::{AnchorUse, Verifier};
use crate::timestamp::Timestamp;

use super::predict::split;
use super::rules::Rules;

/// Until when the clients of one authority of a store are let in, if their own certificates last.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct End {
    /// The authority.
    pub authority: Certificate,
    /// The last second; nothing where the reader does not look at the dates of this anchor.
    pub until: Option<Timestamp>,
    /// Whose end that is: the authority's own, or that of one above it.
    pub bounded_by: Certificate,
}

/// The ends of every authority that leads to an anchor now, the earliest first.
pub(super) fn ends(store: &[Certificate], rules: &Rules, at: Timestamp) -> Vec<End> {
    let (anchors, rest) = split(store, rules);
    let verifier = Verifier::new(&anchors, at).anchor_use(rules.anchor_use);
    let mut ends: Vec<_> = verifier.paths(&rest).iter().filter_map(|path| end(path)).collect();
    if rules.anchor_use != AnchorUse::Certificate {
        ends.extend(anchors.iter().map(endless));
    }
    ends.sort_by_key(|end| (end.until.is_none(), end.until, end.authority.fingerprint()));
    ends.dedup_by_key(|end| end.authority.fingerprint());
    ends
}

fn end(path: &[Certificate]) -> Option<End> {
    let bounded_by = path.iter().min_by_key(|certificate| certificate.window().not_after)?;
    Some(End {
        authority: path.first()?.clone(),
        until: Some(bounded_by.window().not_after),
        bounded_by: bounded_by.clone(),
    })
}

/// The end of an anchor at whose dates nobody looks.
fn endless(anchor: &Certificate) -> End {
    End { authority: anchor.clone(), until: None, bounded_by: anchor.clone() }
}
