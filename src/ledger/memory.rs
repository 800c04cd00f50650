//! A ledger in memory, for tests and for authorities that keep their records elsewhere.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::compromise::Compromise;
use super::store::{Entry, NOT_RESERVED, REUSED, Store, refused};
use crate::certificate::Certificate;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::key::PublicKey;
use crate::name::Subject;
use crate::serial::Serial;

#[derive(Default)]
pub(super) struct Memory(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    list: Vec<Entry>,
    /// Positions in the list by issuer name and serial.
    index: HashMap<(Vec<u8>, Serial), usize>,
    marks: Vec<Compromise>,
}

impl Entries {
    fn mark_of(&self, key: &PublicKey) -> Option<&Compromise> {
        self.marks.iter().find(|mark| mark.key.is_same_key(key))
    }
}

impl Memory {
    /// Nothing panics while it holds the lock, so that a panic elsewhere leaves nothing half-changed.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn reserve(&self, entry: &Entry) -> Result<(), Error> {
        let mut entries = self.lock();
        let key = (entry.issuer.as_der().to_vec(), entry.serial.clone());
        if entries.index.contains_key(&key) {
            return Err(refused(&entry.serial, REUSED));
        }
        let position = entries.list.len();
        entries.index.insert(key, position);
        entries.list.push(entry.clone());
        Ok(())
    }

    fn complete(&self, certificate: &Certificate) -> Result<(), Error> {
        let mut entries = self.lock();
        let key = (certificate.issuer().as_der().to_vec(), certificate.serial().clone());
        let position = entries.index.get(&key).copied();
        let entry = position.and_then(|position| entries.list.get_mut(position)).filter(|entry| {
            entry.certificate.is_none() && entry.tbs_digest == Fingerprint::of(certificate.tbs())
        });
        match entry {
            Some(entry) => entry.certificate = Some(certificate.clone()),
            None => return Err(refused(certificate.serial(), NOT_RESERVED)),
        }
        Ok(())
    }

    fn records(&self) -> Result<Vec<Result<Entry, Error>>, Error> {
        Ok(self.lock().list.iter().cloned().map(Ok).collect())
    }

    fn named(&self, subject: &Subject) -> Result<Vec<Entry>, Error> {
        Ok(self.lock().list.iter().filter(|entry| entry.subject == *subject).cloned().collect())
    }

    fn find(&self, serial: &Serial) -> Result<Vec<Entry>, Error> {
        Ok(self.lock().list.iter().filter(|entry| entry.serial == *serial).cloned().collect())
    }

    fn successors(&self, issuer: &Subject, serial: &Serial) -> Result<Vec<Entry>, Error> {
        let succeeds = |entry: &&Entry| {
            entry
                .predecessor
                .as_ref()
                .is_some_and(|before| before.serial == *serial && before.issuer == *issuer)
        };
        Ok(self.lock().list.iter().filter(succeeds).cloned().collect())
    }

    fn mark(&self, mark: &Compromise) -> Result<(), Error> {
        let mut entries = self.lock();
        if entries.mark_of(&mark.key).is_none() {
            entries.marks.push(mark.clone());
        }
        Ok(())
    }

    fn mark_of(&self, key: &PublicKey) -> Result<Option<Compromise>, Error> {
        Ok(self.lock().mark_of(key).cloned())
    }

    fn marks(&self) -> Result<Vec<Compromise>, Error> {
        Ok(self.lock().marks.clone())
    }
}
