//! Without the feature nothing is opened; callers ask [`AVAILABLE`] before they get this far.

use super::super::cipher::{Cipher, Garbled};
use super::super::kdf::KdfLimits;
use super::super::scheme::Derivation;
use crate::error::Error;
use crate::secret::Zeroizing;

pub(in super::super) const AVAILABLE: bool = false;

type Opened = Result<Zeroizing<Vec<u8>>, Garbled>;

pub(in super::super) fn decrypt(_cipher: Cipher, _key: &[u8], _iv: &[u8], _data: &[u8]) -> Opened {
    Err(Garbled::Whole)
}

pub(in super::super) fn open(
    _derivation: &Derivation,
    _cipher: Cipher,
    _passphrase: &[u8],
    _limits: &KdfLimits,
    _data: &[u8],
) -> Result<Opened, Error> {
    Ok(Err(Garbled::Whole))
}
