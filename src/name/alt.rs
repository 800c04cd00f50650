//! Subject alternative names (RFC 5280 section 4.2.1.6).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::dns::{self, DnsName};
use super::subject::Subject;
use crate::error::Error;

/// One alternative name that a certificate can be issued for.
///
/// `Display` writes and `FromStr` reads the kind before the name: `DNS:example.com`, `IP:192.0.2.1`,
/// `email:a@example.com`, `URI:spiffe://example.com/a`, `directory:CN=a,O=b`.
///
/// ```
/// # use certwright::{AltName, DnsName};
/// let name: AltName = "DNS:example.com".parse()?;
/// assert_eq!(name, "example.com".parse::<DnsName>()?.into());
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AltName {
    /// A host name.
    Dns(DnsName),
    /// An IPv4 or IPv6 address.
    Ip(IpAddr),
    /// A mailbox.
    Email(EmailAddress),
    /// A URI, such as a SPIFFE identity.
    Uri(Uri),
    /// A distinguished name beside the subject.
    Directory(Subject),
}

impl fmt::Display for AltName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => write!(f, "DNS:{name}"),
            Self::Ip(address) => write!(f, "IP:{address}"),
            Self::Email(address) => write!(f, "email:{address}"),
            Self::Uri(uri) => write!(f, "URI:{uri}"),
            Self::Directory(name) => write!(f, "directory:{name}"),
        }
    }
}

impl FromStr for AltName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = |reason| Error::syntax("alternative name", text, reason);
        let unknown = || malformed("expected DNS:, IP:, email:, URI: or directory:, and a name");
        Ok(match text.split_once(':').ok_or_else(unknown)? {
            ("DNS", name) => Self::Dns(name.parse()?),
            ("IP", address) => {
                Self::Ip(address.parse().map_err(|_| malformed("it is no IPv4 or IPv6 address"))?)
            }
            ("email", address) => Self::Email(address.parse()?),
            ("URI", uri) => Self::Uri(uri.parse()?),
            ("directory", name) => Self::Directory(name.parse()?),
            _ => return Err(unknown()),
        })
    }
}

macro_rules! from_name {
    ($($name:ident => $variant:ident),+) => {$(
        impl From<$name> for AltName {
            fn from(name: $name) -> Self {
                Self::$variant(name)
            }
        }
    )+};
}

from_name!(DnsName => Dns, IpAddr => Ip, EmailAddress => Email, Uri => Uri, Subject => Directory);

macro_rules! text_name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $fault:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                match $fault(text) {
                    None => Ok(Self(text.to_owned())),
                    Some(reason) => Err(Error::syntax($what, text, reason)),
                }
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_name!(
    /// A mailbox in ASCII: `local@host`, without a display name (RFC 5321 section 4.1.2, dot-string form).
    EmailAddress,
    "e-mail address",
    email_fault
);

text_name!(
    /// An absolute URI with a scheme and, where it has an authority, a host (RFC 3986).
    Uri,
    "URI",
    uri_fault
);

pub(crate) fn email_fault(text: &str) -> Option<&'static str> {
    let Some((local, host)) = text.rsplit_once('@') else {
        return Some("it has no @");
    };
    if local.is_empty() || local.len() > 64 {
        return Some("the part before the @ has 1 to 64 characters");
    }
    // RFC 5322 section 3.2.3, atext, joined by single dots.
    let atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    if !local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(atext)) {
        return Some("the part before the @ has characters that need quoting");
    }
    dns::host_fault(host)
}

pub(crate) fn uri_fault(text: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = text.split_once(':') else {
        return Some("it has no scheme");
    };
    let valid_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    if !valid_scheme {
        return Some("a scheme is a letter, then letters, digits, +, - or .");
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    if rest.is_empty() || !rest.bytes().all(allowed) {
        return Some("it has characters that a URI writes with %");
    }
    let is_octet = |escaped: &str| escaped.get(..2).is_some_and(|o| o.bytes().all(|b| b.is_ascii_hexdigit()));
    if !rest.split('%').skip(1).all(is_octet) {
        return Some("behind a % stand two hexadecimal digits");
    }
    match rest.strip_prefix("//") {
        Some(rest) => authority_fault(rest.split(['/', '?', '#']).next().unwrap_or_default()),
        None => None,
    }
}

fn authority_fault(authority: &str) -> Option<&'static str> {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.starts_with('[') {
        let address = host.split(']').next().and_then(|h| h.strip_prefix('['));
        let valid = address.is_some_and(|a| a.parse::<std::net::Ipv6Addr>().is_ok());
        return (!valid).then_some("the address in brackets is not IPv6");
    }
    let (host, port) = host.split_once(':').unwrap_or((host, ""));
    if !port.bytes().all(|b| b.is_ascii_digit()) {
        return Some("a port is a number");
    }
    if host.parse::<std::net::Ipv4Addr>().is_ok() { None } else { dns::host_fault(host) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_with_its_kind_and_reads_back() {
        for text in [
            "DNS:a.example",
            "IP:192.0.2.1",
            "IP:2001:db8::1",
            "email:a@example.com",
            "URI:urn:a:b",
            "directory:CN=a,O=b",
        ] {
            assert_eq!(text.parse::<AltName>().unwrap().to_string(), text);
        }
        for text in ["a.example", "dns:a.example", "IP:192.0.2.256", "IP:a.example", "RID:1.2.3", ""] {
            assert_eq!(text.parse::<AltName>().unwrap_err().kind(), "syntax", "{text:?}");
        }
    }

    #[test]
    fn mailboxes_have_a_local_part_and_a_host() {
        let local = "a".repeat(64);
        assert!("a.b+c@example.com".parse::<EmailAddress>().is_ok());
        assert!(format!("{local}@example.com").parse::<EmailAddress>().is_ok());
        assert!(format!("{local}a@example.com").parse::<EmailAddress>().is_err());
        for text in ["a", "@b.c", "a@", "a@b_c", "a b@c.d", "a@*.b.c", "a..b@c.d", ".a@c.d", "A <a@b.c>"] {
            assert!(text.parse::<EmailAddress>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn uris_are_absolute() {
        for text in [
            "spiffe://example.com/a",
            "https://u@h.example:8443/p?q#f",
            "urn:uuid:f81d4fae",
            "http://[::1]/",
            "http://10.0.0.1/",
        ] {
            assert!(text.parse::<Uri>().is_ok(), "{text:?}");
        }
        for text in [
            "",
            "a",
            "/a/b",
            "1a:b",
            "http://",
            "http://a b",
            "http://[::x]/",
            "x:",
            "spiffe:///a",
            "http://*.example.com/",
            "http://a:b/",
            "http://*.a/",
            "a:%zz",
            "a:%1",
        ] {
            assert!(text.parse::<Uri>().is_err(), "{text:?}");
        }
    }
}
