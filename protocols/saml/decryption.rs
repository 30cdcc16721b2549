//! What is encrypted for the service provider (XML Encryption 1.1, as far as SAML uses it).

#[cfg(not(feature = "saml-encryption"))]
pub(crate) fn decrypt(
    _settings: &super::settings::Settings,
    _element: roxmltree::Node<'_, '_>,
    what: &'static str,
) -> super::failure::Check<String> {
    Err(super::VerificationFailure::NoDecryptionKey { element: what })
}

#[cfg(feature = "saml-encryption")]
pub(crate) use enabled::*;

#[cfg(feature = "saml-encryption")]
#[path = "decryption_enabled.rs"]
mod enabled;
