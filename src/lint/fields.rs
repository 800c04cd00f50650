//! What RFC 5280 demands of the fields of every certificate.

use super::registry::Rule;
use super::{Subject, error, warning, when};
use crate::der::{self, tag};
use crate::timestamp::Timestamp;

pub(super) const RULES: &[Rule] = &[
    error("version-three", "RFC 5280 section 4.1.2.1", "The version is 3.", version_three),
    error(
        "serial-conforms",
        "RFC 5280 section 4.1.2.2",
        "The serial number is positive and has at most 20 octets.",
        serial_conforms,
    ),
    error(
        "serial-entropy",
        "RFC 5280 section 4.1.2.2",
        "The serial number has room for 128 random bits.",
        serial_entropy,
    )
    .only_issued(),
    error(
        "algorithms-agree",
        "RFC 5280 section 4.1.1.2",
        "The signature algorithm is the same inside and outside of what is signed.",
        algorithms_agree,
    ),
    error(
        "signature-digest",
        "RFC 6194 section 3",
        "The signature is over a digest of at least 256 bits: no SHA-1, no MD5.",
        signature_digest,
    )
    .warns_of_foreign(),
    error("issuer-not-empty", "RFC 5280 section 4.1.2.4", "The issuer has a name.", issuer_not_empty),
    error(
        "authority-has-subject",
        "RFC 5280 section 4.1.2.6",
        "An authority has a subject.",
        authority_has_subject,
    ),
    error("validity-forward", "RFC 5280 section 4.1.2.5", "The validity ends after its start.", forward),
    error(
        "time-encoding",
        "RFC 5280 section 4.1.2.5",
        "Times are UTCTime, which begins in 1950, through 2049 and GeneralizedTime from 2050, in UTC with whole seconds.",
        time_encoding,
    ),
    warning(
        "unique-identifier-absent",
        "RFC 5280 section 4.1.2.8",
        "Names are not told apart by unique identifiers.",
        unique_identifier_absent,
    ),
];

fn version_three(subject: &Subject<'_>) -> Option<String> {
    let version = subject.certificate.version();
    when(version != 3, || format!("the version is {version}, not 3"))
}

fn serial_conforms(subject: &Subject<'_>) -> Option<String> {
    let serial = subject.certificate.serial();
    when(!serial.conforms(), || format!("the serial {serial} is not positive or longer than 20 octets"))
}

fn serial_entropy(subject: &Subject<'_>) -> Option<String> {
    let octets = subject.certificate.serial().content().len();
    when(octets < 16, || format!("the serial has {octets} octets: not 128 random bits"))
}

fn algorithms_agree(subject: &Subject<'_>) -> Option<String> {
    let certificate = subject.certificate;
    when(certificate.algorithm_der() != certificate.tbs_signature_algorithm(), || {
        "the signature algorithm inside differs from the one outside".to_owned()
    })
}

fn signature_digest(subject: &Subject<'_>) -> Option<String> {
    let algorithm = subject.certificate.signature_algorithm();
    let weak = algorithm.digest_bits.is_some_and(|bits| bits < 256);
    when(weak, || format!("it is signed with {algorithm}"))
}

fn issuer_not_empty(subject: &Subject<'_>) -> Option<String> {
    when(subject.certificate.issuer().is_empty(), || "the issuer's name is empty".to_owned())
}

fn authority_has_subject(subject: &Subject<'_>) -> Option<String> {
    let certificate = subject.certificate;
    when(certificate.is_authority() && certificate.subject().is_empty(), || {
        "an authority's subject is empty".to_owned()
    })
}

fn forward(subject: &Subject<'_>) -> Option<String> {
    let window = subject.certificate.window();
    when(window.not_before > window.not_after, || format!("the validity runs backwards: {window}"))
}

fn time_encoding(subject: &Subject<'_>) -> Option<String> {
    const UTC_TIME: (u8, usize) = (0x17, "YYMMDDHHMMSSZ".len());
    const GENERALIZED_TIME: (u8, usize) = (0x18, "YYYYMMDDHHMMSSZ".len());
    let window = subject.certificate.window();
    let fields = der::children("a certificate", tag::SEQUENCE, subject.certificate.tbs()).ok()?;
    // Version 1 is not written.
    let versioned = fields.first().is_some_and(|field| field.tag == tag::context_constructed(0));
    let validity = fields
        .get(if versioned { 4 } else { 3 })
        .and_then(|f| der::elements("a validity", f.contents).ok())?;
    let wrong = validity.iter().zip([window.not_before, window.not_after]).find(|(field, time)| {
        let form = if (1950..2050).contains(&time.year()) { UTC_TIME } else { GENERALIZED_TIME };
        (field.tag, field.contents.len()) != form || !field.contents.ends_with(b"Z")
    });
    wrong.map(|(_, time): (_, Timestamp)| format!("{time} is written in the wrong form"))
}

/// The fields `[1]` and `[2]`, primitive.
fn unique_identifier_absent(subject: &Subject<'_>) -> Option<String> {
    let fields = der::children("a certificate", tag::SEQUENCE, subject.certificate.tbs()).ok()?;
    let identifiers = [(tag::context(1), "issuer"), (tag::context(2), "subject")];
    let (_, whose) =
        identifiers.into_iter().find(|(number, _)| fields.iter().any(|field| field.tag == *number))?;
    Some(format!("it has a unique identifier of its {whose}"))
}
