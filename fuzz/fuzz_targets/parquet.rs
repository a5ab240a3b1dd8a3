//! See `affil_fuzz::parquet`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::parquet(data));
