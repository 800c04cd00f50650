//! PEM text: what the readings, the verdicts and two other parsers must agree on.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certwright_fuzz::pem::holds(data));
