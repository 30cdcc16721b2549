//! An identity provider that signs whatever it is told to, and an attacker with what it signed.
//!
//! Everything is written in canonical form, so that digests are over the text itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]
#![allow(dead_code, unreachable_pub, reason = "every test program uses another part of it")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authing::Result;
use authing::saml::{Assertion, IdpMetadata, Pending, ServiceProvider};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

pub const ENTITY: &str = "https://me.example/saml";
pub const ACS: &str = "https://me.example/acs";
pub const REQUEST: &str = "_request";
pub const CERTIFICATE: &str = include_str!("saml_sp.crt.pem");
const KEY: &str = include_str!("saml_sp.key.pem");

pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
pub const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
pub const SUCCESS: &str = "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></samlp:StatusCode></samlp:Status>";

/// 2026-01-01T00:00:30Z, half a minute into everything.
pub fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_225_630)
}

pub fn service_provider() -> ServiceProvider {
    let idp = IdpMetadata::new("https://idp.example/").signing_certificate(CERTIFICATE).unwrap();
    ServiceProvider::new(ENTITY, ACS, idp).unwrap().clock(now)
}

pub fn pending() -> Pending {
    let pending = serde_json::json!({
        "request_id": REQUEST, "issued_at": "2026-01-01T00:00:00Z", "relay_state": null,
    });
    serde_json::from_value(pending).unwrap()
}

pub fn finish(response: &str) -> Result<Assertion> {
    service_provider().finish(&STANDARD.encode(response), pending())
}

pub fn assertion(id: &str, name: &str) -> String {
    format!(
        "<saml:Assertion xmlns:saml=\"{SAML}\" ID=\"{id}\" IssueInstant=\"2026-01-01T00:00:00Z\" Version=\"2.0\"><saml:Issuer>https://idp.example/</saml:Issuer>\
         <saml:Subject><saml:NameID>{name}</saml:NameID><saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
         <saml:SubjectConfirmationData InResponseTo=\"{REQUEST}\" NotOnOrAfter=\"2026-01-01T00:05:00Z\" Recipient=\"{ACS}\"></saml:SubjectConfirmationData>\
         </saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"2026-01-01T00:00:00Z\" NotOnOrAfter=\"2026-01-01T00:05:00Z\">\
         <saml:AudienceRestriction><saml:Audience>{ENTITY}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
         <saml:AuthnStatement AuthnInstant=\"2026-01-01T00:00:00Z\" SessionIndex=\"_session\" SessionNotOnOrAfter=\"2026-01-01T08:00:00Z\"><saml:AuthnContext>\
         <saml:AuthnContextClassRef>urn:x</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>\
         <saml:AttributeStatement><saml:Attribute Name=\"role\"><saml:AttributeValue>{name}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>\
         </saml:Assertion>"
    )
}

pub fn response(id: &str, content: &str) -> String {
    format!(
        "<samlp:Response xmlns:samlp=\"{SAMLP}\" Destination=\"{ACS}\" ID=\"{id}\" InResponseTo=\"{REQUEST}\" IssueInstant=\"2026-01-01T00:00:00Z\" Version=\"2.0\">\
         <saml:Issuer xmlns:saml=\"{SAML}\">https://idp.example/</saml:Issuer>{SUCCESS}{content}</samlp:Response>"
    )
}

/// What is signed, to be changed before it is.
pub fn signed_info(text: &str, id: &str) -> String {
    let value = STANDARD.encode(digest(&SHA256, text.as_bytes()));
    format!(
        "<ds:SignedInfo xmlns:ds=\"{DS}\"><ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod>\
         <ds:Reference URI=\"#{id}\"><ds:Transforms><ds:Transform Algorithm=\"{DS}enveloped-signature\"></ds:Transform>\
         <ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{value}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )
}

pub fn rsa(message: &str) -> String {
    let body: String = KEY.lines().filter(|line| !line.starts_with("---")).collect();
    let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    STANDARD.encode(signature)
}

/// A signature with this value over nothing in particular.
pub fn signature_with(info: &str, value: &str, more: &str) -> String {
    // In canonical form it is declared once.
    let info = info.replacen(&format!(" xmlns:ds=\"{DS}\""), "", 1);
    format!(
        "<ds:Signature xmlns:ds=\"{DS}\">{info}<ds:SignatureValue>{value}</ds:SignatureValue>{more}</ds:Signature>"
    )
}

pub fn signature(text: &str, id: &str) -> String {
    let info = signed_info(text, id);
    signature_with(&info, &rsa(&info), "")
}

/// Puts something behind the first issuer.
pub fn insert(text: &str, what: &str) -> String {
    text.replacen("</saml:Issuer>", &format!("</saml:Issuer>{what}"), 1)
}

pub fn sign(text: &str, id: &str) -> String {
    insert(text, &signature(text, id))
}

/// A signed text whose `SignedInfo` was changed before it was signed.
pub fn sign_changed(text: &str, id: &str, change: impl Fn(&str) -> String) -> String {
    let info = change(&signed_info(text, id));
    insert(text, &signature_with(&info, &rsa(&info), ""))
}

/// A replay cache that forgets, to verify one response many times.
#[derive(Debug)]
pub struct Forgetful;

impl authing::saml::ReplayCache for Forgetful {
    fn insert(
        &self,
        _id: &str,
        _until: authing::DateTime,
        _now: authing::DateTime,
    ) -> Result<bool, authing::saml::ReplayCacheError> {
        Ok(true)
    }
}
