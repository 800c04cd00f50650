//! An authority between its request and its certificate.

use std::fmt;
use std::sync::Arc;

use super::{Authority, named};
use crate::chain::Chain;
use crate::csr::Csr;
use crate::error::Error;
use crate::ledger::Ledger;
use crate::name::Subject;
use crate::signer::Signer;
use crate::validity;

/// An authority that has a key and a request, and no certificate: it cannot issue.
///
/// ```compile_fail
/// # use certwright::{Authority, Error, Lifetime, PendingAuthority, Request, profile::Leaf};
/// # fn issue(authority: &PendingAuthority, request: Request) -> Result<(), Error> {
/// authority.prepare(&Leaf::client(Lifetime::days(395)), request)?.sign()?;
/// # Ok(())
/// # }
/// ```
///
/// ```
/// # use certwright::{Authority, Error, Lifetime, PendingAuthority, Request, profile::Leaf};
/// # fn issue(authority: &Authority, request: Request) -> Result<(), Error> {
/// authority.prepare(&Leaf::client(Lifetime::days(395)), request)?.sign()?;
/// # Ok(())
/// # }
/// ```
pub struct PendingAuthority {
    signer: Arc<dyn Signer>,
    request: Csr,
}

impl PendingAuthority {
    /// A new authority's request, signed by its own key.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyName`], [`Error::Sign`], [`Error::UnsupportedKey`]; [`Error::BadSignature`] where the signer
    /// signed with another key than it shows.
    pub fn new(subject: Subject, signer: impl Signer + 'static) -> Result<Self, Error> {
        named(&subject)?;
        let request = Csr::create(&subject, &signer)?;
        Ok(Self { signer: Arc::new(signer), request })
    }

    /// Resumes a ceremony: the request of an earlier run and the key that signed it.
    ///
    /// # Errors
    ///
    /// [`Error::KeyMismatch`].
    pub fn open(request: Csr, signer: impl Signer + 'static) -> Result<Self, Error> {
        signer.public_key().require_match(request.public_key())?;
        Ok(Self { signer: Arc::new(signer), request })
    }

    /// The request to be certified.
    #[must_use]
    pub fn csr(&self) -> &Csr {
        &self.request
    }

    /// Becomes an authority with the chain that was certified for it.
    ///
    /// # Errors
    ///
    /// [`ActivationError`], which gives the pending authority back. Its cause is one of [`Authority::open`], or
    /// [`Error::IssuerExpired`] and [`Error::IssuerNotYetValid`] where a certificate of the chain is not current.
    pub fn activate(self, chain: Chain, ledger: &Ledger) -> Result<Authority, ActivationError> {
        let activated = validity::current(chain.full(), ledger.now())
            .and_then(|()| Authority::from_signer(chain, Arc::clone(&self.signer), ledger));
        activated.map_err(|error| ActivationError { error, pending: Box::new(self) })
    }
}

impl fmt::Debug for PendingAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PendingAuthority({})", self.request.subject())
    }
}

/// Why an authority was not activated, and the pending authority, for another try.
#[derive(Debug)]
pub struct ActivationError {
    /// What was wrong with the chain.
    pub error: Error,
    /// The authority as it was.
    pub pending: Box<PendingAuthority>,
}

impl fmt::Display for ActivationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for ActivationError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.error)
    }
}

impl From<ActivationError> for Error {
    fn from(refused: ActivationError) -> Self {
        refused.error
    }
}
