//! `inspect`: what files contain.

use std::path::PathBuf;

use certwright::{file, inspect};
use serde_json::{Value, json};

use super::Context;
use crate::error::Failure;
use crate::output::Report;

#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// Files with certificates, requests or keys, PEM or DER. Encrypted keys are described without a passphrase.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(context: &Context, command: &Inspect) -> Result<Report, Failure> {
    let now = context.home.now();
    let (mut texts, mut result) = (Vec::new(), Vec::new());
    for path in &command.files {
        let report = inspect::inspect(&file::read(path)?, now).map_err(|error| error.at(path.display()))?;
        let heading = if command.files.len() > 1 { format!("{}:\n", path.display()) } else { String::new() };
        texts.push(format!("{heading}{report}"));
        result.push(json!({ "file": path.display().to_string(), "blocks": report.blocks }));
    }
    Ok(Report::answer(Value::from(result), texts.join("\n")))
}
