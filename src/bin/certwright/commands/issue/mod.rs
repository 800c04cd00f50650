//! `issue`: certificates for those who certify nobody.

mod options;
mod plan;

use std::path::{Path, PathBuf};

use certwright::chain::{self, Chain};
use certwright::file::Overwrite;
use certwright::{Authority, Certificate, Csr, GeneralName, Issued, Prepared, PrivateKey};
use serde_json::json;

pub(crate) use options::Issue;

use super::Context;
use crate::describe;
use crate::draw;
use crate::error::Failure;
use crate::output::{Remark, Report};
use crate::passphrase::Seal;
use crate::place::{self, Placement};
use crate::previous;
use options::{Key, Options};

const FILES: [&str; 4] = ["private.pem", "certificate.pem", "chain.pem", "crt.pem"];

pub(crate) fn run(context: &Context, command: &Issue) -> Result<Report, Failure> {
    let (what, options, profile) = (command.what(), command.options(), command.profile(&context.home)?);
    let chain = context.home.chain(&options.ca)?;
    if options.dry_run {
        return plan::plan(context, command, &profile, chain);
    }
    let folder = context.home.issued_folder(&options.name);
    place::vacant(&folder, &FILES, place::overwrite(options.force))?;
    let authority = context.home.open(&options.ca, &options.passphrases.opening)?;
    let seal = match options.csr {
        Some(_) => None,
        None => Some(options.passphrases.seal(&format!("the key of {}", options.name))?),
    };
    let key = key(context, options)?;
    let request = command.request(&key)?;
    // What has the name already is replaced, and the ledger links the two where the same authority issued both.
    let prepared = match standing(&folder)?.filter(|old| issued_by(&authority, old)) {
        Some(old) => authority.reissue(&old, &profile, request)?,
        None => authority.prepare(&profile, request)?,
    };
    let (issued, files) = write(context, options, &key, seal.as_ref(), prepared)?;
    let report = report(what, options, &issued, &files).findings(issued.findings());
    let report =
        report.remarks(describe::clamped(issued.granted())).remarks(secrets(context, options, seal.as_ref()));
    let report = report.remarks(nameless(command, issued.certificate()));
    let report = report.notes(command.hosted(&key));
    Ok(wishes(report, &key, issued.certificate()))
}

/// The warning that a certificate for mail has no address in it: no program will use it.
fn nameless(command: &Issue, certificate: &Certificate) -> Option<Remark> {
    let has_address = certificate.alt_names().iter().any(|name| matches!(name, GeneralName::Email(_)));
    let message = "no mail address stands in the certificate: --email gives one";
    (matches!(command, Issue::Email(_)) && !has_address)
        .then(|| Remark::warning("email-without-address", message))
}

/// The warning that names which a request asks for are not in the certificate.
fn ungranted(request: &Csr, certificate: &Certificate) -> Option<Remark> {
    let granted = certificate.alt_names();
    let missing = request.alt_names().iter().filter(|name| !granted.contains(name));
    let missing: Vec<_> = missing.map(ToString::to_string).collect();
    let message = || {
        format!("the request asks for {}, which is not granted: --grant-names grants it", missing.join(", "))
    };
    (!missing.is_empty()).then(|| Remark::warning("request-names-denied", message()))
}

fn issued_by(authority: &Authority, certificate: &Certificate) -> bool {
    let own = authority.certificate();
    certificate.issuer() == own.subject() && certificate.verify_signature(own.public_key()).is_ok()
}

/// What became of everything that a request asks for.
fn wishes(report: Report, key: &Key, certificate: &Certificate) -> Report {
    let Some(request) = key.request() else { return report };
    let answers = request.report(certificate);
    let report = report.remarks(ungranted(request, certificate));
    let report = report.notes(answers.answers().iter().map(ToString::to_string));
    report.detail("request", move || json!(answers))
}

fn key(context: &Context, options: &Options) -> Result<Key, Failure> {
    match &options.csr {
        Some(file) => Ok(Key::Requested(file.request()?)),
        None => Ok(Key::New(Box::new(draw::key(options.key, context.silent)?))),
    }
}

/// Writes the key, issues, writes the rest; places everything together.
fn write(
    context: &Context,
    options: &Options,
    key: &Key,
    seal: Option<&Seal>,
    prepared: Prepared,
) -> Result<(Issued, Vec<PathBuf>), Failure> {
    let folder = context.home.issued_folder(&options.name);
    let overwrite = place::overwrite(options.force);
    let mut files = Placement::new(overwrite);
    match (key, seal) {
        (Key::New(key), Some(seal)) => {
            files.secret(folder.join("private.pem"), seal.close(key)?.to_pem().as_bytes())?;
        }
        _ => files.reserve(&folder.join("certificate.pem"))?,
    }
    files.take_turn(&context.home);
    place::vacant(&folder, &FILES, overwrite)?;
    let kept = keep(&folder, key, &mut files)?;
    let issued = prepared.sign()?;
    let placed = stage(&folder, issued.chain(), &mut files).and_then(|()| files.commit_in(&context.home));
    let files = placed.map_err(|cause| cause.of_signed(issued.certificate()))?;
    if kept && seal.is_none() {
        previous::forget(&folder, &["private.pem", "passphrase"]);
    }
    Ok((issued, files))
}

/// Stages the three files about a leaf's certificate.
pub(crate) fn stage(folder: &Path, chain: &Chain, files: &mut Placement) -> Result<(), Failure> {
    files.public(folder.join("certificate.pem"), &chain.certificate().to_pem())?;
    files.public(folder.join("chain.pem"), &chain::to_pem(chain.intermediates()))?;
    files.public(folder.join("crt.pem"), &chain::to_pem(chain.presented()))
}

/// Sets aside what stands in the folder already, and says whether its key is another one.
fn keep(folder: &Path, key: &Key, files: &mut Placement) -> Result<bool, Failure> {
    let Some(old) = standing(folder)? else { return previous::keep_orphans(folder, files) };
    let other = !key.public().matches(old.public_key());
    let names = if other { previous::CERTIFICATE_AND_KEY } else { previous::CERTIFICATE };
    previous::keep(folder, &old, names, files)?;
    Ok(other)
}

/// The certificate that has the name already.
fn standing(folder: &Path) -> Result<Option<Certificate>, Failure> {
    let path = folder.join("certificate.pem");
    Ok(if path.exists() { Some(Certificate::open(path)?) } else { None })
}

/// Warnings about the passphrase that the key was given.
fn secrets(context: &Context, options: &Options, seal: Option<&Seal>) -> Vec<Remark> {
    let Some(seal) = seal else { return Vec::new() };
    let left = context.home.issued_folder(&options.name).join("passphrase");
    let stale = left.exists() && !seal.opens(&left);
    let message = || format!("{} does not open the new key; remove it", left.display());
    let stale = stale.then(|| Remark::warning("passphrase-stale", message()));
    seal.remark(options.name.as_str()).into_iter().chain(stale).collect()
}

fn report(what: &str, options: &Options, issued: &Issued, files: &[PathBuf]) -> Report {
    let (name, ca, certificate) = (&options.name, &options.ca, issued.certificate());
    let summary = format!(
        "issued the {what} {name} under {ca}\n{}{}",
        describe::lines(certificate),
        describe::files(files)
    );
    let result = json!({
        "name": name.as_str(),
        "profile": what,
        "ca": ca.as_str(),
        "certificate": describe::certificate(certificate),
        "validity": describe::granted(issued.granted()),
        "files": describe::paths(files),
    });
    Report::done(result, summary)
}

/// Issues a leaf into a hierarchy that is being made.
pub(crate) fn into_new(
    folder: &Path,
    key: &PrivateKey,
    seal: &Seal,
    prepared: Prepared,
    files: &mut Placement,
) -> Result<Issued, Failure> {
    files.secret(folder.join("private.pem"), seal.close(key)?.to_pem().as_bytes())?;
    let issued = prepared.sign()?;
    stage(folder, issued.chain(), files)?;
    Ok(issued)
}

/// Nothing of an earlier hierarchy is replaced by a new one.
pub(crate) const NEW: Overwrite = Overwrite::Refuse;
