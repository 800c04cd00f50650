//! Any bag of certificates, put in order by names, key identifiers and signatures; never by position.

mod budget;
mod ends;
mod graph;

use std::collections::{HashMap, HashSet};

use graph::Graph;

use super::Chain;
use super::pair::name_remarks;
use crate::certificate::Certificate;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::finding::Finding;
use crate::key::Identity;
use crate::timestamp::Timestamp;

/// A bag in order: the chain, and what it did not need.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Ordered {
    /// From the leaf to the root.
    pub chain: Chain,
    /// What was in the bag and is not in the chain.
    pub unused: Vec<(Certificate, Unused)>,
    /// What is worth knowing about the chain.
    pub findings: Vec<Finding>,
}

/// A bag of several leaves in order.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OrderedAll {
    /// The chains, by the fingerprints of their leaves.
    pub chains: Vec<Chain>,
    /// The leaves that no root was found for.
    pub incomplete: Vec<Incomplete>,
    /// What was in the bag and is in none of these.
    pub unused: Vec<(Certificate, Unused)>,
}

/// The way up from a leaf as far as the bag has it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WayUp {
    /// The leaf, then its issuers.
    pub path: Vec<Certificate>,
    /// Whether the last one is a self-signed root.
    pub rooted: bool,
    /// What was in the bag and is not on the way.
    pub unused: Vec<(Certificate, Unused)>,
    /// What is worth knowing about the way.
    pub findings: Vec<Finding>,
}

impl WayUp {
    /// What is presented in TLS: the way without its root; empty for a root alone.
    #[must_use]
    pub fn presented(&self) -> &[Certificate] {
        match self.path.split_last() {
            Some((_, below)) if self.rooted => below,
            _ => &self.path,
        }
    }

    /// The link that is missing where there is no root.
    #[must_use]
    pub fn missing(&self) -> Option<Error> {
        self.path.last().filter(|_| !self.rooted).map(missing)
    }
}

/// A leaf whose way up ends without a root.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Incomplete {
    /// The leaf, then its issuers as far as they are there.
    pub path: Vec<Certificate>,
}

impl Incomplete {
    /// The link that is missing, with the address of the issuer's certificate where the last one names it.
    #[must_use]
    pub fn error(&self) -> Error {
        match self.path.last() {
            Some(last) => missing(last),
            None => Error::Chain { reason: "there is no certificate".to_owned() },
        }
    }
}

fn missing(last: &Certificate) -> Error {
    Error::MissingIssuer {
        subject: last.subject().to_string(),
        issuer: last.issuer().to_string(),
        ca_issuers: last.ca_issuers().first().cloned(),
    }
}

/// Why a certificate of the bag is not in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unused {
    /// It was there more than once.
    Duplicate,
    /// It is no part of the leaf's path.
    Unrelated,
    /// It is another leaf.
    OtherLeaf,
    /// The chain has another certificate for the same name and key, which was preferred.
    Superseded,
    /// The chain has another certificate for the same name, with another key.
    OtherKey,
}

impl std::fmt::Display for Unused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Duplicate => "it is there more than once",
            Self::Unrelated => "it is not on the path from the leaf to the root",
            Self::OtherLeaf => "it is another leaf",
            Self::Superseded => "another certificate for the same name and key was preferred",
            Self::OtherKey => "it has the name of an issuer, and another key",
        })
    }
}

/// Certificates in any order, some of which are chains.
///
/// Links are names, key identifiers and verified signatures. Where several ways lead up, the one is taken that is
/// current (where a time is given), ends in a trusted root (where some are given), is shorter, lasts longer. The
/// result is the same for every order of the input.
///
/// ```
/// # use certwright::chain::Bag;
/// # use certwright::{Certificate, Error, Timestamp};
/// # fn mend(found: &[Certificate]) -> Result<(), Error> {
/// let ordered = Bag::new(found).at(Timestamp::now()).order(None)?;
/// for (certificate, why) in &ordered.unused {
///     eprintln!("not used: {}: {why}", certificate.subject());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Bag<'a> {
    certificates: &'a [Certificate],
    trusted: &'a [Certificate],
    at: Option<Timestamp>,
}

/// Orders a bag without a time and without trust: [`Bag::order`].
///
/// # Errors
///
/// Those of [`Bag::order`].
pub fn order(bag: &[Certificate], leaf: Option<Fingerprint>) -> Result<Ordered, Error> {
    Bag::new(bag).order(leaf)
}

impl<'a> Bag<'a> {
    /// A bag of certificates.
    #[must_use]
    pub fn new(certificates: &'a [Certificate]) -> Self {
        Self { certificates, trusted: &[], at: None }
    }

    /// Prefers ways that are current at this time.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }

    /// Prefers ways to these roots, which need not be in the bag.
    #[must_use]
    pub fn trusting(mut self, trusted: &'a [Certificate]) -> Self {
        self.trusted = trusted;
        self
    }

    /// The leaf, then each certificate's issuer, up to a self-signed root.
    ///
    /// The leaf is the one named; else the only certificate that is no authority's; where all are authorities', the
    /// only one that certifies no other.
    ///
    /// # Errors
    ///
    /// [`Error::AmbiguousLeaf`]; [`Error::MissingIssuer`] for the link that is missing; [`Error::Chain`] for an
    /// empty bag or a leaf that is not in it; [`Error::TooLarge`] where too many certificates share a name.
    pub fn order(&self, leaf: Option<Fingerprint>) -> Result<Ordered, Error> {
        let WayUp { path, rooted, unused, findings } = self.way_up(leaf)?;
        if rooted {
            Ok(Ordered { chain: Chain { certificates: path }, unused, findings })
        } else {
            Err(Incomplete { path }.error())
        }
    }

    /// The leaf, chosen as by [`Bag::order`], then its issuers as far as they are there, root or not: a bag of what is
    /// presented in TLS has none.
    ///
    /// # Errors
    ///
    /// Those of [`Bag::order`], [`Error::MissingIssuer`] apart.
    pub fn way_up(&self, leaf: Option<Fingerprint>) -> Result<WayUp, Error> {
        let (unique, duplicates) = self.unique();
        let leaf = choose_leaf(&unique, leaf)?;
        let graph = self.graph(&unique)?;
        let (way, rooted) = graph.way_up(leaf.fingerprint()).unwrap_or_default();
        let findings = name_remarks(way.iter().copied());
        let path: Vec<Certificate> = way.into_iter().cloned().collect();
        let unused = unused(&unique, duplicates, &path);
        Ok(WayUp { path, rooted, unused, findings })
    }

    /// The chain of every certificate that is no authority's.
    ///
    /// The work grows with the number of certificates: each link is verified once, however many leaves share it.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] where too many certificates share a name.
    pub fn order_all(&self) -> Result<OrderedAll, Error> {
        let (unique, duplicates) = self.unique();
        let graph = self.graph(&unique)?;
        let (mut chains, mut incomplete, mut used) = (Vec::new(), Vec::new(), Vec::new());
        for leaf in graph.nodes.iter().filter(|c| !c.is_authority()) {
            let Some((way, rooted)) = graph.way_up(leaf.fingerprint()) else { continue };
            let path: Vec<Certificate> = way.into_iter().cloned().collect();
            used.extend(path.iter().cloned());
            if rooted {
                chains.push(Chain { certificates: path })
            } else {
                incomplete.push(Incomplete { path })
            }
        }
        Ok(OrderedAll { chains, incomplete, unused: unused(&unique, duplicates, &used) })
    }

    /// The certificates that certify no other of the bag, each once, in the order of their fingerprints: leaves, and
    /// authorities at the lower ends of their chains.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] where too many certificates share a name.
    pub fn ends(&self) -> Result<Vec<&'a Certificate>, Error> {
        ends::ends(&self.unique().0)
    }

    /// For each certificate the length of its chain up to a root, or the last one that is there of its way up.
    pub(crate) fn ways_up(&self) -> Result<HashMap<Fingerprint, Result<usize, Certificate>>, Error> {
        let (unique, _) = self.unique();
        let graph = self.graph(&unique)?;
        let way = |certificate: &Certificate| match graph.way_up(certificate.fingerprint())? {
            (way, true) => Some(Ok(way.len())),
            (way, false) => Some(Err((*way.last()?).clone())),
        };
        Ok(unique.iter().filter_map(|c| Some((c.fingerprint(), way(c)?))).collect())
    }

    fn unique(&self) -> (Vec<&'a Certificate>, Vec<&'a Certificate>) {
        let mut seen = HashSet::new();
        let (mut unique, mut repeated): (Vec<_>, Vec<_>) =
            self.certificates.iter().partition(|c| seen.insert(c.fingerprint()));
        unique.sort_by_key(|c| c.fingerprint());
        repeated.sort_by_key(|c| c.fingerprint());
        (unique, repeated)
    }

    fn graph(&self, unique: &[&'a Certificate]) -> Result<Graph<'a>, Error> {
        let trusted = self.trusted.iter().map(Certificate::fingerprint).collect();
        let mut graph = Graph::new(unique.iter().copied().chain(self.trusted), trusted, self.at);
        graph.settle()?;
        Ok(graph)
    }
}

fn choose_leaf<'a>(bag: &[&'a Certificate], named: Option<Fingerprint>) -> Result<&'a Certificate, Error> {
    if let Some(fingerprint) = named {
        return bag.iter().copied().find(|c| c.fingerprint() == fingerprint).ok_or_else(|| Error::Chain {
            reason: format!("no certificate among those given has the fingerprint {fingerprint}"),
        });
    }
    let leaves: Vec<_> = bag.iter().copied().filter(|c| !c.is_authority()).collect();
    match (leaves.as_slice(), bag) {
        ([leaf], _) => Ok(leaf),
        (_, []) => Err(Error::Chain { reason: "there is no certificate".to_owned() }),
        ([], _) => match ends::ends(bag)?.as_slice() {
            [end] => Ok(end),
            // They certify each other: renewals of a root, or a loop.
            [] => ambiguous(bag),
            several => ambiguous(several),
        },
        _ => ambiguous(&leaves),
    }
}

fn ambiguous<T>(candidates: &[&Certificate]) -> Result<T, Error> {
    let listed: Vec<_> = candidates.iter().map(|c| format!("{} {}", c.subject(), c.fingerprint())).collect();
    Err(Error::AmbiguousLeaf { count: candidates.len(), candidates: listed.join(", ") })
}

fn unused(
    bag: &[&Certificate],
    duplicates: Vec<&Certificate>,
    used: &[Certificate],
) -> Vec<(Certificate, Unused)> {
    let in_use: HashSet<_> = used.iter().map(Certificate::fingerprint).collect();
    let mut keys: HashMap<&[u8], HashSet<Identity>> = HashMap::new();
    for certificate in used {
        let name = certificate.subject().as_der();
        keys.entry(name).or_default().insert(certificate.public_key().identity());
    }
    let reason = |certificate: &Certificate| match keys.get(certificate.subject().as_der()) {
        _ if !certificate.is_authority() => Unused::OtherLeaf,
        Some(keys) if keys.contains(&certificate.public_key().identity()) => Unused::Superseded,
        Some(_) => Unused::OtherKey,
        None => Unused::Unrelated,
    };
    let others = bag.iter().filter(|c| !in_use.contains(&c.fingerprint())).map(|c| ((*c).clone(), reason(c)));
    duplicates.into_iter().map(|c| (c.clone(), Unused::Duplicate)).chain(others).collect()
}
