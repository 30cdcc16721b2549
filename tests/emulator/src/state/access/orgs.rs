//! Organisations: trees of nodes, and who belongs where.

use serde_json::{Map, Value, json};

use super::super::{Settings, random_id};
use super::{Access, Target, is};
use crate::error::{ApiError, codes};

/// A user in a department.
#[derive(Debug, Clone)]
pub(crate) struct Membership {
    pub(crate) user_id: String,
    pub(crate) node_id: String,
    pub(crate) is_main: bool,
    pub(crate) joined_at: String,
}

/// A node to make: its parent, and the members that its maker chose.
#[derive(Debug, Default)]
pub(crate) struct NewNode<'a> {
    pub(crate) parent: Option<&'a str>,
    pub(crate) name: &'a str,
    pub(crate) code: Option<&'a str>,
    pub(crate) more: Map<String, Value>,
}

impl Access {
    /// Makes an organisation with its root; answers the ids of both.
    pub(crate) fn add_org(
        &mut self,
        settings: &Settings,
        root: NewNode<'_>,
        now: &str,
    ) -> (String, String) {
        let org_id = random_id();
        let root_id = self.add_node(settings, &org_id, root, now);
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
        new: NewNode<'_>,
        now: &str,
    ) -> String {
        let NewNode { parent, name, code, more } = new;
        let id = random_id();
        let mut node = json!({
            "type": "node",
            "id": id,
            "orgId": org_id,
            "userPoolId": settings.user_pool_id,
            "name": name,
            "code": code,
            "root": parent.is_none(),
            "children": [],
            "order": null,
            "leaderUserId": null,
            "createdAt": now,
            "updatedAt": now,
        });
        for (member, value) in more {
            node[member] = value;
        }
        if let Some(children) = parent.and_then(|parent| self.children_mut(parent)) {
            children.push(json!(id));
        }
        self.nodes.push(node);
        self.place(&id, parent.map(str::to_owned).as_deref());
        id
    }

    /// Gives a node, and all below it, the ways from the root.
    fn place(&mut self, id: &str, parent: Option<&str>) {
        let above = parent.and_then(|parent| self.node(parent)).cloned().unwrap_or_default();
        let Some(node) = self.nodes.iter_mut().find(|node| is(node, "id", id)) else { return };
        for (way, own) in [("path", "id"), ("namePath", "name"), ("codePath", "code")] {
            let mut list = above[way].as_array().cloned().unwrap_or_default();
            list.push(node[own].clone());
            node["depth"] = json!(list.len() - 1);
            node[way] = Value::Array(list);
        }
        for child in children(node) {
            self.place(&child, Some(id));
        }
    }

    pub(crate) fn node(&self, id: &str) -> Option<&Value> {
        self.nodes.iter().find(|node| is(node, "id", id))
    }

    pub(crate) fn known_node(&self, id: &str) -> Result<&Value, ApiError> {
        self.node(id).ok_or_else(|| not_found("department"))
    }

    pub(crate) fn org(&self, id: &str) -> Result<&Value, ApiError> {
        self.orgs.iter().find(|org| is(org, "id", id)).ok_or_else(|| not_found("organisation"))
    }

    fn children_mut(&mut self, id: &str) -> Option<&mut Vec<Value>> {
        self.nodes.iter_mut().find(|node| is(node, "id", id))?["children"].as_array_mut()
    }

    /// An organisation as GraphQL's `Org` has it.
    pub(crate) fn org_record(&self, id: &str) -> Result<Value, ApiError> {
        let root = self.org(id)?["rootNodeId"].as_str().unwrap_or_default();
        let nodes: Vec<_> = self.nodes.iter().filter(|node| is(node, "orgId", id)).collect();
        Ok(json!({ "id": id, "rootNode": self.node(root), "nodes": nodes }))
    }

    pub(crate) fn update_node(&mut self, id: &str, changes: Map<String, Value>, now: &str) {
        if let Some(node) = self.nodes.iter_mut().find(|node| is(node, "id", id)) {
            for (member, value) in changes {
                node[member] = value;
            }
            node["updatedAt"] = json!(now);
        }
        let parent = self.parent(id);
        self.place(id, parent.as_deref());
    }

    fn parent(&self, id: &str) -> Option<String> {
        let path = self.node(id)?["path"].as_array()?;
        let above = path.len().checked_sub(2)?;
        path[above].as_str().map(str::to_owned)
    }

    /// Moves a node with all below it. It cannot go below itself, nor to another organisation.
    pub(crate) fn move_node(&mut self, id: &str, target: &str) -> Result<(), ApiError> {
        let (node, below) = (self.known_node(id)?, self.known_node(target)?);
        if node["root"] == true {
            return Err(refused("the root of an organisation cannot be moved"));
        }
        if node["orgId"] != below["orgId"] {
            return Err(refused("a department cannot be moved to another organisation"));
        }
        if below["path"].as_array().is_some_and(|path| path.iter().any(|step| step == id)) {
            return Err(refused("a department cannot be moved below itself"));
        }
        if let Some(children) = self.parent(id).and_then(|parent| self.children_mut(&parent)) {
            children.retain(|child| child != id);
        }
        if let Some(children) = self.children_mut(target) {
            children.push(json!(id));
        }
        self.place(id, Some(target));
        Ok(())
    }

    /// Deletes a node that is no root and has nothing below it.
    pub(crate) fn delete_node(&mut self, id: &str) -> Result<(), ApiError> {
        let node = self.known_node(id)?;
        if node["root"] == true {
            return Err(refused("the root goes with its organisation alone"));
        }
        if !children(node).is_empty() {
            return Err(refused("there are departments below"));
        }
        if let Some(siblings) = self.parent(id).and_then(|parent| self.children_mut(&parent)) {
            siblings.retain(|child| child != id);
        }
        self.forget_node(id);
        Ok(())
    }

    pub(crate) fn delete_org(&mut self, id: &str) -> Result<(), ApiError> {
        self.org(id)?;
        let nodes: Vec<String> = self
            .nodes
            .iter()
            .filter(|node| is(node, "orgId", id))
            .filter_map(|node| node["id"].as_str().map(str::to_owned))
            .collect();
        for node in nodes {
            self.forget_node(&node);
        }
        self.orgs.retain(|org| !is(org, "id", id));
        Ok(())
    }

    fn forget_node(&mut self, id: &str) {
        self.nodes.retain(|node| !is(node, "id", id));
        self.members.retain(|member| member.node_id != id);
        self.forget_target(&Target::new("ORG", id));
    }

    /// Makes a user a member; one who is one already stays it.
    pub(crate) fn join(&mut self, user_id: &str, node_id: &str, is_main: bool, now: &str) {
        if !self.is_member(user_id, node_id) {
            self.members.push(Membership {
                user_id: user_id.to_owned(),
                node_id: node_id.to_owned(),
                is_main,
                joined_at: now.to_owned(),
            });
        }
    }

    pub(crate) fn leave(&mut self, user_id: &str, node_id: &str) {
        self.members.retain(|member| member.user_id != user_id || member.node_id != node_id);
    }

    pub(crate) fn is_member(&self, user_id: &str, node_id: &str) -> bool {
        self.members.iter().any(|member| member.user_id == user_id && member.node_id == node_id)
    }

    pub(crate) fn is_in_an_org(&self, user_id: &str) -> bool {
        self.members.iter().any(|member| member.user_id == user_id)
    }

    /// Makes a department the main one of a user, or none.
    pub(crate) fn set_main(&mut self, user_id: &str, node_id: Option<&str>) {
        for member in self.members.iter_mut().filter(|member| member.user_id == user_id) {
            member.is_main = node_id == Some(&member.node_id);
        }
    }

    /// The ids of a department's members, each once, in the order in which they joined.
    pub(crate) fn members_of(&self, node_id: &str, with_those_below: bool) -> Vec<&str> {
        let mut users: Vec<&str> = Vec::new();
        for member in &self.members {
            let here = member.node_id == node_id
                || (with_those_below && self.ways_of(&member.node_id).contains(&node_id));
            if here && !users.contains(&member.user_id.as_str()) {
                users.push(&member.user_id);
            }
        }
        users
    }

    /// The nodes from the root to one.
    pub(crate) fn ways_of(&self, node_id: &str) -> Vec<&str> {
        let path = self.node(node_id).and_then(|node| node["path"].as_array());
        path.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The ids of a user's own departments.
    pub(crate) fn nodes_of<'a>(&'a self, user_id: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.members.iter().filter(move |member| member.user_id == user_id);
        own.map(|member| member.node_id.as_str())
    }

    /// The departments of a user, as `UserDepartment` has them.
    pub(crate) fn departments(&self, user_id: &str, org_id: Option<&str>) -> Vec<Value> {
        self.members
            .iter()
            .filter(|member| member.user_id == user_id)
            .filter_map(|member| {
                let node = self.node(&member.node_id)?;
                let wanted = org_id.is_none_or(|org| is(node, "orgId", org));
                wanted.then(|| {
                    json!({
                        "department": node,
                        "isMainDepartment": member.is_main,
                        "joinedAt": member.joined_at,
                    })
                })
            })
            .collect()
    }

    /// The ways from the organisation to each node of a user, as REST has them.
    pub(crate) fn org_paths(&self, user_id: &str) -> Vec<Value> {
        let paths = self.nodes_of(user_id).filter_map(|node| {
            let org = self.node(node)?["orgId"].as_str()?;
            let nodes = self.ways_of(node).into_iter().filter_map(|id| self.node(id));
            Some([self.org(org).ok()?].into_iter().chain(nodes).cloned().collect())
        });
        paths.collect()
    }

    /// A node with all below it, in the form of imports and exports.
    pub(crate) fn export(&self, node_id: &str) -> Value {
        let node = self.node(node_id).cloned().unwrap_or_default();
        let below: Vec<Value> = children(&node).iter().map(|child| self.export(child)).collect();
        let members: Vec<Value> =
            self.members_of(node_id, false).into_iter().map(|user| json!({ "id": user })).collect();
        json!({
            "name": node["name"],
            "code": node["code"],
            "description": node["description"],
            "members": members,
            "children": below,
        })
    }

    /// Makes a node of an import, and all below it.
    pub(crate) fn import(
        &mut self,
        settings: &Settings,
        org_id: Option<&str>,
        parent: Option<&str>,
        tree: &Value,
        now: &str,
    ) -> Result<String, ApiError> {
        let name = tree["name"].as_str().ok_or_else(|| refused("a node has no name"))?;
        let more = match &tree["description"] {
            Value::Null => Map::new(),
            text => Map::from_iter([("description".to_owned(), text.clone())]),
        };
        let new = NewNode { parent, name, code: tree["code"].as_str(), more };
        let (org_id, id) = match org_id {
            Some(org_id) => (org_id.to_owned(), self.add_node(settings, org_id, new, now)),
            None => self.add_org(settings, new, now),
        };
        for child in tree["children"].as_array().into_iter().flatten() {
            self.import(settings, Some(&org_id), Some(&id), child, now)?;
        }
        Ok(org_id)
    }
}

/// The members that are set.
pub(crate) fn pruned(
    members: impl IntoIterator<Item = (&'static str, Value)>,
) -> Map<String, Value> {
    let set = members.into_iter().filter(|(_, value)| !value.is_null());
    set.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn children(node: &Value) -> Vec<String> {
    let children = node["children"].as_array().into_iter().flatten();
    children.filter_map(|child| child.as_str().map(str::to_owned)).collect()
}

fn refused(why: &str) -> ApiError {
    ApiError::new(codes::BAD_REQUEST, why)
}

fn not_found(what: &str) -> ApiError {
    ApiError::new(codes::NOT_FOUND, format!("the {what} does not exist"))
}
