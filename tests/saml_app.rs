//! Signing on and out at the emulator's SAML identity provider.

#![cfg(feature = "saml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "support/saml_browser.rs"]
mod saml_browser;
mod support;

use std::time::{Duration, SystemTime};

use authing::saml::{
    Binding, Comparison, LogoutOutcome, LogoutSubject, NameId, Received, ServiceProvider,
    SigningKey, VerificationFailure as Failure,
};
use authing::{Error, ErrorKind};
use authing_emulator::SamlIdp;
use saml_browser::{Browser, Delivered};
use support::Cloud;

const ENTITY: &str = "https://me.example/saml";
const ACS: &str = "https://me.example/saml/acs";
const SLS: &str = "https://me.example/saml/sls";
const KEY: &str = include_str!("support/saml_sp.key.pem");
const CERTIFICATE: &str = include_str!("support/saml_sp.crt.pem");

struct World {
    cloud: Cloud,
    sp: ServiceProvider,
    browser: Browser,
}

fn world(set_up: impl FnOnce(&mut SamlIdp)) -> World {
    let cloud = Cloud::start();
    cloud.app.register_by_username("bob", "passw0rd!").unwrap();
    let mut idp = SamlIdp { logout_url: Some(SLS.to_owned()), ..SamlIdp::default() };
    set_up(&mut idp);
    cloud.emulator.set_saml(idp);
    let sp = cloud.app.saml(ENTITY, ACS).unwrap();
    let sp = sp.signing_key(SigningKey::from_pem(KEY, CERTIFICATE).unwrap()).single_logout_url(SLS);
    let browser = Browser::new("https://me.example/", "bob", "passw0rd!");
    World { cloud, sp, browser }
}

fn failure(error: &Error) -> &Failure {
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    Failure::of(error).unwrap()
}

#[test]
fn both_bindings_and_all_ways_of_signing_sign_a_user_on() {
    for (binding, assertion, response) in [
        (Binding::HttpRedirect, true, false),
        (Binding::HttpPost, true, false),
        (Binding::HttpRedirect, false, true),
        (Binding::HttpRedirect, true, true),
    ] {
        let mut w = world(|idp| {
            idp.sign_assertion = assertion;
            idp.sign_response = response;
        });
        let login = w.sp.login().binding(binding).relay_state("/a b&c").start().unwrap();
        let back = w.browser.carry(&login.message);
        assert_eq!(back.fields["RelayState"], "/a b&c");
        let bob = w.sp.finish(back.response(), login.pending.clone()).unwrap();
        assert_eq!(bob.name_id.value, "bob");
        assert_eq!(bob.attribute("username"), Some("bob"));
        assert_eq!(bob.in_response_to.as_deref(), Some(login.pending.request_id()));
        assert!(bob.session_index.is_some() && bob.authn_context.is_some());
    }
}

#[test]
fn a_response_that_nobody_signed_is_refused() {
    let mut w = world(|idp| idp.sign_assertion = false);
    let login = w.sp.login().start().unwrap();
    let back = w.browser.carry(&login.message);
    let error = w.sp.finish(back.response(), login.pending).unwrap_err();
    assert_eq!(failure(&error), &Failure::Unsigned { element: "Assertion" });
}

#[test]
fn what_must_be_signed_can_be_said() {
    let mut w = world(|_| {});
    let sp = w.sp.clone().require_signed_response(true);
    let login = sp.login().start().unwrap();
    let back = w.browser.carry(&login.message);
    let error = sp.finish(back.response(), login.pending).unwrap_err();
    assert_eq!(failure(&error), &Failure::Unsigned { element: "Response" });

    let mut w = world(|idp| {
        idp.sign_assertion = false;
        idp.sign_response = true;
    });
    let sp = w.sp.clone().require_signed_assertion(true);
    let login = sp.login().start().unwrap();
    let back = w.browser.carry(&login.message);
    let error = sp.finish(back.response(), login.pending).unwrap_err();
    assert_eq!(failure(&error), &Failure::Unsigned { element: "Assertion" });
}

#[test]
fn a_response_is_used_once_for_one_request_in_its_time() {
    let mut w = world(|_| {});
    let first = w.sp.login().start().unwrap();
    let back = w.browser.carry(&first.message);
    let other = w.sp.login().start().unwrap();
    let error = w.sp.finish(back.response(), other.pending).unwrap_err();
    assert!(matches!(failure(&error), Failure::InResponseTo { .. }), "{error}");
    let error = w.sp.finish_unsolicited(back.response()).unwrap_err();
    assert!(matches!(failure(&error), Failure::InResponseTo { expected: None, .. }), "{error}");

    let late = SystemTime::now() + Duration::from_secs(300 + 61);
    let sp = w.sp.clone().clock(move || late);
    let error = sp.finish(back.response(), first.pending.clone()).unwrap_err();
    assert!(matches!(failure(&error), Failure::Expired { what: "NotOnOrAfter", .. }), "{error}");
    let early = SystemTime::now() - Duration::from_secs(120);
    let sp = w.sp.clone().clock(move || early);
    let error = sp.finish(back.response(), first.pending.clone()).unwrap_err();
    assert!(matches!(failure(&error), Failure::NotYetValid { .. }), "{error}");
    let sp = w.sp.clone().login_lifetime(Duration::ZERO);
    let error = sp.finish(back.response(), first.pending.clone()).unwrap_err();
    assert!(matches!(failure(&error), Failure::Expired { .. }), "{error}");

    w.sp.finish(back.response(), first.pending.clone()).unwrap();
    let error = w.sp.finish(back.response(), first.pending).unwrap_err();
    assert!(matches!(failure(&error), Failure::Replayed { .. }), "{error}");
}

#[test]
fn responses_for_others_are_refused() {
    let mut w = world(|_| {});
    let login = w.sp.login().start().unwrap();
    let back = w.browser.carry(&login.message);
    let idp = w.sp.idp().clone();
    let other = ServiceProvider::new("https://other.example", ACS, idp.clone()).unwrap();
    let error = other.finish(back.response(), login.pending.clone()).unwrap_err();
    assert!(matches!(failure(&error), Failure::Audience { .. }), "{error}");
    let other = ServiceProvider::new(ENTITY, "https://me.example/other", idp).unwrap();
    let error = other.finish(back.response(), login.pending).unwrap_err();
    assert!(matches!(failure(&error), Failure::Destination { .. }), "{error}");
}

#[test]
fn passive_and_forced_logins_do_what_they_say() {
    let mut w = world(|_| {});
    let login = w.sp.login().is_passive(true).start().unwrap();
    let back = w.browser.carry(&login.message);
    let error = w.sp.finish(back.response(), login.pending).unwrap_err();
    assert!(
        matches!(failure(&error), Failure::Status { codes, .. } if codes[1].ends_with(":NoPassive")),
        "{error}"
    );
    for (force, logins) in [(false, 1), (false, 1), (true, 2)] {
        let request = w.sp.login().force_authn(force).name_id_policy(NameId::UNSPECIFIED, true);
        let request = request.requested_authn_context(
            Comparison::Exact,
            ["urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"],
        );
        let login = request.start().unwrap();
        let back = w.browser.carry(&login.message);
        w.sp.finish(back.response(), login.pending).unwrap();
        assert_eq!(w.browser.logins, logins);
    }
}

#[test]
fn a_login_that_begins_at_the_identity_provider_is_finished_once() {
    let mut w = world(|idp| idp.unsolicited = Some((ENTITY.to_owned(), ACS.to_owned())));
    let page = w.browser.get(&w.cloud.app.saml_authorize_url().unwrap());
    let back = w.browser.follow(page);
    assert_eq!(w.sp.finish_unsolicited(back.response()).unwrap().name_id.value, "bob");
    let error = w.sp.finish_unsolicited(back.response()).unwrap_err();
    assert!(matches!(failure(&error), Failure::Replayed { .. }), "{error}");
}

#[test]
fn requests_are_signed_and_the_signature_counts() {
    let mut w = world(|idp| idp.certificate = Some(CERTIFICATE.to_owned()));
    let login = w.sp.login().relay_state("x").start().unwrap();
    let url = login.message.url().unwrap().to_owned();
    let page = w.browser.get(&url.replace("RelayState=x", "RelayState=y"));
    assert_eq!((page.status, page.body.contains("signature")), (400, true));
    let back = w.browser.carry(&login.message);
    w.sp.finish(back.response(), login.pending).unwrap();
}

#[test]
fn a_logout_that_begins_here_ends_the_session_there() {
    for binding in [Binding::HttpRedirect, Binding::HttpPost] {
        let mut w = world(|_| {});
        let login = w.sp.login().start().unwrap();
        let back = w.browser.carry(&login.message);
        let bob = w.sp.finish(back.response(), login.pending).unwrap();
        let subject = LogoutSubject::from(&bob);
        let logout = w.sp.logout_by(binding, &subject, Some("bye")).unwrap();
        let back = w.browser.carry(&logout.message);
        let error =
            w.sp.finish_logout(back.received("SAMLResponse"), login_pending(&w)).unwrap_err();
        assert!(matches!(failure(&error), Failure::InResponseTo { .. }), "{error}");
        let outcome = w.sp.finish_logout(back.received("SAMLResponse"), logout.pending).unwrap();
        assert_eq!(outcome, LogoutOutcome::Complete);
        // Signed out: the next login asks for the password again.
        let login = w.sp.login().start().unwrap();
        w.browser.carry(&login.message);
        assert_eq!(w.browser.logins, 2);
    }
}

fn login_pending(w: &World) -> authing::saml::Pending {
    w.sp.login().start().unwrap().pending
}

#[test]
fn a_logout_that_begins_there_is_verified_and_answered() {
    let mut w = world(|_| {});
    let login = w.sp.login().start().unwrap();
    let back = w.browser.carry(&login.message);
    let bob = LogoutSubject::from(&w.sp.finish(back.response(), login.pending).unwrap());
    let start = format!("{}/slo/start", w.cloud.app.saml_authorize_url().unwrap());
    let page = w.browser.get(&start);
    let asked = w.browser.follow(page);
    let request = w.sp.receive_logout(asked.received("SAMLRequest")).unwrap();
    assert!(request.concerns(&bob));
    let mut alice = bob.clone();
    alice.name_id.value = "alice".to_owned();
    assert!(!request.concerns(&alice));
    let mut other = bob.clone();
    other.session_index = Some("_other".to_owned());
    assert!(!request.concerns(&other));
    let answer = w.sp.answer_logout(&request, None, true).unwrap();
    let page = w.browser.take(&answer);
    assert!(page.body.contains("Logged out"), "{}", page.body);

    let error = w.sp.receive_logout(asked.received("SAMLRequest")).unwrap_err();
    assert!(matches!(failure(&error), Failure::Replayed { .. }), "{error}");
}

#[test]
fn logout_messages_that_are_unsigned_or_changed_are_refused() {
    let mut w = world(|_| {});
    let login = w.sp.login().start().unwrap();
    let back = w.browser.carry(&login.message);
    let bob = LogoutSubject::from(&w.sp.finish(back.response(), login.pending).unwrap());
    let logout = w.sp.logout_by(Binding::HttpRedirect, &bob, Some("bye")).unwrap();
    let Delivered { query, .. } = w.browser.carry(&logout.message);
    let query = query.unwrap();
    let refused = |query: &str| {
        let pending = logout.pending.clone();
        let error = w.sp.finish_logout(Received::Query(query), pending).unwrap_err();
        failure(&error).clone()
    };
    let unsigned = query.split("&SigAlg").next().unwrap();
    assert_eq!(refused(unsigned), Failure::Unsigned { element: "LogoutResponse" });
    let stripped = query.split("&Signature").next().unwrap();
    assert_eq!(refused(stripped), Failure::Parameter { name: "Signature" });
    let changed = query.replace("RelayState=bye", "RelayState=hello");
    assert!(matches!(refused(&changed), Failure::Signature { keys: 1, .. }));
    let doubled = format!("{query}&SAMLResponse=x");
    assert_eq!(refused(&doubled), Failure::Parameter { name: "SAMLResponse" });
    let spelled = format!("{query}&SAML%52esponse=x");
    assert_eq!(refused(&spelled), Failure::Parameter { name: "SAMLResponse" });
    let weak = query.replace("rsa-sha256", "rsa-sha1");
    assert!(matches!(refused(&weak), Failure::SignatureAlgorithm { .. }));
    w.sp.finish_logout(Received::Query(&query), logout.pending).unwrap();
}

#[cfg(feature = "saml-encryption")]
#[test]
fn encrypted_assertions_are_decrypted_and_their_signature_counts() {
    use authing::saml::DecryptionKey;
    for (assertion, response) in [(true, false), (false, true), (true, true), (false, false)] {
        let mut w = world(|idp| {
            idp.sign_assertion = assertion;
            idp.sign_response = response;
            idp.encrypt_for = Some(CERTIFICATE.to_owned());
        });
        let login = w.sp.login().start().unwrap();
        let back = w.browser.carry(&login.message);
        let error = w.sp.finish(back.response(), login.pending.clone()).unwrap_err();
        let keyless = Failure::NoDecryptionKey { element: "EncryptedAssertion" };
        assert_eq!(failure(&error), &keyless);
        let key = DecryptionKey::from_pem(KEY).unwrap();
        let sp = w.sp.clone().decryption_key(key, CERTIFICATE).unwrap();
        match sp.finish(back.response(), login.pending) {
            Ok(bob) => assert_eq!(bob.name_id.value, "bob"),
            Err(error) => {
                assert!(!assertion && !response);
                let unsigned = Failure::Unsigned { element: "the encrypted Assertion" };
                assert_eq!(failure(&error), &unsigned);
            }
        }
        assert!(sp.metadata().contains("use=\"encryption\""));
    }
}

/// A key that is somewhere else, and remembers what it was asked for.
#[cfg(feature = "saml-encryption")]
#[derive(Debug)]
struct Module(authing::saml::DecryptionKey);

#[cfg(feature = "saml-encryption")]
impl authing::saml::Decrypt for Module {
    fn decrypt_key(
        &self,
        parameters: &authing::saml::OaepParameters,
        encrypted_key: &[u8],
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, authing::saml::DecryptError> {
        assert_eq!(parameters.digest, authing::saml::OaepDigest::Sha1);
        self.0.decrypt_key(parameters, encrypted_key)
    }
}

#[cfg(feature = "saml-encryption")]
#[test]
fn a_changed_ciphertext_does_not_decrypt_and_nobody_is_told_why() {
    use authing::saml::DecryptionKey;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let mut w = world(|idp| idp.encrypt_for = Some(CERTIFICATE.to_owned()));
    let login = w.sp.login().start().unwrap();
    let back = w.browser.carry(&login.message);
    let key = Module(DecryptionKey::from_pem(KEY).unwrap());
    let sp = w.sp.clone().decryption_key(key, CERTIFICATE).unwrap();
    let text = String::from_utf8(STANDARD.decode(back.response()).unwrap()).unwrap();
    let refused = |text: &str| {
        let error = sp.finish(&STANDARD.encode(text), login.pending.clone()).unwrap_err();
        failure(&error).clone()
    };
    let undecrypted = Failure::Decryption { element: "EncryptedAssertion" };
    for (at, _) in text.match_indices("<xenc:CipherValue>") {
        let at = at + "<xenc:CipherValue>".len();
        for at in [at, at + 40, at + 100] {
            let other = if &text[at..=at] == "A" { "B" } else { "A" };
            let mut changed = text.clone();
            changed.replace_range(at..=at, other);
            assert_eq!(refused(&changed), undecrypted);
        }
    }
    let got = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
    let cbc = text.replace("http://www.w3.org/2009/xmlenc11#aes256-gcm", got);
    assert_eq!(refused(&cbc), Failure::EncryptionAlgorithm { got: got.to_owned() });
    let got = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";
    let old = text.replace("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", got);
    assert_eq!(refused(&old), Failure::EncryptionAlgorithm { got: got.to_owned() });
    assert_eq!(sp.finish(back.response(), login.pending.clone()).unwrap().name_id.value, "bob");
}
