//! Each cause of curl's error 58, made at test time: curl fails with the documented message, doctor names exactly that
//! cause, and curl is answered with the repaired files. What is not a cause is held against curl, too; and what OpenSSL,
//! nginx and HAProxy say of a client that they refuse.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says by a panic that a rule is broken")]

mod doctor {
    pub(crate) mod alone;
    #[cfg(feature = "pkcs12")]
    pub(crate) mod archives;
    pub(crate) mod bench;
    pub(crate) mod blocks;
    pub(crate) mod causes;
    pub(crate) mod chains;
    pub(crate) mod innocent;
    pub(crate) mod itself;
    pub(crate) mod pairs;
    pub(crate) mod refusals;
    pub(crate) mod strength;
    pub(crate) mod twins;
    pub(crate) mod unchecked;
}
mod support;
