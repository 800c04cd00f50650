//! Private keys sealed with a passphrase: EncryptedPrivateKeyInfo (RFC 5958 section 3) under PBES2 (RFC 8018).

use std::fmt;

use super::cipher::{self, Cipher};
use super::hash::Hash;
use super::kdf::{Kdf, KdfLimits};
use super::public::PublicKey;
use super::scheme::{EncryptionScheme, Scheme};
use super::{PrivateKey, scheme_id};
use crate::der::{self, tag};
use crate::error::{Error, KeyOperation};
use crate::pem;
use crate::random;
use crate::secret::{Passphrase, Zeroizing};

/// How to encrypt a private key. The cipher is always AES-256 in CBC mode, which every reader of PBES2 knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encryption {
    /// PBKDF2 with HMAC-SHA-256 and 600,000 iterations: read by everything since 2010. Prefer it.
    #[default]
    Pbkdf2,
    /// PBKDF2 with another number of iterations, for readers on slow devices or for comparisons; 0 counts as 1.
    Pbkdf2Iterations(u32),
    /// scrypt with r=8 and p=1. Above `log_n` 14, OpenSSL 3.0 and so curl cannot open the key.
    Scrypt {
        /// log2 of N: 14 asks for 16 MiB, each step more for twice as much; 0 counts as 1.
        log_n: u8,
    },
}

/// PBKDF2 iterations: what OWASP's sheet of 2023 asks for with HMAC-SHA-256.
pub(super) const ITERATIONS: u64 = 600_000;

impl Encryption {
    fn kdf(self) -> Result<Kdf, Error> {
        let salt = random::bytes::<16>()?.to_vec();
        let pbkdf2 = |iterations| Kdf::Pbkdf2 { prf: Hash::Sha256, salt: salt.clone(), iterations };
        Ok(match self {
            Self::Pbkdf2 => pbkdf2(ITERATIONS),
            Self::Pbkdf2Iterations(iterations) => pbkdf2(iterations.max(1).into()),
            Self::Scrypt { log_n } => Kdf::Scrypt { salt, log_n: log_n.max(1), r: 8, p: 1 },
        })
    }

    /// The octets encrypted: the DER of the AlgorithmIdentifier, the cipher text, and the scheme.
    pub(super) fn seal(
        self,
        passphrase: &Passphrase,
        plain: &[u8],
    ) -> Result<(Vec<u8>, Vec<u8>, EncryptionScheme), Error> {
        if passphrase.reveal().is_empty() {
            return Err(Error::PassphraseEmpty);
        }
        let (kdf, iv) = (self.kdf()?, random::bytes::<16>()?);
        let mut key = Zeroizing::new(vec![0; Cipher::Aes256.key_length()]);
        kdf.derive(passphrase.reveal(), &KdfLimits::default(), &mut key)
            .map_err(|error| error.in_operation(KeyOperation::Encrypt))?;
        let sealed = cipher::encrypt_aes256(&key, &iv, plain)
            .ok_or(Error::Crypto { operation: "encrypt the private key" })?;
        let algorithm = scheme_id::encode(&kdf, &iv)?;
        let scheme = EncryptionScheme(Scheme::Pbes2 { kdf, cipher: Cipher::Aes256, iv: iv.to_vec() });
        Ok((algorithm, sealed, scheme))
    }
}

/// A private key that is encrypted: the only form in which one is exported without saying `danger`.
#[derive(Clone)]
pub struct EncryptedKey {
    der: Vec<u8>,
    pem: String,
    scheme: EncryptionScheme,
    public: PublicKey,
}

impl EncryptedKey {
    /// The EncryptedPrivateKeyInfo in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The same as an `ENCRYPTED PRIVATE KEY` block of PEM.
    #[must_use]
    pub fn to_pem(&self) -> &str {
        &self.pem
    }

    /// The public part of the key inside.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// How the key is encrypted.
    #[must_use]
    pub fn scheme(&self) -> &EncryptionScheme {
        &self.scheme
    }
}

impl AsRef<[u8]> for EncryptedKey {
    fn as_ref(&self) -> &[u8] {
        self.der()
    }
}

impl fmt::Debug for EncryptedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptedKey({}, {:?})", self.scheme, self.public)
    }
}

impl PrivateKey {
    /// Encrypts the key at today's strength: PBES2 with PBKDF2-HMAC-SHA256, 600,000 iterations, and AES-256-CBC.
    ///
    /// # Errors
    ///
    /// [`Error::PassphraseEmpty`]; [`Error::Random`].
    pub fn encrypt(&self, passphrase: &Passphrase) -> Result<EncryptedKey, Error> {
        self.encrypt_with(passphrase, Encryption::default())
    }

    /// Encrypts the key in the way chosen.
    ///
    /// # Errors
    ///
    /// [`Error::PassphraseEmpty`]; [`Error::Random`]; [`Error::KeyDerivationLimit`] for more work than
    /// [`PrivateKey::read`] does to open the key.
    pub fn encrypt_with(
        &self,
        passphrase: &Passphrase,
        encryption: Encryption,
    ) -> Result<EncryptedKey, Error> {
        let (algorithm, sealed, scheme) = encryption.seal(passphrase, &self.der)?;
        let der = der::sequence(&[algorithm, der::element(tag::OCTET_STRING, &sealed)]);
        let pem = pem::encode("ENCRYPTED PRIVATE KEY", &der).to_string();
        Ok(EncryptedKey { der, pem, scheme, public: self.public.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyType;

    /// A last block that was damaged ends in 01 once in 256 times, which is a padding, too.
    #[test]
    fn damage_that_looks_like_a_shorter_padding_is_no_wrong_passphrase() {
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let passphrase = Passphrase::from_bytes(b"hunter2".to_vec()).unwrap();
        for behind in 1..16 {
            let opened = [&key.der[..], &vec![0xa5; behind]].concat();
            let (algorithm, sealed, _) = Encryption::Pbkdf2Iterations(1).seal(&passphrase, &opened).unwrap();
            let damaged = der::sequence(&[algorithm, der::element(tag::OCTET_STRING, &sealed)]);
            let error = PrivateKey::read(&damaged, Some(&passphrase)).unwrap_err();
            assert_eq!(error.kind(), "decode", "{behind}: {error}");
        }
    }
}
