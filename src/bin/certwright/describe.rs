//! Certificates in words and in JSON, the same everywhere.

use std::path::{Path, PathBuf};

use certwright::{BoundedBy, Certificate, Granted};
use serde_json::{Value, json};

use crate::output::Remark;

pub(crate) fn certificate(certificate: &Certificate) -> Value {
    let window = certificate.window();
    json!({
        "subject": certificate.subject().to_string(),
        "issuer": certificate.issuer().to_string(),
        "serial": certificate.serial().to_string(),
        "not_before": window.not_before.to_string(),
        "not_after": window.not_after.to_string(),
        "names": names(certificate),
        "authority": certificate.is_authority(),
        "key": certificate.public_key().algorithm().to_string(),
        "fingerprint": certificate.fingerprint().to_string(),
    })
}

fn names(certificate: &Certificate) -> Vec<String> {
    certificate.alt_names().iter().map(ToString::to_string).collect()
}

/// The lines that people read about a certificate, each indented.
pub(crate) fn lines(certificate: &Certificate) -> String {
    let window = certificate.window();
    let mut rows = vec![
        ("subject", certificate.subject().to_string()),
        ("names", names(certificate).join(", ")),
        ("issuer", certificate.issuer().to_string()),
        ("valid", format!("{} to {}", window.not_before, window.not_after)),
        ("key", certificate.public_key().algorithm().to_string()),
        ("serial", certificate.serial().to_string()),
        ("SHA-256", certificate.fingerprint().to_string()),
    ];
    rows.retain(|(_, value)| !value.is_empty());
    rows.iter().map(|(label, value)| row(label, value)).collect()
}

/// One line of a description.
pub(crate) fn row(label: &str, value: impl std::fmt::Display) -> String {
    format!("  {label:<9} {value}\n")
}

/// Files that lie in one folder, in one line.
pub(crate) fn files(paths: &[PathBuf]) -> String {
    let folder = paths.first().and_then(|path| path.parent()).unwrap_or(Path::new(""));
    let names: Vec<_> =
        paths.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy()).collect();
    row("files", format_args!("{} in {}", names.join(", "), folder.display()))
}

pub(crate) fn paths(paths: &[PathBuf]) -> Value {
    paths.iter().map(|path| path.display().to_string()).collect()
}

/// The validity asked for and granted.
pub(crate) fn granted(granted: &Granted) -> Value {
    json!({
        "requested": granted.requested.not_after.to_string(),
        "granted": granted.granted.not_after.to_string(),
        "bounded_by": granted.bounded_by.as_ref().map(ToString::to_string),
    })
}

/// A clamp is never silent.
pub(crate) fn clamped(granted: &Granted) -> Option<Remark> {
    let why = match granted.bounded_by.as_ref()? {
        BoundedBy::Issuer(issuer) => format!("where {issuer} ends"),
        practice => practice.to_string(),
    };
    let (requested, end) = (granted.requested.not_after, granted.granted.not_after);
    let message = format!("asked for until {requested}, granted until {end}, {why}");
    Some(Remark::warning("validity-clamped", message))
}

/// Rows under their headings, in columns as wide as they have to be.
pub(crate) fn table<const N: usize>(headings: &[&str; N], rows: &[[String; N]]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let head = headings.map(str::to_owned);
    let lines: Vec<_> = std::iter::once(&head).chain(rows).collect();
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<_> = (0..N).map(|column| width(column).unwrap_or_default()).collect();
    let write = |line: &&[String; N]| {
        let cells: Vec<_> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    lines.iter().map(write).collect()
}
