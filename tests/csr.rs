//! Requests that other people's tools wrote: read, verified, answered wish by wish, and issued for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test says by a panic that a rule is broken"
)]

#[path = "csr/bench.rs"]
mod bench;
#[path = "csr/certtool.rs"]
mod certtool;
#[path = "csr/keytool.rs"]
mod keytool;
#[path = "csr/openssl.rs"]
mod openssl;
#[path = "csr/ours.rs"]
mod ours;
#[path = "csr/pyca.rs"]
mod pyca;
#[path = "csr/sloppy.rs"]
mod sloppy;
mod support;
