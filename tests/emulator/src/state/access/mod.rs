//! What users belong to and may do: organisations, groups, roles, resources, policies.

mod groups;
mod orgs;
mod permissions;
mod roles;

use serde_json::{Value, json};

pub(crate) use orgs::{NewNode, pruned};
pub(crate) use permissions::{Assignment, Grant, Statement, Target, glob};

/// The namespace of everything that names no other.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

/// Records as they go over the wire, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Access {
    /// Members of the REST form of an organisation.
    pub(crate) orgs: Vec<Value>,
    /// Members of `Node`, those of REST too.
    pub(crate) nodes: Vec<Value>,
    members: Vec<orgs::Membership>,
    /// Members of `Role`; `parentId` is the id of another one.
    pub(crate) roles: Vec<Value>,
    /// Who has a role, by the role's id.
    role_holders: Vec<(Target, String)>,
    /// Members of `Group`.
    pub(crate) groups: Vec<Value>,
    /// User and group code.
    group_members: Vec<(String, String)>,
    pub(crate) grants: Vec<Grant>,
    /// Members of `Policy`.
    pub(crate) policies: Vec<Value>,
    pub(crate) assignments: Vec<Assignment>,
    /// What `allow` allowed.
    pub(crate) allowed: Vec<(Target, Statement)>,
    /// Members of the REST form of a namespace.
    pub(crate) namespaces: Vec<Value>,
    /// Members of the REST form of a resource, with the code of the namespace.
    pub(crate) resources: Vec<Value>,
    /// User and application record.
    pub(crate) applications: Vec<(String, Value)>,
}

impl Access {
    /// What a pool starts with.
    pub(crate) fn with_default_namespace() -> Self {
        let namespace = json!({
            "id": 1,
            "code": DEFAULT_NAMESPACE,
            "name": "Default",
            "description": null,
            "status": 1,
            "appId": null,
            "appName": null,
        });
        Self { namespaces: vec![namespace], ..Self::default() }
    }

    /// Forgets a user who was deleted.
    pub(crate) fn forget_user(&mut self, user_id: &str) {
        let target = Target::user(user_id);
        self.members.retain(|member| member.user_id != user_id);
        self.group_members.retain(|(user, _)| user != user_id);
        self.role_holders.retain(|(holder, _)| *holder != target);
        self.grants.retain(|grant| grant.target != target);
        self.assignments.retain(|assignment| assignment.target != target);
        self.allowed.retain(|(holder, _)| *holder != target);
        self.applications.retain(|(user, _)| user != user_id);
    }
}

/// Whether a record has a text in a member.
pub(crate) fn is(record: &Value, member: &str, text: &str) -> bool {
    record[member] == text
}
