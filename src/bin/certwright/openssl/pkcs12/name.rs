//! Distinguished names on one line, as openssl prints them by default (`-nameopt oneline`).

use certwright::{Attribute, Subject};

/// `C = DE, O = "Example, Inc", OU = a + CN = R\C3\B6t`, in the order of the DER.
pub(super) fn on_one_line(subject: &Subject) -> String {
    let mut line = String::new();
    let mut before = None;
    for attribute in subject.attributes() {
        line.push_str(match before {
            None => "",
            Some(rdn) if rdn == attribute.rdn => " + ",
            Some(_) => ", ",
        });
        line.push_str(&written(&attribute));
        before = Some(attribute.rdn);
    }
    line
}

fn written(attribute: &Attribute) -> String {
    let kind = kind(attribute);
    match &attribute.text {
        Some(text) => format!("{kind} = {}", escaped(text)),
        None => {
            let value: String = attribute.value.iter().map(|octet| format!("{octet:02X}")).collect();
            format!("{kind} = #{value}")
        }
    }
}

/// openssl's short name of the type, else its number.
fn kind(attribute: &Attribute) -> String {
    let oid = attribute.oid.to_string();
    match attribute.keyword {
        Some("STREET") => "street".to_owned(),
        Some(keyword) => keyword.to_owned(),
        None => SHORT_NAMES
            .iter()
            .find(|(known, _)| *known == oid)
            .map_or_else(|| oid.clone(), |(_, name)| (*name).to_owned()),
    }
}

/// Types for which this library has no keyword, and openssl a name.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL"),
    ("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST"),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"),
    ("1.2.840.113549.1.9.2", "unstructuredName"),
    ("1.2.840.113549.1.9.8", "unstructuredAddress"),
    ("0.9.2342.19200300.100.1.3", "mail"),
    ("2.5.4.16", "postalAddress"),
    ("2.5.4.18", "postOfficeBox"),
    ("2.5.4.19", "physicalDeliveryOfficeName"),
    ("2.5.4.20", "telephoneNumber"),
    ("2.5.4.23", "facsimileTelephoneNumber"),
    ("2.5.4.45", "x500UniqueIdentifier"),
    ("2.5.4.51", "houseIdentifier"),
    ("2.5.4.54", "dmdName"),
    ("2.5.4.72", "role"),
    ("1.2.643.3.131.1.1", "INN"),
    ("1.2.643.100.1", "OGRN"),
    ("1.2.643.100.3", "SNILS"),
];

/// Quotes where RFC 2253 has a meaning for a character, backslashes before quotes and themselves, and the octets of
/// everything that is not printable ASCII.
fn escaped(text: &str) -> String {
    let mut value = String::new();
    for octet in text.bytes() {
        match octet {
            b'"' | b'\\' => value.extend(['\\', char::from(octet)]),
            b' '..=b'~' => value.push(char::from(octet)),
            _ => value.push_str(&format!("\\{octet:02X}")),
        }
    }
    let quoted =
        text.contains([',', '+', '<', '>', ';']) || text.starts_with(['#', ' ']) || text.ends_with(' ');
    if quoted { format!("\"{value}\"") } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_as_openssl_does() {
        for (value, expected) in [
            ("plain", "plain"),
            ("Ex, Inc", "\"Ex, Inc\""),
            ("Rööt \"q\"", "R\\C3\\B6\\C3\\B6t \\\"q\\\""),
            (" lead", "\" lead\""),
            ("#1", "\"#1\""),
            ("a\tb", "a\\09b"),
        ] {
            assert_eq!(escaped(value), expected);
        }
    }
}
