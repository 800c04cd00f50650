//! Profiles that say again what a certificate says: for an authority that is renewed.

use super::extras::Extras;
use super::{Root, Subordinate, oids};
use crate::certificate::{Certificate, oids as standard};
use crate::error::Error;
use crate::time::Lifetime;

/// What is written anew for every certificate, by its keys, its issuer and its kind.
const WRITTEN: [&[u8]; 7] = [
    standard::SUBJECT_KEY_ID,
    standard::AUTHORITY_KEY_ID,
    standard::KEY_USAGE,
    standard::BASIC_CONSTRAINTS,
    oids::CRL_DISTRIBUTION_POINTS,
    oids::FRESHEST_CRL,
    oids::AUTHORITY_INFO_ACCESS,
];

impl Root {
    /// A root with the path length and every other extension that this certificate has, byte for byte; key usage,
    /// identifiers of keys and addresses are written anew.
    ///
    /// # Errors
    ///
    /// [`Error::Profile`] for a path length above 255.
    pub fn like(certificate: &Certificate, lifetime: Lifetime) -> Result<Self, Error> {
        let length = path_length(certificate)?;
        let mut root = length.map_or(Self::new(lifetime), |length| Self::new(lifetime).path_length(length));
        root.extras = extras(certificate);
        Ok(root)
    }
}

impl Subordinate {
    /// A subordinate with the path length, the constraints, the purposes and every other extension that this
    /// certificate has, byte for byte; key usage, identifiers of keys and addresses are written anew.
    ///
    /// # Errors
    ///
    /// [`Error::Profile`] for a path length above 255.
    pub fn like(certificate: &Certificate, lifetime: Lifetime) -> Result<Self, Error> {
        let mut subordinate = Self::new(lifetime).any_path_length(path_length(certificate)?);
        subordinate.extras = extras(certificate);
        Ok(subordinate)
    }
}

fn path_length(certificate: &Certificate) -> Result<Option<u8>, Error> {
    let length = certificate.basic_constraints().and_then(|basic| basic.path_length);
    length.map(u8::try_from).transpose().map_err(|_| Error::Profile {
        reason: format!("the path length of {} is above 255", certificate.subject()),
    })
}

fn extras(certificate: &Certificate) -> Extras {
    let kept = certificate.extensions().iter().filter(|e| !WRITTEN.contains(&e.oid.content()));
    Extras { custom: kept.cloned().collect(), ..Extras::default() }
}
