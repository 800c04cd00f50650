//! What is issued, and what is refused: one test per rule.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what broke"
)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "so does an index")]

#[path = "../support/mod.rs"]
mod support;

mod extensions;
mod names;
mod refusals;
mod serials;
mod validity;
