//! `truststore build`: a store that keeps the rules of its reader, in the files that it wants.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use certwright::chain::{self, Chain};
use certwright::truststore::{self, Layout, Rules, Truststore};
use certwright::{Certificate, Error, Finding, FoundKey, file};
use clap::ValueEnum;
use serde_json::json;

use super::Context;
use crate::describe;
use crate::destination::is_standard_output;
use crate::error::Failure;
use crate::home::Name;
use crate::input::{Input, crls};
use crate::output::{self, Remark, Report};
use crate::passphrase::{Passphrases, SECOND_CHOICE};
use crate::place::{self, Placement};
use crate::values::{input, target};

#[derive(Debug, clap::Args)]
#[command(mut_arg("passphrase_file", |option| option.help(SECOND_CHOICE)))]
#[command(mut_arg("new_passphrase_file", |option| option.help(STORE_FILE)))]
pub(crate) struct Build {
    /// Authorities of this home, or files with their certificates. A file's name has a slash or a dot.
    #[arg(required = true, value_name = "CA|FILE")]
    from: Vec<String>,
    /// The reader, whose rules the truststore has to keep.
    #[arg(long = "for", value_name = "TARGET", value_parser = target())]
    rules: Rules,
    /// The form of the file.
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    format: Form,
    /// Leaves out the comments that name each certificate. Readers that are not known to skip them get none anyway.
    #[arg(long)]
    plain: bool,
    /// The file to write, or - for standard output. A reader that wants two lists gets the intermediates in a second
    /// file beside it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Revocation lists to choose from, for a reader that takes them; may be given several times.
    #[arg(long, value_name = "FILE", requires = "crl_out", value_parser = input())]
    crl: Vec<Input>,
    /// The file for the revocation lists: the newest of each authority.
    #[arg(long, value_name = "FILE", requires = "crl")]
    crl_out: Option<PathBuf>,
    /// Replaces the files where they exist.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    passphrases: Passphrases,
}

const STORE_FILE: &str = "A file with the passphrase of a p12 truststore; the other forms have none. Without this option it \
                          is the file that CERTWRIGHT_NEW_PASSPHRASE_FILE names, else that of --passphrase-file, else \
                          the terminal is asked";

/// The form of a truststore's file.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Form {
    /// One PEM block below the other.
    #[default]
    Pem,
    /// The certificates in DER, one after the other.
    Der,
    /// PKCS#7 in DER.
    P7b,
    /// A key store of Java: PKCS#12 with trusted-certificate entries. It has a passphrase.
    P12,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Self::Pem => "pem",
            Self::Der => "der",
            Self::P7b => "p7b",
            Self::P12 => "p12",
        }
    }

    fn as_read(self) -> truststore::Form {
        match self {
            Self::Pem => truststore::Form::Pem,
            Self::Der => truststore::Form::Der,
            Self::P7b => truststore::Form::Pkcs7,
            Self::P12 => truststore::Form::Pkcs12,
        }
    }
}

impl Build {
    fn contents(&self, store: &Truststore) -> Result<Vec<u8>, Failure> {
        Ok(match self.format {
            Form::Pem if self.plain => store.to_plain_pem().into_bytes(),
            Form::Pem => store.to_pem().into_bytes(),
            Form::Der => store.to_der(),
            Form::P7b => store.to_pkcs7(),
            Form::P12 => store.to_pkcs12(&self.passphrases.seal("the truststore")?.passphrase)?,
        })
    }

    /// Stages the store's files: one, or for two lists two, the second only where there are intermediates.
    fn stage(&self, store: &Truststore, files: &mut Placement) -> Result<Vec<PathBuf>, Failure> {
        let parts = match store.layout() {
            Layout::Split if is_standard_output(&self.out) => return Err(Failure::TwoFiles),
            Layout::Split => {
                let [anchors, intermediates] = store.split();
                vec![(self.out.clone(), anchors), (beside(&self.out), intermediates)]
            }
            _ => vec![(self.out.clone(), store.clone())],
        };
        let mut paths = Vec::new();
        for (path, part) in parts.into_iter().filter(|(_, part)| !part.certificates().is_empty()) {
            files.public_bytes(path.clone(), &self.contents(&part)?)?;
            paths.push(path);
        }
        Ok(paths)
    }
}

/// `store.pem` becomes `store.intermediates.pem`.
fn beside(out: &Path) -> PathBuf {
    match out.extension() {
        Some(extension) => out.with_extension(format!("intermediates.{}", extension.to_string_lossy())),
        None => out.with_extension("intermediates"),
    }
}

pub(super) fn build(context: &Context, command: &Build) -> Result<Report, Failure> {
    let Build { from, rules, format, crl, crl_out, force, .. } = command;
    rules.require_form(format.as_read())?;
    let (chains, now) = (chains_of(context, from, &command.out)?, context.home.now());
    let store = Truststore::assemble(&chains, rules, now)?;
    let mut files = Placement::new(place::overwrite(*force));
    let mut paths = command.stage(&store, &mut files)?;
    let mut findings = news(from, store.findings());
    if let Some(out) = crl_out {
        let set = store.crl_set(&crls(crl)?, rules, now)?;
        files.public(out.clone(), &set.to_pem())?;
        paths.push(out.clone());
        findings.extend_from_slice(set.findings());
    }
    files.commit()?;
    let listed: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    let subjects = store.certificates().iter().map(|certificate| describe::row("", certificate.subject()));
    let summary = format!(
        "wrote the truststore {} for {}\n{}",
        listed.join(", "),
        rules.target,
        subjects.collect::<String>()
    );
    let result = json!({
        "for": rules.target,
        "format": format.name(),
        "certificates": store.certificates().iter().map(describe::certificate).collect::<Vec<_>>(),
        "files": listed,
    });
    let report = Report::done(result, summary).findings(&findings);
    Ok(match store.layout() {
        Layout::Split => report.note(format!(
            "{} takes two lists: {} holds the trust anchors, a second file the intermediate CAs, where there are any",
            rules.target,
            command.out.display()
        )),
        _ => report,
    })
}

/// What is worth saying: each authority brings its issuers along, which is no news unless somebody gave one twice.
fn news(from: &[String], findings: &[Finding]) -> Vec<Finding> {
    let mut seen = HashSet::new();
    let twice = !from.iter().all(|source| seen.insert(source));
    findings.iter().filter(|finding| twice || finding.rule != "duplicate-certificate").cloned().collect()
}

/// The chains of the authorities named, and those of all files together.
fn chains_of(context: &Context, from: &[String], out: &Path) -> Result<Vec<Chain>, Failure> {
    let (mut chains, mut given, mut files) = (Vec::new(), Vec::new(), Vec::new());
    for source in from {
        let looks_like_file = source.contains(['/', '.', std::path::MAIN_SEPARATOR]);
        match source.parse::<Name>().ok() {
            Some(name) if context.home.has_authority(&name) || !looks_like_file => {
                chains.push(context.home.chain(&name)?);
            }
            _ => {
                given.extend(certificates(Path::new(source), out)?);
                files.push(source.as_str());
            }
        }
    }
    let in_files = chains_in(&given, &chains).map_err(|error| error.at(files.join(", ")))?;
    chains.extend(in_files);
    Ok(chains)
}

/// The certificates of a file; what else is in it is not written, and a private key is worth a word.
fn certificates(path: &Path, out: &Path) -> Result<Vec<Certificate>, Failure> {
    let bytes = file::read(path)?;
    let found = Certificate::read_all(&bytes).map_err(|error| error.at(path.display()))?;
    if FoundKey::all(&bytes).is_ok() {
        if Input::from(path).is_file_at(out) {
            return Err(Failure::over_key(out));
        }
        let message = format!(
            "{} holds a private key, which is not written into the truststore: a file that others read is no place for it",
            path.display()
        );
        output::remark(Some(Remark::warning("truststore-holds-key", message)));
    }
    Ok(found)
}

/// One chain for each certificate that certifies no other of those given; its issuers may be in the chains, too.
fn chains_in(given: &[Certificate], chains: &[Chain]) -> Result<Vec<Chain>, Error> {
    let above = chains.iter().flat_map(Chain::full);
    let bag: Vec<_> = given.iter().chain(above).cloned().collect();
    let order = |end: &Certificate| chain::order(&bag, Some(end.fingerprint())).map(|ordered| ordered.chain);
    chain::Bag::new(given).ends()?.into_iter().map(order).collect()
}
