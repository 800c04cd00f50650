//! `ledger`: the record of everything that was issued.

mod compromise;
mod inventory;
mod verify;

use std::collections::HashMap;
use std::path::PathBuf;

use certwright::{Certificate, Entry, Fingerprint, Lifetime, Serial, State, Timestamp};
use serde_json::{Value, json};

use super::Context;
use crate::describe;
use crate::error::Failure;
use crate::home::Name;
use crate::output::Report;
use crate::values::lifetime;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Ledger {
    /// Lists everything that was issued, in the order of issue.
    List(List),
    /// Shows what is recorded about a certificate, and the certificate.
    Show(Show),
    /// Lists the serials whose signing was interrupted: they are never used again.
    Pending,
    /// Verifies that every certificate is the one that was recorded, and signed by its issuer; that what was issued in
    /// this home is recorded; and that its chains hold the certificates that its authorities have now.
    Verify,
    /// Marks a key as compromised: nothing is issued for it, and nothing signed with it, from now on.
    Compromise(compromise::Compromise),
    /// Lists the keys that are marked as compromised.
    Compromised,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Only what is current and ends within this span, such as 30d.
    #[arg(long, value_name = "SPAN", value_parser = lifetime)]
    ends_within: Option<Lifetime>,
}

impl List {
    fn shows(&self, entry: &Entry, now: Timestamp) -> bool {
        let Some(span) = self.ends_within else { return true };
        let current = entry.certificate.is_some() && entry.window.contains(now);
        current && span.end(now).is_ok_and(|end| entry.window.not_after <= end)
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// Its serial in hexadecimal, or what it is called in this home.
    #[arg(value_name = "SERIAL|NAME")]
    certificate: String,
}

pub(crate) fn run(context: &Context, command: &Ledger) -> Result<Report, Failure> {
    match command {
        Ledger::List(command) => list(context, |entry| command.shows(entry, context.home.now())),
        Ledger::Show(command) => show(context, &command.certificate),
        Ledger::Pending => list(context, |entry| entry.state() == State::Reserved),
        Ledger::Compromise(command) => compromise::mark(context, command),
        Ledger::Compromised => compromise::list(context),
        Ledger::Verify => verify::verify(context),
    }
}

fn list(context: &Context, chosen: impl Fn(&Entry) -> bool) -> Result<Report, Failure> {
    let mut entries = context.home.ledger()?.entries()?;
    let empty = entries.is_empty();
    entries.retain(chosen);
    let (names, now) = (names(context)?, context.home.now());
    let name = |entry: &Entry| names.get(&entry.tbs_digest).cloned().unwrap_or_default();
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            [
                entry.serial.to_string(),
                name(entry),
                standing(entry, now).to_owned(),
                entry.profile.clone(),
                entry.window.not_after.to_string(),
                entry.subject.to_string(),
                entry.issuer.to_string(),
            ]
        })
        .collect();
    let result: Vec<_> = entries
        .iter()
        .map(|entry| {
            let mut value = describe_entry(entry);
            if let Some(object) = value.as_object_mut() {
                let name = Some(name(entry)).filter(|name| !name.is_empty());
                object.insert("name".to_owned(), json!(name));
                object.insert("standing".to_owned(), json!(standing(entry, now)));
            }
            value
        })
        .collect();
    let headings = ["SERIAL", "NAME", "STANDING", "PROFILE", "UNTIL", "SUBJECT", "ISSUER"];
    let report = Report::answer(Value::from(result), describe::table(&headings, &rows));
    if empty {
        return Ok(report.note(format!("nothing was issued in {}", context.home.root().display())));
    }
    Ok(report)
}

/// What the certificates of this home are called here, by the digest of what was signed.
fn names(context: &Context) -> Result<HashMap<Fingerprint, String>, Failure> {
    let home = &context.home;
    let mut files: Vec<_> = home
        .issued()
        .into_iter()
        .map(|name| (home.issued_folder(&name).join("certificate.pem"), name))
        .collect();
    for name in home.authorities() {
        files.push((home.authority_folder(&name).join("certificate.pem"), name));
    }
    let mut names = HashMap::new();
    for (path, name) in files.into_iter().filter(|(path, _)| path.exists()) {
        names.insert(Fingerprint::of(Certificate::open(path)?.tbs()), name.to_string());
    }
    Ok(names)
}

/// What the certificate is good for at this moment.
fn standing(entry: &Entry, now: Timestamp) -> &'static str {
    match entry.certificate {
        None => "reserved",
        Some(_) if now > entry.window.not_after => "expired",
        Some(_) if now < entry.window.not_before => "not yet valid",
        Some(_) => "current",
    }
}

fn show(context: &Context, certificate: &str) -> Result<Report, Failure> {
    let serial = serial(context, certificate)?;
    let ledger = context.home.ledger()?;
    let found = ledger.find(&serial)?;
    if found.is_empty() {
        return Err(Failure::UnknownSerial { serial: serial.to_string() });
    }
    let mut texts = Vec::new();
    let mut after = Vec::new();
    for entry in &found {
        let successors = match &entry.certificate {
            Some(certificate) => ledger.successors(certificate)?,
            None => Vec::new(),
        };
        let serials: Vec<_> = successors.iter().map(|entry| entry.serial.to_string()).collect();
        texts.push(text(entry, &serials));
        after.push(serials);
    }
    let result: Vec<_> = found
        .iter()
        .zip(after)
        .map(|(entry, successors)| {
            let mut value = describe_entry(entry);
            if let Some(object) = value.as_object_mut() {
                object.insert("successors".to_owned(), json!(successors));
                object.insert(
                    "certificate".to_owned(),
                    entry.certificate.as_ref().map(Certificate::to_pem).into(),
                );
            }
            value
        })
        .collect();
    Ok(Report::answer(Value::from(result), texts.join("\n")))
}

/// The serial of the certificate that has this name, or the serial given.
fn serial(context: &Context, text: &str) -> Result<Serial, Failure> {
    let unknown = match text.parse::<Name>().map(|name| find(context, &name)) {
        Ok(Ok(folder)) => {
            return Ok(Certificate::open(folder.join("certificate.pem"))?.serial().clone());
        }
        Ok(Err(unknown)) => Some(unknown),
        Err(_) => None,
    };
    match (text.parse(), unknown) {
        (Ok(serial), _) => Ok(serial),
        (Err(_), Some(unknown)) => Err(unknown),
        (Err(malformed), None) => Err(malformed.into()),
    }
}

/// The folder of what is called so: something issued, else an authority.
fn find(context: &Context, name: &Name) -> Result<PathBuf, Failure> {
    let authority = context.home.authority_folder(name);
    context.home.find_issued(name).or_else(|unknown| {
        if authority.join("certificate.pem").exists() { Ok(authority) } else { Err(unknown) }
    })
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
        "predecessor": entry.predecessor.as_ref().map(|before| json!({
            "serial": before.serial.to_string(),
            "issuer": before.issuer.to_string(),
            "succession": before.succession.to_string(),
        })),
        "tbs_digest": entry.tbs_digest.to_string(),
    })
}

fn text(entry: &Entry, successors: &[String]) -> String {
    let before = entry.predecessor.as_ref();
    let before = before.map(|before| format!("{} ({})", before.serial, before.succession));
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
        ("replaces", before.unwrap_or_default()),
        ("replaced", successors.iter().map(|serial| format!("by {serial}")).collect::<Vec<_>>().join(", ")),
    ];
    let rows = rows.iter().filter(|(_, value)| !value.is_empty());
    let mut text: String = rows.map(|(label, value)| describe::row(label, value)).collect();
    text.push_str(&entry.certificate.as_ref().map(Certificate::to_pem).unwrap_or_default());
    text
}
