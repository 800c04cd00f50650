//! Where passphrases come from.

use super::stage::{CA, LEAF, Stage};

const OLD: &str = "CERTWRIGHT_PASSPHRASE_FILE";
const NEW: &str = "CERTWRIGHT_NEW_PASSPHRASE_FILE";

fn generate(stage: &Stage, out: &str, options: &[&str], environment: &[(&str, &str)]) -> i32 {
    let arguments = [&["key", "generate", "--out", out], options].concat();
    stage.run_with(&arguments, environment).code
}

#[test]
fn without_a_terminal_the_option_is_named() {
    let stage = Stage::with_authorities();
    let refused = stage.refused("issue client a --ca sub", 1, "passphrase-needed");
    assert!(refused.stderr.contains("hint: name a file with --passphrase-file FILE"), "{refused:#?}");
    let refused = stage.refused("key generate --out k.pem", 1, "passphrase-needed");
    assert!(refused.stderr.contains("hint: name a file with --new-passphrase-file FILE"), "{refused:#?}");
}

#[test]
fn the_option_wins_over_the_environment_and_the_new_one_over_the_old() {
    let stage = Stage::empty();
    assert_eq!(generate(&stage, "a.pem", &[], &[(OLD, "leaf.pass"), (NEW, "ca.pass")]), 0);
    assert!(stage.key("a.pem", Some(CA)).is_ok());
    assert_eq!(generate(&stage, "b.pem", &["--new-passphrase-file", "ca.pass"], &[(NEW, "leaf.pass")]), 0);
    assert!(stage.key("b.pem", Some(CA)).is_ok());
    assert_eq!(generate(&stage, "c.pem", &["--passphrase-file", "leaf.pass"], &[(OLD, "ca.pass")]), 0);
    assert!(stage.key("c.pem", Some(LEAF)).is_ok());
}

#[test]
fn an_empty_variable_is_unset() {
    let stage = Stage::empty();
    assert_eq!(generate(&stage, "a.pem", &[], &[(OLD, ""), (NEW, "")]), 1);
    let home = stage.run_with(&["ca", "list", "--json"], &[("CERTWRIGHT_HOME", "")]);
    assert_eq!(home.code, 0);
    let named = stage.run_with(&["ca", "list"], &[("CERTWRIGHT_HOME", "elsewhere")]);
    assert!(named.stderr.contains("elsewhere"), "{named:#?}");
}

#[test]
fn a_leaf_under_its_authoritys_passphrase_is_warned_about() {
    let stage = Stage::with_authorities();
    let answer = stage.ok("issue client a --ca sub --passphrase-file ca.pass --json");
    assert_eq!(answer.rules(), ["passphrase-shared"]);
    assert!(stage.key("pki/issued/a/private.pem", Some(CA)).is_ok());
}

#[test]
fn a_passphrase_for_a_plain_key_is_ignored() {
    let stage = Stage::empty();
    stage.ok("key generate --plain --out plain.pem");
    stage.ok("key public plain.pem --passphrase-file nosuch");
}

#[test]
fn an_empty_passphrase_is_refused() {
    let stage = Stage::empty();
    stage.write("empty", "\n");
    stage.refused("key generate --out k.pem --new-passphrase-file empty", 1, "passphrase-empty");
}

#[test]
fn no_passphrase_is_printed_or_written_outside_its_file() {
    let stage = Stage::with_authorities();
    for words in ["issue client a --ca sub", "ca sub b --issuer root --subject CN=b"] {
        let answer = stage.ok(&format!("{words} --passphrase-file ca.pass"));
        assert!(!answer.stdout.contains(CA) && !answer.stderr.contains(CA), "{answer:#?}");
    }
    let holding = stage.everything();
    let holding: Vec<_> = holding
        .iter()
        .filter(|(_, contents)| contents.windows(CA.len()).any(|part| part == CA.as_bytes()))
        .filter_map(|(path, _)| path.file_name())
        .collect();
    assert_eq!(holding, ["ca.pass"]);
}

#[test]
fn the_passphrases_are_compared_wherever_they_came_from() {
    let stage = Stage::with_authorities();
    stage.secret("copy.pass", CA);
    let issue = |name| ["issue", "client", name, "--ca", "sub", "--json"];
    for (name, options, environment) in [
        ("a", &["--passphrase-file", "ca.pass", "--new-passphrase-file", "copy.pass"][..], &[][..]),
        ("b", &[], &[(OLD, "ca.pass"), (NEW, "ca.pass")]),
        ("c", &["--new-passphrase-file", "ca.pass"], &[(OLD, "ca.pass")]),
    ] {
        let answer = stage.run_with(&[&issue(name), options].concat(), environment);
        assert_eq!(answer.rules(), ["passphrase-shared"], "{name}");
    }
    let options = ["--passphrase-file", "ca.pass", "--new-passphrase-file", "leaf.pass"];
    let answer = stage.run_with(&[&issue("d")[..], &options].concat(), &[]);
    assert_eq!(answer.rules(), Vec::<String>::new());
}

#[test]
fn a_wrong_passphrase_is_looked_for_where_it_came_from() {
    let stage = Stage::with_authorities();
    let issue = ["issue", "client", "a", "--ca", "sub"];
    let refused = stage.run_with(&issue, &[(OLD, "leaf.pass")]);
    assert!(refused.stderr.contains("leaf.pass, which CERTWRIGHT_PASSPHRASE_FILE names"), "{refused:#?}");
    let refused = stage.run_with(&[&issue[..], &["--passphrase-file", "leaf.pass"]].concat(), &[]);
    assert!(refused.stderr.contains("leaf.pass, which --passphrase-file names"), "{refused:#?}");
    stage.secret("empty", "");
    let refused = stage.run_with(&issue, &[(OLD, "empty")]);
    assert!(refused.stderr.contains("it is empty"), "{refused:#?}");
    assert!(refused.stderr.contains("empty, which CERTWRIGHT_PASSPHRASE_FILE names"), "{refused:#?}");
}

#[test]
fn a_new_passphrase_stands_on_one_line() {
    let stage = Stage::empty();
    stage.secret("two.pass", "first line\nsecond line\n");
    let refused =
        stage.refused("key generate --out k.pem --new-passphrase-file two.pass", 1, "passphrase-lines");
    assert!(refused.stderr.contains("two.pass") && refused.stderr.contains("hint: "), "{refused:#?}");
    stage.secret("windows.pass", "leaf secret\r\n");
    stage.ok("key generate --out k.pem --new-passphrase-file windows.pass");
    assert!(stage.key("k.pem", Some(LEAF)).is_ok());
}

#[test]
fn a_new_passphrase_is_one_that_openssl_and_curl_can_be_told() {
    let stage = Stage::empty();
    stage.ok("key generate --plain --out plain.pem");
    for (name, text, fits) in [
        ("longest", "x".repeat(1023), true),
        ("long", "x".repeat(1024), false),
        ("nul", "left\0right".to_owned(), false),
    ] {
        stage.secret(name, &format!("{text}\n"));
        let words = format!("key generate --out {name}.pem --new-passphrase-file {name}");
        let standin = format!("openssl pkcs8 -topk8 -in plain.pem -out {name}.p8 -passout file:{name}");
        if fits {
            stage.ok(&words);
            stage.ok(&standin);
        } else {
            stage.refused(&words, 1, "passphrase-unfit");
            let refused = stage.run(&standin);
            let said = if name == "nul" { "OpenSSL and curl" } else { "longer than 1023 bytes" };
            assert!(refused.code == 1 && refused.stderr.contains(said), "{name}: {refused:#?}");
            assert!(!stage.path(&format!("{name}.p8")).exists());
        }
        // What there is opens.
        let passphrase = certwright::Passphrase::from_file(stage.path(name)).unwrap();
        let key = certwright::PrivateKey::generate(certwright::KeyType::Ed25519).unwrap();
        stage.secret("there.pem", &key.encrypt(&passphrase).unwrap().to_pem());
        stage.ok(&format!("key public there.pem --passphrase-file {name}"));
        // openssl would take the beginning of the longest line for it, and the rest for the next.
        let opens = stage.run(&format!("openssl pkey -noout -in there.pem -passin file:{name}"));
        assert_eq!(opens.code, i32::from(name == "long"), "{name}: {opens:#?}");
    }
}

#[test]
fn a_key_under_several_lines_still_opens() {
    let stage = Stage::empty();
    let lines = certwright::Passphrase::from_bytes(b"a\nb".to_vec()).unwrap();
    let key = certwright::PrivateKey::generate(certwright::KeyType::Ed25519).unwrap();
    stage.secret("k.pem", &key.encrypt(&lines).unwrap().to_pem());
    stage.secret("two.pass", "a\nb\n");
    stage.ok("key public k.pem --passphrase-file two.pass");
}

#[cfg(unix)]
#[test]
fn a_passphrase_that_others_can_read_or_guess_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::empty();
    let generate = |out: &str, file: &str| {
        stage.ok(&format!("key generate --out {out} --new-passphrase-file {file} --json")).rules()
    };
    assert_eq!(generate("a.pem", "leaf.pass"), Vec::<String>::new());
    std::fs::set_permissions(stage.path("leaf.pass"), std::fs::Permissions::from_mode(0o604)).unwrap();
    assert_eq!(generate("b.pem", "leaf.pass"), ["passphrase-readable-by-others"]);
    stage.secret("short.pass", "1234567");
    assert_eq!(generate("c.pem", "short.pass"), ["passphrase-short"]);
}

#[test]
fn a_kept_passphrase_is_taken_from_its_file_for_a_p12() {
    let stage = Stage::with_authorities();
    stage.ok("issue client a --ca sub --passphrase-file ca.pass --new-passphrase-file leaf.pass");
    let export = "export a --format p12 --keep-passphrase --out handover";
    stage.refused(export, 2, "usage");
    stage.ok(&format!("{export} --passphrase-file leaf.pass"));
    assert!(stage.key("handover/a.p12", Some(LEAF)).is_ok());
}
