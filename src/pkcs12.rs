//! PKCS#12 (`.p12`, `.pfx`): keys and certificates in one file, under one passphrase.
//!
//! Read is everything that [`PrivateKey::read`] opens, also in BER as Windows and Java write it. Written is PBES2 with
//! PBKDF2-HMAC-SHA256 and AES-256-CBC for keys and certificates, and a MAC with HMAC-SHA256, each with 600,000
//! iterations.
//!
//! Everything decrypted is wiped. The MAC's key exists a second time inside ring, which does not wipe it; so do the
//! keys that sign. A MAC of PBMAC1 or HMAC-SHA224 is not supported, and neither is an empty passphrase. Names,
//! CRLs and secrets in a file are not read.

use crate::certificate::Certificate;
use crate::container;
use crate::error::Error;
use crate::key::pkcs12::{self, Archive, Entry, Role};
use crate::key::{KdfLimits, PrivateKey};
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

/// Opens a file, in DER, BER or a `PKCS12` block of PEM. The passphrase may be left out where nothing is encrypted
/// and there is no MAC.
///
/// # Errors
///
/// - [`Error::Unexpected`]: it is no PKCS#12.
/// - [`Error::PassphraseMissing`], [`Error::PassphraseWrong`], [`Error::UnsupportedEncryption`],
///   [`Error::KeyDerivationLimit`]: it stays closed. A file that was changed after its MAC was made is not told
///   apart from a wrong passphrase.
/// - [`Error::Decode`], [`Error::TrailingBytes`], [`Error::TooLarge`], [`Error::InvalidKey`]: it is damaged.
pub fn open(bytes: &[u8], passphrase: Option<&Passphrase>) -> Result<Contents, Error> {
    open_within(bytes, passphrase, &KdfLimits::default())
}

/// The same, with other limits. All derivations of a file together may cost `limits.iterations`.
///
/// # Errors
///
/// Those of [`open`].
pub fn open_within(
    bytes: &[u8],
    passphrase: Option<&Passphrase>,
    limits: &KdfLimits,
) -> Result<Contents, Error> {
    let file = container::pkcs12(bytes)?;
    let (keys, certificates) = Archive::read(&file.der)?.open(passphrase, limits)?;
    let certificates = certificates.iter().map(|der| Certificate::from_der(der));
    let mut certificates = certificates.collect::<Result<Vec<_>, _>>()?;
    if let Some(key) = keys.first() {
        // Stable: the others keep their order.
        certificates.sort_by_key(|certificate| !key.public_key().matches(certificate.public_key()));
    }
    Ok(Contents { keys, certificates })
}

/// Writes a key and what it presents, under a name: its own certificate first, then those above, as
/// [`Chain::presented`](crate::chain::Chain::presented) gives them.
///
/// # Errors
///
/// [`Error::KeyMismatch`] where the first certificate is that of another key; [`Error::Chain`] without any;
/// [`Error::Random`].
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
    let own = Entry { certificate: own.der(), alias: Some(alias), role: Role::Key(key) };
    let above =
        above.iter().map(|issuer| Entry { certificate: issuer.der(), alias: None, role: Role::Issuer });
    pkcs12::write(&std::iter::once(own).chain(above).collect::<Vec<_>>(), passphrase)
}

/// Writes certificates as Java's trusted-certificate entries, each under its alias.
pub(crate) fn trust(
    certificates: &[Certificate],
    aliases: &[String],
    passphrase: &Passphrase,
) -> Result<Vec<u8>, Error> {
    let entries = certificates.iter().zip(aliases).map(|(certificate, alias)| Entry {
        certificate: certificate.der(),
        alias: Some(alias),
        role: Role::Trusted,
    });
    pkcs12::write(&entries.collect::<Vec<_>>(), passphrase)
}
