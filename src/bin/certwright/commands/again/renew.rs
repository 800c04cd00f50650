//! `renew`: the same names and the same key.

use super::{Grant, placement, replace, report};
use crate::commands::Context;
use crate::error::Failure;
use crate::output::Report;
use crate::passphrase::Opening;
use crate::previous;

#[derive(Debug, clap::Args)]
pub(crate) struct Renew {
    #[command(flatten)]
    grant: Grant,
    #[command(flatten)]
    opening: Opening,
}

pub(crate) fn renew(context: &Context, command: &Renew) -> Result<Report, Failure> {
    let Renew { grant, opening } = command;
    let mut files = placement();
    let old = grant.old(context, opening, &mut files)?;
    let prepared = old.authority.renew(&old.certificate, &old.profile)?;
    previous::keep(&old.folder, &old.certificate, previous::CERTIFICATE, &mut files)?;
    let (issued, files) = replace(context, &old.folder, prepared, files)?;
    Ok(report("renewed", grant, &old, &issued, &files))
}
