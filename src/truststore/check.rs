//! The rules of a reader, applied to the certificates of a store.

use crate::certificate::Certificate;
use crate::finding::{Finding, Severity};
use crate::key::Algorithm;
use crate::timestamp::Timestamp;

use super::rules::Rules;

/// Everything that the reader finds, in the order of the store.
pub(super) fn check(certificates: &[Certificate], rules: &Rules, at: Timestamp) -> Vec<Finding> {
    let store = Store { certificates, rules, at };
    if certificates.is_empty() {
        return vec![store.error("store-not-empty", "the store holds no certificate".to_owned())];
    }
    certificates.iter().flat_map(|certificate| store.one(certificate)).collect()
}

struct Store<'a> {
    certificates: &'a [Certificate],
    rules: &'a Rules,
    at: Timestamp,
}

impl Store<'_> {
    fn error(&self, rule: &'static str, message: String) -> Finding {
        Finding::new(rule, Severity::Error, self.rules.citation, message)
    }

    /// What there is to say about one certificate of the store.
    fn one(&self, certificate: &Certificate) -> Vec<Finding> {
        let name = certificate.subject();
        let errors = [
            ("store-holds-authorities", self.not_an_authority(certificate)),
            ("store-key-accepted", self.key(certificate)),
            ("store-signature-accepted", self.signature(certificate)),
            ("store-chain-complete", self.chain(certificate)),
            ("store-one-issuer", self.issuers(certificate)),
        ];
        errors
            .into_iter()
            .filter_map(|(rule, message)| message.map(|message| self.error(rule, message)))
            .chain(self.dates(certificate))
            .map(|finding| finding.at(format!("{name}, serial {}", certificate.serial())))
            .collect()
    }

    fn not_an_authority(&self, certificate: &Certificate) -> Option<String> {
        let message = || format!("{} is not an authority's certificate", certificate.subject());
        (!certificate.is_authority()).then(message)
    }

    fn key(&self, certificate: &Certificate) -> Option<String> {
        let algorithm = certificate.public_key().algorithm();
        let refused = match algorithm {
            Algorithm::Rsa { bits } => self.rules.least_rsa_bits.is_some_and(|least| *bits < least),
            Algorithm::EcdsaP256 | Algorithm::EcdsaP384 | Algorithm::EcdsaP521 => false,
            _ => !self.rules.ed25519,
        };
        refused.then(|| format!("{} does not accept keys of the kind {algorithm}", self.rules.target))
    }

    fn signature(&self, certificate: &Certificate) -> Option<String> {
        let algorithm = certificate.signature();
        let least = self.rules.least_digest_bits?;
        let weak = algorithm.digest_bits.is_some_and(|bits| bits < least);
        weak.then(|| format!("{} does not accept signatures by {algorithm}", self.rules.target))
    }

    /// The way up to a self-signed root inside the store.
    fn chain(&self, certificate: &Certificate) -> Option<String> {
        if !self.rules.complete_chains {
            return None;
        }
        let (mut last, mut length) = (certificate, 1usize);
        while !last.is_self_issued() {
            let issuer = self.certificates.iter().find(|candidate| {
                candidate.subject() == last.issuer() && last.verify_signature(candidate.public_key()).is_ok()
            });
            let Some(issuer) = issuer else {
                return Some(format!(
                    "could not find the issuer of {}: no certificate of {} is in the store",
                    last.subject(),
                    last.issuer()
                ));
            };
            last = issuer;
            length = length.saturating_add(1);
            if length > self.certificates.len() {
                return Some(format!("{} is certified in a circle", certificate.subject()));
            }
        }
        let limit = self.rules.longest_chain.filter(|limit| length > *limit)?;
        Some(format!("its chain has {length} certificates, {} reads at most {limit}", self.rules.target))
    }

    fn issuers(&self, certificate: &Certificate) -> Option<String> {
        let other = self.certificates.iter().find(|other| {
            other.subject() == certificate.subject() && other.issuer() != certificate.issuer()
        })?;
        let message =
            || format!("its subject has two issuers: {} and {}", certificate.issuer(), other.issuer());
        self.rules.one_issuer_per_subject.then(message)
    }

    fn dates(&self, certificate: &Certificate) -> Option<Finding> {
        let window = certificate.window();
        let message = match () {
            () if self.at > window.not_after => format!("it expired on {}", window.not_after),
            () if self.at < window.not_before => format!("it is not valid before {}", window.not_before),
            () => return None,
        };
        Some(Finding::new("store-certificate-current", Severity::Warning, self.rules.citation, message))
    }
}
