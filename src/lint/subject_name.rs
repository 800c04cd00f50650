//! Distinguished names that the certificate gives: its subject and, where there are any, alternative ones.

use super::registry::Rule;
use super::{Subject, error, warning};
use crate::certificate::GeneralName;
use crate::name::{Attribute, NameFault};

pub(super) const RULES: &[Rule] = &[
    error(
        "name-attribute-length",
        "RFC 5280 appendix A.1; X.520",
        "Attributes of names are not empty and keep their upper bounds: 64 characters for CN, O and OU.",
        length,
    )
    .warns_of_foreign(),
    error(
        "name-control-character",
        "RFC 5280 appendix B",
        "Attributes of names hold no control characters.",
        control,
    ),
    error(
        "name-characters",
        "X.680 section 41",
        "Attributes hold only what their string type can; a country is two capital letters.",
        characters,
    )
    .warns_of_foreign(),
    error(
        "name-string-type",
        "RFC 5280 appendix A.1",
        "Attributes are written in the string type that is theirs: C as PrintableString, DC as IA5String.",
        string_type,
    )
    .warns_of_foreign(),
    warning(
        "name-string-deprecated",
        "RFC 5280 section 4.1.2.4",
        "Names are UTF-8 or PrintableString, not TeletexString, BMPString or UniversalString.",
        deprecated,
    ),
    warning(
        "name-white-space",
        "RFC 5280 section 7.1; X.520",
        "Attributes of names neither begin nor end with white space, which readers compare differently.",
        white_space,
    ),
];

fn find(subject: &Subject<'_>, kind: NameFault) -> Option<String> {
    let faulty = |attribute: &&Attribute| attribute.faults().contains(&kind);
    let in_directory_name = |name: &GeneralName| match name {
        GeneralName::Directory(name) => name.attributes().iter().find(faulty).map(shown),
        _ => None,
    };
    let in_alternative = subject.certificate.alt_names().iter().find_map(in_directory_name);
    in_alternative.or_else(|| subject.attributes().iter().find(faulty).map(shown))
}

fn shown(attribute: &Attribute) -> String {
    let kind = attribute.keyword.map_or_else(|| attribute.oid.to_string(), str::to_owned);
    format!("{kind}={}", attribute.text.as_deref().unwrap_or("unreadable").escape_debug())
}

fn length(subject: &Subject<'_>) -> Option<String> {
    find(subject, NameFault::Length).map(|value| format!("{value} is empty or too long"))
}

fn control(subject: &Subject<'_>) -> Option<String> {
    find(subject, NameFault::Control).map(|value| format!("{value} holds a control character"))
}

fn characters(subject: &Subject<'_>) -> Option<String> {
    find(subject, NameFault::Characters).map(|value| format!("{value} holds what its string type cannot"))
}

fn string_type(subject: &Subject<'_>) -> Option<String> {
    find(subject, NameFault::StringType)
        .map(|value| format!("{value} has another string type than it should"))
}

fn deprecated(subject: &Subject<'_>) -> Option<String> {
    find(subject, NameFault::Deprecated).map(|value| format!("{value} has a string type of the past"))
}

fn white_space(subject: &Subject<'_>) -> Option<String> {
    find(subject, NameFault::WhiteSpace).map(|value| format!("{value} begins or ends with white space"))
}
