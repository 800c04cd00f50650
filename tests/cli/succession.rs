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
    // A key that lies here would belong to nothing.
    stage.refused("rekey a --csr two.csr --passphrase-file ca.pass", 1, "other-key");
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
