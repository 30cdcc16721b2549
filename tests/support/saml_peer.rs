//! A real SAML identity provider, started by the `check` of its folder below `tests/peers`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]
#![allow(dead_code, unreachable_pub, reason = "every test program uses another part of it")]

use authing::Result;
use authing::http::HttpOptions;
use authing::saml::{
    Assertion, Binding, DecryptionKey, IdpMetadata, LoginStart, LogoutOutcome, LogoutSubject,
    ServiceProvider, SigningKey,
};

use crate::saml_browser::{Browser, Delivered};

pub const BASE: &str = "http://127.0.0.1:8080/saml";
pub const ACS: &str = "http://127.0.0.1:8080/saml/acs";
pub const SLS: &str = "http://127.0.0.1:8080/saml/sls";

pub fn setting(name: &str) -> String {
    std::env::var(format!("PEER_SAML_{name}")).unwrap()
}

pub fn file(name: &str) -> String {
    std::fs::read_to_string(setting(name)).unwrap()
}

/// One of the service providers that the peer knows, at the peer.
pub fn service_provider(name: &str) -> ServiceProvider {
    provider(&format!("urn:peer:sp:{name}"))
}

pub fn provider(entity_id: &str) -> ServiceProvider {
    let idp = IdpMetadata::fetch(&setting("IDP_METADATA"), &HttpOptions::new()).unwrap();
    assert_eq!(idp.entity_id(), setting("IDP_ENTITY_ID"));
    let key = SigningKey::from_pem(file("SP_KEY"), &file("SP_CERT")).unwrap();
    ServiceProvider::new(entity_id, ACS, idp)
        .unwrap()
        .signing_key(key)
        .single_logout_url(SLS)
        .decryption_key(DecryptionKey::from_pem(file("SP_KEY")).unwrap(), &file("SP_CERT"))
        .unwrap()
}

pub fn alice() -> Browser {
    Browser::new(BASE, "alice", "alice-password")
}

pub fn sign_on_with(
    browser: &mut Browser,
    sp: &ServiceProvider,
    login: LoginStart,
) -> Result<Assertion> {
    let back = browser.carry(&login.message);
    sp.finish(back.response(), login.pending)
}

pub fn sign_on(browser: &mut Browser, sp: &ServiceProvider, binding: Binding) -> Result<Assertion> {
    let login = sp.login().binding(binding).relay_state("rs 1").start().unwrap();
    sign_on_with(browser, sp, login)
}

/// Signs on and out again by the service provider's wish.
pub fn sign_out(sp: &ServiceProvider, binding: Binding) -> LogoutOutcome {
    let mut browser = alice();
    let subject = LogoutSubject::from(&sign_on(&mut browser, sp, Binding::HttpRedirect).unwrap());
    let logout = sp.logout_by(binding, &subject, Some("bye")).unwrap();
    let back: Delivered = browser.carry(&logout.message);
    let outcome = sp.finish_logout(back.received("SAMLResponse"), logout.pending).unwrap();
    // Without a session there, the password is asked for again.
    sign_on(&mut browser, sp, Binding::HttpRedirect).unwrap();
    assert_eq!(browser.logins, 2);
    outcome
}

/// Ends the session of a second service provider, because the first one logs the user out.
pub fn is_asked_to_log_out(first: &ServiceProvider, second: &ServiceProvider) -> LogoutOutcome {
    let mut browser = alice();
    let one = LogoutSubject::from(&sign_on(&mut browser, first, Binding::HttpRedirect).unwrap());
    let two = LogoutSubject::from(&sign_on(&mut browser, second, Binding::HttpRedirect).unwrap());
    let logout = first.logout_by(Binding::HttpRedirect, &one, None).unwrap();
    let asked = browser.carry(&logout.message);
    let request = second.receive_logout(asked.received("SAMLRequest")).unwrap();
    assert!(request.concerns(&two));
    let answer = second.answer_logout(&request, Some(Binding::HttpRedirect), true).unwrap();
    let back = browser.carry(&answer);
    first.finish_logout(back.received("SAMLResponse"), logout.pending).unwrap()
}
