//! What every store of a ledger does.

use crate::certificate::Certificate;
use crate::digest::Fingerprint;
use crate::error::Error;
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

    /// Every entry, oldest first.
    fn entries(&self) -> Result<Vec<Entry>, Error>;

    /// The entries with this serial, oldest first.
    fn find(&self, serial: &Serial) -> Result<Vec<Entry>, Error>;
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
