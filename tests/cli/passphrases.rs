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
