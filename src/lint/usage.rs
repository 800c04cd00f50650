//! What keys are used for, and purposes with rules of their own.

use super::registry::Rule;
use super::{Subject, error, warning, when};
use crate::certificate::{ExtendedKeyUsage, KeyUsage, oids};
use crate::der;
use crate::key::Algorithm;
use crate::profile::oids as more;

pub(super) const RULES: &[Rule] = &[
    error(
        "key-usage-fits-key",
        "RFC 8813 section 3; RFC 8410 section 5",
        "No usage that the key cannot do: EC and Ed25519 keys encrypt nothing, RSA and Ed25519 keys do not agree on keys, X25519 keys do nothing else.",
        key_usage_fits_key,
    ),
    error(
        "key-usage-agreement",
        "RFC 5280 section 4.2.1.3",
        "encipherOnly and decipherOnly stand beside keyAgreement only.",
        key_usage_agreement,
    )
    .warns_of_foreign(),
    error(
        "key-usage-encoding",
        "RFC 5280 section 4.2.1.3; X.690 section 11.2.2",
        "Key usage ends with the last bit that is set.",
        key_usage_encoding,
    )
    .warns_of_foreign(),
    warning(
        "any-purpose-critical",
        "RFC 5280 section 4.2.1.12",
        "A certificate for any purpose does not have readers insist on its purposes.",
        any_purpose_critical,
    ),
    error(
        "time-stamping-alone",
        "RFC 3161 section 2.3",
        "The purpose of a time stamping service is critical, and its only one.",
        time_stamping_alone,
    ),
    error(
        "ocsp-signer-no-check",
        "RFC 6960 section 4.2.2.2.1",
        "An OCSP signer carries ocsp-nocheck, so that nobody asks it about itself.",
        ocsp_signer_no_check,
    )
    .warns_of_foreign(),
    error(
        "ocsp-signer-not-looked-up",
        "RFC 6960 section 4.2.2.2.1",
        "An OCSP signer names no CRL: it is short-lived instead.",
        ocsp_signer_not_looked_up,
    )
    .only_issued(),
];

fn key_usage_fits_key(subject: &Subject<'_>) -> Option<String> {
    const ENCIPHERMENT: KeyUsage = KeyUsage::KEY_ENCIPHERMENT.with(KeyUsage::DATA_ENCIPHERMENT);
    let algorithm = subject.certificate.public_key().algorithm();
    const SIGNING: KeyUsage = KeyUsage::DIGITAL_SIGNATURE
        .with(KeyUsage::CONTENT_COMMITMENT)
        .with(KeyUsage::KEY_CERT_SIGN)
        .with(KeyUsage::CRL_SIGN);
    let impossible = match algorithm {
        Algorithm::X25519 | Algorithm::X448 => ENCIPHERMENT.with(SIGNING),
        Algorithm::Rsa { .. } => KeyUsage::KEY_AGREEMENT,
        // RFC 4055 section 1.2: such keys sign only.
        Algorithm::RsaPss { .. } => ENCIPHERMENT.with(KeyUsage::KEY_AGREEMENT),
        Algorithm::Ed25519 | Algorithm::Ed448 => ENCIPHERMENT.with(KeyUsage::KEY_AGREEMENT),
        _ => ENCIPHERMENT,
    };
    let usage = subject.certificate.key_usage()?;
    when(usage.intersects(impossible), || format!("a key of the kind {algorithm} is used for {usage}"))
}

fn key_usage_agreement(subject: &Subject<'_>) -> Option<String> {
    const ONLY: KeyUsage = KeyUsage::ENCIPHER_ONLY.with(KeyUsage::DECIPHER_ONLY);
    let usage = subject.certificate.key_usage()?;
    when(usage.intersects(ONLY) && !usage.contains(KeyUsage::KEY_AGREEMENT), || {
        format!("the key is used for {usage}, without keyAgreement")
    })
}

/// A BIT STRING of named bits: the count of unused bits, then octets without trailing zero bits.
fn key_usage_encoding(subject: &Subject<'_>) -> Option<String> {
    subject.certificate.key_usage().filter(|usage| !usage.is_empty())?;
    let value = &subject.certificate.facts().find(oids::KEY_USAGE)?.value;
    let bits = der::single("key usage", value).ok()?.contents;
    let (unused, last) = (bits.first()?, bits.last()?);
    when(bits.len() < 2 || u32::from(*unused) != last.trailing_zeros(), || {
        "key usage is encoded with trailing zero bits".to_owned()
    })
}

fn any_purpose_critical(subject: &Subject<'_>) -> Option<String> {
    let any = subject.certificate.extended_key_usage()?.contains(&ExtendedKeyUsage::Any);
    let critical = subject.certificate.facts().find(oids::EXTENDED_KEY_USAGE).is_some_and(|e| e.critical);
    when(any && critical, || "the purposes are critical, and any is among them".to_owned())
}

fn time_stamping_alone(subject: &Subject<'_>) -> Option<String> {
    let purposes = subject.certificate.extended_key_usage()?;
    let stamps = purposes.contains(&ExtendedKeyUsage::TimeStamping) && !subject.certificate.is_authority();
    let critical = subject.certificate.facts().find(oids::EXTENDED_KEY_USAGE).is_some_and(|e| e.critical);
    when(stamps && !(critical && purposes.len() == 1), || {
        "the purpose timeStamping is not critical, or not the only one".to_owned()
    })
}

fn is_ocsp_signer(subject: &Subject<'_>) -> bool {
    let purposes = subject.certificate.extended_key_usage().unwrap_or_default();
    purposes.contains(&ExtendedKeyUsage::OcspSigning) && !subject.certificate.is_authority()
}

fn ocsp_signer_no_check(subject: &Subject<'_>) -> Option<String> {
    let carried = subject.certificate.facts().find(more::OCSP_NO_CHECK).is_some();
    when(is_ocsp_signer(subject) && !carried, || "an OCSP signer does not carry ocsp-nocheck".to_owned())
}

fn ocsp_signer_not_looked_up(subject: &Subject<'_>) -> Option<String> {
    let listed = subject.certificate.facts().find(more::CRL_DISTRIBUTION_POINTS).is_some();
    when(is_ocsp_signer(subject) && listed, || "an OCSP signer names a CRL".to_owned())
}
