//! The door to PKCS#12, which is a feature.

use crate::certificate::Certificate;
use crate::error::Error;
use crate::secret::Passphrase;

/// What an archive holds: its certificates, and whether private keys are among them.
pub(super) struct Archived {
    pub(super) certificates: Vec<Certificate>,
    pub(super) has_keys: bool,
}

#[cfg(feature = "pkcs12")]
pub(super) fn open(der: &[u8], passphrase: Option<&Passphrase>) -> Result<Archived, Error> {
    let contents = crate::pkcs12::open(der, passphrase)?;
    Ok(Archived { certificates: contents.certificates, has_keys: !contents.keys.is_empty() })
}

#[cfg(not(feature = "pkcs12"))]
pub(super) fn open(_: &[u8], _: Option<&Passphrase>) -> Result<Archived, Error> {
    Err(Error::Unexpected {
        expected: "a certificate",
        found: crate::error::Found::Structures { list: "a PKCS#12 file".to_owned() },
    })
}
