//! PKCS#12, in which key and certificates lie together; and the door to it, which is a feature.

use crate::certificate::Certificate;
use crate::container::{Item, Kind};
use crate::error::Error;
use crate::key::{Format, PrivateKey};
use crate::secret::Zeroizing;

use super::Given;
use super::opening::Opener;
use super::sheet::{Part, Sheet, part};

/// What a PKCS#12 file holds.
pub(super) struct Archived {
    pub(super) certificates: Vec<Certificate>,
    pub(super) keys: Vec<PrivateKey>,
    /// Whether OpenSSL 3.0, and so curl, opens it, too.
    for_openssl: bool,
}

/// What became of the PKCS#12 file that a file is.
pub(super) enum Archive {
    /// Its contents stand in its place.
    Opened { for_curl: bool },
    /// It stays closed, for this reason.
    Closed(String),
}

impl Archive {
    /// What to do about it, where PEM is wanted.
    pub(super) fn mend(&self) -> String {
        match self {
            Self::Opened { for_curl: true } => {
                format!("{TAKE_APART}, or give it to curl as the certificate, with `--cert-type P12`")
            }
            Self::Opened { for_curl: false } => {
                format!("{TAKE_APART}; curl does not open this one with `--cert-type P12` either")
            }
            Self::Closed(reason) => format!("{TAKE_APART}; {reason}"),
        }
    }
}

#[cfg(feature = "pkcs12")]
const TAKE_APART: &str = "take it apart (`certwright openssl pkcs12 -in FILE -out NEW`)";
#[cfg(not(feature = "pkcs12"))]
const TAKE_APART: &str = "take it apart (`openssl pkcs12 -in FILE -out NEW`)";

/// The file with what lies in its first PKCS#12 file in the place of that, as far as the passphrase opens it. More of
/// them are in no file that somebody has, and would each cost the work of one.
pub(super) fn unpacked<'a>(mut sheet: Sheet<'a>, opener: Opener<'_>) -> Sheet<'a> {
    for found in std::mem::take(&mut sheet.parts) {
        if found.item.kind != Kind::Pkcs12 || sheet.archive.is_some() {
            sheet.parts.push(found);
            continue;
        }
        let opened = open(&found.item.der, opener)
            .map_err(|refused| reason(&refused))
            .and_then(|archived| Ok((parts(&archived, opener.given)?, archived)));
        match opened {
            Ok((parts, archived)) => {
                let whole = !archived.keys.is_empty() && !archived.certificates.is_empty();
                sheet.archive = Some(Archive::Opened { for_curl: whole && archived.for_openssl });
                sheet.parts.extend(parts);
            }
            Err(reason) => {
                sheet.archive = Some(Archive::Closed(reason));
                sheet.parts.push(found);
            }
        }
    }
    sheet
}

/// Its certificates, and its keys under the passphrase that opened it: what was encrypted stays so.
fn parts(archived: &Archived, given: Given<'_>) -> Result<Vec<Part>, String> {
    let (mut parts, count) = (Vec::new(), archived.keys.len());
    if count > MOST_KEYS {
        return Err(format!("it holds {count} private keys, more than are taken out at once"));
    }
    for key in &archived.keys {
        let (kind, der) = match given.passphrase() {
            Some(passphrase) => {
                (Kind::EncryptedPkcs8, key.encrypt(passphrase).map(|key| Zeroizing::new(key.der().to_vec())))
            }
            None => (Kind::Pkcs8, key.danger_plain_der(Format::Pkcs8)),
        };
        parts.push(unlabelled(kind, der.map_err(|refused| reason(&refused))?));
    }
    let certificates = archived.certificates.iter().map(Certificate::der);
    parts.extend(certificates.map(|der| unlabelled(Kind::Certificate, Zeroizing::new(der.to_vec()))));
    Ok(parts)
}

/// The most keys that are encrypted anew: each costs a derivation.
const MOST_KEYS: usize = 4;

fn unlabelled(kind: Kind, der: Zeroizing<Vec<u8>>) -> Part {
    let item = Item { kind, label: None, der, line: None, headers: Vec::new(), irregularities: Vec::new() };
    part(item, &[], false)
}

/// Why it stays closed.
fn reason(refused: &Error) -> String {
    format!("doctor failed to {}", refused.without_place())
}

#[cfg(feature = "pkcs12")]
pub(super) fn open(der: &[u8], opener: Opener<'_>) -> Result<Archived, Error> {
    let contents = crate::pkcs12::open_within(der, opener.given.passphrase(), &opener.limits)?;
    let for_openssl = openssl_opens(der)?;
    Ok(Archived { certificates: contents.certificates, keys: contents.keys, for_openssl })
}

/// Measured: without a MAC, with one of RFC 9579 or in an old encryption, OpenSSL 3.0 opens none.
#[cfg(feature = "pkcs12")]
fn openssl_opens(der: &[u8]) -> Result<bool, Error> {
    let outside = crate::key::pkcs12::Archive::read(der)?.outside()?;
    let mac = outside.mac.is_some_and(|mac| !mac.contains("PBMAC1"));
    let mut schemes = outside.keys.iter().flatten().chain(&outside.sealed);
    Ok(mac && !schemes.any(crate::key::EncryptionScheme::openssl_refuses_it))
}

#[cfg(not(feature = "pkcs12"))]
pub(super) fn open(_: &[u8], _: Opener<'_>) -> Result<Archived, Error> {
    Err(Error::Unexpected {
        expected: "a certificate",
        found: crate::error::Found::Structures { list: "a PKCS#12 file".to_owned() },
    })
}
