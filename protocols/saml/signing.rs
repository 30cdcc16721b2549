//! Signing what is sent.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::algorithm;
use super::c14n::Canonicalization;
use super::namespace::{ASSERTION, DSIG};
use super::sp_metadata::key_info;
use super::xml_writer::Element;
use crate::crypto::{DigestMethod, PublicKey, SigningKeyPair, pem_body};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::xml;

/// The key that a service provider signs with, and the certificate that identity providers know it
/// by.
///
/// RSA keys sign with SHA-256, keys on P-256 and P-384 with the hash of their curve.
#[derive(Clone, Debug)]
pub struct SigningKey {
    pair: Arc<SigningKeyPair>,
    /// In base64.
    certificate: String,
}

impl SigningKey {
    /// A key from PEM texts: `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1), and its
    /// `CERTIFICATE`. RSA keys have from 2048 to 4096 bits.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when one of them cannot be used, or they do
    /// not belong together.
    pub fn from_pem(private_key: impl Into<Secret>, certificate: &str) -> Result<Self> {
        let pair = SigningKeyPair::from_pem(private_key.into().expose())
            .map_err(|reason| Error::config("signing_key", reason))?;
        let der = pem_body(certificate, "CERTIFICATE");
        let unreadable =
            || Error::config("certificate", "is no certificate for RSA, P-256 or P-384");
        let der = der.ok_or_else(unreadable)?;
        let public = PublicKey::from_certificate(&der).ok_or_else(unreadable)?;
        if !pair.belongs_to(&public) {
            return Err(Error::config("certificate", "is for another key than `signing_key`"));
        }
        Ok(Self { pair: Arc::new(pair), certificate: STANDARD.encode(der) })
    }

    pub(crate) fn certificate(&self) -> &str {
        &self.certificate
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        algorithm::identifier(self.pair.method())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        self.pair.sign(message).map_err(Error::usage)
    }

    /// A message of ours with an enveloped signature, which goes behind the issuer (SAML 2.0 Core,
    /// section 3.2.1).
    pub(crate) fn sign_enveloped(&self, text: &str) -> Result<String> {
        let unreadable = |_| Error::usage("the message to sign is no XML");
        let document = xml::parse(text, usize::MAX).map_err(unreadable)?;
        let root = document.root_element();
        let canonical = canonical(root)?;
        let digest = DigestMethod::Sha256.digest(canonical.as_bytes());

        let signed_info = self.signed_info(xml::attribute(root, "ID").unwrap_or_default(), &digest);
        let signed_info =
            Element::new("ds:SignedInfo").attribute("xmlns:ds", DSIG).raw(&signed_info);
        let text_to_sign = signed_info.to_xml();
        let document_to_sign = xml::parse(&text_to_sign, usize::MAX).map_err(unreadable)?;
        let to_sign = self::canonical(document_to_sign.root_element())?;
        let signature = STANDARD.encode(self.sign(to_sign.as_bytes())?);

        let signature = Element::new("ds:Signature")
            .attribute("xmlns:ds", DSIG)
            .child(signed_info)
            .child(Element::new("ds:SignatureValue").text(&signature))
            .child(key_info(&self.certificate));
        let issuer = xml::children(root, ASSERTION, "Issuer").next();
        let at = issuer.map(|issuer| issuer.range().end);
        let at = at.ok_or_else(|| Error::usage("the message to sign has no issuer"))?;
        Ok([&text[..at], &signature.to_xml(), &text[at..]].concat())
    }

    fn signed_info(&self, id: &str, digest: &[u8]) -> String {
        let algorithm = |name, identifier| Element::new(name).attribute("Algorithm", identifier);
        let transforms = Element::new("ds:Transforms")
            .child(algorithm("ds:Transform", algorithm::ENVELOPED))
            .child(algorithm("ds:Transform", algorithm::EXCLUSIVE));
        let reference = Element::new("ds:Reference")
            .attribute("URI", &format!("#{id}"))
            .child(transforms)
            .child(algorithm("ds:DigestMethod", algorithm::SHA256))
            .child(Element::new("ds:DigestValue").text(&STANDARD.encode(digest)));
        [
            algorithm("ds:CanonicalizationMethod", algorithm::EXCLUSIVE).to_xml(),
            algorithm("ds:SignatureMethod", self.algorithm()).to_xml(),
            reference.to_xml(),
        ]
        .concat()
    }
}

fn canonical(node: roxmltree::Node<'_, '_>) -> Result<String> {
    Canonicalization::default()
        .write(node)
        .map_err(|e| Error::usage(format!("the namespace name {:?} is relative", e.0)))
}
