//! For each certificate of a bag the best way up, found from the roots down so that each link is looked at once.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::budget::Budget;
use crate::certificate::Certificate;
use crate::chain::pair::KeyIds;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::timestamp::Timestamp;

/// What a way up costs: the smallest is taken. Compared field by field, in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    /// How many on it issued without being authorities.
    unfit: usize,
    /// It ends without a root.
    rootless: bool,
    /// How many on it are expired or not valid yet.
    stale: usize,
    untrusted: bool,
    /// How many links need names that are not equal byte for byte.
    folded: usize,
    length: usize,
    /// The earliest end on it, the latest first.
    end: Reverse<Timestamp>,
}

/// A link that may be the best one of its child; its signature is not checked yet.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    cost: Cost,
    /// Among equals the parent that lives longest.
    parent_end: Reverse<Timestamp>,
    child: usize,
    parent: Option<usize>,
}

/// Certificates, each once, in an order that does not depend on the input's.
pub(super) struct Graph<'a> {
    pub(super) nodes: Vec<&'a Certificate>,
    at: Option<Timestamp>,
    trusted: HashSet<Fingerprint>,
    /// Who names this one as its issuer, by the name in comparable form.
    by_issuer: HashMap<Vec<u8>, Vec<usize>>,
    names: Names,
    /// The parent of each, once it is settled; a top has none.
    settled: Vec<Option<Settled>>,
    queue: BinaryHeap<Reverse<Link>>,
    budget: Budget,
}

#[derive(Clone, Copy)]
struct Settled {
    parent: Option<usize>,
    cost: Cost,
}

/// The form in which names are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Exact,
    Folded,
}

impl Names {
    fn form(self, name: &crate::name::Subject) -> Vec<u8> {
        match self {
            Self::Exact => name.as_der().to_vec(),
            Self::Folded => name.canonical(),
        }
    }
}

impl<'a> Graph<'a> {
    pub(super) fn new(
        bag: impl Iterator<Item = &'a Certificate>,
        trusted: HashSet<Fingerprint>,
        at: Option<Timestamp>,
    ) -> Self {
        let mut nodes: Vec<_> = bag.collect();
        nodes.sort_by_key(|certificate| certificate.fingerprint());
        nodes.dedup_by_key(|certificate| certificate.fingerprint());
        let budget = Budget::of(nodes.len());
        let settled = vec![None; nodes.len()];
        let (by_issuer, queue) = (HashMap::new(), BinaryHeap::new());
        Self { nodes, at, trusted, by_issuer, names: Names::Exact, settled, queue, budget }
    }

    /// Settles every certificate: first from the roots down, then under whatever else is at the top.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] where so many certificates share a name that the work is out of proportion.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        self.index(Names::Exact);
        for root in self.roots() {
            self.top(root, false);
        }
        self.spread()?;
        if self.settled.iter().all(Option::is_some) {
            return Ok(());
        }
        self.index(Names::Folded);
        for index in 0..self.nodes.len() {
            self.descend(index)?;
        }
        self.spread()?;
        self.settle_fragments()
    }

    /// What has no root: below those whose issuer is missing; loops below the one that lives longest.
    fn settle_fragments(&mut self) -> Result<(), Error> {
        let subjects: HashSet<_> = self.nodes.iter().map(|c| self.names.form(c.subject())).collect();
        let orphan = |c: &Certificate| !subjects.contains(&self.names.form(c.issuer()));
        let orphans: Vec<_> = self.indices(|c| orphan(c));
        for index in orphans {
            self.top(index, true);
        }
        self.spread()?;
        let mut rest = self.indices(|c| c.is_authority());
        rest.extend(self.indices(|c| !c.is_authority()));
        // A loop has no top of its own.
        rest.sort_by_key(|index| {
            self.nodes
                .get(*index)
                .map(|c| (!c.is_authority(), Reverse(c.window().not_after), c.fingerprint()))
        });
        for index in rest {
            if matches!(self.settled.get(index), Some(None)) {
                self.top(index, true);
                self.spread()?;
            }
        }
        Ok(())
    }

    /// Those that are not settled and fit.
    fn indices(&self, fits: impl Fn(&Certificate) -> bool) -> Vec<usize> {
        let open = self.nodes.iter().zip(&self.settled).enumerate();
        open.filter(|(_, (c, settled))| settled.is_none() && fits(c)).map(|(index, _)| index).collect()
    }

    fn roots(&self) -> Vec<usize> {
        self.nodes.iter().enumerate().filter(|(_, c)| c.is_self_signed()).map(|(index, _)| index).collect()
    }

    fn index(&mut self, names: Names) {
        self.names = names;
        self.by_issuer.clear();
        for (index, certificate) in self.nodes.iter().enumerate() {
            self.by_issuer.entry(names.form(certificate.issuer())).or_default().push(index);
        }
    }

    /// A certificate at the end of ways up.
    fn top(&mut self, index: usize, rootless: bool) {
        let Some(certificate) = self.nodes.get(index) else { return };
        let cost = Cost {
            unfit: 0,
            rootless,
            stale: usize::from(self.stale(certificate)),
            untrusted: !self.trusted.contains(&certificate.fingerprint()),
            folded: 0,
            length: 1,
            end: Reverse(certificate.window().not_after),
        };
        self.queue.push(Reverse(Link { cost, parent_end: cost.end, child: index, parent: None }));
    }

    fn stale(&self, certificate: &Certificate) -> bool {
        self.at.is_some_and(|at| !certificate.window().contains(at))
    }

    /// Settles what can be reached from what is in the queue, the cheapest way first.
    fn spread(&mut self) -> Result<(), Error> {
        while let Some(Reverse(link)) = self.queue.pop() {
            let open = matches!(self.settled.get(link.child), Some(None));
            if !open || !self.verifies(&link)? {
                continue;
            }
            if let Some(slot) = self.settled.get_mut(link.child) {
                *slot = Some(Settled { parent: link.parent, cost: link.cost });
            }
            self.descend(link.child)?;
        }
        Ok(())
    }

    fn verifies(&mut self, link: &Link) -> Result<bool, Error> {
        let Some(parent) = link.parent.and_then(|parent| self.nodes.get(parent)) else { return Ok(true) };
        let Some(child) = self.nodes.get(link.child) else { return Ok(false) };
        let verifies = child.verify_signature(parent.public_key()).is_ok();
        self.budget.spend()?;
        Ok(verifies)
    }

    /// Offers a settled certificate to those that name it as their issuer.
    fn descend(&mut self, parent: usize) -> Result<(), Error> {
        let (Some(issuer), Some(Some(above))) =
            (self.nodes.get(parent).copied(), self.settled.get(parent).copied())
        else {
            return Ok(());
        };
        let children = self.by_issuer.get(&self.names.form(issuer.subject())).cloned().unwrap_or_default();
        for child in children {
            let open = matches!(self.settled.get(child), Some(None));
            let Some(certificate) = self.nodes.get(child).copied().filter(|_| open) else { continue };
            if KeyIds::of(certificate, issuer) == KeyIds::Differ {
                continue;
            }
            self.budget.spend()?;
            let cost = self.step(above.cost, certificate, issuer);
            let parent_end = Reverse(issuer.window().not_after);
            self.queue.push(Reverse(Link { cost, parent_end, child, parent: Some(parent) }));
        }
        Ok(())
    }

    fn step(&self, above: Cost, child: &Certificate, issuer: &Certificate) -> Cost {
        let unfit = !issuer.is_authority() && issuer.version() != 1;
        let folded = child.issuer() != issuer.subject();
        Cost {
            unfit: above.unfit.saturating_add(usize::from(unfit)),
            stale: above.stale.saturating_add(usize::from(self.stale(child))),
            folded: above.folded.saturating_add(usize::from(folded)),
            length: above.length.saturating_add(1),
            end: Reverse(above.end.0.min(child.window().not_after)),
            ..above
        }
    }

    /// The way up from this certificate, itself first, and whether it ends in a root.
    pub(super) fn way_up(&self, from: Fingerprint) -> Option<(Vec<&'a Certificate>, bool)> {
        let mut index = self.nodes.binary_search_by_key(&from, |c| c.fingerprint()).ok()?;
        let rooted = !self.settled.get(index)?.as_ref()?.cost.rootless;
        let mut way = Vec::new();
        // Each parent was settled before its child, so that this ends.
        loop {
            way.push(*self.nodes.get(index)?);
            match self.settled.get(index)?.as_ref()?.parent {
                Some(parent) => index = parent,
                None => return Some((way, rooted)),
            }
        }
    }
}
