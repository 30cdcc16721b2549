//! What holds for any input of the token readers; shared by the fuzzer and by `cargo test`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authing::oauth2::{ServerMetadata, Tokens};
use authing::oidc::{
    AccessTokenProfile, Algorithm, Expected, JwkSet, TokenRules, VerificationFailure,
};
use http::Response;

/// The key of RFC 8037, appendix A, an RSA key and a key on a curve; their private halves sign
/// nothing here.
const KEYS: &str = r#"{"keys":[
{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"ed"},
{"kty":"EC","crv":"P-256","x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU","kid":"ec"}
]}"#;

/// Reads `data` in every way there is. Panics if something is accepted that must not be.
pub fn exercise(data: &[u8]) {
    let keys = JwkSet::parse(KEYS.as_bytes()).expect("good keys");
    let _ = JwkSet::parse(data);
    let _ = ServerMetadata::parse(data);
    if let Ok(tokens) = Tokens::read(&Response::new(data.to_vec()), now()) {
        assert!(!tokens.access_token.is_empty(), "no token");
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    verify(text, &keys);
    // The same bytes as keys, for a token that is well formed.
    if let Ok(keys) = JwkSet::parse(data) {
        verify("eyJhbGciOiJFZERTQSJ9.e30.AAAA", &keys);
        verify("eyJhbGciOiJFUzI1NiJ9.e30.AAAA", &keys);
        verify("eyJhbGciOiJSUzI1NiJ9.e30.AAAA", &keys);
    }
}

/// Nobody who feeds this has a private key, so that nothing may be accepted.
fn verify(token: &str, keys: &JwkSet) {
    let algorithms = Algorithm::ASYMMETRIC.into_iter().chain(Algorithm::SYMMETRIC);
    let rules = TokenRules::new("https://op.example", "me")
        .algorithms(algorithms)
        .client_secret("a-secret-that-nobody-guesses-and-that-is-64-characters-or-longer!!");
    let errors = [
        rules.verify_id_token(token, keys, &Expected::new(), now()).map(drop),
        rules.verify_logout_token(token, keys, now()).map(drop),
        rules.verify_access_token(token, keys, AccessTokenProfile::Rfc9068, now()).map(drop),
        rules.verify_access_token(token, keys, AccessTokenProfile::Plain, now()).map(drop),
    ];
    for error in errors {
        let error = error.expect_err("a forged token");
        assert!(VerificationFailure::of(&error).is_some(), "no reason");
    }
}

/// 2026-01-02T03:04:05Z: the fuzzer's findings must not depend on the day.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}
