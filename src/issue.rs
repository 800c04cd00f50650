//! Issuing, in steps that cannot be taken out of order: prepare (plan, encode, lint), then sign.

use std::sync::Arc;

use crate::certificate::Certificate;
use crate::chain::Chain;
use crate::csr::Csr;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::finding::Finding;
use crate::key::PublicKey;
use crate::ledger::{Entry, Ledger, Predecessor};
use crate::lint;
use crate::name::{AltName, DnsName, EmailAddress, Subject, Uri};
use crate::profile::Shape;
use crate::serial::Serial;
use crate::signer::{Signer, assemble};
use crate::tbs::{self, Template};
use crate::timestamp::Timestamp;
use crate::validity::{self, Granted, Practice, Terms};

/// Who a leaf is to be issued for: a key, a subject and alternative names.
#[derive(Clone, Debug)]
pub struct Request {
    public_key: PublicKey,
    subject: Subject,
    alt_names: Vec<AltName>,
    /// Where it came from.
    csr: Option<Csr>,
}

impl Request {
    /// A request for this key, with no name yet.
    #[must_use]
    pub fn new(public_key: &PublicKey) -> Self {
        Self { public_key: public_key.clone(), subject: Subject::empty(), alt_names: Vec::new(), csr: None }
    }

    /// A request for the key and the subject of a CSR, both byte for byte. Nothing else that the CSR asks for is
    /// taken; [`Csr::report`] tells what became of it.
    #[must_use]
    pub fn from_csr(csr: &Csr) -> Self {
        let request = Self::new(csr.public_key()).subject(csr.subject().clone());
        Self { csr: Some(csr.clone()), ..request }
    }

    /// Grants every alternative name that the CSR asks for. Without a CSR there is none.
    ///
    /// To grant only some of them, add those of [`Csr::alt_names`] one by one.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] for a name that certificates are not issued for, [`Error::Decode`] where they are malformed.
    pub fn grant_alt_names(self) -> Result<Self, Error> {
        let asked = self.csr.as_ref().map(Csr::issuable_alt_names).transpose()?.unwrap_or_default();
        Ok(asked.into_iter().fold(self, Self::alt_name))
    }

    /// The CSR that it was made from.
    #[must_use]
    pub fn csr(&self) -> Option<&Csr> {
        self.csr.as_ref()
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
    profile: &'static str,
    predecessor: Option<Predecessor>,
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
    pub(crate) practice: Practice,
}

impl Issuer {
    /// Plans, encodes and lints a certificate under this issuer.
    pub(crate) fn prepare(
        &self,
        shape: &Shape,
        subject: &Subject,
        public_key: &PublicKey,
        alt_names: &[AltName],
    ) -> Result<Prepared, Error> {
        let asked = Asked { shape, practice: self.practice, subject, public_key, key_id: None, alt_names };
        prepare(&self.signer, &self.ledger, Some(&self.chain), &asked)
    }

    /// The same for an authority that has a certificate already, and keeps what others know it by.
    pub(crate) fn prepare_again(&self, shape: &Shape, certificate: &Certificate) -> Result<Prepared, Error> {
        let asked = Asked::again(shape, self.practice, certificate);
        prepare(&self.signer, &self.ledger, Some(&self.chain), &asked)
    }

    /// The same for a leaf's request.
    pub(crate) fn prepare_request(&self, shape: &Shape, request: &Request) -> Result<Prepared, Error> {
        self.prepare(shape, &request.subject, &request.public_key, &request.alt_names)
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
    let practice = Practice::default();
    prepare(
        signer,
        ledger,
        None,
        &Asked { shape, practice, subject, public_key, key_id: None, alt_names: &[] },
    )
}

/// The same for a root that has a certificate already.
pub(crate) fn prepare_root_again(
    signer: &Arc<dyn Signer>,
    ledger: &Ledger,
    shape: &Shape,
    certificate: &Certificate,
) -> Result<Prepared, Error> {
    prepare(signer, ledger, None, &Asked::again(shape, Practice::default(), certificate))
}

struct Asked<'a> {
    shape: &'a Shape,
    practice: Practice,
    subject: &'a Subject,
    public_key: &'a PublicKey,
    /// The subject key identifier, where it is not to be computed.
    key_id: Option<&'a [u8]>,
    alt_names: &'a [AltName],
}

impl<'a> Asked<'a> {
    fn again(shape: &'a Shape, practice: Practice, certificate: &'a Certificate) -> Self {
        let (subject, public_key) = (certificate.subject(), certificate.public_key());
        Self { shape, practice, subject, public_key, key_id: certificate.subject_key_id(), alt_names: &[] }
    }

    fn terms(&self) -> Terms {
        let Shape { lifetime, bound, authority, .. } = *self.shape;
        Terms { lifetime, bound, authority: authority.is_some(), practice: self.practice }
    }
}

/// Keys that are known to others, and the keys of those who vouch, are certified for nobody.
fn refuse_keys(
    signer: &PublicKey,
    ledger: &Ledger,
    path: &[Certificate],
    asked: &PublicKey,
) -> Result<(), Error> {
    ledger.refuse_compromised(signer)?;
    ledger.refuse_compromised(asked)?;
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
    asked: &Asked<'_>,
) -> Result<Prepared, Error> {
    let now = ledger.now();
    let path = issuer.map(Chain::full).unwrap_or_default();
    let granted = validity::plan(&asked.terms(), now, path)?;
    refuse_keys(signer.public_key(), ledger, path, asked.public_key)?;
    let tbs = encode(signer.as_ref(), issuer, asked, &granted)?;
    let unsigned = Certificate::from_der(&assemble(&tbs, signer.public_key().signature_algorithm()?, &[]))?;
    let findings = lint::check(&unsigned, path);
    if findings.iter().any(Finding::is_error) {
        return Err(Error::Refused { operation: "issue the certificate", findings });
    }
    let (signer, ledger, issuer) = (Arc::clone(signer), ledger.clone(), issuer.cloned());
    let (profile, predecessor) = (asked.shape.name, None);
    Ok(Prepared { signer, ledger, issuer, tbs, unsigned, granted, findings, profile, predecessor, now })
}

fn encode(
    signer: &dyn Signer,
    issuer: Option<&Chain>,
    asked: &Asked<'_>,
    granted: &Granted,
) -> Result<Vec<u8>, Error> {
    let issuer = issuer.map(Chain::certificate);
    let own_id = asked.public_key.key_id();
    let issuer_key = issuer.map_or(asked.public_key, Certificate::public_key);
    let computed = issuer_key.key_id_sha1();
    tbs::encode(&Template {
        shape: asked.shape,
        serial: &Serial::random()?,
        issuer: issuer.map_or(asked.subject, Certificate::subject),
        issuer_key: signer.public_key(),
        authority_key_id: issuer.map(|issuer| issuer.subject_key_id().unwrap_or(&computed)),
        subject: asked.subject,
        public_key: asked.public_key,
        subject_key_id: asked.key_id.unwrap_or(&own_id),
        window: granted.granted,
        alt_names: asked.alt_names,
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
    /// [`Error::Ledger`], [`Error::LedgerState`]: nothing was signed. [`Error::Sign`]: the signer refused, and
    /// the serial stays reserved. [`Error::BadSignature`], [`Error::Mismatch`]: the signer's work was not what
    /// was asked for, and the certificate is not handed out.
    pub fn sign(self) -> Result<Issued, Error> {
        self.still_current()?;
        self.ledger.reserve(&self.entry())?;
        let signature = self.signer.sign(&self.tbs)?;
        let algorithm = self.unsigned.signature_algorithm();
        let certificate = Certificate::from_der(&assemble(&self.tbs, algorithm, &signature))?;
        self.check(&certificate)?;
        self.ledger.complete(&certificate)?;
        let chain = match &self.issuer {
            Some(issuer) => Chain::below(certificate, issuer),
            None => Chain::root(certificate),
        };
        Ok(Issued { chain, granted: self.granted, findings: self.findings })
    }

    /// Somebody may have thought it over for days: what could not be prepared any more is not signed either.
    fn still_current(&self) -> Result<(), Error> {
        let now = self.ledger.now();
        validity::current(self.issuer.as_ref().map(Chain::full).unwrap_or_default(), now)?;
        validity::not_over(self.granted.granted, now)?;
        self.ledger.refuse_compromised(self.signer.public_key())?;
        self.ledger.refuse_compromised(self.unsigned.public_key())
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

    fn entry(&self) -> Entry {
        Entry {
            serial: self.unsigned.serial().clone(),
            issuer: self.unsigned.issuer().clone(),
            subject: self.unsigned.subject().clone(),
            profile: self.profile.to_owned(),
            window: self.granted.granted,
            tbs_digest: Fingerprint::of(&self.tbs),
            warnings: self.findings.iter().map(|finding| finding.rule.to_owned()).collect(),
            issued_at: self.now,
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
