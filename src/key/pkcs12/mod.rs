//! PKCS#12 (RFC 7292), read and written. Without the feature `pkcs12` a wall stands in its place.

mod archive;
mod bag;
mod ber;
mod hmac;
mod mac;
mod write;

pub(crate) use self::archive::{Archive, Opened, Outside};
pub(super) use self::archive::{keys, open_key, open_named_key};
pub(crate) use self::bag::{Labels, displayed};
pub(crate) use self::write::{Entry, Value, archive as write};

use crate::error::Error;

const WHAT: &str = "a PKCS#12 file";

fn malformed(reason: &'static str) -> Error {
    Error::decode(WHAT, reason)
}
