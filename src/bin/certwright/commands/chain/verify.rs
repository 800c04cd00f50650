//! `chain verify`: whether a certificate is to be trusted, and why not.

mod demands;

use certwright::chain::{Attempt, Rejected, Verified, Verifier};
use certwright::{Certificate, Error, Finding};
use serde_json::{Value, json};

use super::{Context, leaf};
use crate::describe;
use crate::error::Failure;
use crate::input::{Input, certificates, crls};
use crate::output::{Remark, Report};
use crate::values::input;

#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// The certificate and those that it is presented with, in any order.
    #[arg(value_parser = input())]
    file: Input,
    /// The roots, or other authorities, that are trusted; may be given several times.
    #[arg(long, required = true, value_name = "FILE", value_parser = input())]
    trust: Vec<Input>,
    /// More certificates that a path may use, in any order; may be given several times.
    #[arg(long, value_name = "FILE", value_parser = input())]
    intermediates: Vec<Input>,
    /// Revocation lists; may be given several times. Without this option revocation is not looked at.
    #[arg(long, value_name = "FILE", value_parser = input())]
    crl: Vec<Input>,
    /// The certificate asked about: its SHA-256 fingerprint, or a file in which it comes first. Without this option
    /// it is the only one that is no authority's, else the first of the file.
    #[arg(long, value_name = "FINGERPRINT|FILE")]
    leaf: Option<String>,
    #[command(flatten)]
    demands: demands::Demands,
}

pub(super) fn verify(context: &Context, command: &Verify) -> Result<Report, Failure> {
    let bag = command.file.certificates()?;
    let (anchors, crls) = (certificates(&command.trust)?, crls(&command.crl)?);
    let certificate = chosen(command, &bag)?;
    let others = [bag.as_slice(), &certificates(&command.intermediates)?].concat();
    let verifier = command.demands.of(Verifier::new(&anchors, context.home.now()).crls(&crls));
    Ok(match verifier.verify(certificate, &others) {
        Ok(verified) => holds(&command.file, &verified),
        Err(rejected) => fails(&command.file, &rejected),
    })
}

/// The certificate that is asked about.
fn chosen<'a>(command: &Verify, bag: &'a [Certificate]) -> Result<&'a Certificate, Failure> {
    let missing = |reason: String| Error::Chain { reason }.at(&command.file).into();
    if let Some(text) = &command.leaf {
        let wanted = leaf(text)?;
        let found = bag.iter().find(|certificate| certificate.fingerprint() == wanted);
        return found.ok_or_else(|| missing(format!("no certificate has the fingerprint {wanted}")));
    }
    let mut leaves = bag.iter().filter(|certificate| !certificate.is_authority());
    let only = leaves.next().filter(|_| leaves.next().is_none());
    only.or(bag.first()).ok_or_else(|| missing("it is empty".to_owned()))
}

fn holds(file: &Input, verified: &Verified) -> Report {
    let mut text = format!("{file} holds\n");
    for certificate in &verified.path {
        text.push_str(&describe::row("", certificate.subject()));
    }
    let result = json!({
        "verified": true,
        "path": verified.path.iter().map(describe::certificate).collect::<Vec<_>>(),
        "attempts": verified.attempts.iter().map(attempt).collect::<Vec<_>>(),
    });
    Report::answer(result, text).findings(&verified.findings)
}

/// The most useful failure is told by its findings; the other paths by one line each.
fn fails(file: &Input, rejected: &Rejected) -> Report {
    let mut text = format!("{file} does not hold\n");
    for attempt in &rejected.attempts {
        text.push_str(&describe::row("tried", attempt));
    }
    let result = json!({
        "verified": false,
        "path": null,
        "attempts": rejected.attempts.iter().map(attempt).collect::<Vec<_>>(),
    });
    Report::answer(result, text).findings(rejected.findings()).verdict(false)
}

fn attempt(attempt: &Attempt) -> Value {
    let finding = |finding: &Finding| Remark::from(finding).json();
    json!({
        "path": attempt.path.iter().map(|certificate| certificate.subject().to_string()).collect::<Vec<_>>(),
        "complete": attempt.complete,
        "findings": attempt.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}
