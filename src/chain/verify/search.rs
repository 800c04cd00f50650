//! The search for a path: depth first from the certificate, each one checked as it is added.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet, VecDeque};

use crate::certificate::Certificate;
use crate::finding::Finding;

use super::link::{self, Link, Role};
use super::verdict::{Attempt, Rejected, Verified};
use super::{AnchorUse, Verifier, policies, profile, revocation, rules};

/// More attempts than anybody reads.
const MOST_ATTEMPTS: usize = 100;

/// The most comparisons of names with constraints in one search: four times what one pair of certificates may cost.
const MOST_COMPARISONS: usize = 1_000_000;

/// How names are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Exact,
    /// RFC 5280 section 7.1.
    Folded,
}

/// First with names byte for byte; only then as RFC 5280 section 7.1 compares them.
pub(super) fn verify(
    verifier: &Verifier<'_>,
    certificate: &Certificate,
    others: &[Certificate],
    nested: usize,
) -> Result<Verified, Rejected> {
    let exact = Search::new(verifier, certificate, others, Names::Exact, nested).run();
    match exact {
        Ok(verified) => Ok(verified),
        Err(attempts) => Search::new(verifier, certificate, others, Names::Folded, nested)
            .run_after(attempts)
            .map_err(Rejected::new),
    }
}

struct Node<'a> {
    certificate: &'a Certificate,
    anchor: bool,
    subject: Cow<'a, [u8]>,
    issuer: Cow<'a, [u8]>,
    /// Whether names lead from here to an anchor.
    reaches: bool,
}

struct Search<'a> {
    verifier: &'a Verifier<'a>,
    others: &'a [Certificate],
    names: Names,
    nested: usize,
    /// The certificate that is asked about comes first.
    nodes: Vec<Node<'a>>,
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
    /// Whether the first's signature verifies with the second's key.
    signatures: HashMap<(usize, usize), Result<(), Finding>>,
    steps: usize,
    comparisons: usize,
    attempts: Vec<Attempt>,
    exhausted: bool,
}

impl<'a> Search<'a> {
    fn new(
        verifier: &'a Verifier<'a>,
        certificate: &'a Certificate,
        others: &'a [Certificate],
        names: Names,
        nested: usize,
    ) -> Self {
        let mut search = Self {
            verifier,
            others,
            names,
            nested,
            nodes: Vec::with_capacity(verifier.anchors.len().saturating_add(others.len())),
            by_subject: HashMap::new(),
            signatures: HashMap::new(),
            steps: 0,
            comparisons: 0,
            attempts: Vec::new(),
            exhausted: false,
        };
        search.fill(certificate);
        search.mark_reaching();
        search
    }

    fn fill(&mut self, certificate: &'a Certificate) {
        let mut seen = HashSet::new();
        let anchors = self.verifier.anchors.iter().map(|c| (c, true));
        self.nodes.push(self.node(certificate, false));
        for (other, anchor) in anchors.chain(self.others.iter().map(|c| (c, false))) {
            if (anchor || other != certificate) && seen.insert(other.fingerprint()) {
                self.nodes.push(self.node(other, anchor));
            }
        }
        for (index, node) in self.nodes.iter().enumerate().skip(1) {
            self.by_subject.entry(node.subject.to_vec()).or_default().push(index);
        }
    }

    fn node(&self, certificate: &'a Certificate, anchor: bool) -> Node<'a> {
        let form = |name: &'a crate::name::Subject| match self.names {
            Names::Exact => Cow::Borrowed(name.as_der()),
            Names::Folded => Cow::Owned(name.canonical()),
        };
        let (subject, issuer) = (form(certificate.subject()), form(certificate.issuer()));
        Node { certificate, anchor, subject, issuer, reaches: anchor }
    }

    /// From the anchors down: what has no way up to one by names alone is not worth a signature.
    fn mark_reaching(&mut self) {
        let mut by_issuer: HashMap<&[u8], Vec<usize>> = HashMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            by_issuer.entry(&node.issuer).or_default().push(index);
        }
        let mut reaching: Vec<bool> = self.nodes.iter().map(|node| node.anchor).collect();
        let mut queue: VecDeque<_> = self.nodes.iter().filter(|n| n.anchor).map(|n| &n.subject).collect();
        let mut done = HashSet::new();
        while let Some(subject) = queue.pop_front() {
            if !done.insert(subject) {
                continue;
            }
            for index in by_issuer.get(&**subject).into_iter().flatten() {
                if let (Some(flag), Some(node)) = (reaching.get_mut(*index), self.nodes.get(*index)) {
                    *flag = true;
                    queue.push_back(&node.subject);
                }
            }
        }
        self.nodes.iter_mut().zip(reaching).for_each(|(node, reaches)| node.reaches = reaches);
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
        let Some(leaf) = self.nodes.first().map(|node| node.certificate) else { return Err(Vec::new()) };
        let faults = link::faults(self.verifier, &Link { below: &[], certificate: leaf, role: Role::Leaf });
        if !faults.is_empty() {
            self.record(&[0], faults, false);
            return Err(self.attempts);
        }
        let mut path = vec![0];
        let found = self.trusted_itself(leaf).or_else(|| self.extend(&mut path, true));
        // Where names lead to no anchor at all, the climb only explains where they end.
        let found = match (found, self.attempts.is_empty()) {
            (None, true) => self.extend(&mut path, false),
            (found, _) => found,
        };
        match found {
            Some(path) => Ok(self.verified(&path)),
            None => {
                self.record_exhaustion();
                Err(self.attempts)
            }
        }
    }

    /// An anchor is trusted itself, not only for what it signs.
    fn trusted_itself(&mut self, leaf: &Certificate) -> Option<Vec<usize>> {
        let listed = self.verifier.anchors.contains(leaf);
        (listed && self.verifier.anchor_use == AnchorUse::Certificate).then(|| vec![0])
    }

    fn verified(self, path: &[usize]) -> Verified {
        let path: Vec<_> = self.certificates(path).into_iter().cloned().collect();
        Verified { findings: link::remarks(&path), path, attempts: self.attempts }
    }

    fn certificates(&self, path: &[usize]) -> Vec<&'a Certificate> {
        path.iter().filter_map(|index| self.nodes.get(*index)).map(|node| node.certificate).collect()
    }

    fn record(&mut self, path: &[usize], findings: Vec<Finding>, complete: bool) {
        if self.attempts.len() < MOST_ATTEMPTS {
            let path = self.certificates(path).into_iter().cloned().collect();
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

    /// Goes up from the end of the path; `only_reaching` leaves out what cannot lead to an anchor.
    fn extend(&mut self, path: &mut Vec<usize>, only_reaching: bool) -> Option<Vec<usize>> {
        let candidates = self.candidates(path, only_reaching);
        if candidates.is_empty() {
            self.no_issuer(path, only_reaching);
            return None;
        }
        for candidate in candidates {
            self.steps = self.steps.saturating_add(1);
            if self.steps > self.verifier.limits.steps {
                self.exhausted = true;
            }
            if self.exhausted {
                return None;
            }
            path.push(candidate);
            if self.holds(path)
                && let Some(found) = self.arrived_or_extended(path, only_reaching)
            {
                return Some(found);
            }
            path.pop();
        }
        None
    }

    fn arrived_or_extended(&mut self, path: &mut Vec<usize>, only_reaching: bool) -> Option<Vec<usize>> {
        let anchor = path.last().and_then(|index| self.nodes.get(*index)).is_some_and(|node| node.anchor);
        if !anchor {
            return self.extend(path, only_reaching);
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
        let path = self.certificates(path);
        let mut faults: Vec<_> = policies::fault(self.verifier, &path).into_iter().collect();
        faults.extend(revocation::faults(self.verifier, &path, self.others, self.nested));
        faults
    }

    fn no_issuer(&mut self, path: &[usize], only_reaching: bool) {
        // A certificate whose issuer is there but leads nowhere is explained by the second climb.
        let Some(last) = path.last().and_then(|index| self.nodes.get(*index)) else { return };
        if !only_reaching || !self.by_subject.contains_key(&*last.issuer) {
            let message = profile::missing(last.certificate);
            self.record(path, vec![rules::ISSUER.broken(message)], false);
        }
    }

    /// Who may have issued the last one of the path, the most promising first.
    fn candidates(&self, path: &[usize], only_reaching: bool) -> Vec<usize> {
        let Some(last) = path.last().and_then(|index| self.nodes.get(*index)) else { return Vec::new() };
        let named = self.by_subject.get(&*last.issuer).map_or(&[][..], Vec::as_slice);
        let mut candidates: Vec<_> = named
            .iter()
            .copied()
            .filter_map(|index| self.nodes.get(index).map(|node| (index, node)))
            .filter(|(_, node)| (node.reaches || !only_reaching) && !self.repeats(path, node))
            .collect();
        candidates.sort_by_cached_key(|(_, node)| self.promise(last.certificate, node));
        candidates.into_iter().map(|(index, _)| index).collect()
    }

    /// The same name and key twice in a path is a loop, whatever the certificates. A key that is an anchor by itself
    /// ends the path, also the path of its own self-signed certificate.
    fn repeats(&self, path: &[usize], node: &Node<'_>) -> bool {
        if node.anchor && self.verifier.anchor_use == AnchorUse::NameAndKey {
            return false;
        }
        path.iter().filter_map(|index| self.nodes.get(*index)).any(|other| {
            other.subject == node.subject && other.certificate.public_key() == node.certificate.public_key()
        })
    }

    fn promise(&self, child: &Certificate, node: &Node<'_>) -> impl Ord + use<> {
        let window = node.certificate.window();
        let expired = !window.contains(self.verifier.at);
        let identifier = link::identifier(child, node.certificate);
        (identifier, expired, !node.anchor, Reverse(window.not_after), node.certificate.fingerprint())
    }

    /// Checks the last one of the path; what it breaks is recorded.
    fn holds(&mut self, path: &[usize]) -> bool {
        let Some((candidate, below)) = path.split_last() else { return false };
        let Some(node) = self.nodes.get(*candidate) else { return false };
        let (certificate, anchor) = (node.certificate, node.anchor);
        let role = if anchor { Role::Anchor } else { Role::Intermediate };
        let below_it = self.certificates(below);
        if self.comparisons > MOST_COMPARISONS {
            self.exhausted = true;
            return false;
        }
        self.comparisons = self.comparisons.saturating_add(link::comparisons(certificate, &below_it));
        let mut faults = link::faults(self.verifier, &Link { below: &below_it, certificate, role });
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
        let anchor = path.last().and_then(|i| self.nodes.get(*i)).is_some_and(|node| node.anchor);
        let end = path.len().saturating_add(usize::from(!anchor));
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
        if self.signatures.len() >= self.verifier.limits.signatures {
            self.exhausted = true;
            return None;
        }
        let (child, issuer) = (self.nodes.get(key.0)?.certificate, self.nodes.get(key.1)?.certificate);
        let outcome = link::signature(self.verifier, child, issuer);
        self.signatures.insert(key, outcome.clone());
        Some(outcome)
    }
}
