//! SimpleSAMLphp: run by `tests/peers/simplesamlphp/check`.

#![cfg(feature = "saml-encryption")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "support/saml_browser.rs"]
mod saml_browser;
#[path = "support/saml_peer.rs"]
mod saml_peer;

use authing::saml::{
    Binding, LogoutOutcome, LogoutSubject, NameId, VerificationFailure as Failure,
};
use saml_browser::Browser;
use saml_peer::*;

fn refusal(error: &authing::Error) -> &Failure {
    Failure::of(error).unwrap_or_else(|| panic!("{error}"))
}

#[test]
#[ignore = "needs the peer"]
fn every_way_of_signing_is_accepted_by_both_bindings() {
    for name in ["default", "signed-response", "signed-assertion", "sha384", "sha512"] {
        for binding in [Binding::HttpRedirect, Binding::HttpPost] {
            let assertion = sign_on(&mut alice(), &service_provider(name), binding).unwrap();
            assert_eq!(assertion.attribute("uid"), Some("alice"), "{name}");
        }
    }
}

#[test]
#[ignore = "needs the peer"]
fn what_is_unsigned_or_signed_with_sha1_is_refused() {
    let unsigned = sign_on(&mut alice(), &service_provider("unsigned"), Binding::HttpRedirect);
    assert!(matches!(refusal(&unsigned.unwrap_err()), Failure::Unsigned { .. }));
    let sp = service_provider("sha1");
    let weak = sign_on(&mut alice(), &sp, Binding::HttpRedirect);
    assert!(matches!(refusal(&weak.unwrap_err()), Failure::SignatureAlgorithm { .. }));
    let sp = sp.dangerous().accept_sha1();
    sign_on(&mut alice(), &sp, Binding::HttpRedirect).unwrap();
}

#[test]
#[ignore = "needs the peer"]
fn encrypted_assertions_and_names_are_read_once_cbc_is_accepted() {
    for name in
        ["encrypted", "encrypted-signed-response", "encrypted-signed-assertion", "encrypted-nameid"]
    {
        let sp = service_provider(name);
        let refused = sign_on(&mut alice(), &sp, Binding::HttpRedirect).unwrap_err();
        assert!(matches!(refusal(&refused), Failure::EncryptionAlgorithm { .. }), "{refused}");
        let sp = sp.accept_cbc(true);
        let assertion = sign_on(&mut alice(), &sp, Binding::HttpRedirect).unwrap();
        assert_eq!(assertion.attribute("uid"), Some("alice"), "{name}");
    }
}

#[test]
#[ignore = "needs the peer"]
fn requests_that_must_be_signed_are() {
    for binding in [Binding::HttpRedirect, Binding::HttpPost] {
        sign_on(&mut alice(), &service_provider("signed-requests"), binding).unwrap();
    }
}

#[test]
#[ignore = "needs the peer"]
fn names_have_the_format_that_was_asked_for() {
    for (name, format) in [
        ("persistent", NameId::PERSISTENT),
        ("email", NameId::EMAIL_ADDRESS),
        ("default", NameId::TRANSIENT),
    ] {
        let sp = service_provider(name);
        let login = sp.login().name_id_policy(format, true).start().unwrap();
        let assertion = sign_on_with(&mut alice(), &sp, login).unwrap();
        assert_eq!(assertion.name_id.format.as_deref(), Some(format));
    }
}

#[test]
#[ignore = "needs the peer"]
fn other_users_values_and_refusals_come_through() {
    let mut zoe = Browser::new(BASE, "zoë", "pässwörd & \"quotes\"");
    let sp = service_provider("default");
    let assertion = sign_on(&mut zoe, &sp, Binding::HttpRedirect).unwrap();
    assert_eq!(assertion.attribute("uid"), Some("zoë"));
    let denied = sign_on(&mut alice(), &service_provider("bob-only"), Binding::HttpRedirect);
    assert!(
        matches!(refusal(&denied.unwrap_err()), Failure::Status { codes, .. } if codes.len() == 2)
    );
    let login = sp.login().is_passive(true).start().unwrap();
    let passive = sign_on_with(&mut alice(), &sp, login).unwrap_err();
    assert!(matches!(refusal(&passive), Failure::Status { .. }), "{passive}");
}

#[test]
#[ignore = "needs the peer"]
fn sessions_are_kept_until_a_login_is_forced() {
    let sp = service_provider("default");
    let mut browser = alice();
    sign_on(&mut browser, &sp, Binding::HttpRedirect).unwrap();
    sign_on(&mut browser, &sp, Binding::HttpPost).unwrap();
    assert_eq!(browser.logins, 1);
    let login = sp.login().force_authn(true).start().unwrap();
    sign_on_with(&mut browser, &sp, login).unwrap();
    assert_eq!(browser.logins, 2);
}

#[test]
#[ignore = "needs the peer"]
fn logging_out_works_both_ways_and_by_both_bindings() {
    for (name, binding) in [
        ("default", Binding::HttpRedirect),
        ("slo-post", Binding::HttpPost),
        ("signed-requests", Binding::HttpRedirect),
    ] {
        // This identity provider's post binding is for requests to it, too.
        assert_eq!(sign_out(&service_provider(name), binding), LogoutOutcome::Complete, "{name}");
    }
}

#[test]
#[ignore = "needs the peer"]
fn logging_out_at_the_identity_provider_asks_here() {
    let sp = service_provider("default");
    let mut browser = alice();
    let subject = sign_on(&mut browser, &sp, Binding::HttpRedirect).unwrap();
    let subject = LogoutSubject::from(&subject);
    let end = format!(
        "{}?ReturnTo={BASE}/end",
        setting("IDP_METADATA").replace("metadata.php", "SingleLogoutService.php")
    );
    let page = browser.get(&end);
    let asked = browser.follow(page);
    let request = sp.receive_logout(asked.received("SAMLRequest")).unwrap();
    assert!(request.concerns(&subject));
    let answer = sp.answer_logout(&request, None, true).unwrap();
    let end = browser.carry(&answer);
    assert!(end.url.path().ends_with("/end"), "{}", end.url);
}

#[test]
#[ignore = "needs the peer"]
fn our_metadata_is_all_that_the_identity_provider_needs() {
    let sp = provider("urn:peer:sp:by-metadata").require_signed_assertion(true);
    let answer = ureq::post(setting("REGISTER_SP"))
        .header("content-type", "application/xml")
        .send(sp.metadata())
        .unwrap();
    assert_eq!(answer.status(), 200);
    let assertion = sign_on(&mut alice(), &sp, Binding::HttpPost).unwrap();
    assert_eq!(assertion.attribute("uid"), Some("alice"));
    assert_eq!(sign_out(&sp, Binding::HttpRedirect), LogoutOutcome::Complete);
}
