//! Who may log in to an application.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::applications::Application;
use super::super::batch::in_batches;
use super::super::one_or_more::OneOrMore;
use super::super::policies::PolicyStatement;
use super::super::targets::{TargetKind, TargetType};
use super::Acl;
use crate::client::Client;
use crate::error::Result;
use crate::json::null_as_default;
use crate::object::Object;
use crate::paging::List;
use crate::rest::RestRequest;
use crate::types::choice;

choice! {
    /// Who may log in to an application where no policy says otherwise.
    pub enum DefaultAccess {
        /// Everybody.
        AllowAll = "ALLOW_ALL",
        /// Nobody.
        DenyAll = "DENY_ALL",
    }
}

/// Whom an application access policy is about: one or more users, roles, groups or departments.
///
/// ```
/// use authing::AccessTargets;
///
/// let students = AccessTargets::roles("student");
/// let sales = AccessTargets::departments("60b9d3d8f6a1d5b7a1c7e3f1").inherit_by_children(true);
/// ```
#[derive(Clone, Debug)]
pub struct AccessTargets {
    kind: TargetKind,
    identifiers: OneOrMore,
    members: Object,
}

impl AccessTargets {
    /// Users, by id.
    pub fn users(ids: impl Into<OneOrMore>) -> Self {
        Self::new(TargetKind::User, ids.into())
    }

    /// Roles, by code.
    pub fn roles(codes: impl Into<OneOrMore>) -> Self {
        Self::new(TargetKind::Role, codes.into())
    }

    /// Groups, by code.
    pub fn groups(codes: impl Into<OneOrMore>) -> Self {
        Self::new(TargetKind::Group, codes.into())
    }

    /// Departments, by the id of the node.
    pub fn departments(node_ids: impl Into<OneOrMore>) -> Self {
        Self::new(TargetKind::Org, node_ids.into())
    }

    fn new(kind: TargetKind, identifiers: OneOrMore) -> Self {
        Self { kind, identifiers, members: Object::new() }
    }

    /// The namespace of roles. Defaults to that of the calls, and for
    /// [`Applications`](crate::Applications) to the application's own.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.members.set("namespace", namespace.into());
        self
    }

    /// Whether it is about the departments below too. Defaults to the service's default.
    pub fn inherit_by_children(mut self, inherit: bool) -> Self {
        self.members.set("inheritByChildren", inherit);
        self
    }
}

/// A rule on who may log in to an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApplicationAccessPolicy {
    /// The code of the policy.
    pub code: Option<String>,
    /// The id of the policy.
    pub policy_id: Option<String>,
    /// What it says.
    pub policy: Option<AccessPolicy>,
    /// The kind of its target.
    pub target_type: Option<TargetType>,
    /// Its target.
    pub target_identifier: Option<String>,
    /// The target itself, as the service has it: its members depend on its kind.
    #[serde(default, deserialize_with = "null_as_default")]
    pub target: Map<String, Value>,
    /// The namespace of the target.
    pub namespace: Option<String>,
    /// Whether it is in force.
    pub enabled: Option<bool>,
    /// Whether it is about the departments below too.
    pub inherit_by_children: Option<bool>,
    /// When it was given, ISO 8601.
    pub assigned_at: Option<String>,
}

/// The policy of an [`ApplicationAccessPolicy`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AccessPolicy {
    /// The id.
    pub id: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// A description for people.
    pub description: Option<String>,
    /// What it says.
    #[serde(default, deserialize_with = "null_as_default")]
    pub statements: Vec<PolicyStatement>,
    /// The number of its namespace.
    pub namespace_id: Option<i64>,
}

impl Acl {
    /// The rules on who may log in to an application. Nothing is sent before the list is read.
    /// `GET /api/v2/applications/{app}/authorization/records`.
    pub fn application_access_policies(&self, app_id: &str) -> List<ApplicationAccessPolicy> {
        records(&self.client, app_id)
    }

    /// Lets targets log in to an application.
    /// `POST /api/v2/applications/{app}/authorization/allow`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown application or target;
    /// what was done is in [`BatchFailure`](crate::BatchFailure).
    pub fn allow_access_application(&self, app_id: &str, targets: AccessTargets) -> Result<()> {
        self.change_access(app_id, "allow", targets)
    }

    /// Forbids targets to log in to an application.
    /// `POST /api/v2/applications/{app}/authorization/deny`.
    ///
    /// # Errors
    ///
    /// As [`allow_access_application`](Self::allow_access_application).
    pub fn deny_access_application(&self, app_id: &str, targets: AccessTargets) -> Result<()> {
        self.change_access(app_id, "deny", targets)
    }

    /// Puts rules that were disabled into force again.
    /// `POST /api/v2/applications/{app}/authorization/enable-effect`.
    ///
    /// # Errors
    ///
    /// As [`allow_access_application`](Self::allow_access_application).
    pub fn enable_application_access_policies(
        &self,
        app_id: &str,
        targets: AccessTargets,
    ) -> Result<()> {
        self.change_access(app_id, "enable-effect", targets)
    }

    /// Puts rules out of force and keeps them.
    /// `POST /api/v2/applications/{app}/authorization/disable-effect`.
    ///
    /// # Errors
    ///
    /// As [`allow_access_application`](Self::allow_access_application).
    pub fn disable_application_access_policies(
        &self,
        app_id: &str,
        targets: AccessTargets,
    ) -> Result<()> {
        self.change_access(app_id, "disable-effect", targets)
    }

    /// Deletes rules. `POST /api/v2/applications/{app}/authorization/revoke`.
    ///
    /// # Errors
    ///
    /// As [`allow_access_application`](Self::allow_access_application).
    pub fn delete_application_access_policies(
        &self,
        app_id: &str,
        targets: AccessTargets,
    ) -> Result<()> {
        self.change_access(app_id, "revoke", targets)
    }

    /// Says who may log in to an application where no rule says otherwise.
    /// `POST /api/v2/applications/{app}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn update_default_application_access_policy(
        &self,
        app_id: &str,
        default_access: DefaultAccess,
    ) -> Result<Application> {
        update_default(&self.client, app_id, default_access)
    }

    fn change_access(&self, app_id: &str, what: &str, targets: AccessTargets) -> Result<()> {
        change(&self.client, app_id, what, targets, self.namespace.as_deref())
    }
}

/// The rules of an application.
pub(in super::super) fn records(client: &Client, app_id: &str) -> List<ApplicationAccessPolicy> {
    let request = RestRequest::get("/api/v2/applications").segment(app_id);
    client.rest_list(request.segment("authorization").segment("records"))
}

/// Changes rules of an application.
pub(in super::super) fn change(
    client: &Client,
    app_id: &str,
    what: &str,
    targets: AccessTargets,
    namespace: Option<&str>,
) -> Result<()> {
    let AccessTargets { kind, identifiers, mut members } = targets;
    if !members.contains("namespace") {
        members.set("namespace", namespace);
    }
    members.set("targetType", kind.as_str());
    in_batches(identifiers.as_slice(), String::as_str, |identifiers| {
        let request = RestRequest::post("/api/v2/applications").segment(app_id);
        let body = members.clone().with("targetIdentifiers", identifiers);
        client.rest_command(&request.segment("authorization").segment(what).json(body))
    })
}

pub(in super::super) fn update_default(
    client: &Client,
    app_id: &str,
    default_access: DefaultAccess,
) -> Result<Application> {
    let body = json!({ "permissionStrategy": { "defaultStrategy": default_access.as_str() } });
    client.rest(&RestRequest::post("/api/v2/applications").segment(app_id).json(body))
}
