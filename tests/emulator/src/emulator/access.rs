//! Handles on what users belong to and may do.

use serde_json::json;

use super::Emulator;
use serde_json::Map;

use crate::state::{Grant, NewNode, Target, random_id};

impl Emulator {
    /// Makes an organisation; answers its id and that of its root.
    pub fn add_org(&self, name: &str) -> (String, String) {
        self.state(|state| {
            let now = state.clock.iso();
            let root = NewNode { parent: None, name, code: None, more: Map::new() };
            state.access.add_org(&state.settings, root, &now)
        })
    }

    /// Makes a department below another node; answers its id.
    pub fn add_department(&self, org_id: &str, parent: &str, name: &str, code: &str) -> String {
        self.state(|state| {
            let now = state.clock.iso();
            let (settings, access) = (&state.settings, &mut state.access);
            let new = NewNode { parent: Some(parent), name, code: Some(code), more: Map::new() };
            access.add_node(settings, org_id, new, &now)
        })
    }

    /// Makes a user member of a department; says whether there are such a user and department.
    pub fn join_department(&self, user_id: &str, node_id: &str, is_main: bool) -> bool {
        self.state(|state| {
            let known = state.users.get(user_id).is_some() && state.access.node(node_id).is_some();
            if known {
                let now = state.clock.iso();
                state.access.join(user_id, node_id, is_main, &now);
            }
            known
        })
    }

    /// Makes a role, below another one or not; answers its id.
    pub fn add_role(&self, namespace: &str, code: &str, parent: Option<&str>) -> String {
        self.state(|state| {
            let now = state.clock.iso();
            state.access.add_role(&state.settings, namespace, code, parent, &now)
        })
    }

    /// Gives a role to a user.
    pub fn give_role(&self, user_id: &str, role_id: &str) {
        self.state(|state| state.access.give_role(Target::user(user_id), role_id));
    }

    /// Lets a user use a resource. A type or actions that are `None` go as null over the wire.
    pub fn allow_resource(
        &self,
        user_id: &str,
        namespace: &str,
        code: &str,
        resource_type: Option<&str>,
        actions: Option<&[&str]>,
    ) {
        let resource = json!({ "code": code, "type": resource_type, "actions": actions });
        let (target, namespace) = (Target::user(user_id), namespace.to_owned());
        self.state(|state| state.access.grants.push(Grant { target, namespace, resource }));
    }

    /// Lets a user log in to an application besides the emulator's own; answers its id.
    pub fn allow_application(&self, user_id: &str, name: &str) -> String {
        let id = random_id();
        self.state(|state| {
            let now = state.clock.iso();
            let application = json!({
                "id": id,
                "createdAt": now,
                "updatedAt": now,
                "name": name,
                "logo": null,
                "domain": name,
                "description": null,
                "protocol": "oidc",
            });
            state.access.applications.push((user_id.to_owned(), application));
        });
        id
    }
}
