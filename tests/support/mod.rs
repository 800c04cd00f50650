//! What integration tests share: real programs, real servers, and certificates made by openssl.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::expect_used, clippy::panic, reason = "a helper that fails ends the test that asked for it")]

pub(crate) mod curl;
pub(crate) mod der;
pub(crate) mod haproxy;
pub(crate) mod openssl;
pub(crate) mod peers;
pub(crate) mod pki;
pub(crate) mod scene;
pub(crate) mod servers;
pub(crate) mod signers;
pub(crate) mod sloppy;
