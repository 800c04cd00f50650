//! What a certificate owes to those above it.

use super::registry::Rule;
use super::{Subject, error, warning, when};
use crate::certificate::{Certificate, ExtendedKeyUsage, GeneralName, KeyUsage};
use crate::finding::{Finding, Severity};

pub(super) const RULES: &[Rule] = &[
    error(
        "issuer-name-exact",
        "RFC 5280 section 4.1.2.4",
        "The issuer is the issuing authority's subject, byte for byte.",
        issuer_name_exact,
    ),
    error(
        "authority-key-id-present",
        "RFC 5280 section 4.2.1.1",
        "A certificate that is not a root's names its issuer's key.",
        authority_key_id_present,
    )
    .warns_of_foreign(),
    error(
        "authority-key-id",
        "RFC 5280 section 4.2.1.1",
        "The authority key identifier is the issuer's subject key identifier; where that has none, the SHA-1 of its key.",
        authority_key_id,
    ),
    warning(
        "authority-key-id-whole",
        "RFC 5280 section 4.2.1.1",
        "An authority key identifier gives the issuer's issuer and serial together, and those are the issuer's.",
        authority_key_id_whole,
    ),
    warning(
        "issuer-without-key-id",
        "RFC 5280 section 4.2.1.2",
        "The issuer has a subject key identifier.",
        issuer_without_key_id,
    ),
    warning(
        "issuer-without-key-usage",
        "RFC 5280 section 4.2.1.3",
        "Everyone above says what their keys may be used for.",
        issuer_without_key_usage,
    ),
    error(
        "inside-issuers-validity",
        "RFC 5280 section 6.1.3",
        "The validity lies inside that of every certificate above; equal ends do.",
        inside_issuers_validity,
    )
    .warns_of_foreign(),
    error(
        "issuer-is-authority",
        "RFC 5280 section 4.2.1.9",
        "Everyone above is an authority whose key signs certificates.",
        issuer_is_authority,
    ),
    warning(
        "purposes-within-issuers",
        "practice: Windows, browsers and rustls apply an authority's purposes to what it issues",
        "The purposes are among those of every authority above that is limited to some; OCSP signers are exempt.",
        purposes_within_issuers,
    ),
    error(
        "path-length",
        "RFC 5280 section 4.2.1.9",
        "No more authorities stand below one than its path length allows, and their path lengths are smaller.",
        path_length,
    ),
];

fn issuer_name_exact(subject: &Subject<'_>) -> Option<String> {
    let certificate = subject.certificate;
    let issuer = subject.ancestors.first()?;
    when(certificate.issuer() != issuer.subject(), || {
        format!("the issuer is written {}, its subject is {}", certificate.issuer(), issuer.subject())
    })
}

fn authority_key_id_present(subject: &Subject<'_>) -> Option<String> {
    let named = subject.certificate.authority_key_id().is_some_and(|id| id.key_id.is_some());
    when(!named && !subject.certificate.is_self_issued(), || {
        "there is no authority key identifier".to_owned()
    })
}

fn authority_key_id(subject: &Subject<'_>) -> Option<String> {
    let issuer = subject.ancestors.first()?;
    let found = subject.certificate.authority_key_id()?.key_id.as_deref()?;
    when(*issuer.key_id_for_issued() != *found, || {
        "the authority key identifier is not the issuer's".to_owned()
    })
}

fn authority_key_id_whole(subject: &Subject<'_>) -> Option<String> {
    let id = subject.certificate.authority_key_id()?;
    if id.issuer.is_some() != id.serial.is_some() {
        return Some("the authority key identifier names an issuer or a serial alone".to_owned());
    }
    let (named, serial, issuer) = (id.issuer.as_ref()?, id.serial.as_ref()?, subject.ancestors.first()?);
    let other = |name: &GeneralName| matches!(name, GeneralName::Directory(name) if name != issuer.issuer());
    when(serial != issuer.serial().content() || named.iter().any(other), || {
        "the authority key identifier names another certificate than the issuer's".to_owned()
    })
}

fn issuer_without_key_id(subject: &Subject<'_>) -> Option<String> {
    let issuer = subject.ancestors.first()?;
    when(issuer.subject_key_id().is_none(), || {
        format!("the issuer {} has no subject key identifier", issuer.subject())
    })
}

/// Whoever stands above: readers take the key for fit to sign, and nothing says that it is.
fn issuer_without_key_usage(subject: &Subject<'_>) -> Option<String> {
    let silent = subject.ancestors.iter().find(|issuer| issuer.key_usage().is_none())?;
    Some(format!("{} does not say what its key may be used for", silent.subject()))
}

fn inside_issuers_validity(subject: &Subject<'_>) -> Option<String> {
    let window = subject.certificate.window();
    let outside = subject.ancestors.iter().find(|issuer| !issuer.window().encloses(&window))?;
    Some(format!("valid {window}, but {} is valid {}", outside.subject(), outside.window()))
}

/// The end of the first certificate above that comes before its own.
pub(super) fn outlives(certificate: &Certificate, ancestors: &[Certificate]) -> Option<String> {
    let end = certificate.window().not_after;
    let first = ancestors.iter().find(|issuer| issuer.window().not_after < end)?;
    Some(format!("it ends on {end}, but {} on {}", first.subject(), first.window().not_after))
}

fn issuer_is_authority(subject: &Subject<'_>) -> Option<String> {
    let unfit = subject.ancestors.iter().find(|issuer| {
        let may_sign = issuer.key_usage().is_none_or(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN));
        !issuer.is_authority() || !may_sign
    })?;
    Some(format!("{} may not sign certificates", unfit.subject()))
}

fn purposes_within_issuers(subject: &Subject<'_>) -> Option<String> {
    let purposes = subject.certificate.extended_key_usage()?;
    subject.ancestors.iter().find_map(|issuer| {
        let allowed = issuer.extended_key_usage().filter(|all| !all.contains(&ExtendedKeyUsage::Any))?;
        let stray = purposes.iter().find(|p| **p != ExtendedKeyUsage::OcspSigning && !allowed.contains(p))?;
        Some(format!("{} is limited to other purposes than {stray}", issuer.subject()))
    })
}

/// Below an authority with path length n stand at most n authorities that are not self-issued: also on the way
/// to a leaf, whose issuers somebody else may have made.
fn path_length(subject: &Subject<'_>) -> Option<String> {
    let mut below = authorities(subject.certificate);
    for issuer in subject.ancestors {
        let limit = issuer.basic_constraints().and_then(|basic| basic.path_length);
        if let Some(limit) = limit.filter(|limit| below > *limit) {
            return Some(format!("{} allows {limit} authorities below it, not {below}", issuer.subject()));
        }
        below = below.saturating_add(authorities(issuer));
    }
    let own = subject.certificate.basic_constraints().filter(|basic| basic.authority)?;
    let parent = subject.ancestors.first().and_then(Certificate::basic_constraints)?.path_length?;
    let own = own.path_length.filter(|own| *own >= parent && !subject.certificate.is_self_issued())?;
    Some(format!("the path length {own} is not below the issuer's {parent}"))
}

/// Whether one more authority may stand at the lower end of this path: what a plan is refused for before its dates are
/// looked at.
pub(crate) fn room_below(path: &[Certificate]) -> Result<(), Finding> {
    let mut below = 1u32;
    for issuer in path {
        let limit = issuer.basic_constraints().and_then(|basic| basic.path_length);
        if let Some(limit) = limit.filter(|limit| below > *limit) {
            let message = format!("{} allows {limit} authorities below it, not {below}", issuer.subject());
            return Err(Finding::new("path-length", Severity::Error, "RFC 5280 section 4.2.1.9", message));
        }
        below = below.saturating_add(authorities(issuer));
    }
    Ok(())
}

/// How much a certificate counts against a path length.
fn authorities(certificate: &Certificate) -> u32 {
    u32::from(certificate.is_authority() && !certificate.is_self_issued())
}
