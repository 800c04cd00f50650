//! Any bag of certificates, put in order by names, key identifiers and signatures; never by position.

use std::collections::{HashMap, HashSet};

use super::Chain;
use crate::certificate::Certificate;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::name::Subject;

/// More certificates than any path has; bounds the depth of the search.
const LONGEST: usize = 32;

/// More signatures than any honest bag needs; bounds the work of the search.
const MOST_SIGNATURES: usize = 1_000;

/// A bag in order: the chain, and what it did not need.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Ordered {
    /// From the leaf to the root.
    pub chain: Chain,
    /// What was in the bag and is not in the chain.
    pub unused: Vec<(Certificate, Unused)>,
}

/// Why a certificate of the bag is not in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unused {
    /// It was there more than once.
    Duplicate,
    /// It is no part of the leaf's path.
    Unrelated,
}

impl std::fmt::Display for Unused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Duplicate => "it is there more than once",
            Self::Unrelated => "it is not on the path from the leaf to the root",
        })
    }
}

/// Orders a bag: the leaf, then each certificate's issuer, up to a self-signed root.
///
/// The leaf is the one named; else the only certificate that is no authority's; else the only one that
/// certifies nothing else in the bag.
///
/// # Errors
///
/// [`Error::AmbiguousLeaf`]; [`Error::MissingIssuer`] for the link that is missing; [`Error::Chain`] for an
/// empty bag or a leaf that is not in it; [`Error::TooLarge`] where the search gives up.
pub fn order(bag: &[Certificate], leaf: Option<Fingerprint>) -> Result<Ordered, Error> {
    let mut unused = Vec::new();
    let mut seen = HashSet::new();
    let (unique, repeated): (Vec<_>, Vec<_>) = bag.iter().partition(|c| seen.insert(c.fingerprint()));
    unused.extend(repeated.into_iter().map(|c| (c.clone(), Unused::Duplicate)));
    let leaf = choose_leaf(&unique, leaf)?;
    let mut search = Search::new(&unique);
    let mut path = vec![leaf];
    if !search.extend(&mut path)? {
        return Err(search.missing(leaf));
    }
    let chain = Chain { certificates: path.iter().map(|c| (*c).clone()).collect() };
    let used: HashSet<_> = path.iter().map(|c| c.fingerprint()).collect();
    let others = unique.into_iter().filter(|c| !used.contains(&c.fingerprint()));
    unused.extend(others.map(|c| (c.clone(), Unused::Unrelated)));
    Ok(Ordered { chain, unused })
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
        ([], [only]) => Ok(only),
        ([], _) => ambiguous(bag),
        _ => ambiguous(&leaves),
    }
}

fn ambiguous<T>(candidates: &[&Certificate]) -> Result<T, Error> {
    let listed: Vec<_> = candidates.iter().map(|c| format!("{} {}", c.subject(), c.fingerprint())).collect();
    Err(Error::AmbiguousLeaf { count: candidates.len(), candidates: listed.join(", ") })
}

/// A depth-first search for a self-signed root.
struct Search<'a> {
    by_subject: HashMap<&'a Subject, Vec<&'a Certificate>>,
    signatures: usize,
    /// The end of the longest path that found no issuer.
    dead_end: Option<(usize, &'a Certificate)>,
}

impl<'a> Search<'a> {
    fn new(bag: &[&'a Certificate]) -> Self {
        let mut by_subject: HashMap<_, Vec<_>> = HashMap::new();
        bag.iter().for_each(|c| by_subject.entry(c.subject()).or_default().push(*c));
        // The result must not depend on the order of the input: those that live longest come first.
        for candidates in by_subject.values_mut() {
            candidates.sort_by_key(|c| (std::cmp::Reverse(c.window().not_after), c.fingerprint()));
        }
        Self { by_subject, signatures: 0, dead_end: None }
    }

    fn extend(&mut self, path: &mut Vec<&'a Certificate>) -> Result<bool, Error> {
        let Some(last) = path.last().copied() else { return Ok(false) };
        if last.is_self_issued() && self.verifies(last, last)? {
            return Ok(true);
        }
        let candidates = self.by_subject.get(last.issuer()).cloned().unwrap_or_default();
        for candidate in candidates {
            if path.len() >= LONGEST || path.contains(&candidate) || !self.verifies(last, candidate)? {
                continue;
            }
            path.push(candidate);
            if self.extend(path)? {
                return Ok(true);
            }
            path.pop();
        }
        if self.dead_end.is_none_or(|(length, _)| path.len() > length) {
            self.dead_end = Some((path.len(), last));
        }
        Ok(false)
    }

    fn verifies(&mut self, child: &Certificate, parent: &Certificate) -> Result<bool, Error> {
        let named = child.authority_key_id().and_then(|id| id.key_id.as_deref());
        if let (Some(named), Some(key)) = (named, parent.subject_key_id())
            && named != key
        {
            return Ok(false);
        }
        self.signatures = self.signatures.saturating_add(1);
        if self.signatures > MOST_SIGNATURES {
            let (size, limit) = (self.signatures as u64, MOST_SIGNATURES as u64);
            return Err(Error::TooLarge {
                what: "a bag of certificates, in signatures checked",
                size,
                limit,
            });
        }
        Ok(child.verify_signature(parent.public_key()).is_ok())
    }

    fn missing(&self, leaf: &Certificate) -> Error {
        let end = self.dead_end.map_or(leaf, |(_, end)| end);
        Error::MissingIssuer {
            subject: end.subject().to_string(),
            issuer: end.issuer().to_string(),
            ca_issuers: end.ca_issuers().first().cloned(),
        }
    }
}
