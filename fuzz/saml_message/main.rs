//! Any bytes as metadata, query or form field.
//!
//!     cargo +nightly fuzz run saml_message
//!
//! `tests/saml_fuzz.rs` does the same with mutated messages on any compiler, as part of
//! `cargo test`.

#![no_main]

mod exercise;

libfuzzer_sys::fuzz_target!(|data: &[u8]| exercise::exercise(data));
