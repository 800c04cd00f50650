//! One shell in one empty folder runs the commands of a page one after the other, as somebody would type them.

use std::process::{Command, Stdio};

use crate::page::{Role, Step};
use crate::path_with;

/// Where the commands were run, as the page has it: the folder of a test is another one each time.
const FOLDER: &str = "/srv/ca";

/// Behind each command, between two separators, stands its exit code, which stays in `$?` for the next one.
const SEPARATOR: char = '\x1e';

/// A terminal shows both streams as one.
const PRELUDE: &str = r#"
exec 2>&1
answered() { local code=$?; printf '\036%d\036' "$code"; return "$code"; }
"#;

/// What a command answered.
pub(crate) struct Answer {
    pub(crate) printed: String,
    pub(crate) succeeded: bool,
}

/// The answers to all commands of the page.
pub(crate) fn run(page: &[&str], steps: &[Step<'_>]) -> Vec<Answer> {
    let script: String = steps.iter().map(|step| format!("{}\nanswered\n", typed(page, step))).collect();
    let printed = bash(&format!("{PRELUDE}{script}"));
    let pieces: Vec<_> = printed.split(SEPARATOR).collect();
    let answers = pieces.chunks_exact(2);
    if let Some(step) = steps.get(answers.len()) {
        panic!("{step} ended the shell:\n{}", answers.remainder().concat());
    }
    answers.map(|answer| Answer { printed: answer[0].to_owned(), succeeded: answer[1] == "0" }).collect()
}

/// A command with what it reads; what the page shows needs no more than an empty standard input.
fn typed(page: &[&str], step: &Step<'_>) -> String {
    match step.role {
        Role::Hidden if !step.lines.is_empty() => {
            let input = page[step.lines.clone()].join("\n");
            format!("{} <<'END OF BLOCK'\n{input}\nEND OF BLOCK", step.command)
        }
        _ => step.command.to_owned(),
    }
}

/// No variable of the outer shell has a say in what is printed: neither its language nor the files that it names.
fn bash(script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let folder_path = folder.path().canonicalize().unwrap();
    let output = Command::new("bash")
        .args(["-c", script])
        .current_dir(&folder_path)
        .env_clear()
        .env("PATH", path_with(&[]))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    printed.replace(folder_path.to_str().unwrap(), FOLDER)
}
