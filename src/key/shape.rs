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
