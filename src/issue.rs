//! Issuing, in steps that cannot be taken out of order: prepare (plan, encode, lint), then sign.

mod plan;

pub use plan::{Origin, Plan, PlannedField};

use std::sync::Arc;

use crate::certificate::Certificate;
use crate::chain::Chain;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::key::PublicKey;
use crate::ledger::{Entry, Ledger};
use crate::lint;
use crate::name::{AltName, DnsName, EmailAddress, Subject, Uri};
use crate::profile::{Basic, Shape, Urls};
use crate::serial::Serial;
use crate::signer::{Signer, assemble};
use crate::tbs::{self, Template};
use crate::timestamp::Timestamp;
use crate::validity::{self, Granted};
use plan::Origins;

/// Who a leaf is to be issued for: a key, a subject and alternative names.
#[derive(Clone, Debug)]
pub struct Request {
    public_key: PublicKey,
    subject: Subject,
    alt_names: Vec<AltName>,
    allowed: Vec<String>,
    /// Whether a person or a certificate signing request asks.
    origin: Origin,
}

impl Request {
    /// A request for this key, with no name yet.
    #[must_use]
    pub fn new(public_key: &PublicKey) -> Self {
        Self {
            public_key: public_key.clone(),
            subject: Subject::empty(),
            alt_names: Vec::new(),
            allowed: Vec::new(),
            origin: Origin::Request,
        }
    }

    /// The key that is to be certified.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Sets the subject.
    #[must_use]
    pub fn subject(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// Adds an alternative name. One that is there already is not added again.
    #[must_use]
    pub fn alt_name(mut self, name: AltName) -> Self {
        if !self.alt_names.contains(&name) {
            self.alt_names.push(name);
        }
        self
    }

    /// Adds a DNS name.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`].
    pub fn dns(self, name: &str) -> Result<Self, Error> {
        Ok(self.alt_name(AltName::Dns(name.parse::<DnsName>()?)))
    }

    /// Adds an IP address.
    #[must_use]
    pub fn ip(self, address: std::net::IpAddr) -> Self {
        self.alt_name(AltName::Ip(address))
    }

    /// Adds a mailbox.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`].
    pub fn email(self, address: &str) -> Result<Self, Error> {
        Ok(self.alt_name(AltName::Email(address.parse::<EmailAddress>()?)))
    }

    /// Adds a URI.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`].
    pub fn uri(self, uri: &str) -> Result<Self, Error> {
        Ok(self.alt_name(AltName::Uri(uri.parse::<Uri>()?)))
    }

    /// Silences the warning with this id for this certificate; the ledger records that. What refuses cannot be
    /// silenced.
    ///
    /// Whether there is such a warning is checked when the certificate is prepared.
    #[must_use]
    pub fn allow(mut self, rule: impl Into<String>) -> Self {
        self.allowed.push(rule.into());
        self
    }
}

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
    tbs: Vec<u8>,
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
    now: Timestamp,
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
        let origins = Origins { subject: subject_from, public_key: Origin::Csr, alt_names: Origin::Csr };
        let asked = Asked { shape, subject, public_key, alt_names: &[], allowed: &[], origins };
        prepare(&self.signer, &self.ledger, Some(&self.chain), &self.urls, &asked)
    }

    /// The same for a leaf's request.
    pub(crate) fn prepare_request(&self, shape: &Shape, request: &Request) -> Result<Prepared, Error> {
        let Request { public_key, subject, alt_names, allowed, origin } = request;
        let origins = Origins { subject: *origin, public_key: *origin, alt_names: *origin };
        let asked = Asked { shape, subject, public_key, alt_names, allowed, origins };
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
    let public_key = signer.public_key();
    let origins =
        Origins { subject: Origin::Request, public_key: Origin::Issuer, alt_names: Origin::Request };
    let asked = Asked { shape, subject, public_key, alt_names: &[], allowed: &[], origins };
    prepare(signer, ledger, None, &Urls::default(), &asked)
}

struct Asked<'a> {
    shape: &'a Shape,
    subject: &'a Subject,
    public_key: &'a PublicKey,
    alt_names: &'a [AltName],
    allowed: &'a [String],
    origins: Origins,
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
    let granted = validity::plan(shape.lifetime, shape.bound, now, path)?;
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
        tbs,
        unsigned,
        granted,
        findings,
        allowed,
        waived,
        profile,
        origins,
        now,
    })
}

/// The ledger's authorities of that name, for an authority to be.
fn siblings(ledger: &Ledger, shape: &Shape, subject: &Subject) -> Result<Vec<Certificate>, Error> {
    if !matches!(shape.basic, Basic::Authority { .. }) {
        return Ok(Vec::new());
    }
    let named = ledger.entries()?.into_iter().filter(|entry| entry.subject == *subject);
    Ok(named.filter_map(|entry| entry.certificate).filter(Certificate::is_authority).collect())
}

/// What lint says, after what is silenced and waived.
struct Verdict {
    findings: Vec<Finding>,
    allowed: Vec<&'static str>,
    waived: Vec<&'static str>,
}

impl Verdict {
    fn of(subject: &lint::Subject<'_>, asked: &Asked<'_>) -> Result<Self, Error> {
        let silenced = silenced(asked)?;
        let waivable = asked.shape.waived();
        let (waived, rest): (Vec<_>, Vec<_>) =
            lint::check(subject).into_iter().partition(|finding| waivable.contains(&finding.rule));
        if rest.iter().any(Finding::is_error) {
            return Err(Error::Refused { operation: "issue the certificate", findings: rest });
        }
        let (allowed, findings): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|finding| silenced.contains(&finding.rule));
        let ids = |findings: Vec<Finding>| findings.into_iter().map(|finding| finding.rule).collect();
        Ok(Self { findings, allowed: ids(allowed), waived: ids(waived) })
    }
}

/// The warnings that the profile and the request silence. What refuses cannot be.
fn silenced(asked: &Asked<'_>) -> Result<Vec<&'static str>, Error> {
    let refused = |reason: String| Err(Error::Profile { reason });
    let ids = asked.shape.extras.allowed.iter().chain(asked.allowed);
    ids.map(|id| match lint::find(id).map(|rule| (rule.id(), rule.issued())) {
        Some((id, Some(Severity::Warning))) => Ok(id),
        Some((id, Some(Severity::Error))) => refused(format!("the rule {id} refuses and cannot be allowed")),
        _ => refused(format!("{id:?} is no warning that could be allowed")),
    })
    .collect()
}

fn encode(
    signer: &dyn Signer,
    issuer: Option<&Chain>,
    urls: &Urls,
    asked: &Asked<'_>,
    granted: &Granted,
) -> Result<Vec<u8>, Error> {
    let issuer = issuer.map(Chain::certificate);
    let computed = signer.public_key().key_id_sha1();
    tbs::encode(&Template {
        shape: asked.shape,
        serial: &Serial::random()?,
        issuer: issuer.map_or(asked.subject, Certificate::subject),
        issuer_key: signer.public_key(),
        authority_key_id: issuer.map(|issuer| issuer.subject_key_id().unwrap_or(&computed)),
        subject: asked.subject,
        public_key: asked.public_key,
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

    /// Records the serial, signs, checks what was signed, and records the certificate.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`], [`Error::LedgerState`]: nothing was signed. [`Error::Sign`]: the signer refused, and
    /// the serial stays reserved. [`Error::BadSignature`], [`Error::Mismatch`]: the signer's work was not what
    /// was asked for, and the certificate is not handed out.
    pub fn sign(self) -> Result<Issued, Error> {
        self.ledger.reserve(&self.entry())?;
        let signature = self.signer.sign(&self.tbs)?;
        let algorithm = self.signer.public_key().signature_algorithm()?;
        let certificate = Certificate::from_der(&assemble(&self.tbs, algorithm, &signature))?;
        self.check(&certificate)?;
        self.ledger.complete(&certificate)?;
        let chain = match &self.issuer {
            Some(issuer) => Chain::below(certificate, issuer),
            None => Chain::root(certificate),
        };
        Ok(Issued { chain, granted: self.granted, findings: self.findings })
    }

    /// What comes back has to be what was linted, signed by the key that the issuer's certificate names.
    fn check(&self, certificate: &Certificate) -> Result<(), Error> {
        if certificate.tbs() != self.tbs {
            let reason = "what was signed is not what was prepared".to_owned();
            return Err(Error::Mismatch { subject: certificate.subject().to_string(), reason });
        }
        let issuer = self.issuer.as_ref().map_or(certificate, Chain::certificate);
        certificate.verify_signature(issuer.public_key())
    }

    /// What the ledger keeps: the ids of warnings, `allowed:` and those that were silenced, `waived:` and the rules
    /// that the family waives.
    fn remarks(&self) -> Vec<String> {
        let warnings = self.findings.iter().map(|finding| finding.rule.to_owned());
        let allowed = self.allowed.iter().map(|id| format!("allowed:{id}"));
        let waived = self.waived.iter().map(|id| format!("waived:{id}"));
        warnings.chain(allowed).chain(waived).collect()
    }

    fn entry(&self) -> Entry {
        Entry {
            serial: self.unsigned.serial().clone(),
            issuer: self.unsigned.issuer().clone(),
            subject: self.unsigned.subject().clone(),
            profile: self.profile.to_owned(),
            window: self.granted.granted,
            tbs_digest: Fingerprint::of(&self.tbs),
            warnings: self.remarks(),
            issued_at: self.now,
            recorded_at: Timestamp::now(),
            certificate: None,
        }
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("unsigned", &self.unsigned).field("granted", &self.granted).finish()
    }
}
