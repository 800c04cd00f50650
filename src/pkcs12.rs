//! PKCS#12 (`.p12`, `.pfx`): keys and certificates in one file, under one passphrase.
//!
//! Read is everything that [`PrivateKey::read`] opens, also in BER as Windows and Java write it. Written is PBES2 with
//! PBKDF2-HMAC-SHA256 and AES-256-CBC for keys and certificates, and a MAC with HMAC-SHA256, each with 600,000
//! iterations or more.
//!
//! Everything decrypted is wiped; only keys that sign exist a second time, inside ring, which does not wipe them. A
//! file without a passphrase opens without one. CRLs, secrets and further attributes in a file are not read.

use std::collections::HashSet;

use crate::certificate::{Certificate, NameCount};
use crate::container;
use crate::digest;
use crate::error::Error;
use crate::key::pkcs12::{self, Archive, Entry, Labels, Opened, Value, displayed};
use crate::key::{KdfLimits, PrivateKey, PublicKey};
use crate::secret::Passphrase;

/// What a PKCS#12 file holds.
#[derive(Debug)]
#[non_exhaustive]
pub struct Contents {
    /// The private keys, in the order of the file. Most files have one.
    pub keys: Vec<PrivateKey>,
    /// The certificates: that of the first key first, the others in the order of the file.
    pub certificates: Vec<Certificate>,
}

/// One bag of a file: a key or a certificate, and what it is called.
#[derive(Debug)]
#[non_exhaustive]
pub struct Bag {
    /// What lies in it.
    pub contents: BagContents,
    /// Its name (friendlyName), which Java calls an alias.
    pub name: Option<String>,
    /// What a key and its certificate have in common (localKeyID).
    pub local_key_id: Option<Vec<u8>>,
}

impl Bag {
    /// The name for a terminal: each character that moves the cursor, turns the text around or is not seen is U+FFFD.
    #[must_use]
    pub fn display_name(&self) -> Option<String> {
        self.name.as_deref().map(displayed)
    }
}

/// What lies in a bag.
#[derive(Debug)]
#[non_exhaustive]
pub enum BagContents {
    /// A private key.
    Key(Box<PrivateKey>),
    /// A certificate.
    Certificate(Box<Certificate>),
}

/// Opens a file, in DER, BER or a `PKCS12` block of PEM. The passphrase may be left out where there is none, or an
/// empty one.
///
/// # Errors
///
/// - [`Error::Unexpected`]: it is no PKCS#12.
/// - [`Error::PassphraseMissing`], [`Error::PassphraseWrong`], [`Error::UnsupportedEncryption`],
///   [`Error::KeyDerivationLimit`]: it stays closed.
/// - [`Error::Decode`], [`Error::TrailingBytes`], [`Error::TooLarge`], [`Error::InvalidKey`]: it is damaged.
///
/// A file that was changed after its MAC was made is [`Error::Decode`] where the passphrase still opens something
/// encrypted in it. Where nothing in it is encrypted, or what is was changed too, or the passphrase is empty, this
/// cannot be told from a wrong passphrase: [`Error::PassphraseWrong`], or [`Error::PassphraseMissing`] where none was
/// given.
pub fn open(bytes: &[u8], passphrase: Option<&Passphrase>) -> Result<Contents, Error> {
    open_within(bytes, passphrase, &KdfLimits::default())
}

/// Whether the file has a MAC, which a passphrase has to fit before anything in the file is given out. Without one
/// nobody notices that certificates were exchanged, which often are not even encrypted.
///
/// # Errors
///
/// [`Error::Unexpected`]: it is no PKCS#12. [`Error::Decode`], [`Error::TrailingBytes`], [`Error::TooLarge`],
/// [`Error::UnsupportedEncryption`]: its outside cannot be read.
pub fn has_mac(bytes: &[u8]) -> Result<bool, Error> {
    let file = container::pkcs12(bytes)?;
    let archive = Archive::read(&file.der).map_err(|error| container::locate_damage(file.line, error))?;
    Ok(archive.has_mac())
}

/// Opens a file like [`open`], with other limits. All derivations of a file together may cost `limits.iterations`.
///
/// # Errors
///
/// Those of [`open`].
pub fn open_within(
    bytes: &[u8],
    passphrase: Option<&Passphrase>,
    limits: &KdfLimits,
) -> Result<Contents, Error> {
    let (mut keys, mut certificates) = (Vec::new(), Vec::new());
    for bag in bags_within(bytes, passphrase, limits)? {
        match bag.contents {
            BagContents::Key(key) => keys.push(*key),
            BagContents::Certificate(certificate) => certificates.push(*certificate),
        }
    }
    if let Some(key) = keys.first() {
        // Stable: the others keep their order.
        certificates.sort_by_key(|certificate| !key.public_key().matches(certificate.public_key()));
    }
    Ok(Contents { keys, certificates })
}

/// Opens a file and gives everything in it in its order, with the names.
///
/// # Errors
///
/// Those of [`open`].
pub fn bags(bytes: &[u8], passphrase: Option<&Passphrase>) -> Result<Vec<Bag>, Error> {
    bags_within(bytes, passphrase, &KdfLimits::default())
}

/// Opens a file like [`bags`], with other limits. All derivations of a file together may cost `limits.iterations`.
///
/// # Errors
///
/// Those of [`open`].
pub fn bags_within(
    bytes: &[u8],
    passphrase: Option<&Passphrase>,
    limits: &KdfLimits,
) -> Result<Vec<Bag>, Error> {
    let file = container::pkcs12(bytes)?;
    let opened = Archive::read(&file.der).and_then(|archive| archive.open(passphrase, limits));
    let mut names = NameCount::default();
    opened
        .map_err(|error| container::locate_damage(file.line, error))?
        .into_iter()
        .map(|(opened, Labels { friendly_name, local_key_id })| {
            let contents = match opened {
                Opened::Key(key) => BagContents::Key(key),
                Opened::Certificate(der) => {
                    let certificate = Certificate::from_der(&der)?;
                    names.add(&certificate)?;
                    BagContents::Certificate(Box::new(certificate))
                }
            };
            Ok(Bag { contents, name: friendly_name, local_key_id })
        })
        .collect()
}

/// A file to be written: keys and certificates, each under a name or none.
///
/// ```
/// # use certwright::{KeyType, Passphrase, PrivateKey, pkcs12};
/// let key = PrivateKey::generate(KeyType::Ed25519)?;
/// let passphrase = Passphrase::generate()?;
/// let file = pkcs12::Builder::default().key(&key, Some("payments")).seal(&passphrase)?;
/// assert_eq!(pkcs12::bags(&file, Some(&passphrase))?[0].name.as_deref(), Some("payments"));
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Builder<'a> {
    keys: Vec<(&'a PrivateKey, Option<&'a str>)>,
    certificates: Vec<(&'a Certificate, Option<&'a str>)>,
    /// The usual ones without it.
    iterations: Option<u32>,
}

impl<'a> Builder<'a> {
    /// Adds a private key. It is linked to the first certificate for it.
    #[must_use]
    pub fn key(mut self, key: &'a PrivateKey, name: Option<&'a str>) -> Self {
        self.keys.push((key, name));
        self
    }

    /// Adds a certificate behind those that are there.
    #[must_use]
    pub fn certificate(mut self, certificate: &'a Certificate, name: Option<&'a str>) -> Self {
        self.certificates.push((certificate, name));
        self
    }

    /// More iterations of each derivation than the usual 600,000; fewer count as those. A file has one derivation for its
    /// MAC, one for all its certificates, and one for each key.
    #[must_use]
    pub fn iterations(mut self, iterations: u32) -> Self {
        self.iterations = Some(iterations);
        self
    }

    /// The file, sealed with the passphrase.
    ///
    /// # Errors
    ///
    /// [`Error::PassphraseEmpty`]; [`Error::KeyDerivationLimit`] above ten million iterations in all derivations together,
    /// which [`open`] does not open: that is more than 15 keys at the usual number, or more than 14 beside certificates;
    /// [`Error::Random`].
    pub fn seal(&self, passphrase: &Passphrase) -> Result<Vec<u8>, Error> {
        let of_keys: Vec<_> =
            self.keys.iter().map(|(key, _)| self.certificate_of(key.public_key())).collect();
        let linked: HashSet<_> = of_keys.iter().flatten().map(|certificate| certificate.der()).collect();
        let certificates = self.certificates.iter().map(|(certificate, name)| Entry {
            value: Value::Certificate(certificate.der()),
            labels: labels(*name, linked.contains(certificate.der()).then_some(certificate)),
        });
        let keys = self
            .keys
            .iter()
            .zip(&of_keys)
            .map(|((key, name), own)| Entry { value: Value::Key(key), labels: labels(*name, *own) });
        write(certificates.chain(keys), passphrase, self.iterations)
    }

    fn certificate_of(&self, key: &PublicKey) -> Option<&'a Certificate> {
        let certificates = self.certificates.iter().map(|(certificate, _)| *certificate);
        certificates.into_iter().find(|certificate| key.matches(certificate.public_key()))
    }
}

/// A name, and the number that a key has in common with its certificate: like OpenSSL, the certificate's SHA-1.
fn labels(name: Option<&str>, certificate: Option<&Certificate>) -> Labels {
    Labels {
        friendly_name: name.map(str::to_owned),
        local_key_id: certificate.map(|certificate| digest::sha1(certificate.der()).to_vec()),
    }
}

/// Writes a key and what it presents, under a name: its own certificate first, then those above, as
/// [`Chain::presented`](crate::chain::Chain::presented) gives them.
///
/// # Errors
///
/// [`Error::KeyMismatch`] where the first certificate is that of another key; [`Error::Chain`] without any;
/// [`Error::PassphraseEmpty`]; [`Error::Random`].
pub fn seal(
    key: &PrivateKey,
    presented: &[Certificate],
    alias: &str,
    passphrase: &Passphrase,
) -> Result<Vec<u8>, Error> {
    let Some((own, above)) = presented.split_first() else {
        return Err(Error::Chain { reason: "there is no certificate for the key".to_owned() });
    };
    key.public_key().require_match(own.public_key())?;
    let builder = Builder::default().key(key, Some(alias)).certificate(own, Some(alias));
    above.iter().fold(builder, |builder, issuer| builder.certificate(issuer, None)).seal(passphrase)
}

/// Writes certificates as Java's trusted-certificate entries, each under its alias.
pub(crate) fn trust(
    certificates: &[Certificate],
    aliases: &[String],
    passphrase: &Passphrase,
) -> Result<Vec<u8>, Error> {
    let entries = certificates.iter().zip(aliases).map(|(certificate, alias)| Entry {
        value: Value::Trusted(certificate.der()),
        labels: labels(Some(alias), None),
    });
    write(entries, passphrase, None)
}

fn write<'a>(
    entries: impl Iterator<Item = Entry<'a>>,
    passphrase: &Passphrase,
    iterations: Option<u32>,
) -> Result<Vec<u8>, Error> {
    // Fewer than the usual ones count as those.
    pkcs12::write(&entries.collect::<Vec<_>>(), passphrase, iterations.unwrap_or_default())
}
