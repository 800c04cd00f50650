//! Where an authority publishes: its CRL, its own certificate, its OCSP responder.

use crate::name::Uri;

/// The addresses that an authority writes into what it issues. Nothing is written unless it is set.
///
/// Prefer `http`: RFC 5280 section 8 warns of `https` here, because whoever follows the address has to verify a
/// certificate to verify a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Urls {
    pub(crate) crl: Vec<Uri>,
    pub(crate) ca_issuers: Vec<Uri>,
    pub(crate) ocsp: Vec<Uri>,
}

impl Urls {
    /// No addresses.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an address of the CRL (CRL distribution points, RFC 5280 section 4.2.1.13).
    #[must_use]
    pub fn crl(mut self, address: Uri) -> Self {
        self.crl.push(address);
        self
    }

    /// Adds an address of the authority's own certificate (caIssuers, section 4.2.2.1).
    #[must_use]
    pub fn ca_issuers(mut self, address: Uri) -> Self {
        self.ca_issuers.push(address);
        self
    }

    /// Adds an address of its OCSP responder (section 4.2.2.1).
    #[must_use]
    pub fn ocsp(mut self, address: Uri) -> Self {
        self.ocsp.push(address);
        self
    }
}
