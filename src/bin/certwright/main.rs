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
mod shell;
mod stream;
mod terminal;
mod values;

use std::process::ExitCode;

use crate::args::{Cli, Command, OfProgram};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    match args::parse(&arguments) {
        Ok((Cli { command: Command::OfProgram(OfProgram::Openssl(command)), global }, _)) => {
            openssl::run(&command, global.at.unwrap_or_else(certwright::Timestamp::now))
        }
        Ok((cli, command)) => {
            let outcome = commands::run(&cli);
            output::deliver(&cli.global, &command, outcome)
        }
        Err(refused) => output::usage(&refused, args::wants_json(&arguments)),
    }
}
