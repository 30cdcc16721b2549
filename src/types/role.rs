//! Roles.

use serde::{Deserialize, Serialize};

use super::{AuthorizedResource, User};
use crate::graphql::Fragment;
use crate::paging::Page;

/// A role: permissions under a name, given to users, groups and departments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Role {
    /// The id.
    pub id: String,
    /// The namespace that the code is unique in; `default` unless it was set.
    pub namespace: String,
    /// The code that names the role in calls.
    pub code: String,
    /// The resource name.
    pub arn: String,
    /// A description for people.
    pub description: Option<String>,
    /// Whether the service made it and it cannot be deleted.
    pub is_system: Option<bool>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
    /// Who has it; only where it was asked for.
    pub users: Option<Page<User>>,
    /// What it gives access to; only where it was asked for.
    pub authorized_resources: Option<Page<AuthorizedResource>>,
    /// The role that it inherits from; only where it was asked for.
    pub parent: Option<Box<Role>>,
}

pub(super) const ROLE: Fragment = Fragment {
    name: "Role",
    on: "Role",
    members: "id namespace code arn description isSystem createdAt updatedAt",
    newer: "",
    custom_data: "",
};
