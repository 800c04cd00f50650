//! `ledger`: the record of everything that was issued.

use certwright::{Certificate, Entry, Serial};
use serde_json::{Value, json};

use super::Context;
use crate::describe;
use crate::error::Failure;
use crate::home::Name;
use crate::output::Report;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Ledger {
    /// Lists everything that was issued, in the order of issue.
    List,
    /// Shows what is recorded about a certificate, and the certificate.
    Show(Show),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// Its serial in hexadecimal, or what it is called in this home.
    #[arg(value_name = "SERIAL|NAME")]
    certificate: String,
}

pub(crate) fn run(context: &Context, command: &Ledger) -> Result<Report, Failure> {
    match command {
        Ledger::List => list(context),
        Ledger::Show(command) => show(context, &command.certificate),
    }
}

fn list(context: &Context) -> Result<Report, Failure> {
    let entries = context.home.ledger()?.entries()?;
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            [
                entry.serial.to_string(),
                entry.state().to_string(),
                entry.profile.clone(),
                entry.window.not_after.to_string(),
                entry.subject.to_string(),
                entry.issuer.to_string(),
            ]
        })
        .collect();
    let result: Vec<_> = entries.iter().map(describe_entry).collect();
    let headings = ["SERIAL", "STATE", "PROFILE", "UNTIL", "SUBJECT", "ISSUER"];
    let report = Report::answer(Value::from(result), describe::table(&headings, &rows));
    Ok(match entries.is_empty() {
        true => report.note(format!("nothing was issued in {}", context.home.root().display())),
        false => report,
    })
}

fn show(context: &Context, certificate: &str) -> Result<Report, Failure> {
    let serial = serial(context, certificate)?;
    let found = context.home.ledger()?.find(&serial)?;
    if found.is_empty() {
        return Err(Failure::UnknownSerial { serial: serial.to_string() });
    }
    let text: Vec<_> = found.iter().map(text).collect();
    let result: Vec<_> = found
        .iter()
        .map(|entry| {
            let mut value = describe_entry(entry);
            if let Some(object) = value.as_object_mut() {
                object.insert(
                    "certificate".to_owned(),
                    entry.certificate.as_ref().map(Certificate::to_pem).into(),
                );
            }
            value
        })
        .collect();
    Ok(Report::answer(Value::from(result), text.join("\n")))
}

/// The serial given, or that of the certificate which has this name.
fn serial(context: &Context, text: &str) -> Result<Serial, Failure> {
    let name = text.parse::<Name>().ok();
    let folder = name.and_then(|name| context.home.find_issued(&name).ok());
    let Some(folder) = folder else { return Ok(text.parse()?) };
    let certificates = Certificate::open_all(folder.join("certificate.pem"))?;
    match certificates.first() {
        Some(certificate) => Ok(certificate.serial().clone()),
        None => Ok(text.parse()?),
    }
}

fn describe_entry(entry: &Entry) -> Value {
    json!({
        "serial": entry.serial.to_string(),
        "state": entry.state().to_string(),
        "profile": entry.profile,
        "subject": entry.subject.to_string(),
        "issuer": entry.issuer.to_string(),
        "not_before": entry.window.not_before.to_string(),
        "not_after": entry.window.not_after.to_string(),
        "warnings": entry.warnings,
        "issued_at": entry.issued_at.to_string(),
        "recorded_at": entry.recorded_at.to_string(),
        "tbs_digest": entry.tbs_digest.to_string(),
    })
}

fn text(entry: &Entry) -> String {
    let rows = [
        ("serial", entry.serial.to_string()),
        ("state", entry.state().to_string()),
        ("profile", entry.profile.clone()),
        ("subject", entry.subject.to_string()),
        ("issuer", entry.issuer.to_string()),
        ("valid", format!("{} to {}", entry.window.not_before, entry.window.not_after)),
        ("issued", entry.issued_at.to_string()),
        ("recorded", entry.recorded_at.to_string()),
        ("warnings", entry.warnings.join(", ")),
    ];
    let rows = rows.iter().filter(|(_, value)| !value.is_empty());
    let mut text: String = rows.map(|(label, value)| describe::row(label, value)).collect();
    text.push_str(&entry.certificate.as_ref().map(Certificate::to_pem).unwrap_or_default());
    text
}
