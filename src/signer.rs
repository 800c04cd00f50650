//! Whoever signs for an authority: a private key in memory, a token, a service.

use std::fmt;
use std::sync::Arc;

use crate::der;
use crate::error::{Cause, Error};
use crate::key::{PrivateKey, PublicKey};

/// Signs with one key. The algorithm follows from the key: SHA-256 for RSA (PKCS #1) and P-256, SHA-384 for
/// P-384, Ed25519 by itself.
///
/// A signer that several authorities share, a token or a service, goes to each of them in an [`Arc`]:
///
/// ```
/// # use std::sync::Arc;
/// # use certwright::profile::Root;
/// # use certwright::{Authority, Csr, KeyType, Ledger, Lifetime, PrivateKey, Signer, Subject};
/// let token: Arc<dyn Signer> = Arc::new(PrivateKey::generate(KeyType::EcdsaP256)?);
/// let (name, ledger) = (Subject::common_name("Root")?, Ledger::in_memory());
/// let root = Authority::root(&Root::new(Lifetime::years(10)), name.clone(), Arc::clone(&token), &ledger)?;
/// let request = Csr::create(&name, &token)?;
/// assert_eq!(request.public_key(), root.certificate().public_key());
/// # Ok::<(), certwright::Error>(())
/// ```
pub trait Signer: Send + Sync {
    /// The public part of the key that signs.
    fn public_key(&self) -> &PublicKey;

    /// Succeeds where it can sign. It is asked before the ledger records a certificate, so that nothing is recorded which
    /// is certain not to be signed. Without an answer of its own a signer is taken to be ready.
    ///
    /// # Errors
    ///
    /// [`SignerError`], with its cause.
    fn ready(&self) -> Result<(), SignerError> {
        Ok(())
    }

    /// The signature over the message, as it stands in a certificate's BIT STRING.
    ///
    /// # Errors
    ///
    /// [`SignerError`], with its cause.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError>;
}

/// Why a signer did not sign.
#[derive(Debug)]
pub struct SignerError(Cause);

impl SignerError {
    /// Keeps the cause.
    #[must_use]
    pub fn new(cause: impl Into<Cause>) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for SignerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for SignerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// [`Error::UnsupportedKey`] where that is the cause; any other cause stays one, in [`Error::Sign`].
impl From<SignerError> for Error {
    fn from(SignerError(cause): SignerError) -> Self {
        match cause.downcast::<Self>() {
            Ok(error) if matches!(*error, Self::UnsupportedKey { .. }) => *error,
            Ok(other) => Self::Sign { cause: other },
            Err(cause) => Self::Sign { cause },
        }
    }
}

impl Signer for PrivateKey {
    fn public_key(&self) -> &PublicKey {
        Self::public_key(self)
    }

    fn ready(&self) -> Result<(), SignerError> {
        self.require_signing().map_err(SignerError::new)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        Self::sign(self, message).map_err(SignerError::new)
    }
}

impl<S: Signer + ?Sized> Signer for Arc<S> {
    fn public_key(&self) -> &PublicKey {
        (**self).public_key()
    }

    fn ready(&self) -> Result<(), SignerError> {
        (**self).ready()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        (**self).sign(message)
    }
}

impl<S: Signer + ?Sized> Signer for Box<S> {
    fn public_key(&self) -> &PublicKey {
        (**self).public_key()
    }

    fn ready(&self) -> Result<(), SignerError> {
        (**self).ready()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        (**self).sign(message)
    }
}

/// SEQUENCE { body, signatureAlgorithm, signature }: a certificate, a request or a list, from its signed body.
pub(crate) fn sign_structure(body: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, Error> {
    let algorithm = signer.public_key().signature_algorithm()?;
    let signature = signer.sign(body)?;
    Ok(assemble(body, algorithm, &signature))
}

/// The outer structure around a body and its signature.
pub(crate) fn assemble(body: &[u8], algorithm: &[u8], signature: &[u8]) -> Vec<u8> {
    der::sequence(&[body, algorithm, &der::bit_string(signature)])
}
