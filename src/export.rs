//! Handing a certificate over: files that belong together, written together.

use std::path::{Path, PathBuf};

use crate::chain::{self, Chain};
use crate::error::Error;
use crate::file::{Access, Batch, Overwrite};
use crate::key::{EncryptedKey, Format, PrivateKey, PublicKey};
use crate::secret::Zeroizing;
use crate::truststore::Truststore;

/// A folder for whoever will use the certificate.
///
/// - `crt.pem`: the certificate, then its intermediates, without the root: what a TLS client or server presents;
/// - `private.pem`: its private key, readable by the owner only;
/// - `truststore.pem`: the other side's truststore, where one is given.
///
/// A plain key cannot be given by accident:
///
/// ```compile_fail
/// # fn export(chain: &certwright::chain::Chain, key: certwright::PrivateKey) -> Result<(), certwright::Error> {
/// certwright::Export::to("out").chain(chain).key(key).write()
/// # }
/// ```
///
/// ```
/// # fn export(chain: &certwright::chain::Chain, key: certwright::EncryptedKey) -> Result<(), certwright::Error> {
/// certwright::Export::to("out").chain(chain).key(key).write()
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is written until `write`"]
pub struct Export {
    folder: PathBuf,
    chain: Option<Chain>,
    key: Option<Key>,
    truststore: Option<String>,
    overwrite: Overwrite,
}

struct Key {
    /// None where the key is closed.
    public_key: Option<PublicKey>,
    pem: Zeroizing<String>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({:?})", self.public_key)
    }
}

impl Export {
    /// An export into this folder, which is made where it does not exist.
    pub fn to(folder: impl AsRef<Path>) -> Self {
        let folder = folder.as_ref().to_owned();
        Self { folder, chain: None, key: None, truststore: None, overwrite: Overwrite::Refuse }
    }

    /// The certificate and its issuers.
    pub fn chain(mut self, chain: &Chain) -> Self {
        self.chain = Some(chain.clone());
        self
    }

    /// The private key, encrypted. One that was [read](EncryptedKey::read) is closed: whether it is the certificate's is
    /// not checked.
    pub fn key(mut self, key: EncryptedKey) -> Self {
        let pem = Zeroizing::new(key.to_pem());
        self.key = Some(Key { public_key: key.public_key().cloned(), pem });
        self
    }

    /// The private key, readable by everybody who reads the file.
    ///
    /// # Errors
    ///
    /// Those of [`PrivateKey::danger_plain_pem`].
    pub fn danger_plain_key(mut self, key: &PrivateKey) -> Result<Self, Error> {
        let pem = key.danger_plain_pem(Format::Pkcs8)?;
        self.key = Some(Key { public_key: Some(key.public_key().clone()), pem });
        Ok(self)
    }

    /// The truststore by which the other side recognises this certificate.
    pub fn truststore(mut self, truststore: &Truststore) -> Self {
        self.truststore = Some(truststore.to_pem());
        self
    }

    /// What to do with files that are there already: by default they are left alone and nothing is written.
    pub fn overwrite(mut self, overwrite: Overwrite) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// Writes all files, or none.
    ///
    /// # Errors
    ///
    /// [`Error::Chain`] where no chain was given, or that of a root alone, which nobody presents;
    /// [`Error::KeyMismatch`]; [`Error::Exists`], [`Error::Write`].
    pub fn write(self) -> Result<(), Error> {
        let Self { folder, chain, key, truststore, overwrite } = self;
        let refused = |reason: &str| Error::Chain { reason: reason.to_owned() };
        let chain = chain.ok_or_else(|| refused("there is nothing to export"))?;
        if chain.presented().is_empty() {
            return Err(refused("a root alone is not presented to anybody; it belongs into truststores"));
        }
        let mut batch = Batch::new(overwrite);
        let presented = chain::to_pem(chain.presented());
        batch.stage(&folder.join("crt.pem"), presented.as_bytes(), Access::Everyone)?;
        if let Some(key) = key {
            if let Some(public) = &key.public_key {
                public.require_match(chain.certificate().public_key())?;
            }
            batch.stage(&folder.join("private.pem"), key.pem.as_bytes(), Access::Owner)?;
        }
        if let Some(pem) = truststore {
            batch.stage(&folder.join("truststore.pem"), pem.as_bytes(), Access::Everyone)?;
        }
        batch.commit()
    }
}
