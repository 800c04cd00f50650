//! What is kept for an authority in certwright.toml, and what that does to what it issues.

use serde_json::json;

use super::stage::Stage;

const PASS: &str = "--passphrase-file ca.pass";
const URLS: &str =
    "--crl-url http://crl.test/a.crl --ca-issuers-url http://ca.test/a.der --ocsp-url http://ocsp.test/";

/// The addresses that a leaf of the authority would carry.
fn addresses(stage: &Stage, ca: &str) -> String {
    let plan = stage.result(&format!("issue client probe --ca {ca} --lifetime 1d --dry-run"))["plan"].take();
    let fields = plan["fields"].as_array().unwrap().iter();
    let chosen = ["cRLDistributionPoints", "authorityInfoAccess"];
    let found = fields.filter(|field| chosen.contains(&field["name"].as_str().unwrap()));
    found.map(|field| field["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
}

#[test]
fn addresses_are_kept_and_written_into_what_is_issued() {
    let stage = Stage::with_authorities();
    stage.write("pki/certwright.toml", "# mine\nschema = 1\n");
    stage.ok(&format!("ca sub web --issuer root --subject CN=Web {URLS} {PASS}"));
    assert!(stage.text("pki/certwright.toml").starts_with("# mine\nschema = 1\n"));
    assert!(stage.text("pki/certwright.toml").contains("[authorities.web]"));
    let found = addresses(&stage, "web");
    for address in ["http://crl.test/a.crl", "http://ca.test/a.der", "http://ocsp.test/"] {
        assert!(found.contains(address), "{found}");
    }
    assert_eq!(addresses(&stage, "sub"), "");
    // The issuer's addresses stand in the subordinate, not its own.
    stage.ok(&format!("ca root top --subject CN=Top --crl-url http://top.test/top.crl {PASS}"));
    stage.ok(&format!("ca sub below --issuer top --subject CN=Below {PASS}"));
    let below = stage.certificate("pki/authorities/below/certificate.pem");
    assert!(below.der().windows(8).any(|bytes| bytes == b"top.test"));
    assert!(
        !stage
            .certificate("pki/authorities/top/certificate.pem")
            .der()
            .windows(8)
            .any(|bytes| bytes == b"top.test")
    );
}

#[test]
fn addresses_come_with_a_request_an_activation_or_an_import() {
    let stage = Stage::with_authorities();
    stage.ok("ca certify --issuer root --csr pki/authorities/waiting/request.csr --out w.pem --passphrase-file ca.pass");
    stage.ok(&format!("ca activate waiting --chain w.pem {URLS}"));
    assert!(addresses(&stage, "waiting").contains("http://crl.test/a.crl"));
    stage.ok(&format!("ca request later --subject CN=Later --ocsp-url http://ocsp.test/ {PASS}"));
    stage.ok(&format!("ca certify --issuer root --csr pki/authorities/later/request.csr --out l.pem {PASS}"));
    stage.refused(&format!("ca activate later --chain l.pem {URLS}"), 1, "configuration");
    stage.ok("ca activate later --chain l.pem");
    assert_eq!(addresses(&stage, "later"), "http://ocsp.test/");
    let import = "ca import sub --chain pki/authorities/sub/chain.pem --key pki/authorities/sub/key.pem";
    stage.ok(&format!("--home other {import} {URLS} {PASS}"));
    assert!(stage.text("other/certwright.toml").contains("crl-urls"));
    stage.refused(&format!("--home third {import} --crl-url nonsense {PASS}"), 2, "usage");
}

#[test]
fn a_short_lived_authority_issues_nothing_for_longer_than_seven_days() {
    let stage = Stage::with_authorities();
    stage.ok(&format!("ca sub brief --issuer root --subject CN=Brief --short-lived {PASS}"));
    let words = format!("issue client a --ca brief {PASS}");
    stage.refused(&words, 1, "lifetime-too-long");
    stage.ok(&format!("{words} --lifetime 6d"));
    let horizon = stage.result("ca horizon brief");
    assert_eq!((horizon[0]["profile"].clone(), horizon[0]["until"].clone()), (json!("leaf"), json!(null)));
    assert!(stage.result("ca horizon brief --lifetime 6d")[0]["until"].is_string());
}

#[test]
fn a_horizon_is_the_last_moment_for_a_whole_term() {
    let stage = Stage::with_authorities();
    let all = stage.result("ca horizon");
    let rows: Vec<_> =
        all.as_array().unwrap().iter().map(|row| (row["name"].clone(), row["profile"].clone())).collect();
    let expected = [
        ("root", "subordinate"),
        ("root", "leaf"),
        ("root", "ocsp-signer"),
        ("sub", "leaf"),
        ("sub", "ocsp-signer"),
    ];
    assert_eq!(rows, expected.map(|(name, profile)| (json!(name), json!(profile))));
    let until = stage.result("ca horizon sub")[0]["until"].as_str().unwrap().to_owned();
    stage.ok(&format!("issue client a --ca sub --dry-run --at {until}"));
    let after = until.parse::<certwright::Timestamp>().unwrap().plus_seconds(1).unwrap();
    stage.refused(&format!("issue client a --ca sub --dry-run --at {after}"), 1, "outlives-issuer");
    stage.refused("ca horizon waiting", 1, "pending-authority");
    stage.refused("ca horizon nobody", 1, "unknown-authority");
}

#[test]
fn a_horizon_that_has_passed_says_so_and_one_that_never_was_is_not_for_ever() {
    let stage = Stage::with_authorities();
    let horizon = "ca horizon sub --lifetime 365d --at 2045-01-01";
    assert_eq!(stage.result(horizon)[0]["passed"], true);
    assert!(stage.ok(horizon).stdout.trim_end().ends_with("(passed)"));
    assert!(stage.ok("ca horizon sub --lifetime 20y").stdout.trim_end().ends_with("not at all"));
}

#[test]
fn what_an_authority_may_do_is_shown() {
    let stage = Stage::empty();
    stage.ok(&format!(
        "ca root r --subject CN=R --path-length 1 --crl-url http://crl.test/r.crl --short-lived {PASS}"
    ));
    let shown = stage.ok("ca show r").stdout;
    for expected in ["path length 1", "http://crl.test/r.crl", "seven days", "pki/authorities/r"] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    let shown = stage.result("ca show r");
    assert_eq!((&shown["path_length"], &shown["folder"]), (&json!(1), &json!("pki/authorities/r")));
    assert_eq!(shown["practice"]["crl-urls"], json!(["http://crl.test/r.crl"]));
}

/// Settings that cannot be read are not settings that are not there: what they limit would be issued.
#[test]
fn settings_that_cannot_be_read_stop_every_command_and_stay_as_they_are() {
    let stage = Stage::with_authorities();
    for settings in [&b"# M\xfcller\nschema = 1\n"[..], b"schema = 1\n[authorites.sub]\nshort-lived = true\n"]
    {
        std::fs::write(stage.path("pki/certwright.toml"), settings).unwrap();
        stage.refused(&format!("issue client a --ca sub {PASS}"), 1, "configuration");
        stage.refused(&format!("ca root x --subject CN=x --short-lived {PASS}"), 1, "configuration");
        assert_eq!(std::fs::read(stage.path("pki/certwright.toml")).unwrap(), settings);
    }
}

/// A table cannot be appended to every text: where it cannot, nothing is made.
#[test]
fn what_would_make_the_settings_unreadable_is_not_written() {
    let stage = Stage::with_authorities();
    let inline = "schema = 1\nauthorities = { root = { short-lived = true } }\n";
    stage.write("pki/certwright.toml", inline);
    stage.refused(&format!("ca root x --subject CN=x --short-lived {PASS}"), 1, "configuration");
    assert_eq!(stage.text("pki/certwright.toml"), inline);
    assert!(!stage.path("pki/authorities/x").exists());
    stage.ok("ca list");
}
