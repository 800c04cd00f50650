//! What certwright costs, as ratios to the raw primitive and to named peers, measured in one run.
//!
//! `cargo bench --bench ratios -- [--quick] [--only NAME]` prints one line a measure:
//! `name ratio goal verdict`. A ratio is the median over rounds in which both sides alternate, in process
//! CPU time, for programs that of the child process; it does not depend on the machine's speed, and little on what else the machine is doing.

#![allow(missing_docs, reason = "a program")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a measure that cannot run has no result to report"
)]

#[path = "ratios/chains.rs"]
mod chains;
#[path = "ratios/harness.rs"]
mod harness;
#[path = "ratios/issue.rs"]
mod issue;
#[path = "ratios/keys.rs"]
mod keys;
#[path = "ratios/peer.rs"]
mod peer;
#[path = "ratios/text.rs"]
mod text;

use std::process::ExitCode;

use harness::{Bench, Options};

/// A comparison, or why there is none here.
type Measure = (&'static str, fn() -> Result<Bench, &'static str>);

const MEASURES: &[Measure] = &[
    ("issue_p256", || Ok(issue::against_raw_ring())),
    ("issue_p256_vs_rcgen", || Ok(issue::against_rcgen())),
    ("decrypt_pbkdf2", || Ok(keys::decrypt_against_primitive())),
    ("decrypt_vs_openssl", keys::decrypt_against_openssl),
    ("key_convert_vs_openssl", keys::convert_against_openssl),
    ("key_convert_one_file", keys::convert_one_file_against_openssl),
    ("key_convert_static_glibc", keys::convert_linked_statically_against_openssl),
    ("rsa_2048_vs_openssl", keys::rsa_against_openssl),
    ("order_10000", || Ok(chains::order_against_raw())),
    ("verify_chain", || Ok(chains::verify_against_raw())),
    ("truststore_check_1000", || Ok(chains::check_against_raw())),
    ("truststore_vs_go", chains::load_against_go),
    ("truststore_vs_openssl", chains::load_against_openssl),
    ("pem_1000", || Ok(text::pem_against_its_crate())),
    ("pem_load_vs_openssl", text::load_against_openssl),
];

fn main() -> ExitCode {
    let names: Vec<_> = MEASURES.iter().map(|(name, _)| *name).collect();
    let options = match Options::from_arguments(std::env::args().skip(1), &names) {
        Ok(options) => options,
        Err(wrong) => {
            eprintln!("{wrong}");
            return ExitCode::from(2);
        }
    };
    println!("{:<24} {:>7} {:>7} verdict", "name", "ratio", "goal");
    for (name, measure) in MEASURES {
        if options.selects(name) {
            match measure() {
                Ok(bench) => println!("{}", bench.run(name, &options)),
                Err(reason) => println!("{name:<24} {reason}"),
            }
        }
    }
    ExitCode::SUCCESS
}
