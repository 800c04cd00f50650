//! `completions`: what a shell needs to complete this program's command line.

use clap_complete::Shell;
use serde_json::json;

use crate::args;
use crate::output::Report;

#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell that will read the script.
    shell: Shell,
}

pub(crate) fn run(command: &Completions) -> Report {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut args::program(), "certwright", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    Report::answer(json!({ "shell": command.shell.to_string(), "script": script }), script)
}
