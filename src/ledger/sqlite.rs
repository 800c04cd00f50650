//! A ledger in an SQLite file. Every step is on the disk before it returns (WAL, synchronous FULL).

mod record;
mod schema;

use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

use super::compromise::{self, Compromise};
use super::store::{Entry, NOT_RESERVED, REUSED, Store, refused};
use crate::certificate::Certificate;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::key::PublicKey;
use crate::name::Subject;
use crate::serial::Serial;
use record::{COLUMNS, Mark, Record};

/// How long another process may hold the file before a step fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before a step that SQLite does not repeat by itself is tried again.
const PAUSE: Duration = Duration::from_millis(2);

pub(super) struct Sqlite {
    path: String,
    /// None until there is a file.
    connection: Mutex<Option<Connection>>,
}

/// Opens the ledger in the file. Where there is none, the first entry makes it: whoever is refused before
/// anything was recorded leaves no file behind.
pub(super) fn open(path: &str) -> Result<Box<dyn Store>, Error> {
    let connection = if is_there(path)? { Some(connect(path)?) } else { None };
    Ok(Box::new(Sqlite { path: path.to_owned(), connection: Mutex::new(connection) }))
}

/// A folder that cannot be looked into is not an empty one.
fn is_there(path: &str) -> Result<bool, Error> {
    match Path::new(path).try_exists() {
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(Error::Ledger { operation: "open", cause: Box::new(error) }),
        Ok(there) => Ok(there),
    }
}

fn connect(path: &str) -> Result<Connection, Error> {
    // Without SQLITE_OPEN_URI: a path that begins with `file:` is a path.
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed("open"))?;
    connection.busy_timeout(PATIENCE).map_err(failed("open"))?;
    // Whose file it is comes first: nothing of another program's is changed, not even its journal.
    schema::prepare(&mut connection, path)?;
    make_durable(&connection).map_err(failed("open"))?;
    Ok(connection)
}

fn failed(operation: &'static str) -> impl Fn(rusqlite::Error) -> Error {
    move |error| Error::Ledger { operation, cause: Box::new(error) }
}

fn make_durable(connection: &Connection) -> rusqlite::Result<()> {
    patiently(|| connection.pragma_update(None, "journal_mode", "WAL"))?;
    connection.pragma_update(None, "synchronous", "FULL")
}

/// SQLite's own patience does not cover a change of the journal mode: where others open the file at the same
/// moment it answers "busy" at once.
fn patiently(step: impl Fn() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let started = Instant::now();
    loop {
        match step() {
            Err(error) if is_busy(&error) && started.elapsed() < PATIENCE => thread::sleep(PAUSE),
            done => return done,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

impl Sqlite {
    /// SQLite's own transactions keep the file whole, whatever a panicking thread left behind.
    fn lock(&self) -> MutexGuard<'_, Option<Connection>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes, to a new file where there is none.
    fn write<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let mut slot = self.lock();
        match &*slot {
            Some(connection) => work(connection),
            None => work(slot.insert(connect(&self.path)?)),
        }
    }

    /// Reads; nothing where there is no file.
    fn read<T: Default>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let mut slot = self.lock();
        // Another process may have made the file since.
        if slot.is_none() && is_there(&self.path)? {
            *slot = Some(connect(&self.path)?);
        }
        slot.as_ref().map_or_else(|| Ok(T::default()), work)
    }

    fn select(&self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Entry>, Error> {
        self.look_up(condition, values)?.into_iter().collect()
    }

    fn look_up(
        &self,
        condition: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<Result<Entry, Error>>, Error> {
        self.read(|connection| {
            let query = format!("SELECT {COLUMNS} FROM certificate {condition} ORDER BY id");
            let mut statement = connection.prepare_cached(&query).map_err(failed("read"))?;
            let rows = statement.query_map(values, Record::read).map_err(failed("read"))?;
            rows.map(|row| row.map(Record::into_entry).map_err(failed("read"))).collect()
        })
    }
}

impl Store for Sqlite {
    fn reserve(&self, entry: &Entry) -> Result<(), Error> {
        let values = params![
            entry.issuer.as_der(),
            entry.serial.content(),
            entry.subject.as_der(),
            entry.profile,
            entry.window.not_before.unix(),
            entry.window.not_after.unix(),
            entry.tbs_digest.as_ref(),
            entry.warnings.join(" "),
            entry.issued_at.unix(),
            entry.recorded_at.unix(),
            entry.predecessor.as_ref().map(|before| before.succession.name()),
            entry.predecessor.as_ref().map(|before| before.serial.content()),
            entry.predecessor.as_ref().map(|before| before.issuer.as_der()),
        ];
        let insert = "INSERT INTO certificate (issuer, serial, subject, profile, not_before, not_after, tbs_digest, \
            warnings, issued_at, recorded_at, succession, predecessor, predecessor_issuer) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        self.write(|connection| {
            let mut statement = connection.prepare_cached(insert).map_err(failed("write"))?;
            match statement.execute(values) {
                Ok(_) => Ok(()),
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                    Err(refused(&entry.serial, REUSED))
                }
                Err(error) => Err(failed("write")(error)),
            }
        })
    }

    fn complete(&self, certificate: &Certificate) -> Result<(), Error> {
        let update = "UPDATE certificate SET der = ? WHERE serial = ? AND issuer = ? AND tbs_digest = ? AND der IS NULL";
        let digest = Fingerprint::of(certificate.tbs());
        let values = params![
            certificate.der(),
            certificate.serial().content(),
            certificate.issuer().as_der(),
            digest.as_ref()
        ];
        self.write(|connection| {
            let mut statement = connection.prepare_cached(update).map_err(failed("write"))?;
            match statement.execute(values).map_err(failed("write"))? {
                1 => Ok(()),
                _ => Err(refused(certificate.serial(), NOT_RESERVED)),
            }
        })
    }

    fn records(&self) -> Result<Vec<Result<Entry, Error>>, Error> {
        self.look_up("", &[])
    }

    fn named(&self, subject: &Subject) -> Result<Vec<Entry>, Error> {
        self.select("WHERE subject = ?", &[&subject.as_der()])
    }

    fn find(&self, serial: &Serial) -> Result<Vec<Entry>, Error> {
        self.select("WHERE serial = ?", &[&serial.content()])
    }

    fn successors(&self, issuer: &Subject, serial: &Serial) -> Result<Vec<Entry>, Error> {
        let condition = "WHERE predecessor = ? AND predecessor_issuer = ?";
        self.select(condition, &[&serial.content(), &issuer.as_der()])
    }

    fn mark(&self, mark: &Compromise) -> Result<(), Error> {
        let insert =
            "INSERT OR IGNORE INTO compromised_key (digest, spki, reason, marked_at) VALUES (?, ?, ?, ?)";
        let digest = compromise::digest(&mark.key);
        let values = params![digest.as_ref(), mark.key.spki_der(), mark.reason, mark.marked_at.unix()];
        self.write(|connection| connection.execute(insert, values).map(|_| ()).map_err(failed("write")))
    }

    fn mark_of(&self, key: &PublicKey) -> Result<Option<Compromise>, Error> {
        let query = "SELECT spki, reason, marked_at FROM compromised_key WHERE digest = ?";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(query).map_err(failed("read"))?;
            let found = statement.query_row([compromise::digest(key).as_ref()], Mark::read).optional();
            found.map_err(failed("read"))?.map(Mark::into_compromise).transpose()
        })
    }

    fn marks(&self) -> Result<Vec<Compromise>, Error> {
        let query = "SELECT spki, reason, marked_at FROM compromised_key ORDER BY rowid";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(query).map_err(failed("read"))?;
            let rows = statement.query_map([], Mark::read).map_err(failed("read"))?;
            rows.map(|row| row.map_err(failed("read")).and_then(Mark::into_compromise)).collect()
        })
    }
}
