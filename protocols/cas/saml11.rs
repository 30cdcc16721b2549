//! Validation by SAML 1.1 (CAS 3.0, 2.6 and appendix; the messages are those of the SAML 1.1 SOAP
//! binding).
//!
//! Nothing is signed: as with the other validations, what counts is the connection that the answer
//! came over. The assertion's own conditions are checked all the same.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Request};
use roxmltree::Node;

use super::attributes::Attributes;
use super::authentication::Success;
use super::failure::{self, VerificationFailure};
use super::urls::with_query;
use super::xml::{decode, parse_guarded};
use crate::error::{Error, Result};
use crate::time::DateTime;
use crate::xml::{children, only_child, text};

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:1.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:1.0:assertion";
/// How far the clocks of the two sides may differ.
const LEEWAY: Duration = Duration::from_secs(60);

/// The request. Neither the ticket nor the id has a character that XML would have to escape.
pub(super) fn request(
    server: &str,
    service: &str,
    ticket: &str,
    request_id: &str,
    now: SystemTime,
) -> Result<Request<Vec<u8>>> {
    let issued = DateTime::from(now);
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <SOAP-ENV:Envelope xmlns:SOAP-ENV=\"{SOAP}\"><SOAP-ENV:Header/><SOAP-ENV:Body>\
         <samlp:Request xmlns:samlp=\"{PROTOCOL}\" MajorVersion=\"1\" MinorVersion=\"1\" \
         RequestID=\"{request_id}\" IssueInstant=\"{issued}\">\
         <samlp:AssertionArtifact>{ticket}</samlp:AssertionArtifact></samlp:Request>\
         </SOAP-ENV:Body></SOAP-ENV:Envelope>"
    );
    let action = HeaderValue::from_static("http://www.oasis-open.org/committees/security");
    Request::post(with_query(&format!("{server}/samlValidate"), [("TARGET", service)]))
        .header(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"))
        .header(HeaderName::from_static("soapaction"), action)
        .body(body.into_bytes())
        .map_err(|e| Error::usage("the request is malformed").with_source(e))
}

/// Reads the answer to the request of that id.
pub(super) fn parse(
    body: &[u8],
    service: &str,
    request_id: &str,
    now: SystemTime,
) -> Result<Success> {
    let document = parse_guarded(decode(body)?)?;
    let envelope = document.root_element();
    if !envelope.has_tag_name((SOAP, "Envelope")) {
        return Err(broken("it is no SOAP envelope"));
    }
    let response = only_child(envelope, SOAP, "Body")
        .and_then(|body| only_child(body, PROTOCOL, "Response"))
        .ok_or_else(|| broken("it has not one SAML 1.1 response"))?;
    check_request_id(response, request_id)?;
    check_status(response)?;
    let assertion = only_child(response, ASSERTION, "Assertion")
        .ok_or_else(|| broken("it has not one assertion"))?;
    check_conditions(assertion, service, now)?;

    let mut success = Success::of(&user(assertion)?)?;
    success.attributes = attributes(assertion);
    success.authentication_date = children(assertion, ASSERTION, "AuthenticationStatement")
        .find_map(|statement| {
            DateTime::parse(crate::xml::attribute(statement, "AuthenticationInstant")?)
        });
    Ok(success)
}

/// Servers may leave it out.
fn check_request_id(response: Node<'_, '_>, expected: &str) -> Result<()> {
    match crate::xml::attribute(response, "InResponseTo") {
        Some(got) if got != expected => {
            let (expected, got) = (expected.to_owned(), got.to_owned());
            Err(VerificationFailure::InResponseTo { expected, got }.into())
        }
        _ => Ok(()),
    }
}

fn check_status(response: Node<'_, '_>) -> Result<()> {
    let status =
        only_child(response, PROTOCOL, "Status").ok_or_else(|| broken("it has not one status"))?;
    let code = only_child(status, PROTOCOL, "StatusCode");
    let value = code.and_then(|code| crate::xml::attribute(code, "Value"));
    let (Some(code), Some(value)) = (code, value) else {
        return Err(broken("its status has no code"));
    };
    // A qualified name, whose prefix some servers do not declare.
    let value = value.rsplit(':').next().unwrap_or(value);
    if value == "Success" {
        return Ok(());
    }
    let message = only_child(status, PROTOCOL, "StatusMessage").unwrap_or(code);
    Err(VerificationFailure::refused(Some(value), &text(message).unwrap_or_default()).into())
}

fn check_conditions(assertion: Node<'_, '_>, service: &str, now: SystemTime) -> Result<()> {
    let conditions = only_child(assertion, ASSERTION, "Conditions")
        .ok_or_else(|| broken("its assertion has no conditions"))?;
    let date = |name| {
        let date = crate::xml::attribute(conditions, name).and_then(DateTime::parse);
        date.ok_or_else(|| broken(&format!("its assertion has no `{name}`")))
    };
    let (not_before, not_on_or_after) = (date("NotBefore")?, date("NotOnOrAfter")?);
    let leeway = i64::try_from(LEEWAY.as_millis()).unwrap_or(0);
    let now = DateTime::from(now);
    if now.unix_millis().saturating_add(leeway) < not_before.unix_millis() {
        return Err(VerificationFailure::NotYetValid { not_before, now }.into());
    }
    if now.unix_millis().saturating_sub(leeway) >= not_on_or_after.unix_millis() {
        return Err(VerificationFailure::Expired { not_on_or_after, now }.into());
    }
    // Each restriction must be met, by any one of its audiences.
    let mut restrictions =
        children(conditions, ASSERTION, "AudienceRestrictionCondition").peekable();
    if restrictions.peek().is_none() {
        return Err(broken("its assertion is for nobody in particular"));
    }
    for restriction in restrictions {
        let got: Vec<String> = children(restriction, ASSERTION, "Audience")
            .filter_map(text)
            .map(|audience| audience.trim().to_owned())
            .collect();
        if !got.iter().any(|audience| audience == service) {
            let expected = service.to_owned();
            return Err(VerificationFailure::Audience { expected, got }.into());
        }
    }
    Ok(())
}

/// The subject of all statements, which must be the same one.
fn user(assertion: Node<'_, '_>) -> Result<String> {
    let statements = assertion.children().filter(Node::is_element);
    let users: Option<BTreeSet<String>> = statements
        .flat_map(|statement| children(statement, ASSERTION, "Subject"))
        .flat_map(|subject| children(subject, ASSERTION, "NameIdentifier"))
        .map(|name| text(name).map(|name| name.trim().to_owned()))
        .collect();
    let users = users.ok_or_else(|| broken("there are elements in the user's name"))?;
    let found = users.len();
    match users.into_iter().next() {
        Some(user) if found == 1 => Ok(user),
        _ => Err(VerificationFailure::Users { found }.into()),
    }
}

fn attributes(assertion: Node<'_, '_>) -> Attributes {
    let mut attributes = Attributes::default();
    let elements = children(assertion, ASSERTION, "AttributeStatement")
        .flat_map(|statement| children(statement, ASSERTION, "Attribute"));
    for attribute in elements {
        let Some(name) = crate::xml::attribute(attribute, "AttributeName") else { continue };
        let values = children(attribute, ASSERTION, "AttributeValue").filter_map(text).collect();
        attributes.add_all(name.to_owned(), values);
    }
    attributes
}

fn broken(reason: &str) -> Error {
    failure::broken("the answer is none of SAML 1.1", reason)
}
