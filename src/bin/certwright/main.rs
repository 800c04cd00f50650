//! The program: the library's operations on a folder that holds a certificate authority.

/// musl's own maps and unmaps memory fifty times in a command that takes half a millisecond.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

mod args;
mod certified;
mod commands;
mod conflicts;
mod describe;
mod destination;
mod draw;
mod error;
mod home;
mod input;
mod later;
mod names;
mod nearest;
mod openssl;
mod output;
mod owner;
mod passphrase;
mod picture;
mod place;
mod practice;
mod previous;
mod profiles;
mod several;
mod shell;
mod stream;
mod terminal;
mod values;

use std::process::ExitCode;

use crate::args::{AsAnother, Cli, Command};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let (Cli { global, command }, name) = match args::parse(&arguments) {
        Ok(parsed) => parsed,
        Err(refused) => return output::usage(&refused, args::wants_json(&arguments)),
    };
    let outcome = match &command {
        Command::InHome(command) => commands::in_home(&global, command),
        Command::OnFiles(command) => commands::on_files(&global, command),
        Command::OfProgram(command) => commands::of_program(command),
        Command::AsAnother(AsAnother::Openssl(command)) => {
            return openssl::run(command, global.at.unwrap_or_else(certwright::Timestamp::now));
        }
    };
    output::deliver(&global, &name, outcome)
}
