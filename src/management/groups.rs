//! Groups of users.

use super::batch::in_batches;
use super::lists::Part;
use super::one_or_more::OneOrMore;
use crate::client::Client;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::object::Object;
use crate::paging::{List, Page};
use crate::profile::text_setters;
use crate::types::{AuthorizedResource, CommonMessage, Group, ListAuthorizedResources, User};

const GROUPS: Operation<Page<Group>> = Operation::query("groups")
    .arguments(&[("page", "Int"), ("limit", "Int")])
    .selecting("{ totalCount list { ...Group } }");

const GROUP: Operation<Option<Group>> =
    Operation::query("group").arguments(&[("code", "String!")]).selecting("{ ...Group }");

const GROUP_USERS: Operation<Part<Page<User>>> = Operation::query("group")
    .arguments(&[("code", "String!")])
    .inner_arguments(&[("page", "Int"), ("limit", "Int")])
    .selecting("{ users(page: $page, limit: $limit) { totalCount list { ...User } } }");

const GROUP_AUTHORIZED_RESOURCES: Operation<Part<Page<AuthorizedResource>>> =
    Operation::query("group")
        .arguments(&[("code", "String!")])
        .inner_arguments(&[("namespace", "String"), ("resourceType", "String")])
        .selecting(
            "{ authorizedResources(namespace: $namespace, resourceType: $resourceType) \
             { totalCount list { ...AuthorizedResource } } }",
        );

const CREATE_GROUP: Operation<Group> = Operation::mutation("createGroup")
    .arguments(&[("code", "String!"), ("name", "String!"), ("description", "String")])
    .selecting("{ ...Group }");

const UPDATE_GROUP: Operation<Group> = Operation::mutation("updateGroup")
    .arguments(&[
        ("code", "String!"),
        ("name", "String"),
        ("description", "String"),
        ("newCode", "String"),
    ])
    .selecting("{ ...Group }");

const DELETE_GROUPS: Operation<Option<CommonMessage>> = Operation::mutation("deleteGroups")
    .arguments(&[("codeList", "[String!]!")])
    .selecting("{ code message }");

pub(super) const ADD_USER_TO_GROUP: Operation<Option<CommonMessage>> =
    Operation::mutation("addUserToGroup")
        .arguments(&[("userIds", "[String!]!"), ("code", "String")])
        .selecting("{ code message }");

pub(super) const REMOVE_USER_FROM_GROUP: Operation<Option<CommonMessage>> =
    Operation::mutation("removeUserFromGroup")
        .arguments(&[("userIds", "[String!]!"), ("code", "String")])
        .selecting("{ code message }");

/// The groups of the pool: [`ManagementClient::groups`](crate::ManagementClient::groups).
///
/// Calls with more than 80 users go out in several requests; what such a call did before it failed
/// is in [`BatchFailure`](crate::BatchFailure).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::NewGroup;
///
/// admin.groups().create(NewGroup::new("staff", "Staff").description("All who work here"))?;
/// admin.groups().add_users("staff", ["5f703fb5a8ea5c8b8a3e2a6b"])?;
/// let members = admin.groups().list_users("staff").page(1)?.total;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Groups {
    client: Client,
}

impl Groups {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// All groups. Nothing is sent before the list is read. GraphQL `groups`.
    pub fn list(&self) -> List<Group> {
        self.client.list(&GROUPS, Variables::new())
    }

    /// Creates a group. GraphQL `createGroup`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when there is such a group.
    pub fn create(&self, group: NewGroup) -> Result<Group> {
        self.client.graphql(&CREATE_GROUP, Variables::from(group.members))
    }

    /// A group, or none. GraphQL `group`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A group that does not exist is no error.
    pub fn detail(&self, code: &str) -> Result<Option<Group>> {
        let code = self.client.named(code, GROUP.field)?;
        self.client.graphql(&GROUP, Variables::new().with("code", code))
    }

    /// Changes a group and returns it as it is then. GraphQL `updateGroup`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn update(&self, code: &str, update: GroupUpdate) -> Result<Group> {
        self.client.graphql(&UPDATE_GROUP, Variables::from(update.members).with("code", code))
    }

    /// Deletes a group. GraphQL `deleteGroups`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn delete(&self, code: &str) -> Result<()> {
        self.delete_many(self.client.named(code, DELETE_GROUPS.field)?)
    }

    /// Deletes several groups. GraphQL `deleteGroups`.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete).
    pub fn delete_many(&self, codes: impl Into<OneOrMore>) -> Result<()> {
        in_batches(codes.into().as_slice(), String::as_str, |codes| {
            self.client.command(&DELETE_GROUPS, Variables::new().with("codeList", codes))
        })
    }

    /// The members of a group. Nothing is sent before the list is read. GraphQL `group`.
    pub fn list_users(&self, code: &str) -> List<User> {
        self.client.list_within(&GROUP_USERS, Variables::new().with("code", code), "group")
    }

    /// As [`list_users`](Self::list_users), with the users' own fields.
    pub fn list_users_with_custom_data(&self, code: &str) -> List<User> {
        let variables = Variables::new().with("code", code).custom_data(true);
        self.client.list_within(&GROUP_USERS, variables, "group")
    }

    /// Makes users members of a group. GraphQL `addUserToGroup`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown group or user; what was
    /// done is in [`BatchFailure`](crate::BatchFailure).
    pub fn add_users(&self, code: &str, user_ids: impl Into<OneOrMore>) -> Result<()> {
        self.of_users(&ADD_USER_TO_GROUP, code, &user_ids.into())
    }

    /// Makes users members no more. GraphQL `removeUserFromGroup`.
    ///
    /// # Errors
    ///
    /// As [`add_users`](Self::add_users).
    pub fn remove_users(&self, code: &str, user_ids: impl Into<OneOrMore>) -> Result<()> {
        self.of_users(&REMOVE_USER_FROM_GROUP, code, &user_ids.into())
    }

    /// What the group gives access to. The service answers all of it at once. GraphQL `group`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn list_authorized_resources(
        &self,
        code: &str,
        resources: ListAuthorizedResources,
    ) -> Result<Page<AuthorizedResource>> {
        let variables = Variables::from(resources.members).with("code", code);
        self.client.part(&GROUP_AUTHORIZED_RESOURCES, variables, "group")
    }

    fn of_users(
        &self,
        operation: &Operation<Option<CommonMessage>>,
        code: &str,
        user_ids: &OneOrMore,
    ) -> Result<()> {
        let code = self.client.named(code, operation.field)?;
        in_batches(user_ids.as_slice(), String::as_str, |ids| {
            let variables = Variables::new().with("code", code).with("userIds", ids);
            self.client.command(operation, variables)
        })
    }
}

/// A group to create: see [`Groups::create`].
#[derive(Clone, Debug)]
pub struct NewGroup {
    members: Object,
}

impl NewGroup {
    /// A group by its code, which is unique, and its name for people.
    pub fn new(code: impl Into<String>, name: impl Into<String>) -> Self {
        Self { members: Object::new().with("code", code.into()).with("name", name.into()) }
    }

    text_setters! {
        /// A description for people. Defaults to none.
        description = "description";
    }
}

/// What to change about a group; what is not set stays as it is. See [`Groups::update`].
#[derive(Clone, Debug, Default)]
pub struct GroupUpdate {
    members: Object,
}

impl GroupUpdate {
    /// An update that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    text_setters! {
        /// The name for people.
        name = "name";
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
        &ADD_USER_TO_GROUP,
        &CREATE_GROUP,
        &DELETE_GROUPS,
        &GROUP,
        &GROUPS,
        &GROUP_AUTHORIZED_RESOURCES,
        &GROUP_USERS,
        &REMOVE_USER_FROM_GROUP,
        &UPDATE_GROUP,
    ]
}
