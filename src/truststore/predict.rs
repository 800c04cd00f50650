//! Whether a reader with a store will let a client in.

use crate::certificate::{Certificate, ExtendedKeyUsage};
use crate::chain::{AnchorUse, Coverage, KeyUsageRule, Limits, Purpose, Rejected, Verified, Verifier};
use crate::crl::Crl;
use crate::finding::{Finding, Severity};
use crate::timestamp::Timestamp;

use super::Truststore;
use super::check;
use super::one_way;
use super::rules::{CrlDemand, Ends, Layout, Rules};
use super::words;

/// What a reader will do with a client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Prediction {
    /// The client gets in, over this path.
    Accepted(Verified),
    /// The client is refused.
    Refused(Finding),
}

impl Prediction {
    /// Whether the client gets in.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// Why not, where it does not.
    #[must_use]
    pub fn refusal(&self) -> Option<&Finding> {
        match self {
            Self::Accepted(_) => None,
            Self::Refused(finding) => Some(finding),
        }
    }
}

pub(super) fn predict(
    store: &[Certificate],
    rules: &Rules,
    presented: &[Certificate],
    crls: &[Crl],
    at: Timestamp,
) -> Prediction {
    let reading = Reading { store, rules, crls, at, presumes: false };
    match reading.decide(presented) {
        Ok(verified) => Prediction::Accepted(verified),
        Err(refusal) => Prediction::Refused(refusal.finding),
    }
}

/// Why a client is refused.
pub(crate) struct Refusal {
    pub(crate) finding: Finding,
    /// The alert that OpenSSL sends for it.
    pub(crate) alert: Option<&'static str>,
}

/// A reader with its store at a time.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) store: &'a [Certificate],
    pub(crate) rules: &'a Rules,
    pub(crate) crls: &'a [Crl],
    pub(crate) at: Timestamp,
    /// Whether signatures that cannot be checked here are taken to hold.
    pub(crate) presumes: bool,
}

impl Reading<'_> {
    /// What the reader does with a client that presents these.
    pub(crate) fn decide(&self, presented: &[Certificate]) -> Result<Verified, Refusal> {
        let rules = self.rules;
        let refused = |rule, message| {
            let finding = Finding::new(rule, Severity::Error, rules.citation, message);
            Refusal { finding, alert: words::alert_of(rule) }
        };
        let Some((client, sent)) = presented.split_first() else {
            return Err(refused("client-chain", "the client presents no certificate".to_owned()));
        };
        if rules.all_or_nothing
            && let Some(fault) =
                Truststore::check(self.store, rules, self.at).into_iter().find(Finding::is_error)
        {
            return Err(Refusal { finding: fault, alert: None });
        }
        let verified = self.verify(client, sent).map_err(|rejected| Refusal {
            finding: explain(rules, &rejected, self.store, self.at),
            alert: words::alert(&rejected, self.at),
        })?;
        match fault(&verified.path, rules) {
            Some((rule, message)) => Err(refused(rule, message)),
            None => Ok(verified),
        }
    }

    /// The client's path to an anchor of the store. What the client presents is no anchor.
    fn verify(&self, client: &Certificate, sent: &[Certificate]) -> Result<Verified, Rejected> {
        let (store, sent) = if self.rules.backtracks {
            (self.store.to_vec(), sent.to_vec())
        } else {
            one_way::climbed(client, self.store, sent, self.at)
        };
        let (anchors, rest) = self.split(&store);
        let stored = if self.rules.layout == Layout::AnchorsOnly { &[][..] } else { rest.as_slice() };
        let others = [sent.as_slice(), stored].concat();
        let mut verifier = as_the_reader(Verifier::new(&anchors, self.at), self.rules, self.crls);
        if self.presumes {
            verifier = verifier.dangerous_unchecked_signatures();
        }
        verifier.verify(client, &others)
    }

    fn split(&self, store: &[Certificate]) -> (Vec<Certificate>, Vec<Certificate>) {
        if self.presumes && self.rules.ends == Ends::AtRoots {
            store.iter().cloned().partition(Certificate::is_presumably_self_signed)
        } else {
            split(store, self.rules)
        }
    }
}

/// The verifier with what the reader looks at, and no more.
fn as_the_reader<'a>(verifier: Verifier<'a>, rules: &Rules, crls: &'a [Crl]) -> Verifier<'a> {
    let mut verifier = verifier.limits(limits(rules)).anchor_use(rules.anchor_use);
    if rules.client_purpose {
        verifier = verifier.purpose(Purpose::Client);
    }
    if !rules.key_usage {
        verifier = verifier.key_usage(KeyUsageRule::Ignored);
    }
    // Which digests are too short is the reader's own rule where it still takes SHA-1.
    if rules.least_digest_bits.is_some_and(|least| least <= 160) {
        verifier = verifier.dangerous_weak_digests();
    }
    match rules.crls {
        CrlDemand::None => verifier,
        CrlDemand::EveryAuthority => verifier.crls(crls),
        CrlDemand::Listed => verifier.crls(crls).coverage(Coverage::Known),
    }
}

/// Readers count intermediates, self-issued ones too, or all certificates.
fn limits(rules: &Rules) -> Limits {
    let limits = Limits::default();
    let counted = [rules.longest_client_chain, rules.most_intermediates.map(|most| most.saturating_add(2))];
    limits.longest(counted.into_iter().flatten().fold(limits.longest, usize::min))
}

/// The anchors of a store, and what is none.
pub(super) fn split(store: &[Certificate], rules: &Rules) -> (Vec<Certificate>, Vec<Certificate>) {
    let anchor = |c: &Certificate| rules.ends == Ends::Anywhere || c.is_self_signed();
    store.iter().cloned().partition(anchor)
}

/// The most useful failure, under the rule id of predictions, with the reader's own words.
fn explain(rules: &Rules, rejected: &Rejected, store: &[Certificate], at: Timestamp) -> Finding {
    let rule = words::explained_as(rejected.rule());
    let reasons: Vec<_> = rejected.findings().iter().map(|finding| finding.message.as_str()).collect();
    let mut message = reasons.join("; ");
    if let Some((who, words)) = words::of(rules, rejected, store, at) {
        message.push_str(&format!(" ({who} says: {words})"));
    }
    Finding::new(rule, Severity::Error, rules.citation, message)
}

/// The first rule of the reader that the path breaks, beyond those that every path is held to.
fn fault(path: &[Certificate], rules: &Rules) -> Option<(&'static str, String)> {
    let client = path.first()?;
    if rules.client_no_authority && client.is_authority() {
        return Some(("client-no-authority", format!("{} is an authority's certificate", client.subject())));
    }
    let listed = || client.extended_key_usage().is_some_and(|p| p.contains(&ExtendedKeyUsage::ClientAuth));
    if rules.client_purpose_listed && !listed() {
        return Some((
            "client-purpose",
            format!("{} does not list the purpose clientAuth", client.subject()),
        ));
    }
    if let Some(message) = only_for_any(path, rules) {
        return Some(("client-purpose", message));
    }
    if let Some(message) = path.iter().find_map(|certificate| check::key_fault(rules, certificate)) {
        return Some(("client-key", message));
    }
    // The anchor's own signature is not part of the path.
    let (_, below) = path.split_last()?;
    let message = below.iter().find_map(|certificate| {
        let reason = check::signature_fault(rules, &certificate.signature_algorithm())?;
        Some(format!("{}: {reason}", certificate.subject()))
    });
    message.map(|message| ("client-signature", message))
}

/// A certificate whose purposes are met by anyExtendedKeyUsage alone, where that means nothing to the reader.
fn only_for_any(path: &[Certificate], rules: &Rules) -> Option<String> {
    let held = match rules.anchor_use {
        AnchorUse::Certificate => path,
        _ => path.split_last().map_or(path, |(_, below)| below),
    };
    let listed = |one: &Certificate| {
        one.extended_key_usage().is_none_or(|purposes| purposes.contains(&ExtendedKeyUsage::ClientAuth))
    };
    let certificate = held.iter().find(|one| rules.client_purpose && !rules.any_purpose && !listed(one))?;
    let said =
        words::of_purpose(rules).map(|(who, words)| format!(" ({who} says: {words})")).unwrap_or_default();
    let name = certificate.subject();
    Some(format!("{name} is limited to anyExtendedKeyUsage, which does not stand for clientAuth{said}"))
}
