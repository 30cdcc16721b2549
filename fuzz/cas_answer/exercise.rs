//! What holds for any input of the CAS readers; shared by the fuzzer and by `cargo test`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authing::cas::{Callback, Client, ClientOptions, LogoutRequest, PgtCallback, Protocol};
use http::Response;

/// Reads `data` in every way there is. Panics if something is accepted that must not be.
pub fn exercise(data: &[u8]) {
    for protocol in [Protocol::V1, Protocol::V3, Protocol::Saml11] {
        validate(protocol, data);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        take_apart(text);
    }
}

fn validate(protocol: Protocol, data: &[u8]) {
    let options = ClientOptions::new("https://sso.example/cas", "https://me.example/cas");
    let client = Client::with_options(options.protocol(protocol)).expect("good options");
    let validation = client.validation("ST-1").expect("a good ticket");
    let answer = Response::new(data.to_vec());
    match validation.finish(&answer, now()) {
        Ok(who) => {
            assert!(!who.user.trim().is_empty(), "nobody");
            assert!(!who.user.chars().any(char::is_control), "a user on two lines");
            assert!(who.proxies.is_empty(), "a proxy that nobody allowed");
            let text = String::from_utf8_lossy(data);
            let sign = match protocol {
                Protocol::V1 => "yes\n",
                Protocol::Saml11 => "Success",
                _ => "serviceResponse",
            };
            // Names in JSON can be written with escapes.
            assert!(text.contains(sign) || text.contains("\\u"), "no success in it");
        }
        Err(error) => {
            let message = error.to_string();
            assert!(!message.contains('\n') && message.len() < 8192, "{message}");
        }
    }
}

fn take_apart(text: &str) {
    if let Ok(callback) = Callback::parse(text) {
        let again = Callback::parse(callback.url()).expect("an address without tickets");
        assert!(again.ticket().is_none() && again.url() == callback.url(), "a ticket is left");
    }
    let _ = PgtCallback::parse(text);
    let _ = LogoutRequest::parse_form(text);
    if let Ok(request) = LogoutRequest::parse(text) {
        assert!(!request.session_index.as_str().is_empty(), "every session");
    }
}

/// 2026-01-02T03:04:05Z: the fuzzer's findings must not depend on the day.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}
