//! What good practice adds to the standard.

use super::{Rule, Subject, error, warning, when};
use crate::certificate::ExtendedKeyUsage;

pub(super) const RULES: &[Rule] = &[
    warning("leaf-from-root", "practice: a root's key stays offline", leaf_from_root),
    error("authority-purposes", "RFC 6960 section 4.2.2.2", authority_purposes),
];

fn leaf_from_root(subject: &Subject<'_>) -> Option<String> {
    let [root] = subject.ancestors else { return None };
    let purposes = subject.certificate.extended_key_usage().unwrap_or_default();
    let ocsp_signer = purposes.contains(&ExtendedKeyUsage::OcspSigning);
    when(!subject.certificate.is_authority() && root.is_self_issued() && !ocsp_signer, || {
        format!("a leaf is issued directly by the root {}: its key is used every day", root.subject())
    })
}

fn authority_purposes(subject: &Subject<'_>) -> Option<String> {
    let purposes = subject.certificate.extended_key_usage()?;
    let wrong =
        purposes.iter().find(|p| matches!(p, ExtendedKeyUsage::Any | ExtendedKeyUsage::OcspSigning))?;
    when(subject.certificate.is_authority(), || format!("an authority is limited to the purpose {wrong}"))
}
