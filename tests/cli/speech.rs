//! How the program speaks: exit codes, JSON, standard output and standard error.

use std::io::Read;
use std::process::Stdio;

use super::stage::Stage;

#[test]
fn global_options_stand_before_and_after_the_command() {
    let stage = Stage::with_authorities();
    for words in ["--json --home pki ca list", "ca list --json --home pki", "ca --home pki list --json"] {
        let document = stage.ok(words).document();
        assert_eq!((&document["schema"], &document["command"]), (&1.into(), &"ca list".into()));
        assert_eq!((&document["ok"], &document["error"]), (&true.into(), &serde_json::Value::Null));
    }
}

#[test]
fn a_command_line_that_makes_no_sense_is_exit_2_and_json_where_asked() {
    let stage = Stage::empty();
    for words in
        ["", "nonsense", "ca", "ca root", "issue client x", "key convert a --to pem --out b", "--wrong"]
    {
        let answer = stage.run(words);
        assert_eq!(answer.code, 2, "{words}: {answer:#?}");
        assert!(answer.stdout.is_empty(), "{words}: {answer:#?}");
        let answer = stage.run(&format!("{words} --json"));
        assert_eq!((answer.code, &answer.document()["error"]["kind"]), (2, &"usage".into()), "{words}");
    }
    let document = stage.run("ca root x --json").document();
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.contains("--subject"), "{message}");
}

#[test]
fn help_and_version_are_no_errors_and_every_command_is_described() {
    let stage = Stage::empty();
    let help = stage.ok("--help").stdout;
    for command in [
        "quickstart",
        "ca",
        "issue",
        "export",
        "ledger",
        "truststore",
        "chain",
        "key",
        "inspect",
        "completions",
    ] {
        let line = help.lines().find(|line| line.trim_start().starts_with(&format!("{command} ")));
        assert!(line.is_some(), "{command}: {help}");
        assert!(stage.ok(&format!("{command} --help")).stderr.is_empty());
    }
    assert!(stage.ok("--version").stdout.starts_with("certwright "));
}

#[test]
fn an_error_is_said_on_standard_error_with_its_hint() {
    let stage = Stage::empty();
    let answer = stage.run("export a --out b");
    assert_eq!((answer.code, answer.stdout.as_str()), (1, ""));
    let lines: Vec<_> = answer.stderr.lines().collect();
    assert!(lines[0].starts_with("error: failed to find the certificate"), "{answer:#?}");
    assert!(lines[1].starts_with("hint: "), "{answer:#?}");
}

#[test]
fn quiet_keeps_answers_and_warnings_only() {
    let stage = Stage::with_authorities();
    let csr = "--csr pki/authorities/waiting/request.csr --passphrase-file ca.pass --quiet";
    let answer = stage.ok(&format!("issue client a --ca root {csr}"));
    assert_eq!(answer.stdout, "");
    assert!(answer.stderr.starts_with("warning[leaf-from-root]"), "{answer:#?}");
    assert!(stage.ok("ca list --quiet").stdout.contains("root"));
}

#[test]
fn findings_have_every_field() {
    let stage = Stage::with_authorities();
    let csr = "--csr pki/authorities/waiting/request.csr --passphrase-file ca.pass --json";
    let document = stage.ok(&format!("issue client a --ca root {csr}")).document();
    let finding = &document["findings"][0];
    let fields: Vec<_> = finding.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["rule", "severity", "message", "citation", "place"]);
    assert_eq!((&finding["rule"], &finding["severity"]), (&"leaf-from-root".into(), &"warning".into()));
}

/// The exit code, and what was said on standard error, of a command whose output nobody reads.
fn unread(stage: &Stage, words: &[&str]) -> (Option<i32>, String) {
    let mut child =
        stage.command().args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code(), said)
}

#[test]
fn a_closed_pipe_is_no_panic() {
    assert_eq!(unread(&Stage::empty(), &["completions", "bash"]), (Some(0), String::new()));
}

#[test]
fn a_closed_pipe_does_not_turn_no_into_yes() {
    let stage = Stage::with_authorities();
    let [root, sub] = ["root", "sub"].map(|name| format!("pki/authorities/{name}/certificate.pem"));
    assert_eq!(unread(&stage, &["chain", "verify", &sub, "--trust", &root]).0, Some(0));
    assert_eq!(unread(&stage, &["--at", "2099-01-01", "chain", "verify", &sub, "--trust", &root]).0, Some(1));
}

#[test]
fn completions_know_the_commands() {
    let stage = Stage::empty();
    for shell in ["bash", "zsh", "fish"] {
        assert!(stage.ok(&format!("completions {shell}")).stdout.contains("quickstart"), "{shell}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let stage = Stage::empty();
    assert!(stage.ok("man").stdout.contains(".TH certwright 1"));
    stage.ok("man --out pages");
    for name in ["certwright", "certwright-issue", "certwright-issue-client", "certwright-lint"] {
        assert!(stage.text(&format!("pages/{name}.1")).contains(&format!(".TH {name} 1")), "{name}");
    }
    let page = stage.text("pages/certwright-issue-client.1");
    assert!(
        page.contains(".SH SYNOPSIS\ncertwright issue client [OPTIONS] \\-\\-ca <CA> <NAME>\n"),
        "{page}"
    );
    stage.refused("man --out pages", 1, "exists");
    stage.ok("man --out pages --force");
}
