//! What a leaf is asked for with.

use crate::csr::Csr;
use crate::error::Error;
use crate::key::PublicKey;
use crate::name::{AltName, DnsName, EmailAddress, Subject, Uri};

/// Who a leaf is to be issued for: a key, a subject and alternative names.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) public_key: PublicKey,
    pub(super) subject: Subject,
    pub(super) alt_names: Vec<AltName>,
    pub(super) allowed: Vec<String>,
    /// Where it came from.
    pub(super) csr: Option<Csr>,
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
            csr: None,
        }
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
