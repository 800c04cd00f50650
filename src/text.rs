//! Types with a text form, for serde: written by `Display`, read by `FromStr`.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::crl::CrlReason;
use crate::digest::Fingerprint;
use crate::key::{Format, KeyType};
use crate::name::{AltName, DnsName, EmailAddress, Subject, Uri};
use crate::oid::Oid;
use crate::serial::Serial;
use crate::time::Lifetime;
use crate::timestamp::Timestamp;

macro_rules! as_text {
    ($($name:ident),+ $(,)?) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

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
