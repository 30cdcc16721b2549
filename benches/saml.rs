//! One verified response: `cargo bench --features saml --bench saml`.
//!
//! With `SAML_BENCH_OUT` set to a folder it writes the response there, for `benches/saml.py` to
//! verify with python3-saml and xmlsec.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

#[path = "../tests/support/saml_forge.rs"]
mod saml_forge;

use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_forge::{
    CERTIFICATE, Forgetful, assertion, now, pending, response, service_provider, sign,
};

const ROUNDS: u32 = 2_000;

fn main() {
    let text = response("_r", &sign(&assertion("_a", "bob"), "_a"));
    if let Some(folder) = std::env::var_os("SAML_BENCH_OUT") {
        let folder = std::path::PathBuf::from(folder);
        std::fs::write(folder.join("response.xml"), &text).unwrap();
        std::fs::write(folder.join("idp.crt"), CERTIFICATE).unwrap();
    }
    let encoded = STANDARD.encode(&text);
    let sp = service_provider().clock(now).replay_cache(Forgetful);
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let pending = pending();
            let start = Instant::now();
            sp.finish(&encoded, pending).unwrap();
            start.elapsed()
        })
        .collect();
    times.sort();
    println!("{} bytes: median {:?}, best {:?}", text.len(), times[times.len() / 2], times[0]);
}
