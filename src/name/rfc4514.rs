//! The text form of distinguished names (RFC 4514).

use std::fmt;

use super::attribute::{AttributeType, by_keyword, by_oid, is_hidden};
use super::subject::{Attribute, Subject, encode, hidden, raw};
use crate::der::{self, tag};
use crate::digest::{from_hex, hex};
use crate::error::Error;
use crate::oid::Oid;

const WHAT: &str = "distinguished name";

/// Writes the attributes, given in the order of the DER: the last RDN first.
pub(super) fn write(attributes: &[Attribute], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rdns: Vec<_> = attributes.chunk_by(|a, b| a.rdn == b.rdn).collect();
    rdns.reverse();
    for (index, rdn) in rdns.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { "," })?;
        for (index, attribute) in rdn.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "+" })?;
            write_attribute(attribute, f)?;
        }
    }
    Ok(())
}

fn write_attribute(attribute: &Attribute, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (attribute.keyword, &attribute.text) {
        (Some(keyword), Some(text)) => write!(f, "{keyword}={}", escape(text)),
        (Some(keyword), None) => write!(f, "{keyword}=#{}", hex(&attribute.value)),
        (None, _) => write!(f, "{}=#{}", attribute.oid, hex(&attribute.value)),
    }
}

/// RFC 4514 section 2.4, and by its bytes every character that moves the cursor, turns the text around or is not seen:
/// a name reads as what it is.
fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (index, c) in value.chars().enumerate() {
        let edge_space = c == ' ' && (index == 0 || index == last);
        if is_hidden(c) {
            let mut utf8 = [0; 4];
            c.encode_utf8(&mut utf8).bytes().for_each(|byte| escaped.push_str(&format!("\\{byte:02x}")));
            continue;
        }
        if edge_space || (c == '#' && index == 0) || "\"+,;<>\\".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Reads a name. Spaces around separators are not part of it.
pub(super) fn parse(input: &str) -> Result<Subject, Error> {
    if input.trim().is_empty() {
        return Err(Error::syntax(
            WHAT,
            input,
            "it is empty; write for example CN=Example Root CA,O=Example",
        ));
    }
    let mut rdns = Vec::new();
    for rdn in split(input, ',') {
        rdns.push(split(rdn, '+').into_iter().map(|part| attribute(input, part)).collect::<Result<_, _>>()?);
    }
    rdns.reverse();
    Ok(Subject::from_rdns(&rdns))
}

/// The parts between separators that are neither escaped nor quoted.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut escaped, mut quoted, mut start, mut parts) = (false, false, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ if c == separator && !quoted => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at.saturating_add(1);
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

fn attribute(input: &str, part: &str) -> Result<Vec<u8>, Error> {
    let Some((kind, value)) = part.split_once('=') else {
        return Err(Error::syntax(WHAT, input, format!("expected KEYWORD=value, found {:?}", part.trim())));
    };
    // Other white space than the space belongs to a value: U+00A0 is not dropped.
    let (kind, value) = (kind.trim_ascii(), value.trim_start_matches(' '));
    let oid = kind.parse::<Oid>().ok();
    let known = by_keyword(kind).or_else(|| oid.as_ref().and_then(|oid| by_oid(oid.content())));
    match (known, oid, value.strip_prefix('#')) {
        (Some(AttributeType { oid, .. }), _, Some(digits)) => Ok(raw(oid, &value_der(input, digits)?)),
        (None, Some(oid), Some(digits)) => Ok(raw(oid.content(), &value_der(input, digits)?)),
        (Some(attribute), _, None) => encode(input, attribute, &unescape(input, value)?),
        (None, Some(oid), None) => {
            let text = unescape(input, value)?;
            if let Some(reason) = hidden(&text) {
                return Err(Error::syntax(WHAT, input, format!("{oid} {reason}")));
            }
            Ok(raw(oid.content(), &der::element(tag::UTF8_STRING, text.as_bytes())))
        }
        (None, None, _) => Err(Error::syntax(WHAT, input, format!("{kind:?} is no attribute keyword"))),
    }
}

/// A value given as the hexadecimal digits of its DER.
fn value_der(input: &str, digits: &str) -> Result<Vec<u8>, Error> {
    let value = from_hex(digits.trim_end())
        .ok_or_else(|| Error::syntax(WHAT, input, "after # come the hexadecimal digits of a DER value"))?;
    let read = der::single("an attribute value", &value);
    match read.and_then(|_| der::check_canonical("an attribute value", &value)) {
        Ok(()) => Ok(value),
        Err(error) => Err(Error::syntax(WHAT, input, format!("the value after # is not DER ({error})"))),
    }
}

/// The characters that a value stands for: escapes resolved; quotes around the whole of it, or spaces behind it,
/// dropped.
fn unescape(input: &str, value: &str) -> Result<String, Error> {
    let malformed = |reason: &str| Error::syntax(WHAT, input, reason);
    let (value, quoted) = match value.strip_prefix('"') {
        Some(rest) => (inside_quotes(rest).ok_or_else(|| malformed(QUOTES))?, true),
        None => (value, false),
    };
    let mut bytes = Vec::with_capacity(value.len());
    // How much of `bytes` stays when unescaped spaces at the end are dropped.
    let mut kept = 0;
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => return Err(malformed(QUOTES)),
            '\\' => bytes.extend(escaped(&mut rest).ok_or_else(|| malformed("a backslash escapes nothing"))?),
            other => bytes.extend(other.encode_utf8(&mut [0; 4]).bytes()),
        }
        kept = if c == ' ' && !quoted { kept } else { bytes.len() };
    }
    bytes.truncate(kept);
    String::from_utf8(bytes).map_err(|_| malformed("the escaped bytes are not UTF-8"))
}

const QUOTES: &str = "quotes stand around a whole value, or are escaped";

/// What stands before the closing quote, behind which only spaces follow.
fn inside_quotes(rest: &str) -> Option<&str> {
    let mut escaped = false;
    let (end, _) = rest.char_indices().find(|(_, c)| {
        let closes = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        closes
    })?;
    let (inside, behind) = rest.split_at_checked(end)?;
    behind.trim_end_matches(' ').eq("\"").then_some(inside)
}

/// What follows a backslash: two hexadecimal digits, or one character that stands for itself.
fn escaped(rest: &mut std::str::Chars<'_>) -> Option<Vec<u8>> {
    let mut ahead = rest.clone();
    let digits: String = [ahead.next()?].into_iter().chain(ahead.next()).collect();
    if digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        *rest = ahead;
        return from_hex(&digits);
    }
    rest.next().map(|c| c.encode_utf8(&mut [0; 4]).as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> String {
        text.parse::<Subject>().unwrap().to_string()
    }

    #[test]
    fn the_examples_of_rfc_4514_read_back() {
        for text in [
            "UID=jsmith,DC=example,DC=net",
            "OU=Sales+CN=J.  Smith,DC=example,DC=net",
            r#"CN=James \"Jim\" Smith\, III,DC=example,DC=net"#,
            r"CN=Before\0dAfter,DC=example,DC=net",
            "1.3.6.1.4.1.1466.0=#04024869",
            "CN=Lučić",
        ] {
            if text.contains(r"\0d") {
                // A control character is readable in foreign names only.
                assert!(text.parse::<Subject>().is_err());
            } else {
                assert_eq!(round(text), text);
            }
        }
        assert_eq!(round(r"CN=Lu\C4\8Di\C4\87"), "CN=Lučić");
    }

    #[test]
    fn nothing_in_a_name_is_hidden() {
        for c in ['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{ad}', '\u{e0041}', '\u{1b}'] {
            assert!(format!("CN=a{c}b").parse::<Subject>().is_err(), "{c:?}");
            assert!(format!("2.999.1=a{c}b").parse::<Subject>().is_err(), "{c:?}");
            let value = der::element(tag::UTF8_STRING, format!("a{c}b").as_bytes());
            let foreign = Subject::from_rdns(&[vec![raw(&[0x55, 4, 3], &value)]]).to_string();
            assert!(!foreign.contains(c) && foreign.starts_with(r"CN=a\"), "{foreign}");
        }
        // Persian spells with it.
        assert!("CN=می\u{200c}خواهم".parse::<Subject>().is_ok());
    }

    #[test]
    fn spaces_around_separators_are_not_part_of_the_name() {
        assert_eq!(round("CN = a b , O = c "), "CN=a b,O=c");
        assert_eq!(round(r"CN=\ a\ "), r"CN=\ a\ ");
    }

    #[test]
    fn quotes_end_where_they_are_not_escaped() {
        for (text, written) in [
            (r#"O="a, b" "#, r"O=a\, b"),
            (r#"O="a\"b""#, r#"O=a\"b"#),
            (r#"O="a\\",CN=b"#, r"O=a\\,CN=b"),
            (r#"O="\\\"""#, r#"O=\\\""#),
        ] {
            assert_eq!(round(text), written, "{text}");
        }
        for text in [r#"O="a"#, r#"O="a\""#, r#"O="a"b"#, r#"O="a" b"#, r#"O=a"b""#, r#"O="a"b""#] {
            assert!(text.parse::<Subject>().is_err(), "{text}");
        }
        // What begins with # would be the digits of DER.
        assert_eq!(round(r##"CN="#a#b""##), r"CN=\#a#b");
    }

    #[test]
    fn what_is_no_name_says_why() {
        for text in
            ["", " ", "test", "CN", "=x", "XX=y", "CN=a,,O=b", "CN=a,", r"CN=a\", "CN=#zz", "CN=#0401", "CN="]
        {
            assert_eq!(text.parse::<Subject>().unwrap_err().kind(), "syntax", "{text:?}");
        }
    }
}
