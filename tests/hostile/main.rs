//! Input made to exhaust whoever reads it: answered with a typed error, or read, in bounded memory and time.
//!
//! The bounds are real: the tests of this file share a process that may not have more memory than [`MEMORY`], nor compute
//! for longer than [`SECONDS`], and whatever asks for more ends it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test says by a panic what broke"
)]

mod repeated;
mod stores;
mod structures;
mod text;

use std::sync::Once;

/// What the tests may have together: the input of 100 MB takes some of it, and several tests run at a time.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 3 << 30;

/// What the tests may compute together, unoptimised: several times what they do.
#[cfg(target_os = "linux")]
const SECONDS: u64 = 180;

/// Bounds the memory and the computing time of this process, once.
fn bounded() {
    static BOUNDED: Once = Once::new();
    BOUNDED.call_once(|| {
        #[cfg(target_os = "linux")]
        {
            use rustix::process::{Resource, Rlimit, setrlimit};
            for (resource, most) in [(Resource::As, MEMORY), (Resource::Cpu, SECONDS)] {
                let limit = Rlimit { current: Some(most), maximum: Some(most) };
                setrlimit(resource, limit).expect("a limit of its own");
            }
        }
    });
}
