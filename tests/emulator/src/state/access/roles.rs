//! Roles and who has them.

use serde_json::{Value, json};

use super::super::{Settings, random_id};
use super::{Access, Target, is};
use crate::error::{ApiError, codes};

impl Access {
    /// Makes a role; `parent` is the id of another one. Answers the id.
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

    pub(crate) fn give_role(&mut self, target: Target, role_id: &str) {
        let holder = (target, role_id.to_owned());
        if !self.role_holders.contains(&holder) {
            self.role_holders.push(holder);
        }
    }

    pub(crate) fn take_role(&mut self, target: &Target, role_id: &str) {
        self.role_holders.retain(|(holder, role)| holder != target || role != role_id);
    }

    /// The id of a role by its code.
    pub(crate) fn role_id(&self, namespace: &str, code: &str) -> Result<String, ApiError> {
        let mut in_namespace = self.roles.iter().filter(|role| is(role, "namespace", namespace));
        let found = in_namespace.find(|role| is(role, "code", code));
        found
            .and_then(|role| role["id"].as_str().map(str::to_owned))
            .ok_or_else(|| ApiError::new(codes::NOT_FOUND, "the role does not exist"))
    }

    /// A role with its parent.
    pub(crate) fn role(&self, id: &str) -> Option<Value> {
        let mut role = self.roles.iter().find(|role| is(role, "id", id))?.clone();
        role["parent"] = role["parentId"].as_str().and_then(|id| self.role(id)).unwrap_or_default();
        Some(role)
    }

    /// The roles that a target has itself, each with its parent.
    pub(crate) fn roles(&self, target: &Target, namespace: Option<&str>) -> Vec<Value> {
        let ids = self.role_holders.iter().filter(|(holder, _)| holder == target);
        ids.filter_map(|(_, id)| self.role(id))
            .filter(|role| namespace.is_none_or(|namespace| is(role, "namespace", namespace)))
            .collect()
    }

    /// The ids of the users who have a role themselves.
    pub(crate) fn role_users(&self, role_id: &str) -> Vec<&str> {
        let holders = self.role_holders.iter().filter(|(_, role)| role == role_id);
        holders.filter(|(holder, _)| holder.kind == "USER").map(|(h, _)| h.id.as_str()).collect()
    }

    /// Takes a role away from everybody and out of the tree of roles.
    pub(crate) fn delete_role(&mut self, namespace: &str, code: &str) -> Result<(), ApiError> {
        let id = self.role_id(namespace, code)?;
        if self.role(&id).is_some_and(|role| role["isSystem"] == true) {
            return Err(ApiError::not_permitted());
        }
        self.roles.retain(|role| !is(role, "id", &id));
        for role in self.roles.iter_mut().filter(|role| is(role, "parentId", &id)) {
            role["parentId"] = Value::Null;
        }
        self.role_holders.retain(|(_, role)| *role != id);
        self.forget_role(namespace, code);
        Ok(())
    }

    /// The roles of targets as namespace and code, with those that they inherit from.
    pub(crate) fn role_codes(&self, holders: &[Target]) -> Vec<(String, String)> {
        let mut open: Vec<&str> = self
            .role_holders
            .iter()
            .filter(|(holder, _)| holders.contains(holder))
            .map(|(_, id)| id.as_str())
            .collect();
        let (mut seen, mut codes) = (Vec::new(), Vec::new());
        while let Some(id) = open.pop() {
            let role = self.roles.iter().find(|role| is(role, "id", id));
            let Some(role) = role.filter(|_| !seen.contains(&id)) else { continue };
            seen.push(id);
            let text = |name: &str| role[name].as_str().unwrap_or_default().to_owned();
            codes.push((text("namespace"), text("code")));
            open.extend(role["parentId"].as_str());
        }
        codes
    }
}
