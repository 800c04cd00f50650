//! `lint` and `csr`.

use certwright::Csr;

use super::stage::{LEAF, Stage};

const ISSUE: &str =
    "--ca sub --passphrase-file ca.pass --new-passphrase-file leaf.pass --at 2026-12-01T00:00:00Z";

#[test]
fn lint_answers_no_where_a_rule_is_broken() {
    let stage = Stage::with_authorities();
    stage.ok(&format!("issue server api.example.test {ISSUE}"));
    let leaf = "pki/issued/api.example.test/crt.pem";
    let before = stage.everything();
    let answer = stage.ok(&format!("lint {leaf}"));
    assert!(answer.stdout.contains("no rule is broken"), "{answer:#?}");
    stage.ok(&format!("lint {leaf} --at 2029-03-15"));
    let answer = stage.run(&format!("lint {leaf} --public --at 2029-03-15"));
    assert_eq!(answer.code, 1, "{answer:#?}");
    assert!(answer.stdout.contains("1 error") && answer.stderr.contains("error["), "{answer:#?}");
    let answer = stage.run(&format!("lint {leaf} --public --at 2029-03-15 --json"));
    assert_eq!(answer.code, 1);
    assert_eq!((answer.document()["ok"].clone(), answer.rules().len()), (false.into(), 1));
    assert_eq!(stage.everything(), before);
}

#[test]
fn lint_reads_certificates_and_needs_no_home() {
    let stage = Stage::with_authorities();
    stage.ok("--home nowhere lint pki/authorities/root/certificate.pem");
    stage.refused("lint pki/authorities/waiting/request.csr", 1, "unexpected");
    stage.refused("lint absent.pem", 1, "read");
}

#[test]
fn a_request_is_written_with_a_new_key_or_an_old_one() {
    let stage = Stage::empty();
    stage.ok("csr create --subject CN=api,O=Example --dns api.example.test --ip ::1 --email a@example.test \
         --uri urn:example:a --new ed25519 --out api.csr --new-passphrase-file leaf.pass");
    let request = Csr::open(stage.path("api.csr")).unwrap();
    assert_eq!(request.subject().to_string(), "CN=api,O=Example");
    let names: Vec<_> = request.alt_names().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["DNS:api.example.test", "IP:::1", "email:a@example.test", "URI:urn:example:a"]);
    assert_eq!(stage.key("api.key", Some(LEAF)).unwrap().public_key(), request.public_key());
    assert!(stage.key("api.key", None).is_err(), "a new key is sealed");
    #[cfg(unix)]
    assert_eq!(stage.mode("api.key"), 0o600);
    stage.ok("csr create --subject CN=again --key api.key --passphrase-file leaf.pass --out again.csr");
    assert_eq!(Csr::open(stage.path("again.csr")).unwrap().public_key(), request.public_key());
    assert!(!stage.path("again.key").exists() && !stage.path("pki").exists());
}

#[test]
fn a_request_replaces_nothing_and_names_one_source_of_its_key() {
    let stage = Stage::empty();
    stage.refused("csr create --subject CN=a --out a.csr", 2, "usage");
    stage.refused("csr create --subject CN=a --out a.csr --key k --new p256", 2, "usage");
    stage.refused(
        "csr create --subject CN=a --out a.key --new p256 --new-passphrase-file leaf.pass",
        2,
        "usage",
    );
    stage.refused("csr create --subject CN=a --out a.csr --new p256", 1, "passphrase-needed");
    stage.ok("csr create --subject CN=a --new p256 --out a.csr --new-passphrase-file leaf.pass");
    stage.refused(
        "csr create --subject CN=a --new p256 --out a.csr --new-passphrase-file leaf.pass",
        1,
        "exists",
    );
    stage.refused(
        "csr create --subject CN=a --new p256 --out b.csr --key-out a.key --new-passphrase-file leaf.pass",
        1,
        "exists",
    );
}

#[test]
fn a_request_is_shown_only_when_its_key_signed_it() {
    let stage = Stage::empty();
    stage.ok("csr create --subject CN=a --dns a.test --new p256 --out a.csr --new-passphrase-file leaf.pass");
    let shown = stage.result("csr inspect a.csr");
    assert_eq!((shown["subject"].as_str(), shown["names"][0].as_str()), (Some("CN=a"), Some("DNS:a.test")));
    assert_eq!(shown["extensions"][0]["oid"], "2.5.29.17");
    assert_eq!(shown["request"], stage.text("a.csr"));
    let mut der = Csr::open(stage.path("a.csr")).unwrap().der().to_vec();
    let place = der.windows(6).position(|bytes| bytes == b"a.test").unwrap();
    der[place] = b'b';
    std::fs::write(stage.path("forged.csr"), der).unwrap();
    stage.refused("csr inspect forged.csr", 1, "bad-signature");
}

#[test]
fn names_that_a_request_asks_for_and_does_not_get_are_a_warning() {
    let stage = Stage::with_authorities();
    stage.ok("csr create --subject CN=a --dns a.test --new p256 --out a.csr --new-passphrase-file leaf.pass");
    let issue = |name: &str, more: &str| {
        stage
            .ok(&format!("issue server {name} --ca sub --csr a.csr {more} --passphrase-file ca.pass --quiet"))
            .stderr
    };
    let warned = issue("other.test", "");
    assert!(warned.contains("warning[request-names-denied]") && warned.contains("--grant-names"), "{warned}");
    assert!(!issue("granted.test", "--grant-names").contains("request-names-denied"));
    assert!(!issue("a.test", "").contains("request-names-denied"));
}

#[test]
fn what_a_request_asks_for_is_said_in_words() {
    let stage = Stage::empty();
    let made = stage
        .ok("csr create --subject CN=a --dns a.test --new p256 --out a.csr --new-passphrase-file leaf.pass");
    assert!(made.stdout.contains("asks for  subjectAltName: DNS:a.test"), "{made:#?}");
    assert!(made.stdout.contains("files     a.key, a.csr\n"), "{made:#?}");
    assert!(!made.stdout.contains("2.5.29"), "{made:#?}");
}

#[test]
fn a_subordinates_request_is_answered_where_it_is_certified() {
    let stage = Stage::with_authorities();
    stage.ok("csr create --subject CN=a --dns a.test --new p256 --out a.csr --new-passphrase-file leaf.pass");
    let answer = stage.ok("ca certify --issuer root --csr a.csr --out a.pem --passphrase-file ca.pass");
    assert!(answer.stderr.contains("note: denied   subjectAltName: DNS:a.test"), "{answer:#?}");
}
