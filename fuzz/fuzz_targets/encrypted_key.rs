//! Private keys: PKCS#8, PKCS#1, SEC1, encrypted in old and new ways.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certwright_fuzz::encrypted_key::holds(data));
