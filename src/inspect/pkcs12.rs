//! PKCS#12 files, described from outside.

use super::Row;
use super::key::EncryptionFacts;
use crate::error::Error;
use crate::key::pkcs12::{Archive, Outside};

/// What a PKCS#12 file shows without its passphrase.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Pkcs12Facts {
    /// The MAC by which a wrong passphrase and damage are noticed; none where there is none.
    pub mac: Option<String>,
    /// How each key that is seen is encrypted; none for a plain key.
    pub keys: Vec<Option<EncryptionFacts>>,
    /// How the parts are encrypted that show nothing of what they hold, usually the certificates.
    pub sealed: Vec<EncryptionFacts>,
    /// How many certificates are not encrypted.
    pub certificates: usize,
}

impl Pkcs12Facts {
    pub(super) fn of(bytes: &[u8]) -> Result<Self, Error> {
        let Outside { mac, keys, sealed, certificates } = Archive::read(bytes)?.outside()?;
        let keys = keys.iter().map(|scheme| scheme.as_ref().map(EncryptionFacts::of)).collect();
        Ok(Self { mac, keys, sealed: sealed.iter().map(EncryptionFacts::of).collect(), certificates })
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let mac = self.mac.clone().unwrap_or_else(|| "none: damage goes unnoticed".to_owned());
        let mut rows = vec![("integrity", mac)];
        let plain = || "not encrypted: whoever reads the file has the key".to_owned();
        let key = |key: &Option<EncryptionFacts>| key.as_ref().map_or_else(plain, EncryptionFacts::row);
        rows.extend(self.keys.iter().map(|facts| ("private key", key(facts))));
        rows.extend(self.sealed.iter().map(|facts| ("sealed part", facts.row())));
        if self.certificates > 0 {
            rows.push(("certificates", format!("{}, not encrypted", self.certificates)));
        }
        rows
    }
}
