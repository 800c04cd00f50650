//! Cross-signing: a certificate of ours for an authority that has one of its own.

use super::{Authority, named, suitable};
use crate::certificate::Certificate;
use crate::chain::Chain;
use crate::error::Error;
use crate::issue::{Issued, Prepared};
use crate::profile::Subordinate;

impl Authority {
    /// Certifies another authority by the certificate that it has: what it issued is trusted under this authority, too,
    /// and its own chain stays as it is.
    ///
    /// Subject, key and key identifier are the certificate's, byte for byte, so that everything below it fits under
    /// either certificate. The term, the path length and the constraints are the profile's.
    ///
    /// # Errors
    ///
    /// Those of [`Authority::prepare_cross_sign`] and [`Prepared::sign`].
    ///
    /// ```
    /// # use certwright::{Authority, Certificate, Error, Lifetime, profile::Subordinate};
    /// # fn bridge(ours: &Authority, theirs: &Certificate) -> Result<(), Error> {
    /// // One authority below theirs, two years: what we are ready to vouch for.
    /// let chain = ours.cross_sign(&Subordinate::new(Lifetime::years(2)).path_length(1), theirs)?;
    /// assert_eq!(chain.certificate().subject(), theirs.subject());
    /// # Ok(())
    /// # }
    /// ```
    pub fn cross_sign(&self, profile: &Subordinate, certificate: &Certificate) -> Result<Chain, Error> {
        self.prepare_cross_sign(profile, certificate)?.sign().map(Issued::into_chain)
    }

    /// Plans, encodes and lints the certificate. Nothing is signed yet.
    ///
    /// That the other authority has its key is shown by its certificate's signature: a self-signed one is verified
    /// here, any other was judged by its issuer. Whether it is genuine is for the caller to know: compare its
    /// fingerprint, verify its chain.
    ///
    /// # Errors
    ///
    /// [`Error::NotAnAuthority`] for a certificate that may not certify others; [`Error::EmptyName`];
    /// [`Error::Profile`] where the profile grants another subject; [`Error::BadSignature`],
    /// [`Error::UnverifiableSignature`] where it is self-issued and not signed with its key; [`Error::KeyRefused`] for
    /// a key of this authority's own path, or one that the ledger knows as compromised; and those of
    /// [`Authority::prepare_subordinate`].
    pub fn prepare_cross_sign(
        &self,
        profile: &Subordinate,
        certificate: &Certificate,
    ) -> Result<Prepared, Error> {
        suitable::may_certify_others(certificate)?;
        let subject = certificate.subject();
        named(subject)?;
        if let Some(other) = profile.granted_subject().filter(|other| *other != subject) {
            let reason = format!("it grants the subject {other}, and {subject} is copied byte for byte");
            return Err(Error::Profile { reason });
        }
        if certificate.is_self_issued() {
            certificate.verify_signature(certificate.public_key())?;
        }
        self.0.prepare_again(&profile.shape(), certificate)
    }
}
