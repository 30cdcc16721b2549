//! Any bytes as a token, a key set, a discovery document or the answer of a token endpoint.
//!
//!     cargo +nightly fuzz run oidc_token
//!
//! `tests/oidc_fuzz.rs` does the same with random input on any compiler, as part of `cargo test`.

#![no_main]

mod exercise;

libfuzzer_sys::fuzz_target!(|data: &[u8]| exercise::exercise(data));
