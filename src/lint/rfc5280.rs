//! What RFC 5280 demands of the fields and extensions of every certificate.

use super::{Rule, Subject, error, when};
use crate::certificate::{KeyUsage, oids};
use crate::der::{self, tag};
use crate::key::Algorithm;
use crate::timestamp::Timestamp;

pub(super) const RULES: &[Rule] = &[
    error("version-three", "RFC 5280 section 4.1.2.1", version_three),
    error("serial-conforms", "RFC 5280 section 4.1.2.2", serial_conforms),
    error("algorithms-agree", "RFC 5280 section 4.1.1.2", algorithms_agree),
    error("validity-forward", "RFC 5280 section 4.1.2.5", validity_forward),
    error("time-encoding", "RFC 5280 section 4.1.2.5", time_encoding),
    error("authority-has-subject", "RFC 5280 section 4.1.2.6", authority_has_subject),
    error("rsa-key-size", "CA/B Baseline Requirements 6.1.5", rsa_key_size),
    error("extension-readable", "RFC 5280 section 4.2", extension_readable),
    error("extension-criticality", "RFC 5280 section 4.2.1", extension_criticality),
    error("subject-key-id-present", "RFC 5280 section 4.2.1.2", subject_key_id_present),
    error("cert-sign-iff-authority", "RFC 5280 section 4.2.1.3", cert_sign_iff_authority),
    error("authority-key-usage", "RFC 5280 section 4.2.1.3", authority_key_usage),
    error("key-usage-fits-key", "RFC 8813 section 3, RFC 8410 section 5", key_usage_fits_key),
];

fn version_three(subject: &Subject<'_>) -> Option<String> {
    let version = subject.certificate.version();
    when(version != 3, || format!("the version is {version}, not 3"))
}

fn serial_conforms(subject: &Subject<'_>) -> Option<String> {
    let serial = subject.certificate.serial();
    when(!serial.conforms(), || format!("the serial {serial} is not positive or longer than 20 octets"))
}

fn algorithms_agree(subject: &Subject<'_>) -> Option<String> {
    let certificate = subject.certificate;
    when(certificate.signature_algorithm() != certificate.tbs_signature_algorithm(), || {
        "the signature algorithm inside differs from the one outside".to_owned()
    })
}

fn validity_forward(subject: &Subject<'_>) -> Option<String> {
    let window = subject.certificate.window();
    when(window.not_before > window.not_after, || format!("the validity runs backwards: {window}"))
}

/// UTCTime, which begins in 1950, through 2049, GeneralizedTime from 2050, both to the second and in UTC.
fn time_encoding(subject: &Subject<'_>) -> Option<String> {
    const UTC_TIME: (u8, usize) = (0x17, "YYMMDDHHMMSSZ".len());
    const GENERALIZED_TIME: (u8, usize) = (0x18, "YYYYMMDDHHMMSSZ".len());
    let window = subject.certificate.window();
    let fields = der::children("a certificate", tag::SEQUENCE, subject.certificate.tbs()).ok()?;
    let validity = fields.get(4).and_then(|f| der::elements("a validity", f.contents).ok())?;
    let wrong = validity.iter().zip([window.not_before, window.not_after]).find(|(field, time)| {
        let form = if (1950..2050).contains(&time.year()) { UTC_TIME } else { GENERALIZED_TIME };
        (field.tag, field.contents.len()) != form || !field.contents.ends_with(b"Z")
    });
    wrong.map(|(_, time): (_, Timestamp)| format!("{time} is written in the wrong form"))
}

fn authority_has_subject(subject: &Subject<'_>) -> Option<String> {
    let certificate = subject.certificate;
    when(certificate.is_authority() && certificate.subject().is_empty(), || {
        "an authority's subject is empty".to_owned()
    })
}

fn rsa_key_size(subject: &Subject<'_>) -> Option<String> {
    match subject.certificate.public_key().algorithm() {
        Algorithm::Rsa { bits } | Algorithm::RsaPss { bits } => {
            when(*bits < 2048 || bits % 8 != 0, || format!("the RSA key has {bits} bits, 2048 are the least"))
        }
        _ => None,
    }
}

fn extension_readable(subject: &Subject<'_>) -> Option<String> {
    let faults = &subject.certificate.facts().faults;
    let listed: Vec<_> = faults.iter().map(|(oid, reason)| format!("{oid}: {reason}")).collect();
    when(!faults.is_empty(), || format!("unreadable extensions: {}", listed.join("; ")))
}

/// Which extensions have to be critical, and which must not be.
fn extension_criticality(subject: &Subject<'_>) -> Option<String> {
    let authority = subject.certificate.is_authority();
    let expected = |oid: &[u8]| match oid {
        oids::BASIC_CONSTRAINTS if authority => Some(true),
        oids::KEY_USAGE | oids::NAME_CONSTRAINTS => Some(true),
        oids::SUBJECT_ALT_NAME => Some(subject.certificate.subject().is_empty()),
        oids::SUBJECT_KEY_ID | oids::AUTHORITY_KEY_ID => Some(false),
        _ => None,
    };
    let wrong = subject.certificate.extensions().iter().find(|extension| {
        expected(extension.oid.content()).is_some_and(|critical| critical != extension.critical)
    })?;
    let state = if wrong.critical { "critical" } else { "not critical" };
    Some(format!("the extension {} is {state}", wrong.oid))
}

fn subject_key_id_present(subject: &Subject<'_>) -> Option<String> {
    let missing = subject.certificate.is_authority() && subject.certificate.subject_key_id().is_none();
    when(missing, || "an authority has no subject key identifier".to_owned())
}

fn cert_sign_iff_authority(subject: &Subject<'_>) -> Option<String> {
    let signs = subject.certificate.key_usage().is_some_and(|u| u.contains(KeyUsage::KEY_CERT_SIGN));
    match (subject.certificate.is_authority(), signs) {
        (true, false) => Some("an authority without keyCertSign".to_owned()),
        (false, true) => Some("keyCertSign without cA".to_owned()),
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

/// EC keys encrypt nothing; Ed25519 and Ed448 do not agree on keys either, X25519 and X448 do nothing else.
fn key_usage_fits_key(subject: &Subject<'_>) -> Option<String> {
    const ENCIPHERMENT: KeyUsage = KeyUsage::KEY_ENCIPHERMENT.with(KeyUsage::DATA_ENCIPHERMENT);
    let algorithm = subject.certificate.public_key().algorithm();
    const SIGNING: KeyUsage = KeyUsage::DIGITAL_SIGNATURE
        .with(KeyUsage::CONTENT_COMMITMENT)
        .with(KeyUsage::KEY_CERT_SIGN)
        .with(KeyUsage::CRL_SIGN);
    let impossible = match algorithm {
        Algorithm::X25519 | Algorithm::X448 => ENCIPHERMENT.with(SIGNING),
        Algorithm::Rsa { .. } | Algorithm::RsaPss { .. } => KeyUsage::KEY_AGREEMENT,
        Algorithm::Ed25519 | Algorithm::Ed448 => ENCIPHERMENT.with(KeyUsage::KEY_AGREEMENT),
        _ => ENCIPHERMENT,
    };
    let usage = subject.certificate.key_usage()?;
    when(usage.intersects(impossible), || format!("a key of the kind {algorithm} is used for {usage}"))
}
