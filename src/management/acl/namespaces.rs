//! Namespaces: what keeps the permissions of several systems apart.

use serde::{Deserialize, Serialize};

use super::Acl;
use crate::error::Result;
use crate::object::Object;
use crate::paging::List;
use crate::profile::text_setters;
use crate::rest::RestRequest;

/// A namespace of roles, policies and resources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceNamespace {
    /// The id.
    pub id: i64,
    /// The code that names it in calls.
    pub code: String,
    /// The name for people.
    pub name: Option<String>,
    /// A description for people.
    pub description: Option<String>,
    /// The status as the service numbers it.
    pub status: Option<i64>,
    /// The application that it belongs to.
    pub app_id: Option<String>,
    /// The name of that application.
    pub app_name: Option<String>,
}

impl Acl {
    /// All namespaces. Nothing is sent before the list is read.
    /// `GET /api/v2/resource-namespace/{user pool}`.
    pub fn list_namespaces(&self) -> List<ResourceNamespace> {
        let client = self.client.clone();
        List::new(move |page, limit| {
            let request = RestRequest::get("/api/v2/resource-namespace");
            let request = request.segment(client.user_pool_id()?);
            client.rest(&request.query("page", page).query("limit", limit))
        })
    }

    /// Creates a namespace. `POST /api/v2/resource-namespace/{user pool}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when there is such a namespace.
    pub fn create_namespace(&self, namespace: NewNamespace) -> Result<ResourceNamespace> {
        let request = self.namespace_request(RestRequest::post)?;
        self.client.rest(&request.json(namespace.members))
    }

    /// Changes a namespace, by its code, and returns it as it is then.
    /// `PUT /api/v2/resource-namespace/{user pool}/code/{code}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn update_namespace(
        &self,
        code: &str,
        update: NamespaceUpdate,
    ) -> Result<ResourceNamespace> {
        let request = self.namespace_request(RestRequest::put)?.segment("code").segment(code);
        self.client.rest(&request.json(update.members))
    }

    /// Changes a namespace, by its number, and returns it as it is then.
    /// `PUT /api/v2/resource-namespace/{user pool}/{id}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn update_namespace_by_id(
        &self,
        id: i64,
        update: NamespaceUpdate,
    ) -> Result<ResourceNamespace> {
        let request = self.namespace_request(RestRequest::put)?.segment(&id.to_string());
        self.client.rest(&request.json(update.members))
    }

    /// Deletes a namespace, by its code.
    /// `DELETE /api/v2/resource-namespace/{user pool}/code/{code}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn delete_namespace(&self, code: &str) -> Result<()> {
        let request = self.namespace_request(RestRequest::delete)?.segment("code").segment(code);
        self.client.rest_command(&request)
    }

    /// Deletes a namespace, by its number. `DELETE /api/v2/resource-namespace/{user pool}/{id}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn delete_namespace_by_id(&self, id: i64) -> Result<()> {
        let request = self.namespace_request(RestRequest::delete)?.segment(&id.to_string());
        self.client.rest_command(&request)
    }

    fn namespace_request(&self, method: fn(&str) -> RestRequest) -> Result<RestRequest> {
        Ok(method("/api/v2/resource-namespace").segment(self.client.user_pool_id()?))
    }
}

/// A namespace to create: see [`Acl::create_namespace`].
#[derive(Clone, Debug)]
pub struct NewNamespace {
    members: Object,
}

impl NewNamespace {
    /// A namespace by its code, which is unique, and its name for people.
    pub fn new(code: impl Into<String>, name: impl Into<String>) -> Self {
        Self { members: Object::new().with("code", code.into()).with("name", name.into()) }
    }

    text_setters! {
        /// A description for people. Defaults to none.
        description = "description";
    }
}

/// What to change about a namespace; what is not set stays as it is.
#[derive(Clone, Debug, Default)]
pub struct NamespaceUpdate {
    members: Object,
}

impl NamespaceUpdate {
    /// An update that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    text_setters! {
        /// Another code.
        code = "code";
        /// The name for people.
        name = "name";
        /// A description for people.
        description = "description";
    }
}
