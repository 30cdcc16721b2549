//! Where the user belongs and what he may do: organisations, departments, roles, applications,
//! resources.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::session::Session;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::object::Object;
use crate::paging::{List, Page};
use crate::rest::RestRequest;
use crate::types::{AuthorizedResource, Node, ResourceType, Role, UserDepartment};

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

/// Which resources are asked for: see [`Session::list_authorized_resources_with`].
///
/// ```
/// use authing::{ListAuthorizedResources, ResourceType};
///
/// let menus = ListAuthorizedResources::in_namespace("default").of_type(ResourceType::Menu);
/// let everything = ListAuthorizedResources::new();
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListAuthorizedResources {
    members: Object,
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

/// An organisation that a user belongs to, with the way to his place in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserOrg {
    /// The id.
    pub id: String,
    /// The user pool.
    pub user_pool_id: Option<String>,
    /// The root of its tree.
    pub root_node_id: Option<String>,
    /// The URL of its logo.
    pub logo: Option<String>,
    /// The tenant, if it is one's.
    pub tenant_id: Option<String>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
    /// The nodes from the root to the user's own.
    #[serde(default)]
    pub path: Vec<Node>,
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

/// A way through an organisation as the wire has it: a list of the organisation and its nodes.
struct OrgPath(Option<UserOrg>);

impl<'de> Deserialize<'de> for OrgPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut org, mut path) = (None::<UserOrg>, Vec::new());
        for item in Vec::<Value>::deserialize(deserializer)? {
            let read = match item["type"].as_str() {
                Some("org") => UserOrg::deserialize(item).map(|found| org = Some(found)),
                Some("node") => Node::deserialize(item).map(|node| path.push(node)),
                _ => Ok(()),
            };
            read.map_err(serde::de::Error::custom)?;
        }
        Ok(Self(org.map(|org| UserOrg { path, ..org })))
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&USER_AUTHORIZED_RESOURCES, &USER_DEPARTMENTS, &USER_ROLES]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_through_an_organisation_is_read_and_what_is_unknown_in_it_is_passed_over() {
        let json = r#"[[
            {"type":"org","id":"o","createdAt":"2021","rootNodeId":"r","logo":null,"tenantId":null},
            {"type":"node","id":"r","orgId":"o","name":"ACME","order":null,"leaderUserId":"u"},
            {"type":"galaxy","id":"g"},
            {"type":"node","id":"n","orgId":"o","name":"Sales","code":"sales"}
        ], [{"type":"node","id":"x","name":"homeless"}], []]"#;
        let orgs: Vec<OrgPath> = serde_json::from_str(json).unwrap();
        let orgs: Vec<UserOrg> = orgs.into_iter().filter_map(|OrgPath(org)| org).collect();
        assert_eq!(orgs.len(), 1);
        assert_eq!(orgs[0].root_node_id.as_deref(), Some("r"));
        let names: Vec<_> = orgs[0].path.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["ACME", "Sales"]);
        assert!(serde_json::from_str::<Vec<OrgPath>>(r#"[[{"type":"org"}]]"#).is_err());
    }
}
