//! Who may certify others, and how authorities are told apart.

use super::registry::Rule;
use super::{Stage, Subject, error, warning, when};
use crate::certificate::{ExtendedKeyUsage, KeyUsage, oids};

pub(super) const RULES: &[Rule] = &[
    error(
        "key-usage-present",
        "RFC 5280 section 4.2.1.3",
        "An authority's key usage is stated.",
        key_usage_present,
    )
    .warns_of_foreign(),
    error(
        "cert-sign-iff-authority",
        "RFC 5280 section 4.2.1.3",
        "A key signs certificates exactly when basic constraints say cA.",
        cert_sign_iff_authority,
    ),
    error(
        "authority-key-usage",
        "RFC 5280 section 4.2.1.3",
        "An authority's key signs certificates, CRLs and responses, and nothing else.",
        authority_key_usage,
    )
    .warns_of_foreign(),
    error(
        "authority-purposes",
        "RFC 6960 section 4.2.2.2",
        "An authority is not limited to anyExtendedKeyUsage or OCSPSigning.",
        authority_purposes,
    )
    .warns_of_foreign(),
    warning(
        "authority-name-reused",
        "practice: readers find an issuer by its name",
        "No two authorities of one ledger have the same subject and different keys.",
        authority_name_reused,
    )
    .only_issued(),
    warning(
        "leaf-from-root",
        "practice: a root's key stays offline",
        "A root issues to authorities and to its OCSP signer only.",
        leaf_from_root,
    ),
];

/// A leaf of others may leave it out.
fn key_usage_present(subject: &Subject<'_>) -> Option<String> {
    let expected = subject.certificate.is_authority() || subject.stage == Stage::Issued;
    let absent = subject.certificate.facts().find(oids::KEY_USAGE).is_none();
    when(expected && absent, || "there is no key usage".to_owned())
}

fn cert_sign_iff_authority(subject: &Subject<'_>) -> Option<String> {
    let signs = subject.certificate.key_usage().map(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN));
    match (subject.certificate.is_authority(), signs) {
        (true, Some(false)) => Some("an authority without keyCertSign".to_owned()),
        (false, Some(true)) => Some("keyCertSign without cA".to_owned()),
        _ => None,
    }
}

fn authority_key_usage(subject: &Subject<'_>) -> Option<String> {
    const OTHERS: KeyUsage = KeyUsage::CONTENT_COMMITMENT
        .with(KeyUsage::KEY_ENCIPHERMENT)
        .with(KeyUsage::DATA_ENCIPHERMENT)
        .with(KeyUsage::KEY_AGREEMENT)
        .with(KeyUsage::ENCIPHER_ONLY)
        .with(KeyUsage::DECIPHER_ONLY);
    let usage = subject.certificate.key_usage()?;
    when(subject.certificate.is_authority() && usage.intersects(OTHERS), || {
        format!("an authority's key is used for {usage}")
    })
}

fn authority_purposes(subject: &Subject<'_>) -> Option<String> {
    let purposes = subject.certificate.extended_key_usage()?;
    let wrong =
        purposes.iter().find(|p| matches!(p, ExtendedKeyUsage::Any | ExtendedKeyUsage::OcspSigning))?;
    when(subject.certificate.is_authority(), || format!("an authority is limited to the purpose {wrong}"))
}

fn authority_name_reused(subject: &Subject<'_>) -> Option<String> {
    let certificate = subject.certificate;
    let other = subject.siblings.iter().find(|sibling| {
        sibling.subject() == certificate.subject() && !sibling.public_key().matches(certificate.public_key())
    })?;
    when(certificate.is_authority(), || {
        format!("another authority with serial {} is called {} too", other.serial(), other.subject())
    })
}

fn leaf_from_root(subject: &Subject<'_>) -> Option<String> {
    let [root] = subject.ancestors else { return None };
    let purposes = subject.certificate.extended_key_usage().unwrap_or_default();
    let ocsp_signer = purposes.contains(&ExtendedKeyUsage::OcspSigning);
    when(!subject.certificate.is_authority() && root.is_self_issued() && !ocsp_signer, || {
        format!("a leaf is issued directly by the root {}: its key is used every day", root.subject())
    })
}
