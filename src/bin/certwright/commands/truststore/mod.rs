//! `truststore`: assembled and checked for whoever will read it.

mod build;
mod check;

use super::Context;
use crate::error::Failure;
use crate::output::Report;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Truststore {
    /// Assembles a truststore: each authority's certificate, the one that issued it below, the root last.
    Build(build::Build),
    /// Says whether the reader takes the truststore and until when it works, and with --client whether that client is
    /// let in.
    Check(check::Check),
}

pub(crate) fn run(context: &Context, command: &Truststore) -> Result<Report, Failure> {
    match command {
        Truststore::Build(command) => build::build(context, command),
        Truststore::Check(command) => check::check(command, context.home.now()),
    }
}
