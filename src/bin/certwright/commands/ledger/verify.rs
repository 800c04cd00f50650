//! Whether the ledger holds what was signed.

use certwright::{Certificate, Entry, Fingerprint};
use serde_json::json;

use crate::commands::Context;
use crate::error::Failure;
use crate::home::Stored;
use crate::output::{Remark, Report};

pub(super) fn verify(context: &Context) -> Result<Report, Failure> {
    // Reading an entry parses its certificate.
    let entries = context.home.ledger()?.entries()?;
    let authorities = authorities(context, &entries)?;
    let (mut wrong, mut verified, mut elsewhere, mut pending) = (Vec::new(), 0_usize, 0_usize, 0_usize);
    for entry in &entries {
        let Some(certificate) = &entry.certificate else {
            pending = pending.saturating_add(1);
            continue;
        };
        wrong.extend(differs(entry, certificate));
        let mut issuers =
            authorities.iter().filter(|issuer| issuer.subject() == certificate.issuer()).peekable();
        if issuers.peek().is_none() {
            elsewhere = elsewhere.saturating_add(1);
        } else if issuers.any(|issuer| certificate.verify_signature(issuer.public_key()).is_ok()) {
            verified = verified.saturating_add(1);
        } else {
            let message = format!("{} is not signed by {}", entry.serial, certificate.issuer());
            wrong.push(Remark::error("ledger-signature", message));
        }
    }
    let sound = wrong.is_empty();
    let text = format!(
        "{} entries: {verified} verified, {elsewhere} of issuers that are not here, {pending} pending, {} wrong\n",
        entries.len(),
        wrong.len()
    );
    let result = json!({
        "entries": entries.len(),
        "verified": verified,
        "issuer_elsewhere": elsewhere,
        "pending": pending,
    });
    Ok(Report::answer(result, text).remarks(wrong).verdict(sound))
}

/// Every authority that the home knows: those with a name, and those that were certified here.
fn authorities(context: &Context, entries: &[Entry]) -> Result<Vec<Certificate>, Failure> {
    let recorded = entries.iter().filter_map(|entry| entry.certificate.clone());
    let mut found: Vec<_> = recorded.filter(Certificate::is_authority).collect();
    for name in context.home.authorities() {
        if let Stored::Active(chain) = context.home.stored(&name)? {
            found.extend(chain.full().iter().cloned());
        }
    }
    Ok(found)
}

/// What the entry says and its certificate does not.
fn differs(entry: &Entry, certificate: &Certificate) -> Option<Remark> {
    let same = Fingerprint::of(certificate.tbs()) == entry.tbs_digest
        && *certificate.serial() == entry.serial
        && *certificate.issuer() == entry.issuer
        && *certificate.subject() == entry.subject
        && certificate.window() == entry.window;
    let message = || format!("the certificate of {} is not the one that was recorded", entry.serial);
    (!same).then(|| Remark::error("ledger-record", message()))
}
