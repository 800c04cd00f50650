//! Without the feature nothing in a PKCS#12 file is opened; it is still recognised.

use super::PrivateKey;
use super::kdf::KdfLimits;
use super::scheme::EncryptionScheme;
use crate::error::{Error, KeyOperation};
use crate::secret::Passphrase;

/// One key, of which nothing is known.
#[expect(clippy::unnecessary_wraps, reason = "with the feature it fails on files that are damaged")]
pub(super) fn keys(_bytes: &[u8]) -> Result<Vec<Option<EncryptionScheme>>, Error> {
    Ok(vec![None])
}

pub(super) fn open_key(
    bytes: &[u8],
    number: usize,
    passphrase: Option<&Passphrase>,
    limits: &KdfLimits,
) -> Result<PrivateKey, Error> {
    open_named_key(bytes, number, passphrase, limits).map(|(key, _)| key)
}

pub(super) fn open_named_key(
    _bytes: &[u8],
    _number: usize,
    _passphrase: Option<&Passphrase>,
    _limits: &KdfLimits,
) -> Result<(PrivateKey, Vec<Option<String>>), Error> {
    Err(Error::UnsupportedEncryption {
        operation: KeyOperation::OpenPkcs12,
        scheme: "PKCS#12 (which needs the feature `pkcs12`)".to_owned(),
    })
}
