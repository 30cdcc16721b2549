//! Resources: what permissions are about.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::one_or_more::OneOrMore;
use super::Acl;
use crate::client::Client;
use crate::error::Result;
use crate::json::null_as_default;
use crate::object::Object;
use crate::paging::List;
use crate::profile::text_setters;
use crate::rest::RestRequest;
use crate::types::{ResourceType, choice};

const RESOURCES: &str = "/api/v2/resources";

choice! {
    /// The type of a resource, in calls.
    pub enum ResourceKind {
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

/// A resource of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Resource {
    /// The id.
    pub id: String,
    /// The code that names it in calls.
    pub code: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<ResourceType>,
    /// What can be done with it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub actions: Vec<ResourceAction>,
    /// A description for people.
    pub description: Option<String>,
    /// The URL of an API; Authing only.
    pub api_identifier: Option<String>,
    /// The number of its namespace.
    pub namespace_id: Option<i64>,
    /// The code of its namespace, where the server tells it.
    pub namespace: Option<String>,
    /// The user pool.
    pub user_pool_id: Option<String>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
}

/// Something that can be done with a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResourceAction {
    /// The name, such as `books:read`.
    pub name: String,
    /// A description for people.
    pub description: Option<String>,
}

impl ResourceAction {
    /// An action by its name, such as `books:read`, and a description for people.
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self { name: name.into(), description: Some(description.into()) }
    }
}

impl From<(&str, &str)> for OneOrMore<ResourceAction> {
    /// Name and description.
    fn from((name, description): (&str, &str)) -> Self {
        ResourceAction::new(name, description).into()
    }
}

impl<const N: usize> From<[(&str, &str); N]> for OneOrMore<ResourceAction> {
    /// Names and descriptions.
    fn from(actions: [(&str, &str); N]) -> Self {
        actions.map(|(name, description)| ResourceAction::new(name, description)).into()
    }
}

impl Acl {
    /// The resources of the namespace. Nothing is sent before the list is read.
    /// `GET /api/v2/resources`.
    pub fn list_resources(&self) -> List<Resource> {
        list(&self.client, self.namespace_code(), None)
    }

    /// The resources of one type. Nothing is sent before the list is read.
    /// `GET /api/v2/resources`.
    pub fn list_resources_of(&self, kind: ResourceKind) -> List<Resource> {
        list(&self.client, self.namespace_code(), Some(kind))
    }

    /// Creates a resource. `POST /api/v2/resources`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when there is such a resource.
    pub fn create_resource(&self, resource: NewResource) -> Result<Resource> {
        let body = resource.members.with("namespace", self.namespace_code());
        self.client.rest(&RestRequest::post(RESOURCES).json(body))
    }

    /// Changes a resource and returns it as it is then. `POST /api/v2/resources/{code}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn update_resource(&self, code: &str, update: ResourceUpdate) -> Result<Resource> {
        let body = update.members.with("namespace", self.namespace_code());
        self.client.rest(&RestRequest::post(RESOURCES).segment(code).json(body))
    }

    /// Deletes a resource. `DELETE /api/v2/resources/{code}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn delete_resource(&self, code: &str) -> Result<()> {
        let request = RestRequest::delete(RESOURCES).segment(code);
        self.client.rest_command(&request.query("namespace", self.namespace_code()))
    }

    /// A resource by its id, or none. `GET /api/v2/resources/detail`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn resource_by_id(&self, id: &str) -> Result<Option<Resource>> {
        self.client.rest(&RestRequest::get("/api/v2/resources/detail").query("id", id))
    }

    /// A resource of the namespace by its code, or none. `GET /api/v2/resources/detail`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn resource_by_code(&self, code: &str) -> Result<Option<Resource>> {
        let request = RestRequest::get("/api/v2/resources/detail");
        self.client.rest(&request.query("namespace", self.namespace_code()).query("code", code))
    }
}

fn list(client: &Client, namespace: &str, kind: Option<ResourceKind>) -> List<Resource> {
    let request = RestRequest::get(RESOURCES).query("namespace", namespace);
    client.rest_list(match kind {
        Some(kind) => request.query("type", kind.as_str()),
        None => request,
    })
}

/// A resource to create: see [`Acl::create_resource`].
#[derive(Clone, Debug)]
pub struct NewResource {
    members: Object,
}

impl NewResource {
    /// A resource by its code, which is unique in its namespace, its type, and what can be done
    /// with it: actions as name and description.
    ///
    /// ```
    /// use authing::{NewResource, ResourceKind};
    ///
    /// let actions = [("books:read", "Read books"), ("books:write", "Write them")];
    /// let books = NewResource::new("books", ResourceKind::Data, actions);
    /// ```
    pub fn new(
        code: impl Into<String>,
        kind: ResourceKind,
        actions: impl Into<OneOrMore<ResourceAction>>,
    ) -> Self {
        let members = Object::new().with("code", code.into()).with("type", kind.as_str());
        Self { members: members.with("actions", json!(actions.into().as_slice())) }
    }

    text_setters! {
        /// A description for people. Defaults to none.
        description = "description";
        /// The URL of an API, which [`ResourceKind::Api`] needs; Authing only.
        api_identifier = "apiIdentifier";
    }
}

/// What to change about a resource; what is not set stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ResourceUpdate {
    members: Object,
}

impl ResourceUpdate {
    /// An update that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    text_setters! {
        /// A description for people.
        description = "description";
        /// The URL of an API; Authing only.
        api_identifier = "apiIdentifier";
    }

    /// The type.
    pub fn kind(mut self, kind: ResourceKind) -> Self {
        self.members.set("type", kind.as_str());
        self
    }

    /// What can be done with it, in place of what could.
    pub fn actions(mut self, actions: impl Into<OneOrMore<ResourceAction>>) -> Self {
        self.members.set("actions", json!(actions.into().as_slice()));
        self
    }
}
