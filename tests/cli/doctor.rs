//! `doctor`.

use std::fs;
use std::process::Command;

use super::stage::{LEAF, Stage};
use crate::support::peers;

/// A client of `sub`, with `crt.pem` and `private.pem` under the passphrase of `leaf.pass`.
fn client() -> Stage {
    let stage = Stage::with_authorities();
    stage.ok("issue client a --ca sub --passphrase-file ca.pass --new-passphrase-file leaf.pass");
    stage.ok("truststore build sub --for api-gateway --out store.pem");
    for name in ["crt.pem", "private.pem"] {
        fs::copy(stage.path(&format!("pki/issued/a/{name}")), stage.path(name)).unwrap();
    }
    stage
}

const PAIR: &str = "doctor --key private.pem --cert crt.pem";

#[test]
fn the_healthy_are_healthy() {
    let stage = client();
    let words = format!("{PAIR} --truststore store.pem --for api-gateway --passphrase-file leaf.pass");
    let answer = stage.ok(&words);
    assert!(answer.stdout.starts_with("healthy: "), "{answer:#?}");
    assert!(answer.stderr.is_empty(), "{answer:#?}");
    let document = stage.run(&format!("{words} --json")).document();
    assert_eq!((document["ok"].as_bool(), document["result"]["healthy"].as_bool()), (Some(true), Some(true)));
    stage.ok(&format!("{words} --fix nothing"));
    assert!(!stage.path("nothing").exists());
}

/// A key that is not opened here may be any key, under any passphrase.
#[test]
fn a_key_that_is_not_opened_is_not_called_healthy() {
    let stage = client();
    let Some(openssl) = peers::find("openssl") else { return };
    let words =
        "pkcs8 -topk8 -v2 aes-256-cfb -in private.pem -passin file:leaf.pass -out stream.pem -passout pass:x";
    let folder = stage.path("stream.pem");
    let command = Command::new(openssl).args(words.split(' ')).current_dir(folder.parent().unwrap()).status();
    assert!(command.unwrap().success());
    let words = "doctor --key stream.pem --cert crt.pem --truststore store.pem --passphrase-file leaf.pass";
    let answer = stage.ok(words);
    assert!(answer.stdout.starts_with("undecided: the key could not be judged"), "{answer:#?}");
    assert!(!answer.stdout.contains("healthy"), "{answer:#?}");
    let result =
        |words: &str| stage.run(&format!("{words} --json")).document()["result"]["key_judged"].clone();
    assert_eq!(result(words), false);
    assert_eq!(result(&words.replace("stream", "private")), true);
}

#[test]
fn a_cause_of_error_grade_is_exit_code_1_with_rule_and_place() {
    let stage = client();
    stage.write("nothing.pass", "\n");
    for (option, rule) in [
        ("", "key-passphrase-missing"),
        ("--passphrase-file ca.pass", "key-passphrase-wrong"),
        ("--passphrase-file nothing.pass", "key-passphrase-empty"),
    ] {
        let answer = stage.run(&format!("{PAIR} {option}"));
        assert_eq!(answer.code, 1, "{answer:#?}");
        assert!(answer.stderr.contains(&format!("error[{rule}]: ")), "{answer:#?}");
        assert!(answer.stderr.contains("(private.pem, line 1)"), "{answer:#?}");
        assert!(answer.stdout.starts_with("ill: one cause was found"), "{answer:#?}");
        let answer = stage.run(&format!("{PAIR} {option} --json"));
        assert_eq!((answer.code, answer.document()["ok"].as_bool()), (1, Some(false)));
        assert!(answer.rules().contains(&rule.to_owned()), "{answer:#?}");
        assert_eq!(answer.document()["error"], serde_json::Value::Null);
    }
    // The variable counts here as for every command; only the stand-in for openssl ignores it.
    let environment = [("CERTWRIGHT_PASSPHRASE_FILE", "leaf.pass")];
    assert_eq!(stage.run_with(&PAIR.split(' ').collect::<Vec<_>>(), &environment).code, 0);
    let answer = stage.run("doctor --key nowhere.pem");
    assert!(answer.code == 1 && answer.stderr.contains("error[file-missing]"), "{answer:#?}");
    assert_eq!(stage.run("doctor --key private.pem --passphrase-file nowhere").code, 1);
}

/// What is done about a file depends on why it cannot be read.
#[test]
fn a_file_that_cannot_be_read_is_told_with_the_way_out() {
    let stage = client();
    fs::create_dir(stage.path("folder")).unwrap();
    for (name, way_out) in [("nowhere.pem", "check the name"), ("folder", "name a file, not a folder")] {
        let answer = stage.run(&format!("doctor --key {name}"));
        assert!(answer.code == 1 && answer.stderr.contains("error[file-missing]"), "{answer:#?}");
        assert!(answer.stderr.contains(way_out), "{answer:#?}");
    }
    let note = "note: - is the name of a file here";
    assert!(stage.run("doctor --key -").stderr.contains(note));
    assert!(!stage.run("doctor --key nowhere.pem").stderr.contains(note));
}

/// curl may well find the blocks in it.
#[test]
fn a_file_that_is_not_looked_at_leaves_the_answer_open() {
    let stage = client();
    fs::File::create(stage.path("large.pem")).unwrap().set_len(17 << 20).unwrap();
    let words = "doctor --key large.pem --cert crt.pem";
    let answer = stage.ok(words);
    assert!(answer.stderr.contains("warning[file-too-large]: the file has 17825792"), "{answer:#?}");
    assert!(answer.stdout.starts_with("undecided: not every file was looked at"), "{answer:#?}");
    let result = stage.run(&format!("{words} --json")).document()["result"].clone();
    assert_eq!((&result["undecided"], &result["key_judged"]), (&true.into(), &true.into()));
    assert_eq!(stage.run("doctor --key large.pem --cert nowhere.pem").code, 1);
    let healthy = stage.run(&format!("{PAIR} --passphrase-file leaf.pass --json")).document();
    assert_eq!(healthy["result"]["undecided"], false);
}

/// curl's option is of no use to who asks doctor.
#[test]
fn a_passphrase_that_is_missing_is_told_with_the_option_that_takes_it_here() {
    let stage = client();
    let answer = stage.run(PAIR);
    let both = "give it (curl: --pass); doctor takes it with --passphrase-file FILE";
    assert!(answer.stderr.contains(both), "{answer:#?}");
    assert!(!stage.run(&format!("{PAIR} --passphrase-file ca.pass")).stderr.contains("doctor takes it"));
}

#[test]
fn repaired_files_come_into_a_new_folder_and_the_originals_stay() {
    let stage = client();
    let indented: String = stage.text("private.pem").lines().map(|line| format!("\t{line}\n")).collect();
    let whole = stage.text("crt.pem");
    let backwards: String =
        stage.certificates("crt.pem").iter().rev().map(|certificate| certificate.to_pem()).collect();
    let right = stage.text("private.pem");
    stage.write("private.pem", &indented);
    stage.write("crt.pem", &backwards);
    let words = format!("{PAIR} --passphrase-file leaf.pass");
    let before = stage.everything();
    let answer = stage.run(&words);
    assert!(
        answer.stdout.contains("--fix DIR writes a repaired private.pem and a repaired crt.pem"),
        "{answer:#?}"
    );
    assert_eq!(stage.everything(), before);

    let answer = stage.run(&format!("{words} --fix fixed --json"));
    let document = answer.document();
    assert_eq!(answer.code, 1, "the files given are as ill as before");
    assert_eq!(document["result"]["files"][0]["replaces"], "private.pem");
    assert_eq!(document["result"]["files"][0]["file"], "fixed/private.pem");
    assert_eq!((stage.text("fixed/private.pem"), stage.text("fixed/crt.pem")), (right, whole));
    #[cfg(unix)]
    assert_eq!((stage.mode("fixed/private.pem"), stage.mode("fixed/crt.pem") & 0o600), (0o600, 0o600));
    assert_eq!((stage.text("private.pem"), stage.text("crt.pem")), (indented, backwards));
    assert!(stage.key("fixed/private.pem", Some(LEAF)).is_ok());
    stage.ok("doctor --key fixed/private.pem --cert fixed/crt.pem --passphrase-file leaf.pass");

    fs::create_dir(stage.path("empty")).unwrap();
    assert_eq!(stage.run(&format!("{words} --fix empty")).code, 1);
    assert!(stage.path("empty/private.pem").exists());
}

/// What was found is worth as much where no file can be written for it.
#[test]
fn a_diagnosis_is_told_also_where_the_repaired_files_cannot_be_written() {
    let stage = client();
    stage.write("indented.pem", &stage.text("crt.pem").replace("-----BEGIN", " -----BEGIN"));
    fs::create_dir(stage.path("used")).unwrap();
    stage.write("used/file", "");
    let words = "doctor --cert indented.pem --key private.pem --passphrase-file leaf.pass";
    let before = stage.everything();
    for folder in ["used", "crt.pem"] {
        let answer = stage.run(&format!("{words} --fix {folder}"));
        assert_eq!(answer.code, 1, "{answer:#?}");
        assert!(answer.stdout.starts_with("ill: one cause was found"), "{answer:#?}");
        assert!(!answer.stdout.contains("--fix"), "{answer:#?}");
        assert!(answer.stderr.contains("error[pem-indented]"), "{answer:#?}");
        assert!(answer.stderr.contains(&format!("error: failed to write into {folder}: ")), "{answer:#?}");
        let answer = stage.run(&format!("{words} --fix {folder} --json"));
        let document = answer.document();
        assert_eq!((answer.code, &document["ok"]), (1, &false.into()));
        assert_eq!(document["error"]["kind"], "folder-in-use");
        assert_eq!(document["result"]["mendable"][0], "indented.pem");
        assert!(answer.rules().contains(&"pem-indented".to_owned()), "{answer:#?}");
    }
    // Where nothing would be written, any folder will do.
    let answer = stage.ok(&format!("{PAIR} --passphrase-file leaf.pass --fix used"));
    assert!(answer.stdout.contains("there is nothing that a new file would mend"), "{answer:#?}");
    assert_eq!(stage.everything(), before);
}

#[test]
#[cfg(unix)]
fn a_key_that_others_may_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let stage = client();
    fs::set_permissions(stage.path("private.pem"), fs::Permissions::from_mode(0o640)).unwrap();
    let answer = stage.ok(&format!("{PAIR} --passphrase-file leaf.pass"));
    assert!(answer.stderr.contains("warning[key-readable-by-others]"), "{answer:#?}");
    assert!(answer.stderr.contains("mode 0640"), "{answer:#?}");
}

#[test]
fn a_command_line_without_patient_is_exit_code_2() {
    let stage = Stage::empty();
    assert_eq!(stage.run("doctor").code, 2);
    assert_eq!(stage.run("doctor --fix new").code, 2);
    assert_eq!(stage.run("doctor --key a --for api-gateway").code, 2);
    assert_eq!(stage.run("doctor --truststore a --for nobody").code, 2);
}

#[test]
fn what_no_new_file_mends_is_not_written_anew() {
    let stage = client();
    for at in ["2200-01-01", "2001-01-01"] {
        let answer = stage.run(&format!("doctor --cert crt.pem --at {at} --fix fixed"));
        assert!(
            answer.code == 1 && answer.stdout.contains("nothing that a new file would mend"),
            "{answer:#?}"
        );
        assert!(!stage.path("fixed").exists());
        assert!(!stage.run(&format!("doctor --cert crt.pem --at {at}")).stdout.contains("--fix"));
    }
}

#[cfg(unix)]
#[test]
fn only_a_file_with_a_key_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;
    let stage = client();
    let chmod = |name: &str, mode| {
        fs::set_permissions(stage.path(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    chmod("crt.pem", 0o644);
    chmod("private.pem", 0o600);
    let swapped = "doctor --key crt.pem --cert private.pem --passphrase-file leaf.pass";
    let answer = stage.run(swapped);
    assert!(answer.stderr.contains("files-swapped"), "{answer:#?}");
    assert!(!answer.stderr.contains("key-readable-by-others"), "{answer:#?}");
    chmod("private.pem", 0o644);
    assert!(stage.run(swapped).stderr.contains("private.pem holds a private key and can be read"));
}

#[test]
fn a_key_of_openssh_is_named_with_the_command_that_rewrites_it() {
    let stage = client();
    let body = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n";
    let label = "OPENSSH PRIVATE KEY";
    stage.write("id", &format!("-----BEGIN {label}-----\n{body}-----END {label}-----\n"));
    let answer = stage.run("doctor --key id --cert crt.pem");
    assert!(answer.stderr.contains("error[key-openssh]"), "{answer:#?}");
    assert!(answer.stderr.contains("ssh-keygen -p -m PKCS8") && !answer.stderr.contains("key-damaged"));
    assert!(!answer.stdout.contains("--fix"), "{answer:#?}");
}

#[test]
fn the_key_of_an_authority_is_no_clients() {
    let stage = client();
    let words = "doctor --key pki/authorities/sub/key.pem --cert crt.pem --passphrase-file ca.pass";
    let answer = stage.run(&format!("{words} --fix fixed"));
    assert!(answer.stderr.contains("error[key-mismatch]"), "{answer:#?}");
    assert!(
        !answer.stderr.contains("certificate-order") && !answer.stderr.contains("leave out"),
        "{answer:#?}"
    );
    assert!(!stage.path("fixed").exists(), "{answer:#?}");
}

#[test]
fn parameters_are_those_of_the_next_key_whatever_stands_between() {
    let stage = client();
    let prime256v1 = [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    // SEC1 without its optional fields: version and private key.
    let key = [&[0x30, 0x25, 2, 1, 1, 4, 0x20][..], &[7; 32]].concat();
    let block = |label, der: &[u8]| certwright::pem::encode(label, der).to_string();
    let whole = [
        block("EC PARAMETERS", &prime256v1),
        stage.text("pki/authorities/root/certificate.pem"),
        block("EC PRIVATE KEY", &key),
    ];
    stage.write("apart.pem", &whole.concat());
    for words in ["inspect apart.pem", "key public apart.pem"] {
        stage.ok(words);
    }
    // OpenSSL does not look there.
    let answer = stage.run("doctor --key apart.pem");
    assert!(
        answer.code == 1 && answer.stderr.contains("error[key-form]: the key does not name"),
        "{answer:#?}"
    );
}

#[test]
fn a_wrong_label_is_that_of_the_key_whatever_else_the_file_holds() {
    let stage = client();
    stage.ok("key decrypt private.pem --passphrase-file leaf.pass --out plain.pem");
    let key = fs::read_to_string(stage.path("plain.pem")).unwrap();
    let certificate = fs::read_to_string(stage.path("crt.pem")).unwrap();
    stage.write("both.pem", &format!("{certificate}{}", key.replace("PRIVATE KEY", "RSA PRIVATE KEY")));
    let answer = stage.run("doctor --key both.pem --cert crt.pem");
    let said = "the label says \"RSA PRIVATE KEY\" and the contents are a private key";
    assert!(answer.stderr.contains(said), "{answer:#?}");
}

#[test]
fn further_keys_are_named_also_where_they_have_no_lines() {
    let stage = Stage::empty();
    for name in ["a", "b"] {
        stage.ok(&format!("key generate --plain --out {name}.pem"));
        stage.ok(&format!("key convert {name}.pem --to pkcs8 --plain --der --out {name}.der"));
    }
    let both =
        |ending: &str| ["a", "b"].map(|name| fs::read(stage.path(&format!("{name}.{ending}"))).unwrap());
    for (ending, others) in [("der", "not the others"), ("pem", "not the one at line 6")] {
        fs::write(stage.path("two"), both(ending).concat()).unwrap();
        let answer = stage.run("doctor --key two");
        let said = format!("the file holds 2 private keys: the first that can be read is taken, {others}");
        assert!(answer.stderr.contains(&said), "{answer:#?}");
    }
}

#[test]
#[cfg(unix)]
fn names_of_files_do_not_move_the_cursor() {
    let stage = client();
    let name = "a\u{1b}[31m\n.pem";
    stage.write(name, &stage.text("private.pem").replace("-----END", " -----END"));
    let words = ["doctor", "--key", name, "--passphrase-file", "leaf.pass"];
    let answer = stage.run_with(&words, &[]);
    let shown = "a\\u{1b}[31m\\n.pem";
    assert!(answer.stderr.contains(&format!("({shown}, line ")), "{answer:#?}");
    assert!(answer.stdout.contains(&format!("--fix DIR writes a repaired {shown}\n")), "{answer:#?}");
    let missing = stage.run_with(&["inspect", &format!("{name}x")], &[]);
    assert!(missing.stderr.contains(&format!("failed to read {shown}x")), "{missing:#?}");
    // Programs are told the name as it is.
    let document = stage.run_with(&[&words[..], &["--json"]].concat(), &[]).document();
    assert_eq!(document["result"]["mendable"][0], name);
}
