//! Verifying a response, in an order in which nothing is read before it is known to be signed.

use std::collections::HashSet;

use roxmltree::Node;

use super::assertion::Assertion;
use super::c14n::Canonicalization;
use super::claims::{self, Claims};
use super::decryption::decrypt;
use super::failure::{Check, VerificationFailure as Failure};
use super::namespace::{ASSERTION, DSIG, PROTOCOL, SUCCESS};
use super::settings::Settings;
use super::signature::Verifier;
use super::{MAX_MESSAGE_SIZE, element_text};
use crate::DateTime;
use crate::xml;

/// What a response has to answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected<'a> {
    /// The request with this id.
    Request(&'a str),
    /// No request: the identity provider began.
    Nothing,
}

impl Expected<'_> {
    pub(crate) fn check(self, element: &'static str, got: Option<&str>) -> Check {
        let expected = match self {
            Self::Request(id) => Some(id),
            Self::Nothing => None,
        };
        match expected == got {
            true => Ok(()),
            false => Err(Failure::InResponseTo {
                element,
                expected: expected.map(str::to_owned),
                got: got.map(str::to_owned),
            }),
        }
    }
}

/// Verifies the XML of a response and returns the one assertion in it.
pub(crate) fn verify(
    settings: &Settings,
    text: &str,
    expected: Expected<'_>,
    now: DateTime,
) -> Check<Assertion> {
    settings.check_metadata(now)?;
    let document = xml::parse(text, MAX_MESSAGE_SIZE)?;
    let root = document.root_element();
    expect_message(root, "Response")?;
    unambiguous(root)?;
    status(root)?;

    let verifier = settings.verifier();
    let signed_response = verifier.enveloped(root)?;
    if signed_response.is_none() && settings.require_signed_response {
        return Err(Failure::Unsigned { element: "Response" });
    }
    let signed_assertion = match assertions(root)? {
        Enclosed::Plain(assertion) => verifier.enveloped(assertion)?,
        Enclosed::Encrypted(_) => None,
    };

    // From here on, what was digested is read, not what came.
    let signed_document;
    let response = match &signed_response {
        Some(signed) => {
            signed_document = xml::parse(signed, MAX_MESSAGE_SIZE)?;
            signed_document.root_element()
        }
        None => root,
    };
    let assertion = match (signed_assertion, assertions(response)?) {
        (Some(signed), _) => signed,
        (None, Enclosed::Encrypted(assertion)) => {
            let plain = decrypt(settings, assertion, "EncryptedAssertion")?;
            signed_inside(settings, verifier, plain, signed_response.is_some())?
        }
        (None, Enclosed::Plain(assertion)) => {
            let signed = signed_response.is_some() && !settings.require_signed_assertion;
            match signed {
                true => canonical(assertion)?,
                false => return Err(Failure::Unsigned { element: "Assertion" }),
            }
        }
    };

    for issuer in xml::children(response, ASSERTION, "Issuer") {
        settings.check_issuer("Response", issuer)?;
    }
    // It must be there where it is signed (SAML 2.0 Bindings, section 3.5.5.2).
    let destination = xml::attribute(response, "Destination");
    if destination.is_some() || signed_response.is_some() {
        settings.check_destination(destination, &settings.acs_url)?;
    }
    expected.check("Response", xml::attribute(response, "InResponseTo"))?;
    let Claims { assertion, usable_until } = claims::read(settings, &assertion, expected, now)?;
    settings.use_once(&assertion.id, usable_until, now)?;
    Ok(assertion)
}

/// A decrypted assertion, as far as it is signed inside or outside the encryption.
fn signed_inside(
    settings: &Settings,
    verifier: Verifier<'_>,
    plain: String,
    signed_outside: bool,
) -> Check<String> {
    let document = xml::parse(&plain, MAX_MESSAGE_SIZE)?;
    let assertion = document.root_element();
    if !assertion.has_tag_name((ASSERTION, "Assertion")) {
        let got = assertion.tag_name().name().to_owned();
        return Err(Failure::Message { expected: "Assertion", got });
    }
    unambiguous(assertion)?;
    match verifier.enveloped(assertion)? {
        Some(signed) => Ok(signed),
        None if signed_outside && !settings.require_signed_assertion => canonical(assertion),
        None => Err(Failure::Unsigned { element: "the encrypted Assertion" }),
    }
}

fn canonical(element: Node<'_, '_>) -> Check<String> {
    let written = Canonicalization::default().write(element);
    written.map_err(|e| Failure::RelativeNamespace { got: e.0 })
}

enum Enclosed<'a, 'input> {
    Plain(Node<'a, 'input>),
    Encrypted(Node<'a, 'input>),
}

/// The one assertion of a response.
fn assertions<'a, 'input>(response: Node<'a, 'input>) -> Check<Enclosed<'a, 'input>> {
    let mut found = Vec::new();
    for child in response.children() {
        if child.has_tag_name((ASSERTION, "Assertion")) {
            found.push(Enclosed::Plain(child));
        } else if child.has_tag_name((ASSERTION, "EncryptedAssertion")) {
            found.push(Enclosed::Encrypted(child));
        }
    }
    match (found.len(), found.pop()) {
        (1, Some(assertion)) => Ok(assertion),
        (got, _) => Err(Failure::Assertions { got }),
    }
}

/// That a message of SAML 2.0 is of this kind.
pub(crate) fn expect_message(root: Node<'_, '_>, expected: &'static str) -> Check {
    if !root.has_tag_name((PROTOCOL, expected)) {
        return Err(Failure::Message { expected, got: root.tag_name().name().to_owned() });
    }
    expect_version(root, expected)
}

pub(crate) fn expect_version(node: Node<'_, '_>, element: &'static str) -> Check {
    match xml::attribute(node, "Version") {
        Some("2.0") => Ok(()),
        got => Err(Failure::Version { element, got: got.map(str::to_owned) }),
    }
}

/// That nothing in a message can be taken for something else: an ID names one element, messages
/// and assertions stand at the top, and signatures stand in what they sign.
pub(crate) fn unambiguous(root: Node<'_, '_>) -> Check {
    let mut ids = HashSet::new();
    for node in root.descendants().filter(Node::is_element) {
        for id in node.attributes().filter(|a| {
            a.name().eq_ignore_ascii_case("id")
                && matches!(a.namespace(), None | Some(roxmltree::NS_XML_URI))
        }) {
            if !ids.insert(id.value()) {
                return Err(Failure::DuplicateId { id: id.value().to_owned() });
            }
        }
        let Some(parent) = node.parent_element() else { continue };
        if node == root {
            continue;
        }
        let element = match (node.tag_name().namespace(), node.tag_name().name()) {
            (Some(ASSERTION), "Assertion") => Some("an Assertion"),
            (Some(ASSERTION), "EncryptedAssertion") => Some("an EncryptedAssertion"),
            _ => None,
        };
        let misplaced = |element, parent: Node<'_, '_>| {
            Err(Failure::Misplaced { element, parent: parent.tag_name().name().to_owned() })
        };
        if let Some(element) = element {
            if parent != root || !root.has_tag_name((PROTOCOL, "Response")) {
                return misplaced(element, parent);
            }
        } else if node.has_tag_name((DSIG, "Signature")) {
            let enveloped = parent == root
                || parent.parent_element() == Some(root)
                    && parent.has_tag_name((ASSERTION, "Assertion"));
            if !enveloped {
                return misplaced("a Signature", parent);
            }
        } else if node.tag_name().namespace() == Some(PROTOCOL)
            && matches!(
                node.tag_name().name(),
                "Response" | "LogoutRequest" | "LogoutResponse" | "ArtifactResponse"
            )
        {
            return misplaced("a message", parent);
        }
    }
    Ok(())
}

/// That the status of a response is success.
pub(crate) fn status(root: Node<'_, '_>) -> Check {
    let missing = |name| Failure::Structure { parent: "Response", name };
    let status = xml::only_child(root, PROTOCOL, "Status").ok_or_else(|| missing("Status"))?;
    let mut code =
        xml::only_child(status, PROTOCOL, "StatusCode").ok_or_else(|| missing("StatusCode"))?;
    let mut codes = vec![xml::attribute(code, "Value").unwrap_or_default().to_owned()];
    if codes[0] == SUCCESS {
        return Ok(());
    }
    while let Some(nested) = xml::only_child(code, PROTOCOL, "StatusCode") {
        code = nested;
        codes.push(xml::attribute(code, "Value").unwrap_or_default().to_owned());
    }
    let message = xml::only_child(status, PROTOCOL, "StatusMessage");
    let message = message.and_then(|message| element_text(message).ok());
    Err(Failure::Status { codes, message })
}
