//! Passphrases that somebody types. `script` (bsdutils) is the terminal.

use std::io::Write;
use std::process::{Command, Stdio};

use super::stage::{CA, Stage};
use crate::support::peers;

/// What is seen on a terminal on which these lines are typed; `None` where there is no `script`.
fn typed(stage: &Stage, words: &str, lines: &[&str]) -> Option<String> {
    let command = format!("{} {words}", env!("CARGO_BIN_EXE_certwright"));
    let mut terminal = Command::new(peers::find("script")?);
    terminal.args(["-qec", &command, "/dev/null"]).current_dir(stage.path(""));
    terminal.env_remove("CERTWRIGHT_PASSPHRASE_FILE").env_remove("CERTWRIGHT_NEW_PASSPHRASE_FILE");
    let mut terminal = terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut keyboard = terminal.stdin.take().unwrap();
    lines.iter().for_each(|line| writeln!(keyboard, "{line}").unwrap());
    drop(keyboard);
    Some(String::from_utf8(terminal.wait_with_output().unwrap().stdout).unwrap())
}

#[test]
fn a_passphrase_that_was_typed_is_looked_for_in_no_file() {
    let stage = Stage::with_authorities();
    for (line, hint) in [("another", "type the passphrase again"), ("", "type the passphrase again")] {
        let Some(seen) = typed(&stage, "issue client a --ca sub", &[line]) else { return };
        assert!(seen.contains(&format!("hint: {hint}")), "{seen}");
    }
}

#[test]
fn a_passphrase_that_was_typed_twice_for_two_things_is_shared() {
    let stage = Stage::with_authorities();
    let Some(seen) = typed(&stage, "issue client a --ca sub", &[CA; 3]) else { return };
    assert!(seen.contains("warning[passphrase-shared]"), "{seen}");
}
