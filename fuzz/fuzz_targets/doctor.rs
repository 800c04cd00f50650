//! Files of every kind, described and diagnosed.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certwright_fuzz::doctor::holds(data));
