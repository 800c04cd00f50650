//! The commands, one module for each group.

pub(crate) mod again;
pub(crate) mod ca;
pub(crate) mod chain;
pub(crate) mod completions;
pub(crate) mod csr;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod inspect;
pub(crate) mod issue;
pub(crate) mod key;
pub(crate) mod ledger;
pub(crate) mod lint;
pub(crate) mod man;
pub(crate) mod quickstart;
pub(crate) mod truststore;

use certwright::Timestamp;

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

/// Runs the command. Those that need no home do not look for one.
pub(crate) fn run(cli: &Cli) -> Result<Report, Failure> {
    let Global { at, quiet, json, .. } = &cli.global;
    let (silent, context) = (*quiet || *json, || Context::of(&cli.global));
    match &cli.command {
        Command::Quickstart(command) => quickstart::run(&context()?, command),
        Command::Ca(command) => ca::run(&context()?, command),
        Command::Issue(command) => issue::run(&context()?, command),
        Command::Renew(command) => again::renew(&context()?, command),
        Command::Rekey(command) => again::rekey(&context()?, command),
        Command::Reissue(command) => again::reissue(&context()?, command),
        Command::Export(command) => export::run(&context()?, command),
        Command::Ledger(command) => ledger::run(&context()?, command),
        Command::Truststore(command) => truststore::run(&context()?, command),
        Command::Chain(command) => chain::run(&context()?, command),
        Command::Inspect(command) => inspect::run(&context()?, command),
        Command::Key(command) => key::run(command, silent),
        Command::Csr(command) => csr::run(command, silent),
        Command::Lint(command) => lint::run(command, *at),
        Command::Doctor(command) => doctor::run(command, at.unwrap_or_else(Timestamp::now)),
        Command::Openssl(command) => Err(command.misplaced()),
        Command::Completions(command) => Ok(completions::run(command)),
        Command::Man(command) => man::run(command),
    }
}
