//! The messages of the identity provider, written in exclusive canonical form from the start, so
//! that what is digested is the text itself.

use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngCore as _;
use rand::rngs::OsRng;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use rsa::sha2::{Digest as _, Sha256};
use rsa::signature::{SignatureEncoding as _, Signer as _, Verifier as _};
use rsa::{Oaep, RsaPrivateKey, RsaPublicKey};

use crate::state::random_hex;

const KEY: &str = include_str!("idp.key.pem");
const CERTIFICATE: &str = include_str!("idp.crt.pem");

pub(super) const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

pub(super) fn new_id() -> String {
    format!("_{}", random_hex(16))
}

/// The identity provider's certificate, in base64.
pub(super) fn certificate() -> String {
    pem_body(CERTIFICATE)
}

pub(super) fn pem_body(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\r', "&#xD;")
}

/// RSASSA-PKCS1-v1_5 with SHA-256 over a text, in base64.
pub(super) fn sign(text: &str) -> Result<String, String> {
    let key = RsaPrivateKey::from_pkcs8_pem(KEY).map_err(|e| e.to_string())?;
    let signature = SigningKey::<Sha256>::new(key).try_sign(text.as_bytes());
    Ok(STANDARD.encode(signature.map_err(|e| e.to_string())?.to_bytes()))
}

/// Whether the holder of a certificate signed a text with RSA and SHA-256.
pub(super) fn verifies(certificate: &str, text: &str, signature: &str) -> bool {
    let Some(key) = public_key(certificate) else { return false };
    let Ok(signature) = STANDARD.decode(signature) else { return false };
    let Ok(signature) = rsa::pkcs1v15::Signature::try_from(signature.as_slice()) else {
        return false;
    };
    rsa::pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(text.as_bytes(), &signature).is_ok()
}

/// The key of a certificate in PEM: the first place in it that is a public key.
fn public_key(certificate: &str) -> Option<RsaPublicKey> {
    let der = STANDARD.decode(pem_body(certificate)).ok()?;
    (0..der.len()).find_map(|start| {
        let [0x30, 0x82, high, low, ..] = der[start..] else { return None };
        let end = start + 4 + usize::from(high) * 256 + usize::from(low);
        RsaPublicKey::from_public_key_der(der.get(start..end)?).ok()
    })
}

/// A message or assertion with its signature behind the issuer.
pub(super) fn signed(text: &str, id: &str) -> Result<String, String> {
    let digest = STANDARD.encode(Sha256::digest(text));
    let info = format!(
        "<ds:SignedInfo xmlns:ds=\"{DSIG}\"><ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"{RSA_SHA256}\"></ds:SignatureMethod><ds:Reference URI=\"#{id}\"><ds:Transforms>\
         <ds:Transform Algorithm=\"{DSIG}enveloped-signature\"></ds:Transform>\
         <ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"{XENC}sha256\"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    );
    let signature = format!(
        "<ds:Signature xmlns:ds=\"{DSIG}\">{}<ds:SignatureValue>{}</ds:SignatureValue>\
         <ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>",
        info.replacen(&format!(" xmlns:ds=\"{DSIG}\""), "", 1),
        sign(&info)?,
        certificate(),
    );
    const END: &str = "</saml:Issuer>";
    let at = text.find(END).ok_or("no issuer")? + END.len();
    Ok([&text[..at], &signature, &text[at..]].concat())
}

pub(super) struct Assertion<'a> {
    pub(super) id: &'a str,
    pub(super) issuer: &'a str,
    pub(super) name: &'a str,
    pub(super) attributes: &'a [(&'a str, String)],
    pub(super) audience: &'a str,
    pub(super) recipient: &'a str,
    pub(super) in_response_to: Option<&'a str>,
    pub(super) now: &'a str,
    pub(super) not_on_or_after: &'a str,
    pub(super) session_index: &'a str,
}

impl Assertion<'_> {
    pub(super) fn to_xml(&self) -> String {
        let Self { id, now, not_on_or_after, .. } = self;
        let [issuer, name, audience, recipient, session] =
            [self.issuer, self.name, self.audience, self.recipient, self.session_index].map(escape);
        let in_response_to = in_response_to(self.in_response_to);
        let attributes: String = self
            .attributes
            .iter()
            .map(|(name, value)| {
                format!(
                    "<saml:Attribute Name=\"{name}\" NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:basic\">\
                     <saml:AttributeValue>{}</saml:AttributeValue></saml:Attribute>",
                    escape(value)
                )
            })
            .collect();
        format!(
            "<saml:Assertion xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" IssueInstant=\"{now}\" Version=\"2.0\"><saml:Issuer>{issuer}</saml:Issuer>\
             <saml:Subject><saml:NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\">{name}</saml:NameID>\
             <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
             <saml:SubjectConfirmationData{in_response_to} NotOnOrAfter=\"{not_on_or_after}\" Recipient=\"{recipient}\"></saml:SubjectConfirmationData>\
             </saml:SubjectConfirmation></saml:Subject>\
             <saml:Conditions NotBefore=\"{now}\" NotOnOrAfter=\"{not_on_or_after}\"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>\
             </saml:AudienceRestriction></saml:Conditions>\
             <saml:AuthnStatement AuthnInstant=\"{now}\" SessionIndex=\"{session}\"><saml:AuthnContext>\
             <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>\
             </saml:AuthnContext></saml:AuthnStatement>\
             <saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
        )
    }
}

pub(super) struct Answer<'a> {
    pub(super) id: &'a str,
    pub(super) issuer: &'a str,
    pub(super) destination: &'a str,
    pub(super) in_response_to: Option<&'a str>,
    pub(super) now: &'a str,
}

impl Answer<'_> {
    /// A `Response` or `LogoutResponse`; `codes` are nested in one another.
    pub(super) fn to_xml(&self, element: &str, codes: &[&str], content: &str) -> String {
        let Self { id, now, .. } = self;
        let [issuer, destination] = [self.issuer, self.destination].map(escape);
        let in_response_to = in_response_to(self.in_response_to);
        let status = codes.iter().rev().fold(String::new(), |inner, code| {
            format!("<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:{code}\">{inner}</samlp:StatusCode>")
        });
        format!(
            "<samlp:{element} xmlns:samlp=\"{PROTOCOL}\" Destination=\"{destination}\" ID=\"{id}\"{in_response_to} IssueInstant=\"{now}\" Version=\"2.0\">\
             <saml:Issuer xmlns:saml=\"{ASSERTION}\">{issuer}</saml:Issuer><samlp:Status>{status}</samlp:Status>{content}</samlp:{element}>"
        )
    }

    pub(super) fn logout_request(&self, name: &str, session_index: &str) -> String {
        let Self { id, now, .. } = self;
        let [issuer, destination, name, session] =
            [self.issuer, self.destination, name, session_index].map(escape);
        format!(
            "<samlp:LogoutRequest xmlns:samlp=\"{PROTOCOL}\" Destination=\"{destination}\" ID=\"{id}\" IssueInstant=\"{now}\" Version=\"2.0\">\
             <saml:Issuer xmlns:saml=\"{ASSERTION}\">{issuer}</saml:Issuer><saml:NameID xmlns:saml=\"{ASSERTION}\">{name}</saml:NameID>\
             <samlp:SessionIndex>{session}</samlp:SessionIndex></samlp:LogoutRequest>"
        )
    }
}

/// An assertion encrypted for the holder of a certificate: AES-256-GCM, the key by RSA-OAEP.
pub(super) fn encrypted(assertion: &str, certificate: &str) -> Result<String, String> {
    let public = public_key(certificate).ok_or("the certificate has no RSA key")?;
    let (mut key, mut nonce) = ([0; 32], [0; 12]);
    OsRng.fill_bytes(&mut key);
    OsRng.fill_bytes(&mut nonce);
    let cipher = Aes256Gcm::new_from_slice(&key).map_err(|e| e.to_string())?;
    let sealed = cipher.encrypt(Nonce::from_slice(&nonce), assertion.as_bytes());
    let data = STANDARD.encode([&nonce[..], &sealed.map_err(|e| e.to_string())?].concat());
    let key = public.encrypt(&mut OsRng, Oaep::new::<sha1::Sha1>(), &key);
    let key = STANDARD.encode(key.map_err(|e| e.to_string())?);
    let cipher_data = |value| {
        format!("<xenc:CipherData><xenc:CipherValue>{value}</xenc:CipherValue></xenc:CipherData>")
    };
    Ok(format!(
        "<saml:EncryptedAssertion xmlns:saml=\"{ASSERTION}\"><xenc:EncryptedData xmlns:xenc=\"{XENC}\" Type=\"{XENC}Element\">\
         <xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"></xenc:EncryptionMethod>\
         <ds:KeyInfo xmlns:ds=\"{DSIG}\"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"{XENC}rsa-oaep-mgf1p\"></xenc:EncryptionMethod>{}\
         </xenc:EncryptedKey></ds:KeyInfo>{}</xenc:EncryptedData></saml:EncryptedAssertion>",
        cipher_data(key),
        cipher_data(data),
    ))
}

fn in_response_to(id: Option<&str>) -> String {
    id.map(|id| format!(" InResponseTo=\"{}\"", escape(id))).unwrap_or_default()
}
