//! Where the user belongs and what he may do: organisations, departments, roles, applications,
//! resources.

use serde::{Deserialize, Serialize};

use super::session::Session;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::paging::{List, Page};
use crate::rest::RestRequest;
use crate::types::{
    AuthorizedResource, ListAuthorizedResources, OrgPath, Role, UserDepartment, UserOrg,
};

const USER_ROLES: Operation<Option<Roles>> =
    Operation::query("user").inner_arguments(&[("namespace", "String")]).selecting(
        "{ roles(namespace: $namespace) { totalCount list { ...Role parent { ...Role } } } }",
    );

const USER_DEPARTMENTS: Operation<Option<Departments>> =
    Operation::query("user").inner_arguments(&[("orgId", "String")]).selecting(
        "{ departments(orgId: $orgId) { totalCount \
         list { department { ...Node } isMainDepartment joinedAt } } }",
    );

const USER_AUTHORIZED_RESOURCES: Operation<Option<Resources>> = Operation::query("user")
    .inner_arguments(&[("namespace", "String"), ("resourceType", "String")])
    .selecting(
        "{ authorizedResources(namespace: $namespace, resourceType: $resourceType) \
         { totalCount list { ...AuthorizedResource } } }",
    );

#[derive(Debug, Default, Deserialize)]
struct Roles {
    roles: Option<Page<Role>>,
}

#[derive(Debug, Default, Deserialize)]
struct Departments {
    departments: Option<Page<UserDepartment>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resources {
    authorized_resources: Option<Page<AuthorizedResource>>,
}

/// An application that a user may log in to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AllowedApplication {
    /// The id.
    pub id: String,
    /// The name for people.
    pub name: Option<String>,
    /// The URL of its logo.
    pub logo: Option<String>,
    /// The first label of its host.
    pub domain: Option<String>,
    /// A description for people.
    pub description: Option<String>,
    /// The protocol it signs users in by, such as `oidc`.
    pub protocol: Option<String>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
}

impl Session {
    /// The organisations that the user belongs to. `GET /api/v2/users/me/orgs`.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`](crate::Error::is_unauthorized) when the token is not, or no
    /// longer, valid.
    pub fn list_orgs(&self) -> Result<Vec<UserOrg>> {
        let orgs: Vec<OrgPath> = self.client.rest(&RestRequest::get("/api/v2/users/me/orgs"))?;
        Ok(orgs.into_iter().filter_map(|OrgPath(org)| org).collect())
    }

    /// The departments that the user belongs to, in all organisations. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// As [`list_orgs`](Self::list_orgs).
    pub fn list_departments(&self) -> Result<Page<UserDepartment>> {
        self.departments(Variables::new())
    }

    /// The departments that the user belongs to in one organisation. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// As [`list_orgs`](Self::list_orgs).
    pub fn list_departments_in(&self, org_id: impl Into<String>) -> Result<Page<UserDepartment>> {
        self.departments(Variables::new().with("orgId", org_id.into()))
    }

    fn departments(&self, variables: Variables) -> Result<Page<UserDepartment>> {
        let answer = self.client.graphql(&USER_DEPARTMENTS, variables)?.unwrap_or_default();
        Ok(answer.departments.unwrap_or_default())
    }

    /// The user's roles, without a namespace being named, each with the role that it inherits
    /// from. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// As [`list_orgs`](Self::list_orgs).
    pub fn list_roles(&self) -> Result<Page<Role>> {
        self.roles(Variables::new())
    }

    /// The user's roles in one namespace. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// As [`list_orgs`](Self::list_orgs).
    pub fn list_roles_in(&self, namespace: impl Into<String>) -> Result<Page<Role>> {
        self.roles(Variables::new().with("namespace", namespace.into()))
    }

    /// Whether a role of this code is among [`list_roles`](Self::list_roles). GraphQL `user`.
    ///
    /// # Errors
    ///
    /// As [`list_orgs`](Self::list_orgs).
    pub fn has_role(&self, code: &str) -> Result<bool> {
        Ok(self.list_roles()?.items.iter().any(|role| role.code == code))
    }

    /// Whether the user has a role of this code in a namespace. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// As [`list_orgs`](Self::list_orgs).
    pub fn has_role_in(&self, code: &str, namespace: impl Into<String>) -> Result<bool> {
        Ok(self.list_roles_in(namespace)?.items.iter().any(|role| role.code == code))
    }

    fn roles(&self, variables: Variables) -> Result<Page<Role>> {
        let answer = self.client.graphql(&USER_ROLES, variables)?.unwrap_or_default();
        Ok(answer.roles.unwrap_or_default())
    }

    /// The applications that the user may log in to. Nothing is sent before the list is read.
    /// `GET /api/v2/users/me/applications/allowed`.
    ///
    /// ```no_run
    /// # let app = authing::AuthenticationClient::new(authing::Options::from_env()?)?;
    /// # let session = app.session("TOKEN");
    /// for application in session.list_applications() {
    ///     println!("{:?}", application?.name);
    /// }
    /// # Ok::<(), authing::Error>(())
    /// ```
    pub fn list_applications(&self) -> List<AllowedApplication> {
        let client = self.client.clone();
        List::new(move |page, limit| {
            let request = RestRequest::get("/api/v2/users/me/applications/allowed");
            client.rest(&request.query("page", page).query("limit", limit))
        })
    }

    /// What the user may use in a namespace, of every type: the short form of
    /// [`list_authorized_resources_with`](Self::list_authorized_resources_with).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn list_authorized_resources(
        &self,
        namespace: impl Into<String>,
    ) -> Result<Page<AuthorizedResource>> {
        self.list_authorized_resources_with(ListAuthorizedResources::in_namespace(namespace))
    }

    /// What the user may use, of a namespace and type or of all. It includes what comes by role,
    /// group and department. The service answers all of it at once. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// As [`list_orgs`](Self::list_orgs).
    pub fn list_authorized_resources_with(
        &self,
        resources: ListAuthorizedResources,
    ) -> Result<Page<AuthorizedResource>> {
        let variables = Variables::from(resources.members);
        let answer = self.client.graphql(&USER_AUTHORIZED_RESOURCES, variables)?;
        Ok(answer.unwrap_or_default().authorized_resources.unwrap_or_default())
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&USER_AUTHORIZED_RESOURCES, &USER_DEPARTMENTS, &USER_ROLES]
}
