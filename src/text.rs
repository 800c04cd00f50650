//! Types with a text form, for serde: written by `Display`, read by `FromStr` where there is one.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::crl::CrlReason;
use crate::digest::Fingerprint;
use crate::key::{Algorithm, Encryption, EncryptionScheme, Format, KeyType, Strength};
use crate::name::{AltName, DnsName, EmailAddress, Subject, Uri};
use crate::oid::Oid;
use crate::serial::Serial;
use crate::time::Lifetime;
use crate::timestamp::Timestamp;

macro_rules! written_as_text {
    ($($name:ident),+ $(,)?) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+};
}

macro_rules! as_text {
    ($($name:ident),+ $(,)?) => {$(
        written_as_text!($name);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

as_text!(
    AltName,
    CrlReason,
    DnsName,
    EmailAddress,
    Fingerprint,
    Format,
    KeyType,
    Lifetime,
    Oid,
    Serial,
    Subject,
    Timestamp,
    Uri,
);

written_as_text!(Algorithm, Encryption, EncryptionScheme, Strength);
