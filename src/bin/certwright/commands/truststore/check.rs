//! `truststore check`: whether the reader takes a store, until when it works and for whom, and who is let in.

use std::collections::HashSet;

use certwright::doctor::{self, File};
use certwright::truststore::{End, Prediction, Rules, Truststore};
use certwright::{Certificate, Finding, Timestamp};
use serde_json::{Value, json};

use crate::describe;
use crate::error::Failure;
use crate::input::{Input, crls};
use crate::output::Report;
use crate::passphrase::known;
use crate::values::{input, target};

/// More authorities than anybody reads about; `--json` has them all.
const MOST_LINES: usize = 20;

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// The truststore; several files where the reader wants two lists.
    #[arg(required = true, value_name = "FILE", value_parser = input())]
    files: Vec<Input>,
    /// The reader, whose rules the truststore has to keep.
    #[arg(long = "for", value_name = "TARGET", value_parser = target())]
    rules: Rules,
    /// What a client presents: its certificate first, then its intermediates.
    #[arg(long, value_name = "FILE", value_parser = input())]
    client: Option<Input>,
    /// The revocation lists that the reader is given; may be given several times.
    #[arg(long, value_name = "FILE", requires = "client", value_parser = input())]
    crl: Vec<Input>,
    /// A file with the passphrase of a PKCS#12 truststore. Without this option it is the file that
    /// CERTWRIGHT_PASSPHRASE_FILE names.
    #[arg(long, value_name = "FILE", value_parser = input())]
    passphrase_file: Option<Input>,
}

pub(super) fn check(command: &Check, now: Timestamp) -> Result<Report, Failure> {
    let Check { files, rules, client, crl, .. } = command;
    let (store, mut findings) = command.read(now)?;
    findings.extend(Truststore::check(&store, rules, now));
    let taken = !findings.iter().any(Finding::is_error);
    let ends = Truststore::ends(&store, rules, now);
    let result = json!({
        "for": rules.target,
        "certificates": store.len(),
        "taken": taken,
        "ends": ends.iter().map(end).collect::<Vec<_>>(),
    });
    let verb = if taken { "takes" } else { "refuses" };
    let listed: Vec<_> = files.iter().map(ToString::to_string).collect();
    let mut text = format!("{} {verb} {}\n", rules.target, listed.join(", "));
    if taken {
        text.push_str(&terms(&store, &ends, rules));
    }
    let mut report = Report::answer(result, String::new()).verdict(taken).findings(&findings);
    if let Some(client) = client {
        let presented = client.certificates()?;
        let prediction = Truststore::predict_with_crls(&store, rules, &presented, &crls(crl)?, now);
        let accepted = taken && prediction.is_accepted();
        text.push_str(&verdict(&prediction, client, taken));
        if let Prediction::Refused(finding) = &prediction {
            report = report.findings(std::slice::from_ref(finding));
        }
        report = report.verdict(accepted).detail("accepted", move || accepted.into());
    }
    report.data = text;
    Ok(report)
}

impl Check {
    /// The certificates of the files, and what keeps the reader from loading them.
    fn read(&self, now: Timestamp) -> Result<(Vec<Certificate>, Vec<Finding>), Failure> {
        let passphrase = known(self.passphrase_file.as_ref())?;
        let (mut store, mut findings) = (Vec::new(), Vec::new());
        for input in &self.files {
            let (name, bytes) = (input.to_string(), input.read()?);
            let read = doctor::store_file(File::new(&name, &bytes), &self.rules, passphrase.as_ref(), now);
            store.extend(read.certificates);
            findings.extend(read.findings);
        }
        Ok((store, findings))
    }
}

fn end(end: &End) -> Value {
    json!({
        "authority": end.authority.subject().to_string(),
        "until": end.until.map(|until| until.to_string()),
        "bounded_by": end.bounded_by.subject().to_string(),
    })
}

/// When the store stops working, and for whom: the earliest end first, before it those that are let in no more.
fn terms(store: &[Certificate], ends: &[End], rules: &Rules) -> String {
    let working: HashSet<_> = ends.iter().map(|end| end.authority.fingerprint()).collect();
    let mut seen = HashSet::new();
    let over = store
        .iter()
        .filter(|authority| {
            !working.contains(&authority.fingerprint()) && seen.insert(authority.fingerprint())
        })
        .map(|authority| describe::row("nobody", format!("of the clients of {}", authority.subject())));
    let lines: Vec<_> = over.chain(ends.iter().map(|end| term(end, rules))).collect();
    let more = lines.len().saturating_sub(MOST_LINES);
    let mut text: String = lines.into_iter().take(MOST_LINES).collect();
    if more > 0 {
        text.push_str(&describe::row("", format!("and {more} more")));
    }
    text
}

fn term(end: &End, rules: &Rules) -> String {
    let name = end.authority.subject();
    match end.until {
        None => {
            describe::row("for ever", format!("clients of {name}: {} looks at no date of it", rules.target))
        }
        Some(until) if end.bounded_by == end.authority => {
            describe::row("until", format!("{until}, clients of {name}"))
        }
        Some(until) => {
            let end = end.bounded_by.subject();
            describe::row("until", format!("{until}, clients of {name}; {end} ends then"))
        }
    }
}

fn verdict(prediction: &Prediction, client: &Input, taken: bool) -> String {
    match (prediction, taken) {
        (Prediction::Accepted(verified), true) => {
            let anchor =
                verified.anchor().map(|anchor| format!(", by {}", anchor.subject())).unwrap_or_default();
            format!("{client} is let in{anchor}\n")
        }
        (Prediction::Accepted(_), false) => {
            format!("{client} would be let in if the truststore were taken\n")
        }
        _ => format!("{client} is refused\n"),
    }
}
