//! XML signatures (XML Signature Syntax and Processing 1.1), narrowed to the profile of SAML 2.0
//! Core, section 5.4: one reference, to the element that the signature stands in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roxmltree::Node;

use super::algorithm::{self, Weaknesses};
use super::c14n::{Canonicalization, RelativeNamespace};
use super::failure::{Check, VerificationFailure as Failure};
use super::namespace::{DSIG, EXC_C14N};
use super::{decode_base64, element_text};
use crate::crypto::PublicKey;
use crate::xml;

/// Elements of `SignedInfo` and inclusive prefixes; there are about ten of the one, few of the other.
const MAX_ELEMENTS: usize = 32;
const MAX_PREFIXES: usize = 32;

/// Checks signatures with keys that were pinned before. What a message says about keys is ignored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verifier<'a> {
    pub(crate) keys: &'a [PublicKey],
    pub(crate) weaknesses: Weaknesses,
}

impl Verifier<'_> {
    /// Checks the signature that stands in an element over that element, and returns what was
    /// digested: the element in canonical form, without the signature and without comments. Only
    /// this is to be read as signed.
    ///
    /// `None` if there is no signature.
    pub(crate) fn enveloped(&self, signed: Node<'_, '_>) -> Check<Option<String>> {
        let mut signatures = signed.children().filter(|n| n.has_tag_name((DSIG, "Signature")));
        let Some(signature) = signatures.next() else { return Ok(None) };
        if signatures.next().is_some() {
            return Err(form("a second Signature"));
        }
        let parts = Parts::of(signature)?;
        self.signed_info(&parts)?;
        self.reference(parts.reference, signed, signature).map(Some)
    }

    /// Checks a signature over text, as in a query string.
    pub(crate) fn detached(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> Check {
        let method = self
            .weaknesses
            .signature_method(algorithm)
            .ok_or_else(|| Failure::SignatureAlgorithm { got: algorithm.to_owned() })?;
        let short = self.weaknesses.short_rsa;
        match self.keys.iter().any(|key| key.verifies(method, short, message, signature)) {
            true => Ok(()),
            false => {
                Err(Failure::Signature { keys: self.keys.len(), algorithm: algorithm.to_owned() })
            }
        }
    }

    fn signed_info(&self, parts: &Parts<'_, '_>) -> Check {
        let method = parts.canonicalization_method;
        let (comments, inclusive) = exclusive_c14n(method)?;
        let options = Canonicalization { comments, inclusive, without: None };
        let text = canonical(&options, parts.signed_info)?;
        only_attributes(parts.signature_method, "in SignatureMethod")?;
        let signature = decode_base64("SignatureValue", &element_text(parts.signature_value)?)?;
        let algorithm = xml::attribute(parts.signature_method, "Algorithm").unwrap_or_default();
        self.detached(algorithm, text.as_bytes(), &signature)
    }

    fn reference(
        &self,
        reference: Node<'_, '_>,
        signed: Node<'_, '_>,
        signature: Node<'_, '_>,
    ) -> Check<String> {
        let expected = format!("#{}", xml::attribute(signed, "ID").unwrap_or_default());
        let got = xml::attribute(reference, "URI");
        if expected == "#" || got != Some(&expected) {
            return Err(Failure::Reference { expected, got: got.map(str::to_owned) });
        }
        let mut parts = elements(reference);
        let transforms = named(parts.next(), "Transforms")?;
        let digest_method = named(parts.next(), "DigestMethod")?;
        let digest_value = named(parts.next(), "DigestValue")?;
        end(parts.next())?;

        let mut transforms = elements(transforms);
        let enveloped = named(transforms.next(), "Transform")?;
        expect_transform(enveloped, algorithm::ENVELOPED)?;
        only_attributes(enveloped, "in Transform")?;
        let exclusive = named(transforms.next(), "Transform")?;
        // A reference to an ID leaves comments out before any transform sees them (XML Signature
        // 1.1, section 4.4.3.3).
        let (_, inclusive) = exclusive_c14n(exclusive)?;
        if let Some(more) = transforms.next() {
            return Err(transform(more));
        }

        only_attributes(digest_method, "in DigestMethod")?;
        let algorithm = xml::attribute(digest_method, "Algorithm").unwrap_or_default();
        let method = self
            .weaknesses
            .digest_method(algorithm)
            .ok_or_else(|| Failure::DigestAlgorithm { got: algorithm.to_owned() })?;
        let expected = decode_base64("DigestValue", &element_text(digest_value)?)?;
        let without = Some(signature.id());
        let text = canonical(&Canonicalization { comments: false, inclusive, without }, signed)?;
        let got = method.digest(text.as_bytes());
        match got == expected {
            true => Ok(text),
            false => Err(Failure::Digest {
                expected: STANDARD.encode(expected),
                got: STANDARD.encode(got),
            }),
        }
    }
}

/// The parts of a signature, each there exactly once and in its place.
struct Parts<'a, 'input> {
    signed_info: Node<'a, 'input>,
    canonicalization_method: Node<'a, 'input>,
    signature_method: Node<'a, 'input>,
    reference: Node<'a, 'input>,
    signature_value: Node<'a, 'input>,
}

impl<'a, 'input> Parts<'a, 'input> {
    fn of(signature: Node<'a, 'input>) -> Check<Self> {
        let mut parts = elements(signature);
        let signed_info = named(parts.next(), "SignedInfo")?;
        let signature_value = named(parts.next(), "SignatureValue")?;
        if let Some(key_info) = parts.next() {
            named(Some(key_info), "KeyInfo")?;
            end(parts.next())?;
        }
        // It costs before anything is known to be signed.
        if signed_info.descendants().filter(Node::is_element).count() > MAX_ELEMENTS {
            return Err(form("more elements than there can be in SignedInfo"));
        }
        // What two readers could read in two ways: a comment ends the text for some of them.
        let described = signed_info.descendants().chain(signature_value.descendants());
        if described.clone().any(|node| node.is_comment() || node.is_pi()) {
            return Err(form("a comment or instruction in SignedInfo or SignatureValue"));
        }
        let mut parts = elements(signed_info);
        let parts = Self {
            signed_info,
            canonicalization_method: named(parts.next(), "CanonicalizationMethod")?,
            signature_method: named(parts.next(), "SignatureMethod")?,
            reference: named(parts.next(), "Reference")?,
            signature_value,
        };
        end(elements(signed_info).nth(3))?;
        Ok(parts)
    }
}

/// Whether comments count, and the inclusive prefixes, of a transform that must be exclusive
/// canonical XML.
fn exclusive_c14n<'a>(node: Node<'a, '_>) -> Check<(bool, Vec<&'a str>)> {
    let comments = match xml::attribute(node, "Algorithm") {
        Some(algorithm::EXCLUSIVE) => false,
        Some(algorithm::EXCLUSIVE_WITH_COMMENTS) => true,
        _ => return Err(transform(node)),
    };
    let mut parts = elements(node);
    let Some(inclusive) = parts.next() else { return Ok((comments, Vec::new())) };
    if !inclusive.has_tag_name((EXC_C14N, "InclusiveNamespaces")) {
        return Err(form("a parameter of a transform"));
    }
    only_attributes(inclusive, "in InclusiveNamespaces")?;
    end(parts.next())?;
    let list = xml::attribute(inclusive, "PrefixList").unwrap_or_default();
    if list.split_ascii_whitespace().nth(MAX_PREFIXES).is_some() {
        return Err(form("too many inclusive prefixes"));
    }
    let prefixes = list.split_ascii_whitespace();
    Ok((comments, prefixes.map(|p| if p == "#default" { "" } else { p }).collect()))
}

fn canonical(options: &Canonicalization<'_>, node: Node<'_, '_>) -> Check<String> {
    match options.write(node) {
        Ok(text) if text.is_empty() => Err(form("an element without canonical form")),
        Ok(text) => Ok(text),
        Err(RelativeNamespace(got)) => Err(Failure::RelativeNamespace { got }),
    }
}

fn elements<'a, 'input>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(Node::is_element)
}

fn named<'a, 'input>(
    node: Option<Node<'a, 'input>>,
    name: &'static str,
) -> Check<Node<'a, 'input>> {
    node.filter(|node| node.has_tag_name((DSIG, name))).ok_or_else(|| form(name))
}

fn end(node: Option<Node<'_, '_>>) -> Check {
    match node.map(|node| node.tag_name().name()) {
        None => Ok(()),
        Some("Reference") => Err(form("a second Reference")),
        Some("SignedInfo") => Err(form("a second SignedInfo")),
        Some("Object") => Err(form("an Object")),
        Some(_) => Err(form("an element too many")),
    }
}

/// Parameters of an algorithm would change what it does.
fn only_attributes(node: Node<'_, '_>, part: &'static str) -> Check {
    match elements(node).next() {
        Some(_) => Err(form(part)),
        None => Ok(()),
    }
}

fn expect_transform(node: Node<'_, '_>, algorithm: &str) -> Check {
    match xml::attribute(node, "Algorithm") == Some(algorithm) {
        true => Ok(()),
        false => Err(transform(node)),
    }
}

fn transform(node: Node<'_, '_>) -> Failure {
    Failure::Transform { got: xml::attribute(node, "Algorithm").unwrap_or_default().to_owned() }
}

fn form(part: &'static str) -> Failure {
    Failure::SignatureForm { part }
}
