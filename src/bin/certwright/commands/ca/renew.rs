//! Another term for an authority: the same name, the same key, so that what it issued stays valid under it.

use certwright::chain::Chain;
use certwright::profile::{Root, Subordinate, usual};
use certwright::{Authority, Certificate, Error, Finding, Granted, Prepared};

use super::below::Below;
use super::ceremony::chain_of;
use super::{Absent, Context, elsewhere, report, stage_chain};
use crate::commands::again;
use crate::describe;
use crate::error::Failure;
use crate::home::Name;
use crate::input::Input;
use crate::output::Report;
use crate::passphrase::Opening;
use crate::place::{self, Placement};
use crate::previous;
use crate::profiles::ProfileArg;
use crate::values::{BoundArg, Term, input};

/// What an authority has beside its key.
const OWN: [&str; 2] = ["certificate.pem", "chain.pem"];

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
    #[arg(value_parser = input())]
    chain: Option<Input>,
    #[command(flatten)]
    opening: Opening,
}

/// What comes in the place of the old certificate.
enum Coming {
    /// A certificate to be signed, and the chain above it.
    Prepared(Box<Prepared>, Vec<Certificate>),
    /// Somebody else certified it.
    Given(Chain, Vec<Finding>),
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
    // Whatever can fail comes before the signature, which is recorded for good.
    let below = Below::of(context, name, old.certificate())?;
    let coming = match &command.chain {
        Some(file) => given(context, name, &old, file)?,
        None if old.issuers().is_empty() => command.root(context, &old)?,
        None => command.subordinate(context, &old)?,
    };
    let beneath = Renew::judge(context, &below, old.full(), &coming.path())?;
    let folder = context.home.authority_folder(name);
    OWN.iter().try_for_each(|file| files.reserve(&folder.join(file)))?;
    below.reserve(&mut files)?;
    previous::keep(&folder, old.certificate(), &OWN, &mut files)?;
    let kept = files.staged().len();
    let renewed = coming.sign()?;
    stage_chain(context, name, &renewed.chain, &mut files)?;
    let own = files.staged().len();
    below.stage(&renewed.chain, &mut files)?;
    let files = files.commit_in(&context.home)?;
    let report = report(context, name, "renewed", &renewed.chain, files.get(kept..own).unwrap_or_default());
    let report = report.findings(&renewed.findings).findings(&beneath);
    let report = report.remarks(renewed.granted.as_ref().and_then(describe::clamped));
    let report = match files.len().saturating_sub(own) {
        0 => report,
        1 => report.note("one file of what stands below it has the new certificate"),
        beyond => report.note(format!("{beyond} files of what stands below it have the new certificate")),
    };
    Ok(report.note(
        "who trusts the old certificate needs the new one before that ends: write the truststores again",
    ))
}

impl Coming {
    /// The certificate as it will be, with everything above it.
    fn path(&self) -> Vec<Certificate> {
        match self {
            Self::Prepared(prepared, above) => {
                std::iter::once(prepared.unsigned()).chain(above).cloned().collect()
            }
            Self::Given(chain, _) => chain.full().to_vec(),
        }
    }

    fn sign(self) -> Result<Renewed, Failure> {
        Ok(match self {
            Self::Prepared(prepared, _) => {
                let issued = prepared.sign()?;
                let (chain, granted) = (issued.chain().clone(), issued.granted().clone());
                Renewed { chain, findings: issued.findings().to_vec(), granted: Some(granted) }
            }
            Self::Given(chain, findings) => Renewed { chain, findings, granted: None },
        })
    }
}

impl Renew {
    /// What will be wrong with what stands below, here and elsewhere.
    fn judge(
        context: &Context,
        below: &Below,
        old: &[Certificate],
        new: &[Certificate],
    ) -> Result<Vec<Finding>, Failure> {
        let now = context.home.now();
        let mut findings = below.judge(old, new, now)?;
        let elsewhere = elsewhere::judge(&context.home.ledger()?, old, new, now)?;
        let unsaid = |found: &Finding| findings.iter().all(|said| said.message != found.message);
        let elsewhere: Vec<_> = elsewhere.into_iter().filter(unsaid).collect();
        findings.extend(elsewhere);
        Ok(findings)
    }

    fn root(&self, context: &Context, old: &Chain) -> Result<Coming, Failure> {
        let described = self.profile.or_usual(&context.home, "root")?.with_lifetime(self.term.given());
        let profile = match &self.profile.profile {
            Some(_) => described.root()?,
            None => Root::like(old.certificate(), self.term.given().unwrap_or(usual::ROOT))?,
        };
        let root = context.home.open(&self.name, &self.opening)?;
        Ok(Coming::Prepared(Box::new(root.prepare_root_renewal(&profile)?), Vec::new()))
    }

    fn subordinate(&self, context: &Context, old: &Chain) -> Result<Coming, Failure> {
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
                let lifetime = self.term.given().unwrap_or(usual::SUBORDINATE);
                let like = Subordinate::like(certificate, lifetime)?;
                like.bound(self.bound.map(Into::into).unwrap_or_default())
            }
        };
        let issuer = context.home.open(&issuer, &self.opening)?;
        let prepared = issuer.renew_subordinate(certificate, &profile)?;
        Ok(Coming::Prepared(Box::new(prepared), issuer.chain().full().to_vec()))
    }
}

/// A chain that was certified elsewhere has to be for the same name and key.
fn given(context: &Context, name: &Name, old: &Chain, file: &Input) -> Result<Coming, Failure> {
    let key = old.certificate().public_key();
    let chain = chain_of(file, key)?;
    if chain.certificate().subject() != old.certificate().subject() {
        let subject = chain.certificate().subject().to_string();
        let reason = format!("the authority is {}, byte for byte", old.certificate().subject());
        return Err(Error::Mismatch { subject, reason }.at(file).into());
    }
    super::import::current(chain.full(), context.home.now())?;
    let authority = Authority::open(chain, Absent(key.clone()), &context.home.ledger()?)?;
    let authority = context.home.practice(name)?.apply(authority)?;
    Ok(Coming::Given(authority.chain().clone(), authority.findings()))
}
