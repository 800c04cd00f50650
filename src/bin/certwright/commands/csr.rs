//! `csr`: requests for somebody else's authority, written and read.

use std::path::{Path, PathBuf};

use certwright::{CsrBuilder, KeyType, PrivateKey, Subject};
use serde_json::json;

use crate::describe;
use crate::draw;
use crate::error::Failure;
use crate::input::Input;
use crate::names::Names;
use crate::output::Report;
use crate::passphrase::Passphrases;
use crate::place::{self, Placement};
use crate::values::{input, key_type, subject};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Csr {
    /// Writes a request for a key, signed by it.
    Create(Box<Create>),
    /// Says what a request asks for, after verifying that its own key signed it.
    Inspect(Inspect),
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("source").required(true))]
pub(crate) struct Create {
    /// The distinguished name to ask for, as RFC 4514 writes it: "CN=payments,O=Example".
    #[arg(long, value_name = "DN", value_parser = subject)]
    subject: Subject,
    #[command(flatten)]
    names: Names,
    /// The private key that the request is for, in any form.
    #[arg(long, value_name = "FILE", group = "source", value_parser = input())]
    key: Option<Input>,
    /// Draws a new key of this type.
    #[arg(long, visible_aliases = ["type", "key-type"], value_name = "TYPE", group = "source", value_parser = key_type())]
    new: Option<KeyType>,
    /// The file for the new key. Without this option it is the request's, with the ending .key.
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    key_out: Option<PathBuf>,
    /// The file for the request, or - for standard output.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replaces files that exist.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    passphrases: Passphrases,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// The request, PEM or DER.
    #[arg(value_parser = input())]
    file: Input,
}

pub(crate) fn run(command: &Csr, silent: bool) -> Result<Report, Failure> {
    match command {
        Csr::Create(command) => create(command, silent),
        Csr::Inspect(command) => inspect(command),
    }
}

fn create(command: &Create, silent: bool) -> Result<Report, Failure> {
    let overwrite = place::overwrite(command.force);
    if command.key.as_ref().is_some_and(|key| key.is_file_at(&command.out)) {
        return Err(Failure::over_key(&command.out));
    }
    place::vacant(Path::new(""), &[&command.out], overwrite)?;
    let mut files = Placement::new(overwrite);
    let key = key(command, &mut files, silent)?;
    let builder = certwright::Csr::builder(&command.subject);
    let request = command.names.all().fold(builder, CsrBuilder::alt_name).sign(&key)?;
    files.public(command.out.clone(), &request.to_pem())?;
    let files = files.commit()?;
    let written: Vec<_> = files.iter().map(|path| path.display().to_string()).collect();
    let written = describe::row("files", written.join(", "));
    let report = Report::done(value(&request), format!("made a request\n{}{}", text(&request), written));
    Ok(report.detail("files", move || describe::paths(&files)))
}

/// The key that signs. A new one is staged, sealed, before it signs anything.
fn key(command: &Create, files: &mut Placement, silent: bool) -> Result<PrivateKey, Failure> {
    let passphrases = &command.passphrases;
    match (&command.key, command.new) {
        (Some(path), _) => passphrases.open(path),
        (None, kind) => {
            let path = command.key_out.clone().unwrap_or_else(|| command.out.with_extension("key"));
            if path == command.out {
                return Err(Failure::OnePlace { path });
            }
            place::vacant(Path::new(""), &[&path], place::overwrite(command.force))?;
            let seal = passphrases.seal(&path.display().to_string())?;
            let kind = kind.unwrap_or(KeyType::EcdsaP256);
            let key = draw::key(kind, silent)?;
            files.secret(path, seal.close(&key)?.to_pem().as_bytes())?;
            Ok(key)
        }
    }
}

fn inspect(command: &Inspect) -> Result<Report, Failure> {
    let request = command.file.request()?;
    Ok(Report::answer(value(&request), format!("a request, signed by its own key\n{}", text(&request))))
}

fn names(request: &certwright::Csr) -> Vec<String> {
    request.alt_names().iter().map(ToString::to_string).collect()
}

fn value(request: &certwright::Csr) -> serde_json::Value {
    let extensions: Vec<_> = request
        .extensions()
        .iter()
        .zip(request.wishes())
        .map(|(extension, wish)| {
            json!({ "oid": extension.oid.to_string(), "critical": extension.critical, "asked": wish })
        })
        .collect();
    let attributes: Vec<_> = request.attributes().iter().map(|attribute| attribute.oid.to_string()).collect();
    json!({
        "subject": request.subject().to_string(),
        "names": names(request),
        "key": request.public_key().algorithm().to_string(),
        "key_fingerprint": request.public_key().fingerprint().to_string(),
        "signature": request.signature_algorithm().to_string(),
        "extensions": extensions,
        "attributes": attributes,
        "request": request.to_pem(),
    })
}

fn text(request: &certwright::Csr) -> String {
    let list = |items: Vec<String>| items.join(", ");
    let attributes = request.attributes().iter().map(|attribute| match attribute.name {
        Some(name) => name.to_owned(),
        None => attribute.oid.to_string(),
    });
    let mut rows = vec![
        ("subject", request.subject().to_string()),
        ("names", list(names(request))),
        ("key", request.public_key().algorithm().to_string()),
        ("SPKI", request.public_key().fingerprint().to_string()),
        ("signature", request.signature_algorithm().to_string()),
    ];
    rows.extend(request.wishes().into_iter().map(|wish| ("asks for", wish)));
    rows.push(("says", list(attributes.collect())));
    rows.retain(|(_, value)| !value.is_empty());
    rows.iter().map(|(label, value)| describe::row(label, value)).collect()
}
