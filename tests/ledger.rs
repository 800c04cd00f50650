//! The record: a serial is durable before it is signed, whoever else writes into the same file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what broke"
)]
#![allow(clippy::indexing_slicing, reason = "so does an index")]

mod support;

use std::sync::{Arc, Mutex};

use certwright::profile::{Leaf, Root};
use certwright::{Authority, Error, Fingerprint, Ledger, Lifetime, Request, State, Timestamp};
use support::pki::{NOW, after, at, key, name, request, root, subordinate, twin_keys};
use support::signers::{Refusing, Witness};

fn client() -> Leaf {
    Leaf::client(Lifetime::days(30))
}

/// Runs a test over every kind of ledger.
fn with_every_ledger(test: impl Fn(Ledger)) {
    test(Ledger::in_memory());
    #[cfg(feature = "sqlite")]
    file::with_new_file(|url| test(Ledger::open(url).unwrap()));
}

#[test]
fn everything_that_is_issued_is_recorded_in_order() {
    with_every_ledger(|ledger| {
        let ledger = ledger.with_clock(at(NOW));
        let root = root(&ledger);
        let sub = subordinate(&root, &ledger);
        let leaf = root.issue(&client(), request()).unwrap();
        let entries = ledger.entries().unwrap();
        let issued = [root.certificate(), sub.certificate(), leaf.certificate()];
        assert_eq!(entries.len(), 3);
        for (entry, certificate) in entries.iter().zip(issued) {
            assert_eq!(entry.serial, *certificate.serial());
            assert_eq!(entry.issuer, *root.certificate().subject());
            assert_eq!(entry.subject, *certificate.subject());
            assert_eq!(entry.window, certificate.window());
            assert_eq!(entry.tbs_digest, Fingerprint::of(certificate.tbs()));
            assert_eq!(entry.certificate.as_ref(), Some(certificate));
            assert_eq!(entry.state(), State::Issued);
            assert_eq!(ledger.find(&entry.serial).unwrap(), std::slice::from_ref(entry));
        }
        let profiles: Vec<_> = entries.iter().map(|entry| entry.profile.as_str()).collect();
        assert_eq!(profiles, ["root", "subordinate", "client"]);
        assert_eq!(entries[2].warnings, ["leaf-from-root"]);
    });
}

#[test]
fn the_entry_is_there_before_the_signature_and_complete_after_it() {
    with_every_ledger(|ledger| {
        let (first, second) = twin_keys();
        let root = Authority::root(&Root::new(Lifetime::years(9)), name("CN=Root"), first, &ledger).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let witness = Witness { key: second, ledger: ledger.clone(), seen: Arc::clone(&seen) };
        let watched = Authority::open(root.chain().clone(), witness, &ledger).unwrap();
        let leaf = watched.issue(&client(), request()).unwrap();
        assert_eq!(*seen.lock().unwrap(), [[State::Reserved]]);
        let entry = ledger.find(leaf.certificate().serial()).unwrap().remove(0);
        assert_eq!(entry.state(), State::Issued);
    });
}

#[test]
fn an_interrupted_signature_leaves_the_serial_reserved() {
    with_every_ledger(|ledger| {
        let root = root(&ledger);
        let refusing = Refusing(root.certificate().public_key().clone());
        let broken = Authority::open(root.chain().clone(), refusing, &ledger).unwrap();
        broken.issue(&client(), request()).unwrap_err();
        let entry = ledger.entries().unwrap().remove(1);
        assert_eq!((entry.state(), entry.certificate), (State::Reserved, None));
        root.issue(&client(), request()).unwrap();
    });
}

#[test]
fn both_times_are_recorded_the_ledgers_and_the_machines() {
    with_every_ledger(|ledger| {
        let ledger = ledger.with_clock(at(NOW));
        let before = Timestamp::now();
        root(&ledger);
        let entry = ledger.entries().unwrap().remove(0);
        assert_eq!(entry.issued_at, at(NOW));
        assert!(before <= entry.recorded_at && entry.recorded_at <= Timestamp::now());
    });
}

#[test]
fn another_clock_shows_the_same_record() {
    with_every_ledger(|ledger| {
        let early = ledger.clone().with_clock(at(NOW));
        let late = ledger.with_clock(after(at(NOW), 86_400));
        assert_eq!(late.now().seconds_since(early.now()), 86_400);
        root(&early);
        let second = root(&late);
        assert_eq!(second.certificate().window().not_before, after(at(NOW), 86_400 - 3_600));
        assert_eq!(early.entries().unwrap(), late.entries().unwrap());
        assert_eq!(early.entries().unwrap().len(), 2);
    });
}

#[test]
fn many_threads_share_one_ledger() {
    with_every_ledger(|ledger| {
        let root = root(&ledger);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| issue_some(&root, 10));
            }
        });
        assert_complete(&ledger, 41);
    });
}

fn issue_some(authority: &Authority, count: usize) {
    let request = Request::new(key().public_key()).subject(name("CN=a"));
    for _ in 0..count {
        authority.issue(&client(), request.clone()).unwrap();
    }
}

fn assert_complete(ledger: &Ledger, count: usize) {
    let entries = ledger.entries().unwrap();
    assert_eq!(entries.len(), count);
    assert!(entries.iter().all(|entry| entry.state() == State::Issued));
}

#[test]
fn an_address_that_is_none_is_refused() {
    for url in ["", "memory", "sqlite:", "sqlite", "postgres://host/db", "/tmp/ca.db", "memory:x"] {
        let refused = Ledger::open(url).unwrap_err();
        assert!(matches!(&refused, Error::LedgerUrl { url: named, .. } if named == url), "{refused:?}");
    }
    assert_eq!(Ledger::open("memory:").unwrap().entries().unwrap(), []);
}

#[cfg(not(feature = "sqlite"))]
#[test]
fn a_store_that_this_build_leaves_out_is_named() {
    let refused = Ledger::open("sqlite:ca.db").unwrap_err();
    assert!(matches!(&refused, Error::LedgerUrl { reason, .. } if reason.contains("sqlite")), "{refused:?}");
}

/// What only a ledger in a file does.
#[cfg(feature = "sqlite")]
mod file {
    use std::path::Path;
    use std::process::{Child, Command, Stdio};

    use certwright::profile::Root;
    use certwright::{
        Authority, Error, Fingerprint, Ledger, Lifetime, PublicKey, Signer, SignerError, State,
    };
    use rusqlite::Connection;

    use super::support::pki::{key, name, request, root};
    use super::support::signers::Refusing;
    use super::{assert_complete, client, issue_some};

    pub(super) fn with_new_file(test: impl Fn(&str)) {
        let folder = tempfile::tempdir().unwrap();
        test(&url(&folder.path().join("ca.db")));
    }

    fn url(path: &Path) -> String {
        format!("sqlite:{}", path.display())
    }

    #[test]
    fn a_ledger_outlives_the_process() {
        with_new_file(|url| {
            root(&Ledger::open(url).unwrap());
            assert_complete(&Ledger::open(url).unwrap(), 1);
        });
    }

    #[test]
    fn connections_that_create_one_file_at_once_all_succeed() {
        for _ in 0..10 {
            with_new_file(|url| {
                std::thread::scope(|scope| {
                    for _ in 0..8 {
                        scope.spawn(|| root(&Ledger::open(url).unwrap()));
                    }
                });
                assert_complete(&Ledger::open(url).unwrap(), 8);
            });
        }
    }

    /// This test binary again, with one test and an address: the test does its work only then.
    fn another_process(test: &str, url: &str) -> Child {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test]).env("LEDGER_OF_THE_PARENT", url);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn of_the_parent() -> Option<Ledger> {
        std::env::var("LEDGER_OF_THE_PARENT").ok().map(|url| Ledger::open(&url).unwrap())
    }

    #[test]
    fn child_that_issues() {
        let Some(ledger) = of_the_parent() else { return };
        issue_some(&root(&ledger), 10);
    }

    #[test]
    fn many_processes_share_one_file() {
        with_new_file(|url| {
            let children: Vec<_> = (0..4).map(|_| another_process("file::child_that_issues", url)).collect();
            for mut child in children {
                assert!(child.wait().unwrap().success());
            }
            assert_complete(&Ledger::open(url).unwrap(), 44);
        });
    }

    /// Ends the process while it signs, as a power cut would.
    struct PowerCut(PublicKey);

    impl Signer for PowerCut {
        fn public_key(&self) -> &PublicKey {
            &self.0
        }

        fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignerError> {
            std::process::abort()
        }
    }

    #[test]
    fn child_that_is_killed_while_it_signs() {
        let Some(ledger) = of_the_parent() else { return };
        let root = root(&ledger);
        let signer = PowerCut(root.certificate().public_key().clone());
        drop(Authority::open(root.chain().clone(), signer, &ledger).unwrap().issue(&client(), request()));
    }

    #[test]
    fn a_process_killed_between_reserving_and_signing_leaves_a_reserved_entry() {
        with_new_file(|url| {
            let mut child = another_process("file::child_that_is_killed_while_it_signs", url);
            assert!(!child.wait().unwrap().success());
            let entries = Ledger::open(url).unwrap().entries().unwrap();
            let states: Vec<_> = entries.iter().map(|entry| entry.state()).collect();
            assert_eq!(states, [State::Issued, State::Reserved]);
            assert_eq!(entries[1].subject.to_string(), "CN=payments");
        });
    }

    /// Everything in the folder of the file, by name and digest.
    fn folder_of(path: &Path) -> Vec<(std::ffi::OsString, Fingerprint)> {
        let mut files: Vec<_> = std::fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name(), Fingerprint::of(&std::fs::read(entry.path()).unwrap())))
            .collect();
        files.sort();
        files
    }

    /// The file is refused and nothing in its folder changes.
    fn refused_untouched(prepare: impl FnOnce(&Path)) -> Error {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.db");
        prepare(&path);
        let before = folder_of(&path);
        let refused = Ledger::open(&url(&path)).unwrap_err();
        assert_eq!(folder_of(&path), before);
        refused
    }

    #[test]
    fn another_programs_database_is_refused_and_left_as_it_is() {
        let refused = refused_untouched(|path| {
            let database = Connection::open(path).unwrap();
            database.execute_batch("CREATE TABLE somebody (id INTEGER PRIMARY KEY);").unwrap();
        });
        assert!(
            matches!(&refused, Error::LedgerUrl { reason, .. } if reason.contains("another")),
            "{refused:?}"
        );
        let refused = refused_untouched(|path| {
            Connection::open(path).unwrap().pragma_update(None, "application_id", 7).unwrap();
        });
        assert!(matches!(refused, Error::LedgerUrl { .. }), "{refused:?}");
    }

    #[test]
    fn a_ledger_of_a_newer_version_is_refused_and_left_as_it_is() {
        let refused = refused_untouched(|path| {
            root(&Ledger::open(&url(path)).unwrap());
            Connection::open(path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        });
        assert!(
            matches!(&refused, Error::LedgerUrl { reason, .. } if reason.contains("newer")),
            "{refused:?}"
        );
    }

    #[test]
    fn what_is_no_database_is_refused_and_left_as_it_is() {
        let refused = refused_untouched(|path| std::fs::write(path, "not a database, ".repeat(100)).unwrap());
        assert!(matches!(refused, Error::Ledger { operation: "open", .. }), "{refused:?}");
    }

    #[test]
    fn an_unreachable_file_is_an_error_with_its_cause_before_anything_is_signed() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&url(&folder.path().join("missing/ca.db"))).unwrap();
        let signer = Refusing(key().public_key().clone());
        let refused = Authority::root(&Root::new(Lifetime::years(1)), name("CN=Root"), signer, &ledger);
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Error::Ledger { .. }), "{refused:?}");
        assert!(std::error::Error::source(&refused).is_some(), "{refused:?}");
    }

    #[test]
    fn a_ledger_without_entries_leaves_no_file() {
        with_new_file(|url| {
            assert_eq!(Ledger::open(url).unwrap().entries().unwrap(), []);
            assert!(!Path::new(url.strip_prefix("sqlite:").unwrap()).exists());
        });
    }

    #[test]
    fn an_address_names_a_file_whatever_characters_it_has() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("file:")).unwrap();
        for file in ["a b?mode=memory", "file:/x", "ü#1"] {
            let path = folder.path().join(file);
            root(&Ledger::open(&url(&path)).unwrap());
            assert!(path.is_file(), "{file}");
        }
    }

    #[test]
    fn nothing_is_signed_when_the_ledger_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.db");
        let ledger = Ledger::open(&url(&path)).unwrap();
        let root = root(&ledger);
        let other = Connection::open(&path).unwrap();
        other.execute_batch("DROP TABLE certificate;").unwrap();
        let signer = Refusing(root.certificate().public_key().clone());
        let authority = Authority::open(root.chain().clone(), signer, &ledger).unwrap();
        let refused = authority.issue(&client(), request()).unwrap_err();
        assert!(matches!(refused, Error::Ledger { operation: "write", .. }), "{refused:?}");
        let root = Authority::root(&Root::new(Lifetime::years(1)), name("CN=Root"), key(), &ledger);
        assert!(matches!(root, Err(Error::Ledger { .. })));
    }
}
