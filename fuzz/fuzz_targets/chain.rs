//! Bags of certificates, put in order.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certwright_fuzz::chain::holds(data));
