//! Authorities that were certified here for another home: only the ledger knows them.

use certwright::{Certificate, Entry, Error, Finding, Ledger, Severity, Timestamp, lint};

/// What will be wrong with them under the new path, and was not under the old one. They are not at hand to be replaced
/// first, so that nothing of it refuses.
pub(super) fn judge(
    ledger: &Ledger,
    old: &[Certificate],
    new: &[Certificate],
    now: Timestamp,
) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    // An entry that cannot be read is the matter of `ledger verify`.
    for entry in ledger.records()?.into_iter().flatten() {
        if let Some(certificate) = certified(&entry, old, now)
            && ledger.successors(certificate)?.is_empty()
        {
            findings.extend(lint::check_under(certificate, old, new).into_iter().map(lighter));
        }
    }
    Ok(findings)
}

/// The certificate of another authority that the old one has certified, as long as it has not ended.
fn certified<'a>(entry: &'a Entry, old: &[Certificate], now: Timestamp) -> Option<&'a Certificate> {
    let (certificate, issuer) = (entry.certificate.as_ref()?, old.first()?);
    let chosen = certificate.is_authority()
        && certificate.issuer() == issuer.subject()
        && !certificate.is_self_issued()
        && certificate.window().not_after >= now
        && certificate.verify_signature(issuer.public_key()).is_ok();
    chosen.then_some(certificate)
}

fn lighter(mut finding: Finding) -> Finding {
    finding.severity = finding.severity.min(Severity::Warning);
    finding.at("known to the ledger only")
}
