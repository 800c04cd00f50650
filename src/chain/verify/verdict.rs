//! The outcome of a verification: a path, or every path that was tried and where it broke.

use std::fmt;

use crate::certificate::Certificate;
use crate::chain::Chain;
use crate::error::Error;
use crate::finding::Finding;

use super::rules;

/// A path that holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verified {
    /// The certificate that was asked about, its issuers, and the anchor last.
    pub path: Vec<Certificate>,
    /// Warnings and remarks about that path; nothing of error grade.
    pub findings: Vec<Finding>,
    /// The paths that were tried before it.
    pub attempts: Vec<Attempt>,
}

impl Verified {
    /// The path as a chain; `None` where the anchor is not a self-signed root.
    #[must_use]
    pub fn chain(&self) -> Option<Chain> {
        Chain::of_path(&self.path)
    }

    /// The anchor at the end of the path.
    #[must_use]
    pub fn anchor(&self) -> Option<&Certificate> {
        self.path.last()
    }
}

/// One path that was tried and broke.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// From the certificate that was asked about up to the one at which the path broke.
    pub path: Vec<Certificate>,
    /// What is wrong there; at least one.
    pub findings: Vec<Finding>,
    /// Whether the path had reached an anchor.
    pub complete: bool,
}

impl Attempt {
    /// How much it tells: a broken rule tells more than a missing issuer, and that more than a certificate of
    /// the issuer's name whose key did not sign. Among equals the path that came nearest to an anchor counts.
    fn rank(&self) -> (bool, u8, usize) {
        let weight = |finding: &Finding| match finding.rule {
            id if id == rules::BUDGET.id => 0,
            id if id == rules::SIGNATURE.id => 1,
            id if id == rules::ISSUER.id => 2,
            _ => 3,
        };
        let weight = self.findings.iter().map(weight).max().unwrap_or_default();
        (self.complete && weight > 1, weight, self.path.len())
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.path.iter().map(|c| c.subject().to_string()).collect();
        let reasons: Vec<_> = self.findings.iter().map(|x| format!("{} [{}]", x.message, x.rule)).collect();
        write!(f, "{}: {}", names.join(" <- "), reasons.join("; "))
    }
}

/// No path holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rejected {
    /// Every path that was tried, the most useful one first; at least one.
    pub attempts: Vec<Attempt>,
}

impl Rejected {
    pub(super) fn new(mut attempts: Vec<Attempt>) -> Self {
        attempts.sort_by_key(|attempt| std::cmp::Reverse(attempt.rank()));
        Self { attempts }
    }

    /// What is wrong with the most useful path.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        self.attempts.first().map_or(&[], |attempt| &attempt.findings)
    }

    /// The rule that refused, of the most useful path.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.findings().first().map_or(rules::ISSUER.id, |finding| finding.rule)
    }
}

/// Completes the sentence "failed to …", as errors do.
impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("verify the certificate: ")?;
        match self.attempts.first() {
            Some(attempt) => attempt.fmt(f),
            None => f.write_str("no path was found"),
        }
    }
}

impl std::error::Error for Rejected {}

impl From<Rejected> for Error {
    fn from(rejected: Rejected) -> Self {
        let findings = rejected.findings().to_vec();
        let end = rejected.attempts.first().and_then(|attempt| attempt.path.last());
        match (rejected.rule() == rules::ISSUER.id, end) {
            (true, Some(end)) => Self::MissingIssuer {
                subject: end.subject().to_string(),
                issuer: end.issuer().to_string(),
                ca_issuers: end.ca_issuers().first().cloned(),
            },
            _ => Self::Refused { operation: "verify the certificate", findings },
        }
    }
}
