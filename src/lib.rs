//! A certificate authority to embed: root, subordinate and leaf certificates, truststores, chains and private
//! keys in every format people have, without OpenSSL.
//!
//! The whole journey, from an empty folder to a client that an API with mutual TLS lets in:
//!
//! ```standalone_crate
//! use certwright::profile::{Leaf, Root, Subordinate};
//! use certwright::truststore::{Rules, Truststore};
//! use certwright::{
//!     Authority, Export, KeyType, Ledger, Lifetime, Passphrase, PendingAuthority, PrivateKey, Request, Subject,
//!     Timestamp,
//! };
//!
//! # let folder = tempfile::tempdir()?;
//! # std::env::set_current_dir(&folder)?;
//! # std::fs::write("ca.pass", "for the authorities\n")?;
//! # std::fs::write("payments.pass", "for the client\n")?;
//! let ca_passphrase = Passphrase::from_file("ca.pass")?;
//! # #[cfg(not(feature = "sqlite"))]
//! # let ledger = Ledger::in_memory();
//! # #[cfg(feature = "sqlite")]
//! let ledger = Ledger::open("sqlite:ca.db")?;
//!
//! // A root vouches for authorities. Its key is on disk, encrypted, before it signs anything.
//! let root = Authority::root(
//!     &Root::new(Lifetime::years(10)),
//!     Subject::common_name("Example Root CA")?,
//!     PrivateKey::create("root.key", KeyType::EcdsaP256, &ca_passphrase)?, // or any `impl Signer`
//!     &ledger,
//! )?;
//!
//! // A subordinate is pending until someone certifies it; a pending authority cannot issue.
//! let pending = PendingAuthority::new(
//!     Subject::common_name("Example Clients CA")?,
//!     PrivateKey::create("clients.key", KeyType::EcdsaP256, &ca_passphrase)?,
//! )?;
//! let chain = root.certify(&Subordinate::new(Lifetime::years(3)), pending.csr())?;
//! let clients = pending.activate(chain, &ledger)?; // on failure the error gives the pending authority back
//!
//! // Preparing builds and lints; nothing is signed until `sign`, which consumes the preparation:
//! // what was linted is what is signed, once. `issue` does both.
//! # #[cfg(not(feature = "rsa"))]
//! # let key = PrivateKey::generate(KeyType::Ed25519)?;
//! # #[cfg(feature = "rsa")]
//! let key = PrivateKey::generate(KeyType::Rsa2048)?;
//! let request = Request::new(key.public_key())
//!     .subject(Subject::common_name("payments")?)
//!     .dns("payments.example.com")?;
//! let leaf = clients.prepare(&Leaf::client(Lifetime::days(395)), request)?.sign()?;
//!
//! let truststore = Truststore::assemble([clients.chain()], &Rules::api_gateway(), Timestamp::now())?;
//!
//! // Only an encrypted key can be exported without saying `danger`; the client gets a passphrase of its own.
//! Export::to("out/payments")
//!     .chain(leaf.chain())
//!     .key(key.encrypt(&Passphrase::from_file("payments.pass")?)?)
//!     .truststore(&truststore)
//!     .write()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `rsa` | yes | generation of RSA keys; signing with them needs no feature |
//! | `legacy-keys` | yes | reading of keys under encryption that is no longer written |
//! | `sqlite` | | [`Ledger::open`] with `sqlite:PATH` |
//! | `pkcs12` | | reading and writing of `.p12` files |
//! | `serde` | | what has a text form ([`Lifetime`], [`Subject`], [`Serial`] …) as a string, both ways, and what has one to be shown ([`Algorithm`], [`EncryptionScheme`] …) one way; `Serialize` for [`Finding`], [`Plan`] and the reports of [`inspect`] and [`Csr`]; [`profile`] settings for configuration files |
//! | `idna` | | `DnsName::from_unicode`: names in any script, stored as A-labels |
//! | `cli` | | the program |
//!
//! A feature adds to the interface and never changes what is there.

mod authority;
mod baseline;
mod certificate;
pub mod chain;
mod container;
mod crl;
mod csr;
mod der;
mod digest;
pub mod doctor;
mod error;
mod export;
pub mod file;
mod finding;
pub mod inspect;
mod interchange;
mod issue;
mod key;
mod ledger;
pub mod lint;
mod name;
mod oid;
pub mod pem;
#[cfg(feature = "pkcs12")]
pub mod pkcs12;
pub mod profile;
mod random;
mod secret;
mod serial;
mod signer;
mod tbs;
#[cfg(feature = "serde")]
mod text;
mod time;
mod timestamp;
pub mod truststore;
mod validity;

pub use authority::{ActivationError, Authority, PendingAuthority};
pub use certificate::{
    AuthorityKeyId, BasicConstraints, Certificate, ExtendedKeyUsage, Extension, GeneralName, KeyUsage,
    NameConstraints, PolicyConstraints, SignatureAlgorithm,
};
pub use crl::{Crl, CrlReason, Revoked};
pub use csr::{Answer, Csr, CsrAttribute, CsrBuilder, CsrReport, Item, Verdict};
pub use digest::Fingerprint;
pub use error::{Cause, Error, Found, KeyOperation, NotText, PemFault};
pub use export::Export;
pub use finding::{Finding, Severity};
pub use issue::{Issued, Origin, Plan, PlannedField, Prepared, Request};
pub use key::{
    Algorithm, EncryptedKey, Encryption, EncryptionScheme, Format, FoundKey, KdfLimits, KeyType, PrivateKey,
    PublicKey, Strength, VerifyError,
};
pub use ledger::{Compromise, Entry, Ledger, Predecessor, State, Succession};
pub use name::{AltName, Attribute, DnsName, EmailAddress, Subject, Uri};
pub use oid::Oid;
pub use secret::{Passphrase, Zeroizing};
pub use serial::Serial;
pub use signer::{Signer, SignerError};
pub use time::{Clock, Lifetime, SystemClock, Window};
pub use timestamp::Timestamp;
pub use validity::{Bound, BoundedBy, Granted};
