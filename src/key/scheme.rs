//! How a private key is encrypted: found, described and opened.

use std::fmt;

use super::cipher::{Cipher, Garbled};
use super::hash::Hash;
use super::kdf::{Iterations, Kdf, KdfLimits};
use super::{Strange, legacy, shape};
use crate::der::{self, tag};
use crate::error::Error;
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
    Unsupported(Stranger),
}

/// What is not opened here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stranger {
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

/// How much an encryption protects when its file is stolen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Strength {
    /// The cipher itself is broken or too short: 40-bit keys, DES, RC2, RC4.
    Broken,
    /// A guess costs almost nothing: one round of MD5, or a few thousand iterations.
    Weak,
    /// What certwright writes, or comparable.
    Strong,
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Broken => "broken",
            Self::Weak => "weak",
            Self::Strong => "strong",
        })
    }
}

/// log2 of scrypt's N times r from which on guessing is slow enough: N=2^14, r=8.
const ENOUGH_SCRYPT: u32 = 17;

impl EncryptionScheme {
    /// How much the encryption protects, or nothing where the scheme is not known well enough to say.
    #[must_use]
    pub fn strength(&self) -> Option<Strength> {
        match &self.0 {
            Scheme::Pbes2 { kdf, cipher, .. } => Some(cipher_strength(*cipher).min(kdf_strength(kdf))),
            Scheme::Legacy { cipher, .. } => Some(cipher_strength(*cipher).min(Strength::Weak)),
            Scheme::Unsupported(_) => None,
        }
    }

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

    /// Whether OpenSSL 3.0, and with it curl, opens the key by default: it gives scrypt 32 MiB, and older schemes
    /// need its legacy provider. False, too, where that is not known: see [`EncryptionScheme::openssl_refuses_it`].
    #[must_use]
    pub fn openssl_reads_it(&self) -> bool {
        self.openssl() == Some(true)
    }

    /// Whether OpenSSL 3.0 is known not to open the key by default.
    #[must_use]
    pub fn openssl_refuses_it(&self) -> bool {
        self.openssl() == Some(false)
    }

    /// Whether OpenSSL 3.0 needs its legacy provider for the key, and opens it with that.
    pub(crate) fn legacy_provider_reads_it(&self) -> bool {
        match &self.0 {
            Scheme::Pbes2 { kdf, cipher, .. } => openssl_derives(kdf) && is_in_legacy_provider(*cipher),
            Scheme::Legacy { cipher, .. } => is_in_legacy_provider(*cipher),
            Scheme::Unsupported(stranger) => stranger.legacy,
        }
    }

    /// Whether certwright opens such keys.
    pub(crate) fn is_opened_here(&self) -> bool {
        self.check_supported().is_ok()
    }

    fn openssl(&self) -> Option<bool> {
        match &self.0 {
            Scheme::Pbes2 { kdf, cipher, .. } => Some(openssl_derives(kdf) && openssl_has(*cipher)),
            Scheme::Legacy { derivation, cipher } => {
                Some(openssl_knows(derivation, *cipher) && openssl_has(*cipher))
            }
            Scheme::Unsupported(stranger) => stranger.openssl,
        }
    }

    /// Whether the passphrase is stretched by scrypt, which OpenSSL knows and may lack the memory for.
    pub(crate) fn is_scrypt(&self) -> bool {
        matches!(self.0, Scheme::Pbes2 { kdf: Kdf::Scrypt { .. }, .. })
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
        let passphrase = passphrase
            .map(Passphrase::reveal)
            .ok_or_else(|| Error::PassphraseMissing { scheme: self.to_string() })?;
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
            Scheme::Pbes2 { kdf: Kdf::Pbkdf2 { iterations, .. }, .. } => *iterations,
            Scheme::Pbes2 { kdf: Kdf::Scrypt { log_n, r, p, .. }, .. } => {
                scrypt_memory(*log_n, *r, *p).saturating_mul(u64::from(*p)) >> 7
            }
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
        Error::UnsupportedEncryption { scheme: format!("{self}{needs}") }
    }

    /// Why what was opened is no key.
    pub(super) fn unreadable(&self, opened: &[u8]) -> Error {
        if shape::begins(opened) { damaged() } else { self.wrong_passphrase() }
    }

    pub(super) fn wrong_passphrase(&self) -> Error {
        Error::PassphraseWrong { scheme: self.to_string() }
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

/// Whether OpenSSL 3.0 has the cipher in its default provider, and takes it for keys.
pub(super) const fn openssl_has(cipher: Cipher) -> bool {
    !cipher.is_gcm() && !is_in_legacy_provider(cipher)
}

const fn is_in_legacy_provider(cipher: Cipher) -> bool {
    use Cipher::{Blowfish, Cast5, Des, Idea, Rc2, Rc4};
    matches!(cipher, Des | Rc2 { .. } | Rc4 { .. } | Blowfish | Cast5 | Idea)
}

/// Whether OpenSSL has a name for the scheme: those of PKCS#12 with AES are Bouncy Castle's own.
const fn openssl_knows(derivation: &Derivation, cipher: Cipher) -> bool {
    !(matches!(derivation, Derivation::Pkcs12 { .. }) && cipher.is_aes())
}

/// Whether OpenSSL 3.0 derives keys so: it learned HMAC with SHA-3 later, and has 32 MiB for scrypt.
pub(super) fn openssl_derives(kdf: &Kdf) -> bool {
    match kdf {
        Kdf::Pbkdf2 { prf, .. } => !prf.is_sha3(),
        Kdf::Scrypt { log_n, r, p, .. } => scrypt_memory(*log_n, *r, *p) <= 32 << 20,
    }
}

fn scrypt_memory(log_n: u8, r: u32, p: u32) -> u64 {
    // OpenSSL counts the blocks of all lanes, the table, and two more blocks of work.
    let block = u64::from(r).saturating_mul(128);
    let rows = 1u64.checked_shl(log_n.into()).unwrap_or(u64::MAX);
    block.saturating_mul(u64::from(p).saturating_add(rows).saturating_add(2))
}

const fn cipher_strength(cipher: Cipher) -> Strength {
    match cipher {
        Cipher::Aes128 | Cipher::Aes192 | Cipher::Aes256 => Strength::Strong,
        Cipher::Aes128Gcm | Cipher::Aes192Gcm | Cipher::Aes256Gcm => Strength::Strong,
        Cipher::Camellia128 | Cipher::Camellia192 | Cipher::Camellia256 => Strength::Strong,
        Cipher::Aria128 | Cipher::Aria192 | Cipher::Aria256 => Strength::Strong,
        Cipher::TripleDes | Cipher::TwoKeyTripleDes => Strength::Weak,
        Cipher::Blowfish | Cipher::Cast5 | Cipher::Idea => Strength::Weak,
        Cipher::Des | Cipher::Rc2 { .. } | Cipher::Rc4 { .. } => Strength::Broken,
    }
}

fn kdf_strength(kdf: &Kdf) -> Strength {
    let enough = match kdf {
        Kdf::Pbkdf2 { prf, iterations, .. } => *iterations >= prf.enough_iterations(),
        Kdf::Scrypt { log_n, r, .. } => {
            u32::from(*log_n).saturating_add(r.checked_ilog2().unwrap_or(0)) >= ENOUGH_SCRYPT
        }
    };
    if enough { Strength::Strong } else { Strength::Weak }
}

impl fmt::Display for EncryptionScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Scheme::Pbes2 { kdf, cipher, .. } => write!(f, "PBES2, {kdf}, {cipher}"),
            Scheme::Legacy { derivation, cipher } => write!(f, "{derivation}, {cipher}"),
            Scheme::Unsupported(stranger) => f.write_str(&stranger.name),
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
