//! The other side with its store: whom it lets in, and over which way.

use crate::certificate::Certificate;
use crate::chain::Verified;
use crate::timestamp::Timestamp;
use crate::truststore::{Reading, Refusal, Rules};

use super::order::upwards;

/// The reader of a truststore.
pub(super) struct Reader<'a> {
    store: &'a [Certificate],
    pub(super) rules: Rules,
    pub(super) at: Timestamp,
}

impl<'a> Reader<'a> {
    pub(super) fn new(store: &'a [Certificate], rules: &Rules, at: Timestamp) -> Self {
        Self { store, rules: rules.clone(), at }
    }

    /// What it does with a client that presents these. A signature that cannot be checked here is taken to hold: the
    /// reader may well check it.
    pub(super) fn decide(&self, presented: &[Certificate]) -> Result<Verified, Refusal> {
        self.decide_by(&self.rules, presented)
    }

    pub(super) fn lets_in(&self, presented: &[Certificate]) -> bool {
        self.decide(presented).is_ok()
    }

    fn decide_by(&self, rules: &Rules, presented: &[Certificate]) -> Result<Verified, Refusal> {
        Reading { store: self.store, rules, crls: &[], at: self.at, presumes: true }.decide(presented)
    }

    /// The way over any of these on which it would let the client in.
    fn search(&self, known: &[Certificate]) -> Option<Vec<Certificate>> {
        let rules = Rules { backtracks: true, all_or_nothing: false, ..self.rules.clone() };
        self.decide_by(&rules, known).ok().map(|verified| verified.path)
    }
}

/// The client's way up.
pub(super) struct Way {
    /// The client, then its issuers, those too that only the store has.
    pub(super) path: Vec<Certificate>,
    pub(super) ends: Destination,
}

/// What is known of the other side, the best last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Destination {
    /// Nothing, or it lets the client in over no way.
    Unknown,
    /// It would over this way, and does not with what is sent.
    Missed,
    /// It lets the client in with what is sent.
    Reached,
}

impl Way {
    /// The way by which the other side lets the client in, else the one that most readers take. `sent` begins with
    /// the client, as does `known`, where everything is that is at hand.
    pub(super) fn find(
        sent: &[Certificate],
        known: &[Certificate],
        reader: Option<&Reader<'_>>,
        at: Timestamp,
    ) -> Self {
        let decided = reader.and_then(|reader| reader.decide(sent).ok()).map(|verified| verified.path);
        let (path, ends) = match decided {
            Some(path) => (path, Destination::Reached),
            None => match reader.and_then(|reader| reader.search(known)) {
                Some(path) => (path, Destination::Missed),
                None => (known.iter().take(1).cloned().collect(), Destination::Unknown),
            },
        };
        Self { path: extended(path, known, at), ends }
    }
}

/// A reader may stop below the root.
fn extended(mut path: Vec<Certificate>, known: &[Certificate], at: Timestamp) -> Vec<Certificate> {
    let Some(last) = path.pop() else { return path };
    let rest: Vec<_> = known.iter().filter(|one| !path.contains(one)).collect();
    path.extend(upwards(&last, &rest, at));
    path
}
