//! Metadata of a service provider (SAML 2.0 Metadata, section 2.4.4).

use super::binding::Binding;
use super::namespace::{DSIG, METADATA, PROTOCOL};
use super::settings::Settings;
use super::xml_writer::Element;

pub(crate) fn write(settings: &Settings) -> String {
    let flag = |value| if value { "true" } else { "false" };
    let role = Element::new("md:SPSSODescriptor")
        .attribute("protocolSupportEnumeration", PROTOCOL)
        .attribute("AuthnRequestsSigned", flag(settings.signing_key.is_some()))
        .attribute("WantAssertionsSigned", flag(settings.require_signed_assertion))
        .children(settings.signing_key.as_ref().map(|key| {
            let descriptor = Element::new("md:KeyDescriptor").attribute("use", "signing");
            descriptor.child(key_info(key.certificate()))
        }))
        .children(encryption_key(settings))
        .children(settings.logout_url.iter().flat_map(|url| {
            [Binding::HttpRedirect, Binding::HttpPost]
                .map(|binding| service("md:SingleLogoutService", binding, url))
        }))
        .child(
            service("md:AssertionConsumerService", Binding::HttpPost, &settings.acs_url)
                .attribute("index", "0")
                .attribute("isDefault", "true"),
        );
    let entity = Element::new("md:EntityDescriptor")
        .attribute("xmlns:md", METADATA)
        .attribute("xmlns:ds", DSIG)
        .attribute("entityID", &settings.entity_id)
        .child(role);
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", entity.to_xml())
}

fn service(name: &'static str, binding: Binding, url: &str) -> Element {
    Element::new(name).attribute("Binding", binding.uri()).attribute("Location", url)
}

pub(crate) fn key_info(certificate: &str) -> Element {
    let certificate = Element::new("ds:X509Certificate").text(certificate);
    Element::new("ds:KeyInfo").child(Element::new("ds:X509Data").child(certificate))
}

#[cfg(not(feature = "saml-encryption"))]
fn encryption_key(_settings: &Settings) -> Option<Element> {
    None
}

#[cfg(feature = "saml-encryption")]
fn encryption_key(settings: &Settings) -> Option<Element> {
    let decryption = settings.decryption.as_ref()?;
    let gcm = [
        "http://www.w3.org/2009/xmlenc11#aes256-gcm",
        "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    ];
    let cbc = [
        "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
        "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
    ];
    let data = gcm.into_iter().chain(cbc.into_iter().filter(|_| decryption.accept_cbc));
    let methods = data.chain(["http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"]);
    let methods =
        methods.map(|method| Element::new("md:EncryptionMethod").attribute("Algorithm", method));
    let descriptor = Element::new("md:KeyDescriptor").attribute("use", "encryption");
    Some(descriptor.child(key_info(&decryption.certificate)).children(methods))
}
