//! The fuzz target with random input, for a bounded time on any compiler.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a failing test panics")]
#![allow(unreachable_pub, missing_docs, reason = "shared with the fuzzer")]

#[path = "../fuzz/oidc_token/exercise.rs"]
mod exercise;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::seq::SliceRandom as _;
use rand::{Rng as _, RngCore as _, SeedableRng as _};

/// What random input is made of, so that it gets beyond the first check.
const PIECES: [&str; 28] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\u0000",
    "null",
    "true",
    "-1",
    "1e999",
    "\"alg\":\"EdDSA\"",
    "\"alg\":\"HS256\"",
    "\"kid\":\"ed\"",
    "\"iss\":\"https://op.example\"",
    "\"aud\":\"me\"",
    "\"exp\":1767323046",
    "\"iat\":1767323045",
    "\"sub\":\"a\"",
    "\"keys\":[",
    "\"kty\":\"RSA\"",
    "\"n\":\"AQAB\"",
    "\"e\":\"AQAB\"",
    "\"access_token\":\"t\"",
    "\"expires_in\":\"9\"",
    "\"issuer\":\"x\"",
    "é",
];

#[test]
fn no_input_panics_or_is_accepted() {
    let mut random = rand::rngs::StdRng::seed_from_u64(3);
    for round in 0..20_000 {
        let json = |random: &mut rand::rngs::StdRng| -> String {
            (0..random.gen_range(0..20)).map(|_| *PIECES.choose(random).unwrap()).collect()
        };
        let input = match round % 4 {
            0 => {
                let mut bytes = vec![0; random.gen_range(0..200)];
                random.fill_bytes(&mut bytes);
                bytes
            }
            1 => json(&mut random).into_bytes(),
            2 => format!("{{{}}}", json(&mut random)).into_bytes(),
            _ => {
                let part = |text: String| URL_SAFE_NO_PAD.encode(text);
                let header =
                    part(format!("{{\"alg\":\"EdDSA\",\"kid\":\"ed\"{}}}", json(&mut random)));
                let payload = part(format!("{{{}}}", json(&mut random)));
                let mut signature = [0; 64];
                random.fill_bytes(&mut signature);
                format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode(signature)).into_bytes()
            }
        };
        exercise::exercise(&input);
    }
}
