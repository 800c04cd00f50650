//! Authorities, looked at.

use certwright::Timestamp;
use certwright::chain::{self, Chain};
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
    let windows = || chain.full().iter().map(certwright::Certificate::window);
    match () {
        () if windows().any(|window| now > window.not_after) => "expired",
        () if windows().any(|window| now < window.not_before) => "not yet valid",
        () => "active",
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
    Ok(match rows.is_empty() {
        true => report.note(format!("{} has no authorities", context.home.root().display())),
        false => report,
    })
}

pub(super) fn show(context: &Context, command: &Show) -> Result<Report, Failure> {
    let name = &command.name;
    match context.home.stored(name)? {
        Stored::Active(chain) => {
            let state = state(&chain, context.home.now());
            let above: Vec<_> = chain.issuers().iter().map(|issuer| issuer.subject().to_string()).collect();
            let pem = chain::to_pem(chain.full());
            let result = json!({
                "name": name.as_str(),
                "state": state,
                "certificate": describe::certificate(chain.certificate()),
                "issuers": above,
                "chain": pem,
            });
            let mut text =
                format!("{name}\n{}{}", describe::row("state", state), describe::lines(chain.certificate()));
            above.iter().for_each(|issuer| text.push_str(&describe::row("under", issuer)));
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
