//! Rules that a certificate is held to before it is signed. Each has a stable id, a severity and a source.

mod issuer;
mod names;
mod profile;
mod rfc5280;

use crate::certificate::Certificate;
use crate::finding::{Finding, Severity};

/// A certificate with everything above it: its issuer first, the root last; nothing for a root.
pub(crate) struct Subject<'a> {
    pub(crate) certificate: &'a Certificate,
    pub(crate) ancestors: &'a [Certificate],
}

/// One rule.
pub(crate) struct Rule {
    /// The stable id.
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    /// Where the rule comes from.
    pub(crate) citation: &'static str,
    /// What is wrong, with the values that show it; nothing where the rule holds.
    check: fn(&Subject<'_>) -> Option<String>,
}

const fn error(id: &'static str, citation: &'static str, check: fn(&Subject<'_>) -> Option<String>) -> Rule {
    Rule { id, severity: Severity::Error, citation, check }
}

const fn warning(
    id: &'static str,
    citation: &'static str,
    check: fn(&Subject<'_>) -> Option<String>,
) -> Rule {
    Rule { id, severity: Severity::Warning, citation, check }
}

/// Every rule, in the order of the standard's sections.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    [rfc5280::RULES, names::RULES, issuer::RULES, profile::RULES].into_iter().flatten()
}

/// What the rules say of a certificate under its ancestors, the refusing findings first.
pub(crate) fn check(certificate: &Certificate, ancestors: &[Certificate]) -> Vec<Finding> {
    let subject = Subject { certificate, ancestors };
    let mut findings: Vec<_> = rules().filter_map(|rule| rule.apply(&subject)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

impl Rule {
    fn apply(&self, subject: &Subject<'_>) -> Option<Finding> {
        let message = (self.check)(subject)?;
        Some(Finding::new(self.id, self.severity, self.citation, message))
    }
}

/// The message, where the condition is met.
fn when(broken: bool, message: impl FnOnce() -> String) -> Option<String> {
    broken.then(message)
}

#[cfg(test)]
mod tests;
