//! The search for a path: depth first from the certificate, each one checked as it is added.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::certificate::Certificate;
use crate::chain::pair::KeyIds;
use crate::finding::Finding;

use super::budget::Budget;
use super::effort::Effort;
use super::graph::{Graph, Names, Node};
use super::link::{self, Link, Role};
use super::verdict::{Attempt, Rejected, Verified};
use super::{AnchorUse, Verifier, policies, profile, revocation, rules};

/// More attempts than anybody reads.
const MOST_ATTEMPTS: usize = 100;

/// Which certificates a climb goes over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Climb {
    /// Those that lead to an anchor over certificates without faults of their own: it finds the path.
    Sound,
    /// Those that lead to an anchor by their names: it tells which rules are in the way.
    Reaching,
    /// All: it tells where the names end.
    Any,
}

/// First with names byte for byte; only then as RFC 5280 section 7.1 compares them.
pub(super) fn verify(
    verifier: &Verifier<'_>,
    certificate: &Certificate,
    others: &[Certificate],
    nested: usize,
    budget: &Budget,
) -> Result<Verified, Rejected> {
    let search = |names| {
        let graph = Graph::new(verifier, certificate, others, names);
        Search::new(verifier, others, graph, nested, budget)
    };
    match search(Names::Exact).run() {
        Ok(verified) => Ok(verified),
        Err(attempts) => search(Names::Folded).run_after(attempts).map_err(Rejected::new),
    }
}

/// The paths of the anchors and the others, as [`verify`] finds them, at the expense of one search.
///
/// Where there is none, nothing says why. An anchor is its own path where all of it counts, and has none where its key
/// does.
pub(super) fn paths(verifier: &Verifier<'_>, others: &[Certificate]) -> Vec<Vec<Certificate>> {
    let budget = Budget::new(&verifier.limits);
    let search = |names, effort| {
        let graph = Graph::whole(verifier, others, names);
        Search { effort, ..Search::new(verifier, others, graph, 0, &budget) }
    };
    let together = verifier.anchors.len().saturating_add(others.len());
    let mut exact = search(Names::Exact, Effort::of_all(&verifier.limits, together));
    let mut found: Vec<_> = (0..exact.graph.len()).map(|index| exact.path_from(index)).collect();
    if found.iter().any(Option::is_none) {
        let mut folded = search(Names::Folded, exact.effort);
        let open = found.iter_mut().enumerate().filter(|(_, path)| path.is_none());
        open.for_each(|(index, path)| *path = folded.path_from(index));
    }
    found.into_iter().flatten().collect()
}

struct Search<'a> {
    verifier: &'a Verifier<'a>,
    others: &'a [Certificate],
    nested: usize,
    budget: &'a Budget,
    graph: Graph<'a>,
    /// Whether the first's signature verifies with the second's key.
    signatures: HashMap<(usize, usize), Result<(), Finding>>,
    effort: Effort,
    attempts: Vec<Attempt>,
    exhausted: bool,
}

impl<'a> Search<'a> {
    fn new(
        verifier: &'a Verifier<'a>,
        others: &'a [Certificate],
        graph: Graph<'a>,
        nested: usize,
        budget: &'a Budget,
    ) -> Self {
        Self {
            verifier,
            others,
            nested,
            budget,
            graph,
            signatures: HashMap::new(),
            effort: Effort::of_one(&verifier.limits),
            attempts: Vec::new(),
            exhausted: false,
        }
    }

    /// A second search, whose outcome counts only where folding names changed anything.
    fn run_after(self, attempts: Vec<Attempt>) -> Result<Verified, Vec<Attempt>> {
        match self.run() {
            Ok(verified) => Ok(verified),
            Err(more) if more.len() > attempts.len() => Err(more),
            Err(_) => Err(attempts),
        }
    }

    fn run(mut self) -> Result<Verified, Vec<Attempt>> {
        let Some(leaf) = self.graph.node_at(0).map(|node| node.certificate) else { return Err(Vec::new()) };
        let faults = link::faults(self.verifier, &Link::alone(leaf, Role::Leaf));
        if !faults.is_empty() {
            self.record(&[0], faults, false);
            return Err(self.attempts);
        }
        match self.trusted_itself(leaf).or_else(|| self.climb()) {
            Some(path) => Ok(self.verified(&path)),
            None => {
                self.record_exhaustion();
                Err(self.attempts)
            }
        }
    }

    /// Looks for a path; where there is none, climbs again for the reasons.
    fn climb(&mut self) -> Option<Vec<usize>> {
        let found = self.extend(&mut vec![0], Climb::Sound);
        if found.is_some() || self.exhausted {
            return found;
        }
        self.attempts.clear();
        self.effort.again();
        let found = self.extend(&mut vec![0], Climb::Reaching);
        if found.is_none() && self.attempts.is_empty() {
            self.extend(&mut vec![0], Climb::Any)
        } else {
            found
        }
    }

    /// The path of this certificate of a whole graph.
    fn path_from(&mut self, index: usize) -> Option<Vec<Certificate>> {
        let node = self.graph.node_at(index)?;
        let (leaf, anchor) = (node.certificate, node.anchor);
        let faults = link::faults(self.verifier, &Link::alone(leaf, Role::Leaf));
        if !faults.is_empty() || (anchor && self.verifier.anchor_use != AnchorUse::Certificate) {
            return None;
        }
        self.effort.next();
        self.exhausted = false;
        let path = match anchor {
            true => vec![index],
            false => self.extend(&mut vec![index], Climb::Sound)?,
        };
        Some(self.graph.certificates(&path).into_iter().cloned().collect())
    }

    /// An anchor is trusted itself, not only for what it signs.
    fn trusted_itself(&mut self, leaf: &Certificate) -> Option<Vec<usize>> {
        let listed = self.verifier.anchors.contains(leaf);
        (listed && self.verifier.anchor_use == AnchorUse::Certificate).then(|| vec![0])
    }

    fn verified(self, path: &[usize]) -> Verified {
        let path: Vec<_> = self.graph.certificates(path).into_iter().cloned().collect();
        Verified { findings: link::remarks(&path), path, attempts: self.attempts }
    }

    fn record(&mut self, path: &[usize], findings: Vec<Finding>, complete: bool) {
        if self.attempts.len() < MOST_ATTEMPTS {
            let path = self.graph.certificates(path).into_iter().cloned().collect();
            self.attempts.push(Attempt { path, findings, complete });
        }
    }

    fn record_exhaustion(&mut self) {
        if self.exhausted || self.attempts.is_empty() {
            let message = "the search was given up: too many certificates could be the next one";
            // The list may be full, and this must not be lost.
            self.attempts.truncate(MOST_ATTEMPTS.saturating_sub(1));
            self.record(&[0], vec![rules::BUDGET.broken(message)], false);
        }
    }

    /// Goes up from the end of the path.
    fn extend(&mut self, path: &mut Vec<usize>, climb: Climb) -> Option<Vec<usize>> {
        if !self.may_look(path) {
            self.exhausted = true;
            return None;
        }
        let candidates = self.candidates(path, climb);
        if candidates.is_empty() {
            self.no_issuer(path, climb);
            return None;
        }
        for candidate in candidates {
            // The path of a CRL's signer is looked for at the expense of the whole search.
            if !self.effort.step() || (self.nested > 0 && !self.budget.step()) {
                self.exhausted = true;
            }
            if self.exhausted {
                return None;
            }
            path.push(candidate);
            if self.holds(path)
                && let Some(found) = self.arrived_or_extended(path, climb)
            {
                return Some(found);
            }
            path.pop();
        }
        None
    }

    fn arrived_or_extended(&mut self, path: &mut Vec<usize>, climb: Climb) -> Option<Vec<usize>> {
        let anchor = path.last().and_then(|index| self.graph.node_at(*index)).is_some_and(|node| node.anchor);
        if !anchor {
            return self.extend(path, climb);
        }
        let faults = self.whole(path);
        if faults.is_empty() {
            return Some(path.clone());
        }
        self.record(path, faults, true);
        None
    }

    /// The rules that need the whole path.
    fn whole(&self, path: &[usize]) -> Vec<Finding> {
        let path = self.graph.certificates(path);
        let mut faults: Vec<_> = policies::fault(self.verifier, &path).into_iter().collect();
        faults.extend(revocation::faults(self.verifier, &path, self.others, self.nested, self.budget));
        faults
    }

    fn no_issuer(&mut self, path: &[usize], climb: Climb) {
        // A certificate whose issuer is there but leads nowhere is explained by the last climb.
        let Some(last) = path.last().and_then(|index| self.graph.node_at(*index)) else { return };
        if climb == Climb::Any || self.graph.issuers(last).is_empty() {
            let message = profile::missing(last.certificate);
            self.record(path, vec![rules::ISSUER.broken(message)], false);
        }
    }

    /// Whether the search may look at everybody who has the name of the last one's issuer.
    fn may_look(&mut self, path: &[usize]) -> bool {
        let last = path.last().and_then(|index| self.graph.node_at(*index));
        let named = last.map_or(0, |last| self.graph.issuers(last).len());
        self.effort.look(named)
    }

    /// Who may have issued the last one of the path, the most promising first.
    fn candidates(&self, path: &[usize], climb: Climb) -> Vec<usize> {
        let Some(last) = path.last().and_then(|index| self.graph.node_at(*index)) else { return Vec::new() };
        let named = self.graph.issuers(last).iter();
        let mut candidates: Vec<_> = named
            .filter_map(|index| self.graph.node_at(*index).map(|node| (*index, node)))
            .filter(|(_, node)| self.leads(path, node, climb) && !self.repeats(path, node))
            .collect();
        candidates.sort_by_cached_key(|(_, node)| self.promise(last.certificate, node));
        candidates.into_iter().map(|(index, _)| index).collect()
    }

    /// Whether it belongs to the climb; a sound path must not become too long before it arrives.
    fn leads(&self, path: &[usize], node: &Node<'_>, climb: Climb) -> bool {
        let arrives = |distance: usize| path.len().saturating_add(distance) < self.verifier.limits.longest;
        match climb {
            Climb::Sound => node.distance.is_some_and(arrives),
            Climb::Reaching => node.reaches,
            Climb::Any => true,
        }
    }

    /// The same name and key twice in a path is a loop, whatever the certificates. A key that is an anchor by itself
    /// ends the path, also the path of its own self-signed certificate.
    fn repeats(&self, path: &[usize], node: &Node<'_>) -> bool {
        if node.anchor && self.verifier.anchor_use != AnchorUse::Certificate {
            return false;
        }
        path.iter().filter_map(|index| self.graph.node_at(*index)).any(|other| {
            other.subject == node.subject
                && other.certificate.public_key().matches(node.certificate.public_key())
        })
    }

    fn promise(&self, child: &Certificate, node: &Node<'_>) -> impl Ord + use<> {
        let window = node.certificate.window();
        let expired = !window.contains(self.verifier.at);
        let distance = node.distance.unwrap_or(usize::MAX);
        let identifier = KeyIds::of(child, node.certificate);
        (
            identifier,
            expired,
            !node.anchor,
            distance,
            Reverse(window.not_after),
            node.certificate.fingerprint(),
        )
    }

    /// Checks the last one of the path; what it breaks is recorded.
    fn holds(&mut self, path: &[usize]) -> bool {
        let Some((candidate, below)) = path.split_last() else { return false };
        let Some(node) = self.graph.node_at(*candidate) else { return false };
        let (certificate, anchor, role) = (node.certificate, node.anchor, node.role());
        let below_it = self.graph.certificates(below);
        let mut faults = if node.reaches {
            node.faults.clone()
        } else {
            link::own_faults(self.verifier, &Link::alone(certificate, role))
        };
        if !self.effort.compare(link::comparisons(certificate, &below_it)) {
            self.exhausted = true;
            return false;
        }
        faults.extend(link::placed_faults(self.verifier, &Link { below: &below_it, certificate, role }));
        faults.extend(self.too_long(path, &below_it));
        // A key that did not sign makes every other fault of the certificate meaningless.
        match self.signature(below.last().copied(), *candidate) {
            Some(Err(fault)) => self.record(path, vec![fault], false),
            None => {}
            Some(Ok(())) if !faults.is_empty() => self.record(path, faults, anchor),
            Some(Ok(())) => return true,
        }
        false
    }

    fn too_long(&self, path: &[usize], below: &[&Certificate]) -> Option<Finding> {
        let limits = self.verifier.limits;
        // A certificate of its own issuer may be the last one, whether it is trusted or not.
        let last = |node: &Node<'_>| node.anchor || node.certificate.is_self_issued();
        let ends = path.last().and_then(|i| self.graph.node_at(*i)).is_some_and(last);
        let end = path.len().saturating_add(usize::from(!ends));
        if end > limits.longest {
            let message = format!("the path has more than {} certificates", limits.longest);
            return Some(rules::DEPTH.broken(message));
        }
        let limit = limits.intermediates?;
        let intermediates = below.iter().skip(1).filter(|c| !link::is_self_issued(c)).count();
        let message = || format!("the path has {intermediates} intermediates, at most {limit} are read");
        (intermediates > limit).then(|| rules::DEPTH.broken(message()))
    }

    /// `None` where the budget is used up.
    fn signature(&mut self, child: Option<usize>, issuer: usize) -> Option<Result<(), Finding>> {
        let key = (child?, issuer);
        if let Some(known) = self.signatures.get(&key) {
            return Some(known.clone());
        }
        let beyond = self.nested > 0 && !self.budget.signature();
        if beyond || !self.effort.signature() {
            self.exhausted = true;
            return None;
        }
        let (child, issuer) =
            (self.graph.node_at(key.0)?.certificate, self.graph.node_at(key.1)?.certificate);
        let outcome = link::signature(self.verifier, child, issuer);
        self.signatures.insert(key, outcome.clone());
        Some(outcome)
    }
}
