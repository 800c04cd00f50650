//! Profiles as configuration files write them, and what is issued with them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certwright_fuzz::settings::holds(data));
