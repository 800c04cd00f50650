//! `ca cross-sign`: an authority of somebody else, certified by one of this home.

use std::path::PathBuf;

use certwright::{Certificate, Error, chain};

use super::create::Grant;
use super::{Context, into_file, signed};
use crate::describe;
use crate::error::Failure;
use crate::home::Name;
use crate::input::Input;
use crate::output::Report;
use crate::passphrase::Opening;
use crate::place;
use crate::values::input;

#[derive(Debug, clap::Args)]
pub(crate) struct CrossSign {
    /// The authority of this home that certifies the other one.
    #[arg(long, visible_alias = "ca", value_name = "CA")]
    issuer: Name,
    /// The other authority's certificate. Where it is not self-signed, the certificate of its issuer has to be in the
    /// file, too: its signature shows that the key belongs to it.
    #[arg(long, value_name = "FILE", value_parser = input())]
    cert: Input,
    /// The file for the new chain: the certificate, then its issuers, the root last.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    grant: Grant,
    #[command(flatten)]
    opening: Opening,
    /// Replaces the output file where it exists.
    #[arg(long)]
    force: bool,
}

pub(super) fn cross_sign(context: &Context, command: &CrossSign) -> Result<Report, Failure> {
    let CrossSign { issuer, cert, out, grant, opening, force } = command;
    let theirs = vouched_for(cert)?;
    let issuer = context.home.open(issuer, opening)?;
    let prepared = issuer.prepare_cross_sign(&grant.profile(&context.home)?, &theirs)?;
    let issued = into_file(prepared, out, place::overwrite(*force))?;
    Ok(signed("cross-signed", &issued, out).detail("original", move || describe::certificate(&theirs)))
}

/// The lowest authority of the file, certified by its own key or by another one of the file.
fn vouched_for(file: &Input) -> Result<Certificate, Failure> {
    let bag = file.certificates()?;
    let way = chain::Bag::new(&bag).way_up(None).map_err(|error| error.at(file))?;
    match (way.path.as_slice(), way.missing()) {
        // Nobody else has to be there for a root, and nobody further up for what one of the file certified.
        ([theirs], None) | ([theirs, _, ..], _) => Ok(theirs.clone()),
        (_, missing) => {
            let empty = || Error::Chain { reason: "it is empty".to_owned() };
            Err(missing.unwrap_or_else(empty).at(file).into())
        }
    }
}
