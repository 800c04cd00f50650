//! Without the feature `rsa` no RSA key is generated; those that exist are read and sign all the same.

use super::super::algorithm::KeyType;
use crate::error::{Error, KeyOperation};
use crate::secret::Zeroizing;

pub(super) fn generate(kind: KeyType, _bits: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    Err(Error::UnsupportedKey {
        operation: KeyOperation::Generate,
        algorithm: format!("{kind} without the feature `rsa`"),
    })
}
