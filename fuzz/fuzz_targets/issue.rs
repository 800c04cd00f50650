//! Requests, profiles and authorities of any kind: refused for a reason, or issued as planned.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certwright_fuzz::issue::holds(data));
