//! What users belong to and may do: organisations, roles, resources, applications.

use serde_json::{Value, json};

use super::{Settings, random_id};

/// A resource that a user may use.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) user_id: String,
    pub(crate) namespace: String,
    /// The members of `AuthorizedResource`.
    pub(crate) resource: Value,
}

/// Records as they go over the wire, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Access {
    /// Members of the REST form of an organisation.
    orgs: Vec<Value>,
    /// Members of `Node`, those of REST too.
    nodes: Vec<Value>,
    /// User, node, whether it is the main one, and since when.
    members: Vec<(String, String, bool, String)>,
    /// Members of `Role`; `parent` is the id.
    roles: Vec<Value>,
    /// User and role id.
    role_users: Vec<(String, String)>,
    pub(crate) grants: Vec<Grant>,
    /// User and application record.
    pub(crate) applications: Vec<(String, Value)>,
}

impl Access {
    /// Makes an organisation with its root; answers the ids of both.
    pub(crate) fn add_org(
        &mut self,
        settings: &Settings,
        name: &str,
        now: &str,
    ) -> (String, String) {
        let org_id = random_id();
        let root_id = self.add_node(settings, &org_id, None, name, None, now);
        self.orgs.push(json!({
            "type": "org",
            "id": org_id,
            "createdAt": now,
            "updatedAt": now,
            "userPoolId": settings.user_pool_id,
            "rootNodeId": root_id,
            "logo": null,
            "tenantId": null,
        }));
        (org_id, root_id)
    }

    /// Makes a node below another one, or a root; answers the id.
    pub(crate) fn add_node(
        &mut self,
        settings: &Settings,
        org_id: &str,
        parent: Option<&str>,
        name: &str,
        code: Option<&str>,
        now: &str,
    ) -> String {
        let id = random_id();
        let above = parent.and_then(|parent| self.node(parent)).cloned();
        let extended = |member: &str, own: Value| {
            let mut list =
                above.as_ref().and_then(|n| n[member].as_array().cloned()).unwrap_or_default();
            list.push(own);
            list
        };
        let path = extended("path", json!(id));
        if let Some(parent) = parent {
            for node in self.nodes.iter_mut().filter(|node| node["id"] == parent) {
                if let Some(children) = node["children"].as_array_mut() {
                    children.push(json!(id));
                }
            }
        }
        self.nodes.push(json!({
            "type": "node",
            "id": id,
            "orgId": org_id,
            "userPoolId": settings.user_pool_id,
            "name": name,
            "code": code,
            "root": parent.is_none(),
            "depth": path.len() - 1,
            "namePath": extended("namePath", json!(name)),
            "codePath": extended("codePath", json!(code)),
            "path": path,
            "children": [],
            "order": null,
            "leaderUserId": null,
            "createdAt": now,
            "updatedAt": now,
        }));
        id
    }

    pub(crate) fn node(&self, id: &str) -> Option<&Value> {
        self.nodes.iter().find(|node| node["id"] == id)
    }

    pub(crate) fn join(&mut self, user_id: &str, node_id: &str, is_main: bool, now: &str) {
        self.members.push((user_id.to_owned(), node_id.to_owned(), is_main, now.to_owned()));
    }

    /// The departments of a user, as `UserDepartment` has them.
    pub(crate) fn departments(&self, user_id: &str, org_id: Option<&str>) -> Vec<Value> {
        self.members
            .iter()
            .filter(|(user, ..)| user == user_id)
            .filter_map(|(_, node, is_main, joined)| {
                let node = self.node(node)?;
                let wanted = org_id.is_none_or(|org| node["orgId"] == org);
                wanted.then(|| {
                    json!({ "department": node, "isMainDepartment": is_main, "joinedAt": joined })
                })
            })
            .collect()
    }

    /// The ways from the organisation to each node of a user, as REST has them.
    pub(crate) fn org_paths(&self, user_id: &str) -> Vec<Value> {
        let nodes = self.members.iter().filter(|(user, ..)| user == user_id);
        nodes
            .filter_map(|(_, node, ..)| {
                let node = self.node(node)?;
                let org = self.orgs.iter().find(|org| org["id"] == node["orgId"])?;
                let path = node["path"].as_array()?;
                let nodes = path.iter().filter_map(|id| self.node(id.as_str()?));
                Some([org].into_iter().chain(nodes).cloned().collect())
            })
            .collect()
    }

    /// Makes a role; answers the id.
    pub(crate) fn add_role(
        &mut self,
        settings: &Settings,
        namespace: &str,
        code: &str,
        parent: Option<&str>,
        now: &str,
    ) -> String {
        let id = random_id();
        let pool = &settings.user_pool_id;
        self.roles.push(json!({
            "id": id,
            "namespace": namespace,
            "code": code,
            "arn": format!("arn:cn:authing:{pool}:role:{code}"),
            "description": null,
            "isSystem": false,
            "createdAt": now,
            "updatedAt": now,
            "parentId": parent,
        }));
        id
    }

    pub(crate) fn give_role(&mut self, user_id: &str, role_id: &str) {
        self.role_users.push((user_id.to_owned(), role_id.to_owned()));
    }

    /// The roles of a user, each with its parent.
    pub(crate) fn roles(&self, user_id: &str, namespace: Option<&str>) -> Vec<Value> {
        let ids = self.role_users.iter().filter(|(user, _)| user == user_id);
        ids.filter_map(|(_, id)| self.role(id))
            .filter(|role| namespace.is_none_or(|namespace| role["namespace"] == namespace))
            .collect()
    }

    fn role(&self, id: &str) -> Option<Value> {
        let mut role = self.roles.iter().find(|role| role["id"] == id)?.clone();
        role["parent"] = role["parentId"].as_str().and_then(|id| self.role(id)).unwrap_or_default();
        Some(role)
    }

    /// What a user may use.
    pub(crate) fn resources(
        &self,
        user_id: &str,
        namespace: Option<&str>,
        resource_type: Option<&str>,
    ) -> Vec<Value> {
        self.grants
            .iter()
            .filter(|grant| grant.user_id == user_id)
            .filter(|grant| namespace.is_none_or(|namespace| grant.namespace == namespace))
            .filter(|grant| resource_type.is_none_or(|kind| grant.resource["type"] == kind))
            .map(|grant| grant.resource.clone())
            .collect()
    }
}
