//! A ledger in an SQLite file. Every step is on the disk before it returns (WAL, synchronous FULL).

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Row, TransactionBehavior, params};

use super::store::{Entry, NOT_RESERVED, REUSED, Store, refused};
use crate::certificate::Certificate;
use crate::digest::Fingerprint;
use crate::error::Error;
use crate::name::Subject;
use crate::serial::Serial;
use crate::time::Window;
use crate::timestamp::Timestamp;

/// Marks the file as a ledger of certwright ("cwrt").
const APPLICATION_ID: i32 = 0x6377_7274;

/// The version of the schema below.
const SCHEMA_VERSION: i32 = 1;

/// How long another process may hold the file before a step fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// The rowid keeps the order of issue: clustering on a random serial would cost four times the work.
const SCHEMA: &str = "
CREATE TABLE certificate (
    id          INTEGER PRIMARY KEY,
    issuer      BLOB NOT NULL,
    serial      BLOB NOT NULL,
    subject     BLOB NOT NULL,
    profile     TEXT NOT NULL,
    not_before  INTEGER NOT NULL,
    not_after   INTEGER NOT NULL,
    tbs_digest  BLOB NOT NULL,
    warnings    TEXT NOT NULL,
    issued_at   INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    der         BLOB,
    UNIQUE (serial, issuer)
) STRICT;";

const COLUMNS: &str = "issuer, serial, subject, profile, not_before, not_after, tbs_digest, warnings, \
    issued_at, recorded_at, der";

pub(super) struct Sqlite {
    path: String,
    /// None until there is a file.
    connection: Mutex<Option<Connection>>,
}

/// Opens the ledger in the file. Where there is none, the first entry makes it: whoever is refused before
/// anything was recorded leaves no file behind.
pub(super) fn open(path: &str) -> Result<Box<dyn Store>, Error> {
    let connection = if Path::new(path).exists() { Some(connect(path)?) } else { None };
    Ok(Box::new(Sqlite { path: path.to_owned(), connection: Mutex::new(connection) }))
}

fn connect(path: &str) -> Result<Connection, Error> {
    // Without SQLITE_OPEN_URI: a path that begins with `file:` is a path.
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed("open"))?;
    connection.busy_timeout(PATIENCE).map_err(failed("open"))?;
    claim(&mut connection, path)?;
    make_durable(&connection).map_err(failed("open"))?;
    Ok(connection)
}

fn failed(operation: &'static str) -> impl Fn(rusqlite::Error) -> Error {
    move |error| Error::Ledger { operation, cause: Box::new(error) }
}

/// Makes sure that the file is a ledger, before anything in it is changed.
fn claim(connection: &mut Connection, path: &str) -> Result<(), Error> {
    let mut marks = marks(connection).map_err(failed("open"))?;
    if marks == (0, 0) {
        marks = create(connection).map_err(failed("create"))?;
    }
    let refuse = |reason| Err(Error::LedgerUrl { url: format!("sqlite:{path}"), reason });
    match marks {
        (APPLICATION_ID, SCHEMA_VERSION) => Ok(()),
        (APPLICATION_ID, newer) if newer > SCHEMA_VERSION => refuse("a newer version of certwright wrote it"),
        _ => refuse("it is another program's database"),
    }
}

/// Whose database it is, and the version of its schema; zeros where nobody has said so.
fn marks(connection: &Connection) -> rusqlite::Result<(i32, i32)> {
    let mark = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    Ok((mark("application_id")?, mark("user_version")?))
}

/// Makes the ledger in a database that is empty, and says whose the database is then. Others may arrive at the
/// same moment: whoever gets the lock second finds the ledger there.
fn create(connection: &mut Connection) -> rusqlite::Result<(i32, i32)> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if marks(&transaction)? == (0, 0) && tables == 0 {
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    }
    let found = marks(&transaction)?;
    transaction.commit().map(|()| found)
}

fn make_durable(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")
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

    fn select(&self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Entry>, Error> {
        let mut slot = self.lock();
        // Another process may have made the file since.
        if slot.is_none() && Path::new(&self.path).exists() {
            *slot = Some(connect(&self.path)?);
        }
        let Some(connection) = &*slot else { return Ok(Vec::new()) };
        let query = format!("SELECT {COLUMNS} FROM certificate {condition} ORDER BY id");
        let mut statement = connection.prepare_cached(&query).map_err(failed("read"))?;
        let rows = statement.query_map(values, Record::read).map_err(failed("read"))?;
        rows.map(|row| row.map_err(failed("read")).and_then(Record::into_entry)).collect()
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
        ];
        let insert = "INSERT INTO certificate (issuer, serial, subject, profile, not_before, not_after, tbs_digest, \
            warnings, issued_at, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
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

    fn entries(&self) -> Result<Vec<Entry>, Error> {
        self.select("", &[])
    }

    fn find(&self, serial: &Serial) -> Result<Vec<Entry>, Error> {
        self.select("WHERE serial = ?", &[&serial.content()])
    }
}

/// A row as it stands in the file.
struct Record {
    issuer: Vec<u8>,
    serial: Vec<u8>,
    subject: Vec<u8>,
    profile: String,
    times: [i64; 4],
    tbs_digest: [u8; 32],
    warnings: String,
    der: Option<Vec<u8>>,
}

impl Record {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            issuer: row.get(0)?,
            serial: row.get(1)?,
            subject: row.get(2)?,
            profile: row.get(3)?,
            times: [row.get(4)?, row.get(5)?, row.get(8)?, row.get(9)?],
            tbs_digest: row.get(6)?,
            warnings: row.get(7)?,
            der: row.get(10)?,
        })
    }

    fn into_entry(self) -> Result<Entry, Error> {
        let [not_before, not_after, issued_at, recorded_at] = self.times.map(Timestamp::from_unix);
        let time = |value: Option<Timestamp>| {
            value.ok_or_else(|| Error::Ledger {
                operation: "read",
                cause: "a time outside the years 1 to 9999".into(),
            })
        };
        Ok(Entry {
            serial: Serial::from_content(&self.serial),
            issuer: Subject::from_der(&self.issuer)?,
            subject: Subject::from_der(&self.subject)?,
            profile: self.profile,
            window: Window { not_before: time(not_before)?, not_after: time(not_after)? },
            tbs_digest: Fingerprint::from_bytes(self.tbs_digest),
            warnings: self.warnings.split_whitespace().map(str::to_owned).collect(),
            issued_at: time(issued_at)?,
            recorded_at: time(recorded_at)?,
            certificate: self.der.as_deref().map(Certificate::from_der).transpose()?,
        })
    }
}
