//! Reading an assertion whose signature was verified: whom it is for, when, and what it says.

use roxmltree::Node;

use super::assertion::{Assertion, Attribute, date_time};
use super::decryption::decrypt;
use super::failure::{Check, VerificationFailure as Failure};
use super::name_id::NameId;
use super::namespace::{ASSERTION, BEARER};
use super::response::{Expected, expect_version};
use super::settings::Settings;
use super::{MAX_MESSAGE_SIZE, element_text};
use crate::DateTime;
use crate::xml;

/// An assertion, and until when it could be presented again.
pub(crate) struct Claims {
    pub(crate) assertion: Assertion,
    pub(crate) usable_until: DateTime,
}

/// Reads the XML of an assertion and nothing else.
pub(crate) fn read(
    settings: &Settings,
    signed: &str,
    expected: Expected<'_>,
    now: DateTime,
) -> Check<Claims> {
    let document = xml::parse(signed, MAX_MESSAGE_SIZE)?;
    let root = document.root_element();
    expect_version(root, "Assertion")?;
    let id = xml::attribute(root, "ID").filter(|id| !id.is_empty());
    let id = id.ok_or(Failure::Structure { parent: "Assertion", name: "ID" })?;
    let issuer = only(root, "Assertion", "Issuer")?;
    settings.check_issuer("Assertion", issuer)?;

    let time = Time { now, leeway: settings.leeway_millis() };
    let subject = only(root, "Assertion", "Subject")?;
    let confirmed_until = confirmation(settings, subject, expected, time)?;
    let conditions_until = conditions(settings, root, time)?;
    let not_on_or_after = conditions_until.map_or(confirmed_until, |c| c.min(confirmed_until));

    let authn = xml::children(root, ASSERTION, "AuthnStatement").next();
    let authn = authn.ok_or(Failure::Structure { parent: "Assertion", name: "AuthnStatement" })?;
    let session_end = time.before(authn, "SessionNotOnOrAfter")?;
    let context = xml::only_child(authn, ASSERTION, "AuthnContext");
    let class = context.and_then(|c| xml::only_child(c, ASSERTION, "AuthnContextClassRef"));

    let assertion = Assertion {
        id: id.to_owned(),
        issuer: settings.idp.entity_id.clone(),
        name_id: name_id(settings, subject)?,
        attributes: attributes(settings, root)?,
        authn_context: class.map(element_text).transpose()?.map(|class| class.trim().to_owned()),
        authn_instant: parse_time(authn, "AuthnInstant")?,
        session_index: xml::attribute(authn, "SessionIndex").map(str::to_owned),
        session_not_on_or_after: session_end,
        not_on_or_after,
        in_response_to: match expected {
            Expected::Request(id) => Some(id.to_owned()),
            Expected::Nothing => None,
        },
    };
    let usable_until = not_on_or_after.unix_millis().saturating_add(time.leeway);
    Ok(Claims { assertion, usable_until: DateTime::from_unix_millis(usable_until) })
}

/// Until when a confirmation as bearer holds (SAML 2.0 Profiles, section 4.1.4.3). One that holds
/// is enough; if none does, the first one says why.
fn confirmation(
    settings: &Settings,
    subject: Node<'_, '_>,
    expected: Expected<'_>,
    time: Time,
) -> Check<DateTime> {
    let mut failure = None;
    let mut methods = Vec::new();
    let mut confirmed_until = None;
    for confirmation in xml::children(subject, ASSERTION, "SubjectConfirmation") {
        let method = xml::attribute(confirmation, "Method").unwrap_or_default();
        methods.push(method.to_owned());
        if method != BEARER {
            continue;
        }
        match bearer(settings, confirmation, expected, time) {
            // The longest one counts: until then the assertion could come again.
            Ok(until) => confirmed_until = confirmed_until.max(Some(until)),
            Err(reason) => failure = failure.or(Some(reason)),
        }
    }
    let reason = failure.unwrap_or(Failure::Confirmation { got: methods });
    confirmed_until.ok_or(reason)
}

fn bearer(
    settings: &Settings,
    confirmation: Node<'_, '_>,
    expected: Expected<'_>,
    time: Time,
) -> Check<DateTime> {
    let data = only(confirmation, "SubjectConfirmation", "SubjectConfirmationData")?;
    let recipient = xml::attribute(data, "Recipient");
    if recipient != Some(&settings.acs_url) {
        return Err(Failure::Recipient {
            expected: settings.acs_url.clone(),
            got: recipient.map(str::to_owned),
        });
    }
    expected.check("SubjectConfirmationData", xml::attribute(data, "InResponseTo"))?;
    time.after(data, "NotBefore")?;
    let until = time.before(data, "NotOnOrAfter")?;
    until.ok_or(Failure::Time { what: "NotOnOrAfter", got: None })
}

/// That the conditions hold, and until when (SAML 2.0 Core, section 2.5).
fn conditions(settings: &Settings, assertion: Node<'_, '_>, time: Time) -> Check<Option<DateTime>> {
    let conditions = only(assertion, "Assertion", "Conditions")?;
    time.after(conditions, "NotBefore")?;
    let until = time.before(conditions, "NotOnOrAfter")?;
    let mut restricted = false;
    for condition in conditions.children().filter(Node::is_element) {
        let name = condition.tag_name();
        match (name.namespace(), name.name()) {
            (Some(ASSERTION), "AudienceRestriction") => {
                audience(settings, condition)?;
                restricted = true;
            }
            // Every assertion is used once here, and none is passed on.
            (Some(ASSERTION), "OneTimeUse" | "ProxyRestriction") => {}
            (_, got) => return Err(Failure::Condition { got: got.to_owned() }),
        }
    }
    match restricted {
        true => Ok(until),
        false => Err(Failure::Structure { parent: "Conditions", name: "AudienceRestriction" }),
    }
}

fn audience(settings: &Settings, restriction: Node<'_, '_>) -> Check {
    let audiences = xml::children(restriction, ASSERTION, "Audience");
    let got: Vec<String> = audiences
        .map(|audience| element_text(audience).map(|text| text.trim().to_owned()))
        .collect::<Check<_>>()?;
    match got.contains(&settings.entity_id) {
        true => Ok(()),
        false => Err(Failure::Audience { expected: settings.entity_id.clone(), got }),
    }
}

pub(crate) fn name_id(settings: &Settings, parent: Node<'_, '_>) -> Check<NameId> {
    let missing = Failure::Structure { parent: "Subject", name: "NameID" };
    let plain = xml::children(parent, ASSERTION, "NameID");
    let encrypted = xml::children(parent, ASSERTION, "EncryptedID");
    let mut found = plain.chain(encrypted);
    match (found.next(), found.next()) {
        (Some(node), None) if node.tag_name().name() == "NameID" => NameId::read(node),
        (Some(node), None) => {
            let plain = decrypt(settings, node, "EncryptedID")?;
            let document = xml::parse(&plain, MAX_MESSAGE_SIZE)?;
            let node = document.root_element();
            match node.has_tag_name((ASSERTION, "NameID")) {
                true => NameId::read(node),
                false => Err(missing),
            }
        }
        _ => Err(missing),
    }
}

fn attributes(settings: &Settings, assertion: Node<'_, '_>) -> Check<Vec<Attribute>> {
    let mut attributes = Vec::new();
    for statement in xml::children(assertion, ASSERTION, "AttributeStatement") {
        for node in statement.children() {
            if node.has_tag_name((ASSERTION, "Attribute")) {
                attributes.push(Attribute::read(node)?);
            } else if node.has_tag_name((ASSERTION, "EncryptedAttribute")) {
                let plain = decrypt(settings, node, "EncryptedAttribute")?;
                let document = xml::parse(&plain, MAX_MESSAGE_SIZE)?;
                let node = document.root_element();
                if !node.has_tag_name((ASSERTION, "Attribute")) {
                    let parent = "EncryptedAttribute";
                    return Err(Failure::Structure { parent, name: "Attribute" });
                }
                attributes.push(Attribute::read(node)?);
            }
        }
    }
    Ok(attributes)
}

fn only<'a, 'input: 'a>(
    parent: Node<'a, 'input>,
    parent_name: &'static str,
    name: &'static str,
) -> Check<Node<'a, 'input>> {
    xml::only_child(parent, ASSERTION, name).ok_or(Failure::Structure { parent: parent_name, name })
}

/// The time of the check, and what two clocks may differ by.
#[derive(Clone, Copy)]
pub(crate) struct Time {
    pub(crate) now: DateTime,
    pub(crate) leeway: i64,
}

impl Time {
    fn after(self, node: Node<'_, '_>, what: &'static str) -> Check {
        match parse_time(node, what)? {
            Some(not_before)
                if self.now.unix_millis().saturating_add(self.leeway)
                    < not_before.unix_millis() =>
            {
                Err(Failure::NotYetValid { what, not_before, now: self.now })
            }
            _ => Ok(()),
        }
    }

    /// The value of an attribute that is still ahead, if it is there.
    pub(crate) fn before(self, node: Node<'_, '_>, what: &'static str) -> Check<Option<DateTime>> {
        match parse_time(node, what)? {
            Some(not_on_or_after)
                if self.now.unix_millis().saturating_sub(self.leeway)
                    >= not_on_or_after.unix_millis() =>
            {
                Err(Failure::Expired { what, not_on_or_after, now: self.now })
            }
            until => Ok(until),
        }
    }
}

fn parse_time(node: Node<'_, '_>, what: &'static str) -> Check<Option<DateTime>> {
    let Some(text) = xml::attribute(node, what) else { return Ok(None) };
    match date_time(text.trim()) {
        Some(time) => Ok(Some(time)),
        None => Err(Failure::Time { what, got: Some(text.to_owned()) }),
    }
}
