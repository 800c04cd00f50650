//! `issue` for every purpose: templates, plans, allowed warnings, and what is granted to a request.

use certwright::ExtendedKeyUsage;
use serde_json::json;

use super::stage::Stage;

const PASS: &str = "--passphrase-file ca.pass --new-passphrase-file leaf.pass";

#[test]
fn every_purpose_has_its_profile_and_its_usual_term() {
    let stage = Stage::with_authorities();
    let at = "--at 2026-12-01T00:00:00Z";
    for (words, purpose, end) in [
        ("email a --email a@example.test", "emailProtection", "2027-12-30T23:59:59Z"),
        ("code-signing a", "codeSigning", "2027-12-30T23:59:59Z"),
        ("time-stamping a", "timeStamping", "2027-12-30T23:59:59Z"),
        ("ocsp a", "OCSPSigning", "2026-12-30T23:59:59Z"),
    ] {
        let plan = stage.result(&format!("issue {words} --ca sub --dry-run {at}"));
        assert_eq!(plan["purposes"], json!([purpose]), "{words}");
        assert_eq!(plan["not_after"], end, "{words}");
    }
    stage.ok(&format!("issue code-signing builds --ca sub {PASS}"));
    let leaf = stage.certificate("pki/issued/builds/certificate.pem");
    assert_eq!(leaf.extended_key_usage().unwrap(), [ExtendedKeyUsage::CodeSigning]);
    assert_eq!(stage.result("ledger show builds")[0]["profile"], "code-signing");
}

#[test]
fn a_template_is_followed_exactly_and_only_where_it_fits() {
    let stage = Stage::with_authorities();
    let name = "EndEntityClientAuthCertificate/V1";
    stage.ok(&format!("issue client a --ca sub --template {name} {PASS}"));
    let leaf = stage.certificate("pki/issued/a/certificate.pem");
    assert_eq!(leaf.basic_constraints().map(|basic| basic.authority), Some(false));
    let entry = &stage.result("ledger show a")[0];
    assert_eq!(entry["profile"], name);
    assert!(entry["warnings"].to_string().contains("waived:"), "{entry}");
    let refused =
        stage.refused(&format!("issue server b.test --ca sub --template {name} {PASS}"), 2, "usage");
    assert!(refused.stderr.contains("EndEntityServerAuthCertificate/V1"), "{refused:#?}");
    stage.refused(&format!("issue email b --ca sub --template {name} {PASS}"), 2, "usage");
    stage.refused(&format!("issue client b --ca sub --template RootCACertificate/V1 {PASS}"), 1, "profile");
    stage.refused(&format!("issue client b --ca sub --template Nothing/V1 {PASS}"), 1, "profile");
}

#[test]
fn a_warning_that_is_allowed_is_silent_and_recorded() {
    let stage = Stage::with_authorities();
    let answer = stage.ok(&format!("issue client a --ca root --allow leaf-from-root {PASS} --json"));
    assert_eq!(answer.rules(), [""; 0]);
    assert_eq!(stage.result("ledger show a")[0]["warnings"], json!(["allowed:leaf-from-root"]));
    stage.refused(&format!("issue client b --ca sub --allow no-such-rule {PASS}"), 1, "profile");
}

#[test]
fn a_plan_names_every_field_with_its_origin_and_its_rule() {
    let stage = Stage::with_authorities();
    let words = "issue server a.example.test --ca root --dry-run --bound clamp --until 2200-01-01";
    let plan = stage.result(words)["plan"].take();
    let fields = plan["fields"].as_array().unwrap();
    let field = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap();
    assert_eq!(field("subject")["origin"], "request");
    assert_eq!(field("keyUsage")["origin"], "profile");
    assert_eq!(field("authorityKeyIdentifier")["origin"], "issuer");
    assert!(fields.iter().any(|field| field["origin"] == "clamp"), "{plan:#}");
    assert!(fields.iter().all(|field| field["rule"].as_str().is_some_and(|rule| !rule.is_empty())));
    let answer = stage.ok(words);
    assert!(answer.stdout.contains("[issuer; RFC 5280"), "{answer:#?}");
    assert_eq!(answer.stderr.matches("leaf-from-root").count(), 1, "{answer:#?}");
    assert!(!answer.stdout.contains("leaf-from-root"), "a warning is said once");
}

#[test]
fn a_request_is_granted_what_is_said_and_answered_in_full() {
    let stage = Stage::with_authorities();
    stage.ok("csr create --subject CN=theirs --dns a.example.test --new p256 --out a.csr --new-passphrase-file leaf.pass");
    let verdicts = |words: &str| {
        let result = stage.result(&format!("issue client mine --ca sub --csr a.csr --dry-run {words}"));
        let answers = result["request"].as_array().unwrap().iter();
        (result["names"].clone(), answers.map(|answer| answer["verdict"].clone()).collect::<Vec<_>>())
    };
    assert_eq!(verdicts(""), (json!([]), vec![json!("changed"), json!("granted"), json!("denied")]));
    let names = json!(["DNS:a.example.test"]);
    assert_eq!(
        verdicts("--grant-names"),
        (names.clone(), vec![json!("changed"), json!("granted"), json!("granted")])
    );
    assert_eq!(verdicts("--grant-names --grant-subject"), (names, vec![json!("granted"); 3]));
    let answer = stage.ok("issue server mine --ca sub --csr a.csr --grant-names --passphrase-file ca.pass");
    assert!(answer.stderr.contains("note: granted  subjectAltName: DNS:a.example.test"), "{answer:#?}");
    let leaf = stage.certificate("pki/issued/mine/certificate.pem");
    assert_eq!((leaf.subject().to_string(), leaf.alt_names().len()), ("CN=mine".to_owned(), 1));
    stage.refused("issue client b --ca sub --grant-names --passphrase-file ca.pass", 2, "usage");
}
