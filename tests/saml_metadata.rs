//! Metadata of identity providers, metadata of ours, and the requests that follow from them.

#![cfg(feature = "saml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "support/saml_forge.rs"]
mod saml_forge;

use authing::saml::{
    Binding, Comparison, IdpMetadata, LogoutSubject, NameId, Outgoing, Received, ServiceProvider,
    SigningKey, VerificationFailure as Failure,
};
use authing::{DateTime, ErrorKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_forge::{ACS, CERTIFICATE, DS, ENTITY, SAMLP, assertion, now, pending, response, sign};

const KEY: &str = include_str!("support/saml_sp.key.pem");

fn body(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("---")).collect()
}

fn entity(id: &str, attributes: &str, keys: &[(&str, &str)]) -> String {
    let keys: String = keys
        .iter()
        .map(|(usage, certificate)| {
            format!(
                "<md:KeyDescriptor{usage}><KeyInfo xmlns=\"{DS}\"><X509Data><X509Certificate>\n{certificate}\n</X509Certificate>\
                 </X509Data></KeyInfo></md:KeyDescriptor>"
            )
        })
        .collect();
    format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{id}\" {attributes}>\
         <md:IDPSSODescriptor protocolSupportEnumeration=\"urn:x {SAMLP}\">{keys}\
         <md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"{id}slo\" ResponseLocation=\"{id}done\"/>\
         <md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:SOAP\" Location=\"{id}soap\"/>\
         <md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"{id}sso?x=1\"/>\
         </md:IDPSSODescriptor></md:EntityDescriptor>"
    )
}

fn entities(attributes: &str, inside: &str) -> String {
    format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" {attributes}>{inside}</md:EntitiesDescriptor>"
    )
}

#[test]
fn an_identity_provider_is_found_among_others() {
    let good = body(CERTIFICATE);
    let one = entity("https://idp.example/", "", &[("", &good)]);
    let other = entity("https://other.example/", "", &[("", &good)]);
    let sp = "<md:EntityDescriptor entityID=\"urn:sp\"><md:SPSSODescriptor/></md:EntityDescriptor>";
    let idp = IdpMetadata::parse(&entities("", &[sp, &one].concat())).unwrap();
    assert_eq!(idp.entity_id(), "https://idp.example/");
    let both = entities("", &entities("", &[one, other].concat()));
    assert_eq!(IdpMetadata::parse(&both).unwrap_err().kind(), ErrorKind::Parse);
    let idp = IdpMetadata::parse_entity(&both, "https://other.example/").unwrap();
    assert_eq!(idp.entity_id(), "https://other.example/");
    assert!(IdpMetadata::parse_entity(&both, "urn:sp").is_err());
    for text in ["", "<x/>", "<html>", sp, &entities("", "")] {
        assert_eq!(IdpMetadata::parse(text).unwrap_err().kind(), ErrorKind::Parse, "{text}");
    }
}

#[test]
fn metadata_without_a_key_makes_no_provider() {
    let good = body(CERTIFICATE);
    for keys in [vec![], vec![(" use=\"encryption\"", good.as_str())], vec![("", "AAAA")]] {
        let idp = IdpMetadata::parse(&entity("https://idp.example/", "", &keys)).unwrap();
        assert_eq!(idp.signing_key_count(), 0);
        let error = ServiceProvider::new(ENTITY, ACS, idp).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}

#[test]
fn any_of_several_keys_may_sign() {
    let other = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let other = rcgen::CertificateParams::new(vec!["x".to_owned()]).unwrap().self_signed(&other);
    let (old, new) = (STANDARD.encode(other.unwrap().der()), body(CERTIFICATE));
    let signing = " use=\"signing\"";
    let text = entity("https://idp.example/", "", &[(signing, &old), (signing, &new)]);
    let idp = IdpMetadata::parse(&text).unwrap();
    assert_eq!(idp.signing_key_count(), 2);
    let sp = ServiceProvider::new(ENTITY, ACS, idp).unwrap().clock(now);
    let text = response("_r", &sign(&assertion("_a", "bob"), "_a"));
    assert_eq!(sp.finish(&STANDARD.encode(text), pending()).unwrap().name_id.value, "bob");
}

#[test]
fn the_earliest_end_of_validity_counts() {
    let good = body(CERTIFICATE);
    let one = entity("https://idp.example/", "validUntil=\"2026-03-01T00:00:00Z\"", &[("", &good)]);
    let text = entities("validUntil=\"2026-02-01T00:00:00Z\"", &one);
    let idp = IdpMetadata::parse(&text).unwrap();
    assert_eq!(idp.valid_until(), DateTime::parse("2026-02-01T00:00:00Z"));
    let broken = one.replace("2026-03-01T00:00:00Z", "soon");
    assert!(IdpMetadata::parse(&broken).is_err());
}

fn provider() -> ServiceProvider {
    let idp = IdpMetadata::parse(&entity("https://idp.example/", "", &[("", &body(CERTIFICATE))]));
    ServiceProvider::new(ENTITY, ACS, idp.unwrap()).unwrap().clock(now)
}

/// The message of a posted form.
fn posted(message: &Outgoing) -> String {
    let (_, value) = &message.form().unwrap().fields[0];
    String::from_utf8(STANDARD.decode(value).unwrap()).unwrap()
}

#[test]
fn a_request_says_what_was_asked_for() {
    let sp = provider();
    assert!(sp.login().binding(Binding::HttpPost).start().is_err(), "there is no such endpoint");
    assert_eq!(
        sp.login().relay_state("x".repeat(81)).start().unwrap_err().kind(),
        ErrorKind::Usage
    );
    let login = sp.login().relay_state("x".repeat(80)).start().unwrap();
    assert!(login.message.url().unwrap().starts_with("https://idp.example/sso?x=1&SAMLRequest="));

    let idp = IdpMetadata::new("https://idp.example/")
        .single_sign_on(Binding::HttpPost, "https://idp.example/\"<sso>")
        .signing_certificate(CERTIFICATE)
        .unwrap();
    let sp = ServiceProvider::new("urn:\"<&>", ACS, idp).unwrap().clock(now);
    let login = sp
        .login()
        .force_authn(true)
        .is_passive(true)
        .name_id_policy(NameId::PERSISTENT, true)
        .requested_authn_context(Comparison::Minimum, ["urn:a", "urn:b"])
        .start()
        .unwrap();
    let text = posted(&login.message);
    let id = login.pending.request_id();
    for part in [
        &format!(" ID=\"{id}\""),
        " ForceAuthn=\"true\"",
        " IsPassive=\"true\"",
        " IssueInstant=\"2026-01-01T00:00:30.000Z\"",
        "<saml:Issuer>urn:\"&lt;&amp;&gt;</saml:Issuer>",
        "AllowCreate=\"true\"",
        "Comparison=\"minimum\"",
        "<saml:AuthnContextClassRef>urn:b<",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(id.len(), 33, "128 bits: {id}");
    let page = login.message.form().unwrap().html();
    assert!(page.contains("action=\"https://idp.example/&quot;&lt;sso>\""), "{page}");
    let other = sp.login().start().unwrap();
    assert_ne!(other.pending.request_id(), id);
}

#[test]
fn a_pending_login_can_be_stored() {
    let login = provider().login().relay_state("/a").start().unwrap();
    let stored = serde_json::to_string(&login.pending).unwrap();
    let restored: authing::saml::Pending = serde_json::from_str(&stored).unwrap();
    assert_eq!(restored, login.pending);
    assert_eq!(restored.relay_state(), Some("/a"));
}

#[test]
fn keys_of_every_kind_sign_what_their_certificates_verify() {
    let mut keys = vec![(KEY.to_owned(), CERTIFICATE.to_owned())];
    for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384] {
        let pair = rcgen::KeyPair::generate_for(algorithm).unwrap();
        let certificate = rcgen::CertificateParams::new(vec!["x".to_owned()]).unwrap();
        keys.push((pair.serialize_pem(), certificate.self_signed(&pair).unwrap().pem()));
    }
    for (key, certificate) in &keys {
        // A service provider whose identity provider is itself: its requests come back to it.
        let idp = IdpMetadata::new(ENTITY)
            .single_logout(Binding::HttpRedirect, "https://me.example/sls")
            .single_logout(Binding::HttpPost, "https://me.example/sls")
            .signing_certificate(certificate)
            .unwrap();
        let sp = ServiceProvider::new(ENTITY, ACS, idp)
            .unwrap()
            .clock(now)
            .signing_key(SigningKey::from_pem(key.clone(), certificate).unwrap())
            .single_logout_url("https://me.example/sls");
        let subject = serde_json::json!({ "name_id": { "value": "<bob>" }, "session_index": "_s" });
        let subject: LogoutSubject = serde_json::from_value(subject).unwrap();
        let sent = sp.logout_by(Binding::HttpRedirect, &subject, Some("x y")).unwrap().message;
        let (_, query) = sent.url().unwrap().split_once('?').unwrap();
        let request = sp.receive_logout(Received::Query(query)).unwrap();
        assert!(request.concerns(&subject));
        assert_eq!(request.relay_state.as_deref(), Some("x y"));
        let sent = sp.logout_by(Binding::HttpPost, &subject, None).unwrap().message;
        let form = STANDARD.encode(posted(&sent));
        assert!(sp.receive_logout(Received::Form(&form)).unwrap().concerns(&subject));
        // Unsigned in a form: what a query's signature covered is not signed any more.
        let text = posted(&sent);
        let (before, rest) = text.split_once("<ds:Signature").unwrap();
        let (_, after) = rest.split_once("</ds:Signature>").unwrap();
        let form = STANDARD.encode([before, after].concat());
        let error = sp.receive_logout(Received::Form(&form)).unwrap_err();
        assert_eq!(Failure::of(&error), Some(&Failure::Unsigned { element: "LogoutRequest" }));
        assert!(sp.metadata().contains(&body(certificate)));
    }
    let error = SigningKey::from_pem(KEY, &keys[1].1).unwrap_err();
    assert!(error.to_string().contains("another key"), "{error}");
    assert!(SigningKey::from_pem("x", CERTIFICATE).is_err());
    assert!(SigningKey::from_pem(KEY, KEY).is_err());
}

#[test]
fn single_logout_needs_a_key() {
    let subject = serde_json::json!({ "name_id": { "value": "bob" }, "session_index": null });
    let subject: LogoutSubject = serde_json::from_value(subject).unwrap();
    assert_eq!(provider().logout(&subject).unwrap_err().kind(), ErrorKind::Config);
}

#[cfg(feature = "saml-encryption")]
#[test]
fn our_metadata_offers_what_is_decrypted() {
    let key = authing::saml::DecryptionKey::from_pem(KEY).unwrap();
    let sp = provider().decryption_key(key, CERTIFICATE).unwrap();
    assert!(sp.metadata().contains("aes256-gcm") && !sp.metadata().contains("cbc"));
    assert!(sp.accept_cbc(true).metadata().contains("aes256-cbc"));
}
