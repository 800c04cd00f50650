//! `doctor`: why a key, a certificate, a chain and a truststore do not work, and the files that do.

use std::path::{Path, PathBuf};

use certwright::doctor::{Case, Diagnosis, File, Given, examine};
use certwright::file::{self, Access, Overwrite};
use certwright::truststore::Rules;
use certwright::{Error, Finding, FoundKey, Passphrase, Timestamp};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::error::Failure;
use crate::input::Input;
use crate::output::{Report, shown};
use crate::passphrase::{exposure, known};
use crate::place::Placement;
use crate::values::{folder, input, target};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("patients").required(true).multiple(true))]
pub(crate) struct Doctor {
    /// The private key, as it is given to curl with --key. Without it curl looks for the key in the file of --cert.
    #[arg(long, value_name = "FILE", group = "patients")]
    key: Option<PathBuf>,
    /// The certificate with its intermediates, as it is given to curl with --cert.
    #[arg(long, value_name = "FILE", group = "patients")]
    cert: Option<PathBuf>,
    /// The certificates above it, in a file of their own.
    #[arg(long, value_name = "FILE", group = "patients")]
    chain: Option<PathBuf>,
    /// The certificates by which the other side decides.
    #[arg(long, value_name = "FILE", group = "patients")]
    truststore: Option<PathBuf>,
    /// The reader of the truststore, whose rules apply.
    #[arg(long = "for", value_name = "TARGET", value_parser = target(), requires = "truststore")]
    rules: Option<Rules>,
    /// A new folder for the repaired files. Those given are never changed.
    #[arg(long, value_name = "DIR", value_parser = folder())]
    fix: Option<PathBuf>,
    /// A file with the passphrase that curl is given with --pass. Without this option it is the file that
    /// CERTWRIGHT_PASSPHRASE_FILE names, else there is none, which is one of the causes: nobody is asked.
    #[arg(long, value_name = "FILE", value_parser = input())]
    passphrase_file: Option<Input>,
}

/// A file's contents, wiped after use where they may be a key's; or why it could not be read.
struct Contents {
    name: String,
    read: Result<Zeroizing<Vec<u8>>, Unread>,
}

/// Why not.
enum Unread {
    Refused(String),
    TooLarge { size: u64, limit: u64 },
}

pub(crate) fn run(command: &Doctor, now: Timestamp) -> Result<Report, Failure> {
    let Doctor { key, cert, chain, truststore, rules, fix, passphrase_file } = command;
    if let Some(folder) = fix {
        new_folder(folder)?;
    }
    let [key_read, cert_read, chain_read, store_read] =
        [key, cert, chain, truststore].map(|path| path.as_deref().map(Contents::of));
    let passphrase = passphrase(passphrase_file.as_ref())?;
    let mut case = Case::at(now).passphrase(match &passphrase {
        Known::Nothing => Given::Nothing,
        Known::Empty => Given::Empty,
        Known::Passphrase(passphrase) => Given::Passphrase(passphrase),
    });
    if let Some(contents) = &key_read {
        case = case.key(contents.file());
    }
    if let Some(contents) = &cert_read {
        case = case.certificate(contents.file());
    }
    if let Some(contents) = &chain_read {
        case = case.chain(contents.file());
    }
    if let Some(contents) = &store_read {
        case = case.truststore(contents.file());
    }
    if let Some(rules) = rules {
        case = case.rules(rules);
    }
    let diagnosis = examine(&case);
    let written = fix.as_deref().map(|folder| write(&diagnosis, folder)).transpose()?;
    let given =
        [key, cert, chain, truststore].into_iter().zip([&key_read, &cert_read, &chain_read, &store_read]);
    let secret = given.filter(|(_, read)| read.as_ref().is_some_and(Contents::holds_key));
    let exposed: Vec<_> = secret.filter_map(|(path, _)| exposure::of_key(&path.as_deref()?.into())).collect();
    Ok(report(&diagnosis, written).remarks(exposed))
}

impl Contents {
    fn of(path: &Path) -> Self {
        let read = file::read(path).map_err(|error| match error.without_place() {
            Error::Read { source, .. } => Unread::Refused(source.to_string()),
            Error::TooLarge { size, limit, .. } => Unread::TooLarge { size: *size, limit: *limit },
            other => Unread::Refused(other.to_string()),
        });
        Self { name: path.display().to_string(), read }
    }

    /// Whether a private key is in it, even a damaged one.
    fn holds_key(&self) -> bool {
        const LABEL: &[u8] = b"PRIVATE KEY-----";
        let labelled = |bytes: &[u8]| bytes.windows(LABEL.len()).any(|window| window == LABEL);
        self.read.as_ref().is_ok_and(|bytes| labelled(bytes) || FoundKey::all(bytes).is_ok())
    }

    fn file(&self) -> File<'_> {
        match &self.read {
            Ok(bytes) => File::new(&self.name, bytes),
            Err(Unread::Refused(reason)) => File::unreadable(&self.name, reason),
            Err(Unread::TooLarge { size, limit }) => File::too_large(&self.name, *size, *limit),
        }
    }
}

/// The passphrase, which may be none at all.
enum Known {
    Nothing,
    Empty,
    Passphrase(Passphrase),
}

fn passphrase(option: Option<&Input>) -> Result<Known, Failure> {
    match known(option) {
        Ok(None) => Ok(Known::Nothing),
        Ok(Some(passphrase)) => Ok(Known::Passphrase(passphrase)),
        Err(Failure::Passphrase { error, .. }) if matches!(error.without_place(), Error::PassphraseEmpty) => {
            Ok(Known::Empty)
        }
        Err(failure) => Err(failure),
    }
}

/// Refuses a folder in which something is.
fn new_folder(folder: &Path) -> Result<(), Failure> {
    let used = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => folder.symlink_metadata().is_ok(),
    };
    if used { Err(Failure::FolderInUse { path: folder.to_owned() }) } else { Ok(()) }
}

/// The repaired files, each with the one that it replaces.
fn write(diagnosis: &Diagnosis, folder: &Path) -> Result<Vec<(String, PathBuf)>, Failure> {
    let mut files = Placement::new(Overwrite::Refuse);
    let mut written = Vec::new();
    for mend in &diagnosis.mends {
        let path = folder.join(mend.name());
        match mend.access() {
            Access::Owner => files.secret(path.clone(), mend.contents())?,
            Access::Everyone => files.public(path.clone(), &String::from_utf8_lossy(mend.contents()))?,
        }
        written.push((mend.replaces().to_owned(), path));
    }
    files.commit()?;
    Ok(written)
}

fn report(diagnosis: &Diagnosis, written: Option<Vec<(String, PathBuf)>>) -> Report {
    let errors = diagnosis.findings.iter().filter(|finding| finding.is_error()).count();
    let unjudged = diagnosis.is_undecided();
    let mut text = match errors {
        0 if unjudged => "undecided: the key could not be judged, since it is not opened here; nothing else was found that keeps \
                          these files from working\n"
            .to_owned(),
        0 => "healthy: nothing was found that keeps these files from working\n".to_owned(),
        1 => "ill: one cause was found\n".to_owned(),
        count => format!("ill: {count} causes were found\n"),
    };
    let mends: Vec<_> = diagnosis.mends.iter().map(|mend| mend.replaces().to_owned()).collect();
    match &written {
        Some(written) if written.is_empty() => text.push_str("there is nothing that a new file would mend\n"),
        Some(written) => {
            for (old, new) in written {
                text.push_str(&shown_line(&format!("use {} instead of {old}", new.display())));
            }
        }
        None if mends.is_empty() => {}
        None => {
            text.push_str(&shown_line(&format!(
                "--fix DIR writes a repaired {}",
                mends.join(" and a repaired ")
            )));
        }
    }
    let files = written.unwrap_or_default();
    let files: Vec<Value> = files
        .iter()
        .map(|(old, new)| json!({ "replaces": old, "file": new.display().to_string() }))
        .collect();
    let result =
        json!({ "healthy": errors == 0, "key_judged": !unjudged, "mendable": mends, "files": files });
    Report::answer(result, text).findings(&worst_last(&diagnosis.findings)).verdict(diagnosis.is_healthy())
}

fn shown_line(line: &str) -> String {
    format!("{}\n", shown(line))
}

/// Where the eye is when everything is printed.
fn worst_last(findings: &[Finding]) -> Vec<Finding> {
    findings.iter().rev().cloned().collect()
}
