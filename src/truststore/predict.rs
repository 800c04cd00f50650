//! Whether a reader with a store will let a client in.

use crate::certificate::{Certificate, ExtendedKeyUsage};
use crate::chain::{Coverage, KeyUsageRule, Limits, Purpose, Rejected, Verified, Verifier};
use crate::crl::Crl;
use crate::finding::{Finding, Severity};
use crate::timestamp::Timestamp;

use super::Truststore;
use super::check;
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
    match decide(store, rules, presented, crls, at) {
        Ok(verified) => Prediction::Accepted(verified),
        Err(finding) => Prediction::Refused(finding),
    }
}

fn decide(
    store: &[Certificate],
    rules: &Rules,
    presented: &[Certificate],
    crls: &[Crl],
    at: Timestamp,
) -> Result<Verified, Finding> {
    let refused = |rule, message| Finding::new(rule, Severity::Error, rules.citation, message);
    let Some((client, sent)) = presented.split_first() else {
        return Err(refused("client-chain", "the client presents no certificate".to_owned()));
    };
    if rules.all_or_nothing
        && let Some(fault) = Truststore::check(store, rules, at).into_iter().find(Finding::is_error)
    {
        return Err(fault);
    }
    let verified = verify(store, rules, client, sent, crls, at)
        .map_err(|rejected| explain(rules, &rejected, store, at))?;
    match fault(&verified.path, rules) {
        Some((rule, message)) => Err(refused(rule, message)),
        None => Ok(verified),
    }
}

/// The client's path to an anchor of the store. What the client presents is no anchor.
fn verify(
    store: &[Certificate],
    rules: &Rules,
    client: &Certificate,
    sent: &[Certificate],
    crls: &[Crl],
    at: Timestamp,
) -> Result<Verified, Rejected> {
    let (store, sent) = match rules.backtracks {
        true => (store.to_vec(), sent.to_vec()),
        false => first_of_each(store, sent, at),
    };
    let (anchors, rest) = split(&store, rules);
    let stored = if rules.layout == Layout::AnchorsOnly { &[][..] } else { rest.as_slice() };
    let others = [sent.as_slice(), stored].concat();
    as_the_reader(Verifier::new(&anchors, at), rules, crls).verify(client, &others)
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

/// What a reader sees that goes up without looking back: the store before what is sent, and of each name and key
/// the first certificate that is current, else the one that ended last.
fn first_of_each(
    store: &[Certificate],
    sent: &[Certificate],
    at: Timestamp,
) -> (Vec<Certificate>, Vec<Certificate>) {
    let same = |one: &Certificate, other: &Certificate| {
        one.subject() == other.subject() && one.public_key() == other.public_key()
    };
    let preferred = |one: &Certificate| {
        let rivals = || store.iter().filter(|other| same(one, other));
        let current = rivals().find(|rival| rival.window().contains(at));
        current.or_else(|| rivals().max_by_key(|rival| rival.window().not_after)) == Some(one)
    };
    let kept: Vec<_> = store.iter().filter(|one| preferred(one)).cloned().collect();
    let unseen = sent.iter().filter(|one| !store.iter().any(|other| same(one, other))).cloned().collect();
    (kept, unseen)
}

/// The anchors of a store, and what is none.
pub(super) fn split(store: &[Certificate], rules: &Rules) -> (Vec<Certificate>, Vec<Certificate>) {
    let anchor = |c: &Certificate| rules.ends == Ends::Anywhere || c.is_self_signed();
    store.iter().cloned().partition(anchor)
}

/// The most useful failure, under the rule id of predictions, with the reader's own words.
fn explain(rules: &Rules, rejected: &Rejected, store: &[Certificate], at: Timestamp) -> Finding {
    let rule = match rejected.rule() {
        "valid-at-the-time" => "client-validity",
        "path-depth" => "client-chain-length",
        "purpose" | "purpose-nested" | "key-usage-fits-purpose" => "client-purpose",
        "signature-digest-strong" => "client-signature",
        "not-revoked" | "revocation-known" => "client-revocation",
        _ => "client-chain",
    };
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
