//! Certificate signing requests: possession of a key, proven, and wishes that nobody has to grant.

use std::fmt;
use std::path::Path;

use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer;

use crate::container;
use crate::der::{self, tag};
use crate::error::Error;
use crate::file;
use crate::key::{PublicKey, VerifyError};
use crate::name::Subject;
use crate::pem;
use crate::signer::{Signer, sign_structure};

const WHAT: &str = "a certificate request";

/// A PKCS#10 request (RFC 2986) whose signature verifies with the key that it carries.
///
/// What it asks for is a suggestion: a profile grants the subject and the key, and nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct Csr {
    der: Vec<u8>,
    subject: Subject,
    public_key: PublicKey,
}

impl Csr {
    /// A request for this subject and the signer's key, signed by the signer.
    ///
    /// # Errors
    ///
    /// [`Error::Sign`], [`Error::UnsupportedKey`].
    pub fn create(subject: &Subject, signer: &dyn Signer) -> Result<Self, Error> {
        // CertificationRequestInfo: version 0, subject, key, no attributes (RFC 2986 section 4.1).
        let version = der::element(tag::INTEGER, &[0]);
        let attributes = der::element(tag::context_constructed(0), &[]);
        let key = signer.public_key().spki_der();
        let info = der::sequence(&[version.as_slice(), subject.as_der(), key, &attributes]);
        Self::from_der(&sign_structure(&info, signer)?)
    }

    /// Reads a request in DER and verifies that it is signed by its own key.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`], [`Error::TrailingBytes`]; [`Error::BadSignature`]; [`Error::UnverifiableSignature`]
    /// where the algorithm is not one that certwright checks.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let outer = der::children(WHAT, tag::SEQUENCE, der)?;
        let [info, algorithm, _] = outer.as_slice() else {
            return Err(Error::decode(
                WHAT,
                "it has three parts: what is signed, the algorithm, the signature",
            ));
        };
        der::check_canonical(WHAT, der)?;
        let (_, parsed) = X509CertificationRequest::from_der(der)
            .map_err(|error| Error::decode(WHAT, error.to_string()))?;
        let asked = &parsed.certification_request_info;
        let request = Self {
            der: der.to_vec(),
            subject: Subject::from_der(asked.subject.as_raw())?,
            public_key: PublicKey::from_spki_der(asked.subject_pki.raw)?,
        };
        request.verify(info.raw, algorithm.raw, &parsed.signature_value.data)?;
        Ok(request)
    }

    /// Reads the one request in the bytes, PEM or DER.
    ///
    /// # Errors
    ///
    /// Those of [`Csr::from_der`]; [`Error::Pem`]; [`Error::Unexpected`] where the bytes hold no request.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        Self::from_der(&container::request(bytes)?.der)
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

    fn verify(&self, info: &[u8], algorithm: &[u8], signature: &[u8]) -> Result<(), Error> {
        let subject = || format!("the request of {}", self.subject);
        self.public_key.verify(algorithm, info, signature).map_err(|error| match error {
            VerifyError::BadSignature => {
                Error::BadSignature { subject: subject(), issuer: "the request itself".to_owned() }
            }
            VerifyError::UnsupportedAlgorithm(algorithm) => {
                Error::UnverifiableSignature { subject: subject(), algorithm }
            }
        })
    }

    /// The exact bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// As one PEM block with a line end (RFC 7468).
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode("CERTIFICATE REQUEST", &self.der).as_str().to_owned()
    }

    /// The subject that it asks for.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The key that it proves possession of.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}

impl fmt::Debug for Csr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Csr({}, {:?})", self.subject, self.public_key)
    }
}
