//! Authorities: a root, a subordinate that waits for its certificate, and one that may issue.

mod cross;
mod horizon;
mod pending;
mod succession;
mod suitable;

pub use pending::{ActivationError, PendingAuthority};

use std::fmt;
use std::sync::Arc;

use crate::certificate::Certificate;
use crate::chain::Chain;
use crate::csr::Csr;
use crate::error::Error;
use crate::finding::Finding;
use crate::issue::{self, Issued, Issuer, Origin, Prepared, Request};
use crate::ledger::Ledger;
use crate::name::Subject;
use crate::profile::{Leaf, Root, Subordinate, Urls};
use crate::signer::Signer;
use crate::validity::{Practice, SHORT_LIVED_DAYS};

/// An authority that may issue: its certificate, the chain above it, its signer and its ledger.
pub struct Authority(Issuer);

impl Authority {
    /// Makes a root: the signer certifies its own key.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyName`]; [`Error::LifetimeZero`], [`Error::TimeRange`], [`Error::EndsInThePast`];
    /// [`Error::Profile`]; [`Error::KeyRefused`], [`Error::Decode`], [`Error::UnsupportedKey`]; [`Error::Refused`];
    /// [`Error::Random`]; and those of [`Prepared::sign`].
    pub fn root(
        profile: &Root,
        subject: Subject,
        signer: impl Signer + 'static,
        ledger: &Ledger,
    ) -> Result<Self, Error> {
        named(&subject)?;
        let signer: Arc<dyn Signer> = Arc::new(signer);
        let issued = issue::prepare_root(&signer, ledger, &profile.shape(), &subject)?.sign()?;
        Ok(Self(Issuer {
            signer,
            chain: issued.into_chain(),
            ledger: ledger.clone(),
            practice: Practice::default(),
            urls: Urls::default(),
        }))
    }

    /// Continues an existing authority: the chain begins with its certificate and ends in its root.
    ///
    /// That certificate's subject and key identifier are carried into what it issues byte for byte, whoever
    /// made it and whatever string types it uses. Dates are not checked here: an expired authority opens, and
    /// issues nothing. [`Authority::findings`] tells what is unusual about it.
    ///
    /// # Errors
    ///
    /// [`Error::KeyMismatch`] where the signer's key is not the certificate's; [`Error::NotAnAuthority`] for any
    /// certificate of the chain that may not certify the one below it; [`Error::EmptyName`];
    /// [`Error::KeyRefused`] where the ledger knows the key as compromised; [`Error::Ledger`].
    pub fn open(chain: Chain, signer: impl Signer + 'static, ledger: &Ledger) -> Result<Self, Error> {
        Self::from_signer(chain, Arc::new(signer), ledger)
    }

    fn from_signer(chain: Chain, signer: Arc<dyn Signer>, ledger: &Ledger) -> Result<Self, Error> {
        signer.public_key().require_match(chain.certificate().public_key())?;
        chain.full().iter().try_for_each(|certificate| named(certificate.subject()))?;
        suitable::may_certify(&chain)?;
        ledger.refuse_compromised(signer.public_key())?;
        let (practice, urls) = (Practice::default(), Urls::default());
        Ok(Self(Issuer { signer, chain, ledger: ledger.clone(), practice, urls }))
    }

    /// Issues nothing that is valid for more than seven days, from now on: short-lived certificates end before a
    /// revocation would reach anybody. A longer lifetime is refused or clamped, as the profile says.
    #[must_use]
    pub fn short_lived(self) -> Self {
        self.longest(SHORT_LIVED_DAYS)
    }

    /// Issues nothing that is valid for more than so many days, from now on, counted from the start that is written to
    /// the last second: where setting the start back would go beyond that, it is set back less. Public authorities are
    /// held to 200, from 2027-03-15 on to 100, from 2029-03-15 on to 47 days (CA/B Baseline Requirements 6.3.2).
    #[must_use]
    pub fn longest(mut self, days: u32) -> Self {
        self.0.practice = self.0.practice.at_most(days);
        self
    }

    /// Sets starts back by so many seconds instead of an hour, for readers whose clocks are slow. Authorities' start a
    /// day back at most, whatever is set here.
    ///
    /// # Errors
    ///
    /// [`Error::Profile`] above 48 hours.
    pub fn backdate(mut self, seconds: u32) -> Result<Self, Error> {
        self.0.practice = self.0.practice.backdated(seconds)?;
        Ok(self)
    }

    /// Lets leaves be renewed so many days before their end, instead of 60.
    #[must_use]
    pub fn renewal_window(mut self, days: u32) -> Self {
        self.0.practice = self.0.practice.renewed_within(days);
        self
    }

    /// Sets where it publishes; the addresses stand in everything that it issues from now on.
    #[must_use]
    pub fn with_urls(mut self, urls: Urls) -> Self {
        self.0.urls = urls;
        self
    }

    /// What is unusual about an authority that somebody else made, as warnings, its own certificate first: not
    /// current by the ledger's clock, no key identifier, no key usage, an end after its issuer's, extensions that
    /// readers refuse.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        suitable::findings(&self.0.chain, self.0.ledger.now())
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
    /// [`Error::EmptyName`], and those of [`Authority::prepare`].
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
    /// - [`Error::IssuerExpired`], [`Error::IssuerNotYetValid`]: a certificate of the authority's chain is not current.
    /// - [`Error::OutlivesIssuer`], [`Error::LifetimeTooLong`], [`Error::LifetimeTooShort`], [`Error::EndsInThePast`],
    ///   [`Error::LifetimeZero`], [`Error::TimeRange`]: the lifetime cannot be granted.
    /// - [`Error::Profile`]: settings contradict each other, or a rule cannot be allowed.
    /// - [`Error::KeyRefused`]: a key is marked as compromised, or it is that of an authority above.
    ///   [`Error::Decode`]: the numbers of an RSA key are not encoded as DER has them.
    ///   [`Error::UnsupportedKey`]: the authority's key is of a kind that does not sign.
    /// - [`Error::Refused`]: rules refuse it. [`Error::TooLarge`]: it has more names than a certificate holds.
    /// - [`Error::Ledger`], [`Error::Random`]: it could not be looked up or drawn.
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

fn named(subject: &Subject) -> Result<(), Error> {
    if subject.is_empty() { Err(Error::EmptyName { whom: "an authority" }) } else { Ok(()) }
}
