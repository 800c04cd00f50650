//! What every store of a ledger does.

use super::compromise::Compromise;
use crate::certificate::Certificate;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::key::PublicKey;
use crate::name::Subject;
use crate::serial::Serial;
use crate::time::Window;
use crate::timestamp::Timestamp;

/// Where entries are kept.
pub(super) trait Store: Send + Sync {
    /// Makes a new entry durable. A serial that its issuer has used is refused.
    fn reserve(&self, entry: &Entry) -> Result<(), Error>;

    /// Adds the certificate to its entry, which is reserved and recorded the same signed bytes.
    fn complete(&self, certificate: &Certificate) -> Result<(), Error>;

    /// Every entry, oldest first; where one cannot be read, why, at its serial.
    fn records(&self) -> Result<Vec<Result<Entry, Error>>, Error>;

    /// The entries whose certificates have this subject, oldest first.
    fn named(&self, subject: &Subject) -> Result<Vec<Entry>, Error>;

    /// The entries with this serial, oldest first.
    fn find(&self, serial: &Serial) -> Result<Vec<Entry>, Error>;

    /// The entries whose predecessor is this one, oldest first.
    fn successors(&self, issuer: &Subject, serial: &Serial) -> Result<Vec<Entry>, Error>;

    /// Marks a key as compromised; the first mark stays.
    fn mark(&self, mark: &Compromise) -> Result<(), Error>;

    /// The mark of a key, where it has one.
    fn mark_of(&self, key: &PublicKey) -> Result<Option<Compromise>, Error>;

    /// Every mark, oldest first.
    fn marks(&self) -> Result<Vec<Compromise>, Error>;
}

/// How a certificate came to stand in the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Succession {
    /// The same names and the same key for another term.
    Renewal,
    /// The same names with a new key.
    Rekey,
    /// Another certificate in its place: other names, another profile.
    Reissue,
}

impl Succession {
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "a store that keeps text reads it back"))]
    pub(super) const ALL: [Self; 3] = [Self::Renewal, Self::Rekey, Self::Reissue];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Renewal => "renewal",
            Self::Rekey => "rekey",
            Self::Reissue => "reissue",
        }
    }
}

impl std::fmt::Display for Succession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// The certificate in whose place another one was issued. It stays what it is, and addressable: it may have been
/// issued elsewhere, and then the ledger has no entry for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Predecessor {
    /// Its serial.
    pub serial: Serial,
    /// Its issuer.
    pub issuer: Subject,
    /// How it was succeeded.
    pub succession: Succession,
}

impl Predecessor {
    pub(crate) fn of(certificate: &Certificate, succession: Succession) -> Self {
        Self { serial: certificate.serial().clone(), issuer: certificate.issuer().clone(), succession }
    }
}

/// How far a certificate has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Its serial is taken; it was not signed, or the signing was interrupted.
    Reserved,
    /// It was signed, checked and recorded.
    Issued,
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Reserved => "reserved",
            Self::Issued => "issued",
        })
    }
}

/// One certificate in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its serial, unique under its issuer.
    pub serial: Serial,
    /// The issuer's name.
    pub issuer: Subject,
    /// The certificate's subject.
    pub subject: Subject,
    /// The profile it was issued with.
    pub profile: String,
    /// Its validity.
    pub window: Window,
    /// SHA-256 of the bytes that were to be signed.
    pub tbs_digest: Fingerprint,
    /// The ids of the warnings that it was issued with.
    pub warnings: Vec<String>,
    /// When it was issued by the ledger's clock.
    pub issued_at: Timestamp,
    /// When the entry was made by the machine's clock.
    pub recorded_at: Timestamp,
    /// The certificate in whose place it was issued, where it was.
    pub predecessor: Option<Predecessor>,
    /// The certificate; `None` while it is only reserved.
    pub certificate: Option<Certificate>,
}

impl Entry {
    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> State {
        if self.certificate.is_some() { State::Issued } else { State::Reserved }
    }
}

pub(super) fn refused(serial: &Serial, reason: &'static str) -> Error {
    Error::LedgerState { serial: serial.to_string(), reason }
}

pub(super) const REUSED: &str = "this issuer has used it before";
pub(super) const NOT_RESERVED: &str = "it is not reserved for these signed bytes";
