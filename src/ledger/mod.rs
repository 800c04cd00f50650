//! The record of everything that was issued. A serial is durable here before anything is signed with it.

mod compromise;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(not(feature = "sqlite"))]
mod sqlite {
    //! The store that this build leaves out.
    use super::store::Store;
    use crate::error::Error;

    pub(super) fn open(path: &str) -> Result<Box<dyn Store>, Error> {
        Err(Error::LedgerUrl {
            url: format!("sqlite:{path}"),
            reason: "this build is without the feature `sqlite`",
        })
    }
}
mod store;

pub use compromise::Compromise;
pub use store::{Entry, Predecessor, State, Succession};

use std::fmt;
use std::sync::Arc;

use store::Store;

use crate::certificate::Certificate;
use crate::error::Error;
use crate::name::Subject;
use crate::serial::Serial;
use crate::time::{Clock, SystemClock};
use crate::timestamp::Timestamp;

/// The record of a certificate authority, and its clock. Cheap to clone; clones share the record.
///
/// Before a certificate is signed, its serial and the digest of what will be signed are made durable; after
/// it is signed and checked, the certificate is. An entry without certificate is one whose signing was
/// interrupted: its serial is never used again.
#[derive(Clone)]
pub struct Ledger {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Ledger {
    /// A ledger that lives as long as the process.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { store: Arc::new(memory::Memory::default()), clock: Arc::new(SystemClock) }
    }

    /// Opens the ledger at an address: `memory:`, or `sqlite:PATH` with the feature `sqlite`. A file that does
    /// not exist is made with the first entry.
    ///
    /// # Errors
    ///
    /// [`Error::LedgerUrl`], [`Error::Ledger`].
    pub fn open(url: &str) -> Result<Self, Error> {
        let store: Box<dyn Store> = match url.split_once(':') {
            Some(("memory", "")) => return Ok(Self::in_memory()),
            Some(("sqlite", path)) if !path.is_empty() => sqlite::open(path)?,
            _ => {
                let reason = "an address is `memory:` or `sqlite:` and a path";
                return Err(Error::LedgerUrl { url: url.to_owned(), reason });
            }
        };
        Ok(Self { store: Arc::from(store), clock: Arc::new(SystemClock) })
    }

    /// The same record under another clock. Everything that is issued from it follows that clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The time by the ledger's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Every entry, in the order in which they were recorded.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`]; and, at the serial of the first one that cannot be read, why. [`Ledger::records`] goes on
    /// behind it.
    pub fn entries(&self) -> Result<Vec<Entry>, Error> {
        self.records()?.into_iter().collect()
    }

    /// Every entry, in the order in which they were recorded, and in the place of one that cannot be read the reason,
    /// with its serial: for whoever looks for damage.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`].
    pub fn records(&self) -> Result<Vec<Result<Entry, Error>>, Error> {
        self.store.records()
    }

    /// The entries with this subject, in the order in which they were recorded.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`]; [`Error::Decode`] for an entry that cannot be read.
    pub(crate) fn named(&self, subject: &Subject) -> Result<Vec<Entry>, Error> {
        self.store.named(subject)
    }

    /// The entries with this serial; several where several authorities share the ledger.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`].
    pub fn find(&self, serial: &Serial) -> Result<Vec<Entry>, Error> {
        self.store.find(serial)
    }

    /// What was issued in the place of this certificate, the first one first. Without a successor it is empty.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`].
    pub fn successors(&self, certificate: &Certificate) -> Result<Vec<Entry>, Error> {
        self.store.successors(certificate.issuer(), certificate.serial())
    }

    /// The entry of this very certificate, where it was issued from this ledger.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`].
    pub fn entry_of(&self, certificate: &Certificate) -> Result<Option<Entry>, Error> {
        let entries = self.store.find(certificate.serial())?;
        Ok(entries.into_iter().find(|entry| entry.certificate.as_ref() == Some(certificate)))
    }

    /// Makes a serial durable before it is signed.
    pub(crate) fn reserve(&self, entry: &Entry) -> Result<(), Error> {
        self.store.reserve(entry)
    }

    /// Records the certificate that was signed under a reserved serial.
    pub(crate) fn complete(&self, certificate: &Certificate) -> Result<(), Error> {
        self.store.complete(certificate)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ledger")
    }
}

#[cfg(test)]
mod tests;
