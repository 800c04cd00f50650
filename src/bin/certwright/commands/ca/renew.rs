//! Another term for an authority: the same name, the same key, so that what it issued stays valid under it.

use std::path::{Path, PathBuf};

use certwright::chain::{self, Chain};
use certwright::profile::{Root, Subordinate};
use certwright::{Authority, Certificate, Error, Finding, Granted, Issued, Lifetime};

use super::ceremony::chain_of;
use super::{Absent, Context, report, stage_chain};
use crate::commands::again;
use crate::describe;
use crate::error::Failure;
use crate::home::{Name, Stored};
use crate::output::Report;
use crate::passphrase::Opening;
use crate::place::{self, Placement};
use crate::previous;
use crate::profiles::ProfileArg;
use crate::values::{BoundArg, Term};

#[derive(Debug, clap::Args)]
pub(crate) struct Renew {
    /// The authority.
    name: Name,
    #[command(flatten)]
    term: Term,
    /// What to do when it would outlive its issuer. Without this option it is refused.
    #[arg(long, value_enum)]
    bound: Option<BoundArg>,
    #[command(flatten)]
    profile: ProfileArg,
    /// Takes this chain, which somebody else certified anew for the authority's key, instead of issuing one: its
    /// certificate and its issuers up to the root, in any order.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["lifetime", "until", "bound", "profile"])]
    chain: Option<PathBuf>,
    #[command(flatten)]
    opening: Opening,
}

/// The new chain, and how it came about.
struct Renewed {
    chain: Chain,
    findings: Vec<Finding>,
    granted: Option<Granted>,
}

pub(super) fn renew(context: &Context, command: &Renew) -> Result<Report, Failure> {
    let name = &command.name;
    let mut files = Placement::new(place::overwrite(true));
    // First, so that what is read is what is replaced.
    files.take_turn(&context.home);
    let old = context.home.chain(name)?;
    let renewed = match &command.chain {
        Some(file) => given(context, name, &old, file)?,
        None if old.issuers().is_empty() => command.root(context, &old)?,
        None => command.subordinate(context, &old)?,
    };
    let folder = context.home.authority_folder(name);
    stage_chain(context, name, &renewed.chain, &mut files)?;
    let own = files.staged().len();
    previous::keep(&folder, old.certificate(), &["certificate.pem", "chain.pem"], &mut files)?;
    let kept = files.staged().len();
    below(context, name, old.certificate(), &renewed.chain, &mut files)?;
    let files = files.commit_in(&context.home)?;
    let report = report(context, name, "renewed", &renewed.chain, files.get(..own).unwrap_or_default());
    let report =
        report.findings(&renewed.findings).remarks(renewed.granted.as_ref().and_then(describe::clamped));
    let beyond = files.len().saturating_sub(kept);
    let report = match beyond {
        0 => report,
        _ => report.note(format!("{beyond} files of what stands below it have the new certificate")),
    };
    Ok(report.note(
        "who trusts the old certificate needs the new one before that ends: write the truststores again",
    ))
}

impl Renew {
    fn root(&self, context: &Context, old: &Chain) -> Result<Renewed, Failure> {
        let described = self.profile.or_usual(&context.home, "root")?.with_lifetime(self.term.given());
        let profile = match &self.profile.profile {
            Some(_) => described.root()?,
            None => Root::like(old.certificate(), self.term.given().unwrap_or(Lifetime::years(10)))?,
        };
        let root = context.home.open(&self.name, &self.opening)?.renew_root(&profile)?;
        Ok(Renewed { chain: root.chain().clone(), findings: Vec::new(), granted: None })
    }

    fn subordinate(&self, context: &Context, old: &Chain) -> Result<Renewed, Failure> {
        let certificate = old.certificate();
        let elsewhere = || Failure::IssuerElsewhere {
            name: self.name.to_string(),
            issuer: certificate.issuer().to_string(),
            request: context.home.authority_folder(&self.name).join("request.csr"),
        };
        let issuer = again::issuer(context, certificate).map_err(|_| elsewhere())?;
        let described = self.profile.or_usual(&context.home, "subordinate")?.with_lifetime(self.term.given());
        let described = described.with_bound(self.bound.map(BoundArg::name));
        let profile = match &self.profile.profile {
            Some(_) => described.subordinate()?,
            None => {
                let lifetime = self.term.given().unwrap_or(Lifetime::years(3));
                let like = Subordinate::like(certificate, lifetime)?;
                like.bound(self.bound.map(Into::into).unwrap_or_default())
            }
        };
        let issuer = context.home.open(&issuer, &self.opening)?;
        let issued: Issued = issuer.renew_subordinate(certificate, &profile)?.sign()?;
        let (chain, granted) = (issued.chain().clone(), issued.granted().clone());
        Ok(Renewed { chain, findings: issued.findings().to_vec(), granted: Some(granted) })
    }
}

/// A chain that was certified elsewhere has to be for the same name and key.
fn given(context: &Context, name: &Name, old: &Chain, file: &Path) -> Result<Renewed, Failure> {
    let key = old.certificate().public_key();
    let chain = chain_of(file, key)?;
    if chain.certificate().subject() != old.certificate().subject() {
        let subject = chain.certificate().subject().to_string();
        let reason = format!("the authority is {}, byte for byte", old.certificate().subject());
        return Err(Error::Mismatch { subject, reason }.at(file.display()).into());
    }
    super::import::current(chain.full(), context.home.now())?;
    let authority = Authority::open(chain, Absent(key.clone()), &context.home.ledger()?)?;
    let authority = context.home.practice(name)?.apply(authority)?;
    Ok(Renewed { chain: authority.chain().clone(), findings: authority.findings(), granted: None })
}

/// Stages everything of this home that holds the old certificate, with the new chain in its place.
fn below(
    context: &Context,
    renewed: &Name,
    old: &Certificate,
    new: &Chain,
    files: &mut Placement,
) -> Result<(), Failure> {
    let home = &context.home;
    for name in home.authorities().into_iter().filter(|name| name != renewed) {
        if let Stored::Active(chain) = home.stored(&name)?
            && let Some(lower) = lower(chain.full(), old)
        {
            let chain = Chain::new([lower, new.full()].concat())?;
            files.public(home.authority_folder(&name).join("chain.pem"), &chain::to_pem(chain.full()))?;
        }
    }
    for name in home.issued() {
        let folder = home.issued_folder(&name);
        let crt = folder.join("crt.pem");
        let presented = Certificate::open_all(&crt)?;
        if let Some(lower) = lower(&presented, old) {
            let above = if new.issuers().is_empty() { &[][..] } else { new.presented() };
            let all = [lower, above].concat();
            files.public(crt, &chain::to_pem(&all))?;
            files.public(folder.join("chain.pem"), &chain::to_pem(all.get(1..).unwrap_or_default()))?;
        }
    }
    Ok(())
}

/// What stands below the certificate in this list.
fn lower<'a>(chain: &'a [Certificate], certificate: &Certificate) -> Option<&'a [Certificate]> {
    let position = chain.iter().position(|other| other == certificate)?;
    chain.get(..position)
}
