//! An entry as it stands in a row.

use rusqlite::Row;

use crate::certificate::Certificate;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::key::PublicKey;
use crate::ledger::compromise::Compromise;
use crate::ledger::store::{Entry, Predecessor, Succession};
use crate::name::Subject;
use crate::serial::Serial;
use crate::time::Window;
use crate::timestamp::Timestamp;

pub(super) const COLUMNS: &str = "issuer, serial, subject, profile, not_before, not_after, tbs_digest, warnings, \
    issued_at, recorded_at, der, succession, predecessor, predecessor_issuer";

pub(super) struct Record {
    issuer: Vec<u8>,
    serial: Vec<u8>,
    subject: Vec<u8>,
    profile: String,
    times: [i64; 4],
    tbs_digest: [u8; 32],
    warnings: String,
    der: Option<Vec<u8>>,
    /// Succession, serial, issuer: all of them or none.
    predecessor: Option<(String, Vec<u8>, Vec<u8>)>,
}

impl Record {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let predecessor = match row.get::<_, Option<String>>(11)? {
            Some(succession) => Some((succession, row.get(12)?, row.get(13)?)),
            None => None,
        };
        Ok(Self {
            issuer: row.get(0)?,
            serial: row.get(1)?,
            subject: row.get(2)?,
            profile: row.get(3)?,
            times: [row.get(4)?, row.get(5)?, row.get(8)?, row.get(9)?],
            tbs_digest: row.get(6)?,
            warnings: row.get(7)?,
            der: row.get(10)?,
            predecessor,
        })
    }

    pub(super) fn into_entry(self) -> Result<Entry, Error> {
        let serial = Serial::from_content(&self.serial);
        self.parsed().map_err(|error| error.at(format!("the ledger, serial {serial}")))
    }

    fn parsed(self) -> Result<Entry, Error> {
        let [not_before, not_after, issued_at, recorded_at] = self.times.map(time);
        Ok(Entry {
            serial: Serial::from_content(&self.serial),
            issuer: Subject::from_der(&self.issuer)?,
            subject: Subject::from_der(&self.subject)?,
            profile: self.profile,
            window: Window { not_before: not_before?, not_after: not_after? },
            tbs_digest: Fingerprint::from_bytes(self.tbs_digest),
            warnings: self.warnings.split_whitespace().map(str::to_owned).collect(),
            issued_at: issued_at?,
            recorded_at: recorded_at?,
            predecessor: self.predecessor.map(predecessor).transpose()?,
            certificate: self.der.as_deref().map(Certificate::from_der).transpose()?,
        })
    }
}

fn time(seconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_unix(seconds).ok_or_else(|| unreadable("a time outside the years 1 to 9999"))
}

fn unreadable(reason: &'static str) -> Error {
    Error::Ledger { operation: "read", cause: reason.into() }
}

fn predecessor((succession, serial, issuer): (String, Vec<u8>, Vec<u8>)) -> Result<Predecessor, Error> {
    let succession = Succession::ALL.into_iter().find(|known| known.name() == succession);
    Ok(Predecessor {
        succession: succession.ok_or_else(|| unreadable("a succession that is none"))?,
        serial: Serial::from_content(&serial),
        issuer: Subject::from_der(&issuer)?,
    })
}

/// A row of the table of compromised keys: key, reason, time.
pub(super) struct Mark(Vec<u8>, String, i64);

impl Mark {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self(row.get(0)?, row.get(1)?, row.get(2)?))
    }

    pub(super) fn into_compromise(self) -> Result<Compromise, Error> {
        let Self(spki, reason, marked_at) = self;
        Ok(Compromise { key: PublicKey::from_spki_der(&spki)?, reason, marked_at: time(marked_at)? })
    }
}
