//! Groups.

use serde::{Deserialize, Serialize};

use super::{AuthorizedResource, User};
use crate::graphql::Fragment;
use crate::paging::Page;

/// A group of users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Group {
    /// The code that names the group in calls.
    pub code: String,
    /// The name for people.
    pub name: String,
    /// A description for people.
    pub description: Option<String>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
    /// Its members; only where they were asked for.
    pub users: Option<Page<User>>,
    /// What it gives access to; only where it was asked for.
    pub authorized_resources: Option<Page<AuthorizedResource>>,
}

pub(super) const GROUP: Fragment = Fragment {
    name: "Group",
    on: "Group",
    members: "code name description createdAt updatedAt",
    newer: "",
    custom_data: "",
};
