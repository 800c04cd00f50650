//! Policies, TLS features and extensions of one's own.

use crate::certificate::{self, Extension};
use crate::der;
use crate::error::Error;
use crate::name::Uri;
use crate::oid::Oid;

use super::oids;

/// A certificate policy (RFC 5280 section 4.2.1.4), with the addresses of its practice statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(super) oid: Oid,
    pub(super) cps: Vec<Uri>,
}

impl Policy {
    /// The policy with this identifier.
    #[must_use]
    pub fn new(oid: Oid) -> Self {
        Self { oid, cps: Vec::new() }
    }

    /// Adds the address of a certification practice statement. Readers rarely look; prefer none.
    #[must_use]
    pub fn cps(mut self, address: Uri) -> Self {
        self.cps.push(address);
        self
    }
}

/// What a TLS server promises to do (RFC 7633).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsFeature {
    /// It staples an OCSP response ("must-staple").
    StatusRequest,
    /// It staples the responses for the whole chain (RFC 6961).
    StatusRequestV2,
}

impl TlsFeature {
    /// The number of the TLS extension.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::StatusRequest => 5,
            Self::StatusRequestV2 => 17,
        }
    }
}

/// Whether a reader that does not know an extension has to refuse the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criticality {
    /// It has to refuse.
    Critical,
    /// It may ignore the extension.
    NotCritical,
}

/// The extensions that certwright writes itself, or derives from settings of their own.
const OURS: [&[u8]; 13] = [
    certificate::oids::SUBJECT_KEY_ID,
    certificate::oids::AUTHORITY_KEY_ID,
    certificate::oids::KEY_USAGE,
    certificate::oids::EXTENDED_KEY_USAGE,
    certificate::oids::BASIC_CONSTRAINTS,
    certificate::oids::SUBJECT_ALT_NAME,
    certificate::oids::NAME_CONSTRAINTS,
    oids::CRL_DISTRIBUTION_POINTS,
    oids::AUTHORITY_INFO_ACCESS,
    oids::POLICIES,
    oids::TLS_FEATURE,
    oids::OCSP_NO_CHECK,
    oids::ISSUER_ALT_NAME,
];

/// An extension of the caller's own.
pub(super) fn custom(oid: Oid, criticality: Criticality, value: Vec<u8>) -> Result<Extension, Error> {
    if OURS.contains(&oid.content()) {
        let reason = format!("the extension {oid} is one that certwright writes itself");
        return Err(Error::Profile { reason });
    }
    der::single("the value of an extension", &value)?;
    Ok(Extension { oid, critical: criticality == Criticality::Critical, value })
}
