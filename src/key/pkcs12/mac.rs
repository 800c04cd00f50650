//! MacData (RFC 7292 section 4): whether file and passphrase belong together.

use std::fmt;

use ring::hmac;

use super::super::identifier::{self, Identifier};
use super::super::kdf::KdfLimits;
use super::super::oid::{self, Oid};
use super::super::pkcs12_kdf::{self, Hash, Purpose};
use super::WHAT;
use crate::der::{self, Element, tag};
use crate::error::Error;
use crate::secret::Passphrase;

/// A MAC as the file states it.
pub(super) struct Mac {
    algorithm: Result<Hash, Oid>,
    salt: Vec<u8>,
    pub(super) iterations: u64,
    value: Vec<u8>,
}

impl Mac {
    /// MacData in DER.
    pub(super) fn read(element: &Element<'_>) -> Result<Self, Error> {
        let malformed = || Error::decode(WHAT, "expected a MAC, its salt and its iterations");
        let (digest, salt, iterations) = match der::children(WHAT, tag::SEQUENCE, element.raw)?.as_slice() {
            [digest, salt] => (*digest, *salt, 1),
            [digest, salt, count] => (*digest, *salt, positive(count).ok_or_else(malformed)?),
            _ => return Err(malformed()),
        };
        let parts = der::children(WHAT, tag::SEQUENCE, digest.raw)?;
        let [algorithm, value] = parts.as_slice() else { return Err(malformed()) };
        let algorithm = hash(Identifier::read(WHAT, algorithm.raw)?.oid);
        Ok(Self { algorithm, salt: salt.contents.to_vec(), iterations, value: value.contents.to_vec() })
    }

    /// Succeeds where the passphrase is the one that the MAC over the content was made with.
    pub(super) fn verify(
        &self,
        content: &[u8],
        passphrase: Option<&Passphrase>,
        limits: &KdfLimits,
    ) -> Result<(), Error> {
        let hash =
            self.algorithm.map_err(|_oid| Error::UnsupportedEncryption { scheme: self.to_string() })?;
        let Some(known) = hmac_of(hash) else {
            return Err(Error::UnsupportedEncryption { scheme: self.to_string() });
        };
        let passphrase = passphrase.ok_or_else(|| Error::PassphraseMissing { scheme: self.to_string() })?;
        let iterations = limits.iterations(self.iterations)?;
        let key = key(hash, known, passphrase, &self.salt, iterations);
        // In constant time.
        hmac::verify(&key, content, &self.value)
            .map_err(|_differs| Error::PassphraseWrong { scheme: self.to_string() })
    }
}

fn hash(algorithm: Oid) -> Result<Hash, Oid> {
    match algorithm {
        oid::SHA1 => Ok(Hash::Sha1),
        oid::SHA224 => Ok(Hash::Sha224),
        oid::SHA256 => Ok(Hash::Sha256),
        oid::SHA384 => Ok(Hash::Sha384),
        oid::SHA512 => Ok(Hash::Sha512),
        other => Err(other),
    }
}

fn hmac_of(hash: Hash) -> Option<hmac::Algorithm> {
    match hash {
        Hash::Sha1 => Some(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        Hash::Sha224 => None,
        Hash::Sha256 => Some(hmac::HMAC_SHA256),
        Hash::Sha384 => Some(hmac::HMAC_SHA384),
        Hash::Sha512 => Some(hmac::HMAC_SHA512),
    }
}

/// ring keeps a copy of what the key expands to, which it does not wipe.
fn key(
    hash: Hash,
    algorithm: hmac::Algorithm,
    passphrase: &Passphrase,
    salt: &[u8],
    iterations: u32,
) -> hmac::Key {
    let length = algorithm.digest_algorithm().output_len();
    let key = pkcs12_kdf::derive(hash, passphrase.reveal(), salt, iterations, (Purpose::Mac, length));
    hmac::Key::new(algorithm, &key)
}

/// MacData over the content, with SHA-256.
pub(super) fn write(content: &[u8], passphrase: &Passphrase, salt: &[u8], iterations: u32) -> Vec<u8> {
    let key = key(Hash::Sha256, hmac::HMAC_SHA256, passphrase, salt, iterations);
    let digest = der::sequence(&[
        identifier::encode(oid::SHA256, &identifier::NULL),
        der::element(tag::OCTET_STRING, hmac::sign(&key, content).as_ref()),
    ]);
    // A leading zero keeps the number positive; DER has one only where it is needed.
    let octets = iterations.to_be_bytes();
    let octets = [&[0][..], &octets].concat();
    let needless = octets.windows(2).take_while(|pair| matches!(pair, [0, next] if *next < 0x80)).count();
    let count = der::element(tag::INTEGER, octets.get(needless..).unwrap_or_default());
    der::sequence(&[digest, der::element(tag::OCTET_STRING, salt), count])
}

fn positive(element: &Element<'_>) -> Option<u64> {
    let negative = element.contents.first().is_none_or(|first| *first >= 0x80);
    if element.tag != tag::INTEGER || negative {
        return None;
    }
    let add = |value: u64, octet: &u8| value.checked_mul(256)?.checked_add(u64::from(*octet));
    Some(element.contents.iter().try_fold(0, add).unwrap_or(u64::MAX)).filter(|value| *value > 0)
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.algorithm {
            Ok(Hash::Sha1) => "HMAC-SHA1",
            Ok(Hash::Sha224) => "HMAC-SHA224",
            Ok(Hash::Sha256) => "HMAC-SHA256",
            Ok(Hash::Sha384) => "HMAC-SHA384",
            Ok(Hash::Sha512) => "HMAC-SHA512",
            Err(other) if other.to_string() == "1.2.840.113549.1.5.14" => "PBMAC1",
            Err(other) => return write!(f, "PKCS#12, MAC {other}, {} iterations", self.iterations),
        };
        write!(f, "PKCS#12, {name}, {} iterations", self.iterations)
    }
}
