//! Issuing, in steps that cannot be taken out of order: prepare (plan, encode, lint), then sign.

mod plan;
mod request;
mod verdict;

pub use plan::{Origin, Plan, PlannedField};
pub use request::Request;

use std::sync::Arc;

use crate::certificate::Certificate;
use crate::chain::Chain;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::finding::Finding;
use crate::key::PublicKey;
use crate::ledger::{Entry, Ledger, Predecessor};
use crate::lint;
use crate::name::{AltName, Subject};
use crate::profile::{Basic, Shape, Urls};
use crate::serial::Serial;
use crate::signer::{Signer, assemble};
use crate::tbs::{self, Template};
use crate::timestamp::Timestamp;
use crate::validity::{self, Granted, Practice, Terms};
use plan::Origins;
use verdict::{Verdict, siblings};

/// A certificate that was planned, encoded and linted, and waits to be signed.
///
/// Signing consumes it: what was linted is what is signed, once.
///
/// ```compile_fail
/// # fn twice(prepared: certwright::Prepared) -> Result<(), certwright::Error> {
/// prepared.sign()?;
/// prepared.sign()?;
/// # Ok(())
/// # }
/// ```
///
/// ```
/// # fn once(prepared: certwright::Prepared) -> Result<(), certwright::Error> {
/// prepared.sign()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is issued until it is signed"]
pub struct Prepared {
    signer: Arc<dyn Signer>,
    ledger: Ledger,
    /// The chain of the issuer; `None` for a root, which signs itself.
    issuer: Option<Chain>,
    /// The certificate with an empty signature.
    unsigned: Certificate,
    granted: Granted,
    findings: Vec<Finding>,
    /// The ids of warnings that were silenced.
    allowed: Vec<&'static str>,
    /// The ids of rules that the profile's family waives, and that were broken.
    waived: Vec<&'static str>,
    profile: &'static str,
    origins: Origins,
    predecessor: Option<Predecessor>,
}

/// A certificate that was issued and recorded.
#[derive(Clone, Debug)]
pub struct Issued {
    chain: Chain,
    granted: Granted,
    findings: Vec<Finding>,
}

impl Issued {
    /// The certificate with everything above it.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        self.chain.certificate()
    }

    /// The validity asked for and granted.
    #[must_use]
    pub fn granted(&self) -> &Granted {
        &self.granted
    }

    /// The warnings that it was issued with.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(crate) fn into_chain(self) -> Chain {
        self.chain
    }
}

/// An authority's means: who signs, under which chain, recorded where.
pub(crate) struct Issuer {
    pub(crate) signer: Arc<dyn Signer>,
    pub(crate) chain: Chain,
    pub(crate) ledger: Ledger,
    pub(crate) practice: Practice,
    /// Where it publishes.
    pub(crate) urls: Urls,
}

impl Issuer {
    /// Plans, encodes and lints a subordinate's certificate: the key is from a certificate signing request, the
    /// subject from the profile or from there too.
    pub(crate) fn prepare(
        &self,
        shape: &Shape,
        subject: &Subject,
        public_key: &PublicKey,
        subject_from: Origin,
    ) -> Result<Prepared, Error> {
        let origins = Origins { subject: subject_from, ..Origins::CSR };
        self.prepare_asked(&Asked::new(shape, subject, public_key, origins))
    }

    /// The same for an authority that has a certificate already, and keeps what others know it by.
    pub(crate) fn prepare_again(&self, shape: &Shape, certificate: &Certificate) -> Result<Prepared, Error> {
        self.prepare_asked(&Asked::again(shape, certificate))
    }

    /// The same for a leaf's request.
    pub(crate) fn prepare_request(&self, shape: &Shape, request: &Request) -> Result<Prepared, Error> {
        let Request { public_key, subject, alt_names, allowed, csr } = request;
        let origins =
            csr.as_ref().map_or(Origins::REQUEST, |csr| Origins::of_request(csr, subject, alt_names));
        let asked = Asked { alt_names, allowed, ..Asked::new(shape, subject, public_key, origins) };
        self.prepare_asked(&asked)
    }

    fn prepare_asked(&self, asked: &Asked<'_>) -> Result<Prepared, Error> {
        let asked = Asked { practice: self.practice, ..*asked };
        prepare(&self.signer, &self.ledger, Some(&self.chain), &self.urls, &asked)
    }
}

/// Plans, encodes and lints a root that the signer will sign for itself.
pub(crate) fn prepare_root(
    signer: &Arc<dyn Signer>,
    ledger: &Ledger,
    shape: &Shape,
    subject: &Subject,
) -> Result<Prepared, Error> {
    let asked = Asked::new(shape, subject, signer.public_key(), Origins::ROOT);
    prepare(signer, ledger, None, &Urls::default(), &asked)
}

/// The same for a root that has a certificate already.
pub(crate) fn prepare_root_again(
    signer: &Arc<dyn Signer>,
    ledger: &Ledger,
    shape: &Shape,
    certificate: &Certificate,
) -> Result<Prepared, Error> {
    prepare(signer, ledger, None, &Urls::default(), &Asked::again(shape, certificate))
}

#[derive(Clone, Copy)]
struct Asked<'a> {
    shape: &'a Shape,
    practice: Practice,
    subject: &'a Subject,
    public_key: &'a PublicKey,
    /// The subject key identifier, where it is not to be computed.
    key_id: Option<&'a [u8]>,
    alt_names: &'a [AltName],
    allowed: &'a [String],
    origins: Origins,
}

impl<'a> Asked<'a> {
    fn new(shape: &'a Shape, subject: &'a Subject, public_key: &'a PublicKey, origins: Origins) -> Self {
        let practice = Practice::default();
        Self { shape, practice, subject, public_key, key_id: None, alt_names: &[], allowed: &[], origins }
    }

    fn again(shape: &'a Shape, certificate: &'a Certificate) -> Self {
        let asked = Self::new(shape, certificate.subject(), certificate.public_key(), Origins::AGAIN);
        Self { key_id: certificate.subject_key_id(), ..asked }
    }

    fn terms(&self) -> Terms {
        let Shape { lifetime, bound, .. } = *self.shape;
        let authority = matches!(self.shape.basic, Basic::Authority { .. });
        Terms { lifetime, bound, authority, practice: self.practice }
    }
}

/// Keys that are known to others, keys that others read as another or not at all, and the keys of those who vouch, are
/// certified for nobody.
fn refuse_keys(
    signer: &PublicKey,
    ledger: &Ledger,
    path: &[Certificate],
    asked: &PublicKey,
) -> Result<(), Error> {
    ledger.refuse_compromised(signer)?;
    ledger.refuse_compromised(asked)?;
    asked.require_regular()?;
    match path.iter().find(|issuer| issuer.public_key().is_same_key(asked)) {
        None => Ok(()),
        Some(issuer) => Err(Error::KeyRefused {
            key: asked.fingerprint().to_string(),
            reason: format!("it is the key of {}, which would vouch for itself", issuer.subject()),
        }),
    }
}

fn prepare(
    signer: &Arc<dyn Signer>,
    ledger: &Ledger,
    issuer: Option<&Chain>,
    urls: &Urls,
    asked: &Asked<'_>,
) -> Result<Prepared, Error> {
    let shape = asked.shape;
    if let Some(reason) = shape.contradiction() {
        return Err(Error::Profile { reason });
    }
    let now = ledger.now();
    let path = issuer.map(Chain::full).unwrap_or_default();
    let granted = plan_validity(asked, now, path)?;
    refuse_keys(signer.public_key(), ledger, path, asked.public_key)?;
    let tbs = encode(signer.as_ref(), issuer, urls, asked, &granted)?;
    let unsigned = Certificate::from_der(&assemble(&tbs, signer.public_key().signature_algorithm()?, &[]))?;
    let siblings = siblings(ledger, shape, asked.subject)?;
    let verdict = Verdict::of(&lint::Subject::issued(&unsigned, path, &siblings, now), asked)?;
    let (signer, ledger, issuer) = (Arc::clone(signer), ledger.clone(), issuer.cloned());
    let (Verdict { findings, allowed, waived }, profile, origins) = (verdict, shape.name, asked.origins);
    Ok(Prepared {
        signer,
        ledger,
        issuer,
        unsigned,
        granted,
        findings,
        allowed,
        waived,
        profile,
        origins,
        predecessor: None,
    })
}

/// An end that is refused can be asked for again, nearer. That there is no room below the issuer stays: it is said
/// first.
fn plan_validity(asked: &Asked<'_>, now: Timestamp, path: &[Certificate]) -> Result<Granted, Error> {
    let terms = asked.terms();
    let planned = validity::plan(&terms, now, path);
    let self_issued = path.first().is_some_and(|issuer| issuer.subject() == asked.subject);
    let too_far = matches!(planned, Err(Error::OutlivesIssuer { .. } | Error::LifetimeTooLong { .. }));
    if terms.authority && !self_issued && too_far {
        let refused =
            |finding| Error::Refused { operation: "issue the certificate", findings: vec![finding] };
        lint::room_below(path).map_err(refused)?;
    }
    planned
}

fn encode(
    signer: &dyn Signer,
    issuer: Option<&Chain>,
    urls: &Urls,
    asked: &Asked<'_>,
    granted: &Granted,
) -> Result<Vec<u8>, Error> {
    let issuer = issuer.map(Chain::certificate);
    let own_id = asked.public_key.key_id();
    let issuer_id = issuer.map(Certificate::key_id_for_issued);
    tbs::encode(&Template {
        shape: asked.shape,
        serial: &Serial::random()?,
        issuer: issuer.map_or(asked.subject, Certificate::subject),
        issuer_key: signer.public_key(),
        authority_key_id: issuer_id.as_deref(),
        subject: asked.subject,
        public_key: asked.public_key,
        subject_key_id: asked.key_id.unwrap_or(&own_id),
        window: granted.granted,
        alt_names: asked.alt_names,
        urls,
    })
}

impl Prepared {
    /// The validity asked for and granted.
    #[must_use]
    pub fn granted(&self) -> &Granted {
        &self.granted
    }

    /// The warnings that it would be issued with.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Every field of the certificate with where it comes from. The authority's key is not touched for it.
    #[must_use]
    pub fn plan(&self) -> Plan {
        plan::plan(self)
    }

    /// The ids of the warnings that were silenced.
    #[must_use]
    pub fn allowed(&self) -> &[&'static str] {
        &self.allowed
    }

    /// The ids of the rules that the certificate breaks and its profile's family waives.
    #[must_use]
    pub fn waived(&self) -> &[&'static str] {
        &self.waived
    }

    /// The certificate as it will be, but for its signature, which is empty.
    #[must_use]
    pub fn unsigned(&self) -> &Certificate {
        &self.unsigned
    }

    /// The certificate in whose place this one is to stand, where there is one.
    #[must_use]
    pub fn predecessor(&self) -> Option<&Predecessor> {
        self.predecessor.as_ref()
    }

    pub(crate) fn succeeding(self, predecessor: Predecessor) -> Self {
        Self { predecessor: Some(predecessor), ..self }
    }

    /// Records the serial, signs, checks what was signed, and records the certificate.
    ///
    /// # Errors
    ///
    /// [`Error::IssuerExpired`], [`Error::IssuerNotYetValid`], [`Error::EndsInThePast`], [`Error::KeyRefused`]: too
    /// much has happened since it was prepared, and nothing was recorded.
    /// [`Error::UnsupportedKey`], or [`Error::Sign`] out of [`Signer::ready`]: the signer cannot sign, and nothing was
    /// recorded either.
    /// [`Error::Ledger`], [`Error::LedgerState`]: nothing was signed. [`Error::Sign`]: the signer refused what it was
    /// to sign, and the serial stays reserved. [`Error::BadSignature`]: the signer's work was not what was
    /// asked for, and the certificate is not handed out.
    pub fn sign(self) -> Result<Issued, Error> {
        let now = self.still_current()?;
        self.signer.ready()?;
        self.ledger.reserve(&self.entry(now))?;
        let signature = self.signer.sign(self.unsigned.tbs())?;
        let certificate = self.unsigned.with_signature(&signature);
        // It says what was linted. Whether the key was the one that the issuer's certificate names, the signature
        // shows.
        let issuer = self.issuer.as_ref().map_or(&certificate, Chain::certificate);
        certificate.verify_signature(issuer.public_key())?;
        self.ledger.complete(&certificate)?;
        let chain = match &self.issuer {
            Some(issuer) => Chain::below(certificate, issuer),
            None => Chain::root(certificate),
        };
        Ok(Issued { chain, granted: self.granted, findings: self.findings })
    }

    /// The moment of signing. Somebody may have thought it over for days: what could not be prepared any more is not
    /// signed either.
    fn still_current(&self) -> Result<Timestamp, Error> {
        let now = self.ledger.now();
        validity::current(self.issuer.as_ref().map(Chain::full).unwrap_or_default(), now)?;
        validity::not_over(self.granted.granted, now)?;
        self.ledger.refuse_compromised(self.signer.public_key())?;
        self.ledger.refuse_compromised(self.unsigned.public_key())?;
        Ok(now)
    }

    /// What the ledger keeps: the ids of warnings, `allowed:` and those that were silenced, `waived:` and the rules
    /// that the family waives.
    fn remarks(&self) -> Vec<String> {
        let warnings = self.findings.iter().map(|finding| finding.rule.to_owned());
        let allowed = self.allowed.iter().map(|id| format!("allowed:{id}"));
        let waived = self.waived.iter().map(|id| format!("waived:{id}"));
        warnings.chain(allowed).chain(waived).collect()
    }

    fn entry(&self, issued_at: Timestamp) -> Entry {
        Entry {
            serial: self.unsigned.serial().clone(),
            issuer: self.unsigned.issuer().clone(),
            subject: self.unsigned.subject().clone(),
            profile: self.profile.to_owned(),
            window: self.granted.granted,
            tbs_digest: Fingerprint::of(self.unsigned.tbs()),
            warnings: self.remarks(),
            issued_at,
            recorded_at: Timestamp::now(),
            predecessor: self.predecessor.clone(),
            certificate: None,
        }
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("unsigned", &self.unsigned).field("granted", &self.granted).finish()
    }
}
