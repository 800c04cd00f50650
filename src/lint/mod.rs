//! Rules that a certificate is held to before it is signed, and by which certificates of others are judged.
//!
//! Each rule has a stable id, a source, and a severity: one for certificates that are about to be issued, one for
//! those that others made. `docs/rules.md` lists them. What is not checked here: signatures, revocation and trust,
//! which are the work of verification.

mod alt_names;
mod authority;
mod constraints;
mod extensions;
mod fields;
mod issuer;
mod key;
mod policy;
mod public;
mod registry;
mod revocation;
mod subject_name;
#[cfg(test)]
mod tests;
mod usage;

pub use registry::{Rule, RuleSet, rules};

pub(crate) use issuer::room_below;
pub(crate) use registry::find;

use std::cell::OnceCell;

use crate::certificate::Certificate;
use crate::finding::{Finding, Severity};
use crate::key::Weakness;
use crate::name::Attribute;
use crate::timestamp::Timestamp;
use registry::{error, public, warning, when};

/// A certificate with what it is judged by.
pub(crate) struct Subject<'a> {
    pub(crate) certificate: &'a Certificate,
    /// Everything above it: its issuer first, the root last; nothing for a root.
    pub(crate) ancestors: &'a [Certificate],
    /// Other authorities of the same ledger.
    pub(crate) siblings: &'a [Certificate],
    /// The moment by which dated rules are chosen.
    pub(crate) at: Timestamp,
    pub(crate) stage: Stage,
    weaknesses: OnceCell<Vec<Weakness>>,
    attributes: OnceCell<Vec<Attribute>>,
}

/// Who made the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// We are about to.
    Issued,
    /// Somebody else did.
    Foreign,
}

impl<'a> Subject<'a> {
    /// A certificate that is about to be issued.
    pub(crate) fn issued(
        certificate: &'a Certificate,
        ancestors: &'a [Certificate],
        siblings: &'a [Certificate],
        at: Timestamp,
    ) -> Self {
        let (weaknesses, attributes) = (OnceCell::new(), OnceCell::new());
        Self { certificate, ancestors, siblings, at, stage: Stage::Issued, weaknesses, attributes }
    }

    /// A certificate that somebody else made.
    pub(crate) fn foreign(certificate: &'a Certificate, ancestors: &'a [Certificate], at: Timestamp) -> Self {
        Self { stage: Stage::Foreign, ..Self::issued(certificate, ancestors, &[], at) }
    }

    fn weaknesses(&self) -> &[Weakness] {
        self.weaknesses.get_or_init(|| self.certificate.public_key().weaknesses())
    }

    /// The attributes of the certificate's subject: many rules look at them.
    fn attributes(&self) -> &[Attribute] {
        self.attributes.get_or_init(|| self.certificate.subject().attributes())
    }

    /// The values of the subject's attributes with this keyword.
    fn values(&self, keyword: &'static str) -> impl Iterator<Item = &str> {
        let named = self.attributes().iter().filter(move |attribute| attribute.keyword == Some(keyword));
        named.filter_map(|attribute| attribute.text.as_deref())
    }

    /// What the rules of a set say, the refusing findings first.
    fn judge(&self, sets: &[RuleSet]) -> Vec<Finding> {
        let chosen = rules().filter(|rule| sets.contains(&rule.set()));
        let mut findings: Vec<_> = chosen.filter_map(|rule| rule.apply(self)).collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }
}

/// What the rules say of a certificate that is about to be issued.
pub(crate) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject.judge(&[RuleSet::Internet])
}

/// How [`lint`] judges.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    at: Option<Timestamp>,
    public: bool,
}

impl Options {
    /// The rules for every certificate, as they were when it was made.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges as if it had been issued at this moment: rules that change with the years are taken as of then.
    #[must_use]
    pub fn at(mut self, moment: Timestamp) -> Self {
        self.at = Some(moment);
        self
    }

    /// Adds the rules for certificates that browsers trust.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }
}

/// What the rules say of the first certificate. Its issuers are looked for among the others, by name and signature;
/// rules about issuers that are not there are not applied.
///
/// Nothing is said about trust, dates or revocation: that is verification.
#[must_use]
pub fn lint(certificates: &[Certificate], options: &Options) -> Vec<Finding> {
    let Some((certificate, others)) = certificates.split_first() else { return Vec::new() };
    let ancestors = ancestors(certificate, others);
    let at = options.at.unwrap_or(certificate.window().not_before);
    let sets: &[RuleSet] =
        if options.public { &[RuleSet::Internet, RuleSet::Public] } else { &[RuleSet::Internet] };
    Subject::foreign(certificate, &ancestors, at).judge(sets)
}

/// What the rules for certificates that browsers trust say, as of a moment. The ancestors begin with the issuer.
#[must_use]
pub fn check_public(certificate: &Certificate, ancestors: &[Certificate], at: Timestamp) -> Vec<Finding> {
    Subject::foreign(certificate, ancestors, at).judge(&[RuleSet::Public])
}

/// The rules that a certificate breaks when one above it is replaced.
const UPWARD: [&str; 3] = ["name-constraints-kept", "purposes-within-issuers", "path-length"];

/// What is wrong with a certificate under the ancestors `after`, its issuer first, that was not under `before`: one of
/// them is to be renewed with another path length, other constraints or purposes, or an earlier end. Each message
/// begins with the certificate's subject.
///
/// An end after that of one above is a warning. A later start is none: only the present counts.
#[must_use]
pub fn check_under(certificate: &Certificate, before: &[Certificate], after: &[Certificate]) -> Vec<Finding> {
    let broken = |ancestors| {
        let subject = Subject::foreign(certificate, ancestors, certificate.window().not_before);
        let mut findings = subject.judge(&[RuleSet::Internet]);
        findings.retain(|finding| UPWARD.contains(&finding.rule));
        findings.extend(issuer::outlives(certificate, ancestors).map(|message| {
            Finding::new("inside-issuers-validity", Severity::Warning, "RFC 5280 section 6.1.3", message)
        }));
        findings
    };
    let (old, mut new) = (broken(before), broken(after));
    new.retain(|finding| old.iter().all(|other| other.rule != finding.rule));
    new.iter_mut().for_each(|found| found.message = format!("{}: {}", certificate.subject(), found.message));
    new
}

/// How many signatures are tried, and how far it is climbed, to find issuers: a file of thousands of authorities of one
/// name is no chain.
const MOST_SIGNATURES: usize = 1_000;
const HIGHEST: usize = 32;

/// The issuers of a certificate, as far as they are among those given. Each is taken once, so that this ends. Chains
/// are not built over key identifiers that differ; here a rule is to say so.
fn ancestors(certificate: &Certificate, given: &[Certificate]) -> Vec<Certificate> {
    let mut found: Vec<Certificate> = Vec::new();
    let mut left = MOST_SIGNATURES;
    while found.len() < HIGHEST {
        let current = found.last().unwrap_or(certificate);
        if current.is_self_issued() {
            break;
        }
        let mut named = given.iter().filter(|candidate| candidate.subject() == current.issuer());
        let issuer = named.find(|candidate| {
            left = left.saturating_sub(1);
            left > 0 && !found.contains(candidate) && current.verify_signature(candidate.public_key()).is_ok()
        });
        match issuer {
            Some(issuer) => found.push(issuer.clone()),
            None => break,
        }
    }
    found
}
