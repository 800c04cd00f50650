//! Keys that somebody else may have, too.

use certwright::{Error, PublicKey};
use serde_json::{Value, json};

use super::serial;
use crate::certified::certified;
use crate::commands::Context;
use crate::describe;
use crate::error::Failure;
use crate::input::Input;
use crate::output::Report;
use crate::passphrase::Opening;
use crate::values::input;

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("whose").required(true))]
pub(crate) struct Compromise {
    /// The certificate whose key it is: its serial in hexadecimal, or what it is called in this home.
    #[arg(value_name = "SERIAL|NAME", group = "whose")]
    certificate: Option<String>,
    /// A file with the key: a certificate, a request, the public key, or the private key in any form.
    #[arg(long, value_name = "FILE", group = "whose", value_parser = input())]
    key: Option<Input>,
    /// What happened to it; it stands in every refusal.
    #[arg(long, value_name = "TEXT", default_value = "no reason was given")]
    reason: String,
    #[command(flatten)]
    opening: Opening,
}

pub(super) fn mark(context: &Context, command: &Compromise) -> Result<Report, Failure> {
    context.home.must_exist()?;
    let ledger = context.home.ledger()?;
    let key = match (&command.key, &command.certificate) {
        (Some(file), _) => in_file(file, &command.opening)?,
        (None, certificate) => recorded(context, certificate.as_deref().unwrap_or_default())?,
    };
    let before = ledger.compromise_of(&key)?;
    ledger.mark_compromised(&key, &command.reason)?;
    let issued = issued_for(&ledger.entries()?, &key);
    let what = if before.is_some() { "was marked as compromised already" } else { "marked as compromised" };
    let mut text = format!("{what}: {}, {}\n", key.algorithm(), key.fingerprint());
    issued.iter().for_each(|serial| text.push_str(&describe::row("issued", serial)));
    let result = json!({
        "key": key.fingerprint().to_string(),
        "algorithm": key.algorithm().to_string(),
        "reason": before.map_or(command.reason.clone(), |mark| mark.reason),
        "issued": issued,
    });
    let report = Report::done(result, text);
    if issued.is_empty() {
        return Ok(report);
    }
    Ok(report.note("what was issued for it stays valid until it is revoked"))
}

pub(super) fn list(context: &Context) -> Result<Report, Failure> {
    context.home.must_exist()?;
    let marks = context.home.ledger()?.compromised_keys()?;
    let rows: Vec<_> = marks
        .iter()
        .map(|mark| [mark.marked_at.to_string(), mark.key.fingerprint().to_string(), mark.reason.clone()])
        .collect();
    let result: Vec<_> = rows
        .iter()
        .map(|[at, key, reason]| json!({ "marked_at": at, "key": key, "reason": reason }))
        .collect();
    Ok(Report::answer(Value::from(result), describe::table(&["MARKED", "KEY", "REASON"], &rows)))
}

/// The serials of what was issued for the key.
fn issued_for(entries: &[certwright::Entry], key: &PublicKey) -> Vec<String> {
    let certificates = entries.iter().filter_map(|entry| entry.certificate.as_ref());
    let own = certificates.filter(|certificate| certificate.public_key().is_same_key(key));
    own.map(|certificate| certificate.serial().to_string()).collect()
}

/// The key of a recorded certificate.
fn recorded(context: &Context, certificate: &str) -> Result<PublicKey, Failure> {
    let serial = serial(context, certificate)?;
    let entries = context.home.ledger()?.find(&serial)?;
    let found = entries.into_iter().find_map(|entry| entry.certificate);
    let unknown = || Failure::UnknownSerial { serial: serial.to_string() };
    found.map(|certificate| certificate.public_key().clone()).ok_or_else(unknown)
}

fn in_file(input: &Input, opening: &Opening) -> Result<PublicKey, Failure> {
    // Once: what a shell hands over in a pipe cannot be read again.
    let bytes = input.read()?;
    match certified(&bytes) {
        Err(Error::Unexpected { .. }) => Ok(opening.open_read(input, &bytes)?.public_key().clone()),
        read => Ok(read.map_err(|error| error.at(input))?),
    }
}
