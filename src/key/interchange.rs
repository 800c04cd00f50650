//! Keys to and from the types of rustls.

use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};

use super::{Format, PrivateKey, PublicKey};
use crate::error::Error;

impl TryFrom<&PrivateKeyDer<'_>> for PrivateKey {
    type Error = Error;

    fn try_from(key: &PrivateKeyDer<'_>) -> Result<Self, Error> {
        Self::read(key.secret_der(), None)
    }
}

impl PrivateKey {
    /// The key for rustls, **unencrypted**, in PKCS#8. The copy is not wiped when it is dropped.
    ///
    /// # Errors
    ///
    /// Those of [`PrivateKey::danger_plain_der`].
    pub fn danger_rustls(&self) -> Result<PrivateKeyDer<'static>, Error> {
        let der = self.danger_plain_der(Format::Pkcs8)?;
        Ok(PrivatePkcs8KeyDer::from(der.to_vec()).into())
    }
}

impl TryFrom<&SubjectPublicKeyInfoDer<'_>> for PublicKey {
    type Error = Error;

    fn try_from(key: &SubjectPublicKeyInfoDer<'_>) -> Result<Self, Error> {
        Self::from_spki_der(key.as_ref())
    }
}

impl<'a> From<&'a PublicKey> for SubjectPublicKeyInfoDer<'a> {
    fn from(key: &'a PublicKey) -> Self {
        key.spki_der().into()
    }
}
