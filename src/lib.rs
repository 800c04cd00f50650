//! A certificate authority to embed.

mod container;
mod der;
mod digest;
mod error;
mod file;
mod finding;
mod key;
mod name;
mod oid;
pub mod pem;
mod random;
mod secret;
mod serial;
mod time;
mod timestamp;

pub use digest::Fingerprint;
pub use error::{Cause, Error, PemFault};
pub use file::{Access, Overwrite};
pub use finding::{Finding, Severity};
pub use key::{
    Algorithm, EncryptedKey, Encryption, EncryptionScheme, Format, KeyType, Limits, PrivateKey, PublicKey,
    Strength, VerifyError,
};
pub use name::{AltName, Attribute, DnsName, EmailAddress, Subject, Uri};
pub use oid::Oid;
pub use secret::Passphrase;
pub use serial::Serial;
pub use time::{Clock, Lifetime, SystemClock};
pub use timestamp::Timestamp;
