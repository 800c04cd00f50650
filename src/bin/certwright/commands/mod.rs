//! The commands, one module for each group.

pub(crate) mod again;
pub(crate) mod ca;
pub(crate) mod chain;
pub(crate) mod completions;
pub(crate) mod csr;
pub(crate) mod export;
pub(crate) mod inspect;
pub(crate) mod issue;
pub(crate) mod key;
pub(crate) mod ledger;
pub(crate) mod lint;
pub(crate) mod man;
pub(crate) mod quickstart;
pub(crate) mod truststore;

use crate::args::{Cli, Command, Global};
use crate::error::Failure;
use crate::home::Home;
use crate::output::Report;

/// Where a command works, and how much it says meanwhile.
pub(crate) struct Context {
    pub(crate) home: Home,
    /// Nobody reads along.
    pub(crate) silent: bool,
}

impl Context {
    fn of(global: &Global) -> Result<Self, Failure> {
        Ok(Self { home: Home::of(global)?, silent: global.quiet || global.json })
    }
}

/// Runs the command.
pub(crate) fn run(cli: &Cli) -> Result<Report, Failure> {
    let silent = cli.global.quiet || cli.global.json;
    // These work without a home.
    match &cli.command {
        Command::Completions(command) => return Ok(completions::run(command)),
        Command::Man(command) => return man::run(command),
        Command::Key(command) => return key::run(command, silent),
        Command::Csr(command) => return csr::run(command, silent),
        Command::Lint(command) => return lint::run(command, cli.global.at),
        _ => {}
    }
    let context = Context::of(&cli.global)?;
    match &cli.command {
        Command::Quickstart(command) => quickstart::run(&context, command),
        Command::Ca(command) => ca::run(&context, command),
        Command::Issue(command) => issue::run(&context, command),
        Command::Renew(command) => again::renew(&context, command),
        Command::Rekey(command) => again::rekey(&context, command),
        Command::Export(command) => export::run(&context, command),
        Command::Ledger(command) => ledger::run(&context, command),
        Command::Truststore(command) => truststore::run(&context, command),
        Command::Chain(command) => chain::run(&context, command),
        Command::Inspect(command) => inspect::run(&context, command),
        Command::Key(command) => key::run(command, context.silent),
        Command::Man(command) => man::run(command),
        Command::Csr(command) => csr::run(command, silent),
        Command::Lint(command) => lint::run(command, cli.global.at),
        Command::Completions(command) => Ok(completions::run(command)),
    }
}
