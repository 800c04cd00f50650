//! Signers that do not do what they should.

use std::sync::{Arc, Mutex};

use certwright::{Ledger, PrivateKey, PublicKey, Signer, SignerError, State};

/// Fails, with a cause of its own.
pub(crate) struct Refusing(pub(crate) PublicKey);

/// What a token might answer.
#[derive(Debug)]
pub(crate) struct TokenLocked;

impl std::fmt::Display for TokenLocked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the token is locked")
    }
}

impl std::error::Error for TokenLocked {}

impl Signer for Refusing {
    fn public_key(&self) -> &PublicKey {
        &self.0
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignerError> {
        Err(SignerError::new(TokenLocked))
    }
}

/// Says beforehand that it will not sign.
pub(crate) struct Absent(pub(crate) PublicKey);

impl Signer for Absent {
    fn public_key(&self) -> &PublicKey {
        &self.0
    }

    fn ready(&self) -> Result<(), SignerError> {
        Err(SignerError::new(TokenLocked))
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignerError> {
        panic!("asked to sign, although it is not ready")
    }
}

/// Signs other bytes than it is given.
pub(crate) struct Careless(pub(crate) Arc<PrivateKey>);

impl Signer for Careless {
    fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        Signer::sign(&self.0, &[message, &[0]].concat())
    }
}

/// Signs with another key than it shows.
pub(crate) struct Impostor {
    pub(crate) shown: PublicKey,
    pub(crate) used: PrivateKey,
}

impl Signer for Impostor {
    fn public_key(&self) -> &PublicKey {
        &self.shown
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        Signer::sign(&self.used, message)
    }
}

/// Hands out bytes that are no signature.
pub(crate) struct Silent(pub(crate) PublicKey);

impl Signer for Silent {
    fn public_key(&self) -> &PublicKey {
        &self.0
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(Vec::new())
    }
}

/// Looks, while it signs, for the entry in the ledger that records what it signs.
pub(crate) struct Witness {
    pub(crate) key: Arc<PrivateKey>,
    pub(crate) ledger: Ledger,
    /// The states of the entries with the digest of what was signed, one list per signature.
    pub(crate) seen: Arc<Mutex<Vec<Vec<State>>>>,
}

impl Signer for Witness {
    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let digest = certwright::Fingerprint::of(message);
        let entries = self.ledger.entries().map_err(SignerError::new)?;
        let states = entries.iter().filter(|e| e.tbs_digest == digest).map(certwright::Entry::state);
        self.seen.lock().expect("no panic elsewhere").push(states.collect());
        Signer::sign(&self.key, message)
    }
}
