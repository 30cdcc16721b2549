//! Policies: who may, and who may not, do what with which resources.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::batch::in_batches;
use super::one_or_more::OneOrMore;
use super::targets::{Target, TargetKind, TargetType, Targets};
use crate::client::Client;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::json::null_as_default;
use crate::object::Object;
use crate::paging::{List, Page};
use crate::profile::text_setters;
use crate::types::{CommonMessage, wire_enum};

macro_rules! policy {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "namespace code isDefault description \
             statements { resource actions effect condition { param operator value } } \
             createdAt updatedAt assignmentsCount",
            $after
        )
    };
}

const POLICIES: Operation<Page<Policy>> = Operation::query("policies")
    .arguments(&[
        ("page", "Int"),
        ("limit", "Int"),
        ("namespace", "String"),
        ("excludeDefault", "Boolean"),
    ])
    .selecting(policy!("{ totalCount list { ", " } }"));

const POLICY: Operation<Option<Policy>> = Operation::query("policy")
    .arguments(&[("code", "String!"), ("namespace", "String")])
    .selecting(policy!("{ ", " }"));

const CREATE_POLICY: Operation<Policy> = Operation::mutation("createPolicy")
    .arguments(&[
        ("namespace", "String"),
        ("code", "String!"),
        ("description", "String"),
        ("statements", "[PolicyStatementInput!]!"),
    ])
    .selecting(policy!("{ ", " }"));

const UPDATE_POLICY: Operation<Policy> = Operation::mutation("updatePolicy")
    .arguments(&[
        ("namespace", "String"),
        ("code", "String!"),
        ("description", "String"),
        ("statements", "[PolicyStatementInput!]"),
        ("newCode", "String"),
    ])
    .selecting(policy!("{ ", " }"));

const DELETE_POLICY: Operation<Option<CommonMessage>> = Operation::mutation("deletePolicy")
    .arguments(&[("code", "String!"), ("namespace", "String")])
    .selecting("{ code message }");

const DELETE_POLICIES: Operation<Option<CommonMessage>> = Operation::mutation("deletePolicies")
    .arguments(&[("codeList", "[String!]!"), ("namespace", "String")])
    .selecting("{ code message }");

const POLICY_ASSIGNMENTS: Operation<Page<PolicyAssignment>> = Operation::query("policyAssignments")
    .arguments(&[
        ("namespace", "String"),
        ("code", "String"),
        ("targetType", "PolicyAssignmentTargetType"),
        ("targetIdentifier", "String"),
        ("page", "Int"),
        ("limit", "Int"),
    ])
    .selecting("{ totalCount list { code targetType targetIdentifier } }");

const ADD_POLICY_ASSIGNMENTS: Operation<Option<CommonMessage>> =
    Operation::mutation("addPolicyAssignments")
        .arguments(&[
            ("policies", "[String!]!"),
            ("targetType", "PolicyAssignmentTargetType!"),
            ("targetIdentifiers", "[String!]"),
            ("inheritByChildren", "Boolean"),
            ("namespace", "String"),
        ])
        .selecting("{ code message }");

const REMOVE_POLICY_ASSIGNMENTS: Operation<Option<CommonMessage>> =
    Operation::mutation("removePolicyAssignments")
        .arguments(&[
            ("policies", "[String!]!"),
            ("targetType", "PolicyAssignmentTargetType!"),
            ("targetIdentifiers", "[String!]"),
            ("namespace", "String"),
        ])
        .selecting("{ code message }");

const ENABLE_POLICY_ASSIGNMENT: Operation<Option<CommonMessage>> =
    Operation::mutation("enablePolicyAssignment")
        .arguments(&[
            ("policy", "String!"),
            ("targetType", "PolicyAssignmentTargetType!"),
            ("targetIdentifier", "String!"),
            ("namespace", "String"),
        ])
        .selecting("{ code message }");

/// Misspelled on the wire.
const DISABLE_POLICY_ASSIGNMENT: Operation<Option<CommonMessage>> =
    Operation::mutation("disbalePolicyAssignment")
        .arguments(&[
            ("policy", "String!"),
            ("targetType", "PolicyAssignmentTargetType!"),
            ("targetIdentifier", "String!"),
            ("namespace", "String"),
        ])
        .selecting("{ code message }");

wire_enum! {
    /// Whether a statement allows or forbids.
    pub enum PolicyEffect {
        /// It allows.
        Allow = "ALLOW",
        /// It forbids, whatever else allows.
        Deny = "DENY",
    }
}

/// A policy: statements under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Policy {
    /// The namespace that the code is unique in.
    pub namespace: String,
    /// The code that names the policy in calls.
    pub code: String,
    /// Whether the service made it.
    pub is_default: bool,
    /// A description for people.
    pub description: Option<String>,
    /// What it says.
    pub statements: Vec<PolicyStatement>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
    /// How many targets it is given to.
    pub assignments_count: i64,
}

/// What a policy says about a resource.
///
/// ```
/// use authing::PolicyStatement;
///
/// let read = PolicyStatement::allow("books:*", ["books:read"]);
/// let but_not = PolicyStatement::deny("books:secret", "books:*");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PolicyStatement {
    /// The resource, with `*` for any text.
    pub resource: String,
    /// The actions, with `*` for any text.
    pub actions: Vec<String>,
    /// Whether it allows or forbids.
    pub effect: Option<PolicyEffect>,
    /// When it applies.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub condition: Vec<PolicyCondition>,
}

/// A condition of a statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PolicyCondition {
    /// What is compared.
    pub param: String,
    /// How it is compared.
    pub operator: String,
    /// With what: any JSON value.
    pub value: Value,
}

/// A policy that is given to a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PolicyAssignment {
    /// The code of the policy.
    pub code: String,
    /// The kind of the target.
    pub target_type: TargetType,
    /// The target.
    pub target_identifier: String,
}

impl PolicyStatement {
    /// Allows actions on a resource; `*` in either stands for any text.
    pub fn allow(resource: impl Into<String>, actions: impl Into<OneOrMore>) -> Self {
        Self::new(resource.into(), actions.into(), PolicyEffect::Allow)
    }

    /// Forbids actions on a resource, whatever else allows them; `*` in either stands for any text.
    pub fn deny(resource: impl Into<String>, actions: impl Into<OneOrMore>) -> Self {
        Self::new(resource.into(), actions.into(), PolicyEffect::Deny)
    }

    fn new(resource: String, actions: OneOrMore, effect: PolicyEffect) -> Self {
        let (actions, condition) = (actions.into_vec(), Vec::new());
        Self { resource, actions, effect: Some(effect), condition }
    }

    /// A condition for it to apply. Call it again for another one. Defaults to none.
    pub fn condition(
        mut self,
        param: impl Into<String>,
        operator: impl Into<String>,
        value: impl Into<Value>,
    ) -> Self {
        let (param, operator, value) = (param.into(), operator.into(), value.into());
        self.condition.push(PolicyCondition { param, operator, value });
        self
    }
}

/// The policies of a namespace: [`ManagementClient::policies`](crate::ManagementClient::policies).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::{NewPolicy, PolicyStatement, Targets};
///
/// let reading = PolicyStatement::allow("books:*", "books:read");
/// admin.policies().create(NewPolicy::new("readers", reading))?;
/// admin.policies().add_assignments("readers", Targets::roles(["student", "teacher"]))?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Policies {
    client: Client,
    namespace: Option<String>,
}

impl Policies {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone(), namespace: None }
    }

    /// The policies of another namespace, by its code. Defaults to the user pool's own, `default`.
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// All policies. Nothing is sent before the list is read. GraphQL `policies`.
    pub fn list(&self) -> List<Policy> {
        self.client.list(&POLICIES, self.variables())
    }

    /// All policies but those that the service made. Nothing is sent before the list is read.
    /// GraphQL `policies`.
    pub fn list_custom(&self) -> List<Policy> {
        self.client.list(&POLICIES, self.variables().with("excludeDefault", true))
    }

    /// Creates a policy. GraphQL `createPolicy`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when there is such a policy.
    pub fn create(&self, policy: NewPolicy) -> Result<Policy> {
        let variables = Variables::from(policy.members).with("namespace", self.name());
        self.client.graphql(&CREATE_POLICY, variables)
    }

    /// A policy, or none. GraphQL `policy`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A policy that does not exist is no error.
    pub fn detail(&self, code: &str) -> Result<Option<Policy>> {
        let code = self.client.named(code, POLICY.field)?;
        self.client.graphql(&POLICY, self.variables().with("code", code))
    }

    /// Changes a policy and returns it as it is then. GraphQL `updatePolicy`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn update(&self, code: &str, update: PolicyUpdate) -> Result<Policy> {
        let variables = Variables::from(update.members).with("namespace", self.name());
        self.client.graphql(&UPDATE_POLICY, variables.with("code", code))
    }

    /// Deletes a policy, and takes it from all its targets. GraphQL `deletePolicy`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn delete(&self, code: &str) -> Result<()> {
        let code = self.client.named(code, DELETE_POLICY.field)?;
        self.client.command(&DELETE_POLICY, self.variables().with("code", code))
    }

    /// Deletes several policies. GraphQL `deletePolicies`.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete).
    pub fn delete_many(&self, codes: impl Into<OneOrMore>) -> Result<()> {
        in_batches(codes.into().as_slice(), String::as_str, |codes| {
            self.client.command(&DELETE_POLICIES, self.variables().with("codeList", codes))
        })
    }

    /// Who has a policy. Nothing is sent before the list is read. GraphQL `policyAssignments`.
    pub fn list_assignments(&self, code: &str) -> List<PolicyAssignment> {
        named_list(&self.client, self.variables().with("code", code), code)
    }

    /// Gives policies to targets. GraphQL `addPolicyAssignments`, as often as 80 targets at a time
    /// ask for.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown policy or target; what
    /// was done is in [`BatchFailure`](crate::BatchFailure).
    pub fn add_assignments(&self, policies: impl Into<OneOrMore>, targets: Targets) -> Result<()> {
        assign(&self.client, self.variables(), &policies.into(), &targets)
    }

    /// As [`add_assignments`](Self::add_assignments), for the departments below departments too.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn add_assignments_inherited(
        &self,
        policies: impl Into<OneOrMore>,
        targets: Targets,
    ) -> Result<()> {
        let variables = self.variables().with("inheritByChildren", true);
        assign(&self.client, variables, &policies.into(), &targets)
    }

    /// Takes policies from targets. GraphQL `removePolicyAssignments`.
    ///
    /// # Errors
    ///
    /// As [`add_assignments`](Self::add_assignments).
    pub fn remove_assignments(
        &self,
        policies: impl Into<OneOrMore>,
        targets: Targets,
    ) -> Result<()> {
        unassign(&self.client, self.name(), &policies.into(), &targets)
    }

    /// Puts an assignment that was disabled into force again. GraphQL `enablePolicyAssignment`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) when the target does not have it.
    pub fn enable_assignment(&self, policy: &str, target: Target) -> Result<()> {
        self.client.command(&ENABLE_POLICY_ASSIGNMENT, self.assignment(policy, &target))
    }

    /// Puts an assignment out of force and keeps it. GraphQL `disbalePolicyAssignment`, misspelled
    /// on the wire.
    ///
    /// # Errors
    ///
    /// As [`enable_assignment`](Self::enable_assignment).
    pub fn disable_assignment(&self, policy: &str, target: Target) -> Result<()> {
        self.client.command(&DISABLE_POLICY_ASSIGNMENT, self.assignment(policy, &target))
    }

    fn assignment(&self, policy: &str, target: &Target) -> Variables {
        self.variables()
            .with("policy", policy)
            .with("targetType", target.kind.as_str())
            .with("targetIdentifier", target.identifier.as_str())
    }

    fn name(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    fn variables(&self) -> Variables {
        Variables::new().with("namespace", self.name())
    }
}

/// The policies of a target.
pub(super) fn assignments_of(
    client: &Client,
    namespace: Option<&str>,
    kind: TargetKind,
    identifier: &str,
) -> List<PolicyAssignment> {
    let variables = Variables::new()
        .with("namespace", namespace)
        .with("targetType", kind.as_str())
        .with("targetIdentifier", identifier);
    named_list(client, variables, identifier)
}

/// The assignments of a policy or target, which has to have a name: without one, they could be
/// those of all.
fn named_list(client: &Client, variables: Variables, name: &str) -> List<PolicyAssignment> {
    let (client, name) = (client.clone(), name.to_owned());
    List::new(move |page, limit| {
        client.named(&name, POLICY_ASSIGNMENTS.field)?;
        let variables = variables.clone().with("page", page).with("limit", limit);
        client.graphql(&POLICY_ASSIGNMENTS, variables)
    })
}

/// Gives policies to targets.
pub(super) fn assign(
    client: &Client,
    variables: Variables,
    policies: &OneOrMore,
    targets: &Targets,
) -> Result<()> {
    in_batches(targets.identifiers.as_slice(), String::as_str, |identifiers| {
        let variables = variables
            .clone()
            .with("policies", policies.as_slice())
            .with("targetType", targets.kind.as_str())
            .with("targetIdentifiers", identifiers);
        client.command(&ADD_POLICY_ASSIGNMENTS, variables)
    })
}

/// Takes policies from targets.
pub(super) fn unassign(
    client: &Client,
    namespace: Option<&str>,
    policies: &OneOrMore,
    targets: &Targets,
) -> Result<()> {
    in_batches(targets.identifiers.as_slice(), String::as_str, |identifiers| {
        let variables = Variables::new()
            .with("namespace", namespace)
            .with("policies", policies.as_slice())
            .with("targetType", targets.kind.as_str())
            .with("targetIdentifiers", identifiers);
        client.command(&REMOVE_POLICY_ASSIGNMENTS, variables)
    })
}

/// A policy to create: see [`Policies::create`].
#[derive(Clone, Debug)]
pub struct NewPolicy {
    members: Object,
}

impl NewPolicy {
    /// A policy by its code, which is unique in its namespace, and what it says.
    pub fn new(code: impl Into<String>, statements: impl Into<OneOrMore<PolicyStatement>>) -> Self {
        let members = Object::new().with("code", code.into());
        Self { members: members.with("statements", json!(statements.into().as_slice())) }
    }

    text_setters! {
        /// A description for people. Defaults to none.
        description = "description";
    }
}

/// What to change about a policy; what is not set stays as it is. See [`Policies::update`].
#[derive(Clone, Debug, Default)]
pub struct PolicyUpdate {
    members: Object,
}

impl PolicyUpdate {
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

    /// What it says, in place of what it said.
    pub fn statements(mut self, statements: impl Into<OneOrMore<PolicyStatement>>) -> Self {
        self.members.set("statements", json!(statements.into().as_slice()));
        self
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(super) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![
        &ADD_POLICY_ASSIGNMENTS,
        &CREATE_POLICY,
        &DELETE_POLICIES,
        &DELETE_POLICY,
        &DISABLE_POLICY_ASSIGNMENT,
        &ENABLE_POLICY_ASSIGNMENT,
        &POLICIES,
        &POLICY,
        &POLICY_ASSIGNMENTS,
        &REMOVE_POLICY_ASSIGNMENTS,
        &UPDATE_POLICY,
    ]
}
