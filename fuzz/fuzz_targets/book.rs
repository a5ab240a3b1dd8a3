//! See `affil_fuzz::book`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::book(data));
