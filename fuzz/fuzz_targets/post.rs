//! See `affil_fuzz::post`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::post(data));
