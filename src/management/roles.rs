//! Roles: permissions under a name, given to users, groups and departments.

use super::batch::in_batches;
use super::lists::Part;
use super::one_or_more::OneOrMore;
use super::policies::{PolicyAssignment, assign, assignments_of, unassign};
use super::targets::{TargetKind, Targets};
use super::udf::{self, TargetCustomData, UdfTarget};
use crate::client::Client;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::object::Object;
use crate::paging::{List, Page};
use crate::profile::text_setters;
use crate::rest::RestRequest;
use crate::types::{
    AuthorizedResource, CommonMessage, CustomData, CustomValue, ListAuthorizedResources, Role, User,
};

const ROLES: Operation<Page<Role>> = Operation::query("roles")
    .arguments(&[("namespace", "String"), ("page", "Int"), ("limit", "Int")])
    .selecting("{ totalCount list { ...Role } }");

const ROLE: Operation<Option<Role>> = Operation::query("role")
    .arguments(&[("code", "String!"), ("namespace", "String")])
    .selecting("{ ...Role parent { ...Role } }");

const ROLE_USERS: Operation<Part<Page<User>>> = Operation::query("role")
    .arguments(&[("code", "String!"), ("namespace", "String")])
    .inner_arguments(&[("page", "Int"), ("limit", "Int")])
    .selecting("{ users(page: $page, limit: $limit) { totalCount list { ...User } } }");

const ROLE_AUTHORIZED_RESOURCES: Operation<Part<Page<AuthorizedResource>>> =
    Operation::query("role")
        .arguments(&[("code", "String!"), ("namespace", "String")])
        .inner_arguments(&[("resourceType", "String")])
        .selecting(
            "{ authorizedResources(resourceType: $resourceType) \
             { totalCount list { ...AuthorizedResource } } }",
        );

const CREATE_ROLE: Operation<Role> = Operation::mutation("createRole")
    .arguments(&[
        ("namespace", "String"),
        ("code", "String!"),
        ("description", "String"),
        ("parent", "String"),
    ])
    .selecting("{ ...Role parent { ...Role } }");

const UPDATE_ROLE: Operation<Role> = Operation::mutation("updateRole")
    .arguments(&[
        ("code", "String!"),
        ("description", "String"),
        ("newCode", "String"),
        ("namespace", "String"),
    ])
    .selecting("{ ...Role parent { ...Role } }");

const DELETE_ROLE: Operation<Option<CommonMessage>> = Operation::mutation("deleteRole")
    .arguments(&[("code", "String!"), ("namespace", "String")])
    .selecting("{ code message }");

const DELETE_ROLES: Operation<Option<CommonMessage>> = Operation::mutation("deleteRoles")
    .arguments(&[("codeList", "[String!]!"), ("namespace", "String")])
    .selecting("{ code message }");

pub(super) const ASSIGN_ROLE: Operation<Option<CommonMessage>> = Operation::mutation("assignRole")
    .arguments(&[
        ("namespace", "String"),
        ("roleCodes", "[String]"),
        ("userIds", "[String!]"),
        ("groupCodes", "[String!]"),
        ("nodeCodes", "[String!]"),
    ])
    .selecting("{ code message }");

pub(super) const REVOKE_ROLE: Operation<Option<CommonMessage>> = Operation::mutation("revokeRole")
    .arguments(&[
        ("namespace", "String"),
        ("roleCodes", "[String]"),
        ("userIds", "[String!]"),
        ("groupCodes", "[String!]"),
        ("nodeCodes", "[String!]"),
    ])
    .selecting("{ code message }");

/// The roles of a namespace: [`ManagementClient::roles`](crate::ManagementClient::roles).
///
/// Calls with more than 80 users go out in several requests; what such a call did before it failed
/// is in [`BatchFailure`](crate::BatchFailure).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::NewRole;
///
/// admin.roles().create(NewRole::new("student").description("May read"))?;
/// admin.roles().add_users("student", ["5f703fb5a8ea5c8b8a3e2a6b"])?;
/// for user in admin.roles().list_users("student") {
///     println!("{}", user?.id);
/// }
/// // Roles of another namespace, for example of an application's own:
/// admin.roles().in_namespace("shop").create("clerk")?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Roles {
    client: Client,
    namespace: Option<String>,
}

impl Roles {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone(), namespace: None }
    }

    /// The roles of another namespace, by its code. Defaults to the user pool's own, `default`.
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// All roles. Nothing is sent before the list is read. GraphQL `roles`.
    pub fn list(&self) -> List<Role> {
        self.client.list(&ROLES, self.variables())
    }

    /// Creates a role: a code, or a [`NewRole`] with more to say. GraphQL `createRole`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when there is such a role.
    pub fn create(&self, role: impl Into<NewRole>) -> Result<Role> {
        let NewRole { members } = role.into();
        self.client.graphql(&CREATE_ROLE, Variables::from(members).with("namespace", self.name()))
    }

    /// A role with the one that it inherits from, or none. GraphQL `role`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A role that does not exist is no error.
    #[doc(alias = "find_by_code")]
    pub fn detail(&self, code: &str) -> Result<Option<Role>> {
        self.client.graphql(&ROLE, self.of(code, &ROLE)?)
    }

    /// Changes a role and returns it as it is then. GraphQL `updateRole`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn update(&self, code: &str, update: RoleUpdate) -> Result<Role> {
        let variables = Variables::from(update.members).with("namespace", self.name());
        self.client.graphql(&UPDATE_ROLE, variables.with("code", code))
    }

    /// Deletes a role. GraphQL `deleteRole`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found), or
    /// [`OPERATION_NOT_PERMITTED`](crate::codes::OPERATION_NOT_PERMITTED) for one of the service's.
    pub fn delete(&self, code: &str) -> Result<()> {
        self.client.command(&DELETE_ROLE, self.of(code, &DELETE_ROLE)?)
    }

    /// Deletes several roles. GraphQL `deleteRoles`.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete).
    pub fn delete_many(&self, codes: impl Into<OneOrMore>) -> Result<()> {
        in_batches(codes.into().as_slice(), String::as_str, |codes| {
            self.client.command(&DELETE_ROLES, self.variables().with("codeList", codes))
        })
    }

    /// The users who have the role themselves. Nothing is sent before the list is read. GraphQL
    /// `role`.
    pub fn list_users(&self, code: &str) -> List<User> {
        self.client.list_within(&ROLE_USERS, self.variables().with("code", code), "role")
    }

    /// As [`list_users`](Self::list_users), with the users' own fields.
    pub fn list_users_with_custom_data(&self, code: &str) -> List<User> {
        let variables = self.variables().with("code", code).custom_data(true);
        self.client.list_within(&ROLE_USERS, variables, "role")
    }

    /// The users who have the role and match a text. Nothing is sent before the list is read.
    /// `POST /api/v2/roles/roleUsers`.
    pub fn find_users(&self, code: &str, search: &str) -> List<User> {
        let client = self.client.clone();
        let body = Object::new()
            .with("code", code)
            .with("namespace", self.name().unwrap_or("default"))
            .with("search", search);
        List::new(move |page, limit| {
            let body = body.clone().with("page", page).with("limit", limit);
            client.rest(&RestRequest::post("/api/v2/roles/roleUsers").json(body))
        })
    }

    /// Gives the role to users. GraphQL `assignRole`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown role or user; what was
    /// done is in [`BatchFailure`](crate::BatchFailure).
    pub fn add_users(&self, code: &str, user_ids: impl Into<OneOrMore>) -> Result<()> {
        self.of_users(&ASSIGN_ROLE, code, &user_ids.into())
    }

    /// Takes the role from users. GraphQL `revokeRole`.
    ///
    /// # Errors
    ///
    /// As [`add_users`](Self::add_users).
    pub fn remove_users(&self, code: &str, user_ids: impl Into<OneOrMore>) -> Result<()> {
        self.of_users(&REVOKE_ROLE, code, &user_ids.into())
    }

    /// Gives the role to groups, by their codes. GraphQL `assignRole`.
    ///
    /// # Errors
    ///
    /// As [`add_users`](Self::add_users).
    pub fn add_groups(&self, code: &str, group_codes: impl Into<OneOrMore>) -> Result<()> {
        self.of_groups(&ASSIGN_ROLE, code, &group_codes.into())
    }

    /// Takes the role from groups, by their codes. GraphQL `revokeRole`.
    ///
    /// # Errors
    ///
    /// As [`add_users`](Self::add_users).
    pub fn remove_groups(&self, code: &str, group_codes: impl Into<OneOrMore>) -> Result<()> {
        self.of_groups(&REVOKE_ROLE, code, &group_codes.into())
    }

    /// The policies of the role. Nothing is sent before the list is read. GraphQL
    /// `policyAssignments`.
    pub fn list_policies(&self, code: &str) -> List<PolicyAssignment> {
        assignments_of(&self.client, self.name(), TargetKind::Role, code)
    }

    /// Gives policies to the role. GraphQL `addPolicyAssignments`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example for an unknown policy.
    pub fn add_policies(&self, code: &str, policies: impl Into<OneOrMore>) -> Result<()> {
        assign(&self.client, self.variables(), &policies.into(), &Targets::roles(code))
    }

    /// Takes policies from the role. GraphQL `removePolicyAssignments`.
    ///
    /// # Errors
    ///
    /// As [`add_policies`](Self::add_policies).
    pub fn remove_policies(&self, code: &str, policies: impl Into<OneOrMore>) -> Result<()> {
        unassign(&self.client, self.name(), &policies.into(), &Targets::roles(code))
    }

    /// What the role gives access to, by type or all. The service answers all of it at once.
    /// GraphQL `role`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn list_authorized_resources(
        &self,
        code: &str,
        resources: ListAuthorizedResources,
    ) -> Result<Page<AuthorizedResource>> {
        let namespace = self.name().map(str::to_owned);
        let mut variables = Variables::from(resources.members).with("code", code);
        if let Some(namespace) = namespace {
            variables = variables.with("namespace", namespace);
        }
        self.client.part(&ROLE_AUTHORIZED_RESOURCES, variables, "role")
    }

    /// The user-defined values of a role, by the role's id. GraphQL `udv`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn udf_value(&self, id: &str) -> Result<CustomData> {
        udf::values(&self.client, UdfTarget::Role, id)
    }

    /// One user-defined value of a role, by the role's id, or none. GraphQL `udv`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn specific_udf_value(&self, id: &str, key: &str) -> Result<Option<CustomValue>> {
        Ok(self.udf_value(id)?.get(key).cloned())
    }

    /// The user-defined values of many roles, by their ids. GraphQL `udfValueBatch`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn udf_value_batch(&self, ids: impl Into<OneOrMore>) -> Result<Vec<TargetCustomData>> {
        udf::values_of_many(&self.client, UdfTarget::Role, &ids.into())
    }

    /// Sets user-defined values of a role and returns all that it has then. GraphQL `setUdvBatch`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when a field is not defined, or is of another
    /// type.
    pub fn set_udf_value<K: Into<String>, V: Into<CustomValue>>(
        &self,
        id: &str,
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Result<CustomData> {
        udf::set_values(&self.client, UdfTarget::Role, id, values)
    }

    /// Sets user-defined values of many roles, as id, key and value. GraphQL `setUdfValueBatch`.
    ///
    /// # Errors
    ///
    /// As [`set_udf_value`](Self::set_udf_value).
    pub fn set_udf_value_batch<I, K, V>(
        &self,
        values: impl IntoIterator<Item = (I, K, V)>,
    ) -> Result<()>
    where
        I: Into<String>,
        K: Into<String>,
        V: Into<CustomValue>,
    {
        udf::set_values_of_many(&self.client, UdfTarget::Role, values)
    }

    /// Removes a user-defined value of a role and returns those that are left. GraphQL `removeUdv`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn remove_udf_value(&self, id: &str, key: &str) -> Result<CustomData> {
        udf::remove_value(&self.client, UdfTarget::Role, id, key)
    }

    fn of_users(
        &self,
        operation: &Operation<Option<CommonMessage>>,
        code: &str,
        user_ids: &OneOrMore,
    ) -> Result<()> {
        in_batches(user_ids.as_slice(), String::as_str, |ids| {
            let variables = self.variables().with("roleCodes", vec![code]).with("userIds", ids);
            self.client.command(operation, variables)
        })
    }

    fn of_groups(
        &self,
        operation: &Operation<Option<CommonMessage>>,
        code: &str,
        codes: &OneOrMore,
    ) -> Result<()> {
        in_batches(codes.as_slice(), String::as_str, |codes| {
            let variables = self.variables().with("roleCodes", vec![code]);
            self.client.command(operation, variables.with("groupCodes", codes))
        })
    }

    fn name(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    fn variables(&self) -> Variables {
        Variables::new().with("namespace", self.name())
    }

    fn of<T>(&self, code: &str, operation: &Operation<T>) -> Result<Variables> {
        Ok(self.variables().with("code", self.client.named(code, operation.field)?))
    }
}

/// A role to create: see [`Roles::create`].
#[derive(Clone, Debug)]
pub struct NewRole {
    members: Object,
}

impl NewRole {
    /// A role by its code, which is unique in its namespace.
    pub fn new(code: impl Into<String>) -> Self {
        Self { members: Object::new().with("code", code.into()) }
    }

    text_setters! {
        /// A description for people. Defaults to none.
        description = "description";
        /// The code of the role that it inherits from. Defaults to none.
        parent = "parent";
    }
}

impl From<&str> for NewRole {
    fn from(code: &str) -> Self {
        Self::new(code)
    }
}

/// What to change about a role; what is not set stays as it is. See [`Roles::update`].
#[derive(Clone, Debug, Default)]
pub struct RoleUpdate {
    members: Object,
}

impl RoleUpdate {
    /// An update that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    text_setters! {
        /// A description for people.
        description = "description";
        /// Another code.
        new_code = "newCode";
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(super) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![
        &ASSIGN_ROLE,
        &CREATE_ROLE,
        &DELETE_ROLE,
        &DELETE_ROLES,
        &REVOKE_ROLE,
        &ROLE,
        &ROLES,
        &ROLE_AUTHORIZED_RESOURCES,
        &ROLE_USERS,
        &UPDATE_ROLE,
    ]
}
