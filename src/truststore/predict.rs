//! Whether a reader with a store will let a client in.

use crate::certificate::{Certificate, ExtendedKeyUsage};
use crate::chain::{self, Chain};
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::timestamp::Timestamp;
use crate::validity;

use super::rules::Rules;

/// What a reader will do with a client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Prediction {
    /// The client gets in, over this chain.
    Accepted(Chain),
    /// The client is refused.
    Refused(Finding),
}

impl Prediction {
    /// Whether the client gets in.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }
}

pub(super) fn predict(
    store: &[Certificate],
    rules: &Rules,
    presented: &[Certificate],
    at: Timestamp,
) -> Prediction {
    let refused =
        |rule, message| Prediction::Refused(Finding::new(rule, Severity::Error, rules.citation, message));
    match path(store, presented) {
        Err(error) => refused("client-chain", error.to_string()),
        Ok(chain) => match fault(&chain, rules, at) {
            Some((rule, message)) => refused(rule, message),
            None => Prediction::Accepted(chain),
        },
    }
}

/// The client's chain to a root of the store. What the client presents is no anchor.
fn path(store: &[Certificate], presented: &[Certificate]) -> Result<Chain, Error> {
    let Some(client) = presented.first() else {
        return Err(Error::Chain { reason: "the client presents no certificate".to_owned() });
    };
    let intermediates = presented.iter().filter(|certificate| !certificate.is_self_issued());
    let bag: Vec<_> = intermediates.chain(std::iter::once(client)).chain(store).cloned().collect();
    chain::order(&bag, Some(client.fingerprint())).map(|ordered| ordered.chain)
}

/// The first rule by which the client is refused.
fn fault(chain: &Chain, rules: &Rules, at: Timestamp) -> Option<(&'static str, String)> {
    if let Err(error) = validity::current(chain.full(), at) {
        return Some(("client-validity", error.to_string()));
    }
    let unfit = chain.issuers().iter().find(|issuer| !issuer.is_authority());
    if let Some(unfit) = unfit {
        return Some(("client-chain", format!("{} is not an authority's certificate", unfit.subject())));
    }
    let length = chain.full().len();
    if let Some(limit) = rules.longest_chain.filter(|limit| length > *limit) {
        return Some((
            "client-chain-length",
            format!("the chain has {length} certificates, at most {limit} are read"),
        ));
    }
    let purposes = chain.certificate().extended_key_usage();
    let fits = purposes.is_none_or(|purposes| {
        purposes.iter().any(|p| matches!(p, ExtendedKeyUsage::ClientAuth | ExtendedKeyUsage::Any))
    });
    (rules.client_purpose && !fits).then(|| {
        ("client-purpose", format!("{} is not meant for TLS clients", chain.certificate().subject()))
    })
}
