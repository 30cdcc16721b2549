//! Single logout, begun here or there (SAML 2.0 Core, section 3.7; Profiles, section 4.4).
//!
//! All its messages are signed, and refused unsigned.

use roxmltree::Node;
use serde::{Deserialize, Serialize};

use super::assertion::{Assertion, date_time};
use super::binding::{Binding, Field, Outgoing, Received};
use super::claims::{self, Time};
use super::failure::{Check, VerificationFailure as Failure};
use super::login::{Pending, check_relay_state, issuer, request};
use super::metadata::Endpoint;
use super::name_id::NameId;
use super::namespace::{ASSERTION, PROTOCOL, SUCCESS};
use super::response::{Expected, expect_message, status, unambiguous};
use super::settings::Settings;
use super::signing::SigningKey;
use super::xml_writer::Element;
use super::{MAX_MESSAGE_SIZE, element_text};
use crate::DateTime;
use crate::error::{Error, Result};
use crate::xml;

const PARTIAL_LOGOUT: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";
const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";
/// How old a request may be that does not say how long it is valid.
const REQUEST_LIFETIME_MILLIS: i64 = 300_000;

/// Whom a logout is about: what to keep of an [`Assertion`] for as long as the session lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LogoutSubject {
    /// The user.
    pub name_id: NameId,
    /// The identity provider's name of the session.
    pub session_index: Option<String>,
}

/// A logout that was begun.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LogoutStart {
    /// What to hand to the browser.
    pub message: Outgoing,
    /// What [`finish_logout`](super::ServiceProvider::finish_logout) needs.
    pub pending: Pending,
}

/// What became of a logout that was begun here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogoutOutcome {
    /// The user is logged out everywhere.
    Complete,
    /// The user is logged out at the identity provider, but not at every other service.
    Partial,
}

/// The verified request of an identity provider to log a user out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogoutRequest {
    /// The ID of the request.
    pub id: String,
    /// The user.
    pub name_id: NameId,
    /// The sessions; none means all of the user's.
    pub session_indexes: Vec<String>,
    /// What goes back with the response. It is read from a query; where the request came by form,
    /// set it to the value of the field `RelayState`.
    pub relay_state: Option<String>,
}

impl LogoutSubject {
    /// A user, and the session if it is known.
    pub fn new(name_id: NameId, session_index: Option<String>) -> Self {
        Self { name_id, session_index }
    }
}

impl From<&Assertion> for LogoutSubject {
    fn from(assertion: &Assertion) -> Self {
        let Assertion { name_id, session_index, .. } = assertion.clone();
        Self { name_id, session_index }
    }
}

impl LogoutRequest {
    /// Whether a session that this subject began is to end.
    ///
    /// Formats and qualifiers count where both sides have them.
    pub fn concerns(&self, subject: &LogoutSubject) -> bool {
        let agree = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        let (ours, theirs) = (&subject.name_id, &self.name_id);
        ours.value == theirs.value
            && agree(&ours.format, &theirs.format)
            && agree(&ours.name_qualifier, &theirs.name_qualifier)
            && agree(&ours.sp_name_qualifier, &theirs.sp_name_qualifier)
            && match (&subject.session_index, &self.session_indexes[..]) {
                (_, []) | (None, _) => true,
                (Some(ours), theirs) => theirs.contains(ours),
            }
    }
}

/// Makes a request to log a user out.
pub(crate) fn start(
    settings: &Settings,
    subject: &LogoutSubject,
    binding: Option<Binding>,
    relay_state: Option<String>,
) -> Result<LogoutStart> {
    let key = signing_key(settings)?;
    let endpoint = endpoint(settings, binding)?;
    check_relay_state(relay_state.as_deref())?;
    let (request, pending) =
        request(settings, "samlp:LogoutRequest", &endpoint.location, relay_state)?;
    let session = subject.session_index.as_deref();
    let session = session.map(|index| Element::new("samlp:SessionIndex").text(index));
    let request = request.child(issuer(settings)).child(subject.name_id.to_xml()).children(session);
    let message = Outgoing::new(
        endpoint.binding,
        Field::Request,
        &endpoint.location,
        &request,
        pending.relay_state(),
        Some(key),
    )?;
    Ok(LogoutStart { message, pending })
}

/// Verifies the response to a request.
pub(crate) fn finish(
    settings: &Settings,
    received: Received<'_>,
    pending: &Pending,
    now: DateTime,
) -> Check<LogoutOutcome> {
    let (text, _) = open(settings, received, Field::Response, "LogoutResponse", now)?;
    let document = xml::parse(&text, MAX_MESSAGE_SIZE)?;
    let root = document.root_element();
    Expected::Request(&pending.request_id)
        .check("LogoutResponse", xml::attribute(root, "InResponseTo"))?;
    match status(root) {
        Ok(()) => {
            let nested = root.descendants().filter(|n| n.has_tag_name((PROTOCOL, "StatusCode")));
            let mut nested = nested.filter_map(|n| xml::attribute(n, "Value"));
            match nested.any(|code| code == PARTIAL_LOGOUT) {
                true => Ok(LogoutOutcome::Partial),
                false => Ok(LogoutOutcome::Complete),
            }
        }
        Err(Failure::Status { codes, .. }) if codes.iter().any(|code| code == PARTIAL_LOGOUT) => {
            Ok(LogoutOutcome::Partial)
        }
        Err(failure) => Err(failure),
    }
}

/// Verifies a request of the identity provider's.
pub(crate) fn receive(
    settings: &Settings,
    received: Received<'_>,
    now: DateTime,
) -> Check<LogoutRequest> {
    let (text, relay_state) = open(settings, received, Field::Request, "LogoutRequest", now)?;
    let document = xml::parse(&text, MAX_MESSAGE_SIZE)?;
    let root = document.root_element();
    let id = xml::attribute(root, "ID").filter(|id| !id.is_empty());
    let id = id.ok_or(Failure::Structure { parent: "LogoutRequest", name: "ID" })?.to_owned();
    let name_id = claims::name_id(settings, root)?;
    let session_indexes = xml::children(root, PROTOCOL, "SessionIndex")
        .map(|node| element_text(node).map(|text| text.trim().to_owned()))
        .collect::<Check<_>>()?;
    let until = valid_until(root, Time { now, leeway: settings.leeway_millis() })?;
    settings.use_once(&id, until, now)?;
    Ok(LogoutRequest { id, name_id, session_indexes, relay_state })
}

/// Answers a request of the identity provider's.
pub(crate) fn answer(
    settings: &Settings,
    asked: &LogoutRequest,
    binding: Option<Binding>,
    done: bool,
) -> Result<Outgoing> {
    let key = signing_key(settings)?;
    let endpoint = endpoint(settings, binding)?;
    let location = endpoint.response_location.as_deref().unwrap_or(&endpoint.location);
    let (response, _) = request(settings, "samlp:LogoutResponse", location, None)?;
    let code =
        Element::new("samlp:StatusCode").attribute("Value", if done { SUCCESS } else { RESPONDER });
    let response = response
        .attribute("InResponseTo", &asked.id)
        .child(issuer(settings))
        .child(Element::new("samlp:Status").child(code));
    let relay_state = asked.relay_state.as_deref();
    Outgoing::new(endpoint.binding, Field::Response, location, &response, relay_state, Some(key))
}

/// The XML of a message as far as it is signed, and the relay state.
fn open(
    settings: &Settings,
    received: Received<'_>,
    field: Field,
    kind: &'static str,
    now: DateTime,
) -> Check<(String, Option<String>)> {
    settings.check_metadata(now)?;
    let verifier = settings.verifier();
    let message = received.open(field, verifier)?;
    let document = xml::parse(&message.text, MAX_MESSAGE_SIZE)?;
    let root = document.root_element();
    expect_message(root, kind)?;
    unambiguous(root)?;
    let text = match verifier.enveloped(root)? {
        Some(signed) => signed,
        None if message.signed => message.text.clone(),
        None => return Err(Failure::Unsigned { element: kind }),
    };

    let document = xml::parse(&text, MAX_MESSAGE_SIZE)?;
    let root = document.root_element();
    let missing = Failure::Structure { parent: kind, name: "Issuer" };
    settings.check_issuer(kind, xml::only_child(root, ASSERTION, "Issuer").ok_or(missing)?)?;
    let here = settings.logout_url.as_deref().unwrap_or_default();
    settings.check_destination(xml::attribute(root, "Destination"), here)?;
    Ok((text.clone(), message.relay_state))
}

/// Until when a request counts: as it says, or five minutes.
fn valid_until(root: Node<'_, '_>, time: Time) -> Check<DateTime> {
    let until = match time.before(root, "NotOnOrAfter")? {
        Some(until) => until,
        None => {
            let got = xml::attribute(root, "IssueInstant");
            let issued = got.and_then(date_time);
            let what = "IssueInstant";
            let issued = issued.ok_or(Failure::Time { what, got: got.map(str::to_owned) })?;
            let (issued, now) = (issued.unix_millis(), time.now);
            let not_on_or_after =
                DateTime::from_unix_millis(issued.saturating_add(REQUEST_LIFETIME_MILLIS));
            if now.unix_millis().saturating_add(time.leeway) < issued {
                let not_before = DateTime::from_unix_millis(issued);
                return Err(Failure::NotYetValid { what, not_before, now });
            }
            if now.unix_millis().saturating_sub(time.leeway) >= not_on_or_after.unix_millis() {
                let what = "IssueInstant and five minutes";
                return Err(Failure::Expired { what, not_on_or_after, now });
            }
            not_on_or_after
        }
    };
    Ok(DateTime::from_unix_millis(until.unix_millis().saturating_add(time.leeway)))
}

fn endpoint(settings: &Settings, binding: Option<Binding>) -> Result<&Endpoint> {
    let mut endpoints = settings.idp.single_logout.iter();
    endpoints
        .find(|endpoint| binding.is_none_or(|wanted| wanted == endpoint.binding))
        .ok_or_else(|| Error::config("idp", "has no single logout service for this binding"))
}

fn signing_key(settings: &Settings) -> Result<&SigningKey> {
    let missing = || Error::config("signing_key", "is missing: single logout is always signed");
    settings.signing_key.as_ref().ok_or_else(missing)
}
