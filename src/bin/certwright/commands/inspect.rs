//! `inspect`: what files contain.

use certwright::inspect::{self, Block};
use certwright::{Error, Timestamp};
use serde_json::{Value, json};

use super::spoilt;
use crate::error::Failure;
use crate::input::Input;
use crate::output::Report;
use crate::values::input;

#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// Files with certificates, requests or keys, PEM or DER. Encrypted keys are described without a passphrase.
    #[arg(required = true, value_name = "FILE", value_parser = input())]
    files: Vec<Input>,
}

/// What is readable is shown; the first thing that is not is the error.
pub(crate) fn run(command: &Inspect, now: Timestamp) -> Result<Report, Failure> {
    let several = command.files.len() > 1;
    let (mut texts, mut result, mut failure) = (Vec::new(), Vec::new(), None);
    for input in &command.files {
        match read(input, now) {
            Ok(report) => {
                let heading = if several { format!("{input}:\n") } else { String::new() };
                texts.push(format!("{heading}{report}"));
                failure = failure.or(report.blocks.iter().find_map(|block| fault(input, block)));
                result.push(json!({ "file": input.word(), "blocks": report.blocks }));
            }
            Err(refused) => failure = failure.or_else(|| Some(spoilt::pointed(refused.into()))),
        }
    }
    match failure {
        Some(failure) if texts.is_empty() => Err(failure),
        failure => Ok(Report::answer(Value::from(result), texts.join("\n")).failed(failure)),
    }
}

fn read(input: &Input, now: Timestamp) -> Result<inspect::Report, Error> {
    inspect::inspect(&input.read()?, now).map_err(|error| error.at(input))
}

/// The kind of what is wrong with the writing of a block.
const PEM: &str = "pem";

fn fault(input: &Input, block: &Block) -> Option<Failure> {
    let inspect::Fault { kind, reason, hint, .. } = block.fault.clone()?;
    let at = block.line.map(|line| format!("line {line} of ")).unwrap_or_default();
    let hint = match input.path().filter(|_| kind == PEM) {
        Some(file) => Some(spoilt::with_doctor(hint.as_deref(), file)),
        None => hint,
    };
    Some(Failure::Unreadable { kind, reason, hint, place: format!("{at}{input}") })
}
