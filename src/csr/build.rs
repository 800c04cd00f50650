//! Requests that we write.

use std::net::IpAddr;

use super::Csr;
use crate::certificate::oids;
use crate::der::{self, tag};
use crate::error::Error;
use crate::name::{AltName, DnsName, EmailAddress, Subject, Uri};
use crate::signer::{Signer, sign_structure};

/// extensionRequest, RFC 2985 section 5.4.2.
const EXTENSION_REQUEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14];

/// A request that is being written: a subject, alternative names, and at the end the signer.
#[derive(Clone, Debug)]
#[must_use = "a request exists when it is signed"]
pub struct CsrBuilder {
    subject: Subject,
    alt_names: Vec<AltName>,
}

impl CsrBuilder {
    pub(super) fn new(subject: &Subject) -> Self {
        Self { subject: subject.clone(), alt_names: Vec::new() }
    }

    /// Asks for an alternative name. One that is there already is not added again.
    pub fn alt_name(mut self, name: AltName) -> Self {
        if !self.alt_names.contains(&name) {
            self.alt_names.push(name);
        }
        self
    }

    /// Asks for a DNS name.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`].
    pub fn dns(self, name: &str) -> Result<Self, Error> {
        Ok(self.alt_name(AltName::Dns(name.parse::<DnsName>()?)))
    }

    /// Asks for an IP address.
    pub fn ip(self, address: IpAddr) -> Self {
        self.alt_name(AltName::Ip(address))
    }

    /// Asks for a mailbox.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`].
    pub fn email(self, address: &str) -> Result<Self, Error> {
        Ok(self.alt_name(AltName::Email(address.parse::<EmailAddress>()?)))
    }

    /// Asks for a URI.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`].
    pub fn uri(self, uri: &str) -> Result<Self, Error> {
        Ok(self.alt_name(AltName::Uri(uri.parse::<Uri>()?)))
    }

    /// Signs the request with the key that it is for, and verifies what was signed.
    ///
    /// A request without subject and names leaves it to the authority to name its bearer; AWS Private CA is one that
    /// refuses it.
    ///
    /// # Errors
    ///
    /// [`Error::Sign`], [`Error::UnsupportedKey`]; [`Error::BadSignature`] where the signer signed with another key;
    /// [`Error::TooLarge`] for more names than a request holds.
    pub fn sign(&self, signer: &dyn Signer) -> Result<Csr, Error> {
        // CertificationRequestInfo: version 0, subject, key, attributes (RFC 2986 section 4.1).
        let version = der::element(tag::INTEGER, &[0]);
        let attributes = der::element(tag::context_constructed(0), &self.attributes());
        let key = signer.public_key().spki_der();
        let info = der::sequence(&[version.as_slice(), self.subject.as_der(), key, &attributes]);
        Csr::from_der(&sign_structure(&info, signer)?)
    }

    /// One attribute around one extension, or nothing.
    fn attributes(&self) -> Vec<u8> {
        if self.alt_names.is_empty() {
            return Vec::new();
        }
        let extensions = der::sequence(&[self.alt_names_extension()]);
        let values = der::element(tag::SET, &extensions);
        der::sequence(&[der::element(tag::OID, EXTENSION_REQUEST), values])
    }

    fn alt_names_extension(&self) -> Vec<u8> {
        let names: Vec<_> = self.alt_names.iter().map(general_name).collect();
        let oid = der::element(tag::OID, oids::SUBJECT_ALT_NAME);
        // Critical exactly when the subject is empty (RFC 5280 section 4.2.1.6).
        let critical = if self.subject.is_empty() { der::element(tag::BOOLEAN, &[0xff]) } else { Vec::new() };
        let value = der::element(tag::OCTET_STRING, &der::sequence(&names));
        der::sequence(&[oid, critical, value])
    }
}

/// GeneralName (RFC 5280 section 4.2.1.6).
fn general_name(name: &AltName) -> Vec<u8> {
    match name {
        AltName::Email(address) => der::element(tag::context(1), address.as_str().as_bytes()),
        AltName::Dns(name) => der::element(tag::context(2), name.as_str().as_bytes()),
        AltName::Uri(uri) => der::element(tag::context(6), uri.as_str().as_bytes()),
        AltName::Ip(IpAddr::V4(address)) => der::element(tag::context(7), &address.octets()),
        AltName::Ip(IpAddr::V6(address)) => der::element(tag::context(7), &address.octets()),
        AltName::Directory(name) => der::element(tag::context_constructed(4), name.as_der()),
    }
}
