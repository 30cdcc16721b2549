//! Metadata of identity providers (SAML 2.0 Metadata).

use std::time::Duration;

use http::Request;
use roxmltree::Node;

use super::binding::Binding;
use super::namespace::{DSIG, METADATA, PROTOCOL};
use super::{assertion, decode_base64, element_text};
use crate::DateTime;
use crate::crypto::PublicKey;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Call, Http, HttpOptions};
use crate::xml;

/// Bytes that metadata may have.
const MAX_SIZE: usize = 1 << 20;
const TIMEOUT: Duration = Duration::from_secs(30);

/// What is known about an identity provider: its name, where it listens, and the keys that it
/// signs with, which are the only ones that are believed.
///
/// ```
/// use authing::saml::{Binding, IdpMetadata};
///
/// # let certificate = include_str!("../../protocols/saml/testdata/idp.crt");
/// let idp = IdpMetadata::new("https://idp.example/metadata")
///     .single_sign_on(Binding::HttpRedirect, "https://idp.example/sso")
///     .signing_certificate(certificate)?;
/// assert_eq!(idp.signing_key_count(), 1);
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct IdpMetadata {
    pub(crate) entity_id: String,
    pub(crate) single_sign_on: Vec<Endpoint>,
    pub(crate) single_logout: Vec<Endpoint>,
    pub(crate) signing_keys: Vec<PublicKey>,
    pub(crate) wants_signed_requests: bool,
    pub(crate) valid_until: Option<DateTime>,
}

/// Where messages of one kind go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) binding: Binding,
    pub(crate) location: String,
    /// Where responses go, if not to the same place.
    pub(crate) response_location: Option<String>,
}

impl IdpMetadata {
    /// Metadata of an identity provider that publishes none: set at least an endpoint and a
    /// certificate.
    pub fn new(entity_id: impl Into<String>) -> Self {
        Self {
            entity_id: entity_id.into(),
            single_sign_on: Vec::new(),
            single_logout: Vec::new(),
            signing_keys: Vec::new(),
            wants_signed_requests: false,
            valid_until: None,
        }
    }

    /// Reads the metadata of the one identity provider in a document, which is an
    /// `EntityDescriptor` or an `EntitiesDescriptor` with it.
    ///
    /// Its signature, if it has one, is not looked at: whoever delivers the text must be trusted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parse`] when the text is no metadata, is larger than 1 MiB, or has none or
    /// several identity providers.
    pub fn parse(text: &str) -> Result<Self> {
        Self::parse_where(text, |_| true)
    }

    /// Reads the metadata of one of several identity providers in a document.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), when the document has it not exactly once.
    pub fn parse_entity(text: &str, entity_id: &str) -> Result<Self> {
        Self::parse_where(text, |id| id == entity_id)
    }

    /// Fetches metadata and reads it like [`parse`](Self::parse). The keys in it are what all
    /// trust comes from: use an `https` URL.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one with another status than 200; and as
    /// [`parse`](Self::parse).
    pub fn fetch(url: &str, options: &HttpOptions) -> Result<Self> {
        Self::fetch_with(&Http::new(options, TIMEOUT)?, url)
    }

    pub(crate) fn fetch_with(http: &Http, url: &str) -> Result<Self> {
        let operation = "saml metadata";
        let malformed = |e| Error::usage("the URL is malformed").with_source(e);
        let request = Request::get(url).body(Vec::new()).map_err(malformed)?;
        let deadline = http.deadline();
        let answer = http.send(&Call { operation, request, repeatable: true, deadline })?;
        let status = answer.status().as_u16();
        if status != 200 {
            let error = Error::new(ErrorKind::Http, "the identity provider has no metadata there");
            return Err(error.with_status(status).with_operation(operation));
        }
        let text = xml::decode(answer.body()).map_err(parse_error);
        text.and_then(Self::parse).map_err(|error| error.with_operation(operation))
    }

    /// Adds where requests to sign on go.
    pub fn single_sign_on(mut self, binding: Binding, location: impl Into<String>) -> Self {
        let location = location.into();
        self.single_sign_on.push(Endpoint { binding, location, response_location: None });
        self
    }

    /// Adds where requests to log out, and answers to them, go.
    pub fn single_logout(mut self, binding: Binding, location: impl Into<String>) -> Self {
        let location = location.into();
        self.single_logout.push(Endpoint { binding, location, response_location: None });
        self
    }

    /// Adds a key that the identity provider signs with: a PEM text, `CERTIFICATE` or
    /// `PUBLIC KEY`. Several may be valid at a time while keys are changed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when it is none for RSA, P-256 or P-384.
    pub fn signing_certificate(mut self, pem: &str) -> Result<Self> {
        let unreadable = || {
            Error::config("signing_certificate", "is no certificate or key for RSA, P-256 or P-384")
        };
        self.signing_keys.push(PublicKey::from_pem(pem).ok_or_else(unreadable)?);
        Ok(self)
    }

    /// The identity provider's name.
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// How many keys the identity provider signs with.
    pub fn signing_key_count(&self) -> usize {
        self.signing_keys.len()
    }

    /// From when on the metadata counts no more. It should be fetched again before.
    pub fn valid_until(&self) -> Option<DateTime> {
        self.valid_until
    }

    /// Whether the identity provider refuses requests that are not signed.
    pub fn wants_signed_requests(&self) -> bool {
        self.wants_signed_requests
    }

    fn parse_where(text: &str, wanted: impl Fn(&str) -> bool) -> Result<Self> {
        let document = xml::parse(text, MAX_SIZE).map_err(parse_error)?;
        let root = document.root_element();
        if !["EntityDescriptor", "EntitiesDescriptor"].iter().any(|n| is(root, n)) {
            return Err(broken(format!("it is `{}`", root.tag_name().name())));
        }
        let entities = root.descendants().filter(|node| is(*node, "EntityDescriptor"));
        let mut found = entities.filter_map(|entity| {
            let role =
                entity.children().find(|node| is(*node, "IDPSSODescriptor") && speaks(*node))?;
            let id = xml::attribute(entity, "entityID").filter(|id| wanted(id))?;
            Some((id, role))
        });
        match (found.next(), found.next()) {
            (Some((id, role)), None) => Self::read(id, role),
            (None, _) => Err(broken("it has no such identity provider")),
            (Some(_), Some(_)) => Err(broken("it has several identity providers")),
        }
    }

    fn read(entity_id: &str, role: Node<'_, '_>) -> Result<Self> {
        let mut metadata = Self::new(entity_id);
        metadata.wants_signed_requests =
            matches!(xml::attribute(role, "WantAuthnRequestsSigned"), Some("true" | "1"));
        for node in role.ancestors() {
            if let Some(text) = xml::attribute(node, "validUntil") {
                let until = assertion::date_time(text.trim());
                let until = until.ok_or_else(|| broken("its validUntil is no time"))?;
                metadata.valid_until =
                    Some(metadata.valid_until.map_or(until, |other| other.min(until)));
            }
        }
        for node in role.children() {
            if is(node, "SingleSignOnService") {
                metadata.single_sign_on.extend(Endpoint::read(node));
            } else if is(node, "SingleLogoutService") {
                metadata.single_logout.extend(Endpoint::read(node));
            } else if is(node, "KeyDescriptor")
                && matches!(xml::attribute(node, "use"), None | Some("signing"))
            {
                metadata.signing_keys.extend(keys(node));
            }
        }
        Ok(metadata)
    }
}

impl Endpoint {
    /// None for a binding that is not spoken here.
    fn read(node: Node<'_, '_>) -> Option<Self> {
        Some(Self {
            binding: Binding::from_uri(xml::attribute(node, "Binding")?)?,
            location: xml::attribute(node, "Location")?.to_owned(),
            response_location: xml::attribute(node, "ResponseLocation").map(str::to_owned),
        })
    }
}

/// The keys of a descriptor that can be used here; others verify nothing.
fn keys(descriptor: Node<'_, '_>) -> impl Iterator<Item = PublicKey> {
    let info = descriptor.children().filter(|n| n.has_tag_name((DSIG, "KeyInfo")));
    let data = info.flat_map(|n| n.children()).filter(|n| n.has_tag_name((DSIG, "X509Data")));
    let certificates =
        data.flat_map(|n| n.children()).filter(|n| n.has_tag_name((DSIG, "X509Certificate")));
    certificates.filter_map(|node| {
        let der = decode_base64("X509Certificate", &element_text(node).ok()?).ok()?;
        PublicKey::from_certificate(&der)
    })
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.has_tag_name((METADATA, name))
}

fn speaks(role: Node<'_, '_>) -> bool {
    let protocols = xml::attribute(role, "protocolSupportEnumeration").unwrap_or_default();
    protocols.split_ascii_whitespace().any(|protocol| protocol == PROTOCOL)
}

fn broken(reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Parse, format!("this is no metadata of an identity provider: {reason}"))
}

fn parse_error(error: xml::XmlError) -> Error {
    broken(error)
}
