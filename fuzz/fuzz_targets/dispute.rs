//! See `affil_fuzz::dispute`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::dispute(data));
