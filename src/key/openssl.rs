//! Which encryption OpenSSL 3.0 opens, which was measured.

use super::cipher::Cipher;
use super::kdf::{Kdf, scrypt_memory};
use super::scheme::{Derivation, EncryptionScheme, Scheme};

impl EncryptionScheme {
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
            Scheme::Unsupported(found) => found.legacy,
        }
    }

    /// Whether the passphrase is stretched by scrypt, which OpenSSL knows and may lack the memory for.
    pub(crate) fn is_scrypt(&self) -> bool {
        matches!(self.0, Scheme::Pbes2 { kdf: Kdf::Scrypt { .. }, .. })
    }

    fn openssl(&self) -> Option<bool> {
        match &self.0 {
            Scheme::Pbes2 { kdf, cipher, .. } => Some(openssl_derives(kdf) && openssl_has(*cipher)),
            Scheme::Legacy { derivation, cipher } => {
                Some(openssl_knows(derivation, *cipher) && openssl_has(*cipher))
            }
            Scheme::Unsupported(found) => found.openssl,
        }
    }
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
