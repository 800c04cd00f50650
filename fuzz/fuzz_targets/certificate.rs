//! Certificates, in PEM and DER, and what is copied from them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certwright_fuzz::certificate::holds(data));
