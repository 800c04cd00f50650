//! PFX (RFC 7292 section 4), opened within limits. Whatever is decrypted is wiped.

use super::super::identifier::Identifier;
use super::super::kdf::KdfLimits;
use super::super::scheme::EncryptionScheme;
use super::super::{PrivateKey, read, understand};
use super::bag::{self, Bag, Labels, Value};
use super::mac::Mac;
use super::{WHAT, ber, malformed};
use crate::der::{self, Element, tag};
use crate::error::{Error, Found, KeyOperation};
use crate::secret::{Passphrase, Zeroizing};

/// id-data and id-encryptedData (RFC 5652).
pub(super) const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
pub(super) const ENCRYPTED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6];

const OPERATION: KeyOperation = KeyOperation::OpenPkcs12;

/// A PKCS#12 file, as far as it is read without a passphrase.
pub(crate) struct Archive {
    mac: Option<Mac>,
    /// What the MAC is computed over.
    content: Zeroizing<Vec<u8>>,
    safes: Vec<Safe>,
}

enum Safe {
    Open(Vec<Bag>),
    Sealed { scheme: EncryptionScheme, data: Vec<u8> },
}

/// What lay in a bag.
pub(crate) enum Opened {
    Key(Box<PrivateKey>),
    /// In DER.
    Certificate(Vec<u8>),
}

/// What is seen of a file from outside.
pub(crate) struct Outside {
    pub(crate) mac: Option<String>,
    /// The encryption of each key that is seen, none for a plain one.
    pub(crate) keys: Vec<Option<EncryptionScheme>>,
    /// The encryption of the parts that keep what they hold to themselves.
    pub(crate) sealed: Vec<EncryptionScheme>,
    pub(crate) certificates: usize,
}

/// The encryption of each key that is seen from outside; where everything is encrypted, that of the first part.
pub(in super::super) fn keys(bytes: &[u8]) -> Result<Vec<Option<EncryptionScheme>>, Error> {
    let Outside { keys, sealed, .. } = Archive::read(bytes)?.outside()?;
    Ok(if keys.is_empty() { sealed.into_iter().next().map(Some).into_iter().collect() } else { keys })
}

/// The key of that number, in the order of the file. Encrypted parts before it are opened, although nearly all of them hold
/// certificates only: OpenSSL and Java take the same key.
pub(in super::super) fn open_key(
    bytes: &[u8],
    number: usize,
    passphrase: Option<&Passphrase>,
    limits: &KdfLimits,
) -> Result<PrivateKey, Error> {
    let archive = Archive::read(bytes)?;
    let taken = |passphrase: &Passphrase| Ok(Taken::open(&archive, number, passphrase, limits)?.key);
    or_empty(passphrase, taken)
}

/// The same, and what every private key in the file is called, in its order, for a terminal.
pub(in super::super) fn open_named_key(
    bytes: &[u8],
    number: usize,
    passphrase: Option<&Passphrase>,
    limits: &KdfLimits,
) -> Result<(PrivateKey, Vec<Option<String>>), Error> {
    let archive = Archive::read(bytes)?;
    or_empty(passphrase, |passphrase| {
        let mut taken = Taken::open(&archive, number, passphrase, limits)?;
        taken.read_on(&archive, passphrase);
        Ok((taken.key, taken.names))
    })
}

/// What the passphrase opens; where none is given, what the empty one opens, which writers take for none. What a file
/// asks for in work is that of all that lies in it, keys or not.
fn or_empty<T>(
    passphrase: Option<&Passphrase>,
    open: impl FnOnce(&Passphrase) -> Result<T, Error>,
) -> Result<T, Error> {
    let opened = match passphrase {
        Some(passphrase) => open(passphrase),
        None => open(&Passphrase::empty()).map_err(|error| match error {
            Error::PassphraseWrong { operation, scheme } => Error::PassphraseMissing { operation, scheme },
            other => other,
        }),
    };
    opened.map_err(|error| error.in_operation(OPERATION))
}

/// A key that was opened, and what was seen on the way.
struct Taken<'a> {
    key: PrivateKey,
    /// Of all keys up to the end of its part, in the order of the file.
    names: Vec<Option<String>>,
    /// The parts behind it.
    behind: &'a [Safe],
    work: Work<'a>,
}

impl<'a> Taken<'a> {
    fn open(
        archive: &'a Archive,
        number: usize,
        passphrase: &Passphrase,
        limits: &'a KdfLimits,
    ) -> Result<Self, Error> {
        let mut work = Work::new(limits);
        archive.verify(passphrase, &mut work)?;
        let (mut names, mut behind) = (Vec::new(), archive.safes.as_slice());
        while let Some((safe, rest)) = behind.split_first() {
            behind = rest;
            if archive.is_closed_beside_a_key(safe) {
                continue;
            }
            let bags = archive.bags(safe, passphrase, &mut work)?;
            let wanted = bags.keys().nth(number.saturating_sub(names.len()));
            names.extend(bags.keys().map(|bag| bag.labels.display_name()));
            if let Some(bag) = wanted {
                let key = work.key(&bag.value, passphrase).map_err(|error| archive.of_key(error))?;
                return Ok(Self { key, names, behind, work });
            }
        }
        let found = Found::Structures { list: "a PKCS#12 file without one".to_owned() };
        Err(Error::Unexpected { expected: "a private key", found })
    }

    /// Looks for further keys behind it. What does not open there keeps this one from nobody.
    fn read_on(&mut self, archive: &Archive, passphrase: &Passphrase) {
        for safe in self.behind {
            if let Ok(bags) = archive.bags(safe, passphrase, &mut self.work) {
                self.names.extend(bags.keys().map(|bag| bag.labels.display_name()));
            }
        }
    }
}

/// The most safes of one file; programs write two or three.
const MOST_SAFES: usize = 256;

/// Fails for more bags in all safes of a file than one may have.
fn within_bounds(bags: usize) -> Result<(), Error> {
    let (size, limit) = (bags as u64, bag::MOST as u64);
    if size > limit {
        return Err(Error::TooLarge { what: "the bags of a PKCS#12 file", size, limit });
    }
    Ok(())
}

impl Safe {
    /// How many bags are seen from outside.
    fn seen(&self) -> usize {
        match self {
            Self::Open(bags) => bags.len(),
            Self::Sealed { .. } => 0,
        }
    }
}

impl Archive {
    /// Reads the outside of a file.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let der = ber::to_der(bytes)?;
        let parts = der::children(WHAT, tag::SEQUENCE, &der)?;
        let (content, mac) = match parts.as_slice() {
            [version, content] if version.contents == [3] => (content, None),
            [version, content, mac] if version.contents == [3] => (content, Some(Mac::read(mac)?)),
            _ => return Err(malformed("expected version 3, a content and a MAC")),
        };
        let content = match content_info(content)? {
            (DATA, value) => octets(value)?,
            _ => return Err(unsupported("a public key (signedData)")),
        };
        let inside = ber::to_der(&content)?;
        let safes = der::contents(WHAT, tag::SEQUENCE, &inside)?;
        let safes = der::elements_within("the safes of a PKCS#12 file", safes, MOST_SAFES)?;
        let safes = safes.iter().map(safe).collect::<Result<Vec<_>, _>>()?;
        within_bounds(safes.iter().map(Safe::seen).sum())?;
        Ok(Self { mac, content, safes })
    }

    pub(crate) fn has_mac(&self) -> bool {
        self.mac.is_some()
    }

    /// What is seen without a passphrase.
    pub(crate) fn outside(&self) -> Result<Outside, Error> {
        let mac = self.mac.as_ref().map(ToString::to_string);
        let mut outside = Outside { mac, keys: Vec::new(), sealed: Vec::new(), certificates: 0 };
        for safe in &self.safes {
            match safe {
                Safe::Open(bags) => {
                    for bag in bags {
                        match &bag.value {
                            Value::Key(_) => outside.keys.push(None),
                            Value::SealedKey(der) => outside.keys.push(Some(read::sealed(der)?.0)),
                            Value::Certificate(_) => {
                                outside.certificates = outside.certificates.saturating_add(1);
                            }
                        }
                    }
                }
                Safe::Sealed { scheme, .. } => outside.sealed.push(scheme.clone()),
            }
        }
        Ok(outside)
    }

    /// Whether it is encrypted in a way that is not opened here, while a key stands in an open part: certificates under
    /// RC2, as old files have them, keep no key from its owner.
    fn is_closed_beside_a_key(&self, safe: &Safe) -> bool {
        let holds_key = |safe: &Safe| match safe {
            Safe::Open(bags) => bags.iter().any(|bag| !matches!(bag.value, Value::Certificate(_))),
            Safe::Sealed { .. } => false,
        };
        matches!(safe, Safe::Sealed { scheme, .. } if !scheme.is_opened_here())
            && self.safes.iter().any(holds_key)
    }

    /// Everything in it, in its order.
    pub(crate) fn open(
        &self,
        passphrase: Option<&Passphrase>,
        limits: &KdfLimits,
    ) -> Result<Vec<(Opened, Labels)>, Error> {
        or_empty(passphrase, |passphrase| self.opened(passphrase, limits))
    }

    fn opened(&self, passphrase: &Passphrase, limits: &KdfLimits) -> Result<Vec<(Opened, Labels)>, Error> {
        let mut work = Work::new(limits);
        self.verify(passphrase, &mut work)?;
        let mut found = Vec::new();
        for safe in &self.safes {
            for bag in self.bags(safe, passphrase, &mut work)?.iter() {
                let opened = match &bag.value {
                    Value::Certificate(der) => Opened::Certificate(der.clone()),
                    key => {
                        let key = work.key(key, passphrase).map_err(|error| self.of_key(error))?;
                        Opened::Key(Box::new(key))
                    }
                };
                found.push((opened, bag.labels.clone()));
            }
            within_bounds(found.len())?;
        }
        Ok(found)
    }

    /// Holds the passphrase against the MAC, where there is one.
    fn verify(&self, passphrase: &Passphrase, work: &mut Work<'_>) -> Result<(), Error> {
        let Some(mac) = &self.mac else { return Ok(()) };
        work.spend(mac.iterations())?;
        match mac.verify(&self.content, passphrase, work.limits) {
            Err(Error::PassphraseWrong { .. }) if self.is_opened_by(passphrase, work) => Err(malformed(
                "its MAC does not fit, although the passphrase opens what it holds: the file was changed or damaged, \
                 or its MAC has a passphrase of its own",
            )),
            verified => verified,
        }
    }

    /// Whether anything encrypted in it opens. No passphrase at all opens nothing.
    fn is_opened_by(&self, passphrase: &Passphrase, work: &mut Work<'_>) -> bool {
        let opens = |safe: &Safe| match safe {
            Safe::Open(bags) => {
                let mut sealed = bags.iter().filter(|bag| matches!(bag.value, Value::SealedKey(_)));
                sealed.next().is_some_and(|bag| work.key(&bag.value, passphrase).is_ok())
            }
            Safe::Sealed { .. } => self.bags(safe, passphrase, work).is_ok(),
        };
        !passphrase.reveal().is_empty() && self.safes.iter().any(opens)
    }

    /// Says of a key that stays closed in a file that the passphrase fits, as its MAC shows, that it has one of its own.
    fn of_key(&self, error: Error) -> Error {
        match error {
            Error::PassphraseWrong { .. } if self.mac.is_some() => malformed(
                "the passphrase fits the file, and not the key in it, which has one of its own: let the program that \
                 wrote the file give it that of the file",
            ),
            error => error,
        }
    }

    fn bags<'a>(
        &self,
        safe: &'a Safe,
        passphrase: &Passphrase,
        work: &mut Work<'_>,
    ) -> Result<Bags<'a>, Error> {
        match safe {
            Safe::Open(bags) => Ok(Bags::Seen(bags)),
            Safe::Sealed { scheme, data } => {
                work.spend(scheme.work())?;
                let opened = scheme.decrypt(Some(passphrase), work.limits, data)?;
                // Without a MAC, a wrong passphrase shows only in what it leaves behind.
                let bags = bag::read(&opened).map_err(|error| match self.mac {
                    Some(_) => error,
                    None => scheme.wrong_passphrase(),
                });
                bags.map(Bags::Opened)
            }
        }
    }
}

/// The bags of a safe, which was open or has been opened.
enum Bags<'a> {
    Seen(&'a [Bag]),
    Opened(Vec<Bag>),
}

impl Bags<'_> {
    fn iter(&self) -> std::slice::Iter<'_, Bag> {
        match self {
            Self::Seen(bags) => bags.iter(),
            Self::Opened(bags) => bags.iter(),
        }
    }

    fn keys(&self) -> impl Iterator<Item = &Bag> {
        self.iter().filter(|bag| !matches!(bag.value, Value::Certificate(_)))
    }
}

/// All derivations of a file together may cost what one may cost by itself: a file can hold thousands.
pub(super) struct Work<'a> {
    limits: &'a KdfLimits,
    spent: u64,
}

impl<'a> Work<'a> {
    pub(super) fn new(limits: &'a KdfLimits) -> Self {
        Self { limits, spent: 0 }
    }

    pub(super) fn spend(&mut self, iterations: u64) -> Result<(), Error> {
        let (found, limit) = (self.spent.saturating_add(iterations), self.limits.iterations);
        if found > limit {
            let what = "a total iteration count";
            return Err(Error::KeyDerivationLimit { operation: OPERATION, what, found, limit });
        }
        // What was refused was not spent: less may still be done.
        self.spent = found;
        Ok(())
    }

    fn key(&mut self, value: &Value, passphrase: &Passphrase) -> Result<PrivateKey, Error> {
        match value {
            Value::Key(der) => understand::pkcs8(der.clone()),
            Value::SealedKey(der) | Value::Certificate(der) => {
                self.spend(read::sealed(der)?.0.work())?;
                read::encrypted(der, Some(passphrase), self.limits)
            }
        }
    }
}

/// ContentInfo: the kind of content, and the content.
fn content_info<'a>(element: &Element<'a>) -> Result<(&'a [u8], &'a [u8]), Error> {
    match der::children(WHAT, tag::SEQUENCE, element.raw)?.as_slice() {
        [kind, value] => Ok((kind.contents, bag::explicit(value)?)),
        _ => Err(malformed("a part has no content")),
    }
}

fn safe(element: &Element<'_>) -> Result<Safe, Error> {
    match content_info(element)? {
        (DATA, value) => bag::read(&octets(value)?).map(Safe::Open),
        (ENCRYPTED, value) => encrypted(value),
        _ => Err(unsupported("a public key (envelopedData)")),
    }
}

/// EncryptedData (RFC 5652 section 8): a version, and the content with its scheme.
fn encrypted(data: &[u8]) -> Result<Safe, Error> {
    let parts = der::children(WHAT, tag::SEQUENCE, data)?;
    let [_version, content, ..] = parts.as_slice() else { return Err(malformed("a part is incomplete")) };
    match der::children(WHAT, tag::SEQUENCE, content.raw)?.as_slice() {
        [_kind, algorithm, sealed] => {
            // Checks the form, so that a scheme that cannot be read is told from one that is not known.
            Identifier::read(WHAT, algorithm.raw)?;
            let scheme = EncryptionScheme::read(algorithm.raw)?;
            let data = match sealed.tag {
                tag if tag == tag::context(0) => sealed.contents.to_vec(),
                // In pieces, as BER allows for what is tagged [0] IMPLICIT.
                tag if tag == tag::context_constructed(0) => ber::joined(sealed.contents)?.to_vec(),
                _ => return Err(malformed("an encrypted part has no content")),
            };
            Ok(Safe::Sealed { scheme, data })
        }
        _ => Err(malformed("an encrypted part is incomplete")),
    }
}

/// The contents of the one OCTET STRING.
fn octets(element: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    match der::single(WHAT, element)? {
        Element { tag: tag::OCTET_STRING, contents, .. } => Ok(Zeroizing::new(contents.to_vec())),
        _ => Err(malformed("expected an OCTET STRING")),
    }
}

fn unsupported(scheme: &str) -> Error {
    Error::UnsupportedEncryption { operation: OPERATION, scheme: scheme.to_owned() }
}
