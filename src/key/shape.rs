//! What a structure is, told by its first elements.

use crate::der::{self, tag};

/// A form in which private keys are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Pkcs8,
    Encrypted,
    Pkcs1,
    Sec1,
    Dsa,
}

impl Shape {
    pub(super) fn of(der: &[u8]) -> Option<Self> {
        let parts = der::children("a private key", tag::SEQUENCE, der).ok()?;
        let tags: Vec<u8> = parts.iter().map(|part| part.tag).collect();
        match tags.as_slice() {
            [tag::INTEGER, tag::SEQUENCE, tag::OCTET_STRING, ..] => Some(Self::Pkcs8),
            [tag::SEQUENCE, tag::OCTET_STRING] => Some(Self::Encrypted),
            [tag::INTEGER, tag::OCTET_STRING, ..] => Some(Self::Sec1),
            // OpenSSL's DSAPrivateKey: version, p, q, g, y, x.
            six if six == [tag::INTEGER; 6] => Some(Self::Dsa),
            [tag::INTEGER, tag::INTEGER, ..] => Some(Self::Pkcs1),
            _ => None,
        }
    }
}

/// The longest padding: a block of AES.
const MOST_PADDING: usize = 16;

/// Whether it begins as a private key by itself does, PKCS#8, PKCS#1 or SEC1; its end may be missing, and behind it may
/// be what was padding before it was damaged. Twenty-nine bits of chance and more stand against what a wrong passphrase
/// leaves.
pub(super) fn begins(octets: &[u8]) -> bool {
    let (header, length) = match octets {
        [tag::SEQUENCE, length @ 0..=0x7f, ..] => (2usize, usize::from(*length)),
        [tag::SEQUENCE, 0x81, length, ..] => (3, usize::from(*length)),
        [tag::SEQUENCE, 0x82, high, low, ..] => (4, usize::from(u16::from_be_bytes([*high, *low]))),
        _ => return false,
    };
    let behind = octets.len().saturating_sub(header.saturating_add(length));
    let version = octets.get(header..).unwrap_or_default();
    behind <= MOST_PADDING && matches!(version, [tag::INTEGER, 1, 0 | 1, ..])
}
