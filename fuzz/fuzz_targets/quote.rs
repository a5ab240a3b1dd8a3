//! See `affil_fuzz::quote`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::quote(data));
