//! Keys that nobody shall be certified for again.

use crate::digest::Fingerprint;
use crate::error::Error;
use crate::key::PublicKey;
use crate::name::hidden;
use crate::timestamp::Timestamp;

use super::Ledger;

/// A key that somebody else may have, too.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compromise {
    /// The key.
    pub key: PublicKey,
    /// What happened to it, in the words of who marked it.
    pub reason: String,
    /// When it was marked, by the ledger's clock.
    pub marked_at: Timestamp,
}

impl Ledger {
    /// Marks a key as compromised: no certificate is issued for it, and none is signed with it, from now on. What was
    /// issued before stays what it is: revoke it. A key that is marked already keeps its first mark.
    ///
    /// The same key in another encoding (a compressed point, RSA with and without NULL, RSA-PSS, RSA numbers without their
    /// sign or with leading zeros) is the same key, and so is one that follows from it: an RSA modulus with another
    /// exponent.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] for a reason with line breaks, control characters or others that are not seen: it stands in
    /// every refusal. [`Error::Ledger`].
    pub fn mark_compromised(&self, key: &PublicKey, reason: &str) -> Result<(), Error> {
        if let Some(fault) = hidden(reason) {
            return Err(Error::syntax("a reason", reason, fault));
        }
        let mark = Compromise { key: key.clone(), reason: reason.to_owned(), marked_at: self.now() };
        self.store.mark(&mark)
    }

    /// Whether and why a key is marked as compromised.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`].
    pub fn compromise_of(&self, key: &PublicKey) -> Result<Option<Compromise>, Error> {
        self.store.mark_of(key)
    }

    /// Every key that is marked as compromised, the first mark first.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`].
    pub fn compromised_keys(&self) -> Result<Vec<Compromise>, Error> {
        self.store.marks()
    }

    /// Refuses a key that is marked.
    pub(crate) fn refuse_compromised(&self, key: &PublicKey) -> Result<(), Error> {
        match self.compromise_of(key)? {
            None => Ok(()),
            Some(mark) => Err(Error::KeyRefused {
                key: key.fingerprint().to_string(),
                reason: format!("it was marked as compromised on {} ({})", mark.marked_at, mark.reason),
            }),
        }
    }
}

/// By what a key is found, in whichever encoding it comes, and an RSA key with whichever exponents: who has one private
/// key of a modulus has those of all its exponents.
#[cfg_attr(
    not(feature = "sqlite"),
    expect(dead_code, reason = "in memory the octets themselves are compared")
)]
pub(super) fn digest(key: &PublicKey) -> Fingerprint {
    Fingerprint::of(&key.material())
}
