//! What holds for any response that a service provider verifies; shared by the fuzzer and by
//! `cargo test`.

use std::time::{Duration, UNIX_EPOCH};

use authing::saml::{IdpMetadata, ServiceProvider, VerificationFailure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const CERTIFICATE: &str = include_str!("../../tests/support/saml_sp.crt.pem");

/// Verifies `data` as the XML of a response. Panics if something is accepted that nobody signed.
///
/// `signed` is a response that is genuine: what it says may come out, and nothing else.
pub fn exercise(data: &[u8], signed: Option<&str>) {
    let idp = IdpMetadata::new("https://idp.example/").signing_certificate(CERTIFICATE);
    let idp = idp.expect("a good certificate");
    let sp = ServiceProvider::new("https://me.example/saml", "https://me.example/acs", idp)
        .expect("good options")
        .clock(|| UNIX_EPOCH + Duration::from_secs(1_767_225_630));
    let pending = serde_json::json!({
        "request_id": "_request", "issued_at": "2026-01-01T00:00:00Z", "relay_state": null,
    });
    let pending = serde_json::from_value(pending).expect("a good pending request");
    let response = STANDARD.encode(data);
    match sp.finish(&response, pending) {
        Ok(assertion) => {
            assert!(signed.is_some(), "nobody signed it");
            assert_eq!(assertion.name_id.value, "bob", "the name is another");
            assert_eq!(assertion.attribute("role"), Some("bob"), "the attribute is another");
        }
        Err(error) => {
            assert!(VerificationFailure::of(&error).is_some(), "{error:?}");
        }
    }
    let _ = sp.finish_unsolicited(&response);
}
