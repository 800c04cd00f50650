//! Distinguished and DNS names, in DER and as text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certwright_fuzz::name::holds(data));
