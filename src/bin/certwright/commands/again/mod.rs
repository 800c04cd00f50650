//! `renew`, `rekey` and `reissue`: another certificate in the place of one that was issued here.

mod reissue;
mod rekey;
mod renew;

pub(crate) use reissue::{Reissue, reissue};
pub(crate) use rekey::{Rekey, rekey};
pub(crate) use renew::{Renew, renew};

use std::path::{Path, PathBuf};

use certwright::profile::Leaf;
use certwright::{
    Algorithm, Authority, Certificate, Entry, Issued, KeyType, Lifetime, Oid, Prepared, PrivateKey, Timestamp,
};
use serde_json::json;

use super::{Context, issue};
use crate::describe;
use crate::error::Failure;
use crate::home::{Name, Stored};
use crate::output::{Remark, Report};
use crate::passphrase::{Opening, Seal};
use crate::place::{self, Placement};
use crate::previous;
use crate::profiles::ProfileArg;
use crate::values::{BoundArg, Term};

/// What is granted anew.
#[derive(Debug, clap::Args)]
struct Grant {
    /// What the certificate is called in this home.
    name: Name,
    #[command(flatten)]
    term: Term,
    /// What to do when it would outlive its issuer. Without this option it is refused.
    #[arg(long, value_enum)]
    bound: Option<BoundArg>,
    #[command(flatten)]
    profile: ProfileArg,
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

impl Grant {
    /// Waits for the home's turn, so that what is read is what is replaced.
    fn old(&self, context: &Context, opening: &Opening, files: &mut Placement) -> Result<Old, Failure> {
        let home = &context.home;
        let folder = home.find_issued(&self.name)?;
        files.take_turn(home);
        let certificate = Certificate::open(folder.join("certificate.pem"))?;
        let issuer = issuer(context, &certificate)?;
        let profile = self.profile(context, &certificate)?;
        let authority = home.open(&issuer, opening)?;
        Ok(Old { folder, certificate, profile, authority })
    }

    /// The profile that the ledger has for it, and its term, unless something else is said.
    fn profile(&self, context: &Context, certificate: &Certificate) -> Result<Leaf, Failure> {
        let unknown = || Failure::UnknownSerial { serial: certificate.serial().to_string() };
        let entry = context.home.ledger()?.entry_of(certificate)?.ok_or_else(unknown)?;
        let described = self.profile.or_usual(&context.home, &entry.profile)?;
        described
            .with_lifetime(self.term.given())
            .usually(term(&entry))
            .with_bound(self.bound.map(BoundArg::name))
            .allowing(&self.allow)
            .leaf()
    }
}

/// How long it was issued for. Between plan and record a few seconds pass: what is almost whole days is whole days.
fn term(entry: &Entry) -> Option<Lifetime> {
    const DAY: i64 = 86_400;
    if entry.window.not_after == Timestamp::NO_EXPIRY {
        return Some(Lifetime::no_expiry());
    }
    let seconds = entry.window.not_after.seconds_since(entry.issued_at).saturating_add(1);
    let missing = DAY.saturating_sub(seconds.checked_rem(DAY)?);
    match (seconds, missing) {
        (..=0, _) => None,
        (DAY.., ..3600) => {
            u32::try_from(seconds.saturating_add(missing).checked_div(DAY)?).ok().map(Lifetime::days)
        }
        _ => u32::try_from(seconds).ok().map(Lifetime::seconds),
    }
}

/// The type of a certificate's key, where keys of this type are drawn here.
fn key_type(certificate: &Certificate) -> Option<KeyType> {
    match certificate.public_key().algorithm() {
        Algorithm::EcdsaP256 => Some(KeyType::EcdsaP256),
        Algorithm::EcdsaP384 => Some(KeyType::EcdsaP384),
        Algorithm::Ed25519 => Some(KeyType::Ed25519),
        Algorithm::Rsa { bits: 2048 } => Some(KeyType::Rsa2048),
        Algorithm::Rsa { bits: 3072 } => Some(KeyType::Rsa3072),
        Algorithm::Rsa { bits: 4096 } => Some(KeyType::Rsa4096),
        _ => None,
    }
}

/// The authority of this home that signed it.
pub(crate) fn issuer(context: &Context, certificate: &Certificate) -> Result<Name, Failure> {
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

/// Where the new key comes from, where there is one.
enum NewKey {
    Drawn(Box<PrivateKey>, Seal),
    /// Somebody else has it.
    Elsewhere,
}

impl Old {
    /// Sets the old files aside and stages the new key.
    fn replace_key(&self, key: &NewKey, files: &mut Placement) -> Result<(), Failure> {
        previous::keep(&self.folder, &self.certificate, previous::CERTIFICATE_AND_KEY, files)?;
        match key {
            NewKey::Drawn(key, seal) => {
                files.secret(self.folder.join("private.pem"), seal.close(key)?.to_pem().as_bytes())
            }
            NewKey::Elsewhere => Ok(()),
        }
    }

    /// Removes what belongs to the old key and was set aside.
    fn forget_key(&self, key: &NewKey) {
        match key {
            NewKey::Drawn(_, seal) if seal.opens(&self.folder.join("passphrase")) => {}
            NewKey::Drawn(..) => previous::forget(&self.folder, &["passphrase"]),
            NewKey::Elsewhere => previous::forget(&self.folder, &["private.pem", "passphrase"]),
        }
    }
}

/// Issues, and places everything. What could not be written is refused before it is signed.
fn replace(
    context: &Context,
    folder: &Path,
    prepared: Prepared,
    mut files: Placement,
) -> Result<(Issued, Vec<PathBuf>), Failure> {
    let mut places = previous::CERTIFICATE.iter().map(|file| folder.join(file));
    places.try_for_each(|path| files.reserve(&path))?;
    let issued = prepared.sign()?;
    let placed =
        issue::stage(folder, issued.chain(), &mut files).and_then(|()| files.commit_in(&context.home));
    let files = placed.map_err(|cause| cause.of_signed(issued.certificate()))?;
    Ok((issued, files))
}

/// Nothing is replaced that was not set aside.
fn placement() -> Placement {
    Placement::new(place::overwrite(true))
}

fn report(what: &str, grant: &Grant, old: &Old, issued: &Issued, files: &[PathBuf]) -> Report {
    let certificate = issued.certificate();
    let previous = previous::folder(&old.folder, &old.certificate);
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
    report.remarks(describe::clamped(issued.granted())).remarks(lost(&old.certificate, certificate))
}

/// The ledger knows a profile's name, and not what a file added to it.
fn lost(old: &Certificate, new: &Certificate) -> Option<Remark> {
    let kept = |oid: &Oid| new.extensions().iter().any(|extension| extension.oid == *oid);
    let lost = old.extensions().iter().map(|extension| &extension.oid).filter(|oid| !kept(oid));
    let listed: Vec<_> = lost.map(ToString::to_string).collect();
    let message = format!(
        "the certificate that it replaces had the extensions {} besides: --profile names the profile that adds them",
        listed.join(", ")
    );
    (!listed.is_empty()).then(|| Remark::warning("extension-lost", message))
}
