//! What each certificate of a path is held to when it is added (RFC 5280 sections 6.1.3 and 6.1.4).

use crate::certificate::{Certificate, ExtendedKeyUsage, KeyUsage, Violation, violation, work};
use crate::chain::pair::name_remarks;
use crate::error::Error;
use crate::finding::Finding;
use crate::key::Algorithm;

use super::{AnchorUse, KeyUsageRule, Nesting, Policy, Verifier, names, profile, rules, web};

/// The place of a certificate in a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Leaf,
    Intermediate,
    Anchor,
}

/// A certificate on top of those below it, the leaf first.
pub(super) struct Link<'a> {
    pub(super) below: &'a [&'a Certificate],
    pub(super) certificate: &'a Certificate,
    pub(super) role: Role,
}

impl<'a> Link<'a> {
    /// The certificate with nothing below it.
    pub(super) const fn alone(certificate: &'a Certificate, role: Role) -> Self {
        Self { below: &[], certificate, role }
    }
}

/// Everything that is wrong with the certificate at its place, signatures apart.
pub(super) fn faults(verifier: &Verifier<'_>, link: &Link<'_>) -> Vec<Finding> {
    let mut faults = own_faults(verifier, link);
    faults.extend(placed_faults(verifier, link));
    faults
}

/// What is wrong with the certificate in its role, whatever is below it.
pub(super) fn own_faults(verifier: &Verifier<'_>, link: &Link<'_>) -> Vec<Finding> {
    if link.role == Role::Anchor && verifier.anchor_use != AnchorUse::Certificate {
        return Vec::new();
    }
    let mut faults: Vec<_> = [dates(verifier, link), readable(link), critical(link), algorithms(link)]
        .into_iter()
        .flatten()
        .collect();
    match link.role {
        Role::Leaf => faults.extend(leaf(verifier, link)),
        Role::Intermediate | Role::Anchor => faults.extend(issuer(verifier, link)),
    }
    if verifier.policy != Policy::Path {
        faults.extend(profile::faults(verifier, link));
    }
    if verifier.policy == Policy::PublicWeb {
        faults.extend(web::faults(verifier, link));
    }
    faults
}

/// What the certificate does not allow below it.
pub(super) fn placed_faults(verifier: &Verifier<'_>, link: &Link<'_>) -> Vec<Finding> {
    let of_anchor = verifier.anchor_use;
    let (length, names) = match link.role {
        Role::Leaf => (false, false),
        Role::Intermediate => (true, true),
        Role::Anchor => (of_anchor == AnchorUse::Certificate, of_anchor != AnchorUse::KeyAlone),
    };
    let length = path_length(link).filter(|_| length);
    [length, constraints(link).filter(|_| names)].into_iter().flatten().collect()
}

fn leaf(verifier: &Verifier<'_>, link: &Link<'_>) -> impl Iterator<Item = Finding> {
    let faults = [purpose(verifier, link), usage(verifier, link), names::fault(verifier, link.certificate)];
    faults.into_iter().flatten()
}

fn issuer(verifier: &Verifier<'_>, link: &Link<'_>) -> impl Iterator<Item = Finding> {
    let faults = [authority(link), cert_sign(verifier, link), nested(verifier, link)];
    faults.into_iter().flatten()
}

fn dates(verifier: &Verifier<'_>, link: &Link<'_>) -> Option<Finding> {
    let (window, name) = (link.certificate.window(), link.certificate.subject());
    let message = match verifier.at {
        at if at > window.not_after => format!("{name} expired on {}, and it is {at}", window.not_after),
        at if at < window.not_before => format!("{name} is valid from {}, and it is {at}", window.not_before),
        _ => return None,
    };
    Some(rules::VALID.broken(message))
}

fn readable(link: &Link<'_>) -> Option<Finding> {
    let (oid, reason) = link.certificate.facts().faults.first()?;
    let name = link.certificate.subject();
    Some(rules::READABLE.broken(format!("the extension {oid} of {name} is unreadable: {reason}")))
}

fn critical(link: &Link<'_>) -> Option<Finding> {
    let oid = link.certificate.facts().unknown_critical.first()?;
    let name = link.certificate.subject();
    Some(rules::CRITICAL.broken(format!("the critical extension {oid} of {name} is not understood")))
}

fn algorithms(link: &Link<'_>) -> Option<Finding> {
    let certificate = link.certificate;
    let differ = certificate.algorithm_der() != certificate.tbs_signature_algorithm();
    let message = || format!("{} names two different signature algorithms", certificate.subject());
    differ.then(|| rules::ALGORITHMS.broken(message()))
}

fn authority(link: &Link<'_>) -> Option<Finding> {
    let certificate = link.certificate;
    // Roots of version 1 have no extensions; RFC 5280 section 6.1 leaves anchors to whoever trusts them.
    let old_anchor = link.role == Role::Anchor && certificate.version() == 1;
    let broken = !certificate.is_authority() && !old_anchor;
    broken.then(|| {
        rules::AUTHORITY.broken(format!("{} is not an authority's certificate", certificate.subject()))
    })
}

fn cert_sign(verifier: &Verifier<'_>, link: &Link<'_>) -> Option<Finding> {
    let usage = listed_usage(verifier, link)?;
    let message =
        || format!("the key of {} is for {usage}, not for certificates", link.certificate.subject());
    (!usage.contains(KeyUsage::KEY_CERT_SIGN)).then(|| rules::CERT_SIGN.broken(message()))
}

/// How many authorities stand below, self-issued ones and the leaf not counted.
fn path_length(link: &Link<'_>) -> Option<Finding> {
    let limit = link.certificate.basic_constraints()?.path_length?;
    let below = link.below.iter().skip(1).filter(|c| !is_self_issued(c)).count();
    let broken = u32::try_from(below).map_or(true, |below| below > limit);
    let message =
        || format!("{} allows {limit} authorities below it, not {below}", link.certificate.subject());
    broken.then(|| rules::PATH_LENGTH.broken(message()))
}

/// How many comparisons of names the certificate costs at its place.
pub(super) fn comparisons(certificate: &Certificate, below: &[&Certificate]) -> usize {
    let constraints = certificate.facts().name_constraints.as_ref();
    let cost = |constraints| below.iter().map(|c| work(constraints, c)).fold(0usize, usize::saturating_add);
    constraints.map_or(0, cost)
}

/// The names of everything below, self-issued intermediates exempt.
fn constraints(link: &Link<'_>) -> Option<Finding> {
    let constraints = link.certificate.facts().name_constraints.as_ref()?;
    let mut bound = link.below.iter().enumerate().filter(|(index, c)| *index == 0 || !is_self_issued(c));
    let (name, violation) =
        bound.find_map(|(_, c)| violation(constraints, c).map(|violation| (c.subject(), violation)))?;
    let message = match violation {
        Violation::Outside(reason) => reason,
        Violation::Unclear(reason) => format!("they cannot be applied to {reason}"),
        Violation::TooMuch => "too many names and constraints to compare".to_owned(),
    };
    let whose = link.certificate.subject();
    Some(rules::CONSTRAINTS.broken(format!("the name constraints of {whose} refuse {name}: {message}")))
}

fn serves(certificate: &Certificate, purpose: &ExtendedKeyUsage) -> bool {
    let fits = |listed: &ExtendedKeyUsage| listed == purpose || *listed == ExtendedKeyUsage::Any;
    certificate.extended_key_usage().is_none_or(|purposes| purposes.iter().any(fits))
}

fn purpose(verifier: &Verifier<'_>, link: &Link<'_>) -> Option<Finding> {
    let purpose = verifier.purpose?;
    let listed: Vec<_> =
        link.certificate.extended_key_usage().into_iter().flatten().map(ToString::to_string).collect();
    let message = || {
        let (name, whom) = (link.certificate.subject(), purpose.name());
        format!("{name} is not meant for {whom}, only for {}", listed.join(", "))
    };
    (!serves(link.certificate, &purpose.extended())).then(|| rules::PURPOSE.broken(message()))
}

/// OCSPSigning is never asked for here: a responder's authority need not be limited to it.
fn nested(verifier: &Verifier<'_>, link: &Link<'_>) -> Option<Finding> {
    let purpose = verifier.purpose.filter(|_| verifier.nesting == Nesting::Enforced)?;
    let message = || format!("the purposes of {} exclude {}", link.certificate.subject(), purpose.name());
    (!serves(link.certificate, &purpose.extended())).then(|| rules::NESTED.broken(message()))
}

fn usage(verifier: &Verifier<'_>, link: &Link<'_>) -> Option<Finding> {
    let (purpose, usage) = (verifier.purpose?, listed_usage(verifier, link)?);
    let message = || {
        let name = link.certificate.subject();
        format!("the key of {name} is for {usage}, which {} do not use", purpose.name())
    };
    (!usage.intersects(purpose.usages())).then(|| rules::USAGE.broken(message()))
}

/// The key usage bits, where they count.
fn listed_usage(verifier: &Verifier<'_>, link: &Link<'_>) -> Option<KeyUsage> {
    link.certificate.key_usage().filter(|_| verifier.key_usage == KeyUsageRule::Enforced)
}

/// The signature of the child under the key of the issuer.
pub(super) fn signature(
    verifier: &Verifier<'_>,
    child: &Certificate,
    issuer: &Certificate,
) -> Result<(), Finding> {
    let (name, whose) = (child.subject(), issuer.subject());
    match child.verify_signature(issuer.public_key()) {
        Ok(()) => {}
        Err(Error::UnverifiableSignature { .. })
            if verifier.presumes && child.is_unverifiable_by(issuer.public_key()) => {}
        Err(Error::UnverifiableSignature { algorithm, .. }) => {
            let message = format!("the signature of {name} cannot be checked: {algorithm}");
            return Err(rules::SIGNATURE.broken(message));
        }
        Err(_) => {
            return Err(rules::SIGNATURE.broken(format!("the key of this {whose} did not sign {name}")));
        }
    }
    match weak(verifier, &child.signature_algorithm()) {
        Some(algorithm) => Err(rules::DIGEST.broken(format!("{name} is signed by {algorithm}"))),
        None => Ok(()),
    }
}

/// The algorithm, where its digest is shorter than 224 bits.
pub(super) fn weak(
    verifier: &Verifier<'_>,
    algorithm: &crate::certificate::SignatureAlgorithm,
) -> Option<String> {
    let short = algorithm.digest_bits.is_some_and(|bits| bits < 224);
    (short && !verifier.weak_digests).then(|| algorithm.to_string())
}

/// Subject and issuer are the same name, as RFC 5280 section 7.1 compares them.
pub(super) fn is_self_issued(certificate: &Certificate) -> bool {
    certificate.is_self_issued() || certificate.subject().canonical() == certificate.issuer().canonical()
}

/// What is worth saying about a path that holds.
pub(super) fn remarks(path: &[Certificate]) -> Vec<Finding> {
    let mut remarks = name_remarks(path);
    let short =
        path.iter().filter(|c| matches!(c.public_key().algorithm(), Algorithm::Rsa { bits } if *bits < 2048));
    remarks.extend(
        short.map(|c| web::KEY.warns(format!("{} has a key of {}", c.subject(), c.public_key().algorithm()))),
    );
    remarks
}
