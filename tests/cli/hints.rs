//! What is said beside the answer: hints that can be copied, and names that were meant.

use super::stage::Stage;

#[test]
fn commands_in_hints_and_notes_name_the_home() {
    let stage = Stage::empty();
    let refused = stage.refused("--home on-line ca show x", 1, "unknown-authority");
    assert!(refused.stderr.contains("`certwright --home on-line ca root NAME"), "{refused:#?}");
    let asked = stage.ok("--home on-line ca request x --subject CN=x --passphrase-file ca.pass");
    assert!(asked.stderr.contains("`certwright --home on-line ca activate x --chain FILE`"), "{asked:#?}");
    let refused = stage.run_with(&["ca", "show", "x"], &[("CERTWRIGHT_HOME", "on-line")]);
    assert!(!refused.stderr.contains("--home on-line"), "the variable is set for the next command, too");
}

#[test]
fn a_slip_in_a_name_is_recognised_and_many_names_are_not_all_listed() {
    let stage = Stage::with_authorities();
    let refused = stage.refused("issue client a --ca waitng", 1, "unknown-authority");
    assert!(refused.stderr.contains("hint: waiting may be meant"), "{refused:#?}");
    for number in 0..12 {
        std::fs::create_dir_all(stage.path(&format!("pki/issued/n{number}"))).unwrap();
        stage.write(&format!("pki/issued/n{number}/certificate.pem"), "");
    }
    let refused = stage.refused("renew stranger --passphrase-file ca.pass", 1, "unknown-certificate");
    assert!(refused.stderr.contains("and 2 more"), "{refused:#?}");
}

#[test]
fn quiet_silences_what_is_worth_knowing_and_keeps_what_is_wrong() {
    let stage = Stage::with_authorities();
    let words = "truststore build sub --for api-gateway --out";
    assert!(stage.ok(&format!("{words} a.pem")).stderr.contains("info["));
    assert_eq!(stage.ok(&format!("{words} b.pem --quiet")).stderr, "");
}

#[test]
fn a_duplicate_is_said_where_somebody_gave_it_twice() {
    let stage = Stage::with_authorities();
    let rules = |words: &str| stage.ok(&format!("truststore build {words} --for none --json")).rules();
    assert_eq!(rules("root sub --out a.pem"), Vec::<String>::new());
    assert_eq!(rules("sub sub --out b.pem"), ["duplicate-certificate"; 2]);
}

#[test]
fn a_missing_file_is_a_hint_that_says_who_named_it() {
    let stage = Stage::with_authorities();
    let issue = ["issue", "client", "a", "--ca", "sub"];
    let refused = stage.run_with(&issue, &[("CERTWRIGHT_PASSPHRASE_FILE", "gone")]);
    assert!(refused.stderr.contains("hint: CERTWRIGHT_PASSPHRASE_FILE names gone"), "{refused:#?}");
    let refused = stage.refused("inspect gone", 1, "read");
    assert!(refused.stderr.contains("hint: check the name"), "{refused:#?}");
    stage.write("file", "");
    let refused = stage.refused("truststore build sub --for none --out file/t.pem", 1, "write");
    assert!(refused.stderr.contains("a file stands in its place"), "{refused:#?}");
    assert!(!refused.stderr.contains(".certwright-"), "{refused:#?}");
}

/// What is in the file decides, not who reads it.
#[test]
fn a_file_with_nothing_of_ours_in_it_gets_the_same_hint_from_every_reader() {
    let stage = Stage::with_authorities();
    stage.write("empty", "");
    stage.write("text", "hello");
    let readers = ["chain order", "key public", "csr inspect", "lint", "inspect", "openssl pkey -in"];
    for reader in readers {
        for (file, hint) in [("empty", "copy the file again"), ("text", "between lines of BEGIN and END")] {
            let words = format!("{reader} {file}");
            let refused = stage.run(&words);
            assert!(
                refused.stderr.contains("hint: ") && refused.stderr.contains(hint),
                "{words}: {refused:#?}"
            );
        }
    }
    let words = "key decrypt pki/authorities/sub/certificate.pem --out k.pem";
    let refused = stage.refused(words, 1, "unexpected");
    assert!(refused.stderr.contains("hint: `certwright inspect FILE` tells what"), "{refused:#?}");
}

#[test]
fn what_was_damaged_is_to_be_copied_again() {
    let stage = Stage::empty();
    stage.ok("key generate --out key.pem --plain");
    let (pem, begin) = (stage.text("key.pem"), "-----BEGIN PRIVATE KEY-----\n");
    stage.write("damaged.pem", &pem.replacen('\n', "\n!", 1));
    stage.write("beheaded.pem", pem.strip_prefix(begin).unwrap());
    stage.write("short.pem", &pem.replace("-----END PRIVATE KEY-----\n", ""));
    for file in ["damaged.pem", "beheaded.pem", "short.pem"] {
        let refused = stage.refused(&format!("key public {file}"), 1, "pem");
        assert!(refused.stderr.contains("copy ") && refused.stderr.contains("again, whole"), "{refused:#?}");
    }
}

#[test]
fn a_bad_address_in_the_settings_is_found_by_every_command() {
    let stage = Stage::with_authorities();
    stage.write("pki/certwright.toml", "schema = 1\n[authorities.sub]\ncrl-urls = [\"foo\"]\n");
    let refused = stage.refused("ca list", 1, "configuration");
    assert!(refused.stderr.contains("the URI \"foo\" of sub: it has no scheme"), "{refused:#?}");
}

#[test]
fn both_words_for_an_option_work_everywhere() {
    let stage = Stage::with_authorities();
    for words in [
        "ca sub a --ca root --type p384 --subject CN=a",
        "ca sub b --issuer root --key p384 --subject CN=b",
        "issue client c --issuer sub --type p384",
        "issue client d --ca sub --key-type p384",
        "rekey c --type p384",
    ] {
        let text = stage.ok(&format!("{words} --passphrase-file ca.pass")).stdout;
        assert!(text.contains("ECDSA P-384"), "{words}: {text}");
    }
    for option in ["--type", "--key", "--key-type"] {
        stage.ok(&format!("key generate {option} p384 --out k{option} --new-passphrase-file leaf.pass"));
    }
    stage.ok("csr create --type p384 --subject CN=a --out a.csr --new-passphrase-file leaf.pass");
}

#[test]
fn help_about_passphrases_says_what_is_read_and_written() {
    let stage = Stage::empty();
    for command in ["ca root", "ca request", "key generate", "truststore build", "quickstart"] {
        let help = stage.ok(&format!("{command} --help")).stdout;
        assert!(!help.contains("of the key that is read"), "{command}: {help}");
        assert!(help.contains("--passphrase-file"), "{command}: {help}");
    }
}
