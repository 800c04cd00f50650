//! What certwright costs, as ratios to the raw primitive and to named peers, measured in one run.
//!
//! `cargo bench --bench ratios -- [--quick] [--only NAME]` prints one line a measure:
//! `name ratio goal verdict`. A ratio is the median over rounds in which both sides alternate, in process
//! CPU time; it does not depend on the machine's speed, and little on what else the machine is doing.

#![allow(missing_docs, reason = "a program")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a measure that cannot run has no result to report"
)]

#[path = "ratios/harness.rs"]
mod harness;
#[path = "ratios/issue.rs"]
mod issue;

use harness::{Bench, Options};

type Measure = (&'static str, fn() -> Bench);

const MEASURES: &[Measure] =
    &[("issue_p256", issue::against_raw_ring), ("issue_p256_vs_rcgen", issue::against_rcgen)];

fn main() {
    let options = Options::from_arguments(std::env::args().skip(1));
    println!("{:<24} {:>7} {:>7} verdict", "name", "ratio", "goal");
    for (name, measure) in MEASURES {
        if options.selects(name) {
            println!("{}", measure().run(name, &options));
        }
    }
}
