//! The name of a subject.

use roxmltree::Node;
use serde::{Deserialize, Serialize};

use super::failure::{Check, VerificationFailure as Failure};
use super::{element_text, xml_writer::Element};
use crate::xml;

/// Who the assertion is about (SAML 2.0 Core, section 2.2.3).
///
/// A value is unique only together with its format and qualifiers; those of
/// [`TRANSIENT`](Self::TRANSIENT) change with each sign-on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NameId {
    /// The name itself.
    pub value: String,
    /// What kind of name it is, for example [`PERSISTENT`](Self::PERSISTENT).
    pub format: Option<String>,
    /// The domain that the name is unique in.
    pub name_qualifier: Option<String>,
    /// The service provider that the name is for.
    pub sp_name_qualifier: Option<String>,
    /// What the service provider calls the subject.
    pub sp_provided_id: Option<String>,
}

impl NameId {
    /// A name that is one user's for good, at one service provider.
    pub const PERSISTENT: &'static str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    /// A name for one session.
    pub const TRANSIENT: &'static str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
    /// An e-mail address.
    pub const EMAIL_ADDRESS: &'static str =
        "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    /// Whatever the identity provider likes.
    pub const UNSPECIFIED: &'static str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

    /// A name without format and qualifiers.
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            format: None,
            name_qualifier: None,
            sp_name_qualifier: None,
            sp_provided_id: None,
        }
    }

    pub(crate) fn read(node: Node<'_, '_>) -> Check<Self> {
        let value = element_text(node)?;
        if value.trim().is_empty() {
            return Err(Failure::Structure { parent: "Subject", name: "NameID with a value" });
        }
        let attribute = |name| xml::attribute(node, name).map(str::to_owned);
        Ok(Self {
            value,
            format: attribute("Format"),
            name_qualifier: attribute("NameQualifier"),
            sp_name_qualifier: attribute("SPNameQualifier"),
            sp_provided_id: attribute("SPProvidedID"),
        })
    }

    pub(crate) fn to_xml(&self) -> Element {
        Element::new("saml:NameID")
            .optional("Format", self.format.as_deref())
            .optional("NameQualifier", self.name_qualifier.as_deref())
            .optional("SPNameQualifier", self.sp_name_qualifier.as_deref())
            .optional("SPProvidedID", self.sp_provided_id.as_deref())
            .text(&self.value)
    }
}
