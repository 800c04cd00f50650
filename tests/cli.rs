//! The program, from the outside: files, modes, exit codes and the JSON document. One test for each rule.

#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says by a panic that a rule is broken"
)]

#[path = "cli/authorities.rs"]
mod authorities;
#[path = "cli/ceremony.rs"]
mod ceremony;
#[path = "cli/described.rs"]
mod described;
#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/hints.rs"]
mod hints;
#[cfg(unix)]
#[path = "cli/inputs.rs"]
mod inputs;
#[path = "cli/inspect.rs"]
mod inspect;
#[path = "cli/keys.rs"]
mod keys;
#[path = "cli/leaves.rs"]
mod leaves;
#[path = "cli/outputs.rs"]
mod outputs;
#[path = "cli/passphrases.rs"]
mod passphrases;
#[path = "cli/practice.rs"]
mod practice;
#[path = "cli/profiles.rs"]
mod profiles;
#[path = "cli/quickstart.rs"]
mod quickstart;
#[path = "cli/refusals.rs"]
mod refusals;
#[path = "cli/renewed.rs"]
mod renewed;
#[path = "cli/requests.rs"]
mod requests;
#[path = "cli/speech.rs"]
mod speech;
#[path = "cli/stage.rs"]
mod stage;
#[path = "cli/stores.rs"]
mod stores;
#[path = "cli/succession.rs"]
mod succession;
#[cfg(target_os = "linux")]
#[path = "cli/terminal.rs"]
mod terminal;

#[cfg(target_os = "linux")]
mod support;
