//! `renew`, `rekey`, and what the ledger knows about predecessors, interrupted signings and what was recorded.

use serde_json::json;

use super::stage::{CA, LEAF, Stage};

const PASS: &str = "--passphrase-file ca.pass --new-passphrase-file leaf.pass";
const LATE: &str = "--at 2027-12-01T00:00:00Z";

/// A home with the client `a`, issued on the first of December 2026.
fn stage() -> Stage {
    let stage = Stage::with_authorities();
    stage.ok(&format!("issue client a --ca sub --dns a.example.test {PASS} --at 2026-12-01T00:00:00Z"));
    stage
}

#[test]
fn a_renewal_keeps_names_and_key_and_sets_the_old_files_aside() {
    let stage = stage();
    let old = stage.certificate("pki/issued/a/certificate.pem");
    let key = stage.text("pki/issued/a/private.pem");
    stage.refused("renew a --passphrase-file ca.pass --at 2027-01-01", 1, "outside-renewal-window");
    stage.ok(&format!("renew a --passphrase-file ca.pass {LATE}"));
    let new = stage.certificate("pki/issued/a/certificate.pem");
    assert_ne!(new.serial(), old.serial());
    assert_eq!(
        (new.subject(), new.alt_names(), new.public_key()),
        (old.subject(), old.alt_names(), old.public_key())
    );
    assert_eq!(new.window().not_after.to_string(), "2028-12-29T23:59:59Z");
    assert_eq!(stage.text("pki/issued/a/private.pem"), key);
    let previous = format!("pki/issued/a/previous/{}", old.serial());
    assert_eq!(stage.certificate(&format!("{previous}/certificate.pem")), old);
    assert_eq!(stage.certificate(&format!("{previous}/crt.pem")), old);
    assert!(stage.path(&format!("{previous}/chain.pem")).exists());
    let shown = &stage.result("ledger show a")[0];
    assert_eq!(shown["predecessor"]["serial"], old.serial().to_string());
    assert_eq!(shown["predecessor"]["succession"], "renewal");
    let before = stage.result(&format!("ledger show {}", old.serial()));
    assert_eq!(before[0]["successors"], json!([new.serial().to_string()]));
    assert!(
        stage.ok(&format!("ledger show {}", old.serial())).stdout.contains(&format!("by {}", new.serial()))
    );
}

#[test]
fn a_new_key_is_given_at_any_time_and_the_old_one_is_kept_beside_its_certificate() {
    let stage = stage();
    let old = stage.certificate("pki/issued/a/certificate.pem");
    let wrong = "rekey a --passphrase-file leaf.pass --new-passphrase-file leaf.pass --at 2026-12-02";
    stage.refused(wrong, 1, "passphrase-wrong");
    stage.ok("rekey a --key ed25519 --lifetime 30d --passphrase-file ca.pass --at 2026-12-02");
    let new = stage.certificate("pki/issued/a/certificate.pem");
    assert_eq!(new.subject(), old.subject());
    assert_eq!(stage.key("pki/issued/a/private.pem", Some(CA)).unwrap().public_key(), new.public_key());
    let previous = format!("pki/issued/a/previous/{}", old.serial());
    assert_eq!(
        stage.key(&format!("{previous}/private.pem"), Some(LEAF)).unwrap().public_key(),
        old.public_key()
    );
    #[cfg(unix)]
    assert_eq!(stage.mode(&format!("{previous}/private.pem")), 0o600);
    assert_eq!(stage.result("ledger show a")[0]["predecessor"]["succession"], "rekey");
    assert_eq!(new.window().not_after.to_string(), "2026-12-31T23:59:59Z");
}

#[test]
fn what_was_issued_for_a_request_is_rekeyed_with_another_request() {
    let stage = stage();
    for name in ["one", "two"] {
        stage.ok(&format!(
            "csr create --subject CN=x --new p256 --out {name}.csr --new-passphrase-file leaf.pass"
        ));
    }
    stage.ok("issue client theirs --ca sub --csr one.csr --passphrase-file ca.pass");
    stage.refused("rekey theirs --csr one.csr --passphrase-file ca.pass", 1, "key-refused");
    stage.ok("rekey theirs --csr two.csr --passphrase-file ca.pass");
    let leaf = stage.certificate("pki/issued/theirs/certificate.pem");
    let two = certwright::Csr::open(stage.path("two.csr")).unwrap();
    assert_eq!((leaf.subject().to_string().as_str(), leaf.public_key()), ("CN=theirs", two.public_key()));
    // A key that lies here belongs to the old certificate, and goes with it.
    let old = stage.certificate("pki/issued/a/certificate.pem");
    stage.ok("rekey a --csr two.csr --passphrase-file ca.pass");
    assert!(!stage.path("pki/issued/a/private.pem").exists());
    assert!(stage.path(&format!("pki/issued/a/previous/{}/private.pem", old.serial())).exists());
    stage.refused("rekey nobody --passphrase-file ca.pass", 1, "unknown-certificate");
}

#[test]
fn the_ledger_verifies_and_tells_what_is_pending() {
    let stage = stage();
    let sound = stage.result("ledger verify");
    assert_eq!(
        (sound["entries"].clone(), sound["verified"].clone(), sound["pending"].clone()),
        (3.into(), 3.into(), 0.into())
    );
    assert_eq!(stage.result("ledger pending"), json!([]));
    let change = |statement: &str| {
        let ledger = rusqlite::Connection::open(stage.path("pki/ledger.db")).unwrap();
        ledger.execute(statement, []).unwrap();
    };
    change("UPDATE certificate SET der = NULL WHERE profile = 'client'");
    assert_eq!(stage.result("ledger pending")[0]["subject"], "CN=a");
    assert_eq!(stage.result("ledger verify")["pending"], 1);
    change("UPDATE certificate SET tbs_digest = zeroblob(32) WHERE profile = 'subordinate'");
    let answer = stage.run("ledger verify --json");
    assert_eq!((answer.code, answer.rules()), (1, vec!["ledger-record".to_owned()]));
}

#[test]
fn term_and_type_of_key_stay_unless_something_else_is_said() {
    let stage = Stage::with_authorities();
    let at = "--at 2026-12-01T00:00:00Z";
    stage.ok(&format!("issue client a --ca sub --key ed25519 --lifetime 30d {PASS} {at}"));
    stage.ok(&format!("rekey a {PASS} {at}"));
    let leaf = stage.certificate("pki/issued/a/certificate.pem");
    assert_eq!(leaf.public_key().algorithm().to_string(), "Ed25519");
    assert_eq!(leaf.window().not_after.to_string(), "2026-12-30T23:59:59Z");
    stage.ok("renew a --passphrase-file ca.pass --at 2026-12-20T00:00:00Z");
    let leaf = stage.certificate("pki/issued/a/certificate.pem");
    assert_eq!(leaf.window().not_after.to_string(), "2027-01-18T23:59:59Z");
}

#[test]
fn a_certificate_is_reissued_with_other_names_and_another_profile() {
    let stage = stage();
    let old = stage.certificate("pki/issued/a/certificate.pem");
    stage.write("server.toml", "profile = \"server\"\nlifetime = \"90d\"\n");
    let words = "reissue a --cn b.example.test --dns b.example.test --profile server.toml";
    stage.ok(&format!("{words} --passphrase-file ca.pass --at 2026-12-02T00:00:00Z"));
    let new = stage.certificate("pki/issued/a/certificate.pem");
    assert_eq!(new.public_key(), old.public_key());
    assert_eq!((new.subject().to_string().as_str(), new.alt_names().len()), ("CN=b.example.test", 1));
    assert_eq!(new.window().not_after.to_string(), "2027-03-01T23:59:59Z");
    let shown = &stage.result("ledger show a")[0];
    assert_eq!(shown["predecessor"]["succession"], "reissue");
    assert_eq!(shown["profile"], "server");
    // Without names the old ones stay; with a type of key a new one is drawn.
    stage.ok(&format!("reissue a --key p384 {PASS} --at 2026-12-03"));
    let newer = stage.certificate("pki/issued/a/certificate.pem");
    assert_eq!(newer.alt_names(), new.alt_names());
    assert_eq!(stage.key("pki/issued/a/private.pem", Some(LEAF)).unwrap().public_key(), newer.public_key());
}

#[test]
fn what_a_profile_file_added_is_not_lost_in_silence() {
    let stage = Stage::with_authorities();
    stage.write("web.toml", "profile = \"server\"\ntls-features = [\"status-request\"]\n");
    stage.ok(&format!("issue server a.example.test --ca sub --profile web.toml {PASS}"));
    let answer = stage.ok(&format!("rekey a.example.test {PASS} --json"));
    assert_eq!(answer.rules(), ["extension-lost"]);
    stage.ok(&format!("issue server b.example.test --ca sub --profile web.toml {PASS}"));
    let answer = stage.ok(&format!("rekey b.example.test --profile web.toml {PASS} --json"));
    assert_eq!(answer.rules(), [""; 0]);
}

#[test]
fn damage_to_the_ledger_is_reported_entry_by_entry() {
    let stage = stage();
    let ledger = rusqlite::Connection::open(stage.path("pki/ledger.db")).unwrap();
    ledger.execute("UPDATE certificate SET der = x'3000' WHERE profile = 'root'", []).unwrap();
    ledger
        .execute("UPDATE certificate SET tbs_digest = zeroblob(32) WHERE profile = 'subordinate'", [])
        .unwrap();
    let answer = stage.run("ledger verify --json");
    assert_eq!(answer.code, 1);
    // The root's entry tells nothing any more.
    assert_eq!(answer.rules(), ["ledger-unreadable", "ledger-record", "ledger-imported"]);
    let root = stage.certificate("pki/authorities/root/certificate.pem").serial().to_string();
    assert!(answer.stdout.contains(&root), "{answer:#?}");
}

#[test]
fn a_home_without_its_ledger_issues_nothing() {
    let stage = stage();
    std::fs::remove_file(stage.path("pki/ledger.db")).unwrap();
    stage.refused(&format!("issue client b --ca sub {PASS}"), 1, "ledger-lost");
    stage.refused("ledger verify", 1, "ledger-lost");
    stage.refused("--home nowhere ledger verify", 1, "no-home");
    stage.refused("--home ca.pass ca list", 1, "no-home");
}

#[test]
fn what_lies_in_the_home_and_is_not_recorded_is_found() {
    let stage = stage();
    let ledger = rusqlite::Connection::open(stage.path("pki/ledger.db")).unwrap();
    ledger.execute("DELETE FROM certificate WHERE profile = 'client'", []).unwrap();
    let answer = stage.run("ledger verify --json");
    assert_eq!((answer.code, answer.rules()), (1, vec!["ledger-unrecorded".to_owned()]));
}

#[test]
fn a_compromised_key_is_certified_for_nobody() {
    let stage = stage();
    let marked = stage.result("ledger compromise a --reason stolen");
    let leaf = stage.certificate("pki/issued/a/certificate.pem");
    assert_eq!(marked["issued"], json!([leaf.serial().to_string()]));
    stage.refused(&format!("renew a --passphrase-file ca.pass {LATE}"), 1, "key-refused");
    stage.ok(&format!("rekey a {PASS}"));
    // The old certificate, the serial and the key name the same key: the first reason stays.
    let previous = format!("pki/issued/a/previous/{}", leaf.serial());
    for whose in [
        format!("--key {previous}/certificate.pem"),
        format!("--key {previous}/private.pem --passphrase-file leaf.pass"),
        leaf.serial().to_string(),
    ] {
        assert_eq!(stage.result(&format!("ledger compromise {whose}"))["reason"], "stolen", "{whose}");
    }
    assert_eq!(stage.result("ledger compromised").as_array().unwrap().len(), 1);
    stage.refused("ledger compromise --key leaf.pass", 1, "unexpected");
    stage.refused("ledger compromise", 2, "usage");
}

#[test]
fn the_ledger_names_what_it_lists_and_tells_what_ends_soon() {
    let stage = stage();
    let list = stage.result("ledger list --at 2027-12-01");
    let names: Vec<_> = list.as_array().unwrap().iter().map(|entry| entry["name"].clone()).collect();
    assert_eq!(names, [json!("root"), json!("sub"), json!("a")]);
    let standing = |at: &str| stage.result(&format!("ledger list --at {at}"))[2]["standing"].clone();
    assert_eq!((standing("2027-12-01"), standing("2028-12-01")), (json!("current"), json!("expired")));
    let soon = stage.result("ledger list --ends-within 60d --at 2027-12-01");
    assert_eq!(soon.as_array().unwrap().len(), 1);
    assert_eq!(stage.result("ledger show sub")[0]["subject"], "CN=Sub,O=Example");
}

#[test]
fn damage_to_the_home_is_reported_file_by_file() {
    let stage = stage();
    stage.ok(&format!("issue client b --ca sub --dns b.example.test {PASS}"));
    stage.write("pki/issued/a/certificate.pem", "junk\n");
    stage.write("pki/authorities/waiting/request.csr", "junk\n");
    let ledger = rusqlite::Connection::open(stage.path("pki/ledger.db")).unwrap();
    let serial = stage.certificate("pki/issued/b/certificate.pem").serial().content().to_vec();
    assert_eq!(ledger.execute("DELETE FROM certificate WHERE serial = ?1", [serial]).unwrap(), 1);
    let answer = stage.run("ledger verify --json");
    assert_eq!(answer.rules(), ["ledger-unrecorded", "ledger-unreadable", "ledger-unreadable"]);
    assert_eq!(answer.code, 1);
    for file in ["a/certificate.pem", "request.csr", "b/certificate.pem"] {
        assert!(answer.stdout.contains(file), "{file}: {answer:#?}");
    }
}

#[test]
fn authorities_that_are_not_recorded_are_named() {
    let stage = Stage::with_authorities();
    stage.ok("--home other ca root rogue --subject CN=Rogue --passphrase-file ca.pass");
    let [from, to] = ["other", "pki"].map(|home| stage.path(&format!("{home}/authorities/rogue")));
    std::fs::rename(from, to).unwrap();
    let answer = stage.ok("ledger verify --json");
    assert_eq!(answer.rules(), ["ledger-imported"]);
    assert!(answer.stdout.contains("rogue"), "{answer:#?}");
    // One that an authority of this home certified is in its ledger.
    let ledger = rusqlite::Connection::open(stage.path("pki/ledger.db")).unwrap();
    ledger.execute("DELETE FROM certificate WHERE profile = 'subordinate'", []).unwrap();
    let answer = stage.run("ledger verify --json");
    assert_eq!(
        (answer.code, answer.rules()),
        (1, vec!["ledger-unrecorded".into(), "ledger-imported".into()])
    );
    assert!(answer.stdout.contains("the authority sub is"), "{answer:#?}");
}

#[test]
fn chains_with_another_certificate_than_the_authority_has_are_named() {
    let stage = stage();
    let chain = stage.text("pki/authorities/sub/chain.pem");
    stage.ok("ca renew root --passphrase-file ca.pass");
    assert_eq!(stage.ok("ledger verify --json").rules(), [""; 0]);
    stage.write("pki/authorities/sub/chain.pem", &chain);
    let answer = stage.ok("ledger verify --json");
    assert_eq!(answer.rules(), ["ledger-stale"]);
    assert!(answer.stdout.contains("pki/authorities/sub/chain.pem holds"), "{answer:#?}");
}
