//! `issue`, `export` and `ledger`.

use certwright::{ExtendedKeyUsage, Fingerprint, GeneralName};

use super::stage::{CA, LEAF, Stage};

const PASS: &str = "--passphrase-file ca.pass --new-passphrase-file leaf.pass";

/// A request of another program's making.
fn request(stage: &Stage) -> &'static str {
    stage.ok("--home elsewhere ca request theirs --subject CN=Theirs --passphrase-file leaf.pass");
    "elsewhere/authorities/theirs/request.csr"
}

#[test]
fn a_client_gets_the_files_of_the_layout() {
    let stage = Stage::with_authorities();
    stage.ok(&format!("--at 2026-12-01T00:00:00Z issue client payments --ca sub {PASS}"));
    let folder = "pki/issued/payments";
    let leaf = stage.certificate(&format!("{folder}/certificate.pem"));
    let sub = stage.certificate("pki/authorities/sub/certificate.pem");
    assert_eq!(stage.certificates(&format!("{folder}/crt.pem")), [leaf.clone(), sub.clone()]);
    assert_eq!(stage.certificates(&format!("{folder}/chain.pem")), [sub]);
    assert_eq!(leaf.subject().to_string(), "CN=payments");
    assert!(leaf.alt_names().is_empty(), "no name is invented for a client");
    assert_eq!(leaf.extended_key_usage().unwrap(), [ExtendedKeyUsage::ClientAuth]);
    assert_eq!(leaf.window().not_after.to_string(), "2027-12-30T23:59:59Z");
    let key = stage.key(&format!("{folder}/private.pem"), Some(LEAF)).unwrap();
    assert_eq!(key.public_key(), leaf.public_key());
    #[cfg(unix)]
    assert_eq!(stage.mode(&format!("{folder}/private.pem")), 0o600);
}

#[test]
fn a_leaf_of_a_root_is_issued_with_a_warning() {
    let stage = Stage::with_authorities();
    let csr = request(&stage);
    let answer = stage.ok(&format!("issue client private --ca root --csr {csr} --passphrase-file ca.pass"));
    assert!(answer.stderr.contains("warning[leaf-from-root]"), "{answer:#?}");
    assert_eq!(stage.certificates("pki/issued/private/crt.pem").len(), 1);
    assert_eq!(stage.text("pki/issued/private/chain.pem"), "");
}

#[test]
fn a_server_is_named_by_its_options_or_by_its_name() {
    let stage = Stage::with_authorities();
    let plan = |words: &str| stage.result(&format!("issue {words} --ca sub --dry-run"));
    assert_eq!(plan("server api.example.test")["names"], serde_json::json!(["DNS:api.example.test"]));
    assert_eq!(
        plan("server api.example.test --dns *.b.test --ip 10.0.0.1 --ip ::1")["names"],
        serde_json::json!(["DNS:*.b.test", "IP:10.0.0.1", "IP:::1"])
    );
    assert_eq!(plan("peer node1.example.test")["purposes"], serde_json::json!(["serverAuth", "clientAuth"]));
    let client = plan("client a --cn b --email a@example.test --uri spiffe://example.test/a");
    assert_eq!(client["subject"], "CN=b");
    assert_eq!(client["names"], serde_json::json!(["email:a@example.test", "URI:spiffe://example.test/a"]));
}

#[test]
fn a_plan_needs_no_passphrase_and_leaves_no_trace() {
    let stage = Stage::with_authorities();
    let before = stage.everything();
    let answer = stage.ok("issue client a --ca sub --dry-run --key ed25519 --until 2027-01-31");
    assert!(
        answer.stdout.contains("would issue") && answer.stdout.contains("2027-01-31T00:00:00Z"),
        "{answer:#?}"
    );
    assert_eq!(stage.everything(), before);
}

#[test]
fn only_the_key_is_taken_from_a_request() {
    let stage = Stage::with_authorities();
    let csr = request(&stage);
    stage.ok(&format!("issue client mine --ca sub --csr {csr} --passphrase-file ca.pass"));
    let leaf = stage.certificate("pki/issued/mine/certificate.pem");
    assert_eq!(leaf.subject().to_string(), "CN=mine");
    assert_eq!(
        leaf.public_key(),
        stage.key("elsewhere/authorities/theirs/key.pem", Some(LEAF)).unwrap().public_key()
    );
    assert!(!stage.path("pki/issued/mine/private.pem").exists());
    let exported = stage.ok("export mine --out handed");
    assert!(exported.stderr.contains("was issued for a request"), "{exported:#?}");
    assert!(stage.path("handed/crt.pem").exists() && !stage.path("handed/private.pem").exists());
}

#[test]
fn nothing_is_overwritten_unless_forced_and_then_it_is_kept_aside() {
    let stage = Stage::with_authorities();
    stage.ok(&format!("issue client a --ca sub {PASS}"));
    let refused = stage.refused(&format!("issue client a --ca sub {PASS}"), 1, "exists");
    assert!(refused.stderr.contains("rekey NAME"), "{refused:#?}");
    let first = stage.certificate("pki/issued/a/certificate.pem");
    let csr = request(&stage);
    stage.ok(&format!("issue client a --ca sub --csr {csr} --force --passphrase-file ca.pass"));
    // The key of the home is none of this certificate's.
    assert!(!stage.path("pki/issued/a/private.pem").exists());
    let previous = format!("pki/issued/a/previous/{}", first.serial());
    assert_eq!(stage.certificate(&format!("{previous}/certificate.pem")), first);
    let key = stage.key(&format!("{previous}/private.pem"), Some(LEAF)).unwrap();
    assert_eq!(key.public_key(), first.public_key());
    let successors = &stage.result(&format!("ledger show {}", first.serial()))[0]["successors"];
    let second = stage.certificate("pki/issued/a/certificate.pem");
    assert_eq!(*successors, serde_json::json!([second.serial().to_string()]));
    stage.ok(&format!("issue server a --ca sub --dns a.example.test {PASS} --force"));
    assert_ne!(stage.certificate("pki/issued/a/certificate.pem"), second);
    assert_eq!(stage.result("ledger list").as_array().unwrap().len(), 5);
}

#[test]
fn a_key_without_its_certificate_is_kept_aside_too() {
    let stage = Stage::with_authorities();
    let csr = request(&stage);
    let folder = "pki/issued/a.example.test";
    let issue = "issue server a.example.test --ca sub --passphrase-file ca.pass --force";
    for again in [format!("{issue} --new-passphrase-file leaf.pass"), format!("{issue} --csr {csr}")] {
        stage.ok(&format!("{issue} --new-passphrase-file leaf.pass"));
        let key = stage.text(&format!("{folder}/private.pem"));
        stage.write(&format!("{folder}/certificate.pem"), "damaged");
        stage.refused(&again, 1, "unexpected");
        std::fs::remove_file(stage.path(&format!("{folder}/certificate.pem"))).unwrap();
        stage.ok(&again);
        let kept = format!("{folder}/previous/unknown-{}/private.pem", Fingerprint::of(key.as_bytes()));
        assert_eq!(stage.text(&kept), key);
        #[cfg(unix)]
        assert_eq!(stage.mode(&kept), 0o600);
        let leaf = stage.certificate(&format!("{folder}/certificate.pem"));
        match stage.key(&format!("{folder}/private.pem"), Some(LEAF)) {
            Ok(new) => assert_eq!(new.public_key(), leaf.public_key()),
            Err(error) => assert_eq!((error.kind(), again.contains("--csr")), ("read", true)),
        }
    }
}

#[test]
fn the_ledger_keeps_both_times_and_is_found_by_serial_and_by_name() {
    let stage = Stage::with_authorities();
    let csr = request(&stage);
    stage.ok(&format!(
        "issue client a --ca sub --csr {csr} --passphrase-file ca.pass --at 2026-12-24T00:00:00Z"
    ));
    let list = stage.result("ledger list");
    let profiles: Vec<_> = list.as_array().unwrap().iter().map(|entry| entry["profile"].clone()).collect();
    assert_eq!(profiles, ["root", "subordinate", "client"]);
    let entry = &stage.result("ledger show a")[0];
    assert_eq!(entry["issued_at"], "2026-12-24T00:00:00Z");
    assert_ne!(entry["issued_at"], entry["recorded_at"]);
    assert_eq!(entry["certificate"], stage.text("pki/issued/a/certificate.pem"));
    let serial = entry["serial"].as_str().unwrap();
    assert!(stage.ok(&format!("ledger show {serial}")).stdout.contains("CN=a"));
    stage.refused("ledger show 0123", 1, "unknown-serial");
    stage.refused("ledger show zz", 1, "unknown-certificate");
    stage.refused("ledger show 0x/01", 1, "syntax");
}

#[test]
fn reading_the_ledger_of_an_empty_home_makes_none() {
    let stage = Stage::empty();
    let before = stage.everything();
    assert_eq!(stage.result("ledger list"), serde_json::json!([]));
    assert_eq!(stage.result("ca list"), serde_json::json!([]));
    assert_eq!(stage.everything(), before);
}

#[test]
fn an_export_wants_a_passphrase_of_its_own_or_to_be_told_otherwise() {
    let stage = Stage::with_authorities();
    stage.ok(&format!("issue client a --ca sub {PASS}"));
    stage.refused("export a --out handed", 1, "export-passphrase");
    // The passphrase by which the key is read is not one for the client.
    stage.refused("export a --out handed --passphrase-file leaf.pass", 1, "export-passphrase");
    stage.refused("export a --out handed --keep-passphrase --new-passphrase-file ca.pass", 2, "usage");
    stage.ok("export a --out kept --keep-passphrase");
    assert_eq!(stage.text("kept/private.pem"), stage.text("pki/issued/a/private.pem"));
    assert_eq!(stage.text("kept/crt.pem"), stage.text("pki/issued/a/crt.pem"));
    stage.ok("export a --out handed --passphrase-file leaf.pass --new-passphrase-file ca.pass");
    assert!(stage.key("handed/private.pem", Some(CA)).is_ok());
    #[cfg(unix)]
    assert_eq!(stage.mode("handed/private.pem"), 0o600);
    stage.refused("export a --out kept --keep-passphrase", 1, "exists");
    stage.refused("export nobody --out x --keep-passphrase", 1, "unknown-certificate");
}

#[test]
fn two_processes_at_once_leave_one_whole_result() {
    let stage = Stage::with_authorities();
    let words = ["issue", "client", "same", "--ca", "sub", "--passphrase-file", "ca.pass", "--force"];
    let running: Vec<_> =
        (0..4).map(|_| stage.command().args(words).arg("--quiet").spawn().unwrap()).collect();
    for mut child in running {
        assert!(child.wait().unwrap().success());
    }
    let key = stage.key("pki/issued/same/private.pem", Some(CA)).unwrap();
    let leaf = stage.certificate("pki/issued/same/certificate.pem");
    assert_eq!(key.public_key(), leaf.public_key());
    assert_eq!(stage.certificate("pki/issued/same/crt.pem"), leaf);
    assert_eq!(stage.result("ledger list").as_array().unwrap().len(), 6);
    assert!(leaf.alt_names().iter().all(|name| !matches!(name, GeneralName::Dns(_))));
}

fn names(stage: &Stage, words: &str) -> Vec<String> {
    let issued = stage.result(&format!("issue {words} --ca sub {PASS}"));
    let names = issued["certificate"]["names"].as_array().unwrap().clone();
    names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_name_that_is_an_address_stands_in_the_certificate() {
    let stage = Stage::with_authorities();
    assert_eq!(names(&stage, "server 192.0.2.7"), ["IP:192.0.2.7"]);
    assert_eq!(names(&stage, "server 192.0.2.8 --dns a.test"), ["DNS:a.test"]);
    assert_eq!(names(&stage, "email mail@example.test"), ["email:mail@example.test"]);
    assert_eq!(names(&stage, "email other@example.test --email a@b.test"), ["email:a@b.test"]);
    assert_eq!(names(&stage, "client 192.0.2.9"), Vec::<String>::new());
}

#[test]
fn a_name_beside_an_address_is_told_and_mail_without_address_warned_about() {
    let stage = Stage::with_authorities();
    let answer = stage.ok(&format!("issue server web --ca sub --ip 192.0.2.7 {PASS}"));
    assert!(answer.stderr.contains("note: DNS:web stands in the certificate, too"), "{answer:#?}");
    let answer = stage.ok(&format!("issue email somebody --ca sub {PASS}"));
    assert!(answer.stderr.contains("warning[email-without-address]"), "{answer:#?}");
}
