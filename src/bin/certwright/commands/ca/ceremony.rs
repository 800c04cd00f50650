//! The same in three steps, for an issuer that is kept offline.

use std::path::PathBuf;

use certwright::chain::{self, Bag, Chain};
use certwright::{Error, PendingAuthority, PublicKey, Subject, Verdict};
use serde_json::json;

use super::create::Grant;
use super::{Absent, Context, New, into_file, report, signed, stage_chain, unused};
use crate::describe;
use crate::error::Failure;
use crate::home::{Name, Stored};
use crate::input::Input;
use crate::output::Report;
use crate::passphrase::{Opening, SECOND_CHOICE};
use crate::place::{self, Placement};
use crate::practice::PracticeArgs;
use crate::values::{input, subject};

#[derive(Debug, clap::Args)]
#[command(mut_arg("passphrase_file", |option| option.help(SECOND_CHOICE)))]
pub(crate) struct Request {
    #[command(flatten)]
    new: New,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Certify {
    /// The authority of this home that certifies the request.
    #[arg(long, visible_alias = "ca", value_name = "CA")]
    issuer: Name,
    /// The request, which `ca request` or another program wrote.
    #[arg(long, value_name = "FILE", value_parser = input())]
    csr: Input,
    /// The file for the new chain, or - for standard output: the certificate, then its issuers, the root last.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Grants this distinguished name instead of the one that the request asks for.
    #[arg(long, value_name = "DN", value_parser = subject)]
    subject: Option<Subject>,
    #[command(flatten)]
    grant: Grant,
    #[command(flatten)]
    opening: Opening,
    /// Replaces the output file where it exists.
    #[arg(long)]
    force: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Activate {
    /// The pending authority.
    name: Name,
    /// The chain that was certified for it: its certificate and its issuers up to the root, in any order.
    #[arg(long, value_name = "FILE", value_parser = input())]
    chain: Input,
    /// A file with the passphrase of the authority's key. With it, or with CERTWRIGHT_PASSPHRASE_FILE, the key is
    /// opened and compared, too; without it only the request is.
    #[arg(long, value_name = "FILE", value_parser = input())]
    passphrase_file: Option<Input>,
    #[command(flatten)]
    practice: PracticeArgs,
}

pub(super) fn request(context: &Context, command: &Request) -> Result<Report, Failure> {
    let New { name, subject, .. } = &command.new;
    let mut files = unused(context, name)?;
    let key = command.new.key(context, &mut files)?;
    let pending = PendingAuthority::new(subject.clone(), key)?;
    let request = context.home.authority_folder(name).join("request.csr");
    files.public(request.clone(), &pending.csr().to_pem())?;
    let files = files.commit_in(&context.home)?;
    let summary = format!(
        "made the pending authority {name}\n{}{}",
        describe::row("subject", subject),
        describe::files(&files)
    );
    let result = json!({
        "name": name.as_str(),
        "state": "pending",
        "subject": subject.to_string(),
        "request": request.display().to_string(),
        "files": describe::paths(&files),
    });
    let next = format!(
        "have {} certified (`ca certify` of its issuer), then `certwright ca activate {name} --chain FILE`",
        request.display()
    );
    Ok(Report::done(result, summary).note(next))
}

pub(super) fn certify(context: &Context, command: &Certify) -> Result<Report, Failure> {
    let Certify { issuer, csr, out, subject, grant, opening, force } = command;
    let request = csr.request()?;
    let mut profile = grant.profile(&context.home)?;
    if let Some(subject) = subject {
        profile = profile.subject(subject.clone());
    }
    let issuer = context.home.open(issuer, opening)?;
    let prepared = issuer.prepare_subordinate(&profile, &request)?;
    let issued = into_file(prepared, out, place::overwrite(*force))?;
    let report = signed("certified", &issued, out);
    let answers = request.report(issued.certificate());
    let denied = answers.answers().iter().filter(|answer| answer.verdict != Verdict::Granted);
    Ok(report.notes(denied.map(ToString::to_string)))
}

pub(super) fn activate(context: &Context, command: &Activate) -> Result<Report, Failure> {
    let Activate { name, chain, passphrase_file, practice } = command;
    let request = match context.home.stored(name)? {
        Stored::Pending(request) => request,
        Stored::Active(_) => return Err(Failure::AlreadyActive { name: name.to_string() }),
    };
    let asked = request.subject().clone();
    let chain = chain_of(chain, request.public_key())?;
    let opening = Opening::with(passphrase_file.clone());
    let pending = match opening.given()? {
        Some(_) => {
            let key = opening.open(&context.home.authority_folder(name).join("key.pem"))?;
            PendingAuthority::open(request, key)?
        }
        // It is opened when it issues.
        None => {
            let signer = Absent(request.public_key().clone());
            PendingAuthority::open(request, signer)?
        }
    };
    let authority = pending.activate(chain, &context.home.ledger()?).map_err(Error::from)?;
    let mut files = Placement::new(place::overwrite(false));
    files.keep(&context.home, name, practice.practice())?;
    stage_chain(context, name, authority.chain(), &mut files)?;
    let files = files.commit_in(&context.home)?;
    let certified = authority.chain().certificate().subject();
    let renamed = (asked != *certified)
        .then(|| format!("the request asks for the subject {asked}, and {certified} was certified"));
    let report = report(context, name, "activated", authority.chain(), &files);
    Ok(report.findings(&authority.findings()).notes(renamed))
}

/// The chain in a file that may hold it in any order: at its lower end stands the certificate for this key.
pub(super) fn chain_of(file: &Input, key: &PublicKey) -> Result<Chain, Failure> {
    let bag = file.certificates()?;
    let mut ends = Bag::new(&bag).ends().map_err(|error| error.at(file))?;
    // A root and its renewals certify each other.
    if ends.is_empty() {
        ends.extend(&bag);
    }
    let fitting = ends.iter().filter(|certificate| key.matches(certificate.public_key()));
    // Of a certificate and its renewals, the one that lives longest.
    let own = fitting.max_by_key(|certificate| certificate.window().not_after);
    let chain = match (own, ends.first()) {
        (Some(own), _) => chain::order(&bag, Some(own.fingerprint())).map(|ordered| ordered.chain),
        (None, Some(end)) => Err(Error::KeyMismatch {
            key: key.fingerprint().to_string(),
            certificate: end.public_key().fingerprint().to_string(),
        }),
        (None, None) => Err(Error::Chain { reason: "it is empty".to_owned() }),
    };
    Ok(chain.map_err(|error| error.at(file))?)
}
