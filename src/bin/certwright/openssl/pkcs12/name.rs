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
    match (attribute.keyword, &attribute.text) {
        (Some("STREET"), Some(text)) => format!("street = {}", escaped(text)),
        (Some(keyword), Some(text)) => format!("{keyword} = {}", escaped(text)),
        (keyword, _) => {
            let kind = keyword.map_or_else(|| attribute.oid.to_string(), str::to_owned);
            let value: String = attribute.value.iter().map(|octet| format!("{octet:02X}")).collect();
            format!("{kind} = #{value}")
        }
    }
}

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
