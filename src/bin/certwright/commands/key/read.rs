//! Keys that are only read.

use std::path::PathBuf;

use certwright::FoundKey;
use serde_json::json;

use crate::certified::certified;
use crate::error::Failure;
use crate::input::Input;
use crate::output::Report;
use crate::passphrase::Opening;
use crate::place::{self, Placement};
use crate::values::input;

#[derive(Debug, clap::Args)]
pub(crate) struct Public {
    /// The private key, in any form.
    #[arg(value_name = "IN", value_parser = input())]
    input: Input,
    /// The file to write, or - for standard output. Without this option the public key is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replaces the file where it exists.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    opening: Opening,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Match {
    /// The private key, in any form.
    #[arg(value_parser = input())]
    key: Input,
    /// The certificate, or a file in which it comes first; or a certificate request, or a public key.
    #[arg(value_name = "CERT", value_parser = input())]
    certificate: Input,
    #[command(flatten)]
    opening: Opening,
}

pub(super) fn public(command: &Public) -> Result<Report, Failure> {
    let Public { input, out, force, opening } = command;
    if let Some(out) = out.as_ref().filter(|out| input.is_file_at(out)) {
        return Err(Failure::over_key(out));
    }
    let key = opening.open(input)?;
    let key = key.public_key();
    let result = json!({
        "algorithm": key.algorithm().to_string(),
        "fingerprint": key.fingerprint().to_string(),
        "pem": key.to_pem(),
    });
    let Some(out) = out else { return Ok(Report::answer(result, key.to_pem())) };
    let mut files = Placement::new(place::overwrite(*force));
    files.public(out.clone(), &key.to_pem())?;
    files.commit()?;
    let out = out.display().to_string();
    Ok(Report::done(result, format!("wrote {out}\n")).detail("files", move || json!([out])))
}

pub(super) fn matches(command: &Match) -> Result<Report, Failure> {
    let Match { key, certificate, opening } = command;
    // Once: what a shell hands over in a pipe cannot be read again.
    let bytes = certificate.read()?;
    let certified = certified(&bytes).map_err(|refused| match swapped(key, &bytes) {
        true => Failure::Swapped { key: key.clone(), certificate: certificate.clone() },
        false => refused.at(certificate).into(),
    })?;
    let private = opening.open(key)?;
    let own = private.public_key();
    let matches = own.matches(&certified);
    let verb = if matches { "belongs" } else { "does not belong" };
    let text = format!("{key} {verb} to {certificate}\n");
    let result = json!({
        "matches": matches,
        "key": own.fingerprint().to_string(),
        "certificate": certified.fingerprint().to_string(),
    });
    Ok(Report::answer(result, text).verdict(matches))
}

/// Whether each of the two files stands in the other's place.
fn swapped(key: &Input, certificate: &[u8]) -> bool {
    let is_certified = || key.read().is_ok_and(|bytes| certified(&bytes).is_ok());
    FoundKey::all(certificate).is_ok() && is_certified()
}
