//! Authorities made in one go.

use certwright::profile::Subordinate;
use certwright::{Authority, PendingAuthority};

use super::{Context, New, report, stage_chain, unused};
use crate::describe;
use crate::error::Failure;
use crate::home::{Home, Name};
use crate::output::Report;
use crate::passphrase::SECOND_CHOICE;
use crate::profiles::ProfileArg;
use crate::values::{BoundArg, Term};

#[derive(Debug, clap::Args)]
#[command(mut_arg("passphrase_file", |option| option.help(SECOND_CHOICE)))]
pub(crate) struct Root {
    #[command(flatten)]
    new: New,
    #[command(flatten)]
    term: Term,
    /// How many authorities may stand below it, one under the other. Without this option it is not limited.
    #[arg(long, value_name = "N")]
    path_length: Option<u8>,
    #[command(flatten)]
    profile: ProfileArg,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Sub {
    #[command(flatten)]
    new: New,
    /// The authority of this home that certifies it.
    #[arg(long, visible_alias = "ca", value_name = "CA")]
    issuer: Name,
    #[command(flatten)]
    grant: Grant,
}

/// What a subordinate is granted.
#[derive(Debug, clap::Args)]
pub(crate) struct Grant {
    #[command(flatten)]
    term: Term,
    /// How many authorities may stand below it, one under the other. Without this option it is none.
    #[arg(long, value_name = "N")]
    path_length: Option<u8>,
    /// What to do when it would outlive its issuer. Without this option it is refused.
    #[arg(long, value_enum)]
    bound: Option<BoundArg>,
    #[command(flatten)]
    profile: ProfileArg,
}

impl Grant {
    pub(super) fn profile(&self, home: &Home) -> Result<Subordinate, Failure> {
        let described = self.profile.or_usual(home, "subordinate")?;
        let described = described.with_lifetime(self.term.given());
        described.with_path_length(self.path_length).with_bound(self.bound.map(BoundArg::name)).subordinate()
    }
}

pub(super) fn root(context: &Context, command: &Root) -> Result<Report, Failure> {
    let Root { new, term, path_length, profile } = command;
    let mut files = unused(context, &new.name)?;
    let described = profile.or_usual(&context.home, "root")?;
    let profile = described.with_lifetime(term.given()).with_path_length(*path_length).root()?;
    let ledger = context.home.ledger()?;
    // The key is on the disk, encrypted, before it signs anything.
    let key = new.key(context, &mut files)?;
    let root = Authority::root(&profile, new.subject.clone(), key, &ledger)?;
    stage_chain(context, &new.name, root.chain(), &mut files)?;
    let files = files.commit_in(&context.home)?;
    Ok(report(context, &new.name, "made the root", root.chain(), &files))
}

pub(super) fn sub(context: &Context, command: &Sub) -> Result<Report, Failure> {
    let Sub { new, issuer, grant } = command;
    let mut files = unused(context, &new.name)?;
    let profile = grant.profile(&context.home)?;
    let issuer = context.home.open(issuer, &new.passphrases.opening)?;
    let key = new.key(context, &mut files)?;
    let pending = PendingAuthority::new(new.subject.clone(), key)?;
    let request = context.home.authority_folder(&new.name).join("request.csr");
    files.public(request, &pending.csr().to_pem())?;
    let issued = issuer.prepare_subordinate(&profile, pending.csr())?.sign()?;
    let authority =
        pending.activate(issued.chain().clone(), &context.home.ledger()?).map_err(certwright::Error::from)?;
    stage_chain(context, &new.name, authority.chain(), &mut files)?;
    let files = files.commit_in(&context.home)?;
    let report = report(context, &new.name, "made the subordinate authority", authority.chain(), &files);
    Ok(report.findings(issued.findings()).remarks(describe::clamped(issued.granted())))
}
