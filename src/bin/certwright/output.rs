//! What a command says: to people, or as one JSON document; and the exit code, decided here alone.

use std::cell::RefCell;
use std::io::{self, Write};
use std::process::ExitCode;

use certwright::{Finding, Severity};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::args::Global;
use crate::error::Failure;
use crate::shell;

/// The version of the JSON document.
const SCHEMA: u32 = 1;

/// What a command found and did.
pub(crate) struct Report {
    /// For programs. It is put together when one asks: people do not wait for it.
    result: Box<dyn FnOnce() -> Value>,
    /// What was done, for people.
    pub(crate) summary: String,
    /// What the command was asked to print.
    pub(crate) data: String,
    pub(crate) remarks: Vec<Remark>,
    /// Worth knowing, for people, beside the result.
    pub(crate) notes: Vec<String>,
    /// The answer to the question asked, where one was.
    pub(crate) verdict: bool,
    /// What was not done, where the rest was.
    failure: Option<Failure>,
}

impl Report {
    /// Something was done.
    pub(crate) fn done(result: Value, summary: impl Into<String>) -> Self {
        Self::made(move || result, summary)
    }

    /// Something was done, and its result takes work.
    pub(crate) fn made(result: impl FnOnce() -> Value + 'static, summary: impl Into<String>) -> Self {
        let (result, summary) = (Box::new(result), summary.into());
        let (data, remarks, notes) = (String::new(), Vec::new(), Vec::new());
        Self { result, summary, data, remarks, notes, verdict: true, failure: None }
    }

    /// Something was asked for.
    pub(crate) fn answer(result: Value, data: impl Into<String>) -> Self {
        Self { data: data.into(), ..Self::done(result, String::new()) }
    }

    /// Adds to the result, which is an object.
    pub(crate) fn detail(mut self, name: &'static str, make: impl FnOnce() -> Value + 'static) -> Self {
        let before = self.result;
        self.result = Box::new(move || {
            let mut result = before();
            if let Some(object) = result.as_object_mut() {
                object.insert(name.to_owned(), make());
            }
            result
        });
        self
    }

    pub(crate) fn findings(mut self, findings: &[Finding]) -> Self {
        self.remarks.extend(findings.iter().map(Remark::from));
        self
    }

    pub(crate) fn remarks(mut self, remarks: impl IntoIterator<Item = Remark>) -> Self {
        self.remarks.extend(remarks);
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(crate) fn notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// The rest was done, and this was not.
    pub(crate) fn failed(mut self, failure: Option<Failure>) -> Self {
        self.verdict &= failure.is_none();
        self.failure = failure;
        self
    }

    pub(crate) fn verdict(mut self, verdict: bool) -> Self {
        self.verdict = verdict;
        self
    }
}

/// A finding of the library, or one of the program's own.
#[derive(Debug)]
pub(crate) struct Remark {
    rule: &'static str,
    severity: Severity,
    message: String,
    citation: &'static str,
    place: Option<String>,
}

impl Remark {
    /// A warning of the program itself.
    pub(crate) fn warning(rule: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { rule, severity: Severity::Warning, message, citation: "certwright", place: None }
    }

    /// What the program itself finds wrong.
    pub(crate) fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, ..Self::warning(rule, message) }
    }

    /// What the program itself has to say, where nothing is wrong.
    pub(crate) fn info(rule: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Info, ..Self::warning(rule, message) }
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "rule": self.rule,
            "severity": self.severity.to_string(),
            "message": self.message,
            "citation": self.citation,
            "place": self.place,
        })
    }
}

impl From<&Finding> for Remark {
    fn from(finding: &Finding) -> Self {
        Self {
            rule: finding.rule,
            severity: finding.severity,
            message: finding.message.clone(),
            citation: finding.citation,
            place: finding.place.clone(),
        }
    }
}

impl std::fmt::Display for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.rule, shown(&self.message))?;
        match &self.place {
            Some(place) => write!(f, " ({})", shown(place)),
            None => Ok(()),
        }
    }
}

/// A line for a terminal: names of files may hold what moves the cursor or ends the line.
pub(crate) fn shown(line: &str) -> String {
    let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    line.chars().map(escape).collect()
}

thread_local! {
    /// What the program noticed by the way, wherever that was: every command says it.
    static NOTICED: RefCell<Vec<Remark>> = const { RefCell::new(Vec::new()) };
    /// A file that goes to standard output.
    static HANDED_OVER: RefCell<Option<Zeroizing<Vec<u8>>>> = const { RefCell::new(None) };
}

/// Has the command print this file on standard output, and nothing else there.
pub(crate) fn hand_over(file: Zeroizing<Vec<u8>>) {
    HANDED_OVER.set(Some(file));
}

/// Has the command say this, where there is something to say, beside what it found.
pub(crate) fn remark(remark: Option<Remark>) {
    let Some(remark) = remark else { return };
    NOTICED.with_borrow_mut(|noticed| {
        if noticed.iter().all(|other| other.message != remark.message) {
            noticed.push(remark);
        }
    });
}

/// Says what a command did or why it failed.
pub(crate) fn deliver(global: &Global, command: &str, outcome: Result<Report, Failure>) -> ExitCode {
    let report = match outcome {
        Ok(report) => report.remarks(NOTICED.take()),
        Err(failure) => return fail(global, command, &failure),
    };
    let verdict = report.verdict;
    let told = if global.json { print(&document(global, command, report)) } else { tell(global, &report) };
    match told {
        // Whoever closed the pipe has seen enough; the answer is what it was.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            fail(&Global { json: false, ..global.clone() }, command, &Failure::Output(error))
        }
        _ => ExitCode::from(u8::from(!verdict)),
    }
}

fn tell(global: &Global, report: &Report) -> io::Result<()> {
    let loud = !global.quiet;
    let said = report.remarks.iter().filter(|remark| loud || remark.severity > Severity::Info);
    said.for_each(|remark| complain(&remark.to_string()));
    match HANDED_OVER.take() {
        Some(file) => write(&file)?,
        None => {
            print(if loud { &report.summary } else { "" })?;
            print(&report.data)?;
        }
    }
    let notes = report.notes.iter().filter(|_| loud);
    notes.for_each(|note| complain(&format!("note: {}", shell::in_home(global, note))));
    if let Some(failure) = &report.failure {
        lament(global, failure);
    }
    Ok(())
}

fn document(global: &Global, command: &str, report: Report) -> String {
    let findings: Vec<_> = report.remarks.iter().map(Remark::json).collect();
    pretty(&json!({
        "schema": SCHEMA,
        "command": command,
        "ok": report.verdict,
        "result": (report.result)(),
        "findings": findings,
        "error": report.failure.as_ref().map(|failure| error(global, failure)),
    }))
}

fn fail(global: &Global, command: &str, failure: &Failure) -> ExitCode {
    let refusing = failure.findings().iter().map(Remark::from);
    let findings: Vec<_> = NOTICED.take().into_iter().chain(refusing).collect();
    if global.json {
        let findings: Vec<_> = findings.iter().map(Remark::json).collect();
        // Nobody is left to tell when this cannot be written.
        drop(print(&refusal(Some(command), &findings, &error(global, failure))));
    } else {
        // The refusing ones stand in the message.
        findings
            .iter()
            .filter(|finding| finding.severity != Severity::Error)
            .for_each(|finding| complain(&finding.to_string()));
        lament(global, failure);
    }
    ExitCode::from(failure.exit_code())
}

/// The two lines of an error.
fn lament(global: &Global, failure: &Failure) {
    complain(&shown(&format!("error: failed to {failure}")));
    if let Some(hint) = failure.hint() {
        complain(&format!("hint: {}", shell::in_home(global, &hint)));
    }
}

fn error(global: &Global, failure: &Failure) -> Value {
    let hint = failure.hint().map(|hint| shell::in_home(global, &hint));
    json!({ "kind": failure.kind(), "message": format!("failed to {failure}"), "hint": hint })
}

fn refusal(command: Option<&str>, findings: &[Value], error: &Value) -> String {
    pretty(&json!({
        "schema": SCHEMA,
        "command": command,
        "ok": false,
        "result": null,
        "findings": findings,
        "error": error,
    }))
}

/// A command line that clap refused, or a request for help.
pub(crate) fn usage(refused: &clap::Error, as_json: bool) -> ExitCode {
    let text = refused.render().to_string();
    if !refused.use_stderr() {
        drop(print(&text));
        return ExitCode::SUCCESS;
    }
    if as_json {
        // What is wrong stands above the usage, sometimes as a list.
        let wrong = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
        let message = wrong.split_whitespace().collect::<Vec<_>>().join(" ");
        let error =
            json!({ "kind": "usage", "message": message, "hint": "add --help to see what is accepted" });
        drop(print(&refusal(None, &[], &error)));
    } else {
        complain(text.trim_end());
    }
    ExitCode::from(2)
}

fn pretty(document: &Value) -> String {
    format!("{document:#}\n")
}

/// Writes to standard output.
fn print(text: &str) -> io::Result<()> {
    write(text.as_bytes())
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Writes a line to standard error; when that is closed there is nobody to tell.
pub(crate) fn complain(line: &str) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}
