//! The tables, and how older ones become newer ones.

use rusqlite::{Connection, TransactionBehavior};

use super::failed;
use crate::error::Error;

/// Marks the file as a ledger of certwright ("cwrt").
const APPLICATION_ID: i32 = 0x6377_7274;

/// Each step leads from the version that is its index to the next one; a new file takes all of them. What was
/// released is never edited.
const STEPS: [&str; 2] = [
    // The rowid keeps the order of issue: clustering on a random serial would cost four times the work.
    "CREATE TABLE certificate (
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
    ) STRICT;",
    // A predecessor is named by serial and issuer, not by id: it may have been issued elsewhere. The index is
    // partial, so that what succeeds nothing does not pay for it.
    "ALTER TABLE certificate ADD COLUMN succession TEXT;
    ALTER TABLE certificate ADD COLUMN predecessor BLOB;
    ALTER TABLE certificate ADD COLUMN predecessor_issuer BLOB;
    CREATE INDEX successor ON certificate (predecessor) WHERE predecessor IS NOT NULL;
    CREATE TABLE compromised_key (
        digest    BLOB PRIMARY KEY,
        spki      BLOB NOT NULL,
        reason    TEXT NOT NULL,
        marked_at INTEGER NOT NULL
    ) STRICT;",
];

/// Brings the file to the newest version, once it is sure that it is a ledger: nothing of anybody else's is changed.
pub(super) fn prepare(connection: &mut Connection, path: &str) -> Result<(), Error> {
    let refuse = |reason| Err(Error::LedgerUrl { url: format!("sqlite:{path}"), reason });
    let mut found = look(connection).map_err(failed("open"))?;
    if found == (0, 0) || (found.0 == APPLICATION_ID && found.1 < newest()) {
        found = migrate(connection).map_err(failed("migrate"))?;
    }
    match found {
        (APPLICATION_ID, version) if version == newest() => Ok(()),
        (APPLICATION_ID, _) => refuse("a newer version of certwright wrote it"),
        _ => refuse("it is another program's database"),
    }
}

fn newest() -> i32 {
    i32::try_from(STEPS.len()).unwrap_or(i32::MAX)
}

/// Both marks as of one moment: between two reads another process could make the ledger, and half of its marks would
/// look like another program's.
fn look(connection: &mut Connection) -> rusqlite::Result<(i32, i32)> {
    let transaction = connection.transaction()?;
    let found = versions(&transaction)?;
    transaction.commit().map(|()| found)
}

/// Whose database it is, and the version of its schema; zeros where nobody has said so.
fn versions(connection: &Connection) -> rusqlite::Result<(i32, i32)> {
    let mark = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    Ok((mark("application_id")?, mark("user_version")?))
}

/// Takes every step that is missing, or none. Others may arrive at the same moment: the versions are read under the
/// lock, and whoever gets it second finds the work done.
fn migrate(connection: &mut Connection) -> rusqlite::Result<(i32, i32)> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let found = versions(&transaction)?;
    if found.0 == APPLICATION_ID || (found == (0, 0) && tables == 0) {
        for step in STEPS.iter().skip(usize::try_from(found.1).unwrap_or(usize::MAX)) {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", newest().max(found.1))?;
    }
    let found = versions(&transaction)?;
    transaction.commit().map(|()| found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Ledger;

    fn old_file(path: &std::path::Path) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection.execute_batch(STEPS[0]).unwrap();
        let marks = format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;");
        connection.execute_batch(&marks).unwrap();
        connection
    }

    #[test]
    fn a_ledger_of_the_first_version_keeps_its_entries_and_takes_new_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.db");
        let row = "INSERT INTO certificate VALUES (1, x'3000', x'05', x'3000', 'client', 0, 1, zeroblob(32), '', 0, 0, NULL)";
        old_file(&path).execute_batch(row).unwrap();
        for _ in 0..2 {
            let ledger = Ledger::open(&format!("sqlite:{}", path.display())).unwrap();
            let entries = ledger.entries().unwrap();
            assert_eq!(entries.len(), 1);
            assert_eq!((entries[0].profile.as_str(), &entries[0].predecessor), ("client", &None));
            assert!(ledger.compromised_keys().unwrap().is_empty());
        }
        let versions = versions(&Connection::open(&path).unwrap()).unwrap();
        assert_eq!(versions, (APPLICATION_ID, 2));
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.db");
        // In the way of the second step's last statement.
        old_file(&path).execute_batch("CREATE TABLE compromised_key (x)").unwrap();
        let refused = Ledger::open(&format!("sqlite:{}", path.display())).unwrap_err();
        assert_eq!(refused.kind(), "ledger", "{refused}");
        let connection = Connection::open(&path).unwrap();
        assert_eq!(versions(&connection).unwrap(), (APPLICATION_ID, 1));
        assert!(connection.prepare("SELECT predecessor FROM certificate").is_err());
    }

    #[test]
    fn a_file_of_the_future_or_of_somebody_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.db");
        old_file(&path).execute_batch("PRAGMA user_version = 99").unwrap();
        let url = format!("sqlite:{}", path.display());
        assert_eq!(Ledger::open(&url).unwrap_err().kind(), "ledger-url");
        let other = folder.path().join("other.db");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE x (y)").unwrap();
        assert_eq!(Ledger::open(&format!("sqlite:{}", other.display())).unwrap_err().kind(), "ledger-url");
    }
}
