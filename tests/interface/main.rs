//! The public interface as an embedder uses it: shared signers, conversions, first certificates, names for reasons.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what broke"
)]
#![allow(clippy::indexing_slicing, reason = "so does an index")]

#[path = "../support/mod.rs"]
mod support;

mod conversions;
mod errors;
mod lists;
mod names;
mod reading;
mod sharing;
#[cfg(feature = "serde")]
mod text;
