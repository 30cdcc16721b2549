//! samlp, the identity provider of Auth0: run by `tests/peers/samlp/check`.

#![cfg(feature = "saml-encryption")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "support/saml_browser.rs"]
mod saml_browser;
#[path = "support/saml_peer.rs"]
mod saml_peer;

use authing::saml::{Binding, LogoutOutcome, NameId, VerificationFailure as Failure};
use saml_peer::*;

#[test]
#[ignore = "needs the peer"]
fn every_way_of_signing_is_accepted_by_both_bindings() {
    for name in ["default", "signed-response", "signed-both", "prefixed", "typed", "persistent"] {
        for binding in [Binding::HttpRedirect, Binding::HttpPost] {
            let assertion = sign_on(&mut alice(), &service_provider(name), binding).unwrap();
            assert_eq!(assertion.attribute("uid"), Some("alice"), "{name}");
            assert_eq!(assertion.attribute("markup"), Some("<b>&\"'</b> ]]>"));
            let groups: Vec<_> = assertion.values("groups").filter_map(|v| v.as_str()).collect();
            assert_eq!(groups, ["staff", "admins"]);
            if name == "persistent" {
                assert_eq!(assertion.name_id.format.as_deref(), Some(NameId::PERSISTENT));
            }
        }
    }
}

#[test]
#[ignore = "needs the peer"]
fn encryption_with_gcm_is_read_and_with_cbc_on_request() {
    for name in ["encrypted-aes128-gcm", "encrypted-aes256-gcm", "encrypted-signed-response"] {
        let assertion =
            sign_on(&mut alice(), &service_provider(name), Binding::HttpRedirect).unwrap();
        assert_eq!(assertion.attribute("uid"), Some("alice"), "{name}");
    }
    for name in ["encrypted-aes128-cbc", "encrypted-aes256-cbc"] {
        let sp = service_provider(name);
        let refused = sign_on(&mut alice(), &sp, Binding::HttpRedirect).unwrap_err();
        assert!(matches!(Failure::of(&refused), Some(Failure::EncryptionAlgorithm { .. })));
        sign_on(&mut alice(), &sp.accept_cbc(true), Binding::HttpRedirect).unwrap();
    }
    let sp = service_provider("encrypted-tripledes-cbc").accept_cbc(true);
    let refused = sign_on(&mut alice(), &sp, Binding::HttpRedirect).unwrap_err();
    assert!(matches!(Failure::of(&refused), Some(Failure::EncryptionAlgorithm { .. })));
}

#[test]
#[ignore = "needs the peer"]
fn what_is_unsigned_or_signed_with_sha1_is_refused() {
    let refused = sign_on(&mut alice(), &service_provider("unsigned"), Binding::HttpRedirect);
    assert!(matches!(Failure::of(&refused.unwrap_err()), Some(Failure::Unsigned { .. })));
    let refused = sign_on(&mut alice(), &service_provider("sha1"), Binding::HttpRedirect);
    assert!(matches!(Failure::of(&refused.unwrap_err()), Some(Failure::SignatureAlgorithm { .. })));
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
fn logging_out_works_both_ways() {
    let outcome = sign_out(&service_provider("default"), Binding::HttpRedirect);
    assert_eq!(outcome, LogoutOutcome::Complete);
    assert_eq!(sign_out(&service_provider("slo-post"), Binding::HttpPost), LogoutOutcome::Complete);
    let (first, second) = (service_provider("default"), service_provider("signed-both"));
    assert_eq!(is_asked_to_log_out(&first, &second), LogoutOutcome::Complete);
}

#[test]
#[ignore = "needs the peer"]
fn a_login_that_begins_there_is_finished() {
    let mut browser = alice();
    let start = setting("IDP_METADATA").replace("/metadata", "/sso?sp=urn:peer:sp:default");
    let page = browser.get(&start);
    let back = browser.follow(page);
    let assertion = service_provider("default").finish_unsolicited(back.response()).unwrap();
    assert_eq!(assertion.attribute("uid"), Some("alice"));
}
