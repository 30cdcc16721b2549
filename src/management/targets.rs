//! Whom a permission is given to.

use serde_json::{Value, json};

use super::one_or_more::OneOrMore;
use crate::object::Object;
use crate::types::{choice, wire_enum};

choice! {
    /// A kind of target that permissions are given to.
    pub enum TargetKind {
        /// Users, by id.
        User = "USER",
        /// Roles, by code.
        Role = "ROLE",
        /// Groups, by code.
        Group = "GROUP",
        /// Departments and organisations, by the id of the node.
        Org = "ORG",
        /// Programmatic access accounts, by id.
        AkSk = "AK_SK",
    }
}

wire_enum! {
    /// The kind of a target, in answers.
    pub enum TargetType {
        /// A user, by id.
        User = "USER",
        /// A role, by code.
        Role = "ROLE",
        /// A group, by code.
        Group = "GROUP",
        /// A department or organisation, by the id of the node.
        Org = "ORG",
        /// A programmatic access account, by id.
        AkSk = "AK_SK",
    }
}

/// One or more targets of one kind.
///
/// ```
/// use authing::Targets;
///
/// let one = Targets::users("5f703fb5a8ea5c8b8a3e2a6b");
/// let two = Targets::roles(["student", "teacher"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Targets {
    pub(crate) kind: TargetKind,
    pub(crate) identifiers: OneOrMore,
}

impl Targets {
    /// Users, by id.
    pub fn users(ids: impl Into<OneOrMore>) -> Self {
        Self { kind: TargetKind::User, identifiers: ids.into() }
    }

    /// Roles, by code.
    pub fn roles(codes: impl Into<OneOrMore>) -> Self {
        Self { kind: TargetKind::Role, identifiers: codes.into() }
    }

    /// Groups, by code.
    pub fn groups(codes: impl Into<OneOrMore>) -> Self {
        Self { kind: TargetKind::Group, identifiers: codes.into() }
    }

    /// Departments, by the id of the node.
    pub fn departments(node_ids: impl Into<OneOrMore>) -> Self {
        Self { kind: TargetKind::Org, identifiers: node_ids.into() }
    }

    /// Programmatic access accounts, by id.
    pub fn programmatic_access_accounts(ids: impl Into<OneOrMore>) -> Self {
        Self { kind: TargetKind::AkSk, identifiers: ids.into() }
    }
}

/// One target.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    pub(crate) kind: TargetKind,
    pub(crate) identifier: String,
}

impl Target {
    /// A target of a kind; the functions below say it shorter.
    pub fn new(kind: TargetKind, identifier: impl Into<String>) -> Self {
        Self { kind, identifier: identifier.into() }
    }

    /// A user, by id.
    pub fn user(id: impl Into<String>) -> Self {
        Self::new(TargetKind::User, id)
    }

    /// A role, by code.
    pub fn role(code: impl Into<String>) -> Self {
        Self::new(TargetKind::Role, code)
    }

    /// A group, by code.
    pub fn group(code: impl Into<String>) -> Self {
        Self::new(TargetKind::Group, code)
    }

    /// A department, by the id of the node.
    pub fn department(node_id: impl Into<String>) -> Self {
        Self::new(TargetKind::Org, node_id)
    }

    /// A programmatic access account, by id.
    pub fn programmatic_access_account(id: impl Into<String>) -> Self {
        Self::new(TargetKind::AkSk, id)
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ "targetType": self.kind.as_str(), "targetIdentifier": self.identifier })
    }
}

/// What a target may do with a resource: see
/// [`Acl::authorize_resource`](super::Acl::authorize_resource).
///
/// ```
/// use authing::{Grant, Target};
///
/// let grant = Grant::new(Target::role("student"), ["books:read"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    pub(crate) target: Target,
    actions: OneOrMore,
}

impl Grant {
    /// The target may do these actions, such as `books:read`, or `books:*` for all.
    pub fn new(target: Target, actions: impl Into<OneOrMore>) -> Self {
        Self { target, actions: actions.into() }
    }

    pub(crate) fn to_json(&self) -> Value {
        Object::new()
            .with("targetType", self.target.kind.as_str())
            .with("targetIdentifier", self.target.identifier.as_str())
            .with("actions", self.actions.as_slice())
            .into()
    }
}
