//! `chain`: certificates, put in order and verified.

mod verify;

use std::path::PathBuf;

use certwright::chain;
use certwright::{Certificate, Fingerprint};
use serde_json::json;

use super::Context;
use crate::describe;
use crate::error::Failure;
use crate::input::{Input, certificates};
use crate::output::{Report, shown};
use crate::place::{self, Placement};
use crate::values::input;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Chain {
    /// Puts certificates in the order in which they are presented: the leaf, then each one's issuer, without the
    /// root. What is not needed is named.
    Order(Order),
    /// Says whether a certificate is to be trusted, and if not, why: dates, signatures, constraints and usage on
    /// every path to those that are trusted (RFC 5280 section 6).
    Verify(verify::Verify),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Order {
    /// Files with certificates, in any order.
    #[arg(required = true, value_name = "FILE", value_parser = input())]
    files: Vec<Input>,
    /// The file for the result. Without this option it is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Writes the root, too, at the end.
    #[arg(long)]
    with_root: bool,
    /// The leaf: its SHA-256 fingerprint, or a file with its certificate. It is needed where several
    /// certificates could be the leaf.
    #[arg(long, value_name = "FINGERPRINT|FILE")]
    leaf: Option<String>,
    /// Replaces the output file where it exists.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(context: &Context, command: &Chain) -> Result<Report, Failure> {
    match command {
        Chain::Order(command) => order(context, command),
        Chain::Verify(command) => verify::verify(context, command),
    }
}

fn order(context: &Context, command: &Order) -> Result<Report, Failure> {
    let leaf = command.leaf.as_deref().map(leaf).transpose()?;
    let bag = certificates(&command.files)?;
    let ordered = chain::Bag::new(&bag).at(context.home.now()).way_up(leaf)?;
    let wanted = wanted(&ordered, command.with_root)?;
    let pem = chain::to_pem(wanted);
    let unused: Vec<_> = ordered
        .unused
        .iter()
        .map(|(certificate, why)| format!("not used: {}, {why}", certificate.subject()))
        .collect();
    let result = json!({
        "chain": ordered.path.iter().map(describe::certificate).collect::<Vec<_>>(),
        "unused": ordered.unused.iter().map(|(certificate, why)| json!({
            "certificate": describe::certificate(certificate),
            "reason": why.to_string(),
        })).collect::<Vec<_>>(),
        "pem": pem,
    });
    let report = match &command.out {
        None => Report::answer(result, pem),
        Some(out) => {
            let mut files = Placement::new(place::overwrite(command.force));
            files.public(out.clone(), &pem)?;
            files.commit()?;
            let subjects = wanted.iter().map(|certificate| describe::row("", certificate.subject()));
            Report::done(
                result,
                format!("wrote {}\n{}", shown(&out.display().to_string()), subjects.collect::<String>()),
            )
        }
    };
    let rootless = ordered.path.last().filter(|_| !ordered.rooted).map(|last| {
        format!(
            "the chain ends with {}: no certificate of {} was given, which nobody has to send if it is the root",
            last.subject(),
            last.issuer()
        )
    });
    Ok(report.findings(&ordered.findings).notes(unused).notes(rootless))
}

/// What is written. The root is what nobody has to send, so that it may be missing; but a leaf alone lacks its
/// intermediate, as nearly every leaf has one.
fn wanted(way: &chain::WayUp, with_root: bool) -> Result<&[Certificate], Failure> {
    let below_authority = way.path.len() > 1;
    match (way.missing(), way.presented()) {
        (Some(missing), _) if with_root || !below_authority => Err(missing.into()),
        (None, _) if with_root => Ok(&way.path),
        (_, []) => Err(Failure::RootAlone),
        (_, presented) => Ok(presented),
    }
}

fn leaf(text: &str) -> Result<Fingerprint, Failure> {
    if let Ok(fingerprint) = text.parse() {
        return Ok(fingerprint);
    }
    Ok(Certificate::open(text)?.fingerprint())
}
