//! PKCS#12, in which key and certificates lie together; and the door to it, which is a feature.

use crate::certificate::Certificate;
use crate::container::{Item, Kind};
use crate::error::Error;
use crate::finding::Finding;
use crate::key::{Format, KdfLimits, PrivateKey};
use crate::secret::{Passphrase, Zeroizing};

use super::opening::{self, Opener};
use super::sheet::{Part, Sheet, part};
use super::{Given, error, near};

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
    /// The passphrase does not open it, which is said by itself.
    Locked { for_curl: bool },
    /// It stays closed, for this reason.
    Closed(String),
}

/// What a file was given as.
#[derive(Clone, Copy)]
pub(super) enum Role {
    Key,
    Certificate,
}

impl Archive {
    /// What to do about it, where PEM is wanted.
    pub(super) fn mend(&self) -> String {
        match self {
            Self::Opened { for_curl: true } | Self::Locked { for_curl: true } => {
                format!("{TAKE_APART}, or give it to curl as the certificate, with `--cert-type P12`")
            }
            Self::Opened { for_curl: false } | Self::Locked { for_curl: false } => {
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
pub(super) fn unpacked<'a>(mut sheet: Sheet<'a>, opener: Opener<'_>, role: Role) -> Sheet<'a> {
    for found in std::mem::take(&mut sheet.parts) {
        if found.item.kind != Kind::Pkcs12 || sheet.archive.is_some() {
            sheet.parts.push(found);
            continue;
        }
        let opened = open(&found.item.der, opener)
            .map_err(Refused::from)
            .and_then(|archived| Ok((parts(&archived, opener.given)?, archived)));
        match opened {
            Ok((parts, archived)) => {
                let whole = !archived.keys.is_empty() && !archived.certificates.is_empty();
                sheet.archive = Some(Archive::Opened { for_curl: whole && archived.for_openssl });
                sheet.parts.extend(parts);
            }
            Err(refused) => {
                keep_closed(&mut sheet, &found, &refused, opener.given, role);
                sheet.parts.push(found);
            }
        }
    }
    sheet
}

/// Why it stays closed. A passphrase is a cause by itself: whatever becomes of the file, it is needed.
fn keep_closed(sheet: &mut Sheet<'_>, found: &Part, refused: &Refused, given: Given<'_>, role: Role) {
    let der = &found.item.der;
    let locked = match refused {
        Refused::Open(refused) => locked(der, refused, given),
        Refused::Keys(_) => None,
    };
    let Some(locked) = locked else {
        sheet.archive = Some(Archive::Closed(refused.reason()));
        return;
    };
    let archive = Archive::Locked { for_curl: is_for_curl(der) };
    let place = sheet.place(&found.item);
    sheet.damage.push(locked.at(&place));
    sheet.damage.push(in_place_of_pem(role, &archive).at(place));
    sheet.archive = Some(archive);
}

/// The passphrase, where it is the reason why the file does not open.
pub(super) fn locked(der: &[u8], refused: &Error, given: Given<'_>) -> Option<Finding> {
    let nearly = |passphrase: &Passphrase| {
        let opener = Opener { given: Given::Passphrase(passphrase), limits: MODEST };
        open(der, opener).is_ok()
    };
    let why = |passphrase: &Passphrase| near::miss(passphrase, nearly);
    opening::locked(refused.without_place(), given, "PKCS#12 file", why)
}

/// What may be derived several times over: a MAC, the certificates and two keys as certwright seals them. A passphrase
/// that is wrong costs no more than the first of these.
const MODEST: KdfLimits = KdfLimits { iterations: 2_500_000, scrypt_memory: 1 << 26 };

fn in_place_of_pem(role: Role, archive: &Archive) -> Finding {
    let (rule, what) = match role {
        Role::Key => ("key-is-pkcs12", "key"),
        Role::Certificate => ("certificate-is-pkcs12", "certificate"),
    };
    error(rule, format!("the {what} file is a PKCS#12 file, and PEM is expected: {}", archive.mend()))
}

/// Its certificates, and its keys under the passphrase that opened it: what was encrypted stays so.
fn parts(archived: &Archived, given: Given<'_>) -> Result<Vec<Part>, Refused> {
    let (mut parts, count) = (Vec::new(), archived.keys.len());
    if count > MOST_KEYS {
        return Err(Refused::Keys(count));
    }
    for key in &archived.keys {
        let (kind, der) = match given.passphrase() {
            Some(passphrase) => {
                (Kind::EncryptedPkcs8, key.encrypt(passphrase).map(|key| Zeroizing::new(key.der().to_vec())))
            }
            None => (Kind::Pkcs8, key.danger_plain_der(Format::Pkcs8)),
        };
        parts.push(unlabelled(kind, der?));
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

/// Why it is not taken apart.
enum Refused {
    Open(Error),
    /// It holds so many keys.
    Keys(usize),
}

impl Refused {
    fn reason(&self) -> String {
        match self {
            Self::Open(refused) => format!("doctor failed to {}", refused.without_place()),
            Self::Keys(count) => format!("it holds {count} private keys, more than are taken out at once"),
        }
    }
}

impl From<Error> for Refused {
    fn from(refused: Error) -> Self {
        Self::Open(refused)
    }
}

#[cfg(feature = "pkcs12")]
pub(super) fn open(der: &[u8], opener: Opener<'_>) -> Result<Archived, Error> {
    let contents = crate::pkcs12::open_within(der, opener.given.passphrase(), &opener.limits)?;
    let for_openssl = openssl_opens(der)?;
    Ok(Archived { certificates: contents.certificates, keys: contents.keys, for_openssl })
}

/// The same for one that stays closed, as far as is seen from outside: its certificates often are not.
#[cfg(feature = "pkcs12")]
fn is_for_curl(der: &[u8]) -> bool {
    let outside = crate::key::pkcs12::Archive::read(der).and_then(|archive| archive.outside());
    outside.is_ok_and(|outside| !outside.keys.is_empty()) && openssl_opens(der).is_ok_and(|opens| opens)
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

#[cfg(not(feature = "pkcs12"))]
fn is_for_curl(_: &[u8]) -> bool {
    false
}
