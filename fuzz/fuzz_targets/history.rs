//! See `affil_fuzz::history`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::history(data));
