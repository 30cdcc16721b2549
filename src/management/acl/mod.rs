//! Access control: who may do what with which resources.

mod accounts;
mod applications;
mod namespaces;
mod resources;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::accounts::ProgrammaticAccessAccount;
pub use self::applications::{AccessPolicy, AccessTargets, ApplicationAccessPolicy, DefaultAccess};
pub(super) use self::applications::{change, records, update_default};
pub use self::namespaces::{NamespaceUpdate, NewNamespace, ResourceNamespace};
pub use self::resources::{NewResource, Resource, ResourceAction, ResourceKind, ResourceUpdate};
use super::batch::in_batches;
use super::one_or_more::OneOrMore;
use super::targets::{Grant, Target, TargetKind, TargetType};
use crate::client::Client;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::json::{null_as_default, without_nulls};
use crate::object::Object;
use crate::paging::Page;
use crate::rest::RestRequest;
use crate::types::{AuthorizedResource, CommonMessage, ListAuthorizedResources};

const ALLOW: Operation<Option<CommonMessage>> = Operation::mutation("allow")
    .arguments(&[
        ("resource", "String!"),
        ("action", "String!"),
        ("userIds", "[String!]"),
        ("roleCodes", "[String!]"),
        ("namespace", "String"),
    ])
    .selecting("{ code message }");

const IS_ACTION_ALLOWED: Operation<bool> = Operation::query("isActionAllowed").arguments(&[
    ("resource", "String!"),
    ("action", "String!"),
    ("userId", "String!"),
    ("namespace", "String"),
]);

const IS_ACTION_DENIED: Operation<bool> = Operation::query("isActionDenied").arguments(&[
    ("resource", "String!"),
    ("action", "String!"),
    ("userId", "String!"),
    ("namespace", "String"),
]);

const AUTHORIZED_RESOURCES: Operation<Option<Page<AuthorizedResource>>> =
    Operation::query("authorizedResources")
        .arguments(&[
            ("targetType", "PolicyAssignmentTargetType"),
            ("targetIdentifier", "String"),
            ("namespace", "String"),
            ("resourceType", "String"),
        ])
        .selecting("{ totalCount list { ...AuthorizedResource } }");

const AUTHORIZE_RESOURCE: Operation<Option<CommonMessage>> =
    Operation::mutation("authorizeResource")
        .arguments(&[
            ("namespace", "String"),
            ("resource", "String"),
            ("opts", "[AuthorizeResourceOpt]"),
        ])
        .selecting("{ code message }");

const AUTHORIZED_TARGETS: Operation<Option<AuthorizedTargets>> =
    Operation::query("authorizedTargets")
        .arguments(&[
            ("namespace", "String!"),
            ("resourceType", "ResourceType!"),
            ("resource", "String!"),
            ("targetType", "PolicyAssignmentTargetType"),
            ("actions", "AuthorizedTargetsActionsInput"),
        ])
        .selecting("{ totalCount list { targetType targetIdentifier actions } }");

/// The namespace of everything that names no other.
const DEFAULT_NAMESPACE: &str = "default";

/// Access control in a namespace: [`ManagementClient::acl`](crate::ManagementClient::acl).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::{Allowed, Grant, NewResource, ResourceKind, Target};
///
/// let acl = admin.acl().in_namespace("library");
/// acl.create_resource(NewResource::new("books", ResourceKind::Data, [("books:read", "Read")]))?;
/// acl.authorize_resource("books", Grant::new(Target::role("student"), "books:read"))?;
/// if acl.is_allowed("5f703fb5a8ea5c8b8a3e2a6b", "books:read", "books")? {
///     println!("read on");
/// }
/// acl.allow("books", "books:write", Allowed::roles("teacher"))?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Acl {
    client: Client,
    namespace: Option<String>,
}

impl Acl {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone(), namespace: None }
    }

    /// Access control in another namespace, by its code. Defaults to the user pool's own,
    /// `default`.
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// Allows an action on a resource to users or roles. GraphQL `allow`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown user or role.
    pub fn allow(&self, resource: &str, action: &str, whom: Allowed) -> Result<()> {
        let (name, list) = match &whom {
            Allowed::Users(ids) => ("userIds", ids),
            Allowed::Roles(codes) => ("roleCodes", codes),
        };
        in_batches(list.as_slice(), String::as_str, |list| {
            let variables = self.variables().with("resource", resource).with("action", action);
            self.client.command(&ALLOW, variables.with(name, list))
        })
    }

    /// Whether a user may do an action on a resource. GraphQL `isActionAllowed`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A user who may not is no error.
    pub fn is_allowed(&self, user_id: &str, action: &str, resource: &str) -> Result<bool> {
        let variables = self.question(user_id, action, resource, IS_ACTION_ALLOWED.field)?;
        self.client.graphql(&IS_ACTION_ALLOWED, variables)
    }

    /// Whether a user is forbidden an action on a resource. Not the opposite of
    /// [`is_allowed`](Self::is_allowed): where nothing is said, neither holds. GraphQL
    /// `isActionDenied`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn is_denied(&self, user_id: &str, action: &str, resource: &str) -> Result<bool> {
        let variables = self.question(user_id, action, resource, IS_ACTION_DENIED.field)?;
        self.client.graphql(&IS_ACTION_DENIED, variables)
    }

    fn question(&self, user: &str, action: &str, resource: &str, field: &str) -> Result<Variables> {
        let user = self.client.named(user, field)?;
        let variables = self.variables().with("userId", user);
        Ok(variables.with("action", action).with("resource", resource))
    }

    /// What a target may use, by type or all. The service answers all of it at once. GraphQL
    /// `authorizedResources`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn list_authorized_resources(
        &self,
        target: Target,
        resources: ListAuthorizedResources,
    ) -> Result<Page<AuthorizedResource>> {
        let identifier = self.client.named(&target.identifier, AUTHORIZED_RESOURCES.field)?;
        let mut variables = Variables::from(resources.members)
            .with("targetType", target.kind.as_str())
            .with("targetIdentifier", identifier);
        if let Some(namespace) = &self.namespace {
            variables = variables.with("namespace", namespace.as_str());
        }
        Ok(self.client.graphql(&AUTHORIZED_RESOURCES, variables)?.unwrap_or_default())
    }

    /// Lets targets use a resource. GraphQL `authorizeResource`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown resource or target; what
    /// was done is in [`BatchFailure`](crate::BatchFailure).
    pub fn authorize_resource(
        &self,
        resource: &str,
        grants: impl Into<OneOrMore<Grant>>,
    ) -> Result<()> {
        let resource = self.client.named(resource, AUTHORIZE_RESOURCE.field)?;
        in_batches(
            grants.into().as_slice(),
            |grant| &grant.target.identifier,
            |grants| {
                let opts: Vec<Value> = grants.iter().map(Grant::to_json).collect();
                let variables = self.variables().with("resource", resource).with("opts", opts);
                self.client.command(&AUTHORIZE_RESOURCE, variables)
            },
        )
    }

    /// Lets targets use a resource no more. `POST /api/v2/acl/revoke-resource`.
    ///
    /// # Errors
    ///
    /// As [`authorize_resource`](Self::authorize_resource).
    pub fn revoke_resource(
        &self,
        resource: &str,
        targets: impl Into<OneOrMore<Target>>,
    ) -> Result<()> {
        in_batches(
            targets.into().as_slice(),
            |target| &target.identifier,
            |targets| {
                let opts: Vec<Value> = targets.iter().map(Target::to_json).collect();
                let body = Object::new()
                    .with("namespace", self.namespace_code())
                    .with("resource", resource)
                    .with("opts", opts);
                self.client
                    .rest_command(&RestRequest::post("/api/v2/acl/revoke-resource").json(body))
            },
        )
    }

    /// Who may use a resource. GraphQL `authorizedTargets`.
    ///
    /// ```no_run
    /// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
    /// use authing::{FindTargets, ResourceKind, TargetKind};
    ///
    /// let readers = FindTargets::new("books", ResourceKind::Data)
    ///     .of_kind(TargetKind::Role)
    ///     .who_may_any(["books:read", "books:write"]);
    /// for target in admin.acl().authorized_targets(readers)? {
    ///     println!("{:?}", target.target_identifier);
    /// }
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn authorized_targets(&self, find: FindTargets) -> Result<Vec<AuthorizedTarget>> {
        let variables = Variables::from(find.members).with("namespace", self.namespace_code());
        Ok(self.client.graphql(&AUTHORIZED_TARGETS, variables)?.unwrap_or_default().list)
    }

    fn namespace_code(&self) -> &str {
        self.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE)
    }

    fn variables(&self) -> Variables {
        Variables::new().with("namespace", self.namespace.as_deref())
    }
}

/// Whom an action is allowed to: see [`Acl::allow`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Allowed {
    /// Users, by id.
    Users(OneOrMore),
    /// Roles, by code.
    Roles(OneOrMore),
}

impl Allowed {
    /// Users, by id.
    pub fn users(ids: impl Into<OneOrMore>) -> Self {
        Self::Users(ids.into())
    }

    /// Roles, by code.
    pub fn roles(codes: impl Into<OneOrMore>) -> Self {
        Self::Roles(codes.into())
    }
}

/// Which targets are asked for: see [`Acl::authorized_targets`].
#[derive(Clone, Debug)]
pub struct FindTargets {
    members: Object,
}

impl FindTargets {
    /// Those who may use a resource, by its code and type.
    pub fn new(resource: impl Into<String>, resource_type: ResourceKind) -> Self {
        let members = Object::new()
            .with("resource", resource.into())
            .with("resourceType", resource_type.as_str());
        Self { members }
    }

    /// Only targets of one kind. Defaults to all.
    pub fn of_kind(mut self, kind: TargetKind) -> Self {
        self.members.set("targetType", kind.as_str());
        self
    }

    /// Only those who may do all of these actions.
    pub fn who_may_all(self, actions: impl Into<OneOrMore>) -> Self {
        self.actions("AND", actions.into())
    }

    /// Only those who may do one of these actions.
    pub fn who_may_any(self, actions: impl Into<OneOrMore>) -> Self {
        self.actions("OR", actions.into())
    }

    fn actions(mut self, operator: &str, actions: OneOrMore) -> Self {
        let actions = Object::new().with("op", operator).with("list", actions.as_slice());
        self.members.set("actions", actions);
        self
    }
}

/// A target that may use a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthorizedTarget {
    /// The kind of the target.
    pub target_type: Option<TargetType>,
    /// The target.
    pub target_identifier: Option<String>,
    /// What it may do.
    #[serde(default, deserialize_with = "null_as_default")]
    pub actions: Vec<String>,
}

/// A page without page number, whose list may be null.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthorizedTargets {
    #[serde(default, deserialize_with = "without_nulls")]
    list: Vec<AuthorizedTarget>,
    #[serde(default)]
    #[allow(dead_code, reason = "the list is whole, so that this is its length")]
    total_count: Option<i64>,
}

/// What the tests check against the schema.
#[cfg(test)]
pub(super) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![
        &ALLOW,
        &AUTHORIZED_RESOURCES,
        &AUTHORIZED_TARGETS,
        &AUTHORIZE_RESOURCE,
        &IS_ACTION_ALLOWED,
        &IS_ACTION_DENIED,
    ]
}
