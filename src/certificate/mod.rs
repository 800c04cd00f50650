//! Certificates as they are: parsed once, immutable, byte-exact.

mod constraints;
mod distribution;
mod extension;
mod general_name;
mod names;
mod parse;
mod policy;
mod signature;
mod usage;

pub use extension::{AuthorityKeyId, BasicConstraints, Extension, NameConstraints};
pub use general_name::GeneralName;
pub use policy::PolicyConstraints;
pub use signature::SignatureAlgorithm;
pub use usage::{ExtendedKeyUsage, KeyUsage};

pub(crate) use constraints::{Violation, unreadable as unreadable_constraint, violation, work};
pub(crate) use distribution::{DistributionPoint, PointName, Reasons, point_name, reasons};
pub(crate) use extension::{Extensions, oids};
pub(crate) use names::NameCount;
pub(crate) use parse::read_extensions;
pub(crate) use policy::ANY_POLICY;

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::container;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::file;
use crate::key::{PublicKey, VerifyError};
use crate::name::Subject;
use crate::pem;
use crate::serial::Serial;
use crate::signer::assemble;
use crate::time::Window;

/// An X.509 certificate: its exact bytes and what they say. Cheap to clone.
///
/// A value comes from the strict parser or from an issuer, never from setters. It is DER throughout with
/// nothing behind it. That a certificate was read says nothing about its signature, its dates or its trust.
#[derive(Clone)]
pub struct Certificate(Arc<Parsed>);

/// What a certificate says.
#[derive(Clone)]
struct Parsed {
    /// Known once it was asked for: it costs a signature.
    self_signed: OnceLock<bool>,
    der: Vec<u8>,
    tbs: Vec<u8>,
    version: u32,
    serial: Serial,
    /// The signature algorithm inside the TBS.
    tbs_algorithm: Vec<u8>,
    /// The signature algorithm outside.
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    issuer: Subject,
    subject: Subject,
    window: Window,
    public_key: PublicKey,
    extensions: Extensions,
    /// Computed when it is first asked for: loading a store asks for none.
    fingerprint: OnceLock<Fingerprint>,
}

impl Certificate {
    /// Reads one certificate in DER.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`], [`Error::TrailingBytes`], [`Error::TooLarge`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        Self::from_vec(der.to_vec())
    }

    /// Reads the first certificate in the bytes: PEM with anything around it, DER, or PKCS#7. Those behind it are
    /// not looked at.
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] where there is none; [`Error::Pem`], [`Error::Decode`], [`Error::TrailingBytes`],
    /// [`Error::TooLarge`].
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        Self::of_item(container::first_certificate(bytes)?)
    }

    /// Reads the first certificate in a file: of a chain, the leaf.
    ///
    /// # Errors
    ///
    /// Those of [`Certificate::read`], and [`Error::Read`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::read(&file::read(path)?).map_err(|error| error.at(path.display()))
    }

    /// Reads every certificate in the bytes: PEM with anything around it, DER, or PKCS#7.
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] where there is none; [`Error::Pem`], [`Error::Decode`], [`Error::TrailingBytes`],
    /// [`Error::TooLarge`] for one that is unreadable.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>, Error> {
        let mut names = NameCount::default();
        let counted = |item| Self::read_item(item, |certificate| names.add(certificate));
        container::certificates(bytes)?.into_iter().map(counted).collect()
    }

    fn of_item(item: container::Item) -> Result<Self, Error> {
        Self::read_item(item, |_| Ok(()))
    }

    fn read_item(
        mut item: container::Item,
        fits: impl FnOnce(&Self) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        // Moved out, there is nothing left to wipe: a certificate is no secret.
        let read = Self::from_vec(std::mem::take(&mut *item.der));
        read.and_then(|certificate| fits(&certificate).map(|()| certificate))
            .map_err(|error| item.locate(error))
    }

    fn from_vec(der: Vec<u8>) -> Result<Self, Error> {
        parse::certificate(der).map(|parsed| Self(Arc::new(parsed)))
    }

    /// Reads every certificate in a file.
    ///
    /// # Errors
    ///
    /// Those of [`Certificate::read_all`], and [`Error::Read`].
    pub fn open_all(path: impl AsRef<Path>) -> Result<Vec<Self>, Error> {
        let path = path.as_ref();
        Self::read_all(&file::read(path)?).map_err(|error| error.at(path.display()))
    }

    /// The exact bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The same certificate with this signature, which nobody has checked.
    pub(crate) fn with_signature(self, signature: &[u8]) -> Self {
        let unsigned = Arc::unwrap_or_clone(self.0);
        Self(Arc::new(Parsed {
            self_signed: OnceLock::new(),
            der: assemble(&unsigned.tbs, &unsigned.algorithm, signature),
            signature: signature.to_vec(),
            fingerprint: OnceLock::new(),
            ..unsigned
        }))
    }

    /// As one PEM block with a line end (RFC 7468).
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode_public("CERTIFICATE", self.der())
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        &self.0.tbs
    }

    /// SHA-256 of the whole certificate.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        *self.0.fingerprint.get_or_init(|| Fingerprint::of(&self.0.der))
    }

    /// The version as people count it: 3 for every certificate with extensions.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.version
    }

    /// The serial number.
    #[must_use]
    pub fn serial(&self) -> &Serial {
        &self.0.serial
    }

    /// Whom it is about.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.0.subject
    }

    /// Who says that they issued it.
    #[must_use]
    pub fn issuer(&self) -> &Subject {
        &self.0.issuer
    }

    /// From when until when it is valid.
    #[must_use]
    pub fn window(&self) -> Window {
        self.0.window
    }

    /// The key that it certifies.
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

    /// The AlgorithmIdentifier of its signature in DER.
    pub(crate) fn algorithm_der(&self) -> &[u8] {
        &self.0.algorithm
    }

    /// The AlgorithmIdentifier inside the signed part, which has to be the same.
    pub(crate) fn tbs_signature_algorithm(&self) -> &[u8] {
        &self.0.tbs_algorithm
    }

    /// Its extensions as they stand there, in order.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.0.extensions.all
    }

    /// What its standard extensions say.
    pub(crate) fn facts(&self) -> &Extensions {
        &self.0.extensions
    }

    /// Basic constraints, where it has them.
    #[must_use]
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.0.extensions.basic_constraints
    }

    /// Whether basic constraints make it an authority's certificate.
    #[must_use]
    pub fn is_authority(&self) -> bool {
        self.basic_constraints().is_some_and(|basic| basic.authority)
    }

    /// What its key may be used for, where it says so.
    #[must_use]
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.0.extensions.key_usage
    }

    /// The purposes that it is limited to, where it is.
    #[must_use]
    pub fn extended_key_usage(&self) -> Option<&[ExtendedKeyUsage]> {
        self.0.extensions.extended_key_usage.as_deref()
    }

    /// Its alternative names; empty where it has none.
    #[must_use]
    pub fn alt_names(&self) -> &[GeneralName] {
        self.0.extensions.alt_names.as_deref().unwrap_or_default()
    }

    /// Its subject key identifier.
    #[must_use]
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.0.extensions.subject_key_id.as_deref()
    }

    /// The key identifier that what it issues names: its own; where it has none, the SHA-1 of its key.
    pub(crate) fn key_id_for_issued(&self) -> Cow<'_, [u8]> {
        let computed = || Cow::Owned(self.public_key().key_id_sha1().to_vec());
        self.subject_key_id().map_or_else(computed, Cow::Borrowed)
    }

    /// What it says about its issuer's key.
    #[must_use]
    pub fn authority_key_id(&self) -> Option<&AuthorityKeyId> {
        self.0.extensions.authority_key_id.as_ref()
    }

    /// Where its issuer's certificate can be fetched (AIA, caIssuers): the addresses of printable ASCII.
    #[must_use]
    pub fn ca_issuers(&self) -> &[String] {
        &self.0.extensions.ca_issuers
    }

    /// Whether subject and issuer are the same name.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject() == self.issuer()
    }

    /// Whether it is self-issued and its own key verifies it.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        let verifies = || self.is_self_issued() && self.verify_signature(self.public_key()).is_ok();
        *self.0.self_signed.get_or_init(verifies)
    }

    /// Whether it is self-issued and its own key verifies it, or would have to by an algorithm that cannot be checked
    /// here: for what is said to people, never for trust.
    pub(crate) fn is_presumably_self_signed(&self) -> bool {
        self.is_self_signed() || (self.is_self_issued() && self.is_unverifiable_by(self.public_key()))
    }

    /// Whether a key of this kind may have signed it by an algorithm that cannot be checked here.
    pub(crate) fn is_unverifiable_by(&self, issuer: &PublicKey) -> bool {
        issuer.may_sign_under(self.algorithm_der())
            && matches!(self.verify_signature(issuer), Err(Error::UnverifiableSignature { .. }))
    }

    /// What is to be said where its signature was taken to be the issuer's.
    pub(crate) fn unchecked_by(&self, issuer: &Self) -> String {
        format!(
            "the signature of {} was not checked ({} by a key of {}): that {} certifies it is said by names and key \
             identifiers alone",
            self.subject(),
            self.signature_algorithm(),
            issuer.public_key().algorithm(),
            issuer.subject()
        )
    }

    /// Checks the signature with the issuer's key. Nothing else is checked.
    ///
    /// # Errors
    ///
    /// [`Error::BadSignature`], [`Error::UnverifiableSignature`].
    pub fn verify_signature(&self, issuer: &PublicKey) -> Result<(), Error> {
        let parsed = &self.0;
        issuer.verify(&parsed.algorithm, &parsed.tbs, &parsed.signature).map_err(|error| match error {
            VerifyError::BadSignature => {
                Error::BadSignature { subject: self.subject().to_string(), issuer: self.issuer().to_string() }
            }
            VerifyError::UnsupportedAlgorithm { algorithm } => {
                Error::UnverifiableSignature { subject: self.subject().to_string(), algorithm }
            }
        })
    }
}

impl AsRef<[u8]> for Certificate {
    fn as_ref(&self) -> &[u8] {
        self.der()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for Certificate {}

impl std::hash::Hash for Certificate {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.fingerprint().hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, serial {})", self.subject(), self.serial())
    }
}
