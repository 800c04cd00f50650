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
    read: Result<Zeroizing<Vec<u8>>, Error>,
}

pub(crate) fn run(command: &Doctor, now: Timestamp) -> Result<Report, Failure> {
    let Doctor { key, cert, chain, truststore, rules, fix, passphrase_file } = command;
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
    let (written, unwritten) = match fix.as_deref().map(|folder| write(&diagnosis, folder)) {
        None => (Fixed::NotAsked, None),
        Some(Ok(files)) => (Fixed::Written(files), None),
        Some(Err(failure)) => (Fixed::Failed, Some(failure)),
    };
    let given =
        [key, cert, chain, truststore].into_iter().zip([&key_read, &cert_read, &chain_read, &store_read]);
    let secret = given.filter(|(_, read)| read.as_ref().is_some_and(Contents::holds_key));
    let exposed: Vec<_> = secret.filter_map(|(path, _)| exposure::of_key(&path.as_deref()?.into())).collect();
    let told = told(&diagnosis, matches!(passphrase, Known::Nothing));
    let dash = [&key_read, &cert_read, &chain_read, &store_read].into_iter().flatten().any(Contents::is_dash);
    let report = report(&diagnosis, written).findings(&told).remarks(exposed).failed(unwritten);
    Ok(report.notes(dash.then(|| DASH.to_owned())))
}

impl Contents {
    fn of(path: &Path) -> Self {
        Self { name: path.display().to_string(), read: file::read(path) }
    }

    /// Whether standard input was meant, and there is no file of this name.
    fn is_dash(&self) -> bool {
        self.name == "-" && self.read.is_err()
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
            Err(refused) => File::refused(&self.name, refused),
        }
    }
}

/// curl, whose options these are, reads no standard input for them.
const DASH: &str = "- is the name of a file here, as it is for curl; standard input is /dev/stdin";

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

/// What became of `--fix`.
enum Fixed {
    NotAsked,
    /// The repaired files, each with the one that it replaces.
    Written(Vec<(String, PathBuf)>),
    /// Which takes nothing from the diagnosis.
    Failed,
}

/// The repaired files, each with the one that it replaces. Where there are none, the folder may be any.
fn write(diagnosis: &Diagnosis, folder: &Path) -> Result<Vec<(String, PathBuf)>, Failure> {
    if diagnosis.mends.is_empty() {
        return Ok(Vec::new());
    }
    new_folder(folder)?;
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

fn report(diagnosis: &Diagnosis, fixed: Fixed) -> Report {
    let healthy = diagnosis.is_healthy();
    let mut text = verdict(diagnosis);
    let mends: Vec<_> = diagnosis.mends.iter().map(|mend| mend.replaces().to_owned()).collect();
    match &fixed {
        Fixed::Written(files) if files.is_empty() => {
            text.push_str("there is nothing that a new file would mend\n");
        }
        Fixed::Written(files) => {
            for (old, new) in files {
                text.push_str(&shown_line(&format!("use {} instead of {old}", new.display())));
            }
        }
        Fixed::NotAsked if !mends.is_empty() => {
            let mended = mends.join(" and a repaired ");
            text.push_str(&shown_line(&format!("--fix DIR writes a repaired {mended}")));
        }
        Fixed::NotAsked | Fixed::Failed => {}
    }
    let files = match fixed {
        Fixed::Written(files) => files,
        Fixed::NotAsked | Fixed::Failed => Vec::new(),
    };
    let files: Vec<Value> = files
        .iter()
        .map(|(old, new)| json!({ "replaces": old, "file": new.display().to_string() }))
        .collect();
    let result = json!({
        "healthy": healthy,
        "undecided": diagnosis.is_undecided(),
        "key_judged": diagnosis.is_key_judged(),
        "mendable": mends,
        "files": files,
    });
    Report::answer(result, text).verdict(healthy)
}

/// The first line of what is said.
fn verdict(diagnosis: &Diagnosis) -> String {
    let errors = diagnosis.findings.iter().filter(|finding| finding.is_error()).count();
    match (errors, diagnosis.is_undecided()) {
        (0, true) => format!(
            "undecided: {}; nothing else was found that keeps these files from working\n",
            if diagnosis.is_key_judged() {
                "not every file was looked at"
            } else {
                "the key could not be judged, since it is not opened here"
            }
        ),
        (0, false) => "healthy: nothing was found that keeps these files from working\n".to_owned(),
        (1, _) => "ill: one cause was found\n".to_owned(),
        (count, _) => format!("ill: {count} causes were found\n"),
    }
}

fn shown_line(line: &str) -> String {
    format!("{}\n", shown(line))
}

/// The findings, the worst last, where the eye is when everything is printed; a passphrase that is missing with the
/// option that takes it here.
fn told(diagnosis: &Diagnosis, unknown: bool) -> Vec<Finding> {
    let mut findings: Vec<_> = diagnosis.findings.iter().rev().cloned().collect();
    // A store may be closed for another reason.
    let asks = |finding: &&mut Finding| match finding.rule {
        "store-closed" => finding.message.contains("there is no passphrase"),
        rule => rule == "key-passphrase-missing",
    };
    for finding in findings.iter_mut().filter(asks).filter(|_| unknown) {
        finding.message.push_str("; doctor takes it with --passphrase-file FILE");
    }
    findings
}
