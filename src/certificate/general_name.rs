//! General names as certificates carry them, legal or not (RFC 5280 section 4.2.1.6).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::der::{self, Element};
use crate::digest::hex;
use crate::error::Error;
use crate::name::{AltName, Subject, dns_fault, email_fault, uri_fault};

/// One name of a subjectAltName, as it stands there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GeneralName {
    /// A host name; its syntax is for the lints to judge.
    Dns(String),
    /// An IP address, 4 or 16 octets where it is one.
    Ip(Vec<u8>),
    /// A mailbox.
    Email(String),
    /// A URI.
    Uri(String),
    /// A distinguished name.
    Directory(Subject),
    /// Another kind, by its context tag and contents.
    Other {
        /// The context-specific tag number.
        tag: u8,
        /// The contents in DER.
        contents: Vec<u8>,
    },
}

impl GeneralName {
    /// What is wrong with its syntax; `None` where nothing is, or where its kind has none that is known here.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Dns(text) => dns_fault(text),
            Self::Email(text) => email_fault(text),
            Self::Uri(text) => uri_fault(text),
            Self::Ip(_) if self.ip().is_none() => Some("an address has 4 or 16 octets"),
            Self::Directory(name) if name.is_empty() => Some("a directory name is not empty"),
            Self::Other { tag: 0, contents } if !is_other_name(contents) => {
                Some("an otherName is a type and a value")
            }
            _ => None,
        }
    }

    /// The address, where it is one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        let Self::Ip(octets) = self else { return None };
        let four = <[u8; 4]>::try_from(octets.as_slice()).map(|o| IpAddr::V4(Ipv4Addr::from(o)));
        let sixteen = || <[u8; 16]>::try_from(octets.as_slice()).map(|o| IpAddr::V6(Ipv6Addr::from(o)));
        four.or_else(|_| sixteen()).ok()
    }
}

/// OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }, tagged implicitly.
fn is_other_name(contents: &[u8]) -> bool {
    let parts = der::elements(WHAT, contents).unwrap_or_default();
    matches!(parts.as_slice(), [kind, value] if kind.tag == der::tag::OID && value.tag == 0xa0)
}

/// A name as it was found, as one that a certificate can be issued for.
impl TryFrom<&GeneralName> for AltName {
    type Error = Error;

    /// # Errors
    ///
    /// [`Error::Syntax`] for a name that breaks the rules of its kind, and for kinds that are not issued.
    fn try_from(name: &GeneralName) -> Result<Self, Error> {
        let refused = |reason| Err(Error::syntax("alternative name", &name.to_string(), reason));
        match (name, name.ip()) {
            (GeneralName::Dns(text), _) => text.parse().map(Self::Dns),
            (_, Some(address)) => Ok(Self::Ip(address)),
            (GeneralName::Ip(_), None) => refused("an address has 4 or 16 octets"),
            (GeneralName::Email(text), _) => text.parse().map(Self::Email),
            (GeneralName::Uri(text), _) => text.parse().map(Self::Uri),
            (GeneralName::Directory(name), _) if !name.is_empty() => Ok(Self::Directory(name.clone())),
            (GeneralName::Directory(_), _) => refused("a directory name is not empty"),
            (GeneralName::Other { .. }, _) => refused("certificates are not issued for names of this kind"),
        }
    }
}

impl fmt::Display for GeneralName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.ip()) {
            (_, Some(address)) => write!(f, "IP:{address}"),
            (Self::Dns(name), _) => write!(f, "DNS:{}", name.escape_debug()),
            (Self::Ip(octets), None) => write!(f, "IP:(malformed {})", hex(octets)),
            (Self::Email(address), _) => write!(f, "email:{}", address.escape_debug()),
            (Self::Uri(uri), _) => write!(f, "URI:{}", uri.escape_debug()),
            (Self::Directory(name), _) => write!(f, "directory:{name}"),
            (Self::Other { tag, contents }, _) => write!(f, "[{tag}]:{}", hex(contents)),
        }
    }
}

const WHAT: &str = "a general name";

/// The contents of GeneralNames.
pub(crate) fn general_names(contents: &[u8]) -> Result<Vec<GeneralName>, String> {
    let found = der::elements(WHAT, contents).map_err(|error| error.to_string())?;
    if found.is_empty() {
        return Err("no name is listed".to_owned());
    }
    found.iter().map(general_name).collect()
}

/// One GeneralName, tagged implicitly; a directory name, a CHOICE, explicitly.
pub(crate) fn general_name(element: &Element<'_>) -> Result<GeneralName, String> {
    let text = || match std::str::from_utf8(element.contents) {
        Ok(text) if text.is_ascii() => Ok(text.to_owned()),
        _ => Err("a name has characters outside ASCII".to_owned()),
    };
    match element.tag {
        0x81 => text().map(GeneralName::Email),
        0x82 => text().map(GeneralName::Dns),
        0x86 => text().map(GeneralName::Uri),
        0x87 => Ok(GeneralName::Ip(element.contents.to_vec())),
        0xa4 => match Subject::from_der(element.contents) {
            Ok(name) => Ok(GeneralName::Directory(name)),
            Err(error) => Err(error.to_string()),
        },
        0xa0 | 0xa3 | 0xa5 | 0x88 => {
            Ok(GeneralName::Other { tag: element.tag & 0x1f, contents: element.contents.to_vec() })
        }
        other => Err(format!("a name of the unknown kind {other:#04x}")),
    }
}
