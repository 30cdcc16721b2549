//! What holds for any text that is read before a signature is known; shared by the fuzzer and by
//! `cargo test`.

use authing::saml::{IdpMetadata, Received, ServiceProvider};

const CERTIFICATE: &str = include_str!("../../tests/support/saml_sp.crt.pem");

/// Reads `data` as metadata, as a query and as a form field.
pub fn exercise(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(idp) = IdpMetadata::parse(text) {
        let keys = idp.signing_key_count();
        let made = ServiceProvider::new("https://me.example/saml", "https://me.example/acs", idp);
        assert!(keys > 0 || made.is_err(), "a provider without a key");
    }
    let idp = IdpMetadata::new("https://idp.example/").signing_certificate(CERTIFICATE);
    let idp = idp.expect("a good certificate");
    let sp = ServiceProvider::new("https://me.example/saml", "https://me.example/acs", idp)
        .expect("good options")
        .single_logout_url("https://me.example/sls");
    for received in [Received::Query(text), Received::Form(text)] {
        assert!(sp.receive_logout(received).is_err(), "nobody signed it");
    }
}
