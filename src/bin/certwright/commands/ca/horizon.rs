//! Until when authorities can still do what they are for.

use certwright::profile::usual;
use certwright::{Authority, Error, Lifetime, Timestamp};
use serde_json::{Value, json};

use super::{Absent, Context};
use crate::describe;
use crate::error::Failure;
use crate::home::{Name, Stored};
use crate::output::Report;
use crate::values::lifetime;

#[derive(Debug, clap::Args)]
pub(crate) struct Horizon {
    /// The authority; all of this home's where none is named.
    name: Option<Name>,
    /// Asks for leaves that live so long, instead of the usual terms.
    #[arg(long, value_name = "SPAN", value_parser = lifetime)]
    lifetime: Option<Lifetime>,
}

/// What is issued, for how long, and the last day of it.
type Row = (&'static str, Lifetime, Option<Timestamp>);

pub(super) fn horizon(context: &Context, command: &Horizon) -> Result<Report, Failure> {
    let names = command.name.clone().map_or_else(|| context.home.authorities(), |name| vec![name]);
    let (mut rows, mut result) = (Vec::new(), Vec::new());
    for name in names {
        // One that waits for its certificate has no horizon, and is refused only where it is asked for.
        if command.name.is_none() && matches!(context.home.stored(&name)?, Stored::Pending(_)) {
            continue;
        }
        let chain = context.home.chain(&name)?;
        let signer = Absent(chain.certificate().public_key().clone());
        let authority = context.home.authority(&name, chain, signer)?;
        for (what, lifetime, until) in of(&authority, command.lifetime)? {
            let passed = until.is_some_and(|until| until < context.home.now());
            let text = match until {
                None => "not at all".to_owned(),
                Some(until) if passed => format!("{until} (passed)"),
                Some(until) => until.to_string(),
            };
            rows.push([name.to_string(), what.to_owned(), lifetime.to_string(), text]);
            result.push(json!({
                "name": name.as_str(),
                "profile": what,
                "lifetime": lifetime.to_string(),
                "until": until.map(|until| until.to_string()),
                "passed": passed,
            }));
        }
    }
    let empty = rows.is_empty();
    let report =
        Report::answer(Value::from(result), describe::table(&["NAME", "ISSUES", "FOR", "UNTIL"], &rows));
    if empty {
        return Ok(report.note(format!("{} has no authorities that issue", context.home.root().display())));
    }
    Ok(report)
}

fn of(authority: &Authority, asked: Option<Lifetime>) -> Result<Vec<Row>, Error> {
    let row = |what, lifetime| -> Result<Row, Error> { Ok((what, lifetime, authority.horizon(lifetime)?)) };
    if let Some(lifetime) = asked {
        return Ok(vec![row("leaf", lifetime)?]);
    }
    let mut rows = vec![row("leaf", usual::LEAF)?, row("ocsp-signer", usual::OCSP_SIGNER)?];
    let last = authority.certificate().basic_constraints().and_then(|basic| basic.path_length) == Some(0);
    if !last {
        rows.insert(0, row("subordinate", usual::SUBORDINATE)?);
    }
    Ok(rows)
}
