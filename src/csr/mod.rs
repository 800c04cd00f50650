//! Certificate signing requests: possession of a key, proven, and wishes that nobody has to grant.

mod attribute;
mod build;
mod known;
mod parse;
mod report;

pub use attribute::CsrAttribute;
pub use build::CsrBuilder;
pub use report::{Answer, CsrReport, Item, Verdict};

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::certificate::{Certificate, Extension, Extensions, GeneralName, SignatureAlgorithm};
use crate::container;
use crate::error::Error;
use crate::file;
use crate::key::PublicKey;
use crate::name::{AltName, Subject};
use crate::pem;
use crate::signer::Signer;

/// A PKCS#10 request (RFC 2986) whose signature verifies with the key that it carries. Cheap to clone.
///
/// What it asks for is a suggestion: [`Request::from_csr`](crate::Request::from_csr) takes its subject and its key,
/// its alternative names only when that is said, and nothing else. Authority, constraints and key usage cannot be
/// reached from a request: they are extensions, and a certificate is issued for names.
///
/// ```compile_fail
/// # fn grant(csr: &certwright::Csr, request: certwright::Request) -> certwright::Request {
/// csr.extensions().iter().cloned().fold(request, |request, asked| request.alt_name(asked))
/// # }
/// ```
///
/// ```
/// # fn grant(names: &[certwright::AltName], request: certwright::Request) -> certwright::Request {
/// names.iter().cloned().fold(request, |request, asked| request.alt_name(asked))
/// # }
/// ```
#[derive(Clone)]
pub struct Csr(Arc<Parsed>);

/// What a request says.
struct Parsed {
    der: Vec<u8>,
    subject: Subject,
    public_key: PublicKey,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    attributes: Vec<CsrAttribute>,
    extensions: Extensions,
}

/// A request whose possession of the key may not be proven: to be described, and nothing else.
pub(crate) struct Claim {
    pub(crate) subject: Subject,
    pub(crate) public_key: PublicKey,
    /// [`Error::BadSignature`], or [`Error::UnverifiableSignature`].
    pub(crate) possession: Result<(), Error>,
}

impl Claim {
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, Error> {
        let (Parsed { subject, public_key, .. }, possession) = parse::claim(der)?;
        Ok(Self { subject, public_key, possession })
    }
}

impl Csr {
    /// A request for this subject and the signer's key, signed by the signer. [`Csr::builder`] adds names.
    ///
    /// # Errors
    ///
    /// [`Error::Sign`], [`Error::UnsupportedKey`], [`Error::BadSignature`].
    pub fn create(subject: &Subject, signer: &dyn Signer) -> Result<Self, Error> {
        Self::builder(subject).sign(signer)
    }

    /// Begins a request for this subject.
    ///
    /// ```
    /// # use certwright::{Csr, KeyType, PrivateKey, Subject};
    /// let key = PrivateKey::generate(KeyType::EcdsaP256)?;
    /// let csr = Csr::builder(&Subject::common_name("payments")?).dns("payments.example.com")?.sign(&key)?;
    /// assert_eq!(csr.alt_names().len(), 1);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn builder(subject: &Subject) -> CsrBuilder {
        CsrBuilder::new(subject)
    }

    /// Reads a request in DER and verifies that it is signed by its own key.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] above 32,768 bytes; [`Error::Decode`], [`Error::TrailingBytes`];
    /// [`Error::BadSignature`]; [`Error::UnverifiableSignature`] where the algorithm is not one that certwright
    /// checks, which says nothing about the signature.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        parse::request(der).map(|parsed| Self(Arc::new(parsed)))
    }

    /// Reads the one request in the bytes, PEM or DER.
    ///
    /// # Errors
    ///
    /// Those of [`Csr::from_der`]; [`Error::Pem`]; [`Error::Unexpected`] where the bytes hold no request.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let item = container::request(bytes)?;
        Self::from_der(&item.der).map_err(|error| item.locate(error))
    }

    /// Reads the one request in a file.
    ///
    /// # Errors
    ///
    /// Those of [`Csr::read`], and [`Error::Read`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::read(&file::read(path)?).map_err(|error| error.at(path.display()))
    }

    /// The exact bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// As one PEM block with a line end (RFC 7468).
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode_public("CERTIFICATE REQUEST", self.der())
    }

    /// The subject that it asks for.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.0.subject
    }

    /// The key that it proves possession of.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.0.public_key
    }

    /// The algorithm of its signature.
    #[must_use]
    pub fn signature_algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::from_der(&self.0.algorithm)
    }

    /// Its signature: the octets of the BIT STRING.
    #[must_use]
    pub fn signature_value(&self) -> &[u8] {
        &self.0.signature
    }

    /// The extensions that it asks for, as they stand there, in order.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.0.extensions.all
    }

    /// The alternative names that it asks for, legal or not; empty where it asks for none.
    ///
    /// `AltName::try_from` tells which of them a certificate can be issued for.
    #[must_use]
    pub fn alt_names(&self) -> &[GeneralName] {
        self.0.extensions.alt_names.as_deref().unwrap_or_default()
    }

    /// The extensions that it asks for, each in words: `basicConstraints: critical, CA:TRUE`. One that certwright does
    /// not know has its object identifier and its value in hexadecimal.
    #[must_use]
    pub fn wishes(&self) -> Vec<String> {
        report::wishes(self)
    }

    /// Its other attributes (RFC 2986 section 4.1). None of them has any effect here.
    #[must_use]
    pub fn attributes(&self) -> &[CsrAttribute] {
        &self.0.attributes
    }

    /// What became of everything that it asks for, in the certificate that was issued for it or, before it is
    /// signed, in [`Prepared::unsigned`](crate::Prepared::unsigned).
    #[must_use]
    pub fn report(&self, certificate: &Certificate) -> CsrReport {
        report::compare(self, certificate)
    }

    /// Every alternative name that it asks for, where a certificate can be issued for all of them.
    pub(crate) fn issuable_alt_names(&self) -> Result<Vec<AltName>, Error> {
        let facts = &self.0.extensions;
        let faulty =
            facts.faults.iter().find(|(oid, _)| oid.content() == crate::certificate::oids::SUBJECT_ALT_NAME);
        match faulty {
            Some((_, reason)) => Err(Error::decode("the alternative names requested", reason.clone())),
            None => self.alt_names().iter().map(AltName::try_from).collect(),
        }
    }
}

impl AsRef<[u8]> for Csr {
    fn as_ref(&self) -> &[u8] {
        self.der()
    }
}

impl PartialEq for Csr {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for Csr {}

impl fmt::Debug for Csr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Csr({}, {:?})", self.subject(), self.public_key())
    }
}
