//! Passphrases that somebody types. `script` (bsdutils) is the terminal.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use certwright::{Encryption, KeyType, Passphrase, PrivateKey};

use super::stage::{CA, Stage};
use crate::support::peers;

/// A terminal on which a shell runs a command. It is given a minute.
struct Terminal {
    script: Child,
    keyboard: ChildStdin,
    screen: ChildStdout,
    seen: String,
}

impl Terminal {
    /// `None` where there is no `script`. In the command `certwright` is the program.
    fn running(stage: &Stage, command: &str) -> Option<Self> {
        let command = command.replace("certwright", env!("CARGO_BIN_EXE_certwright"));
        let mut script = Command::new(peers::find("timeout")?);
        // Whoever runs the tests may have them ignore signals, as nohup does.
        script.args(["60", "env", "--default-signal"]).arg(peers::find("script")?);
        script.args(["-qec", &command, "/dev/null"]);
        script.env_remove("CERTWRIGHT_PASSPHRASE_FILE").env_remove("CERTWRIGHT_NEW_PASSPHRASE_FILE");
        script.current_dir(stage.path("")).env("SHELL", "/bin/sh");
        let mut script = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (keyboard, screen) = (script.stdin.take().unwrap(), script.stdout.take().unwrap());
        Some(Self { script, keyboard, screen, seen: String::new() })
    }

    /// Reads until this is seen, which is then taken for old.
    fn until(&mut self, text: &str) -> String {
        let mut byte = [0];
        while !self.seen.contains(text) {
            assert_eq!(self.screen.read(&mut byte).unwrap(), 1, "{text:?} did not come: {}", self.seen);
            self.seen.push_str(&String::from_utf8_lossy(&byte));
        }
        std::mem::take(&mut self.seen)
    }

    fn type_in(&mut self, bytes: &[u8]) {
        self.keyboard.write_all(bytes).unwrap();
    }

    /// Everything else that comes until the command ends.
    fn end(mut self) -> String {
        let mut rest = Vec::new();
        self.screen.read_to_end(&mut rest).unwrap();
        self.script.wait().unwrap();
        self.seen + &String::from_utf8_lossy(&rest)
    }
}

/// What is seen on a terminal on which these lines are typed; `None` where there is no `script`.
fn typed(stage: &Stage, words: &str, lines: &[&str]) -> Option<String> {
    let mut terminal = Terminal::running(stage, &format!("certwright {words}"))?;
    lines.iter().for_each(|line| writeln!(terminal.keyboard, "{line}").unwrap());
    Some(terminal.end())
}

/// A key under this passphrase, in the file `k.enc`.
fn sealed(passphrase: &[u8]) -> Stage {
    let stage = Stage::empty();
    let key = PrivateKey::generate(KeyType::Ed25519).unwrap();
    let passphrase = Passphrase::from_bytes(passphrase.to_vec()).unwrap();
    let sealed = key.encrypt_with(&passphrase, Encryption::Pbkdf2Iterations(1)).unwrap();
    stage.secret("k.enc", &sealed.to_pem());
    stage
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

#[test]
fn a_passphrase_is_the_bytes_that_were_typed() {
    for passphrase in [&b"p\xe4ssw\xf6rt\xe4"[..], b"a\ttab", b"\x1b[A", b"a\x1az", "pässwört".as_bytes()] {
        let stage = sealed(passphrase);
        let Some(mut terminal) = Terminal::running(&stage, "certwright key public k.enc") else { return };
        terminal.until("Passphrase of k.enc: ");
        terminal.type_in(&[passphrase, b"\n"].concat());
        let seen = terminal.end();
        assert!(seen.contains("BEGIN PUBLIC KEY"), "{passphrase:?}: {seen}");
    }
}

#[test]
fn what_is_typed_can_be_corrected_and_is_not_shown() {
    let stage = sealed(b"right");
    let Some(mut terminal) = Terminal::running(&stage, "certwright key public k.enc") else { return };
    terminal.until("Passphrase of k.enc: ");
    // Erases a character, then the line.
    terminal.type_in(b"wrong\x15rightt\x7f\n");
    let seen = terminal.end();
    assert!(seen.contains("BEGIN PUBLIC KEY") && !seen.contains("right"), "{seen}");
}

#[test]
fn an_end_before_anything_was_typed_is_no_empty_passphrase() {
    let stage = sealed(b"right");
    for command in ["certwright key public k.enc", "certwright openssl pkey -in k.enc"] {
        let Some(mut terminal) = Terminal::running(&stage, command) else { return };
        terminal.until("Passphrase of k.enc: ");
        terminal.type_in(b"\x04");
        let seen = terminal.end();
        assert!(seen.contains("from the terminal: it ended before anything was typed"), "{command}: {seen}");
    }
}

#[test]
fn what_follows_a_failed_question_is_read_by_nobody() {
    let stage = sealed(b"right");
    let command = "certwright key public k.enc; read -r line; echo \"then $line.\"";
    let Some(mut terminal) = Terminal::running(&stage, command) else { return };
    terminal.until("Passphrase of k.enc: ");
    terminal.type_in(b"\x04rest\n");
    terminal.until("it ended before anything was typed");
    terminal.type_in(b"next\n");
    let seen = terminal.end();
    assert!(seen.contains("then next."), "{seen}");
}

/// Before `stty` tells what the terminal is like.
const THEN_STTY: &str = "; echo ended $?; stty -a | tr ';' '\\n' | grep -o '[-]*echo ' | head -1";

#[test]
fn a_signal_ends_the_program_and_the_terminal_shows_again_what_is_typed() {
    use rustix::process::{Pid, Signal, kill_process};
    let stage = sealed(b"right");
    for (signal, typed, code) in [
        (Some(Signal::TERM), &b""[..], 143),
        (Some(Signal::HUP), b"", 129),
        (None, b"half\x03", 130),
        (None, b"\x1c", 131),
    ] {
        let command =
            format!("trap : INT QUIT; sh -c 'echo pid $$.; exec certwright key public k.enc'{THEN_STTY}");
        let Some(mut terminal) = Terminal::running(&stage, &command) else { return };
        let seen = terminal.until("Passphrase of k.enc: ");
        terminal.type_in(typed);
        if let Some(signal) = signal {
            let number = seen.split_once("pid ").unwrap().1.split_once('.').unwrap().0;
            kill_process(Pid::from_raw(number.parse().unwrap()).unwrap(), signal).unwrap();
        }
        let seen = terminal.end();
        assert!(seen.contains(&format!("ended {code}")), "{signal:?}, {typed:?}: {seen}");
        assert!(seen.contains("\necho "), "{signal:?}, {typed:?}: {seen}");
    }
}

#[test]
fn an_ignored_signal_stays_ignored() {
    use rustix::process::{Pid, Signal, kill_process};
    let stage = sealed(b"right");
    let command = "sh -c 'trap \"\" HUP; echo pid $$.; exec certwright key public k.enc'";
    let Some(mut terminal) = Terminal::running(&stage, command) else { return };
    let seen = terminal.until("Passphrase of k.enc: ");
    let number = seen.split_once("pid ").unwrap().1.split_once('.').unwrap().0;
    kill_process(Pid::from_raw(number.parse().unwrap()).unwrap(), Signal::HUP).unwrap();
    terminal.type_in(b"right\n");
    let seen = terminal.end();
    assert!(seen.contains("BEGIN PUBLIC KEY"), "{seen}");
}

/// Shells start what runs in the background so.
#[test]
fn who_interrupts_the_question_is_heard_although_interruptions_are_ignored() {
    let stage = sealed(b"right");
    let command = format!("trap : INT; sh -c 'trap \"\" INT; exec certwright key public k.enc'{THEN_STTY}");
    let Some(mut terminal) = Terminal::running(&stage, &command) else { return };
    terminal.until("Passphrase of k.enc: ");
    terminal.type_in(b"half\x03");
    let seen = terminal.end();
    assert!(seen.contains("ended 130") && seen.contains("\necho "), "{seen}");
}

#[test]
fn ctrl_z_has_its_meaning_back_after_the_question() {
    let stage = sealed(b"right");
    let command = "set -m; certwright key public k.enc; stty -a | tr ';' '\\n' | grep susp";
    let Some(mut terminal) = Terminal::running(&stage, command) else { return };
    terminal.until("Passphrase of k.enc: ");
    // The line that held it is erased.
    terminal.type_in(b"half\x1a\x15right\n");
    let seen = terminal.end();
    assert!(seen.contains("BEGIN PUBLIC KEY") && seen.contains("susp = ^Z"), "{seen}");
}

/// The parent is of the same session and group here, and its own parent of another session.
#[test]
fn a_process_that_nobody_could_continue_is_not_stopped() {
    use rustix::process::{Pid, Signal, kill_process};
    let stage = sealed(b"right");
    let command = "sh -c 'echo pid $$.; exec certwright key public k.enc'; true";
    let Some(mut terminal) = Terminal::running(&stage, command) else { return };
    let seen = terminal.until("Passphrase of k.enc: ");
    let number = seen.split_once("pid ").unwrap().1.split_once('.').unwrap().0;
    kill_process(Pid::from_raw(number.parse().unwrap()).unwrap(), Signal::TSTP).unwrap();
    terminal.type_in(b"right\n");
    let seen = terminal.end();
    assert!(seen.contains("BEGIN PUBLIC KEY"), "{seen}");
}

#[test]
fn a_terminal_is_asked_on_wherever_the_key_comes_from() {
    let stage = sealed(b"right");
    for command in ["certwright key public - < k.enc", "certwright openssl pkey -pubout < k.enc"] {
        let Some(mut terminal) = Terminal::running(&stage, command) else { return };
        terminal.until("Passphrase of ");
        terminal.type_in(b"right\n");
        let seen = terminal.end();
        assert!(seen.contains("BEGIN PUBLIC KEY"), "{command}: {seen}");
    }
}

#[test]
fn a_terminal_of_somebody_else_is_not_asked_on() {
    let stage = sealed(b"right");
    let command = "setsid -w certwright key public k.enc";
    let Some(terminal) = Terminal::running(&stage, command) else { return };
    let seen = terminal.end();
    assert!(seen.contains("no terminal to ask on") && seen.contains("--passphrase-file"), "{seen}");
}
