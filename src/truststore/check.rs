//! The rules of a reader, applied to the certificates of a store.

use std::collections::HashMap;

use crate::certificate::{Certificate, SignatureAlgorithm};
use crate::chain::Bag;
use crate::digest::Fingerprint;
use crate::finding::{Finding, Severity};
use crate::timestamp::Timestamp;

use super::one_way::may_issue;
use super::rules::{Layout, Rules};

/// Everything that the reader finds, in the order of the store.
///
/// `size` are the bytes of the file.
pub(super) fn check(certificates: &[Certificate], size: usize, rules: &Rules, at: Timestamp) -> Vec<Finding> {
    if certificates.is_empty() {
        return vec![error(rules, "store-not-empty", "the store holds no certificate".to_owned())];
    }
    let store = Store::new(certificates, rules, at);
    let mut findings = store.sizes(size);
    findings.extend(certificates.iter().flat_map(|certificate| store.one(certificate)));
    findings.extend(store.same_name_and_key());
    findings.extend(store.layout());
    findings
}

fn error(rules: &Rules, rule: &'static str, message: String) -> Finding {
    Finding::new(rule, Severity::Error, rules.citation, message)
}

/// The place of a finding about one certificate of a store.
pub(crate) fn place(certificate: &Certificate) -> String {
    format!("{}, serial {}", certificate.subject(), certificate.serial())
}

/// How many certificates of one name are tried as the issuer of one whose issuer was not found.
const MOST_TRIED: usize = 8;

struct Store<'a> {
    certificates: &'a [Certificate],
    rules: &'a Rules,
    at: Timestamp,
    /// By its fingerprint each certificate's chain up to a root, or the last one that is there.
    chains: HashMap<Fingerprint, Result<usize, Certificate>>,
    /// Why the chains are unknown, where they are.
    given_up: Option<String>,
    by_subject: HashMap<&'a [u8], Vec<&'a Certificate>>,
    /// By its subject the first certificate that has another issuer than the first of that subject.
    other_issuers: HashMap<&'a [u8], &'a Certificate>,
}

impl<'a> Store<'a> {
    fn new(certificates: &'a [Certificate], rules: &'a Rules, at: Timestamp) -> Self {
        let mut by_subject: HashMap<_, Vec<&Certificate>> = HashMap::new();
        let mut other_issuers = HashMap::new();
        for certificate in certificates {
            let named = by_subject.entry(certificate.subject().as_der()).or_default();
            if named.first().is_some_and(|first| first.issuer() != certificate.issuer()) {
                other_issuers.entry(certificate.subject().as_der()).or_insert(certificate);
            }
            named.push(certificate);
        }
        let (chains, given_up) = match Bag::new(certificates).ways_up() {
            Ok(chains) => (chains, None),
            Err(reason) => (HashMap::new(), Some(format!("its chains could not be told apart: {reason}"))),
        };
        Self { certificates, rules, at, chains, given_up, by_subject, other_issuers }
    }

    fn error(&self, rule: &'static str, message: String) -> Finding {
        error(self.rules, rule, message)
    }

    fn info(&self, rule: &'static str, message: String) -> Finding {
        Finding::new(rule, Severity::Info, self.rules.citation, message)
    }

    /// What the store as a whole weighs.
    fn sizes(&self, bytes: usize) -> Vec<Finding> {
        let (count, target) = (self.certificates.len(), self.rules.target);
        let too_many = self.rules.most_certificates.filter(|most| count > *most).map(|most| {
            self.error("store-size", format!("it holds {count} certificates, {target} reads at most {most}"))
        });
        let too_large = self.rules.largest_store.filter(|most| bytes > *most).map(|most| {
            self.error("store-size", format!("it has {bytes} bytes, {target} reads at most {most}"))
        });
        let given_up = self.given_up.as_ref().map(|m| self.error("store-chain-complete", m.clone()));
        too_many.into_iter().chain(too_large).chain(given_up).collect()
    }

    /// What there is to say about one certificate of the store.
    fn one(&self, certificate: &Certificate) -> Vec<Finding> {
        let errors = [
            ("store-holds-authorities", self.not_an_authority(certificate)),
            ("store-key-accepted", key_fault(self.rules, certificate)),
            ("store-signature-accepted", self.signature(certificate)),
            ("store-chain-complete", self.incomplete(certificate)),
            ("store-chain-length", self.too_long(certificate)),
            ("store-one-issuer", self.issuers(certificate)),
            ("store-certificate-size", self.too_large(certificate)),
        ];
        errors
            .into_iter()
            .filter_map(|(rule, message)| message.map(|message| self.error(rule, message)))
            .chain(self.dates(certificate))
            .chain(self.unchecked(certificate))
            .map(|finding| finding.at(place(certificate)))
            .collect()
    }

    fn not_an_authority(&self, certificate: &Certificate) -> Option<String> {
        let message = || format!("{} is not an authority's certificate", certificate.subject());
        (!certificate.is_authority()).then(message)
    }

    /// The signature of a root on itself protects nothing; it is looked at where the reader says that it does.
    fn signature(&self, certificate: &Certificate) -> Option<String> {
        let counts = self.rules.all_or_nothing || !certificate.is_presumably_self_signed();
        signature_fault(self.rules, &certificate.signature_algorithm()).filter(|_| counts)
    }

    /// The way up to a self-signed root inside the store.
    fn incomplete(&self, certificate: &Certificate) -> Option<String> {
        let Some(Err(end)) = self.chains.get(&certificate.fingerprint()) else { return None };
        if self.unchecked_issuer(end).is_some() {
            return None;
        }
        let (name, issuer) = (end.subject(), end.issuer());
        let message =
            || format!("could not find the issuer of {name}: no certificate of {issuer} is in the store");
        self.rules.complete_chains.then(message)
    }

    /// Its way up ends at a signature that cannot be checked here: the reader may well check it.
    fn unchecked(&self, certificate: &Certificate) -> Option<Finding> {
        let Some(Err(end)) = self.chains.get(&certificate.fingerprint()) else { return None };
        let issuer = self.unchecked_issuer(end)?;
        let message = end.unchecked_by(issuer);
        Some(Finding::new("store-signature-unchecked", Severity::Warning, self.rules.citation, message))
    }

    fn unchecked_issuer(&self, child: &Certificate) -> Option<&Certificate> {
        let named = self.by_subject.get(child.issuer().as_der()).map_or(&[][..], Vec::as_slice);
        let unchecked = |issuer: &Certificate| child.is_unverifiable_by(issuer.public_key());
        named.iter().copied().take(MOST_TRIED).find(|issuer| may_issue(issuer, child) && unchecked(issuer))
    }

    fn too_long(&self, certificate: &Certificate) -> Option<String> {
        let Some(Ok(length)) = self.chains.get(&certificate.fingerprint()) else { return None };
        let limit = self.rules.longest_chain.filter(|limit| length > limit)?;
        Some(format!("its chain has {length} certificates, {} reads at most {limit}", self.rules.target))
    }

    fn issuers(&self, certificate: &Certificate) -> Option<String> {
        let subject = certificate.subject().as_der();
        let first = self.by_subject.get(subject)?.first()?;
        let same = first.issuer() == certificate.issuer();
        let other = if same { self.other_issuers.get(subject)? } else { first };
        let message =
            || format!("its subject has two issuers: {} and {}", certificate.issuer(), other.issuer());
        self.rules.one_issuer_per_subject.then(message)
    }

    fn too_large(&self, certificate: &Certificate) -> Option<String> {
        let size = certificate.der().len();
        let most = self.rules.largest_certificate.filter(|most| size > *most)?;
        Some(format!("it has {size} bytes, {} reads at most {most}", self.rules.target))
    }

    fn dates(&self, certificate: &Certificate) -> Option<Finding> {
        let window = certificate.window();
        let message = if self.at > window.not_after {
            format!("it expired on {}", window.not_after)
        } else if self.at < window.not_before {
            format!("it is not valid before {}", window.not_before)
        } else {
            return None;
        };
        Some(Finding::new("store-certificate-current", Severity::Warning, self.rules.citation, message))
    }

    /// A renewed authority: both certificates stay, as clients may chain to either.
    fn same_name_and_key(&self) -> Vec<Finding> {
        let mut latest = HashMap::new();
        let holder = |one: &'a Certificate| (one.subject(), one.public_key().identity());
        let end = |one: &Certificate| one.window().not_after;
        for one in self.certificates {
            let known = latest.entry(holder(one)).or_insert(end(one));
            *known = end(one).max(*known);
        }
        let earlier =
            |one: &&'a Certificate| latest.get(&holder(one)).is_some_and(|latest| *latest > end(one));
        let mut renewed: Vec<_> = self.certificates.iter().filter(earlier).collect();
        renewed.sort_by_key(|certificate| certificate.fingerprint());
        let message = |c: &Certificate| format!("{} stands in the store with other dates, too", c.subject());
        renewed.into_iter().map(|c| self.info("store-renewed-authority", message(c))).collect()
    }

    fn layout(&self) -> Option<Finding> {
        let subordinate = self.certificates.iter().find(|certificate| !certificate.is_self_signed())?;
        let message = || {
            format!(
                "{} takes every certificate of the store for an anchor, {} too",
                self.rules.target,
                subordinate.subject()
            )
        };
        (self.rules.layout == Layout::AnchorsOnly).then(|| self.info("store-anchors-only", message()))
    }
}

/// Why the reader does not accept the key.
pub(super) fn key_fault(rules: &Rules, certificate: &Certificate) -> Option<String> {
    let algorithm = certificate.public_key().algorithm();
    let name = certificate.subject();
    let refused = rules.refuses_key(algorithm);
    refused.then(|| format!("{} does not accept the key of {name}, of the kind {algorithm}", rules.target))
}

/// Why the reader does not accept signatures of this kind.
pub(super) fn signature_fault(rules: &Rules, algorithm: &SignatureAlgorithm) -> Option<String> {
    let weak = rules.refuses_digest(algorithm);
    weak.then(|| format!("{} does not accept signatures by {algorithm}", rules.target))
}
