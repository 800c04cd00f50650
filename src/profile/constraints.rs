//! The name spaces that an authority is kept to (RFC 5280 section 4.2.1.10).

use std::net::IpAddr;

use crate::certificate::GeneralName;
use crate::error::Error;
use crate::name::{DnsName, EmailAddress, Subject, host_fault};

/// A set of names, for what a subordinate may, or may not, certify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subtree(GeneralName);

impl Subtree {
    /// A DNS name and every name below it.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`]: a name without wildcard and without leading dot.
    pub fn dns(base: &str) -> Result<Self, Error> {
        let name: DnsName = base.parse()?;
        if name.is_wildcard() {
            let reason = "a constraint on DNS names has no wildcard: it covers what is below by itself";
            return Err(Error::syntax("name constraint", base, reason));
        }
        Ok(Self(GeneralName::Dns(name.to_string())))
    }

    /// The addresses that share so many leading bits.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`]: more bits than the address has, or bits set behind them.
    pub fn ip(base: IpAddr, bits: u8) -> Result<Self, Error> {
        let octets = match base {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        let mask = mask(octets.len(), bits);
        let inside = octets.iter().zip(&mask).all(|(octet, mask)| octet & !mask == 0);
        if usize::from(bits) > octets.len().saturating_mul(8) || !inside {
            let reason = "a range is its first address and at most as many bits as that has";
            return Err(Error::syntax("name constraint", &format!("{base}/{bits}"), reason));
        }
        Ok(Self(GeneralName::Ip([octets, mask].concat())))
    }

    /// One mailbox (`a@example.com`), every mailbox at a host (`example.com`), or at the hosts below one
    /// (`.example.com`).
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`].
    pub fn email(base: &str) -> Result<Self, Error> {
        if base.contains('@') {
            drop(base.parse::<EmailAddress>()?)
        } else {
            host(base)?
        }
        Ok(Self(GeneralName::Email(base.to_owned())))
    }

    /// URIs with that host (`example.com`), or with hosts below it (`.example.com`).
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`].
    pub fn uri(base: &str) -> Result<Self, Error> {
        host(base)?;
        Ok(Self(GeneralName::Uri(base.to_owned())))
    }

    /// The distinguished names that begin with these RDNs, in the order of the DER.
    #[must_use]
    pub fn directory(base: Subject) -> Self {
        Self(GeneralName::Directory(base))
    }

    pub(super) fn base(&self) -> &GeneralName {
        &self.0
    }
}

/// A host, or with a dot before it, the hosts below one. No form of RFC 5280 has a wildcard.
fn host(base: &str) -> Result<(), Error> {
    match host_fault(base.strip_prefix('.').unwrap_or(base)) {
        None => Ok(()),
        Some(reason) => Err(Error::syntax("name constraint", base, reason)),
    }
}

fn mask(octets: usize, bits: u8) -> Vec<u8> {
    (0..octets)
        .map(|index| {
            let left = usize::from(bits).saturating_sub(index.saturating_mul(8)).min(8) as u32;
            u8::MAX.checked_shl(8u32.saturating_sub(left)).unwrap_or(0)
        })
        .collect()
}

impl std::str::FromStr for Subtree {
    type Err = Error;

    /// `DNS:example.com`, `IP:10.0.0.0/8`, `email:.example.com`, `URI:.example.com`, `directory:DC=example,DC=com`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || {
            let reason = "expected DNS:, IP:, email:, URI: or directory:, and a name";
            Error::syntax("name constraint", text, reason)
        };
        match text.split_once(':').ok_or_else(malformed)? {
            ("DNS", base) => Self::dns(base),
            ("email", base) => Self::email(base),
            ("URI", base) => Self::uri(base),
            ("directory", base) => Ok(Self::directory(base.parse()?)),
            ("IP", range) => {
                let (base, bits) = range.split_once('/').ok_or_else(malformed)?;
                let (base, bits) =
                    (base.parse().map_err(|_| malformed()), bits.parse().map_err(|_| malformed()));
                Self::ip(base?, bits?)
            }
            _ => Err(malformed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_address_and_mask() {
        let range: Subtree = "IP:10.16.0.0/12".parse().unwrap();
        assert_eq!(*range.base(), GeneralName::Ip(vec![10, 16, 0, 0, 255, 240, 0, 0]));
        let all: Subtree = "IP:::/0".parse().unwrap();
        assert_eq!(*all.base(), GeneralName::Ip(vec![0; 32]));
        let one: Subtree = "IP:192.0.2.1/32".parse().unwrap();
        assert_eq!(*one.base(), GeneralName::Ip(vec![192, 0, 2, 1, 255, 255, 255, 255]));
    }

    #[test]
    fn what_constrains_nothing_that_readers_agree_on_is_refused() {
        for text in [
            "",
            "example.com",
            "DNS:*.example.com",
            "DNS:.example.com",
            "DNS:ü.example",
            "IP:10.0.0.1/8",
            "IP:10.0.0.0/33",
            "IP:10.0.0.0",
            "email:a@",
            "URI:http://example.com",
            "URI:*.example.com",
            "email:*.example.com",
            "other:x",
        ] {
            assert!(text.parse::<Subtree>().is_err(), "{text:?}");
        }
        for text in ["email:a@example.com", "email:.example.com", "URI:.example.com", "directory:DC=com"] {
            assert!(text.parse::<Subtree>().is_ok(), "{text:?}");
        }
    }
}
