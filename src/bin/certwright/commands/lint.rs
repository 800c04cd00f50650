//! `lint`: what the rules say of a certificate that somebody made.

use certwright::lint::{self, Options};
use certwright::{Finding, Timestamp};
use serde_json::json;

use crate::error::Failure;
use crate::input::Input;
use crate::output::Report;
use crate::values::input;

#[derive(Debug, clap::Args)]
pub(crate) struct Lint {
    /// The certificate, PEM or DER. Those that follow it in the file are looked through for its issuers. With --at it
    /// is judged as if it had been issued at that moment, else by the rules of its own time.
    #[arg(value_parser = input())]
    file: Input,
    /// Adds the rules for certificates that browsers trust.
    #[arg(long)]
    public: bool,
}

pub(crate) fn run(command: &Lint, at: Option<Timestamp>) -> Result<Report, Failure> {
    let Lint { file, public } = command;
    let certificates = file.certificates()?;
    let mut options = Options::new();
    if let Some(moment) = at {
        options = options.at(moment);
    }
    if *public {
        options = options.public();
    }
    let findings = lint::lint(&certificates, &options);
    let sound = !findings.iter().any(Finding::is_error);
    let subject = certificates.first().map(|certificate| certificate.subject().to_string());
    let text = format!("{file}: {}\n", count(&findings));
    let result = json!({ "file": file.word(), "subject": subject, "public": public });
    Ok(Report::answer(result, text).findings(&findings).verdict(sound))
}

/// "2 errors, 1 warning", or that there is nothing to say.
fn count(findings: &[Finding]) -> String {
    use certwright::Severity::{Error, Info, Warning};
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let several = |(count, what): (usize, &str)| match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        _ => Some(format!("{count} {what}s")),
    };
    let counts = [(of(Error), "error"), (of(Warning), "warning"), (of(Info), "remark")];
    let parts: Vec<_> = counts.into_iter().filter_map(several).collect();
    if parts.is_empty() { "no rule is broken".to_owned() } else { parts.join(", ") }
}
