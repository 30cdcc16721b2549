//! Any bytes as a response to verify.
//!
//!     cargo +nightly fuzz run saml_response
//!
//! `tests/saml_fuzz.rs` does the same with mutated responses on any compiler, as part of
//! `cargo test`.

#![no_main]

mod exercise;

libfuzzer_sys::fuzz_target!(|data: &[u8]| exercise::exercise(data, None));
