//! PKCS#12 files in DER and BER.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| certwright_fuzz::pkcs12::holds(data));
