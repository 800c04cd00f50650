//! Authorities, looked at.

use certwright::chain::{self, Chain};
use certwright::{Certificate, Timestamp};
use serde_json::{Value, json};

use super::Context;
use crate::describe;
use crate::error::Failure;
use crate::home::{Name, Stored};
use crate::output::Report;

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The authority.
    name: Name,
    /// Prints the chain as PEM instead: its certificate, then its issuers, the root last.
    #[arg(long)]
    pem: bool,
}

/// What an authority can do at this moment.
fn state(chain: &Chain, now: Timestamp) -> &'static str {
    let windows = || chain.full().iter().map(Certificate::window);
    if windows().any(|window| now > window.not_after) {
        "expired"
    } else if windows().any(|window| now < window.not_before) {
        "not yet valid"
    } else {
        "active"
    }
}

pub(super) fn list(context: &Context) -> Result<Report, Failure> {
    let now = context.home.now();
    let mut rows = Vec::new();
    for name in context.home.authorities() {
        rows.push(match context.home.stored(&name)? {
            Stored::Active(chain) => {
                let certificate = chain.certificate();
                let end = certificate.window().not_after.to_string();
                [name.to_string(), state(&chain, now).to_owned(), end, certificate.subject().to_string()]
            }
            Stored::Pending(request) => {
                [name.to_string(), "pending".to_owned(), "-".to_owned(), request.subject().to_string()]
            }
        });
    }
    let result: Vec<_> = rows
        .iter()
        .map(|[name, state, end, subject]| {
            let end = Some(end).filter(|end| *end != "-");
            json!({ "name": name, "state": state, "not_after": end, "subject": subject })
        })
        .collect();
    let report =
        Report::answer(Value::from(result), describe::table(&["NAME", "STATE", "UNTIL", "SUBJECT"], &rows));
    if rows.is_empty() {
        return Ok(report.note(format!("{} has no authorities", context.home.root().display())));
    }
    Ok(report)
}

fn path_length(certificate: &Certificate) -> Option<u32> {
    certificate.basic_constraints().and_then(|basic| basic.path_length)
}

/// How many authorities may stand below one, in a line.
fn below(length: Option<u32>) -> String {
    match length {
        Some(0) => describe::row("below it", "no authorities (path length 0)"),
        Some(length) => {
            describe::row("below it", format_args!("authorities {length} deep (path length {length})"))
        }
        None => describe::row("below it", "authorities without limit (no path length)"),
    }
}

pub(super) fn show(context: &Context, command: &Show) -> Result<Report, Failure> {
    let name = &command.name;
    match context.home.stored(name)? {
        Stored::Active(chain) => {
            let state = state(&chain, context.home.now());
            let above: Vec<_> = chain.issuers().iter().map(|issuer| issuer.subject().to_string()).collect();
            let pem = chain::to_pem(chain.full());
            let practice = context.home.practice(name)?;
            let folder = context.home.authority_folder(name).display().to_string();
            let length = path_length(chain.certificate());
            let result = json!({
                "name": name.as_str(),
                "state": state,
                "certificate": describe::certificate(chain.certificate()),
                "path_length": length,
                "issuers": above,
                "practice": practice,
                "folder": folder,
                "chain": pem,
            });
            let mut text =
                format!("{name}\n{}{}", describe::row("state", state), describe::lines(chain.certificate()));
            text.push_str(&below(length));
            above.iter().for_each(|issuer| text.push_str(&describe::row("under", issuer)));
            practice.rows().iter().for_each(|(label, value)| text.push_str(&describe::row(label, value)));
            text.push_str(&describe::row("folder", folder));
            Ok(Report::answer(result, if command.pem { pem } else { text }))
        }
        Stored::Pending(request) => {
            let text = [
                format!("{name}\n"),
                describe::row("state", "pending"),
                describe::row("subject", request.subject()),
                describe::row("key", request.public_key().algorithm()),
            ];
            let subject = request.subject().to_string();
            let result = json!({ "name": name.as_str(), "state": "pending", "subject": subject, "request": request.to_pem() });
            Ok(Report::answer(result, if command.pem { request.to_pem() } else { text.concat() }))
        }
    }
}
