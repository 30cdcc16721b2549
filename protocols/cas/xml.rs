//! Answers of CAS 2.0 and 3.0 in XML (2.5.2, 2.7.2 and appendix A).

use roxmltree::{Document, Node};

use super::attributes::Attributes;
use super::authentication::Success;
use super::failure::{self, VerificationFailure};
use crate::error::{Error, Result};
use crate::xml;

const CAS: &str = "http://www.yale.edu/tp/cas";
/// Far beyond any real answer.
const MAX_SIZE: usize = 1 << 20;

/// Reads the answer to a validation.
pub(super) fn parse_validation(body: &[u8]) -> Result<Success> {
    let text = decode(body)?;
    let document = parse_guarded(text)?;
    let response = response(&document)?;
    match response.tag_name().name() {
        "authenticationSuccess" => success(response),
        "authenticationFailure" => Err(refusal(response)),
        other => Err(broken(&format!("it is a `{other}`"))),
    }
}

/// Reads the answer to a request for a proxy ticket: the ticket.
pub(super) fn parse_proxy(text: &str) -> Result<String> {
    let document = parse_guarded(text)?;
    let response = response(&document)?;
    match response.tag_name().name() {
        "proxySuccess" => xml::only_child(response, CAS, "proxyTicket")
            .and_then(xml::text)
            .map(|ticket| ticket.trim().to_owned())
            .ok_or_else(|| broken("it has not one proxy ticket")),
        // django-cas-server calls it by the other name.
        "proxyFailure" | "authenticationFailure" => Err(refusal(response)),
        other => Err(broken(&format!("it is a `{other}`"))),
    }
}

pub(super) fn decode(body: &[u8]) -> Result<&str> {
    xml::decode(body).map_err(not_xml)
}

pub(super) fn parse_guarded(text: &str) -> Result<Document<'_>> {
    xml::parse(text, MAX_SIZE).map_err(not_xml)
}

fn not_xml(error: xml::XmlError) -> Error {
    broken(&error.to_string()).with_source(error)
}

fn broken(reason: &str) -> Error {
    failure::broken("the answer is no CAS answer", reason)
}

/// The one element inside `serviceResponse`.
fn response<'a, 'input>(document: &'a Document<'input>) -> Result<Node<'a, 'input>> {
    let root = document.root_element();
    if !root.has_tag_name((CAS, "serviceResponse")) {
        let (name, namespace) = (root.tag_name().name(), root.tag_name().namespace());
        let namespace = namespace.unwrap_or("none");
        let reason = format!(
            "it is a `{name}` of namespace `{namespace}`, not a `serviceResponse` of `{CAS}`"
        );
        return Err(broken(&reason));
    }
    let mut elements = root.children().filter(Node::is_element);
    match (elements.next(), elements.next()) {
        (Some(response), None) if response.tag_name().namespace() == Some(CAS) => Ok(response),
        (Some(_), None) => Err(broken("what it holds is of another namespace")),
        (None, _) => Err(broken("it is empty")),
        (Some(_), Some(_)) => Err(broken("it holds more than one response")),
    }
}

fn refusal(response: Node<'_, '_>) -> Error {
    let description = xml::text(response).unwrap_or_default();
    VerificationFailure::refused(xml::attribute(response, "code"), &description).into()
}

fn success(response: Node<'_, '_>) -> Result<Success> {
    let found = xml::children(response, CAS, "user").count();
    let Some(user) = xml::only_child(response, CAS, "user") else {
        return Err(VerificationFailure::Users { found }.into());
    };
    let user = xml::text(user).ok_or_else(|| broken("there are elements in the user's name"))?;
    let mut success = Success::of(&user)?;
    success.proxies = proxies(response)?;
    success.proxy_granting_ticket_iou = proxy_granting_ticket_iou(response)?;
    success.attributes = attributes(response);
    Ok(success)
}

fn proxies(response: Node<'_, '_>) -> Result<Vec<String>> {
    let mut lists = xml::children(response, CAS, "proxies");
    let Some(list) = lists.next() else { return Ok(Vec::new()) };
    if lists.next().is_some() {
        return Err(broken("it has more than one list of proxies"));
    }
    if xml::text(list).is_some_and(|text| !text.trim().is_empty()) {
        return Err(broken("its list of proxies holds text"));
    }
    // An element that is not understood could be a proxy that is overlooked.
    list.children()
        .filter(Node::is_element)
        .map(|proxy| {
            xml::text(proxy)
                .filter(|_| proxy.has_tag_name((CAS, "proxy")))
                .map(|url| url.trim().to_owned())
                .filter(|url| !url.is_empty())
                .ok_or_else(|| broken("its list of proxies holds something else"))
        })
        .collect()
}

fn proxy_granting_ticket_iou(response: Node<'_, '_>) -> Result<Option<String>> {
    match xml::children(response, CAS, "proxyGrantingTicket").count() {
        0 => Ok(None),
        _ => xml::only_child(response, CAS, "proxyGrantingTicket")
            .and_then(xml::text)
            .map(|iou| Some(iou.trim().to_owned()).filter(|iou| !iou.is_empty()))
            .ok_or_else(|| broken("it has not one proxy-granting ticket")),
    }
}

/// Attributes in every style that is in use; where a server writes one in two styles, the first of
/// this list counts:
///
/// 1. elements in `attributes`, and in `userAttributes` (CAS 3.0, appendix A);
/// 2. `<attribute name="…" value="…"/>`, or with the value as its text, in one of those or beside
///    `user`;
/// 3. elements beside `user` (RubyCAS).
fn attributes(response: Node<'_, '_>) -> Attributes {
    let (mut elements, mut named, mut siblings) = Default::default();
    for child in response.children().filter(Node::is_element) {
        match child.tag_name().name() {
            _ if child.tag_name().namespace() != Some(CAS) => {}
            "user" | "proxies" | "proxyGrantingTicket" => {}
            "attributes" | "userAttributes" => read_container(child, &mut elements, &mut named),
            _ => read_attribute(child, &mut siblings, &mut named),
        }
    }
    elements.add_missing(named);
    elements.add_missing(siblings);
    elements
}

fn read_container(container: Node<'_, '_>, elements: &mut Attributes, named: &mut Attributes) {
    for child in container.children().filter(|child| child.tag_name().namespace() == Some(CAS)) {
        match child.has_tag_name((CAS, "userAttributes")) && xml::text(child).is_none() {
            true => read_container(child, elements, named),
            false => read_attribute(child, elements, named),
        }
    }
}

/// An element that has a structure of its own is no attribute.
fn read_attribute(element: Node<'_, '_>, elements: &mut Attributes, named: &mut Attributes) {
    let Some(text) = xml::text(element) else { return };
    match (element.tag_name().name(), xml::attribute(element, "name")) {
        ("attribute", Some(name)) => {
            named.add(name, xml::attribute(element, "value").map_or(text, str::to_owned));
        }
        (name, _) => elements.add(name, text),
    }
}
