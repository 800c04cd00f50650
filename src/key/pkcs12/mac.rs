//! MacData (RFC 7292 section 4, RFC 9579): whether file and passphrase belong together.

use std::fmt;

use super::super::hash::{self, Hash};
use super::super::identifier::{self, Identifier};
use super::super::kdf::{Iterations, Kdf, KdfLimits};
use super::super::oid::{self, Oid};
use super::super::pkcs12_kdf::{self, Purpose};
use super::super::scheme_id;
use super::{WHAT, hmac, malformed};
use crate::der::{self, Element, tag};
use crate::error::{Error, KeyOperation};
use crate::secret::{Passphrase, Zeroizing};

/// A MAC as the file states it.
pub(super) struct Mac {
    algorithm: Algorithm,
    value: Vec<u8>,
}

enum Algorithm {
    /// RFC 7292 appendix B.
    Pkcs12 { hash: Hash, salt: Vec<u8>, iterations: u64 },
    /// PBMAC1: the key comes out of PBKDF2, in this length.
    Pbmac1 { kdf: Kdf, length: usize, hash: Hash },
    /// One that is known at most by name.
    Unsupported(String),
}

/// The lengths of a PBMAC1 key: RFC 9579 section 9 recommends to reject shorter ones, no block of a hash is longer.
const PBMAC1_KEYS: std::ops::RangeInclusive<usize> = 20..=128;

impl Mac {
    /// MacData in DER.
    pub(super) fn read(element: &Element<'_>) -> Result<Self, Error> {
        let malformed = || malformed("expected a MAC, its salt and its iterations");
        let (digest, salt, iterations) = match der::children(WHAT, tag::SEQUENCE, element.raw)?.as_slice() {
            [digest, salt] => (*digest, *salt, 1),
            [digest, salt, count] => {
                (*digest, *salt, scheme_id::positive(count).map_err(|_error| malformed())?)
            }
            _ => return Err(malformed()),
        };
        let parts = der::children(WHAT, tag::SEQUENCE, digest.raw)?;
        let [algorithm, value] = parts.as_slice() else { return Err(malformed()) };
        let algorithm = Identifier::read(WHAT, algorithm.raw)?;
        let algorithm = match (algorithm.oid, Hash::of(algorithm.oid)) {
            (oid::PBMAC1, _) => pbmac1(&algorithm)?,
            (_, Some(hash)) => Algorithm::Pkcs12 { hash, salt: salt.contents.to_vec(), iterations },
            (other, None) => {
                Algorithm::Unsupported(format!("{}, {}", name_of(other), Iterations(iterations)))
            }
        };
        Ok(Self { algorithm, value: value.contents.to_vec() })
    }

    /// How much work its derivation is.
    pub(super) fn iterations(&self) -> u64 {
        match &self.algorithm {
            Algorithm::Pkcs12 { iterations, .. }
            | Algorithm::Pbmac1 { kdf: Kdf::Pbkdf2 { iterations, .. }, .. } => *iterations,
            Algorithm::Pbmac1 { .. } | Algorithm::Unsupported(_) => 0,
        }
    }

    /// Succeeds where the passphrase is the one that the MAC over the content was made with.
    pub(super) fn verify(
        &self,
        content: &[u8],
        passphrase: &Passphrase,
        limits: &KdfLimits,
    ) -> Result<(), Error> {
        let verified = match &self.algorithm {
            Algorithm::Pkcs12 { hash, salt, iterations } => {
                let iterations = limits.allowed(*iterations)?;
                pkcs12_kdf::encodings(passphrase.reveal()).iter().any(|password| {
                    let purpose = (Purpose::Mac, hash.length());
                    let key = pkcs12_kdf::derive(*hash, password, salt, iterations, purpose);
                    hmac::verify(*hash, &key, content, &self.value)
                })
            }
            Algorithm::Pbmac1 { kdf, length, hash } => {
                let mut key = Zeroizing::new(vec![0; *length]);
                kdf.derive(passphrase.reveal(), limits, &mut key)?;
                hmac::verify(*hash, &key, content, &self.value)
            }
            Algorithm::Unsupported(_) => {
                return Err(Error::UnsupportedEncryption {
                    operation: KeyOperation::OpenPkcs12,
                    scheme: self.to_string(),
                });
            }
        };
        if verified {
            Ok(())
        } else {
            Err(Error::PassphraseWrong { operation: KeyOperation::OpenPkcs12, scheme: self.to_string() })
        }
    }
}

/// PBMAC1-params (RFC 8018 appendix A.5). RFC 9579 wants PBKDF2, and the length of its key.
fn pbmac1(identifier: &Identifier<'_>) -> Result<Algorithm, Error> {
    let parameters = identifier.parameters.ok_or_else(|| malformed("PBMAC1 without parameters"))?;
    let parts = der::children(WHAT, tag::SEQUENCE, parameters.raw)?;
    let [kdf, mac] = parts.as_slice() else { return Err(malformed("expected the parameters of PBMAC1")) };
    let (kdf, mac) = (Identifier::read(WHAT, kdf.raw)?, Identifier::read(WHAT, mac.raw)?);
    let unsupported = |what: String| Ok(Algorithm::Unsupported(format!("PBMAC1, {what}")));
    if kdf.oid != oid::PBKDF2 {
        return unsupported(format!("key derivation {}", kdf.oid));
    }
    let (kdf, length) = scheme_id::pbkdf2(&kdf)?;
    let length = length.filter(|length| PBMAC1_KEYS.contains(length));
    let length = length.ok_or_else(|| malformed("PBMAC1 without a usable length for its key"))?;
    match (kdf, Hash::of_hmac(mac.oid)) {
        (Ok(kdf), Some(hash)) => Ok(Algorithm::Pbmac1 { kdf, length, hash }),
        (Err(name), _) => unsupported(name),
        (_, None) => unsupported(name_of(mac.oid)),
    }
}

/// The MAC with a hash that is known at most by name.
fn name_of(digest: Oid) -> String {
    let dotted = digest.to_string();
    hash::other_name(&dotted).map_or_else(|| format!("MAC {dotted}"), |name| format!("HMAC-{name}"))
}

/// MacData over the content, with SHA-256.
pub(super) fn write(
    content: &[u8],
    passphrase: &Passphrase,
    salt: &[u8],
    iterations: u32,
) -> Result<Vec<u8>, Error> {
    let password = pkcs12_kdf::encoding(passphrase.reveal());
    let purpose = (Purpose::Mac, Hash::Sha256.length());
    let key = pkcs12_kdf::derive(Hash::Sha256, &password, salt, iterations, purpose);
    let digest = der::sequence(&[
        identifier::encode(oid::SHA256, &identifier::NULL),
        der::element(tag::OCTET_STRING, &hmac::sha256(&key, content)?),
    ]);
    // A leading zero keeps the number positive; DER has one only where it is needed.
    let octets = iterations.to_be_bytes();
    let octets = [&[0][..], &octets].concat();
    let needless = octets.windows(2).take_while(|pair| matches!(pair, [0, next] if *next < 0x80)).count();
    let count = der::element(tag::INTEGER, octets.get(needless..).unwrap_or_default());
    Ok(der::sequence(&[digest, der::element(tag::OCTET_STRING, salt), count]))
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.algorithm {
            Algorithm::Pkcs12 { hash, iterations, .. } => {
                write!(f, "PKCS#12, HMAC-{hash}, {}", Iterations(*iterations))
            }
            Algorithm::Pbmac1 { kdf, hash, .. } => write!(f, "PKCS#12, PBMAC1, {kdf}, HMAC-{hash}"),
            Algorithm::Unsupported(name) => write!(f, "PKCS#12, {name}"),
        }
    }
}
