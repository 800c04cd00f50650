//! Profiles that files describe, and authorities that are renewed.

use serde_json::json;

use super::stage::Stage;

const PASS: &str = "--passphrase-file ca.pass --new-passphrase-file leaf.pass";

const HOME: &str = "schema = 1

[profiles.web]
profile = \"server\"
lifetime = \"90d\"
tls-features = [\"status-request\"]

[profiles.partners]
profile = \"subordinate\"
path-length = 1
permit = [\"DNS:example.com\"]
purposes = [\"clientAuth\"]
";

fn stage() -> Stage {
    let stage = Stage::with_authorities();
    stage.write("pki/certwright.toml", HOME);
    stage
}

#[test]
fn a_named_profile_is_followed_and_the_command_line_goes_before_it() {
    let stage = stage();
    let at = "--at 2026-12-01T00:00:00Z";
    let plan = stage.result(&format!("issue server a.example.com --ca sub --profile web --dry-run {at}"));
    assert_eq!(plan["not_after"], "2027-02-28T23:59:59Z");
    let fields = plan["plan"]["fields"].as_array().unwrap();
    assert!(fields.iter().any(|field| field["name"] == "tlsfeature"), "{fields:#?}");
    let words = "issue server a.example.com --ca sub --profile web --lifetime 10d --dry-run";
    assert_eq!(stage.result(&format!("{words} {at}"))["not_after"], "2026-12-10T23:59:59Z");
    stage.refused("issue client a --ca sub --profile web --dry-run", 2, "usage");
    let unknown =
        stage.refused("issue server a.example.com --ca sub --profile wab --dry-run", 1, "unknown-profile");
    assert!(unknown.stderr.contains("web"), "{unknown:#?}");
}

#[test]
fn authorities_have_profiles_too_and_keep_them_when_they_are_renewed() {
    let stage = stage();
    stage.write("root.toml", "profile = \"root\"\npath-length = 3\n[[policies]]\noid = \"1.2.3.4\"\n");
    stage.ok("ca root top --subject CN=Top --profile root.toml --passphrase-file ca.pass --at 2026-12-01");
    stage.ok("ca sub below --issuer top --subject CN=Below --profile partners --passphrase-file ca.pass --at 2026-12-01");
    stage.ok(&format!("issue client a --ca below --dns a.example.com {PASS} --at 2026-12-01"));
    for name in ["top", "below"] {
        let path = format!("pki/authorities/{name}/certificate.pem");
        let old = stage.certificate(&path);
        stage.ok(&format!("ca renew {name} --passphrase-file ca.pass --at 2027-06-01"));
        let new = stage.certificate(&path);
        assert_ne!(new.serial(), old.serial());
        assert_eq!((new.subject(), new.public_key()), (old.subject(), old.public_key()));
        let mut kept = [&old, &new].map(|certificate| {
            let extensions = certificate.extensions().iter();
            extensions.map(|e| (e.oid.to_string(), e.critical, e.value.clone())).collect::<Vec<_>>()
        });
        kept.iter_mut().for_each(|extensions| extensions.sort());
        assert_eq!(kept[0], kept[1], "{name}");
        assert_eq!(
            stage.certificate(&format!("pki/authorities/{name}/previous/{}/certificate.pem", old.serial())),
            old
        );
        let entry = &stage.result(&format!("ledger show {}", new.serial()))[0];
        assert_eq!(entry["predecessor"]["serial"], old.serial().to_string());
    }
    // What stands below has the new certificates, and still issues.
    let new = stage.certificate("pki/authorities/top/certificate.pem");
    assert_eq!(stage.certificates("pki/authorities/below/chain.pem")[1], new);
    let below = stage.certificate("pki/authorities/below/certificate.pem");
    assert_eq!(stage.certificates("pki/issued/a/crt.pem")[1], below);
    assert_eq!(stage.certificates("pki/issued/a/chain.pem"), [below]);
    stage.ok(&format!("issue client b --ca below --dns b.example.com {PASS} --at 2027-06-02"));
    stage.refused(
        &format!("issue client c --ca below --dns c.example.org {PASS} --at 2027-06-02"),
        1,
        "refused",
    );
}

#[test]
fn a_renewal_in_steps_needs_the_same_name_and_key() {
    let stage = Stage::with_authorities();
    let certify =
        "ca certify --issuer root --csr pki/authorities/waiting/request.csr --passphrase-file ca.pass";
    stage.ok(&format!("{certify} --out one.pem --lifetime 1y"));
    stage.ok("--home online ca request waiting --subject CN=Waiting --passphrase-file ca.pass");
    stage.refused("--home online ca activate waiting --chain one.pem", 1, "key-mismatch");
    stage.ok("ca activate waiting --chain one.pem");
    let again = stage.refused("ca activate waiting --chain one.pem", 1, "already-active");
    assert!(again.stderr.contains("ca renew NAME --chain FILE"), "{again:#?}");
    stage.ok(&format!("{certify} --out two.pem"));
    stage.ok("ca renew waiting --chain two.pem");
    assert_eq!(stage.certificates("two.pem"), stage.certificates("pki/authorities/waiting/chain.pem"));
    stage.ok(&format!("{certify} --out other.pem --subject CN=Other"));
    stage.refused("ca renew waiting --chain other.pem", 1, "mismatch");
    // Its issuer is not in that home.
    let import =
        "--chain pki/authorities/sub/chain.pem --key pki/authorities/sub/key.pem --passphrase-file ca.pass";
    stage.ok(&format!("--home other ca import sub {import}"));
    stage.refused("--home other ca renew sub --passphrase-file ca.pass", 1, "issuer-elsewhere");
    stage.refused("ca renew nobody --passphrase-file ca.pass", 1, "unknown-authority");
}

#[test]
fn an_expired_root_is_renewed_and_an_expired_subordinate_too() {
    let stage = Stage::with_authorities();
    let late = "--at 2037-06-01";
    let refused = stage.refused(&format!("issue client a --ca sub {PASS} {late}"), 1, "issuer-expired");
    assert!(refused.stderr.contains("ca renew NAME"), "{refused:#?}");
    stage.ok(&format!("ca renew root --passphrase-file ca.pass {late}"));
    stage.ok(&format!("ca renew sub --passphrase-file ca.pass {late}"));
    stage.ok(&format!("issue client a --ca sub {PASS} {late}"));
}

#[test]
fn errors_in_settings_name_file_line_and_key() {
    let stage = Stage::with_authorities();
    for (text, expected) in [
        (HOME.replace("\"90d\"", "\"long\""), "certwright.toml: line 5, lifetime: "),
        (HOME.replace("tls-features", "tls-feature"), "certwright.toml: line 6: unknown field `tls-feature`"),
        (HOME.replace("profile = \"server\"", "profile = \"waiter\""), "certwright.toml: line 4, profile: "),
        (HOME.replace("[profiles.web]", "[profile.web]"), "certwright.toml: line 3: unknown field `profile`"),
        (HOME.replace("lifetime = \"90d\"", "path-length = 1"), "certwright.toml: line 5, path-length: "),
        (HOME.replace("schema = 1", "schema = "), "certwright.toml: line 1: "),
    ] {
        stage.write("pki/certwright.toml", &text);
        let words = "issue server a.example.com --ca sub --profile web --dry-run";
        let refused = stage.refused(words, 1, "configuration");
        assert!(refused.stderr.contains(expected), "{expected}: {refused:#?}");
    }
    std::fs::write(stage.path("pki/certwright.toml"), b"schema = 1\n# \xfc\n").unwrap();
    let refused = stage.refused("ca list", 1, "configuration");
    assert!(refused.stderr.contains("line 2: it is not UTF-8"), "{refused:#?}");
    stage.write("own.toml", "profile = \"client\"\n\nallow = \"x\"\n");
    std::fs::remove_file(stage.path("pki/certwright.toml")).unwrap();
    let refused = stage.refused("issue client a --ca sub --profile own.toml --dry-run", 1, "configuration");
    assert!(refused.stderr.contains("own.toml: line 3: "), "{refused:#?}");
}

#[test]
fn settings_that_would_break_the_file_are_not_written() {
    let stage = Stage::with_authorities();
    let text = "schema = 1\nauthorities = { root = { short-lived = true } }\n";
    stage.write("pki/certwright.toml", text);
    let words = "ca root other --subject CN=Other --crl-url http://a.test/ --passphrase-file ca.pass";
    stage.refused(words, 1, "configuration");
    assert_eq!(stage.text("pki/certwright.toml"), text);
    assert!(!stage.path("pki/authorities/other").exists());
}

#[test]
fn a_leaf_that_nobody_looks_up_says_so() {
    let stage = Stage::with_authorities();
    let urls = "--crl-url http://crl.test/ --ocsp-url http://ocsp.test/";
    stage.ok(&format!("ca sub brief --issuer root --subject CN=Brief {urls} --passphrase-file ca.pass"));
    let words = "issue client a --ca brief --lifetime 7d --no-rev-avail --dry-run";
    let plan = stage.result(words);
    let names: Vec<_> =
        plan["plan"]["fields"].as_array().unwrap().iter().map(|f| f["name"].clone()).collect();
    assert!(names.contains(&json!("noRevAvail")), "{names:?}");
    assert!(
        !names.contains(&json!("cRLDistributionPoints")) && !names.contains(&json!("authorityInfoAccess"))
    );
}
