//! Bad input: a typed error, exit 1 or 2, a hint, and nothing left behind.

use super::stage::Stage;

const PASS: &str = "--passphrase-file ca.pass";

#[test]
fn a_wrong_passphrase() {
    let stage = Stage::with_authorities();
    let refused = stage.refused("issue client a --ca sub --passphrase-file leaf.pass", 1, "passphrase-wrong");
    assert!(refused.stderr.contains("hint: check the passphrase file"), "{refused:#?}");
}

#[test]
fn truncated_pem_with_its_line() {
    let stage = Stage::with_authorities();
    let whole = stage.text("pki/authorities/sub/chain.pem");
    stage.write("cut.pem", whole.get(..whole.len() - 100).unwrap());
    let refused = stage.refused("ca activate waiting --chain cut.pem", 1, "pem");
    assert!(refused.stderr.contains("line 12"), "{refused:#?}");
    assert!(refused.stderr.contains("cut.pem") && refused.stderr.contains("hint: "), "{refused:#?}");
}

#[test]
fn a_certificate_given_as_key() {
    let stage = Stage::with_authorities();
    let chain = "pki/authorities/sub/chain.pem";
    let refused =
        stage.refused(&format!("ca import x --chain {chain} --key {chain} {PASS}"), 1, "unexpected");
    assert!(refused.stderr.contains("CERTIFICATE") || refused.stderr.contains("certificate"), "{refused:#?}");
}

#[test]
fn a_key_that_does_not_match() {
    let stage = Stage::with_authorities();
    let folder = "pki/authorities";
    let refused = stage.refused(
        &format!("ca import x --chain {folder}/sub/chain.pem --key {folder}/root/key.pem {PASS}"),
        1,
        "key-mismatch",
    );
    assert!(refused.stderr.contains("hint: "), "{refused:#?}");
}

#[test]
fn an_unknown_authority_names_those_that_exist() {
    let stage = Stage::with_authorities();
    let refused = stage.refused("issue client a --ca nosuch", 1, "unknown-authority");
    assert!(refused.stderr.contains("root, sub, waiting"), "{refused:#?}");
    let refused = Stage::empty().refused("issue client a --ca nosuch", 1, "unknown-authority");
    assert!(refused.stderr.contains("ca root"), "{refused:#?}");
}

#[test]
fn a_pending_authority_asked_to_issue() {
    let stage = Stage::with_authorities();
    for words in ["issue client a --ca waiting", "truststore build waiting --for none --out t.pem"] {
        stage.refused(words, 1, "pending-authority");
    }
    stage.refused(&format!("ca sub x --issuer waiting --subject CN=x {PASS}"), 1, "pending-authority");
}

#[test]
fn an_existing_file_and_an_existing_authority() {
    let stage = Stage::with_authorities();
    stage.write("there.pem", "mine");
    let refused = stage.refused("truststore build sub --for none --out there.pem", 1, "exists");
    assert!(refused.stderr.contains("--force"), "{refused:#?}");
    for words in ["ca root root --subject CN=x", "ca request waiting --subject CN=x"] {
        stage.refused(&format!("{words} {PASS}"), 1, "authority-exists");
    }
}

#[test]
fn a_folder_that_cannot_be_written() {
    let stage = Stage::with_authorities();
    stage.write("file", "not a folder");
    let refused = stage.refused(&format!("--home file/pki ca root x --subject CN=x {PASS}"), 1, "write");
    assert!(refused.stderr.contains("hint: check that the folder exists"), "{refused:#?}");
    let before = stage.result("ledger list");
    stage.refused(
        &format!(
            "ca certify --issuer root --csr pki/authorities/waiting/request.csr --out file/x.pem {PASS}"
        ),
        1,
        "write",
    );
    assert_eq!(stage.result("ledger list"), before, "recorded, although it could not be written");
}

#[test]
fn bad_names_of_every_kind() {
    let stage = Stage::with_authorities();
    for (words, says) in [
        ("ca root x --subject nonsense", "--subject"),
        ("ca root x --subject C=Germany", "at most 2"),
        ("ca root x/y --subject CN=x", "letters, digits"),
        ("ca root .x --subject CN=x", "begin with a dot"),
        ("ca root x --subject CN=x --key p999", "rsa-4096"),
        ("issue server a --ca sub --dns under_score.test", "letters, digits and hyphens"),
        ("issue server a --ca sub --dns 10.0.0.1", "IP address"),
        ("issue client a --ca sub --ip 10.0.0.256", "--ip"),
        ("issue client a --ca sub --email nobody", "no @"),
        ("issue client a --ca sub --uri nowhere", "no scheme"),
        ("issue client a/b --ca sub", "letters, digits"),
        ("truststore build sub --for nobody --out x.pem", "api-gateway"),
        ("quickstart --domain -.test", "--domain"),
    ] {
        let refused = stage.refused(words, 2, "usage");
        assert!(refused.stderr.contains(says), "{words}: {refused:#?}");
    }
}

#[test]
fn bad_times() {
    let stage = Stage::with_authorities();
    stage.refused(&format!("issue client a --ca sub --lifetime 0d {PASS}"), 1, "lifetime-zero");
    stage.refused(&format!("issue client a --ca sub --until 2001-01-01 {PASS}"), 1, "ends-in-the-past");
    let refused = stage.refused("issue client a --ca sub --lifetime 3m", 2, "usage");
    assert!(refused.stderr.contains("write mo or min"), "{refused:#?}");
    for words in ["--lifetime soon", "--until tomorrow", "--lifetime 1y --until 2030-01-01", "--at now"] {
        stage.refused(&format!("issue client a --ca sub {words}"), 2, "usage");
    }
}

#[test]
fn a_clock_outside_the_issuers_validity() {
    let stage = Stage::with_authorities();
    stage.refused(&format!("issue client a --ca sub --at 2001-01-01 {PASS}"), 1, "issuer-not-yet-valid");
    stage.refused(&format!("issue client a --ca sub --at 2200-01-01 {PASS}"), 1, "issuer-expired");
}

#[test]
fn an_expired_root_ends_everything_below() {
    let stage = Stage::empty();
    stage.ok(&format!("--at 2000-01-01 ca root old --subject CN=Old {PASS}"));
    stage.refused(&format!("ca sub x --issuer old --subject CN=x {PASS}"), 1, "issuer-expired");
    stage.refused(&format!("issue client x --ca old {PASS}"), 1, "issuer-expired");
}

#[test]
fn a_refused_first_command_leaves_no_home() {
    let stage = Stage::empty();
    stage.refused(&format!("ca root x --subject CN=x --lifetime 0d {PASS}"), 1, "lifetime-zero");
    stage.refused("ca root x --subject CN=x", 1, "passphrase-needed");
    stage.refused("ca root x --subject CN=x --passphrase-file nosuch", 1, "read");
    assert!(!stage.path("pki").exists());
}

#[test]
fn a_home_of_a_later_version() {
    let stage = Stage::with_authorities();
    stage.write("pki/certwright.toml", "schema = 2\n");
    let refused = stage.refused("ca list", 1, "configuration");
    assert!(refused.stderr.contains("schema is 2"), "{refused:#?}");
}

#[test]
fn a_request_that_is_none() {
    let stage = Stage::with_authorities();
    stage.refused(&format!("issue client a --ca sub --csr ca.pass {PASS}"), 1, "unexpected");
    let certificate = "pki/authorities/sub/certificate.pem";
    stage.refused(&format!("issue client a --ca sub --csr {certificate} {PASS}"), 1, "unexpected");
    stage.refused("issue client a --ca sub --csr x --key p256", 2, "usage");
}

/// The ledger's address is text.
#[cfg(target_os = "linux")]
#[test]
fn a_home_in_a_path_that_is_not_utf_8_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let stage = Stage::empty();
    let home = std::ffi::OsStr::from_bytes(b"pki\xff");
    let mut program = stage.command();
    program.args(["ca", "root", "r", "--subject", "CN=R", "--passphrase-file", "ca.pass"]);
    let refused = program.env("CERTWRIGHT_HOME", home).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("the path of a ledger is UTF-8") && said.contains("--home"), "{said}");
    assert!(!said.contains("correct the file"), "{said}");
}
