//! Certificates in the place of others: renewed, with a new key, or made anew. The ledger links them.

use std::sync::Arc;

use super::Authority;
use crate::certificate::Certificate;
use crate::error::Error;
use crate::issue::{self, Issuer, Prepared, Request};
use crate::key::PublicKey;
use crate::ledger::{Predecessor, Succession};
use crate::name::AltName;
use crate::profile::{Leaf, Root, Subordinate};

impl Authority {
    /// Prepares another term for a leaf: the same subject, alternative names and key, byte for byte; what else it says
    /// is the profile's. Its predecessor stays valid until its own end.
    ///
    /// Prefer [`Authority::rekey`]: a key that is used for years is one that leaks for years. A renewal waits for its
    /// window, the last 60 days unless [`Authority::renewal_window`] says otherwise; rekeying does not.
    ///
    /// # Errors
    ///
    /// [`Error::OutsideRenewalWindow`]; [`Error::Mismatch`] where neither this authority nor its ledger knows the
    /// certificate; [`Error::Syntax`] where it carries names that are not issued here: [`Authority::reissue`] it; and
    /// those of [`Authority::prepare`].
    pub fn renew(&self, certificate: &Certificate, profile: &Leaf) -> Result<Prepared, Error> {
        self.0.practice.renewable(certificate, self.0.ledger.now())?;
        let request = again(certificate, certificate.public_key())?;
        self.succeed(certificate, Succession::Renewal, profile, request)
    }

    /// Prepares a certificate with the same names and a new key, at any time, also after the end.
    ///
    /// # Errors
    ///
    /// [`Error::KeyRefused`] for the old key; [`Error::Mismatch`], [`Error::Syntax`] as in [`Authority::renew`]; and
    /// those of [`Authority::prepare`].
    pub fn rekey(
        &self,
        certificate: &Certificate,
        profile: &Leaf,
        key: &PublicKey,
    ) -> Result<Prepared, Error> {
        if certificate.public_key().is_same_key(key) {
            return Err(Error::KeyRefused {
                key: key.fingerprint().to_string(),
                reason: "it is the key that is to be replaced".to_owned(),
            });
        }
        self.succeed(certificate, Succession::Rekey, profile, again(certificate, key)?)
    }

    /// Prepares a certificate in the place of another, at any time: names, key and profile are those given here.
    ///
    /// # Errors
    ///
    /// [`Error::Mismatch`] as in [`Authority::renew`]; and those of [`Authority::prepare`].
    pub fn reissue(
        &self,
        certificate: &Certificate,
        profile: &Leaf,
        request: Request,
    ) -> Result<Prepared, Error> {
        self.succeed(certificate, Succession::Reissue, profile, request)
    }

    /// Prepares another term for a subordinate: the same subject, key and key identifier, byte for byte, so that what
    /// it issued stays valid under it. Path length and constraints are the profile's.
    ///
    /// # Errors
    ///
    /// [`Error::NotAnAuthority`] for a leaf; [`Error::Mismatch`] as in [`Authority::renew`]; and those of
    /// [`Authority::prepare_subordinate`].
    pub fn renew_subordinate(
        &self,
        certificate: &Certificate,
        profile: &Subordinate,
    ) -> Result<Prepared, Error> {
        self.vouches_for(certificate)?;
        if !certificate.is_authority() {
            let reason = "its basic constraints do not make it an authority";
            return Err(Error::NotAnAuthority { subject: certificate.subject().to_string(), reason });
        }
        let prepared = self.0.prepare_again(&profile.shape(), certificate)?;
        Ok(prepared.succeeding(Predecessor::of(certificate, Succession::Renewal)))
    }

    /// Gives a root another term: the same subject, key and key identifier, byte for byte. What it issued is valid
    /// under either certificate; its readers need the new one before the old one ends. An expired root can be renewed.
    ///
    /// # Errors
    ///
    /// Those of [`Authority::prepare_root_renewal`] and [`Prepared::sign`].
    pub fn renew_root(&self, profile: &Root) -> Result<Self, Error> {
        let chain = self.prepare_root_renewal(profile)?.sign()?.into_chain();
        let Issuer { signer, ledger, practice, urls, .. } = &self.0;
        let (signer, ledger, practice) = (Arc::clone(signer), ledger.clone(), *practice);
        Ok(Self(Issuer { signer, chain, ledger, practice, urls: urls.clone() }))
    }

    /// Prepares what [`Authority::renew_root`] signs.
    ///
    /// # Errors
    ///
    /// [`Error::Chain`] for an authority that is no root; and those of [`Authority::root`].
    pub fn prepare_root_renewal(&self, profile: &Root) -> Result<Prepared, Error> {
        let (certificate, Issuer { signer, ledger, chain, .. }) = (self.certificate(), &self.0);
        if !chain.issuers().is_empty() {
            let reason = format!("{} is no root: who certified it renews it", certificate.subject());
            return Err(Error::Chain { reason });
        }
        let prepared = issue::prepare_root_again(signer, ledger, &profile.shape(), certificate)?;
        Ok(prepared.succeeding(Predecessor::of(certificate, Succession::Renewal)))
    }

    fn succeed(
        &self,
        certificate: &Certificate,
        succession: Succession,
        profile: &Leaf,
        request: Request,
    ) -> Result<Prepared, Error> {
        self.vouches_for(certificate)?;
        let prepared = self.prepare(profile, request)?;
        Ok(prepared.succeeding(Predecessor::of(certificate, succession)))
    }

    /// Names are taken over from a certificate only where they were vouched for before: it is in the ledger, or carries
    /// this authority's signature. Otherwise anybody's certificate could be turned into one of ours.
    fn vouches_for(&self, certificate: &Certificate) -> Result<(), Error> {
        let own = self.certificate();
        let signed = || {
            certificate.issuer() == own.subject() && certificate.verify_signature(own.public_key()).is_ok()
        };
        if self.0.ledger.entry_of(certificate)?.is_some() || signed() {
            return Ok(());
        }
        let reason =
            format!("neither the ledger nor {} issued it, and it cannot be succeeded", own.subject());
        Err(Error::Mismatch { subject: certificate.subject().to_string(), reason })
    }
}

/// A request for the same names.
fn again(certificate: &Certificate, key: &PublicKey) -> Result<Request, Error> {
    let request = Request::new(key).subject(certificate.subject().clone());
    let names: Vec<AltName> =
        certificate.alt_names().iter().map(AltName::try_from).collect::<Result<_, _>>()?;
    Ok(names.into_iter().fold(request, Request::alt_name))
}
