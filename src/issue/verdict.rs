//! What the rules say of a certificate that is about to be issued, after what is silenced and what is waived.

use super::Asked;
use crate::certificate::Certificate;
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::ledger::Ledger;
use crate::lint;
use crate::name::Subject;
use crate::profile::{Basic, Shape};

/// The ledger's authorities of that name, for an authority to be.
pub(super) fn siblings(ledger: &Ledger, shape: &Shape, subject: &Subject) -> Result<Vec<Certificate>, Error> {
    if !matches!(shape.basic, Basic::Authority { .. }) {
        return Ok(Vec::new());
    }
    Ok(ledger
        .named(subject)?
        .into_iter()
        .filter_map(|entry| entry.certificate)
        .filter(Certificate::is_authority)
        .collect())
}

/// What lint says, after what is silenced and waived.
pub(super) struct Verdict {
    pub(super) findings: Vec<Finding>,
    pub(super) allowed: Vec<&'static str>,
    pub(super) waived: Vec<&'static str>,
}

impl Verdict {
    pub(super) fn of(subject: &lint::Subject<'_>, asked: &Asked<'_>) -> Result<Self, Error> {
        let silenced = silenced(asked)?;
        let waivable = asked.shape.waived();
        let (waived, rest): (Vec<_>, Vec<_>) =
            lint::check(subject).into_iter().partition(|finding| waivable.contains(&finding.rule));
        if rest.iter().any(Finding::is_error) {
            return Err(Error::Refused { operation: "issue the certificate", findings: rest });
        }
        let (allowed, findings): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|finding| silenced.contains(&finding.rule));
        let ids = |findings: Vec<Finding>| findings.into_iter().map(|finding| finding.rule).collect();
        Ok(Self { findings, allowed: ids(allowed), waived: ids(waived) })
    }
}

/// The warnings that the profile and the request silence. What refuses cannot be.
fn silenced(asked: &Asked<'_>) -> Result<Vec<&'static str>, Error> {
    let refused = |reason: String| Err(Error::Profile { reason });
    let ids = asked.shape.extras.allowed.iter().chain(asked.allowed);
    ids.map(|id| match lint::find(id).map(|rule| (rule.id(), rule.issued())) {
        Some((id, Some(Severity::Warning))) => Ok(id),
        Some((id, Some(Severity::Error))) => refused(format!("the rule {id} refuses and cannot be allowed")),
        _ => refused(format!("{id:?} is the id of no warning; docs/rules.md lists them")),
    })
    .collect()
}
