//! Roles.

use serde_json::{Value, json};

use super::{check_users, done, namespace, page, refused, texts, whole};
use crate::error::ApiError;
use crate::operations::{Call, Member, Operation};
use crate::state::{State, Target};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Query.roles", roles),
    ("Query.role", role),
    ("Mutation.createRole", create_role),
    ("Mutation.updateRole", update_role),
    ("Mutation.deleteRole", delete_role),
    ("Mutation.deleteRoles", delete_roles),
    ("Mutation.assignRole", assign_role),
    ("Mutation.revokeRole", revoke_role),
];

pub(crate) const MEMBERS: &[(&str, Member)] =
    &[("Role.users", users), ("Role.authorizedResources", authorized_resources)];

fn roles(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let namespace = namespace(call);
    let access = &call.state.access;
    let all = access.roles.iter().filter(|role| role["namespace"] == namespace.as_str());
    page(call, all.cloned())
}

fn role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let access = &call.state.access;
    let id = access.role_id(&namespace(call), call.arguments.required("code"));
    Ok(id.ok().and_then(|id| access.role(&id)).unwrap_or_default())
}

fn create_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let namespace = namespace(call);
    let (code, parent) = (call.arguments.required("code"), call.arguments.text("parent"));
    let state = &mut *call.state;
    if code.is_empty() {
        return Err(ApiError::missing("code"));
    }
    if state.access.role_id(&namespace, code).is_ok() {
        return Err(refused("there is such a role"));
    }
    let parent = parent.map(|parent| state.access.role_id(&namespace, parent)).transpose()?;
    let now = state.clock.iso();
    let id = state.access.add_role(&state.settings, &namespace, code, parent.as_deref(), &now);
    let description = json!(call.arguments.text("description"));
    change(state, &id, "description", description);
    Ok(state.access.role(&id).unwrap_or_default())
}

fn update_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let namespace = namespace(call);
    let (code, new_code) = (call.arguments.required("code"), call.arguments.text("newCode"));
    let state = &mut *call.state;
    let id = state.access.role_id(&namespace, code)?;
    if let Some(new_code) = new_code.filter(|new_code| *new_code != code) {
        if state.access.role_id(&namespace, new_code).is_ok() {
            return Err(refused("there is such a role"));
        }
        change(state, &id, "code", json!(new_code));
        state.access.rename_target(&Target::new("ROLE", code), new_code, Some(&namespace));
    }
    if let Some(description) = call.arguments.text("description") {
        change(state, &id, "description", json!(description));
    }
    change(state, &id, "updatedAt", json!(state.clock.iso()));
    Ok(state.access.role(&id).unwrap_or_default())
}

fn delete_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let namespace = namespace(call);
    call.state.access.delete_role(&namespace, call.arguments.required("code"))?;
    Ok(done())
}

/// Deletes roles, or none if one of them does not exist.
fn delete_roles(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, list) = (namespace(call), texts(call, "codeList")?);
    for code in &list {
        call.state.access.role_id(&namespace, code)?;
    }
    for code in &list {
        call.state.access.delete_role(&namespace, code)?;
    }
    Ok(done())
}

fn assign_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (roles, targets) = parties(call)?;
    for role in &roles {
        for target in &targets {
            call.state.access.give_role(target.clone(), role);
        }
    }
    Ok(done())
}

fn revoke_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (roles, targets) = parties(call)?;
    for role in &roles {
        for target in &targets {
            call.state.access.take_role(target, role);
        }
    }
    Ok(done())
}

/// The ids of the roles, and the targets. All of them have to exist.
fn parties(call: &Call<'_>) -> Result<(Vec<String>, Vec<Target>), ApiError> {
    call.require_management()?;
    let (namespace, access) = (namespace(call), &call.state.access);
    let mut codes = call.arguments.texts("roleCodes");
    codes.extend(call.arguments.text("roleCode"));
    if codes.is_empty() {
        return Err(ApiError::missing("roleCodes"));
    }
    let roles = codes
        .into_iter()
        .map(|code| access.role_id(&namespace, code))
        .collect::<Result<Vec<_>, _>>()?;
    let named = |name: &str, kind: &str| {
        let names = call.arguments.texts(name).into_iter();
        names.map(|name| Target::new(kind, name)).collect::<Vec<_>>()
    };
    let (users, groups) = (named("userIds", "USER"), named("groupCodes", "GROUP"));
    let nodes = named("nodeCodes", "ORG");
    let ids: Vec<String> = users.iter().map(|user| user.id.clone()).collect();
    check_users(call.state, &ids)?;
    for group in &groups {
        access.known_group(&group.id)?;
    }
    for node in &nodes {
        access.known_node(&node.id)?;
    }
    let targets = [users, groups, nodes].concat();
    match targets.is_empty() {
        true => Err(ApiError::missing("userIds")),
        false => Ok((roles, targets)),
    }
}

fn users(call: &mut Call<'_>, role: &Value) -> Result<Value, ApiError> {
    let state = &*call.state;
    let users = state.access.role_users(role["id"].as_str().unwrap_or_default());
    page(call, records(state, users))
}

/// The records of users who exist.
pub(super) fn records<'a>(state: &State, ids: impl IntoIterator<Item = &'a str>) -> Vec<Value> {
    let users = ids.into_iter().filter_map(|id| state.users.get(id));
    users.map(|user| user.record(&state.settings)).collect()
}

fn authorized_resources(call: &mut Call<'_>, role: &Value) -> Result<Value, ApiError> {
    let target = Target::new("ROLE", role["code"].as_str().unwrap_or_default());
    let kind = call.arguments.text("resourceType");
    Ok(whole(call.state.access.resources(&target, role["namespace"].as_str(), kind)))
}

/// The REST operation `roles/roleUsers`.
pub(crate) fn find_users(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let state = &*call.state;
    let id = state.access.role_id(&namespace(call), call.arguments.required("code"))?;
    let search = call.arguments.required("search").to_lowercase();
    let matching = records(state, state.access.role_users(&id)).into_iter().filter(|user| {
        let mut members = ["username", "email", "phone", "nickname", "name"].into_iter();
        members.any(|name| {
            user[name].as_str().is_some_and(|text| text.to_lowercase().contains(&search))
        })
    });
    page(call, matching)
}

fn change(state: &mut State, id: &str, member: &str, value: Value) {
    if let Some(role) = state.access.roles.iter_mut().find(|role| role["id"] == id) {
        role[member] = value;
    }
}
