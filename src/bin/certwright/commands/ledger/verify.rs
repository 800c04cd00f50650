//! Whether the ledger holds what was signed.

use std::collections::HashSet;

use certwright::{Certificate, Entry, Fingerprint};
use serde_json::json;

use crate::commands::Context;
use crate::error::Failure;
use crate::home::Stored;
use crate::output::{Remark, Report};

pub(super) fn verify(context: &Context) -> Result<Report, Failure> {
    context.home.must_exist()?;
    // Reading an entry parses its certificate.
    let records = context.home.ledger()?.records()?;
    let total = records.len();
    let (entries, unreadable): (Vec<_>, Vec<_>) = records.into_iter().partition(Result::is_ok);
    let entries: Vec<_> = entries.into_iter().flatten().collect();
    let authorities = authorities(context, &entries)?;
    let mut tally = Tally::default();
    for refused in unreadable.into_iter().filter_map(Result::err) {
        tally.wrong.push(Remark::error("ledger-unreadable", format!("failed to {refused}")));
    }
    entries.iter().for_each(|entry| tally.count(entry, &authorities));
    tally.wrong.extend(unrecorded(context, &entries)?);
    let Tally { wrong, verified, elsewhere, pending } = tally;
    let sound = wrong.is_empty();
    let text = format!(
        "{total} entries: {verified} verified, {elsewhere} of issuers that are not here, {pending} pending, {} wrong\n",
        wrong.len()
    );
    let result = json!({
        "entries": total,
        "verified": verified,
        "issuer_elsewhere": elsewhere,
        "pending": pending,
    });
    Ok(Report::answer(result, text).remarks(wrong).verdict(sound))
}

/// What was found.
#[derive(Default)]
struct Tally {
    wrong: Vec<Remark>,
    verified: usize,
    elsewhere: usize,
    pending: usize,
}

impl Tally {
    fn count(&mut self, entry: &Entry, authorities: &[Certificate]) {
        let Some(certificate) = &entry.certificate else {
            self.pending = self.pending.saturating_add(1);
            return;
        };
        self.wrong.extend(differs(entry, certificate));
        let mut issuers =
            authorities.iter().filter(|issuer| issuer.subject() == certificate.issuer()).peekable();
        if issuers.peek().is_none() {
            self.elsewhere = self.elsewhere.saturating_add(1);
        } else if issuers.any(|issuer| certificate.verify_signature(issuer.public_key()).is_ok()) {
            self.verified = self.verified.saturating_add(1);
        } else {
            let message = format!("{} is not signed by {}", entry.serial, certificate.issuer());
            self.wrong.push(Remark::error("ledger-signature", message));
        }
    }
}

/// What lies in the home as issued by one of its authorities, and is not in the record.
fn unrecorded(context: &Context, entries: &[Entry]) -> Result<Vec<Remark>, Failure> {
    let recorded: HashSet<_> = entries.iter().map(|entry| entry.tbs_digest).collect();
    let is_not = |certificate: &Certificate| !recorded.contains(&Fingerprint::of(certificate.tbs()));
    let mut found = Vec::new();
    for name in context.home.issued() {
        let path = context.home.issued_folder(&name).join("certificate.pem");
        let certificates = Certificate::open_all(&path)?;
        if certificates.first().is_some_and(is_not) {
            let message = format!("{} is not in the ledger", path.display());
            found.push(Remark::error("ledger-unrecorded", message));
        }
    }
    Ok(found)
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
