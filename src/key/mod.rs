//! Private and public keys: generated, opened, used and sealed. The door to ring, pkcs8 and the ciphers.

mod algorithm;
mod check;
mod cipher;
mod cipher_id;
mod curve;
mod dek_info;
mod encrypted;
mod explicit;
mod family;
mod format;
mod generate;
mod hash;
mod hmac;
mod identifier;
mod info;
mod kdf;
mod legacy;
mod natural;
mod number;
mod oid;
mod openssl;
#[cfg(feature = "pkcs12")]
pub(crate) mod pkcs12;
#[cfg(not(feature = "pkcs12"))]
#[path = "pkcs12/wall.rs"]
mod pkcs12;
#[cfg(any(feature = "legacy-keys", feature = "pkcs12"))]
mod pkcs12_kdf;
mod pss;
mod public;
mod read;
mod regular;
mod relations;
mod rfc8410;
mod rsa_numbers;
mod scheme;
mod scheme_id;
mod sec1;
mod shape;
mod signing;
mod strange;
mod strength;
mod understand;
mod unusual;
mod verify;
mod weak;

pub use self::algorithm::{Algorithm, KeyType};
pub use self::encrypted::{EncryptedKey, Encryption};
pub use self::format::Format;
pub use self::kdf::KdfLimits;
pub use self::public::PublicKey;
pub use self::read::FoundKey;
pub use self::scheme::EncryptionScheme;
pub use self::strength::Strength;
pub use self::verify::VerifyError;

pub(crate) use self::pss::strength as pss_strength;
pub(crate) use self::public::Identity;
pub(crate) use self::strange::Strange;
pub(crate) use self::weak::Weakness;

use std::fmt;
use std::path::Path;
use std::sync::OnceLock;

use self::signing::SigningKey;
use crate::error::{Error, KeyOperation};
use crate::file::{self, Access, Overwrite};
use crate::secret::{Passphrase, Zeroizing};

/// A private key: wiped on drop, not cloneable, not printable.
///
/// Keys of every kind are read and converted; those of [`KeyType`] also sign. Of a key that signs, two copies of the
/// private numbers exist in memory: ours, which is wiped, and that of ring, which is not. ring gets an RSA key when it
/// first signs, and all others when they are read.
///
/// ```compile_fail
/// # use certwright::{KeyType, PrivateKey};
/// let key = PrivateKey::generate(KeyType::Ed25519)?;
/// println!("{}", key);
/// # Ok::<(), certwright::Error>(())
/// ```
///
/// ```
/// # use certwright::{KeyType, PrivateKey};
/// let key = PrivateKey::generate(KeyType::Ed25519)?;
/// println!("{:?}", key); // prints the algorithm and the fingerprint of the public key
/// # Ok::<(), certwright::Error>(())
/// ```
///
/// ```compile_fail
/// # use certwright::{KeyType, PrivateKey};
/// let key = PrivateKey::generate(KeyType::Ed25519)?;
/// let copy = key.clone();
/// # Ok::<(), certwright::Error>(())
/// ```
///
/// ```
/// # use certwright::{KeyType, PrivateKey};
/// let key = PrivateKey::generate(KeyType::Ed25519)?;
/// let copy = key.public_key().clone();
/// # Ok::<(), certwright::Error>(())
/// ```
pub struct PrivateKey {
    /// PrivateKeyInfo: as it was read, or as OpenSSL would write it.
    der: Zeroizing<Vec<u8>>,
    public: PublicKey,
    /// None for a key that is only carried. That of RSA is made when it is first asked for: a key that is only
    /// converted has no second copy, and needs nothing of what ring computes for it.
    signing: OnceLock<Option<SigningKey>>,
    /// What few others read, where it was read from that.
    strange: Option<Strange>,
}

impl PrivateKey {
    /// The form that it was read from, where OpenSSL 3.0 does not read it.
    pub(crate) fn strange(&self) -> Option<Strange> {
        self.strange
    }

    fn read_from(self, strange: Option<Strange>) -> Self {
        Self { strange: self.strange.or(strange), ..self }
    }

    /// Draws a new key. RSA takes a while: tens of milliseconds for 2048 bits, seconds for 4096.
    ///
    /// # Errors
    ///
    /// [`Error::UnsupportedKey`] for RSA without the feature `rsa`; [`Error::Random`].
    pub fn generate(kind: KeyType) -> Result<Self, Error> {
        generate::generate(kind)
    }

    /// Draws a new key and writes it, encrypted as by [`PrivateKey::encrypt`], to a file that only its owner reads.
    /// The file is on the disk before the key can sign anything. An existing file is never replaced; folders that are
    /// missing on its path are made.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`], [`Error::Write`]; those of [`PrivateKey::generate`] and [`PrivateKey::encrypt`].
    pub fn create(path: impl AsRef<Path>, kind: KeyType, passphrase: &Passphrase) -> Result<Self, Error> {
        let path = path.as_ref();
        // Before the work; `write` looks again.
        if path.symlink_metadata().is_ok() {
            return Err(Error::Exists { path: path.to_owned() });
        }
        let key = Self::generate(kind)?;
        let pem = key.encrypt(passphrase)?;
        file::write(path, pem.to_pem().as_bytes(), Access::Owner, Overwrite::Refuse)?;
        Ok(key)
    }

    /// Opens the first private key in a file, whatever else stands around it. What the file is, its contents tell,
    /// not its name. A passphrase for a key that is not encrypted is ignored.
    ///
    /// # Errors
    ///
    /// [`Error::Read`], [`Error::TooLarge`]; those of [`PrivateKey::read`], at this path.
    pub fn open(path: impl AsRef<Path>, passphrase: Option<&Passphrase>) -> Result<Self, Error> {
        let path = path.as_ref();
        let bytes = file::read(path)?;
        Self::read(&bytes, passphrase).map_err(|error| error.at(path.display()))
    }

    /// Reads the first private key in PEM or DER: PKCS#8, encrypted or not, PKCS#1, SEC1; PKCS#12 with the feature
    /// `pkcs12`. What cannot be read beside it is passed over, as [`FoundKey::all_with_fault`] describes and reports.
    ///
    /// # Errors
    ///
    /// - [`Error::Unexpected`]: there is no private key.
    /// - [`Error::PassphraseMissing`], [`Error::PassphraseWrong`], [`Error::UnsupportedEncryption`],
    ///   [`Error::KeyDerivationLimit`]: it stays closed. All but the last name the scheme found.
    /// - [`Error::Decode`], [`Error::Pem`], [`Error::InvalidKey`]: it is damaged. [`Error::TrailingBytes`]: something
    ///   follows a structure inside it. What follows the key itself is no error: a line end, a second key or another
    ///   structure in DER, any bytes in a block of PEM. [`Error::TooLarge`]: it is longer than any key.
    ///   [`Error::CurveMissing`]: its curve stands nowhere.
    /// - [`Error::UnsupportedKey`]: it has no public part and certwright cannot compute one, or it is a DSA key by
    ///   itself, as OpenSSL wrote them before PKCS#8.
    pub fn read(bytes: &[u8], passphrase: Option<&Passphrase>) -> Result<Self, Error> {
        Self::read_within(bytes, passphrase, &KdfLimits::default())
    }

    /// The same, with other limits on the work that an encrypted key may ask for, which a passphrase beyond ASCII may
    /// double ([`KdfLimits`]).
    ///
    /// # Errors
    ///
    /// Those of [`PrivateKey::read`].
    pub fn read_within(
        bytes: &[u8],
        passphrase: Option<&Passphrase>,
        limits: &KdfLimits,
    ) -> Result<Self, Error> {
        read::first(bytes, passphrase, limits)
    }

    /// The public part.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs the message, under the algorithm that [`PublicKey::signature_algorithm`] gives for this kind of key.
    /// ECDSA signatures are in DER.
    ///
    /// # Errors
    ///
    /// [`Error::UnsupportedKey`] for a key that certwright carries but does not sign with: of a kind that has no
    /// signature algorithm here, or an RSA key with fewer than 2048 or more than 4096 bits, a length that is no multiple
    /// of 512, an exponent below 65537, or more than two primes. [`Error::Crypto`] where the primes of an RSA key are
    /// none.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.signing_key().ok_or_else(|| self.does_not_sign())?.sign(message)
    }

    /// Fails for a key that [`PrivateKey::sign`] does not sign with.
    pub(crate) fn require_signing(&self) -> Result<(), Error> {
        self.signing_key().map(|_signs| ()).ok_or_else(|| self.does_not_sign())
    }

    fn signing_key(&self) -> Option<&SigningKey> {
        self.signing.get_or_init(|| understand::rsa_signing(&self.der)).as_ref()
    }

    fn does_not_sign(&self) -> Error {
        let algorithm = self.public.algorithm().to_string();
        let algorithm = match understand::peculiarity(&self.der) {
            Some(peculiarity) => format!("{algorithm} and {peculiarity}"),
            None => algorithm,
        };
        Error::UnsupportedKey { operation: KeyOperation::Sign, algorithm }
    }

    fn unsupported(&self, operation: KeyOperation) -> Error {
        Error::UnsupportedKey { operation, algorithm: self.public.algorithm().to_string() }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({}, {})", self.public.algorithm(), self.public.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: [KeyType; 4] = [KeyType::EcdsaP256, KeyType::EcdsaP384, KeyType::Ed25519, KeyType::Rsa2048];

    fn passphrase() -> Passphrase {
        Passphrase::from_bytes(b"correct horse".to_vec()).unwrap()
    }

    fn keys() -> Vec<PrivateKey> {
        let kinds = HERE.into_iter().filter(|kind| cfg!(feature = "rsa") || *kind != KeyType::Rsa2048);
        kinds.map(|kind| PrivateKey::generate(kind).unwrap()).collect()
    }

    #[test]
    fn a_generated_key_signs_what_its_public_part_verifies() {
        for key in keys() {
            let public = PublicKey::from_spki_der(key.public_key().spki_der()).unwrap();
            let (algorithm, signature) =
                (public.signature_algorithm().unwrap(), key.sign(b"message").unwrap());
            public.verify(algorithm, b"message", &signature).unwrap();
            assert_eq!(
                public.verify(algorithm, b"massage", &signature),
                Err(VerifyError::BadSignature),
                "{key:?}"
            );
        }
    }

    #[test]
    fn every_written_form_reads_back_as_the_same_key() {
        for key in keys() {
            let second = match key.public_key().algorithm() {
                Algorithm::Rsa { .. } => Some(Format::Pkcs1),
                Algorithm::EcdsaP256 | Algorithm::EcdsaP384 => Some(Format::Sec1),
                _ => None,
            };
            for format in [Format::Pkcs8].into_iter().chain(second) {
                let pem = key.danger_plain_pem(format).unwrap();
                let read = PrivateKey::read(pem.as_bytes(), None).unwrap();
                assert_eq!(read.der, key.der, "{format} {key:?}");
                let der = key.danger_plain_der(format).unwrap();
                assert_eq!(PrivateKey::read(&der, None).unwrap().der, key.der, "{format} {key:?}");
            }
            let sealed = key.encrypt(&passphrase()).unwrap();
            assert_eq!(sealed.public_key(), Some(key.public_key()));
            for bytes in [sealed.to_pem().as_bytes(), sealed.der()] {
                assert_eq!(PrivateKey::read(bytes, Some(&passphrase())).unwrap().der, key.der);
            }
        }
    }

    #[test]
    fn forms_that_do_not_fit_are_refused_by_name() {
        let key = PrivateKey::generate(KeyType::Ed25519).unwrap();
        for format in [Format::Pkcs1, Format::Sec1] {
            assert_eq!(key.danger_plain_der(format).unwrap_err().kind(), "unsupported-key");
        }
    }

    #[test]
    fn a_sealed_key_stays_closed_without_its_passphrase() {
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let wrong = Passphrase::from_bytes(b"wrong".to_vec()).unwrap();
        for encryption in [Encryption::Pbkdf2, Encryption::Scrypt { log_n: 14 }] {
            let sealed = key.encrypt_with(&passphrase(), encryption).unwrap();
            let missing = PrivateKey::read(sealed.to_pem().as_bytes(), None).unwrap_err();
            let refused = PrivateKey::read(sealed.to_pem().as_bytes(), Some(&wrong)).unwrap_err();
            assert_eq!((missing.kind(), refused.kind()), ("passphrase-missing", "passphrase-wrong"));
            assert!(missing.to_string().contains(&sealed.scheme().to_string()), "{missing}");
        }
    }

    #[test]
    fn a_created_file_is_sealed_private_and_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.key");
        let key = PrivateKey::create(&path, KeyType::EcdsaP256, &passphrase()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), "{text}");
        assert_eq!(PrivateKey::open(&path, Some(&passphrase())).unwrap().der, key.der);
        assert!(matches!(
            PrivateKey::create(&path, KeyType::EcdsaP256, &passphrase()),
            Err(Error::Exists { .. })
        ));
        let missing = PrivateKey::open(&path, None).unwrap_err();
        assert!(missing.to_string().contains("ca.key"), "{missing}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn debug_prints_nothing_private() {
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let public = key.public_key().fingerprint();
        assert_eq!(format!("{key:?}"), format!("PrivateKey(ECDSA P-256, {public})"));
    }

    #[test]
    fn what_is_no_key_is_named() {
        let certificate = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        let error = PrivateKey::read(certificate, None).unwrap_err();
        assert!(
            matches!(error, Error::Unexpected { ref found, .. } if found.to_string() == "a certificate (line 1)"),
            "{error}"
        );
    }
}
