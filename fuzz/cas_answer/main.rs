//! Any bytes as what a CAS server, a browser or a stranger sends.
//!
//!     cargo +nightly fuzz run cas_answer
//!
//! `tests/cas_fuzz.rs` does the same with random input on any compiler, as part of `cargo test`.

#![no_main]

mod exercise;

libfuzzer_sys::fuzz_target!(|data: &[u8]| exercise::exercise(data));
