//! The door to PKCS#12 (RFC 7292): open with the feature `pkcs12`, a wall without it.

#[cfg(feature = "pkcs12")]
mod archive;
#[cfg(feature = "pkcs12")]
mod bag;
#[cfg(feature = "pkcs12")]
mod ber;
#[cfg(feature = "pkcs12")]
mod hmac;
#[cfg(feature = "pkcs12")]
mod mac;
#[cfg(not(feature = "pkcs12"))]
mod wall;
#[cfg(feature = "pkcs12")]
mod write;

#[cfg(feature = "pkcs12")]
pub(crate) use self::archive::{Archive, Opened, Outside};
#[cfg(feature = "pkcs12")]
pub(super) use self::archive::{keys, open_key};
#[cfg(feature = "pkcs12")]
pub(crate) use self::bag::Labels;
#[cfg(not(feature = "pkcs12"))]
pub(super) use self::wall::{keys, open_key};
#[cfg(feature = "pkcs12")]
pub(crate) use self::write::{Entry, Value, archive as write};

#[cfg(feature = "pkcs12")]
const WHAT: &str = "a PKCS#12 file";
