//! What users may do: roles, groups, policies, resources.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Users;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::management::batch::in_batches;
use crate::management::groups::{ADD_USER_TO_GROUP, REMOVE_USER_FROM_GROUP};
use crate::management::lists::Part;
use crate::management::policies::{assign, assignments_of, unassign};
use crate::management::roles::{ASSIGN_ROLE, REVOKE_ROLE};
use crate::management::{OneOrMore, PolicyAssignment, TargetKind, Targets};
use crate::paging::{List, Page};
use crate::rest::RestRequest;
use crate::types::{AuthorizedResource, CommonMessage, Group, ListAuthorizedResources, Role};

const USER_ROLES: Operation<Part<Page<Role>>> = Operation::query("user")
    .arguments(&[("id", "String")])
    .inner_arguments(&[("namespace", "String")])
    .selecting(
        "{ roles(namespace: $namespace) { totalCount list { ...Role parent { ...Role } } } }",
    );

const USER_GROUPS: Operation<Part<Page<Group>>> = Operation::query("user")
    .arguments(&[("id", "String")])
    .selecting("{ groups { totalCount list { ...Group } } }");

const USER_AUTHORIZED_RESOURCES: Operation<Part<Page<AuthorizedResource>>> =
    Operation::query("user")
        .arguments(&[("id", "String")])
        .inner_arguments(&[("namespace", "String"), ("resourceType", "String")])
        .selecting(
            "{ authorizedResources(namespace: $namespace, resourceType: $resourceType) \
             { totalCount list { ...AuthorizedResource } } }",
        );

/// What a user may do with a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResourcePermission {
    /// The code of the resource.
    pub code: String,
    /// The actions that are allowed.
    #[serde(default, deserialize_with = "crate::json::null_as_default")]
    pub actions: Vec<String>,
}

impl Users {
    /// The users' roles, policies and resources in another namespace, by its code. Defaults to the
    /// user pool's own, `default`, and to all namespaces where a list has one of each.
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// The roles that a user has himself. The service answers all of them at once. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn list_roles(&self, user_id: &str) -> Result<Page<Role>> {
        self.client.part(&USER_ROLES, self.variables(user_id, USER_ROLES.field)?, "user")
    }

    /// Whether a user has a role. `GET /api/v2/users/{user}/has-role`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown user.
    pub fn has_role(&self, user_id: &str, role_code: &str) -> Result<bool> {
        let request = RestRequest::get("/api/v2/users").segment(user_id).segment("has-role");
        let request = request.query("code", role_code);
        let answer: Value = self.client.rest(&match &self.namespace {
            Some(namespace) => request.query("namespace", namespace),
            None => request,
        })?;
        // What the service answers is not documented beyond that it is true in JavaScript.
        Ok(match answer {
            Value::Null => false,
            Value::Bool(has) => has,
            Value::Number(number) => number.as_f64() != Some(0.0),
            Value::String(text) => !matches!(text.as_str(), "" | "false" | "False"),
            Value::Array(_) => true,
            Value::Object(members) => members.get("hasRole").is_none_or(|has| *has == json!(true)),
        })
    }

    /// Gives roles to a user. GraphQL `assignRole`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown role or user.
    pub fn add_roles(&self, user_id: &str, role_codes: impl Into<OneOrMore>) -> Result<()> {
        self.change_roles(&ASSIGN_ROLE, user_id, &role_codes.into())
    }

    /// Takes roles from a user. GraphQL `revokeRole`.
    ///
    /// # Errors
    ///
    /// As [`add_roles`](Self::add_roles).
    pub fn remove_roles(&self, user_id: &str, role_codes: impl Into<OneOrMore>) -> Result<()> {
        self.change_roles(&REVOKE_ROLE, user_id, &role_codes.into())
    }

    fn change_roles(
        &self,
        operation: &Operation<Option<CommonMessage>>,
        user_id: &str,
        codes: &OneOrMore,
    ) -> Result<()> {
        let user_id = self.client.named(user_id, operation.field)?;
        in_batches(codes.as_slice(), String::as_str, |codes| {
            let variables = Variables::new()
                .with("namespace", self.namespace.as_deref())
                .with("roleCodes", codes)
                .with("userIds", vec![user_id]);
            self.client.command(operation, variables)
        })
    }

    /// The groups of a user. The service answers all of them at once. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn list_groups(&self, user_id: &str) -> Result<Page<Group>> {
        let id = self.client.named(user_id, USER_GROUPS.field)?;
        self.client.part(&USER_GROUPS, Variables::new().with("id", id), "user")
    }

    /// Makes a user a member of a group. GraphQL `addUserToGroup`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown group or user.
    pub fn add_group(&self, user_id: &str, group_code: &str) -> Result<()> {
        self.change_group(&ADD_USER_TO_GROUP, user_id, group_code)
    }

    /// Makes a user a member of a group no more. GraphQL `removeUserFromGroup`.
    ///
    /// # Errors
    ///
    /// As [`add_group`](Self::add_group).
    pub fn remove_group(&self, user_id: &str, group_code: &str) -> Result<()> {
        self.change_group(&REMOVE_USER_FROM_GROUP, user_id, group_code)
    }

    fn change_group(
        &self,
        operation: &Operation<Option<CommonMessage>>,
        user_id: &str,
        code: &str,
    ) -> Result<()> {
        let code = self.client.named(code, operation.field)?;
        let user_id = self.client.named(user_id, operation.field)?;
        let variables = Variables::new().with("userIds", vec![user_id]).with("code", code);
        self.client.command(operation, variables)
    }

    /// The policies that a user has himself. Nothing is sent before the list is read. GraphQL
    /// `policyAssignments`.
    pub fn list_policies(&self, user_id: &str) -> List<PolicyAssignment> {
        assignments_of(&self.client, self.namespace.as_deref(), TargetKind::User, user_id)
    }

    /// Gives policies to a user. GraphQL `addPolicyAssignments`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown policy or user.
    pub fn add_policies(&self, user_id: &str, policies: impl Into<OneOrMore>) -> Result<()> {
        let variables = Variables::new().with("namespace", self.namespace.as_deref());
        assign(&self.client, variables, &policies.into(), &Targets::users(user_id))
    }

    /// Takes policies from a user. GraphQL `removePolicyAssignments`.
    ///
    /// # Errors
    ///
    /// As [`add_policies`](Self::add_policies).
    pub fn remove_policies(&self, user_id: &str, policies: impl Into<OneOrMore>) -> Result<()> {
        let namespace = self.namespace.as_deref();
        unassign(&self.client, namespace, &policies.into(), &Targets::users(user_id))
    }

    /// What a user may use, with what comes by role, group and department. The service answers all
    /// of it at once. GraphQL `user`.
    ///
    /// ```no_run
    /// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
    /// use authing::{ListAuthorizedResources, ResourceType};
    ///
    /// let menus = ListAuthorizedResources::in_namespace("default").of_type(ResourceType::Menu);
    /// let menus = admin.users().list_authorized_resources("5f703fb5a8ea5c8b8a3e2a6b", menus)?;
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn list_authorized_resources(
        &self,
        user_id: &str,
        resources: ListAuthorizedResources,
    ) -> Result<Page<AuthorizedResource>> {
        let id = self.client.named(user_id, USER_AUTHORIZED_RESOURCES.field)?;
        let mut variables = Variables::from(resources.members).with("id", id);
        if let Some(namespace) = &self.namespace {
            variables = variables.with("namespace", namespace.as_str());
        }
        self.client.part(&USER_AUTHORIZED_RESOURCES, variables, "user")
    }

    /// What a user may do with each of several resources, in their order.
    /// `POST /api/v2/acl/check-resource-permission-batch`, as often as 80 resources at a time ask
    /// for.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown user; what was asked is in
    /// [`BatchFailure`](crate::BatchFailure).
    pub fn check_resource_permission_batch(
        &self,
        user_id: &str,
        resources: impl Into<OneOrMore>,
    ) -> Result<Vec<ResourcePermission>> {
        let mut permissions = Vec::new();
        in_batches(resources.into().as_slice(), String::as_str, |resources| {
            let body = json!({
                "userId": user_id,
                "namespace": self.namespace_code(),
                "resources": resources,
            });
            let request = RestRequest::post("/api/v2/acl/check-resource-permission-batch");
            permissions.extend(self.client.rest::<Vec<_>>(&request.json(body))?);
            Ok(())
        })?;
        Ok(permissions)
    }

    /// What a user may do with the resources of a kind, such as `books` of `books:1` and `books:2`.
    /// `POST /api/v2/acl/get-authorized-resources-of-resource-kind`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown user.
    pub fn list_authorized_resources_of_resource_kind(
        &self,
        user_id: &str,
        resource: &str,
    ) -> Result<Vec<ResourcePermission>> {
        let body = json!({
            "userId": user_id,
            "namespace": self.namespace_code(),
            "resource": resource,
        });
        let request = RestRequest::post("/api/v2/acl/get-authorized-resources-of-resource-kind");
        self.client.rest(&request.json(body))
    }

    fn namespace_code(&self) -> &str {
        self.namespace.as_deref().unwrap_or("default")
    }

    fn variables(&self, user_id: &str, field: &str) -> Result<Variables> {
        let id = self.client.named(user_id, field)?;
        Ok(Variables::new().with("id", id).with("namespace", self.namespace.as_deref()))
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(super) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&USER_AUTHORIZED_RESOURCES, &USER_GROUPS, &USER_ROLES]
}
