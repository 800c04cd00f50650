//! Whether the attributes of a foreign name are what RFC 5280 appendix A.1 makes of them.

use super::attribute::{ATTRIBUTES, AttributeType, UB_NAME, allows};
use super::subject::Attribute;
use crate::der::{self, tag};

/// What is wrong with an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameFault {
    /// It is empty or too long.
    Length,
    /// It holds a control character.
    Control,
    /// It holds what its string type cannot, or is unreadable; a country code is not two capital letters.
    Characters,
    /// It has another string type than the attribute should.
    StringType,
    /// It has a string type that RFC 5280 section 4.1.2.4 gives up.
    Deprecated,
    /// It begins or ends with white space.
    WhiteSpace,
}

impl Attribute {
    /// Everything that is wrong with it.
    pub(crate) fn faults(&self) -> Vec<NameFault> {
        let Ok(value) = der::single("an attribute", &self.value) else { return vec![NameFault::Characters] };
        let kind = ATTRIBUTES.iter().find(|kind| kind.oid == self.oid.content());
        let found = [
            self.text.as_deref().and_then(|text| length(text, kind)),
            self.text.as_deref().and_then(control),
            characters(self, value.tag, kind),
            string_type(value.tag, kind),
            is_deprecated(value.tag).then_some(NameFault::Deprecated),
            self.text.as_deref().and_then(white_space),
        ];
        found.into_iter().flatten().collect()
    }
}

fn is_deprecated(string: u8) -> bool {
    matches!(string, tag::TELETEX_STRING | tag::BMP_STRING | tag::UNIVERSAL_STRING)
}

fn length(text: &str, kind: Option<&AttributeType>) -> Option<NameFault> {
    let longest = kind.map_or(UB_NAME, |kind| kind.longest);
    let count = text.chars().count();
    (count == 0 || count > longest).then_some(NameFault::Length)
}

fn control(text: &str) -> Option<NameFault> {
    text.chars().any(char::is_control).then_some(NameFault::Control)
}

fn white_space(text: &str) -> Option<NameFault> {
    (text.trim() != text && control(text).is_none()).then_some(NameFault::WhiteSpace)
}

/// Control characters have a fault of their own. What is no string is judged where one is expected.
fn characters(attribute: &Attribute, string: u8, kind: Option<&AttributeType>) -> Option<NameFault> {
    let Some(text) = &attribute.text else {
        return kind.is_some().then_some(NameFault::Characters);
    };
    let foreign = text.chars().any(|c| !allows(string, c) && !c.is_control());
    let country = attribute.keyword == Some("C")
        && !(text.chars().count() == 2 && text.chars().all(|c| c.is_ascii_uppercase()));
    (foreign || country).then_some(NameFault::Characters)
}

/// DirectoryString is a choice; PrintableString and IA5String are not.
fn string_type(string: u8, kind: Option<&AttributeType>) -> Option<NameFault> {
    let expected = kind?.string;
    let choice = [tag::UTF8_STRING, tag::PRINTABLE_STRING];
    let fits = string == expected
        || (expected == tag::UTF8_STRING && (choice.contains(&string) || is_deprecated(string)));
    (!fits).then_some(NameFault::StringType)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Subject;
    use crate::name::subject::raw;

    fn faults(oid: &[u8], string: u8, value: &[u8]) -> Vec<NameFault> {
        let name = Subject::from_rdns(&[vec![raw(oid, &der::element(string, value))]]);
        name.attributes().iter().flat_map(Attribute::faults).collect()
    }

    #[test]
    fn each_fault_is_told() {
        const CN: &[u8] = &[0x55, 4, 3];
        const C: &[u8] = &[0x55, 4, 6];
        let long = [b'a'; 65];
        for (oid, string, value, expected) in [
            (CN, tag::UTF8_STRING, &b"a"[..], &[][..]),
            (C, tag::PRINTABLE_STRING, b"DE", &[]),
            (CN, tag::PRINTABLE_STRING, b"a", &[]),
            (&[0x88, 0x37, 1], tag::INTEGER, &[5], &[]),
            (CN, tag::UTF8_STRING, b"", &[NameFault::Length]),
            (CN, tag::UTF8_STRING, &long, &[NameFault::Length]),
            (CN, tag::UTF8_STRING, b"a\0b", &[NameFault::Control]),
            (CN, tag::PRINTABLE_STRING, b"a*", &[NameFault::Characters]),
            (CN, tag::UTF8_STRING, &[0xff], &[NameFault::Characters]),
            (C, tag::PRINTABLE_STRING, b"de", &[NameFault::Characters]),
            (C, tag::UTF8_STRING, b"DE", &[NameFault::StringType]),
            (CN, tag::IA5_STRING, b"a", &[NameFault::StringType]),
            (CN, tag::TELETEX_STRING, &[0xe4], &[NameFault::Deprecated]),
            (CN, tag::BMP_STRING, &[0, b'a'], &[NameFault::Deprecated]),
            (CN, tag::UTF8_STRING, b" a", &[NameFault::WhiteSpace]),
            (CN, tag::UTF8_STRING, b"a ", &[NameFault::WhiteSpace]),
        ] {
            assert_eq!(faults(oid, string, value), expected, "{string:#x} {value:02x?}");
        }
    }
}
