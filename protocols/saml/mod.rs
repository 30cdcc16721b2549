//! SAML 2.0: a service provider in the Web Browser SSO and Single Logout profiles, for Authing
//! apps and any other identity provider. Without C libraries.
//!
//! ```no_run
//! use authing::http::HttpOptions;
//! use authing::saml::{IdpMetadata, Pending, ServiceProvider};
//!
//! # fn example(form: std::collections::HashMap<&str, String>, stored: Pending) -> authing::Result<()> {
//! let idp = IdpMetadata::fetch("https://idp.example/metadata", &HttpOptions::new())?;
//! let sp = ServiceProvider::new("https://me.example/saml", "https://me.example/acs", idp)?;
//!
//! // 1. Send the browser to the identity provider, and remember what was asked.
//! let login = sp.login().start()?;
//! let redirect_to = login.message.url();
//!
//! // 2. It comes back to /acs with a form.
//! let assertion = sp.finish(&form["SAMLResponse"], stored)?;
//! println!("{} {:?}", assertion.name_id.value, assertion.attribute("mail"));
//! # Ok(())
//! # }
//! ```
//!
//! # What is trusted
//!
//! Only keys of the [`IdpMetadata`]; what a message says about keys is ignored. A signature must
//! refer to the element that it stands in, by its ID, with the transforms enveloped signature and
//! exclusive canonical XML. Once it is verified, the canonical text that was digested is what is
//! read, and nothing else of the message. RSA with SHA-256, SHA-384 and SHA-512, RSA-PSS, and
//! ECDSA on P-256 and P-384 are accepted; SHA-1 and short keys only under
//! [`dangerous`](ServiceProvider::dangerous).
//!
//! Messages are looked over before they are parsed: size, depth, attributes and namespaces are
//! bounded, document types refused.
//!
//! # Pieces
//!
//! - [`ServiceProvider`]: [`login`](ServiceProvider::login), [`finish`](ServiceProvider::finish),
//!   [`finish_unsolicited`](ServiceProvider::finish_unsolicited),
//!   [`metadata`](ServiceProvider::metadata), single logout.
//! - [`Assertion`]: [`NameId`], [`Attribute`]s, session, expiry.
//! - [`VerificationFailure`]: which check a message did not pass.
//! - [`ReplayCache`]: where used assertions are remembered.
//! - With the feature `saml-encryption`: `Decrypt` and `DecryptionKey`, for encrypted assertions,
//!   names and attributes.

mod algorithm;
mod assertion;
mod authing_app;
mod binding;
mod c14n;
mod claims;
#[cfg_attr(not(feature = "saml-encryption"), path = "no_decryption.rs")]
mod decryption;
mod deflate;
mod failure;
mod login;
mod logout;
mod metadata;
mod name_id;
mod namespace;
mod provider;
mod replay;
mod response;
mod settings;
mod signature;
mod signing;
mod sp_metadata;
mod xml_writer;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roxmltree::Node;

pub use self::assertion::{Assertion, Attribute, AttributeValue};
pub use self::binding::{Binding, Outgoing, PostForm, Received};
#[cfg(feature = "saml-encryption")]
pub use self::decryption::{Decrypt, DecryptError, DecryptionKey, OaepDigest, OaepParameters};
use self::failure::Check;
pub use self::failure::VerificationFailure;
pub use self::login::{Comparison, LoginRequest, LoginStart, Pending};
pub use self::logout::{LogoutOutcome, LogoutRequest, LogoutStart, LogoutSubject};
pub use self::metadata::IdpMetadata;
pub use self::name_id::NameId;
pub use self::provider::ServiceProvider;
pub use self::replay::{InMemoryReplayCache, ReplayCache, ReplayCacheError};
pub use self::signing::SigningKey;

/// Bytes that a message may have: 256 KiB.
pub const MAX_MESSAGE_SIZE: usize = 256 << 10;

/// Base64 of XML Schema: the standard alphabet with padding, and white space anywhere.
fn decode_base64(what: &'static str, text: &str) -> Check<Vec<u8>> {
    let packed: Vec<u8> = text.bytes().filter(|b| !b" \t\r\n".contains(b)).collect();
    STANDARD.decode(packed).map_err(|_| VerificationFailure::Base64 { what })
}

/// The text of an element that must have nothing but text.
fn element_text(node: Node<'_, '_>) -> Check<String> {
    crate::xml::text(node).ok_or_else(|| VerificationFailure::Malformed {
        reason: format!("`{}` has elements in it", node.tag_name().name()),
    })
}
