//! Authorities that somebody else made: continued byte for byte, or refused by name.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test says by a panic that a rule is broken"
)]

#[path = "import/foreign.rs"]
mod foreign;
#[path = "import/names.rs"]
mod names;
#[path = "import/openssl.rs"]
mod openssl;
#[path = "import/refused.rs"]
mod refused;
#[path = "import/succeeded.rs"]
mod succeeded;
mod support;
