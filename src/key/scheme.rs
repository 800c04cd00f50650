//! How a private key is encrypted: described and opened.

use std::fmt;

use super::cipher::{Cipher, Garbled};
use super::hash::Hash;
use super::kdf::{Iterations, Kdf, KdfLimits};
use super::{Strange, legacy, shape};
use crate::der::{self, tag};
use crate::error::{Error, KeyOperation};
use crate::secret::{Passphrase, Zeroizing};

/// The encryption of a private key, as its file states it; no passphrase is needed to know it.
///
/// `Display` names everything that its strength depends on: `PBES2, PBKDF2-HMAC-SHA1, 2048 iterations, AES-256-CBC`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptionScheme(pub(super) Scheme);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// RFC 8018 section 6.2.
    Pbes2 { kdf: Kdf, cipher: Cipher, iv: Vec<u8> },
    /// Older schemes, each with its own way from passphrase to key.
    Legacy { derivation: Derivation, cipher: Cipher },
    /// A scheme that is known by name and cannot be opened.
    Unsupported(Unsupported),
}

/// An encryption that is not opened here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unsupported {
    pub(super) name: String,
    /// Whether OpenSSL 3.0 opens it by default, where that was measured.
    pub(super) openssl: Option<bool>,
    /// Whether it opens it with its legacy provider.
    pub(super) legacy: bool,
}

/// The derivations from before PBES2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Derivation {
    /// RFC 8018 section 6.1.
    Pbes1 { hash: Pbes1Hash, salt: Vec<u8>, iterations: u64 },
    /// RFC 7292 appendix B.
    Pkcs12 { hash: Hash, salt: Vec<u8>, iterations: u64 },
    /// OpenSSL's EVP_BytesToKey with MD5 and one iteration, under the headers of RFC 1421.
    DekInfo { iv: Vec<u8> },
}

/// The hash of PBES1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pbes1Hash {
    Md5,
    Sha1,
}

impl EncryptionScheme {
    /// Who is known to write keys in this way, and when.
    #[must_use]
    pub fn origin(&self) -> Option<&'static str> {
        match &self.0 {
            Scheme::Pbes2 { cipher, .. } if cipher.is_gcm() => Some("RustCrypto and Bouncy Castle"),
            Scheme::Pbes2 { kdf: Kdf::Pbkdf2 { prf: Hash::Sha1, iterations: 2048, .. }, .. } => {
                Some("OpenSSL 1.0 (2010–2016) and the key export of AWS")
            }
            Scheme::Pbes2 { kdf: Kdf::Pbkdf2 { prf: Hash::Sha256, iterations: 2048, .. }, .. } => {
                Some("OpenSSL since 1.1.0 (2016)")
            }
            Scheme::Pbes2 {
                kdf: Kdf::Pbkdf2 { prf: Hash::Sha256, iterations: 600_000, .. },
                cipher: Cipher::Aes256,
                ..
            } => Some("certwright"),
            Scheme::Legacy { derivation: Derivation::Pbes1 { .. }, .. } => Some("PKCS#5 version 1.5 (1993)"),
            Scheme::Legacy { derivation: Derivation::Pkcs12 { .. }, cipher } if cipher.is_aes() => {
                Some("Bouncy Castle")
            }
            Scheme::Legacy { derivation: Derivation::Pkcs12 { .. }, .. } => {
                Some("PKCS#12 version 1.0 (1999), older Java and GnuTLS")
            }
            Scheme::Legacy { derivation: Derivation::DekInfo { .. }, .. } => {
                Some("`openssl rsa`, `openssl ec` and ssh-keygen before 2018")
            }
            _ => None,
        }
    }

    /// Whether certwright opens such keys.
    pub(crate) fn is_opened_here(&self) -> bool {
        self.check_supported().is_ok()
    }

    /// What the passphrase opens.
    ///
    /// The caller holds the result against the structure expected: a wrong passphrase passes the padding check once
    /// in 256 times.
    pub(super) fn decrypt(
        &self,
        passphrase: Option<&Passphrase>,
        limits: &KdfLimits,
        data: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.decrypt_either_way(passphrase, limits, data).map(|(opened, _)| opened)
    }

    /// The same, and whether the passphrase was taken as Bouncy Castle takes it.
    pub(super) fn decrypt_either_way(
        &self,
        passphrase: Option<&Passphrase>,
        limits: &KdfLimits,
        data: &[u8],
    ) -> Result<(Zeroizing<Vec<u8>>, Option<Strange>), Error> {
        self.check_supported()?;
        let passphrase = passphrase.map(Passphrase::reveal).ok_or_else(|| Error::PassphraseMissing {
            operation: KeyOperation::Open,
            scheme: self.to_string(),
        })?;
        let (opened, strange) = match &self.0 {
            Scheme::Pbes2 { kdf, cipher, iv } => {
                let under = |passphrase: &[u8]| -> Result<Opened, Error> {
                    let mut key = Zeroizing::new(vec![0; cipher.key_length()]);
                    kdf.derive(passphrase, limits, &mut key)?;
                    Ok(cipher.decrypt(&key, iv, data))
                };
                let opened = under(passphrase)?;
                match narrowed(passphrase).filter(|_| !holds_structure(&opened)) {
                    Some(narrow) => (under(&narrow)?, Some(Strange::Narrowed)),
                    None => (opened, None),
                }
            }
            Scheme::Legacy { derivation, cipher } => {
                (legacy::open(derivation, *cipher, passphrase, limits, data)?, None)
            }
            Scheme::Unsupported(_) => return Err(self.unsupported()),
        };
        opened.map(|opened| (opened, strange)).map_err(|garbled| match garbled {
            Garbled::Whole => self.wrong_passphrase(),
            Garbled::End => damaged(),
        })
    }

    /// Whether its derivation asks for no more work than is allowed.
    pub(crate) fn is_within(&self, limits: &KdfLimits) -> bool {
        match &self.0 {
            Scheme::Pbes2 { kdf, .. } => kdf.is_within(limits),
            Scheme::Legacy {
                derivation: Derivation::Pbes1 { iterations, .. } | Derivation::Pkcs12 { iterations, .. },
                ..
            } => limits.allowed(*iterations).is_ok(),
            Scheme::Legacy { derivation: Derivation::DekInfo { .. }, .. } | Scheme::Unsupported(_) => true,
        }
    }

    /// How much work its derivation is, in iterations or what is worth one.
    #[cfg(feature = "pkcs12")]
    pub(super) fn work(&self) -> u64 {
        match &self.0 {
            Scheme::Pbes2 { kdf, .. } => kdf.work(),
            Scheme::Legacy {
                derivation: Derivation::Pbes1 { iterations, .. } | Derivation::Pkcs12 { iterations, .. },
                ..
            } => *iterations,
            Scheme::Legacy { derivation: Derivation::DekInfo { .. }, .. } | Scheme::Unsupported(_) => 1,
        }
    }

    /// An error now, where the scheme could not be opened with any passphrase.
    fn check_supported(&self) -> Result<(), Error> {
        let legacy = match &self.0 {
            Scheme::Pbes2 { cipher, .. } => cipher.is_legacy(),
            Scheme::Legacy { .. } => true,
            Scheme::Unsupported(_) => return Err(self.unsupported()),
        };
        if legacy && !legacy::AVAILABLE { Err(self.unsupported()) } else { Ok(()) }
    }

    fn unsupported(&self) -> Error {
        let needs = match &self.0 {
            Scheme::Unsupported(_) => "",
            _ => " (which needs the feature `legacy-keys`)",
        };
        Error::UnsupportedEncryption { operation: KeyOperation::Open, scheme: format!("{self}{needs}") }
    }

    /// Why what was opened is no key.
    pub(super) fn unreadable(&self, opened: &[u8]) -> Error {
        if shape::begins(opened) { damaged() } else { self.wrong_passphrase() }
    }

    pub(super) fn wrong_passphrase(&self) -> Error {
        Error::PassphraseWrong { operation: KeyOperation::Open, scheme: self.to_string() }
    }
}

type Opened = Result<Zeroizing<Vec<u8>>, Garbled>;

/// A passphrase as Bouncy Castle takes it for PBES2, the lower octet of each UTF-16 unit, where that is not what everybody
/// else takes, its UTF-8.
fn narrowed(passphrase: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = std::str::from_utf8(passphrase).ok().filter(|text| !text.is_ascii())?;
    let mut narrow = Zeroizing::new(Vec::with_capacity(passphrase.len()));
    narrow.extend(text.encode_utf16().map(|unit| {
        let [_, lower] = unit.to_be_bytes();
        lower
    }));
    Some(narrow)
}

/// Whether it was opened, and not garbled by a wrong passphrase: a SEQUENCE, or the beginning of one of indefinite length,
/// because what is sealed may be BER. A damaged end is a matter of its own.
pub(super) fn holds_structure(opened: &Opened) -> bool {
    match opened.as_deref() {
        Ok(opened) => {
            let definite =
                der::single("what was decrypted", opened).is_ok_and(|found| found.tag == tag::SEQUENCE);
            definite || opened.starts_with(&[tag::SEQUENCE, 0x80])
        }
        Err(garbled) => *garbled == Garbled::End,
    }
}

/// What no passphrase mends.
fn damaged() -> Error {
    Error::decode("an encrypted private key", "the passphrase opens it, and the key inside is damaged")
}

impl fmt::Display for EncryptionScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Scheme::Pbes2 { kdf, cipher, .. } => write!(f, "PBES2, {kdf}, {cipher}"),
            Scheme::Legacy { derivation, cipher } => write!(f, "{derivation}, {cipher}"),
            Scheme::Unsupported(found) => f.write_str(&found.name),
        }
    }
}

impl fmt::Display for Derivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pbes1 { hash: Pbes1Hash::Md5, iterations, .. } => {
                write!(f, "PBES1, MD5, {}", Iterations(*iterations))
            }
            Self::Pbes1 { hash: Pbes1Hash::Sha1, iterations, .. } => {
                write!(f, "PBES1, SHA1, {}", Iterations(*iterations))
            }
            Self::Pkcs12 { hash, iterations, .. } => {
                write!(f, "PKCS#12 PBE, {hash}, {}", Iterations(*iterations))
            }
            Self::DekInfo { .. } => f.write_str("DEK-Info, MD5, 1 iteration"),
        }
    }
}
