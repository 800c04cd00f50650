//! The properties that fuzzing tries to break. Each is a function over bytes that panics where it does not hold.
//!
//! `fuzz_targets/` feeds them what libFuzzer invents; `tests/fuzz_replay.rs` and the property tests of the library
//! run the same functions on stable Rust.

pub mod pem;

/// A property over untrusted bytes.
pub type Property = fn(&[u8]);

/// Every target by its name, which is also that of its corpus and of its file in `fuzz_targets`.
pub const TARGETS: &[(&str, Property)] = &[("pem", pem::holds)];
