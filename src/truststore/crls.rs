//! The CRLs that a reader wants beside a store.

use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::timestamp::Timestamp;

use super::check::signature_fault;
use super::rules::{CrlDemand, Rules};

/// Revocation lists for the authorities of a store, as its reader wants them: complete and current ones, the newest of
/// each authority, and one for every authority where the reader would refuse everybody without it.
#[derive(Clone, Debug)]
pub struct CrlSet {
    crls: Vec<Crl>,
    findings: Vec<Finding>,
}

impl CrlSet {
    /// The CRLs, in the order of the authorities in the store.
    #[must_use]
    pub fn crls(&self) -> &[Crl] {
        &self.crls
    }

    /// What was given and left out; nothing of error grade.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The file: one PEM block below the other.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.crls.iter().map(Crl::to_pem).collect()
    }
}

/// Chooses from the CRLs that are given.
pub(super) fn choose(
    store: &[Certificate],
    given: &[Crl],
    rules: &Rules,
    at: Timestamp,
) -> Result<CrlSet, Error> {
    let (mut crls, mut findings): (Vec<Crl>, Vec<_>) = (Vec::new(), Vec::new());
    let error = |rule, message| Finding::new(rule, Severity::Error, rules.citation, message);
    if rules.crls == CrlDemand::None {
        let message = format!("{} reads no CRLs beside a store", rules.target);
        findings.push(error("store-crl-read", message));
    }
    for authority in store.iter().filter(|certificate| certificate.is_authority()) {
        let chosen = of(authority, given, rules, at);
        if rules.crls == CrlDemand::EveryAuthority && !covered(authority, store, &chosen) {
            findings.push(error("store-crl-current", lacking(authority, given, rules, at)));
        }
        // A renewed authority has one CRL for both of its certificates.
        crls.extend(
            chosen
                .into_iter()
                .filter(|crl| !crls.iter().any(|other| other.der() == crl.der()))
                .cloned()
                .collect::<Vec<_>>(),
        );
    }
    findings.extend(beyond(&crls, rules).map(|message| error("store-crl-size", message)));
    let unused = given.iter().filter(|crl| !crls.iter().any(|chosen| chosen.der() == crl.der()));
    findings.extend(unused.map(|crl| {
        let message = format!(
            "the CRL of {} from {} is left out: it is older, a delta, not current, not accepted, or of no authority of the \
             store",
            crl.issuer(),
            crl.this_update()
        );
        Finding::new("store-crl-unused", Severity::Info, rules.citation, message)
    }));
    if findings.iter().any(Finding::is_error) {
        return Err(Error::Refused { operation: "choose the CRLs", findings });
    }
    Ok(CrlSet { crls, findings })
}

/// The newest of those that cover everything, and every one with a scope of its own.
fn of<'a>(authority: &Certificate, given: &'a [Crl], rules: &Rules, at: Timestamp) -> Vec<&'a Crl> {
    let current = |crl: &&Crl| {
        crl.this_update() <= at && crl.next_update().is_none_or(|next| at <= next) && signed(authority, crl)
    };
    let accepted = |crl: &&Crl| {
        crl.facts().unusable.is_none() && signature_fault(rules, &crl.signature_algorithm()).is_none()
    };
    let (mut parts, whole): (Vec<_>, Vec<_>) =
        given.iter().filter(current).filter(accepted).partition(|crl| crl.facts().point.is_some());
    parts.sort_by_key(|crl| crl.der());
    let newest = whole.into_iter().max_by_key(|crl| (crl.this_update(), crl.der()));
    newest.into_iter().chain(parts).collect()
}

/// Whether there is one for every certificate that the authority signed and a path has: where it has authorities below
/// it in the store these, otherwise the clients; and a root itself.
fn covered(authority: &Certificate, store: &[Certificate], chosen: &[&Crl]) -> bool {
    let is_below = |other: &&Certificate| !other.is_self_issued() && other.issuer() == authority.subject();
    let certifies = store.iter().filter(|other| other.is_authority()).any(|other| is_below(&other));
    let has = |authorities| chosen.iter().any(|crl| covers(crl, authorities));
    let root = authority.is_self_issued();
    (has(true) || !(certifies || root)) && (has(false) || certifies)
}

/// Whether it counts for authorities, or for other certificates. OpenSSL, on which the readers that want a CRL for
/// every authority are built, leaves aside indirect ones and those for some reasons (X509_V_FLAG_EXTENDED_CRL_SUPPORT).
fn covers(crl: &Crl, authorities: bool) -> bool {
    crl.facts().point.as_ref().is_none_or(|point| {
        let other_kind = if authorities { point.only_leaves } else { point.only_authorities };
        !other_kind && !point.only_attributes && !point.indirect && point.reasons.is_none()
    })
}

/// What is more, or larger, than the reader takes.
fn beyond(crls: &[Crl], rules: &Rules) -> impl Iterator<Item = String> {
    let over = |found: usize, most: Option<usize>, what: &str| {
        let most = most.filter(|most| found > *most)?;
        Some(format!("{} takes {most} {what} at most, and there are {found}", rules.target))
    };
    let largest = crls.iter().map(|crl| crl.der().len()).max().unwrap_or_default();
    let revoked = crls.iter().map(|crl| crl.revoked().len()).fold(0, usize::saturating_add);
    let found = [
        over(crls.len(), rules.most_crls, "CRLs"),
        over(largest, rules.largest_crl, "bytes of one CRL"),
        over(revoked, rules.most_revoked, "entries of all CRLs"),
    ];
    found.into_iter().flatten()
}

fn signed(authority: &Certificate, crl: &Crl) -> bool {
    crl.facts().base.is_none()
        && crl.issuer() == authority.subject()
        && crl.verify_signature(authority.public_key()).is_ok()
}

fn lacking(authority: &Certificate, given: &[Crl], rules: &Rules, at: Timestamp) -> String {
    let (target, name) = (rules.target, authority.subject());
    let own: Vec<_> = given.iter().filter(|crl| signed(authority, crl)).collect();
    let found = match own.iter().filter_map(|crl| crl.next_update()).max() {
        _ if own.is_empty() => "none of those given is signed by it".to_owned(),
        Some(next) if next < at => format!("the newest one given was good until {next}"),
        _ => "those given are not accepted for every certificate that it signed".to_owned(),
    };
    format!(
        "{target} refuses every client of a path without a current CRL of each authority: {name} has none, {found}"
    )
}
