//! Where users belong: organisations, departments, tenants, other identity providers.

use serde_json::Value;

use super::Users;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::management::Tenant;
use crate::management::lists::Part;
use crate::object::Object;
use crate::paging::Page;
use crate::profile::text_setters;
use crate::rest::RestRequest;
use crate::types::{OrgPath, UserDepartment, UserOrg};

const USER_DEPARTMENTS: Operation<Part<Page<UserDepartment>>> = Operation::query("user")
    .arguments(&[("id", "String")])
    .inner_arguments(&[("orgId", "String")])
    .selecting(
        "{ departments(orgId: $orgId) \
         { totalCount list { department { ...Node } isMainDepartment joinedAt } } }",
    );

impl Users {
    /// The organisations that a user belongs to, each with the way to his department.
    /// `GET /api/v2/users/{user}/orgs`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    #[doc(alias = "list_org")]
    pub fn list_orgs(&self, user_id: &str) -> Result<Vec<UserOrg>> {
        let request = RestRequest::get("/api/v2/users").segment(user_id).segment("orgs");
        let orgs: Vec<OrgPath> = self.client.rest(&request)?;
        Ok(orgs.into_iter().filter_map(|OrgPath(org)| org).collect())
    }

    /// The departments that a user belongs to, in all organisations. The service answers all of
    /// them at once. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    #[doc(alias = "list_department")]
    pub fn list_departments(&self, user_id: &str) -> Result<Page<UserDepartment>> {
        let id = self.client.named(user_id, USER_DEPARTMENTS.field)?;
        self.client.part(&USER_DEPARTMENTS, Variables::new().with("id", id), "user")
    }

    /// The departments that a user belongs to in one organisation. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn list_departments_in(&self, user_id: &str, org_id: &str) -> Result<Page<UserDepartment>> {
        let id = self.client.named(user_id, USER_DEPARTMENTS.field)?;
        let variables = Variables::new().with("id", id).with("orgId", org_id);
        self.client.part(&USER_DEPARTMENTS, variables, "user")
    }

    /// The tenants that a user belongs to. `GET /api/v2/users/{user}/tenants`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn user_tenants(&self, user_id: &str) -> Result<Vec<Tenant>> {
        let request = RestRequest::get("/api/v2/users").segment(user_id).segment("tenants");
        self.client.rest(&request)
    }

    /// Lets an account at an identity provider log in as a user.
    /// `POST /api/v2/users/identity/link`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when the account is another user's.
    pub fn link_identity(
        &self,
        user_id: &str,
        user_id_in_idp: &str,
        provider: IdentityProvider,
    ) -> Result<()> {
        let body = provider.members.with("userId", user_id).with("userIdInIdp", user_id_in_idp);
        self.client.rest_command(&RestRequest::post("/api/v2/users/identity/link").json(body))
    }

    /// Lets an account at an identity provider log in as a user no more.
    /// `POST /api/v2/users/identity/unlink`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when there is no such account.
    pub fn unlink_identity(&self, user_id: &str, provider: IdentityProvider) -> Result<()> {
        let body = Value::from(provider.members.with("userId", user_id));
        self.client.rest_command(&RestRequest::post("/api/v2/users/identity/unlink").json(body))
    }
}

/// An identity provider: see [`Users::link_identity`].
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    members: Object,
}

impl IdentityProvider {
    /// A social provider, by its identifier in the user pool.
    pub fn social(identifier: impl Into<String>) -> Self {
        Self::new(identifier.into(), true)
    }

    /// A provider of an enterprise, by its identifier in the user pool.
    pub fn enterprise(identifier: impl Into<String>) -> Self {
        Self::new(identifier.into(), false)
    }

    fn new(identifier: String, is_social: bool) -> Self {
        Self { members: Object::new().with("identifier", identifier).with("isSocial", is_social) }
    }

    text_setters! {
        /// The kind of the account's id, such as `openid`. Defaults to the service's default.
        kind = "type";
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(super) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&USER_DEPARTMENTS]
}
