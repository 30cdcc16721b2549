//! What an identity provider asserts about a user.

use roxmltree::Node;
use serde::{Deserialize, Serialize};

use super::c14n::Canonicalization;
use super::failure::{Check, VerificationFailure as Failure};
use super::name_id::NameId;
use super::namespace::{ASSERTION, XSI};
use crate::DateTime;
use crate::xml;

/// A verified assertion: who signed in, and what the identity provider says about them.
///
/// It can be stored; whoever stores it must make sure that nobody else writes there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Assertion {
    /// The ID of the assertion.
    pub id: String,
    /// The entity id of the identity provider.
    pub issuer: String,
    /// The user.
    pub name_id: NameId,
    /// What is said about the user, in the order of the assertion.
    pub attributes: Vec<Attribute>,
    /// How the user signed in: a class such as
    /// `urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport`.
    pub authn_context: Option<String>,
    /// When the user signed in.
    pub authn_instant: Option<DateTime>,
    /// The identity provider's name of the session: single logout needs it.
    pub session_index: Option<String>,
    /// When the user's session here has to end, if the identity provider says so.
    pub session_not_on_or_after: Option<DateTime>,
    /// Until when the assertion could be used to sign on: minutes, as a rule. The session may
    /// last longer.
    pub not_on_or_after: DateTime,
    /// The id of the request that it answers; none if the identity provider began.
    pub in_response_to: Option<String>,
}

/// An attribute of a user (SAML 2.0 Core, section 2.7.3.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attribute {
    /// The name, often a URI such as `urn:oid:0.9.2342.19200300.100.1.3`.
    pub name: String,
    /// How to read the name.
    pub name_format: Option<String>,
    /// A name for people, such as `mail`. Not to be relied on.
    pub friendly_name: Option<String>,
    /// The values, none to several.
    pub values: Vec<AttributeValue>,
}

/// A value of an [`Attribute`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AttributeValue {
    /// Text, of whatever type it is said to be.
    Text(String),
    /// A name, as in `eduPersonTargetedID`.
    NameId(NameId),
    /// Other elements, in canonical form.
    Xml(String),
    /// `xsi:nil`.
    Nil,
}

impl Assertion {
    /// The first value of an attribute, as text.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let named = self.attributes.iter().filter(|a| a.name == name);
        named.flat_map(|a| &a.values).find_map(AttributeValue::as_str)
    }

    /// The values of an attribute, of all that have the name.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a AttributeValue> {
        self.attributes.iter().filter(move |a| a.name == name).flat_map(|a| &a.values)
    }

    /// The first attribute with this friendly name. Identity providers choose it freely, several
    /// attributes may have the same: where it matters, go by the name.
    pub fn by_friendly_name(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.friendly_name.as_deref() == Some(name))
    }
}

impl AttributeValue {
    /// The text, or the value of the name.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::NameId(name) => Some(&name.value),
            Self::Xml(_) | Self::Nil => None,
        }
    }

    /// The value as `xs:boolean`: `true`, `false`, `1` or `0`.
    pub fn as_bool(&self) -> Option<bool> {
        match self.as_str()?.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// The value as a whole number.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_str()?.trim().parse().ok()
    }

    /// The value as `xs:dateTime`.
    pub fn as_date_time(&self) -> Option<DateTime> {
        date_time(self.as_str()?.trim())
    }

    fn read(node: Node<'_, '_>) -> Check<Self> {
        if matches!(node.attribute((XSI, "nil")), Some("true" | "1")) {
            return Ok(Self::Nil);
        }
        if let Some(text) = xml::text(node) {
            return Ok(Self::Text(text));
        }
        let mut elements = node.children().filter(Node::is_element);
        match (elements.next(), elements.next()) {
            (Some(name), None) if name.has_tag_name((ASSERTION, "NameID")) => {
                NameId::read(name).map(Self::NameId)
            }
            _ => {
                let options = Canonicalization::default();
                let written = node.children().filter(Node::is_element).map(|n| options.write(n));
                written
                    .collect::<Result<String, _>>()
                    .map(Self::Xml)
                    .map_err(|e| Failure::RelativeNamespace { got: e.0 })
            }
        }
    }
}

impl Attribute {
    pub(crate) fn read(node: Node<'_, '_>) -> Check<Self> {
        let missing = Failure::Structure { parent: "Attribute", name: "Name" };
        let text = |name| xml::attribute(node, name).map(str::to_owned);
        Ok(Self {
            name: text("Name").ok_or(missing)?,
            name_format: text("NameFormat"),
            friendly_name: text("FriendlyName"),
            values: xml::children(node, ASSERTION, "AttributeValue")
                .map(AttributeValue::read)
                .collect::<Check<_>>()?,
        })
    }
}

/// `xs:dateTime` with a time zone, which in SAML is UTC (SAML 2.0 Core, section 1.3.3).
pub(crate) fn date_time(text: &str) -> Option<DateTime> {
    // The core reads more forms than XML Schema has.
    text.get(10..11).filter(|separator| *separator == "T")?;
    DateTime::parse(text)
}
