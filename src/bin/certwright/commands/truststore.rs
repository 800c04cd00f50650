//! `truststore`: assembled and checked for whoever will read it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use certwright::chain::{self, Chain};
use certwright::truststore::{self, Layout, Prediction, Rules};
use certwright::{Certificate, Finding, Timestamp};
use clap::ValueEnum;
use serde_json::{Value, json};

use super::Context;
use crate::describe;
use crate::error::Failure;
use crate::home::Name;
use crate::output::Report;
use crate::passphrase::{Passphrases, SECOND_CHOICE};
use crate::place::{self, Placement};
use crate::values::target;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Truststore {
    /// Assembles a truststore: each authority's certificate, the one that issued it below, the root last.
    Build(Build),
    /// Says whether the reader takes the truststore, and with --client whether it lets that client in.
    Check(Check),
}

#[derive(Debug, clap::Args)]
#[command(mut_arg("passphrase_file", |option| option.help(SECOND_CHOICE)))]
#[command(mut_arg("new_passphrase_file", |option| option.help(STORE_FILE)))]
pub(crate) struct Build {
    /// Authorities of this home, or files with their certificates. A file's name has a slash or a dot.
    #[arg(required = true, value_name = "CA|FILE")]
    from: Vec<String>,
    /// The reader, whose rules the truststore has to keep.
    #[arg(long = "for", value_name = "TARGET", value_parser = target())]
    rules: Rules,
    /// The form of the file.
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    format: Form,
    /// The file to write, or - for standard output.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replaces the file where it exists.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    passphrases: Passphrases,
}

const STORE_FILE: &str = "A file with the passphrase of a p12 truststore; the other forms have none. Without this option it \
                          is the file that CERTWRIGHT_NEW_PASSPHRASE_FILE names, else that of --passphrase-file, else \
                          the terminal is asked";

/// The form of a truststore's file.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Form {
    /// One PEM block below the other.
    #[default]
    Pem,
    /// The certificates in DER, one after the other.
    Der,
    /// PKCS#7 in DER.
    P7b,
    /// A key store of Java: PKCS#12 with trusted-certificate entries. It has a passphrase.
    P12,
}

impl Form {
    /// Without comments between the blocks: not every reader is known to skip them.
    fn write(self, store: &truststore::Truststore, passphrases: &Passphrases) -> Result<Vec<u8>, Failure> {
        Ok(match self {
            Self::Pem => store.to_plain_pem().into_bytes(),
            Self::Der => store.to_der(),
            Self::P7b => store.to_pkcs7(),
            Self::P12 => store.to_pkcs12(&passphrases.seal("the truststore")?.passphrase)?,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Pem => "pem",
            Self::Der => "der",
            Self::P7b => "p7b",
            Self::P12 => "p12",
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// The truststore.
    file: PathBuf,
    /// The reader, whose rules the truststore has to keep.
    #[arg(long = "for", value_name = "TARGET", value_parser = target())]
    rules: Rules,
    /// What a client presents: its certificate first, then its intermediates.
    #[arg(long, value_name = "FILE")]
    client: Option<PathBuf>,
}

pub(crate) fn run(context: &Context, command: &Truststore) -> Result<Report, Failure> {
    match command {
        Truststore::Build(command) => build(context, command),
        Truststore::Check(command) => check(command, context.home.now()),
    }
}

fn build(context: &Context, command: &Build) -> Result<Report, Failure> {
    let Build { from, rules, format, out, force, passphrases } = command;
    let mut chains = Vec::new();
    for source in from {
        chains.extend(chains_of(context, source)?);
    }
    let store = truststore::Truststore::assemble(&chains, rules, context.home.now())?;
    let mut files = Placement::new(place::overwrite(*force));
    files.public_bytes(out.clone(), &format.write(&store, passphrases)?)?;
    files.commit()?;
    let subjects = store.certificates().iter().map(|certificate| describe::row("", certificate.subject()));
    let summary = format!(
        "wrote the truststore {} for {}\n{}",
        out.display(),
        rules.target,
        subjects.collect::<String>()
    );
    let result = json!({
        "for": rules.target,
        "format": format.name(),
        "certificates": store.certificates().iter().map(describe::certificate).collect::<Vec<_>>(),
        "files": [out.display().to_string()],
    });
    let report = Report::done(result, summary).findings(&news(from, store.findings()));
    Ok(match store.layout() {
        Layout::Split => report.note(format!(
            "{} takes roots and intermediates in two lists: take this file apart",
            rules.target
        )),
        _ => report,
    })
}

/// What is worth saying: each authority brings its issuers along, which is no news unless somebody gave one twice.
fn news(from: &[String], findings: &[Finding]) -> Vec<Finding> {
    let mut seen = HashSet::new();
    let twice = !from.iter().all(|source| seen.insert(source));
    findings.iter().filter(|finding| twice || finding.rule != "duplicate-certificate").cloned().collect()
}

/// An authority's chain, else the chains of a file's certificates.
fn chains_of(context: &Context, source: &str) -> Result<Vec<Chain>, Failure> {
    let name = source.parse::<Name>().ok();
    let looks_like_file = source.contains(['/', '.', std::path::MAIN_SEPARATOR]);
    match name {
        Some(name) if context.home.has_authority(&name) || !looks_like_file => {
            Ok(vec![context.home.chain(&name)?])
        }
        _ => chains_in(Path::new(source)),
    }
}

/// One chain for each certificate of a file that certifies no other of them.
fn chains_in(file: &Path) -> Result<Vec<Chain>, Failure> {
    let bag = Certificate::open_all(file)?;
    let mut seen = HashSet::new();
    let ends = super::chain::ends(&bag).into_iter().filter(|end| seen.insert(end.fingerprint()));
    let chains: Result<Vec<_>, _> =
        ends.map(|end| chain::order(&bag, Some(end.fingerprint())).map(|ordered| ordered.chain)).collect();
    Ok(chains.map_err(|error| error.at(file.display()))?)
}

fn check(command: &Check, now: Timestamp) -> Result<Report, Failure> {
    let Check { file, rules, client } = command;
    let store = Certificate::open_all(file)?;
    let findings = truststore::Truststore::check(&store, rules, now);
    let taken = !findings.iter().any(Finding::is_error);
    let mut result = json!({ "for": rules.target, "certificates": store.len(), "taken": taken });
    let verb = if taken { "takes" } else { "refuses" };
    let mut text = format!("{} {verb} {}\n", rules.target, file.display());
    let mut report = Report::answer(Value::Null, String::new()).verdict(taken).findings(&findings);
    if let Some(client) = client {
        let prediction = truststore::Truststore::predict(&store, rules, &Certificate::open_all(client)?, now);
        let accepted = taken && prediction.is_accepted();
        text.push_str(&verdict(&prediction, client, taken));
        if let Some(object) = result.as_object_mut() {
            object.insert("accepted".to_owned(), accepted.into());
        }
        if let Prediction::Refused(finding) = &prediction {
            report = report.findings(std::slice::from_ref(finding));
        }
        report = report.verdict(accepted);
    }
    (report.result, report.data) = (result, text);
    Ok(report)
}

fn verdict(prediction: &Prediction, client: &Path, taken: bool) -> String {
    let client = client.display();
    match (prediction, taken) {
        (Prediction::Accepted(verified), true) => {
            let anchor =
                verified.anchor().map(|anchor| format!(", by {}", anchor.subject())).unwrap_or_default();
            format!("{client} is let in{anchor}\n")
        }
        (Prediction::Accepted(_), false) => {
            format!("{client} would be let in if the truststore were taken\n")
        }
        _ => format!("{client} is refused\n"),
    }
}
