//! Verification of a certificate: RFC 5280 section 6, with the search for a path, and an explained verdict.

mod budget;
mod effort;
mod graph;
mod link;
mod names;
mod policies;
mod profile;
mod revocation;
mod rules;
mod search;
mod settings;
mod verdict;
mod web;

pub use settings::{AcceptedPolicies, AnchorUse, Coverage, KeyUsageRule, Limits, Nesting, Policy, Purpose};
pub use verdict::{Attempt, Rejected, Verified};

use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::error::Error;
use crate::name::AltName;
use crate::timestamp::Timestamp;

/// What a certificate is verified against: the anchors, the time, and what is demanded of the path.
///
/// For the authority's side and for diagnosis: it looks for every path, goes on after a failure, and says why
/// each one failed. TLS connections belong to rustls, which decides with less code and in bounded time; nothing
/// here fetches a certificate, a CRL or an OCSP response.
///
/// Without further settings: dates, signatures (SHA-224 or stronger), basic constraints, path lengths, key usage,
/// name constraints, certificate policies, critical extensions. Anchors are certificates and held to the same
/// rules. *Not* checked unless asked for: the purpose, the name, revocation.
///
/// ```
/// # use certwright::chain::{Purpose, Rejected, Verifier};
/// # use certwright::{AltName, Certificate, Error, Timestamp};
/// # fn check(client: &Certificate, sent: &[Certificate], roots: &[Certificate]) -> Result<(), Rejected> {
/// let verified = Verifier::new(roots, Timestamp::now()).purpose(Purpose::Client).verify(client, sent)?;
/// println!("trusted by {}", verified.path.last().map_or("nobody".into(), |root| root.subject().to_string()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Verifier<'a> {
    anchors: &'a [Certificate],
    at: Timestamp,
    policy: Policy,
    purpose: Option<Purpose>,
    nesting: Nesting,
    key_usage: KeyUsageRule,
    names: Vec<AltName>,
    crls: &'a [Crl],
    coverage: Coverage,
    policies: AcceptedPolicies,
    anchor_use: AnchorUse,
    limits: Limits,
    weak_digests: bool,
    presumes: bool,
    waived: Vec<&'static str>,
}

/// Looks for a path at a time from the certificate over any of the others to one of the anchors: a [`Verifier`]
/// without further settings.
///
/// # Errors
///
/// [`Rejected`] with every path that was tried.
pub fn verify(
    certificate: &Certificate,
    others: &[Certificate],
    anchors: &[Certificate],
    at: Timestamp,
) -> Result<Verified, Rejected> {
    Verifier::new(anchors, at).verify(certificate, others)
}

impl<'a> Verifier<'a> {
    /// Paths end at one of these certificates, and hold at this time.
    ///
    /// An anchor need not be self-signed: whoever lists a subordinate trusts it.
    #[must_use]
    pub fn new(anchors: &'a [Certificate], at: Timestamp) -> Self {
        Self {
            anchors,
            at,
            policy: Policy::default(),
            purpose: None,
            nesting: Nesting::default(),
            key_usage: KeyUsageRule::default(),
            names: Vec::new(),
            crls: &[],
            coverage: Coverage::default(),
            policies: AcceptedPolicies::default(),
            anchor_use: AnchorUse::default(),
            limits: Limits::default(),
            weak_digests: false,
            presumes: false,
            waived: Vec::new(),
        }
    }

    /// How strict to be; [`Policy::Path`] unless said.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// What the certificate has to be usable for.
    #[must_use]
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = Some(purpose);
        self
    }

    /// Whether authorities have to be fit for the purpose, too.
    #[must_use]
    pub fn nesting(mut self, nesting: Nesting) -> Self {
        self.nesting = nesting;
        self
    }

    /// Whether key usage bits count.
    #[must_use]
    pub fn key_usage(mut self, key_usage: KeyUsageRule) -> Self {
        self.key_usage = key_usage;
        self
    }

    /// A name that the certificate has to carry among its alternative names. Each one given has to be there.
    #[must_use]
    pub fn expect(mut self, name: AltName) -> Self {
        self.names.push(name);
        self
    }

    /// The CRLs to look into. Without any, revocation is not checked.
    #[must_use]
    pub fn crls(mut self, crls: &'a [Crl]) -> Self {
        self.crls = crls;
        self
    }

    /// Which certificates of the path a CRL has to cover.
    #[must_use]
    pub fn coverage(mut self, coverage: Coverage) -> Self {
        self.coverage = coverage;
        self
    }

    /// The certificate policies that are accepted, and what is demanded of policies from the start.
    #[must_use]
    pub fn certificate_policies(mut self, policies: AcceptedPolicies) -> Self {
        self.policies = policies;
        self
    }

    /// What of an anchor counts.
    #[must_use]
    pub fn anchor_use(mut self, anchor_use: AnchorUse) -> Self {
        self.anchor_use = anchor_use;
        self
    }

    /// How long paths may be and how much work the search may do.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Leaves out one rule of [`Policy::Profile`] or [`Policy::PublicWeb`] by its id. The rules of
    /// [`Policy::Path`] cannot be left out.
    ///
    /// # Errors
    ///
    /// [`Error::Profile`] for any other id.
    pub fn waive(mut self, rule: &str) -> Result<Self, Error> {
        let Some(known) = profile::ids().chain(web::ids()).find(|id| *id == rule) else {
            let reason = format!("{rule:?} is no rule of the profile or of the public web");
            return Err(Error::Profile { reason });
        };
        self.waived.push(known);
        Ok(self)
    }

    /// Accepts signatures over MD5 and SHA-1 as far as they can be checked. **Dangerous**: both can be forged.
    #[must_use]
    pub fn dangerous_weak_digests(mut self) -> Self {
        self.weak_digests = true;
        self
    }

    /// Goes over signatures that cannot be checked here as if they held: whoever diagnoses another reader, which may
    /// check them. **Dangerous**: of such a link only names and key identifiers are known.
    #[must_use]
    pub(crate) fn dangerous_unchecked_signatures(mut self) -> Self {
        self.presumes = true;
        self
    }

    /// Looks for a path from the certificate over any of the others to an anchor.
    ///
    /// The others may be any bag: their order does not count, nor do duplicates and strangers.
    ///
    /// # Errors
    ///
    /// [`Rejected`] with every path that was tried. It converts into [`Error`](crate::Error).
    pub fn verify(&self, certificate: &Certificate, others: &[Certificate]) -> Result<Verified, Rejected> {
        search::verify(self, certificate, others, 0, &budget::Budget::new(&self.limits))
    }

    /// For each of the anchors and the others the path that [`Verifier::verify`] finds from it over the others, where
    /// there is one and the work for all of them suffices. Anchors of which the key alone counts have none.
    pub(crate) fn paths(&self, others: &[Certificate]) -> Vec<Vec<Certificate>> {
        search::paths(self, others)
    }

    /// Whether the rules of the RFC 5280 profile apply, and this one is not left out.
    fn applies(&self, rule: rules::Rule) -> bool {
        !self.waived.contains(&rule.id)
    }
}
