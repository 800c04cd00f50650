//! Certificate requests, described.

use super::Row;
use crate::csr::Claim;
use crate::error::Error;

/// What a certificate request says.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RequestFacts {
    /// The subject that it asks for (RFC 4514).
    pub subject: String,
    /// The algorithm of its key.
    pub key: String,
    /// SHA-256 of its key (SPKI).
    pub key_fingerprint: String,
    /// Whether it is signed by its own key, where that can be checked.
    pub possession: String,
}

impl RequestFacts {
    pub(super) fn of(claim: &Claim) -> Self {
        Self {
            subject: claim.subject.to_string(),
            key: claim.public_key.algorithm().to_string(),
            key_fingerprint: claim.public_key.fingerprint().to_string(),
            possession: match &claim.possession {
                Ok(()) => "the request is signed by its own key".to_owned(),
                Err(Error::UnverifiableSignature { algorithm, .. }) => {
                    format!("not checked: its signature is {algorithm}, which certwright does not verify")
                }
                Err(_) => "not proven: the signature is not that of its own key".to_owned(),
            },
        }
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        vec![
            ("subject", self.subject.clone()),
            ("key", format!("{}, SPKI SHA-256 {}", self.key, self.key_fingerprint)),
            ("possession", self.possession.clone()),
        ]
    }
}
