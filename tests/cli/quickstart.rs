//! `quickstart`: from an empty folder to a hierarchy, a truststore and the two calls.

use certwright::chain::Chain;

use super::stage::{CA, LEAF, Stage};

/// What a file with a passphrase says.
fn passphrase(stage: &Stage, file: &str) -> String {
    stage.text(file).trim_end().to_owned()
}

#[test]
fn a_whole_hierarchy_with_passphrases_of_its_own() {
    let stage = Stage::empty();
    let answer = stage.ok("quickstart --domain API.example.test --client payments");
    for (key, secret) in [
        ("pki/authorities/root/key.pem", "pki/passphrase"),
        ("pki/authorities/sub/key.pem", "pki/passphrase"),
        ("pki/issued/api.example.test/private.pem", "pki/issued/api.example.test/passphrase"),
        ("pki/issued/payments/private.pem", "pki/issued/payments/passphrase"),
    ] {
        assert!(stage.key(key, Some(&passphrase(&stage, secret))).is_ok(), "{key}");
        #[cfg(unix)]
        assert_eq!((stage.mode(key), stage.mode(secret)), (0o600, 0o600));
        assert!(!answer.stdout.contains(&passphrase(&stage, secret)));
    }
    assert_ne!(passphrase(&stage, "pki/passphrase"), passphrase(&stage, "pki/issued/payments/passphrase"));
    let mut chain = stage.certificates("pki/issued/payments/crt.pem");
    // The same blocks; the truststore says above each of them whose it is.
    let truststore = stage.text("pki/truststore.pem");
    let blocks: String = truststore.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect();
    assert_eq!(blocks, stage.text("pki/authorities/sub/chain.pem"));
    chain.push(stage.certificates("pki/truststore.pem")[1].clone());
    assert!(Chain::new(chain).is_ok());
    let server = stage.certificate("pki/issued/api.example.test/crt.pem");
    assert_eq!(server.alt_names()[0].to_string(), "DNS:api.example.test");
}

#[test]
fn it_ends_with_what_to_do_next_and_a_picture() {
    let stage = Stage::empty();
    let out = stage.ok("--at 2026-11-23T00:00:00Z quickstart --domain api.example.test").stdout;
    let root = "pki/authorities/root/certificate.pem";
    assert!(out.contains(&format!("curl --cacert {root} https://api.example.test/\n")), "{out}");
    let client = "pki/issued/client";
    let accepted = format!(
        "curl --cacert {root} --cert {client}/crt.pem --key {client}/private.pem --pass \"$(cat {client}/passphrase)\" \
         https://api.example.test/\n"
    );
    assert!(out.contains(&accepted), "{out}");
    assert!(out.contains("ssl_password_file"), "{out}");
    assert!(out.contains("pki/passphrase"), "{out}");
    let bars: Vec<_> = out.lines().filter(|line| line.contains('█')).collect();
    assert_eq!(bars.len(), 4, "{out}");
    assert!(bars.iter().all(|line| line.chars().count() == 80), "{out}");
    assert!(bars[0].starts_with("root") && bars[0].ends_with("2036-11-22"), "{out}");
    assert!(bars[3].starts_with("   └─ client"), "{out}");
}

#[test]
fn an_existing_hierarchy_is_left_alone() {
    let stage = Stage::with_authorities();
    let refused = stage.refused("quickstart --domain api.example.test", 1, "home-in-use");
    assert!(refused.stderr.contains("hint: "), "{refused:#?}");
}

#[test]
fn passphrases_that_are_given_are_used_and_none_are_drawn() {
    let stage = Stage::empty();
    let pass = "--passphrase-file ca.pass --new-passphrase-file leaf.pass";
    stage.ok(&format!("quickstart --domain a.test {pass}"));
    assert!(stage.key("pki/authorities/root/key.pem", Some(CA)).is_ok());
    assert!(stage.key("pki/issued/client/private.pem", Some(LEAF)).is_ok());
    assert!(!stage.path("pki/passphrase").exists() && !stage.path("pki/issued/client/passphrase").exists());
}

#[test]
fn keys_that_api_gateway_refuses_make_a_store_for_nobody_in_particular() {
    let stage = Stage::empty();
    let result = stage.result("quickstart --domain a.test --key ed25519 --passphrase-file ca.pass");
    assert_eq!(result["truststore"]["for"], "none");
    stage.ok("truststore check pki/truststore.pem --for none --client pki/issued/client/crt.pem");
}

#[test]
fn a_client_is_not_called_like_the_domain() {
    let stage = Stage::empty();
    let refused = stage.refused("quickstart --domain x.test --client x.test", 2, "usage");
    assert!(refused.stderr.contains("hint: give the client another name"), "{refused:#?}");
}

#[test]
fn a_wildcard_is_sent_where_it_is_possible() {
    let stage = Stage::empty();
    let refused = stage.refused("quickstart --domain *.x.test", 2, "usage");
    assert!(refused.stderr.contains("`certwright issue server NAME --ca sub --dns"), "{refused:#?}");
}

#[test]
fn one_passphrase_for_everything_is_one_warning_and_stands_in_the_commands() {
    let stage = Stage::empty();
    let answer = stage.ok("quickstart --domain x.test --new-passphrase-file leaf.pass");
    assert_eq!(answer.stderr.matches("warning[passphrase-shared]").count(), 1, "{answer:#?}");
    let file = stage.path("leaf.pass").canonicalize().unwrap();
    assert!(answer.stdout.contains("--pass \"$(cat leaf.pass)\""), "{answer:#?}");
    assert!(answer.stdout.contains(&format!("ssl_password_file       {};", file.display())), "{answer:#?}");
    assert!(!answer.stdout.contains("\n\n\n"), "{answer:#?}");
    let words =
        "--home two quickstart --domain x.test --passphrase-file ca.pass --new-passphrase-file leaf.pass";
    assert_eq!(stage.result(words)["server"]["name"], "x.test");
}

#[test]
fn a_stray_file_is_named_and_is_no_hierarchy() {
    let stage = Stage::empty();
    std::fs::create_dir(stage.path("pki")).unwrap();
    stage.write("pki/truststore.pem", "");
    let refused = stage.refused("quickstart --domain x.test", 1, "home-in-use");
    assert!(
        refused.stderr.contains("truststore.pem") && refused.stderr.contains("move it away"),
        "{refused:#?}"
    );
}
