//! How long certificates usually live: what is asked for where nobody says a term.

use crate::time::Lifetime;

/// A root: ten years.
pub const ROOT: Lifetime = Lifetime::years(10);

/// A subordinate: three years.
pub const SUBORDINATE: Lifetime = Lifetime::years(3);

/// A leaf that somebody can revoke: 395 days.
pub const LEAF: Lifetime = Lifetime::days(395);

/// An OCSP responder, which nobody can revoke: 30 days.
pub const OCSP_SIGNER: Lifetime = Lifetime::days(30);
