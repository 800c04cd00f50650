//! Every private key that people have: files made by openssl at test time, and stored ones that it cannot make.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers end the test that called them")]
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "so does a fixture of the wrong size"
)]

mod keys {
    pub(crate) mod dek_info;
    pub(crate) mod described;
    pub(crate) mod empty;
    pub(crate) mod explicit;
    pub(crate) mod judged;
    pub(crate) mod made;
    pub(crate) mod parameters;
    pub(crate) mod read;
    pub(crate) mod refused;
    pub(crate) mod signed;
    pub(crate) mod sloppy;
    pub(crate) mod stored;
    pub(crate) mod written;
}
#[allow(unused, reason = "each test file uses its part of what is shared")]
mod support;
