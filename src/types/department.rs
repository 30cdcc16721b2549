//! Departments of organisations, which are trees of nodes.

use serde::{Deserialize, Serialize};

use super::{AuthorizedResource, Role, User};
use crate::graphql::Fragment;
use crate::json::null_as_default;
use crate::paging::Page;

/// A node of an organisation's tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Node {
    /// The id.
    pub id: String,
    /// The organisation.
    pub org_id: Option<String>,
    /// The name for people.
    pub name: String,
    /// Names in other languages, as JSON text.
    pub name_i18n: Option<String>,
    /// A description for people.
    pub description: Option<String>,
    /// Descriptions in other languages, as JSON text.
    pub description_i18n: Option<String>,
    /// Its place among its siblings.
    pub order: Option<i64>,
    /// The code that names it in calls.
    pub code: Option<String>,
    /// Whether it is the root of the tree.
    pub root: Option<bool>,
    /// How far it is from the root.
    pub depth: Option<i64>,
    /// The ids from the root to it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub path: Vec<String>,
    /// The codes from the root to it; a node on the way may have none.
    #[serde(default, deserialize_with = "null_as_default")]
    pub code_path: Vec<Option<String>>,
    /// The names from the root to it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name_path: Vec<String>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
    /// The ids of the nodes below it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub children: Vec<String>,
    /// Its members; only where they were asked for.
    pub users: Option<Page<User>>,
    /// Its roles; only where they were asked for.
    pub roles: Option<Page<Role>>,
    /// What it gives access to; only where it was asked for.
    pub authorized_resources: Option<Page<AuthorizedResource>>,
}

/// A department that a user belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserDepartment {
    /// The department.
    pub department: Node,
    /// Whether it is the user's main one.
    pub is_main_department: bool,
    /// When the user joined it, ISO 8601.
    pub joined_at: Option<String>,
}

pub(super) const NODE: Fragment = Fragment {
    name: "Node",
    on: "Node",
    members: "id orgId name nameI18n description descriptionI18n order code root depth path \
              codePath namePath createdAt updatedAt children",
    newer: "",
    custom_data: "",
};
