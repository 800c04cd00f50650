//! Whether the ledger holds what was signed.

use certwright::{Certificate, Entry, Fingerprint};
use serde_json::json;

use super::inventory::{Inventory, Record};
use crate::commands::Context;
use crate::error::Failure;
use crate::output::{Remark, Report};

pub(super) fn verify(context: &Context) -> Result<Report, Failure> {
    context.home.must_exist()?;
    // Reading an entry parses its certificate.
    let records = context.home.ledger()?.records()?;
    let total = records.len();
    let (entries, unreadable): (Vec<_>, Vec<_>) = records.into_iter().partition(Result::is_ok);
    let entries: Vec<_> = entries.into_iter().flatten().collect();
    let (home, record) = (Inventory::of(&context.home), Record::of(&entries));
    // Those with a name, and those that were certified here.
    let certified = entries.iter().filter_map(|entry| entry.certificate.as_ref());
    let authorities: Vec<_> =
        certified.filter(|certificate| certificate.is_authority()).chain(home.issuers()).collect();
    let mut tally = Tally::default();
    for refused in unreadable.into_iter().filter_map(Result::err) {
        tally.wrong.push(Remark::error("ledger-unreadable", format!("failed to {refused}")));
    }
    entries.iter().for_each(|entry| tally.count(entry, &authorities));
    tally.wrong.extend(home.unrecorded(&record));
    let noted = home.stale().into_iter().chain(home.imported(&record)).collect::<Vec<_>>();
    tally.wrong.extend(home.unreadable);
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
    Ok(Report::answer(result, text).remarks(wrong).remarks(noted).verdict(sound))
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
    fn count(&mut self, entry: &Entry, authorities: &[&Certificate]) {
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
