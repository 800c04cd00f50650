//! Who may have issued whom, by names alone, and how far it is from each certificate to an anchor.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};

use crate::certificate::Certificate;
use crate::finding::Finding;
use crate::name::Subject;

use super::Verifier;
use super::link::{self, Link, Role};

/// How names are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Exact,
    /// RFC 5280 section 7.1.
    Folded,
}

impl Names {
    fn form(self, name: &Subject) -> Cow<'_, [u8]> {
        match self {
            Self::Exact => Cow::Borrowed(name.as_der()),
            Self::Folded => Cow::Owned(name.canonical()),
        }
    }
}

pub(super) struct Node<'a> {
    pub(super) certificate: &'a Certificate,
    pub(super) anchor: bool,
    pub(super) subject: Cow<'a, [u8]>,
    pub(super) issuer: Cow<'a, [u8]>,
    /// Whether names lead from here to an anchor.
    pub(super) reaches: bool,
    /// The fewest certificates from here to an anchor, all of them without faults of their own.
    pub(super) distance: Option<usize>,
    /// What is wrong with it wherever it stands in a path. Known where it `reaches`.
    pub(super) faults: Vec<Finding>,
}

impl<'a> Node<'a> {
    fn new(certificate: &'a Certificate, anchor: bool, names: Names) -> Self {
        let (subject, issuer) = (names.form(certificate.subject()), names.form(certificate.issuer()));
        Self { certificate, anchor, subject, issuer, reaches: false, distance: None, faults: Vec::new() }
    }

    pub(super) fn role(&self) -> Role {
        if self.anchor { Role::Anchor } else { Role::Intermediate }
    }
}

/// The certificate that is asked about, which comes first, and all that could be above it, each once.
pub(super) struct Graph<'a> {
    nodes: Vec<Node<'a>>,
    by_subject: HashMap<Cow<'a, [u8]>, Vec<usize>>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(
        verifier: &'a Verifier<'a>,
        certificate: &'a Certificate,
        others: &'a [Certificate],
        names: Names,
    ) -> Self {
        let mut graph = Self::above(verifier, certificate, others, names);
        // The first is not held to what its issuers are held to.
        graph.survey(verifier, 1);
        graph
    }

    /// The anchors and the others, to look for the path of each of them: whoever leads to no anchor is nobody's issuer.
    ///
    /// Each has the same number in the graphs of all forms of names.
    pub(super) fn whole(verifier: &'a Verifier<'a>, others: &'a [Certificate], names: Names) -> Self {
        let (mut graph, mut seen) = (Self { nodes: Vec::new(), by_subject: HashMap::new() }, HashSet::new());
        for (certificate, anchor) in all(verifier, others) {
            if seen.insert(certificate.fingerprint()) {
                graph.nodes.push(Node::new(certificate, anchor, names));
            }
        }
        graph.survey(verifier, 0);
        for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.distance.is_some()) {
            graph.by_subject.entry(node.subject.clone()).or_default().push(index);
        }
        graph
    }

    /// Finds out what each one is good for, from this number on.
    fn survey(&mut self, verifier: &Verifier<'_>, first: usize) {
        let reaches = self.distances(|_| true);
        for (node, distance) in self.nodes.iter_mut().zip(reaches).skip(first) {
            node.reaches = distance.is_some();
            if node.reaches {
                node.faults = link::own_faults(verifier, &Link::alone(node.certificate, node.role()));
            }
        }
        let distances = self.distances(|node| node.faults.is_empty());
        self.nodes.iter_mut().zip(distances).for_each(|(node, distance)| node.distance = distance);
    }

    /// From the certificate up: whatever its issuers' names lead to.
    fn above(
        verifier: &'a Verifier<'a>,
        certificate: &'a Certificate,
        others: &'a [Certificate],
        names: Names,
    ) -> Self {
        let mut named = by_subject(verifier, others, names);
        let mut graph =
            Self { nodes: vec![Node::new(certificate, false, names)], by_subject: HashMap::new() };
        let (mut seen, mut next) = (HashSet::new(), 0);
        while let Some(node) = graph.nodes.get(next) {
            next = next.saturating_add(1);
            let Some((name, above)) = named.remove_entry(&node.issuer) else { continue };
            let first = graph.nodes.len();
            for (other, anchor) in above {
                // Anchors come first: a certificate that is one stays one.
                if (anchor || other != certificate) && seen.insert(other.fingerprint()) {
                    graph.nodes.push(Node::new(other, anchor, names));
                }
            }
            graph.by_subject.insert(name, (first..graph.nodes.len()).collect());
        }
        graph
    }

    /// From the anchors down, over the nodes that fit: what has no way up by names is not worth a signature.
    fn distances(&self, fits: impl Fn(&Node<'_>) -> bool) -> Vec<Option<usize>> {
        let mut by_issuer: HashMap<&[u8], Vec<usize>> = HashMap::new();
        for (index, node) in self.nodes.iter().enumerate().filter(|(_, node)| !node.anchor && fits(node)) {
            by_issuer.entry(&node.issuer).or_default().push(index);
        }
        let anchors = self.nodes.iter().map(|node| (node.anchor && fits(node)).then_some(0));
        let mut distances: Vec<_> = anchors.collect();
        let mut queue: VecDeque<_> =
            self.nodes.iter().filter(|n| n.anchor && fits(n)).map(|n| (&*n.subject, 1usize)).collect();
        // Everyone below a name is as near as the first one that leads to it.
        while let Some((subject, distance)) = queue.pop_front() {
            for index in by_issuer.remove(subject).unwrap_or_default() {
                if let (Some(slot), Some(node)) = (distances.get_mut(index), self.nodes.get(index)) {
                    *slot = Some(distance);
                    queue.push_back((&node.subject, distance.saturating_add(1)));
                }
            }
        }
        distances
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn node_at(&self, index: usize) -> Option<&Node<'a>> {
        self.nodes.get(index)
    }

    pub(super) fn certificates(&self, path: &[usize]) -> Vec<&'a Certificate> {
        path.iter().filter_map(|index| self.nodes.get(*index)).map(|node| node.certificate).collect()
    }

    /// Those whose subject is this one's issuer.
    pub(super) fn issuers(&self, node: &Node<'_>) -> &[usize] {
        self.by_subject.get(&*node.issuer).map_or(&[], Vec::as_slice)
    }
}

/// The anchors and the others by their subjects, and whether they are anchors.
fn by_subject<'a>(
    verifier: &'a Verifier<'a>,
    others: &'a [Certificate],
    names: Names,
) -> HashMap<Cow<'a, [u8]>, Vec<(&'a Certificate, bool)>> {
    let mut named: HashMap<_, Vec<_>> = HashMap::new();
    for (certificate, anchor) in all(verifier, others) {
        named.entry(names.form(certificate.subject())).or_default().push((certificate, anchor));
    }
    named
}

/// The anchors, then the others, and whether they are anchors.
fn all<'a>(
    verifier: &'a Verifier<'a>,
    others: &'a [Certificate],
) -> impl Iterator<Item = (&'a Certificate, bool)> {
    let anchors = verifier.anchors.iter().map(|certificate| (certificate, true));
    anchors.chain(others.iter().map(|certificate| (certificate, false)))
}
