//! The list of all rules.

use super::Subject;
use super::{Stage, alt_names, authority, constraints, extensions, fields, issuer, key, policy};
use super::{public as public_web, revocation, subject_name, usage};
use crate::finding::{Finding, Severity};

/// Whom a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleSet {
    /// Every certificate.
    Internet,
    /// Certificates that browsers trust: never applied to what is issued here, unless asked for.
    Public,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    id: &'static str,
    set: RuleSet,
    issued: Option<Severity>,
    foreign: Option<Severity>,
    citation: &'static str,
    demand: &'static str,
    check: Check,
}

/// What is wrong, with the values that show it; nothing where the rule holds.
type Check = fn(&Subject<'_>) -> Option<String>;

impl Rule {
    /// The stable id.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Whom it is for.
    #[must_use]
    pub fn set(&self) -> RuleSet {
        self.set
    }

    /// How much it weighs for a certificate that is about to be issued: an error refuses. `None` where it is not
    /// applied.
    #[must_use]
    pub fn issued(&self) -> Option<Severity> {
        self.issued
    }

    /// How much it weighs for a certificate that somebody else made.
    #[must_use]
    pub fn foreign(&self) -> Option<Severity> {
        self.foreign
    }

    /// Where it comes from.
    #[must_use]
    pub fn citation(&self) -> &'static str {
        self.citation
    }

    /// What it demands, in a sentence.
    #[must_use]
    pub fn demand(&self) -> &'static str {
        self.demand
    }

    pub(super) fn apply(&self, subject: &Subject<'_>) -> Option<Finding> {
        let severity = match subject.stage {
            Stage::Issued => self.issued,
            Stage::Foreign => self.foreign,
        }?;
        let message = (self.check)(subject)?;
        Some(Finding::new(self.id, severity, self.citation, message))
    }

    /// The same rule, weighing less for certificates that somebody else made.
    pub(super) const fn warns_of_foreign(mut self) -> Self {
        self.foreign = Some(Severity::Warning);
        self
    }

    /// The same rule, for what is issued here only.
    pub(super) const fn only_issued(mut self) -> Self {
        self.foreign = None;
        self
    }

    /// The same rule, for what somebody else made only.
    pub(super) const fn only_foreign(mut self) -> Self {
        self.issued = None;
        self
    }
}

/// A rule that refuses.
pub(super) const fn error(
    id: &'static str,
    citation: &'static str,
    demand: &'static str,
    check: Check,
) -> Rule {
    let refuses = Some(Severity::Error);
    Rule { id, set: RuleSet::Internet, issued: refuses, foreign: refuses, citation, demand, check }
}

/// A rule that warns.
pub(super) const fn warning(
    id: &'static str,
    citation: &'static str,
    demand: &'static str,
    check: Check,
) -> Rule {
    let warns = Some(Severity::Warning);
    Rule { id, set: RuleSet::Internet, issued: warns, foreign: warns, citation, demand, check }
}

/// A rule for certificates that browsers trust.
pub(super) const fn public(
    id: &'static str,
    citation: &'static str,
    demand: &'static str,
    check: Check,
) -> Rule {
    Rule { set: RuleSet::Public, ..error(id, citation, demand, check) }
}

/// The message, where the condition is met.
pub(super) fn when(broken: bool, message: impl FnOnce() -> String) -> Option<String> {
    broken.then(message)
}

/// Every rule, by what it is about.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        fields::RULES,
        subject_name::RULES,
        key::RULES,
        extensions::RULES,
        alt_names::RULES,
        usage::RULES,
        constraints::RULES,
        policy::RULES,
        revocation::RULES,
        issuer::RULES,
        authority::RULES,
        public_web::RULES,
    ]
    .into_iter()
    .flatten()
}

/// The rule with this id.
pub(crate) fn find(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}
