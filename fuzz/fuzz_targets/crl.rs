//! Certificate revocation lists, in PEM and DER.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certwright_fuzz::crl::holds(data));
