//! DNS names as certificates carry them.

use std::fmt;
use std::str::FromStr;

use super::punycode;
use crate::error::Error;

/// A DNS name for a certificate: labels of letters, digits and hyphens (RFC 1034 section 3.5, A-labels for
/// other scripts), at most 253 characters, no trailing dot, lower case. A wildcard is a whole leftmost label.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DnsName(String);

impl DnsName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in any script, stored as A-labels (RFC 5891): `münchen.example` becomes `xn--mnchen-3ya.example`.
    ///
    /// Characters are mapped as browsers do (UTS #46, without transitional forms): capitals become small, full-width
    /// forms become narrow. A-labels that stand for nothing are refused.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`].
    #[cfg(feature = "idna")]
    pub fn from_unicode(text: &str) -> Result<Self, Error> {
        let (wildcard, host) = text.strip_prefix("*.").map_or(("", text), |host| ("*.", host));
        let ascii = idna::domain_to_ascii_strict(host).map_err(|_| {
            Error::syntax("DNS name", text, "it has characters or labels that host names cannot have (IDNA)")
        })?;
        format!("{wildcard}{ascii}").parse()
    }

    /// Whether its leftmost label is `*`.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }
}

impl FromStr for DnsName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match fault(text) {
            None => Ok(Self(text.to_ascii_lowercase())),
            Some(reason) => Err(Error::syntax("DNS name", text, reason)),
        }
    }
}

impl AsRef<str> for DnsName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DnsName({self})")
    }
}

/// Why the text is no DNS name; `None` where it is one.
pub(crate) fn fault(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if !text.is_ascii() {
        return Some("it has characters outside ASCII; write the A-label (xn--…)");
    }
    if text.len() > 253 {
        return Some("it has more than 253 characters");
    }
    if text.ends_with('.') {
        return Some("it ends with a dot");
    }
    let host = text.strip_prefix("*.").unwrap_or(text);
    if host.contains('*') {
        return Some("a wildcard is the whole leftmost label, as in *.example.com");
    }
    let numeric = |label: &str| label.bytes().all(|b| b.is_ascii_digit());
    if host.rsplit('.').next().is_some_and(numeric) {
        return Some("it looks like an IP address, which has a type of its own");
    }
    host.split('.').find_map(label_fault)
}

/// Why the text is no host: a DNS name without a wildcard.
pub(crate) fn host_fault(text: &str) -> Option<&'static str> {
    if text.contains('*') { Some("a host has no wildcard") } else { fault(text) }
}

fn label_fault(label: &str) -> Option<&'static str> {
    if label.is_empty() {
        return Some("a label is empty");
    }
    if label.len() > 63 {
        return Some("a label has more than 63 characters");
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Some("a label begins or ends with a hyphen");
    }
    let ldh = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !ldh {
        return Some("a label has characters other than letters, digits and hyphens");
    }
    (!stands_for_something(label)).then_some("a label begins with xn-- and stands for nothing (RFC 5891)")
}

/// An A-label is the Punycode of at least one character beyond ASCII, and of no control character.
fn stands_for_something(label: &str) -> bool {
    let Some((prefix, encoded)) = label.split_at_checked(4) else { return true };
    let sound = |found: Vec<char>| !found.is_empty() && !found.into_iter().any(char::is_control);
    !prefix.eq_ignore_ascii_case("xn--") || punycode::characters(encoded).is_some_and(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_hyphens_and_a_leftmost_wildcard_are_allowed() {
        let label = "a".repeat(63);
        let longest = [label.as_str(), &label, &label, &"a".repeat(61)].join(".");
        assert_eq!(longest.len(), 253);
        for text in ["localhost", "a.b", "xn--mnchen-3ya.de", "*.example.com", "3com.example", &longest] {
            assert!(text.parse::<DnsName>().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_name_is_kept_in_lower_case() {
        for (text, lower, wildcard) in
            [("API.Example.COM", "api.example.com", false), ("*.A.example", "*.a.example", true)]
        {
            let name: DnsName = text.parse().unwrap();
            assert_eq!((name.as_str(), name.as_ref(), name.is_wildcard()), (lower, lower, wildcard));
            assert_eq!(
                (name.to_string(), format!("{name:?}")),
                (lower.to_owned(), format!("DnsName({lower})"))
            );
        }
    }

    #[cfg(feature = "idna")]
    #[test]
    fn names_in_other_scripts_become_a_labels() {
        for (text, expected) in [
            ("münchen.example", "xn--mnchen-3ya.example"),
            ("MÜNCHEN.example", "xn--mnchen-3ya.example"),
            ("*.例え.テスト", "*.xn--r8jz45g.xn--zckzah"),
            ("straße.example", "xn--strae-oqa.example"),
            ("API.example", "api.example"),
            ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ] {
            assert_eq!(DnsName::from_unicode(text).unwrap().as_str(), expected, "{text}");
        }
        for text in
            ["", "a_b.example", "xn--a.example", "ü..example", "a.*.ü", "１.２.３.４", "a\u{200d}b.example"]
        {
            assert_eq!(DnsName::from_unicode(text).unwrap_err().kind(), "syntax", "{text:?}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let long_label = format!("{}.com", "a".repeat(64));
        let too_long = vec!["a"; 128].join(".");
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "-a.b",
            "a-.b",
            "a_b.c",
            "a b",
            "münchen.de",
            "*",
            "a.*.b",
            "*a.b",
            "*.*.a",
            "10.0.0.1",
            "::1",
            "a.1",
            "a/b",
            "https://a",
            "xn--a.example",
            "a.xn--abc-",
            "xn--99999999",
            &long_label,
            &too_long,
        ] {
            assert_eq!(text.parse::<DnsName>().unwrap_err().kind(), "syntax", "{text:?}");
        }
    }
}
