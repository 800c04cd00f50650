//! Keys, described without opening them where they are encrypted.

use super::Row;
use super::certified::{Certified, Subjects};
use crate::error::Error;
use crate::key::{EncryptionScheme, FoundKey, KdfLimits, PublicKey};

/// What a public key is.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PublicKeyFacts {
    /// Its algorithm and size.
    pub key: String,
    /// SHA-256 of its SPKI.
    pub key_fingerprint: String,
}

impl PublicKeyFacts {
    pub(super) fn of(key: &PublicKey) -> Self {
        Self { key: key.algorithm().to_string(), key_fingerprint: key.fingerprint().to_string() }
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        vec![("key", self.key.clone()), ("SPKI SHA-256", self.key_fingerprint.clone())]
    }
}

/// How a private key is encrypted.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct EncryptionFacts {
    /// The scheme with everything that its strength depends on.
    pub scheme: String,
    /// `strong`, `weak` or `broken`, where certwright can judge it.
    pub strength: Option<String>,
    /// Who is known to write keys so.
    pub origin: Option<&'static str>,
    /// Whether OpenSSL 3.0, and so curl, opens it without its legacy provider; false where that is not known.
    pub openssl_reads_it: bool,
    /// Whether a guess costs no more than certwright spends on one; above that it opens the key only when told so
    /// ([`KdfLimits`]).
    pub within_limits: bool,
}

impl EncryptionFacts {
    pub(super) fn of(scheme: &EncryptionScheme) -> Self {
        Self {
            scheme: scheme.to_string(),
            strength: scheme.strength().map(|strength| strength.to_string()),
            origin: scheme.origin(),
            openssl_reads_it: scheme.openssl_reads_it(),
            within_limits: scheme.is_within(&KdfLimits::default()),
        }
    }

    pub(super) fn row(&self) -> String {
        let origin = self.origin.map(|origin| format!("; as written by {origin}")).unwrap_or_default();
        let strength = self.strength.as_ref().map(|strength| format!("; {strength}")).unwrap_or_default();
        let unread = match (&self.strength, self.openssl_reads_it) {
            (None, _) => "; certwright does not open it",
            _ if !self.within_limits => "; more work than certwright does to open a key",
            (Some(_), true) => "",
            (Some(_), false) => "; OpenSSL 3.0 does not open it by default",
        };
        format!("{}{origin}{strength}{unread}", self.scheme)
    }
}

/// What a private key is; of an encrypted one, only how it is encrypted.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PrivateKeyFacts {
    /// How it is encrypted; none for a plain key.
    pub encryption: Option<EncryptionFacts>,
    /// Its public part; none while it is encrypted, or where certwright does not open keys of its kind.
    pub public: Option<PublicKeyFacts>,
    /// What about the form of a plain key keeps OpenSSL 3.0, and so curl, from reading it.
    pub strange: Option<String>,
    /// The kind of a plain key that certwright does not open.
    pub unsupported: Option<String>,
    /// The subjects of the certificates in the same file that certify it: those of the first eight, each with at most
    /// 256 characters.
    pub certified_as: Vec<String>,
    /// How many certificates in the same file certify it.
    pub certificates: usize,
}

impl PrivateKeyFacts {
    pub(super) fn of(found: &FoundKey, certified: &Certified<'_>) -> Result<Self, Error> {
        if let Some(scheme) = found.scheme() {
            return Ok(Self { encryption: Some(EncryptionFacts::of(scheme)), ..Self::default() });
        }
        let key = match found.open(None, &KdfLimits::default()) {
            Err(Error::UnsupportedKey { algorithm, .. }) => {
                return Ok(Self { unsupported: Some(algorithm), ..Self::default() });
            }
            opened => opened?,
        };
        let Subjects { first: certified_as, count: certificates } = certified.with(key.public_key());
        let public = Some(PublicKeyFacts::of(key.public_key()));
        let strange = key.strange().map(|form| form.to_string());
        Ok(Self { public, strange, certified_as, certificates, ..Self::default() })
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = self.public.as_ref().map(PublicKeyFacts::rows).unwrap_or_default();
        let unsupported = self.unsupported.as_ref();
        rows.extend(unsupported.map(|kind| ("key", format!("{kind}, which certwright does not open"))));
        let strange = self.strange.as_ref();
        rows.extend(strange.map(|form| ("form", format!("it {form}: OpenSSL 3.0 does not read it"))));
        match &self.encryption {
            Some(encryption) => rows.push(("encryption", encryption.row())),
            None => rows.push(("encryption", "none: whoever reads the file has the key".to_owned())),
        }
        rows.extend(self.certified_as.iter().map(|subject| ("certified as", subject.clone())));
        let more = self.certificates.saturating_sub(self.certified_as.len());
        if more > 0 {
            let certificates = if more == 1 { "certificate" } else { "certificates" };
            rows.push(("", format!("and in {more} more {certificates}")));
        }
        rows
    }
}
