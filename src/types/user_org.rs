//! Where users belong in organisations.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Node;

/// An organisation that a user belongs to, with the way to his place in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserOrg {
    /// The id.
    pub id: String,
    /// The user pool.
    pub user_pool_id: Option<String>,
    /// The root of its tree.
    pub root_node_id: Option<String>,
    /// The URL of its logo.
    pub logo: Option<String>,
    /// The tenant, if it is one's.
    pub tenant_id: Option<String>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
    /// The nodes from the root to the user's own.
    #[serde(default)]
    pub path: Vec<Node>,
}

/// A way through an organisation as the wire has it: a list of the organisation and its nodes.
pub(crate) struct OrgPath(pub(crate) Option<UserOrg>);

impl<'de> Deserialize<'de> for OrgPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut org, mut path) = (None::<UserOrg>, Vec::new());
        for item in Vec::<Value>::deserialize(deserializer)? {
            let read = match item["type"].as_str() {
                Some("org") => UserOrg::deserialize(item).map(|found| org = Some(found)),
                Some("node") => Node::deserialize(item).map(|node| path.push(node)),
                _ => Ok(()),
            };
            read.map_err(serde::de::Error::custom)?;
        }
        Ok(Self(org.map(|org| UserOrg { path, ..org })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_through_an_organisation_is_read_and_what_is_unknown_in_it_is_passed_over() {
        let json = r#"[[
            {"type":"org","id":"o","createdAt":"2021","rootNodeId":"r","logo":null,"tenantId":null},
            {"type":"node","id":"r","orgId":"o","name":"ACME","order":null,"leaderUserId":"u"},
            {"type":"galaxy","id":"g"},
            {"type":"node","id":"n","orgId":"o","name":"Sales","code":"sales"}
        ], [{"type":"node","id":"x","name":"homeless"}], []]"#;
        let orgs: Vec<OrgPath> = serde_json::from_str(json).unwrap();
        let orgs: Vec<UserOrg> = orgs.into_iter().filter_map(|OrgPath(org)| org).collect();
        assert_eq!(orgs.len(), 1);
        assert_eq!(orgs[0].root_node_id.as_deref(), Some("r"));
        let names: Vec<_> = orgs[0].path.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["ACME", "Sales"]);
        assert!(serde_json::from_str::<Vec<OrgPath>>(r#"[[{"type":"org"}]]"#).is_err());
    }
}
