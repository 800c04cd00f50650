//! Text of 100 MB. That the work is linear is counted in `src/pem`; here the whole amount is read.

use certwright::pem::{self, Limits, Reading};
use certwright::{Error, PemFault};

use crate::bounded;

const SIZE: usize = 100_000_000;

fn fault(error: Error) -> PemFault {
    match error {
        Error::Pem { fault, .. } => fault,
        other => panic!("{other}"),
    }
}

/// The first fault, and that of reading on after each.
fn faults(start: &str, piece: &str, size: usize) -> (PemFault, PemFault) {
    bounded();
    let mut text = start.to_owned();
    text.push_str(&piece.repeat(size / piece.len()));
    let first = pem::parse(text.as_bytes(), Reading::Tolerant).expect_err("no block is whole");
    let all = pem::verdicts(text.as_bytes(), Reading::Tolerant, &Limits::default());
    let all = match all {
        Ok(mut verdicts) => verdicts.pop().expect("a verdict").into_block().expect_err("no block is whole"),
        Err(error) => error,
    };
    (fault(first), fault(all))
}

#[test]
fn begin_lines_without_end() {
    let (first, all) = faults("", "-----BEGIN A-----\n", SIZE);
    assert!(matches!(first, PemFault::NestedBegin { .. }), "{first}");
    assert_eq!(all, PemFault::Limit { what: "the number of blocks", limit: 65_536 });
}

#[test]
fn nothing_but_dashes() {
    let limit = PemFault::Limit { what: "the length of a line in bytes", limit: 1 << 20 };
    assert_eq!(faults("", "-", SIZE), (limit.clone(), limit));
}

/// A part of the amount: without optimisation, a hundred million lines take long.
#[test]
fn nothing_but_line_ends() {
    assert_eq!(faults("", "\n", SIZE / 50), (PemFault::NoBlock, PemFault::NoBlock));
}

#[test]
fn one_block_without_end() {
    let line = "A".repeat(64) + "\n";
    let limit = PemFault::Limit { what: "the base64 characters of a block", limit: 64 << 20 };
    assert_eq!(faults("-----BEGIN A-----\n", &line, SIZE), (limit.clone(), limit));
}

#[test]
fn one_block_without_end_on_one_line() {
    let limit = PemFault::Limit { what: "the length of a line in bytes", limit: 1 << 20 };
    assert_eq!(faults("-----BEGIN A-----\n", "A", SIZE), (limit.clone(), limit));
}

#[test]
fn text_above_the_limit_is_not_looked_at() {
    bounded();
    let text = vec![b'\n'; Limits::default().bytes + 1];
    let error = pem::parse(&text, Reading::Tolerant).expect_err("too large");
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
}
