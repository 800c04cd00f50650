//! The properties that fuzzing tries to break. Each is a function over bytes that panics where it does not hold.
//!
//! `fuzz_targets/` feeds them what libFuzzer invents; `tests/fuzz_replay.rs` and the property tests of the library
//! run the same functions on stable Rust.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "so a property says that it does not hold"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "an overflow fails the property, as it should"
)]
#![allow(unreachable_pub, reason = "public in the fuzz crate, private where tests include it")]

mod bag;
pub mod certificate;
pub mod chain;
pub mod crl;
pub mod csr;
pub mod doctor;
pub mod encrypted_key;
pub mod issue;
pub mod name;
pub mod pem;
#[cfg(feature = "pkcs12")]
pub mod pkcs12;
#[cfg(feature = "serde")]
pub mod settings;
pub mod truststore;

/// A property over untrusted bytes.
pub type Property = fn(&[u8]);

/// Every target by its name, which is also that of its corpus and of its file in `fuzz_targets`.
pub const TARGETS: &[(&str, Property)] = &[
    ("certificate", certificate::holds),
    ("chain", chain::holds),
    ("crl", crl::holds),
    ("csr", csr::holds),
    ("doctor", doctor::holds),
    ("encrypted_key", encrypted_key::holds),
    ("issue", issue::holds),
    ("name", name::holds),
    ("pem", pem::holds),
    #[cfg(feature = "pkcs12")]
    ("pkcs12", pkcs12::holds),
    #[cfg(feature = "serde")]
    ("settings", settings::holds),
    ("truststore", truststore::holds),
];

/// The element that a byte chooses.
fn pick<T: Clone>(list: &[T], choice: u8) -> T {
    list[usize::from(choice) % list.len()].clone()
}
