//! Files with a private key somewhere in them.

use super::kdf::Limits;
use super::scheme::EncryptionScheme;
use super::standin::container::{self, Item, Kind};
use super::{PrivateKey, dek_info, understand};
use crate::der::{self, Element, tag};
use crate::error::Error;
use crate::secret::{Passphrase, Zeroizing};

/// The first private key among the blocks.
pub(super) fn first(
    bytes: &[u8],
    passphrase: Option<&Passphrase>,
    limits: &Limits,
) -> Result<PrivateKey, Error> {
    let items = container::items(bytes)?;
    let mut curve = None;
    for item in &items {
        if item.kind == Kind::EcParameters {
            curve = Some(item.der.as_slice());
        } else if is_private_key(item) {
            return open(item, curve, passphrase, limits);
        }
    }
    Err(Error::Unexpected { expected: "a private key", found: summary(&items) })
}

fn is_private_key(item: &Item) -> bool {
    let labelled = item.label.as_deref().is_some_and(|label| label.ends_with("PRIVATE KEY"));
    labelled || matches!(item.kind, Kind::Pkcs8 | Kind::EncryptedPkcs8 | Kind::Pkcs1 | Kind::Sec1)
}

/// What the file holds instead, for the error.
fn summary(items: &[Item]) -> String {
    let labels: Vec<_> = items.iter().map(|item| item.label.as_deref().unwrap_or("DER")).collect();
    if labels.is_empty() { "nothing that certwright knows".to_owned() } else { labels.join(", ") }
}

fn open(
    item: &Item,
    curve: Option<&[u8]>,
    passphrase: Option<&Passphrase>,
    limits: &Limits,
) -> Result<PrivateKey, Error> {
    if let Some(scheme) = dek_info::scheme(&item.headers)? {
        let opened = scheme.decrypt(passphrase, limits, &item.der)?;
        let shape = Shape::of(&opened).filter(|shape| *shape != Shape::Encrypted);
        return plain(shape.ok_or_else(|| scheme.wrong_passphrase())?, opened, curve);
    }
    match Shape::of(&item.der) {
        Some(Shape::Encrypted) => pkcs8(&item.der, passphrase, limits),
        Some(shape) => plain(shape, item.der.clone(), curve),
        None => Err(unknown(item)),
    }
}

fn plain(shape: Shape, der: Zeroizing<Vec<u8>>, curve: Option<&[u8]>) -> Result<PrivateKey, Error> {
    match shape {
        Shape::Pkcs1 => understand::pkcs1(&der),
        Shape::Sec1 => understand::sec1(&der, curve),
        Shape::Dsa => Err(Error::UnsupportedKey { operation: "open a private key", algorithm: "DSA".into() }),
        Shape::Pkcs8 | Shape::Encrypted => understand::pkcs8(der),
    }
}

/// EncryptedPrivateKeyInfo.
fn pkcs8(der: &[u8], passphrase: Option<&Passphrase>, limits: &Limits) -> Result<PrivateKey, Error> {
    let (scheme, data) = encrypted(der)?;
    let opened = scheme.decrypt(passphrase, limits, data)?;
    // What a wrong passphrase leaves behind is no structure, also when the padding happens to look right.
    match Shape::of(&opened) {
        Some(Shape::Pkcs8) => understand::pkcs8(opened),
        _ => Err(scheme.wrong_passphrase()),
    }
}

/// The scheme and the sealed octets of an EncryptedPrivateKeyInfo.
pub(super) fn encrypted(der: &[u8]) -> Result<(EncryptionScheme, &[u8]), Error> {
    const WHAT: &str = "an encrypted private key (PKCS#8)";
    match der::children(WHAT, tag::SEQUENCE, der)?.as_slice() {
        [algorithm, data] if data.tag == tag::OCTET_STRING => {
            Ok((EncryptionScheme::read(algorithm.raw)?, data.contents))
        }
        _ => Err(Error::decode(WHAT, "expected a scheme and an OCTET STRING")),
    }
}

fn unknown(item: &Item) -> Error {
    let label = item.label.as_deref().unwrap_or("DER").to_owned();
    match der::single("a private key", &item.der) {
        Err(error) => error,
        Ok(_) => {
            Error::Unexpected { expected: "a private key", found: format!("{label} of unknown structure") }
        }
    }
}

/// What a structure is, told by its first elements: labels are often wrong.
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
        let tags: Vec<u8> = parts.iter().map(|part: &Element<'_>| part.tag).collect();
        match tags.as_slice() {
            [tag::INTEGER, tag::SEQUENCE, tag::OCTET_STRING, ..] => Some(Self::Pkcs8),
            [tag::SEQUENCE, tag::OCTET_STRING] => Some(Self::Encrypted),
            [tag::INTEGER, tag::OCTET_STRING, ..] => Some(Self::Sec1),
            // DSAPrivateKey of OpenSSL: version, p, q, g, y, x.
            six if six == [tag::INTEGER; 6] => Some(Self::Dsa),
            [tag::INTEGER, tag::INTEGER, ..] => Some(Self::Pkcs1),
            _ => None,
        }
    }
}

// Until the reader of containers tells kinds apart itself.
pub(super) fn kind_of(der: &[u8]) -> Kind {
    match Shape::of(der) {
        Some(Shape::Pkcs8) => Kind::Pkcs8,
        Some(Shape::Encrypted) => Kind::EncryptedPkcs8,
        Some(Shape::Pkcs1) => Kind::Pkcs1,
        Some(Shape::Sec1) => Kind::Sec1,
        _ => Kind::Unknown,
    }
}
