//! `renew` and `rekey`: another certificate in the place of one that was issued here.

use std::path::{Path, PathBuf};

use certwright::profile::Leaf;
use certwright::{Authority, Certificate, Csr, Issued, KeyType, Lifetime, Prepared, file};
use serde_json::json;

use super::{Context, issue};
use crate::describe;
use crate::error::Failure;
use crate::home::{Name, Stored};
use crate::output::Report;
use crate::passphrase::{Opening, Passphrases, Seal};
use crate::place::{self, Placement};
use crate::values::{BoundArg, Term, key_type};

#[derive(Debug, clap::Args)]
pub(crate) struct Renew {
    #[command(flatten)]
    grant: Grant,
    #[command(flatten)]
    opening: Opening,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Rekey {
    #[command(flatten)]
    grant: Grant,
    /// The type of the new key.
    #[arg(long, value_name = "TYPE", default_value = "p256", value_parser = key_type())]
    key: KeyType,
    /// Certifies the key of this request instead of a new one. Nothing else is taken from the request.
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    csr: Option<PathBuf>,
    #[command(flatten)]
    passphrases: Passphrases,
}

/// What is granted anew.
#[derive(Debug, clap::Args)]
struct Grant {
    /// What the certificate is called in this home.
    name: Name,
    #[command(flatten)]
    term: Term,
    /// What to do when it would outlive its issuer.
    #[arg(long, value_enum, default_value_t)]
    bound: BoundArg,
    /// Silences the warning with this id; may be given several times. The ledger records it.
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
}

/// What there is to begin with.
struct Old {
    folder: PathBuf,
    certificate: Certificate,
    profile: Leaf,
    authority: Authority,
}

pub(crate) fn renew(context: &Context, command: &Renew) -> Result<Report, Failure> {
    let Renew { grant, opening } = command;
    let mut files = Placement::new(place::overwrite(true));
    let old = grant.old(context, opening, &mut files)?;
    let prepared = old.authority.renew(&old.certificate, &old.profile)?;
    old.set_aside(&["certificate.pem", "chain.pem", "crt.pem"], &mut files)?;
    let (issued, files) = replace(context, &old.folder, prepared, files)?;
    Ok(report("renewed", grant, &old, &issued, &files))
}

pub(crate) fn rekey(context: &Context, command: &Rekey) -> Result<Report, Failure> {
    let Rekey { grant, key, csr, passphrases } = command;
    let mut files = Placement::new(place::overwrite(true));
    let old = grant.old(context, &passphrases.opening, &mut files)?;
    let private = old.folder.join("private.pem");
    let (public, sealed) = match csr {
        // The key of this home would stay beside a certificate that is not its own.
        Some(_) if private.exists() => return Err(Failure::OtherKey { path: private }),
        Some(csr) => (Csr::open(csr)?.public_key().clone(), None),
        None => {
            let seal = passphrases.seal(&format!("the key of {}", grant.name))?;
            let key = describe::draw(*key, context.silent)?;
            (key.public_key().clone(), Some((key, seal)))
        }
    };
    let prepared = old.authority.rekey(&old.certificate, &old.profile, &public)?;
    old.set_aside(&["certificate.pem", "chain.pem", "crt.pem", "private.pem", "passphrase"], &mut files)?;
    if let Some((key, seal)) = &sealed {
        files.secret(private, seal.close(key)?.to_pem().as_bytes())?;
    }
    let (issued, files) = replace(context, &old.folder, prepared, files)?;
    let seal = sealed.map(|(_, seal)| seal);
    forget_passphrase(&old.folder, seal.as_ref());
    let shared = seal.and_then(|seal| seal.remark(grant.name.as_str()));
    Ok(report("rekeyed", grant, &old, &issued, &files).remarks(shared))
}

impl Grant {
    /// Waits for the home's turn, so that what is read is what is replaced.
    fn old(&self, context: &Context, opening: &Opening, files: &mut Placement) -> Result<Old, Failure> {
        let home = &context.home;
        let folder = home.find_issued(&self.name)?;
        files.take_turn(home);
        let certificate = Certificate::open(folder.join("certificate.pem"))?;
        let profile = self.profile(context, &certificate)?;
        let authority = home.open(&issuer(context, &certificate)?, opening)?;
        Ok(Old { folder, certificate, profile, authority })
    }

    /// The profile that the ledger has for it, with its usual term.
    fn profile(&self, context: &Context, certificate: &Certificate) -> Result<Leaf, Failure> {
        let unknown = || Failure::UnknownSerial { serial: certificate.serial().to_string() };
        let entry = context.home.ledger()?.entry_of(certificate)?.ok_or_else(unknown)?;
        let leaf = issue::leaf(&entry.profile, |usual: Lifetime| self.term.or(usual))?;
        let profile = leaf.bound(self.bound.into());
        Ok(self.allow.iter().fold(profile, |profile, rule| profile.allow(rule.as_str())))
    }
}

/// The authority of this home that signed it.
fn issuer(context: &Context, certificate: &Certificate) -> Result<Name, Failure> {
    for name in context.home.authorities() {
        if let Stored::Active(chain) = context.home.stored(&name)? {
            let own = chain.certificate();
            let signed = || certificate.verify_signature(own.public_key()).is_ok();
            if own.subject() == certificate.issuer() && signed() {
                return Ok(name);
            }
        }
    }
    let names = context.home.authorities().iter().map(Name::to_string).collect();
    let name = certificate.issuer().to_string();
    Err(Failure::UnknownAuthority { name, home: context.home.root().to_owned(), names })
}

impl Old {
    /// Stages these files of it in its previous folder.
    fn set_aside(&self, names: &[&str], files: &mut Placement) -> Result<(), Failure> {
        let previous = self.folder.join("previous").join(self.certificate.serial().to_string());
        for name in names {
            let path = self.folder.join(name);
            if path.exists() {
                let contents = file::read(&path)?;
                match *name {
                    "private.pem" | "passphrase" => files.secret(previous.join(name), &contents)?,
                    _ => files.public_bytes(previous.join(name), &contents)?,
                }
            }
        }
        Ok(())
    }
}

/// Issues, and places everything.
fn replace(
    context: &Context,
    folder: &Path,
    prepared: Prepared,
    mut files: Placement,
) -> Result<(Issued, Vec<PathBuf>), Failure> {
    let issued = prepared.sign()?;
    issue::stage(folder, issued.chain(), &mut files)?;
    Ok((issued, files.commit_in(&context.home)?))
}

/// A passphrase that opened the old key lies beside that key now.
fn forget_passphrase(folder: &Path, seal: Option<&Seal>) {
    let path = folder.join("passphrase");
    if seal.is_some_and(|seal| !seal.opens(&path)) {
        // There may be none.
        drop(std::fs::remove_file(path));
    }
}

fn report(what: &str, grant: &Grant, old: &Old, issued: &Issued, files: &[PathBuf]) -> Report {
    let certificate = issued.certificate();
    let previous = old.folder.join("previous").join(old.certificate.serial().to_string());
    let summary = format!(
        "{what} {}\n{}{}",
        grant.name,
        describe::lines(certificate),
        describe::row("previous", previous.display())
    );
    let result = json!({
        "name": grant.name.as_str(),
        "predecessor": old.certificate.serial().to_string(),
        "previous": previous.display().to_string(),
        "certificate": describe::certificate(certificate),
        "validity": describe::granted(issued.granted()),
        "files": describe::paths(files),
    });
    let report = Report::done(result, summary).findings(issued.findings());
    report.remarks(describe::clamped(issued.granted()))
}
