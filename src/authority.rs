//! Authorities: a root, a subordinate that waits for its certificate, and one that may issue.

use std::fmt;
use std::sync::Arc;

use crate::certificate::{Certificate, KeyUsage};
use crate::chain::Chain;
use crate::csr::Csr;
use crate::error::Error;
use crate::issue::{self, Issued, Issuer, Origin, Prepared, Request};
use crate::ledger::Ledger;
use crate::name::Subject;
use crate::profile::{Leaf, Root, Subordinate, Urls};
use crate::signer::Signer;
use crate::validity;

/// An authority that may issue: its certificate, the chain above it, its signer and its ledger.
pub struct Authority(Issuer);

impl Authority {
    /// Makes a root: the signer certifies its own key.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyName`]; [`Error::LifetimeZero`], [`Error::TimeRange`], [`Error::EndsInThePast`];
    /// [`Error::Refused`]; [`Error::Sign`]; [`Error::Ledger`].
    pub fn root(
        profile: &Root,
        subject: Subject,
        signer: impl Signer + 'static,
        ledger: &Ledger,
    ) -> Result<Self, Error> {
        named(&subject)?;
        let signer: Arc<dyn Signer> = Arc::new(signer);
        let issued = issue::prepare_root(&signer, ledger, &profile.shape(), &subject)?.sign()?;
        Ok(Self(Issuer { signer, chain: issued.into_chain(), ledger: ledger.clone(), urls: Urls::default() }))
    }

    /// Continues an existing authority: the chain begins with its certificate and ends in its root.
    ///
    /// That certificate's subject and key identifier are carried into what it issues byte for byte, whoever
    /// made it. Dates are not checked here: an expired authority opens, and issues nothing.
    ///
    /// # Errors
    ///
    /// [`Error::KeyMismatch`] where the signer's key is not the certificate's; [`Error::NotAnAuthority`];
    /// [`Error::EmptyName`].
    pub fn open(chain: Chain, signer: impl Signer + 'static, ledger: &Ledger) -> Result<Self, Error> {
        Self::from_signer(chain, Arc::new(signer), ledger)
    }

    fn from_signer(chain: Chain, signer: Arc<dyn Signer>, ledger: &Ledger) -> Result<Self, Error> {
        let certificate = chain.certificate();
        same_key(signer.as_ref(), certificate)?;
        named(certificate.subject())?;
        chain.full().iter().try_for_each(may_certify)?;
        Ok(Self(Issuer { signer, chain, ledger: ledger.clone(), urls: Urls::default() }))
    }

    /// Sets where it publishes; the addresses stand in everything that it issues from now on.
    #[must_use]
    pub fn with_urls(mut self, urls: Urls) -> Self {
        self.0.urls = urls;
        self
    }

    /// Its certificate with everything above it.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        &self.0.chain
    }

    /// Its certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        self.0.chain.certificate()
    }

    /// Certifies a subordinate. Its profile grants the request's subject, byte for byte, and its key; nothing
    /// else that the request asks for.
    ///
    /// # Errors
    ///
    /// Those of [`Authority::prepare_subordinate`] and [`Prepared::sign`].
    pub fn certify(&self, profile: &Subordinate, request: &Csr) -> Result<Chain, Error> {
        self.prepare_subordinate(profile, request)?.sign().map(Issued::into_chain)
    }

    /// Plans, encodes and lints a subordinate's certificate. Nothing is signed yet.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyName`]; [`Error::OutlivesIssuer`], [`Error::IssuerExpired`],
    /// [`Error::IssuerNotYetValid`], [`Error::EndsInThePast`], [`Error::LifetimeZero`], [`Error::TimeRange`];
    /// [`Error::Refused`].
    pub fn prepare_subordinate(&self, profile: &Subordinate, request: &Csr) -> Result<Prepared, Error> {
        let (subject, origin) = match profile.granted_subject() {
            Some(granted) => (granted, Origin::Profile),
            None => (request.subject(), Origin::Csr),
        };
        named(subject)?;
        self.0.prepare(&profile.shape(), subject, request.public_key(), origin)
    }

    /// Plans, encodes and lints a leaf. Nothing is signed yet.
    ///
    /// # Errors
    ///
    /// [`Error::OutlivesIssuer`], [`Error::IssuerExpired`], [`Error::IssuerNotYetValid`],
    /// [`Error::EndsInThePast`], [`Error::LifetimeZero`], [`Error::TimeRange`]; [`Error::Refused`].
    pub fn prepare(&self, profile: &Leaf, request: Request) -> Result<Prepared, Error> {
        self.0.prepare_request(&profile.shape(request.public_key()), &request)
    }

    /// Issues a leaf: [`Authority::prepare`], then [`Prepared::sign`].
    ///
    /// # Errors
    ///
    /// Those of both.
    pub fn issue(&self, profile: &Leaf, request: Request) -> Result<Issued, Error> {
        self.prepare(profile, request)?.sign()
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authority({})", self.certificate().subject())
    }
}

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
    /// [`Error::EmptyName`], [`Error::Sign`], [`Error::UnsupportedKey`].
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
        match signer.public_key() == request.public_key() {
            true => Ok(Self { signer: Arc::new(signer), request }),
            false => Err(Error::KeyMismatch {
                key: signer.public_key().fingerprint().to_string(),
                certificate: request.public_key().fingerprint().to_string(),
            }),
        }
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
    /// [`ActivationError`], which gives the pending authority back. Its cause is [`Error::KeyMismatch`],
    /// [`Error::NotAnAuthority`], [`Error::EmptyName`], or [`Error::IssuerExpired`] and
    /// [`Error::IssuerNotYetValid`] where a certificate of the chain is not current.
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

fn named(subject: &Subject) -> Result<(), Error> {
    if subject.is_empty() { Err(Error::EmptyName { whom: "an authority" }) } else { Ok(()) }
}

fn same_key(signer: &dyn Signer, certificate: &Certificate) -> Result<(), Error> {
    match signer.public_key() == certificate.public_key() {
        true => Ok(()),
        false => Err(Error::KeyMismatch {
            key: signer.public_key().fingerprint().to_string(),
            certificate: certificate.public_key().fingerprint().to_string(),
        }),
    }
}

fn may_certify(certificate: &Certificate) -> Result<(), Error> {
    let refused = |reason| Err(Error::NotAnAuthority { subject: certificate.subject().to_string(), reason });
    if !certificate.is_authority() {
        return refused("its basic constraints do not make it an authority");
    }
    match certificate.key_usage() {
        Some(usage) if !usage.contains(KeyUsage::KEY_CERT_SIGN) => {
            refused("its key usage does not include keyCertSign")
        }
        _ => Ok(()),
    }
}
