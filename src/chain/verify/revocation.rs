//! Revocation by the CRLs that are given (RFC 5280 section 6.3).

use crate::certificate::{Certificate, DistributionPoint, GeneralName, KeyUsage, Reasons};
use crate::crl::{Crl, CrlReason, IssuingPoint, Revoked};
use crate::finding::Finding;
use crate::name::Subject;

use super::budget::Budget;
use super::{Coverage, Policy, Verifier, link, rules, search};

/// How deep the paths of CRL signers may hang on other CRL signers.
const DEEPEST: usize = 3;

/// What is wrong with the path, the leaf first and the anchor last.
pub(super) fn faults(
    verifier: &Verifier<'_>,
    path: &[&Certificate],
    others: &[Certificate],
    nested: usize,
    budget: &Budget,
) -> Vec<Finding> {
    if verifier.crls.is_empty() {
        return Vec::new();
    }
    let links = path.iter().zip(path.iter().skip(1)).enumerate();
    links
        .filter_map(|(index, (certificate, issuer))| {
            let anchor = path.last()?;
            Lookup { verifier, certificate, issuer, anchor, others, nested, budget }.fault(index)
        })
        .collect()
}

struct Lookup<'a> {
    verifier: &'a Verifier<'a>,
    certificate: &'a Certificate,
    issuer: &'a Certificate,
    anchor: &'a Certificate,
    others: &'a [Certificate],
    nested: usize,
    budget: &'a Budget,
}

impl Lookup<'_> {
    fn fault(&self, index: usize) -> Option<Finding> {
        let name = self.certificate.subject();
        let mut covered = Reasons::NONE;
        let mut why = format!("no CRL of {} is among those given", self.certificate.issuer());
        for crl in self.verifier.crls.iter().filter(|crl| crl.facts().base.is_none()) {
            if !self.concerns(crl) {
                continue;
            }
            match self.consult(crl) {
                Ok((_, Some(entry))) => {
                    let reason = entry.reason.map_or(String::new(), |r| format!(" ({r})"));
                    let message = format!("{name} was revoked on {}{reason}", entry.since);
                    return Some(rules::REVOKED.broken(message));
                }
                Ok((reasons, None)) => covered = covered.or(reasons),
                Err(reason) => why = reason,
            }
        }
        // Whoever presents enough certificates could otherwise have a CRL passed over.
        if self.budget.is_spent() {
            let message = format!(
                "the search for the signers of CRLs was given up: whether {name} is revoked is unknown"
            );
            return Some(rules::BUDGET.broken(message));
        }
        let demanded = match self.verifier.coverage {
            Coverage::Every => true,
            Coverage::Leaf => index == 0,
            Coverage::Known => false,
        };
        let unknown = demanded && !covered.covers(Reasons::ALL);
        unknown.then(|| rules::REVOCATION.broken(format!("whether {name} is revoked is unknown: {why}")))
    }

    /// Which reasons the CRL covers for the certificate, and its entry there; or why it does not count.
    fn consult(&self, crl: &Crl) -> Result<(Reasons, Option<Revoked>), String> {
        self.usable(crl)?;
        let reasons = self.scope(crl)?;
        self.signer(crl)?;
        let entry = self.listed(crl).filter(|entry| entry.reason != Some(CrlReason::RemoveFromCrl));
        Ok((reasons, self.with_deltas(crl, entry.cloned())))
    }

    /// Whether it comes from the certificate's issuer, or from whom the certificate names in its place.
    fn concerns(&self, crl: &Crl) -> bool {
        let named = |own: &DistributionPoint| names(&own.crl_issuer, crl.issuer());
        crl.issuer().matches(self.certificate.issuer())
            || self.certificate.facts().crl_distribution_points.iter().any(named)
    }

    fn listed<'a>(&self, crl: &'a Crl) -> Option<&'a Revoked> {
        crl.entry_of(self.certificate.serial(), self.certificate.issuer())
    }

    fn usable(&self, crl: &Crl) -> Result<(), String> {
        let (facts, at, name) = (crl.facts(), self.verifier.at, crl.issuer());
        if let Some(reason) = &facts.unusable {
            return Err(format!("the CRL of {name} cannot be used: {reason}"));
        }
        if at < crl.this_update() {
            return Err(format!("the CRL of {name} was issued on {}, later", crl.this_update()));
        }
        if let Some(next) = crl.next_update().filter(|next| at > *next) {
            return Err(format!("the CRL of {name} is out of date since {next}"));
        }
        if !crl.algorithms_agree() {
            return Err(format!("the CRL of {name} names two different signature algorithms"));
        }
        // Section 5.2.3: every conforming CRL is numbered, and not critically.
        let numbered = facts.number.as_ref().is_some_and(|(_, critical)| !critical);
        if self.verifier.policy != Policy::Path && !numbered {
            return Err(format!("the CRL of {name} has no number, or a critical one"));
        }
        Ok(())
    }

    /// Section 6.3.3 (b)(2) and (d): what the CRL says about certificates like this one.
    fn scope(&self, crl: &Crl) -> Result<Reasons, String> {
        let whole = IssuingPoint::default();
        let point = crl.facts().point.as_ref().unwrap_or(&whole);
        let authority = self.certificate.is_authority();
        let outside = point.only_attributes
            || (point.only_leaves && authority)
            || (point.only_authorities && !authority);
        let listed = &self.certificate.facts().crl_distribution_points;
        let implied = [DistributionPoint { name: None, reasons: None, crl_issuer: vec![] }];
        let points = if listed.is_empty() { &implied[..] } else { listed.as_slice() };
        let reasons = points
            .iter()
            .filter(|own| !outside && self.names_match(crl, point, own))
            .map(|own| own.reasons.unwrap_or(Reasons::ALL))
            .fold(Reasons::NONE, Reasons::or);
        if reasons == Reasons::NONE {
            return Err(format!("the CRL of {} does not cover such certificates", crl.issuer()));
        }
        Ok(reasons.and(point.reasons.unwrap_or(Reasons::ALL)))
    }

    fn names_match(&self, crl: &Crl, point: &IssuingPoint, own: &DistributionPoint) -> bool {
        let issuers = &own.crl_issuer;
        let direct = crl.issuer().matches(self.certificate.issuer());
        // Section 6.3.3 (b)(1).
        let from_whom_it_names = if issuers.is_empty() {
            direct
        } else {
            names(issuers, crl.issuer()) && (point.indirect || direct)
        };
        if !from_whom_it_names {
            return false;
        }
        let Some(name) = &point.name else { return true };
        let theirs = name.resolve(crl.issuer());
        let ours = match &own.name {
            Some(name) => name.resolve(crl.issuer()),
            None if issuers.is_empty() => vec![GeneralName::Directory(self.certificate.issuer().clone())],
            None => issuers.clone(),
        };
        ours.iter().any(|name| theirs.contains(name))
    }

    /// Section 6.3.3 (f) and (g): the certificate's issuer signed it, or another certificate of that name with a
    /// path to the same anchor.
    fn signer(&self, crl: &Crl) -> Result<(), String> {
        if let Some(algorithm) = link::weak(self.verifier, &crl.signature_algorithm()) {
            return Err(format!("the CRL of {} is signed by {algorithm}", crl.issuer()));
        }
        let of_issuer = crl.issuer().matches(self.issuer.subject());
        if of_issuer && self.budget.signed(crl, self.issuer) {
            return may_sign(self.issuer);
        }
        if self.speaks_for_itself(crl) {
            return may_sign(self.certificate);
        }
        let others = self.others.iter().chain(self.verifier.anchors);
        let mut named = others.filter(|other| other.subject().matches(crl.issuer()));
        let signed = |other: &&Certificate| self.budget.signed(crl, other) && self.trusted(other);
        match named.find(signed) {
            Some(signer) => may_sign(signer),
            None => Err(format!("the signature of the CRL of {} does not verify", crl.issuer())),
        }
    }

    /// The signer of an indirect CRL may be covered by that CRL alone: while its own path is verified, its key counts.
    fn speaks_for_itself(&self, crl: &Crl) -> bool {
        self.nested > 0
            && crl.facts().point.as_ref().is_some_and(|point| point.indirect)
            && self.certificate.subject().matches(crl.issuer())
            && self.budget.signed(crl, self.certificate)
    }

    fn trusted(&self, signer: &Certificate) -> bool {
        if self.nested >= DEEPEST {
            return false;
        }
        let verifier =
            Verifier { purpose: None, names: Vec::new(), policy: Policy::Path, ..self.verifier.clone() };
        let nested = self.nested.saturating_add(1);
        self.budget.trusted(signer, self.anchor, nested, || {
            let path = search::verify(&verifier, signer, self.others, nested, self.budget);
            path.is_ok_and(|verified| verified.path.last() == Some(self.anchor))
        })
    }

    /// Section 5.2.4: a delta CRL adds to every complete one from its base on, and takes away.
    fn with_deltas(&self, complete: &Crl, entry: Option<Revoked>) -> Option<Revoked> {
        // A CRL without a number is the base of no delta.
        let Some((number, _)) = complete.facts().number.as_ref() else { return entry };
        let applies = |delta: &&Crl| {
            let base = delta.facts().base.as_deref();
            base.is_some_and(|base| not_above(base, number))
                && delta.number().is_some_and(|own| not_above(number, own))
                && delta.issuer().matches(complete.issuer())
                && same_scope(delta, complete)
                && self.usable(delta).is_ok()
                && self.scope(delta).is_ok()
                && self.signer(delta).is_ok()
        };
        let deltas = self.verifier.crls.iter().filter(applies);
        let newest = deltas.filter_map(|delta| Some((delta.this_update(), self.listed(delta)?)));
        match newest.max_by_key(|(issued, _)| *issued) {
            Some((_, change)) if change.reason == Some(CrlReason::RemoveFromCrl) => None,
            Some((_, change)) => Some(change.clone()),
            None => entry,
        }
    }
}

/// Section 5.2.4: a delta changes the complete CRL of its own scope, by the same key, and no other.
fn same_scope(delta: &Crl, complete: &Crl) -> bool {
    let (one, other) = (delta.facts(), complete.facts());
    let same_key = one.key_id.iter().zip(&other.key_id).all(|(one, other)| one == other);
    one.point == other.point && same_key
}

fn may_sign(signer: &Certificate) -> Result<(), String> {
    match signer.key_usage() {
        Some(usage) if !usage.contains(KeyUsage::CRL_SIGN) => {
            Err(format!("the key of {} is for {usage}, not for CRLs", signer.subject()))
        }
        _ => Ok(()),
    }
}

/// Whether the name is among them.
fn names(listed: &[GeneralName], wanted: &Subject) -> bool {
    listed.iter().any(|name| matches!(name, GeneralName::Directory(name) if name.matches(wanted)))
}

/// Whether one non-negative INTEGER is at most the other.
fn not_above(one: &[u8], other: &[u8]) -> bool {
    let significant = |octets: &[u8]| octets.iter().copied().skip_while(|o| *o == 0).collect::<Vec<_>>();
    let (one, other) = (significant(one), significant(other));
    (one.len(), one) <= (other.len(), other)
}
