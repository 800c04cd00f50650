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
mod spoilt;
pub(crate) mod truststore;

use certwright::Timestamp;

use crate::args::{Global, InHome, OfProgram, OnFiles};
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

pub(crate) fn in_home(global: &Global, command: &InHome) -> Result<Report, Failure> {
    let context = &Context::of(global)?;
    match command {
        InHome::Quickstart(command) => quickstart::run(context, command),
        InHome::Ca(command) => ca::run(context, command),
        InHome::Issue(command) => issue::run(context, command),
        InHome::Renew(command) => again::renew(context, command),
        InHome::Rekey(command) => again::rekey(context, command),
        InHome::Reissue(command) => again::reissue(context, command),
        InHome::Export(command) => export::run(context, command),
        InHome::Ledger(command) => ledger::run(context, command),
        InHome::Truststore(command) => truststore::run(context, command),
        InHome::Chain(command) => chain::run(context, command),
    }
}

/// Nothing of this needs a home, and none is looked for.
pub(crate) fn on_files(global: &Global, command: &OnFiles) -> Result<Report, Failure> {
    let (silent, now) = (global.quiet || global.json, || global.at.unwrap_or_else(Timestamp::now));
    match command {
        OnFiles::Key(command) => key::run(command, silent).map_err(spoilt::pointed),
        OnFiles::Csr(command) => csr::run(command, silent),
        OnFiles::Lint(command) => lint::run(command, global.at),
        OnFiles::Inspect(command) => inspect::run(command, now()),
        OnFiles::Doctor(command) => doctor::run(command, now()),
    }
}

pub(crate) fn of_program(command: &OfProgram) -> Result<Report, Failure> {
    match command {
        OfProgram::Completions(command) => Ok(completions::run(command)),
        OfProgram::Man(command) => man::run(command),
    }
}
