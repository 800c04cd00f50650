//! Private keys sealed with a passphrase: EncryptedPrivateKeyInfo (RFC 5958 section 3) under PBES2 (RFC 8018).

use std::fmt;
use std::path::Path;

use super::cipher::{self, Cipher};
use super::hash::Hash;
use super::kdf::{Kdf, KdfLimits};
use super::public::PublicKey;
use super::scheme::{EncryptionScheme, Scheme};
use super::{PrivateKey, read, scheme_id};
use crate::container::{self, Kind};
use crate::der::{self, tag};
use crate::error::{Error, KeyOperation};
use crate::file;
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
        Ok(self.salted(random::bytes::<16>()?.to_vec()))
    }

    fn salted(self, salt: Vec<u8>) -> Kdf {
        let iterations = match self {
            Self::Pbkdf2 => ITERATIONS,
            Self::Pbkdf2Iterations(iterations) => iterations.max(1).into(),
            Self::Scrypt { log_n } => return Kdf::Scrypt { salt, log_n: log_n.max(1), r: 8, p: 1 },
        };
        Kdf::Pbkdf2 { prf: Hash::Sha256, salt, iterations }
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

/// The same as of the [`EncryptionScheme`] that comes out of it.
impl fmt::Display for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PBES2, {}, {}", self.salted(Vec::new()), Cipher::Aes256)
    }
}

/// A private key that is encrypted: the only form in which one is exported without saying `danger`.
#[derive(Clone)]
pub struct EncryptedKey {
    der: Vec<u8>,
    scheme: EncryptionScheme,
    public: Option<PublicKey>,
}

impl EncryptedKey {
    /// Takes the first private key that is encrypted in PKCS#8 out of PEM or DER, as it stands there: no passphrase is
    /// needed, and whether one opens it is not known. How well it is encrypted, its [scheme](Self::scheme) tells.
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] where there is none; [`Error::Pem`], [`Error::Decode`], [`Error::TrailingBytes`],
    /// [`Error::TooLarge`].
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        const EXPECTED: &str = "a private key encrypted in PKCS#8";
        let items = container::items_for(EXPECTED, bytes)?;
        let other = || container::unexpected(EXPECTED, &items);
        let item = items.iter().find(|item| item.kind == Kind::EncryptedPkcs8).ok_or_else(other)?;
        let (scheme, _sealed) = read::sealed(&item.der).map_err(|error| item.locate(error))?;
        Ok(Self { der: item.der.to_vec(), scheme, public: None })
    }

    /// The same out of a file.
    ///
    /// # Errors
    ///
    /// Those of [`EncryptedKey::read`], and [`Error::Read`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::read(&file::read(path)?).map_err(|error| error.at(path.display()))
    }

    /// The EncryptedPrivateKeyInfo in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The same as an `ENCRYPTED PRIVATE KEY` block of PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode_public("ENCRYPTED PRIVATE KEY", &self.der)
    }

    /// The public part of the key inside; none for one that was read, which is closed.
    #[must_use]
    pub fn public_key(&self) -> Option<&PublicKey> {
        self.public.as_ref()
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
        match &self.public {
            Some(public) => write!(f, "EncryptedKey({}, {public:?})", self.scheme),
            None => write!(f, "EncryptedKey({})", self.scheme),
        }
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
        Ok(EncryptedKey { der, scheme, public: Some(self.public.clone()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyType;

    #[test]
    fn an_encryption_says_what_it_makes() {
        let key = PrivateKey::generate(KeyType::Ed25519).unwrap();
        let passphrase = Passphrase::generate().unwrap();
        for (encryption, said) in [
            (Encryption::Pbkdf2, "PBES2, PBKDF2-HMAC-SHA256, 600000 iterations, AES-256-CBC"),
            (Encryption::Pbkdf2Iterations(0), "PBES2, PBKDF2-HMAC-SHA256, 1 iteration, AES-256-CBC"),
            (Encryption::Scrypt { log_n: 4 }, "PBES2, scrypt N=2^4 r=8 p=1, AES-256-CBC"),
        ] {
            let sealed = key.encrypt_with(&passphrase, encryption).unwrap();
            assert_eq!(
                (encryption.to_string(), sealed.scheme().to_string()),
                (said.to_owned(), said.to_owned())
            );
        }
    }

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
