//! Resources that somebody may use.

use serde::{Deserialize, Serialize};

use super::wire_enum::wire_enum;
use crate::graphql::Fragment;
use crate::json::null_as_default;
use crate::object::Object;

/// A resource and what may be done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthorizedResource {
    /// The code of the resource.
    pub code: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<ResourceType>,
    /// The actions that are allowed.
    #[serde(default, deserialize_with = "null_as_default")]
    pub actions: Vec<String>,
    /// The URL of an API; newer Authing servers only.
    pub api_identifier: Option<String>,
}

/// Which resources are asked for.
///
/// ```
/// use authing::{ListAuthorizedResources, ResourceType};
///
/// let menus = ListAuthorizedResources::in_namespace("default").of_type(ResourceType::Menu);
/// let everything = ListAuthorizedResources::new();
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListAuthorizedResources {
    pub(crate) members: Object,
}

impl ListAuthorizedResources {
    /// Of every namespace and type.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of one namespace, by its code.
    pub fn in_namespace(namespace: impl Into<String>) -> Self {
        Self { members: Object::new().with("namespace", namespace.into()) }
    }

    /// Of one type. Defaults to every type.
    pub fn of_type(mut self, resource_type: ResourceType) -> Self {
        self.members.set("resourceType", resource_type.as_str());
        self
    }
}

wire_enum! {
    /// What kind of thing a resource is.
    pub enum ResourceType {
        /// Data.
        Data = "DATA",
        /// An API.
        Api = "API",
        /// A menu.
        Menu = "MENU",
        /// A part of a user interface.
        Ui = "UI",
        /// A button.
        Button = "BUTTON",
    }
}

pub(super) const AUTHORIZED_RESOURCE: Fragment = Fragment {
    name: "AuthorizedResource",
    on: "AuthorizedResource",
    members: "code type actions",
    newer: "apiIdentifier",
    custom_data: "",
};
