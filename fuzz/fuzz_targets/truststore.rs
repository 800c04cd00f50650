//! Truststores, judged by every reader's rules.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certwright_fuzz::truststore::holds(data));
