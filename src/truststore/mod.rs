//! Truststores: the certificates by which a TLS front decides whom to let in, by the rules of that front.

mod check;
mod predict;
mod rules;

pub use predict::Prediction;
pub use rules::Rules;

use std::collections::HashSet;

use crate::certificate::Certificate;
use crate::chain::{self, Chain};
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::timestamp::Timestamp;

/// Certificates that keep the rules of the system that will read them.
///
/// Each authority's own certificate comes first, the one that issued it below, the root last.
#[derive(Clone, Debug)]
pub struct Truststore {
    certificates: Vec<Certificate>,
    findings: Vec<Finding>,
}

impl Truststore {
    /// Puts the chains of authorities together for a reader. A certificate that several chains share stands in
    /// it once.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] where the result would break a rule of error grade.
    pub fn assemble<'a>(
        chains: impl IntoIterator<Item = &'a Chain>,
        rules: &Rules,
        at: Timestamp,
    ) -> Result<Self, Error> {
        let mut seen = HashSet::new();
        let (mut certificates, mut findings) = (Vec::new(), Vec::new());
        for certificate in chains.into_iter().flat_map(Chain::full) {
            match seen.insert(certificate.fingerprint()) {
                true => certificates.push(certificate.clone()),
                false => findings.push(duplicate(certificate)),
            }
        }
        findings.extend(check::check(&certificates, rules, at));
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        match findings.iter().any(Finding::is_error) {
            true => Err(Error::Refused { operation: "assemble the truststore", findings }),
            false => Ok(Self { certificates, findings }),
        }
    }

    /// What a reader with these rules finds in a store, whoever made it; the refusing findings first.
    #[must_use]
    pub fn check(certificates: &[Certificate], rules: &Rules, at: Timestamp) -> Vec<Finding> {
        let mut findings = check::check(certificates, rules, at);
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }

    /// Whether a reader with these rules and this store lets a client in that presents these certificates,
    /// its own first.
    #[must_use]
    pub fn predict(
        store: &[Certificate],
        rules: &Rules,
        presented: &[Certificate],
        at: Timestamp,
    ) -> Prediction {
        predict::predict(store, rules, presented, at)
    }

    /// The certificates, in the order of the file.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Warnings and remarks; nothing of error grade.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The file: one PEM block below the other, ending in a line end.
    #[must_use]
    pub fn to_pem(&self) -> String {
        chain::to_pem(&self.certificates)
    }
}

fn duplicate(certificate: &Certificate) -> Finding {
    let message = format!("{} was given more than once and stands in the store once", certificate.subject());
    Finding::new("duplicate-certificate", Severity::Info, "certwright", message)
}
