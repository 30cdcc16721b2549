//! Groups.

use serde_json::{Value, json};

use super::roles::records;
use super::{check_users, done, page, refused, texts, whole};
use crate::error::ApiError;
use crate::operations::{Call, Member, Operation};
use crate::state::Target;

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Query.groups", groups),
    ("Query.group", group),
    ("Mutation.createGroup", create_group),
    ("Mutation.updateGroup", update_group),
    ("Mutation.deleteGroups", delete_groups),
    ("Mutation.addUserToGroup", add_users),
    ("Mutation.removeUserFromGroup", remove_users),
];

pub(crate) const MEMBERS: &[(&str, Member)] = &[
    ("Group.users", users),
    ("Group.authorizedResources", authorized_resources),
    ("User.groups", of_user),
];

fn groups(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let access = &call.state.access;
    match call.arguments.text("userId") {
        Some(user) => {
            page(call, access.groups_of(user).filter_map(|code| access.group(code).cloned()))
        }
        None => page(call, access.groups.iter().cloned()),
    }
}

fn group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    Ok(call.state.access.group(call.arguments.required("code")).cloned().unwrap_or_default())
}

fn create_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let code = call.arguments.required("code");
    let state = &mut *call.state;
    if code.is_empty() {
        return Err(ApiError::missing("code"));
    }
    if state.access.group(code).is_some() {
        return Err(refused("there is such a group"));
    }
    let now = state.clock.iso();
    let record = json!({
        "code": code,
        "name": call.arguments.text("name"),
        "description": call.arguments.text("description"),
        "createdAt": now,
        "updatedAt": now,
    });
    state.access.groups.push(record.clone());
    Ok(record)
}

fn update_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (code, new_code) = (call.arguments.required("code"), call.arguments.text("newCode"));
    let state = &mut *call.state;
    state.access.known_group(code)?;
    let new_code = new_code.filter(|new_code| *new_code != code);
    if new_code.is_some_and(|new_code| state.access.group(new_code).is_some()) {
        return Err(refused("there is such a group"));
    }
    let now = state.clock.iso();
    let Some(group) = state.access.groups.iter_mut().find(|group| group["code"] == code) else {
        return Ok(Value::Null);
    };
    for member in ["name", "description"] {
        if let Some(text) = call.arguments.text(member) {
            group[member] = json!(text);
        }
    }
    group["updatedAt"] = json!(now);
    group["code"] = json!(new_code.unwrap_or(code));
    let record = group.clone();
    if let Some(new_code) = new_code {
        state.access.rename_group(code, new_code);
    }
    Ok(record)
}

/// Deletes groups, or none if one of them does not exist.
fn delete_groups(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let list = texts(call, "codeList")?;
    for code in &list {
        call.state.access.known_group(code)?;
    }
    for code in &list {
        call.state.access.delete_group(code)?;
    }
    Ok(done())
}

fn add_users(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (users, code) = parties(call)?;
    for user in &users {
        call.state.access.enter_group(user, &code);
    }
    Ok(done())
}

fn remove_users(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (users, code) = parties(call)?;
    for user in &users {
        call.state.access.leave_group(user, &code);
    }
    Ok(done())
}

fn parties(call: &Call<'_>) -> Result<(Vec<String>, String), ApiError> {
    call.require_management()?;
    let (users, code) = (texts(call, "userIds")?, call.arguments.required("code"));
    call.state.access.known_group(code)?;
    check_users(call.state, &users)?;
    Ok((users, code.to_owned()))
}

fn users(call: &mut Call<'_>, group: &Value) -> Result<Value, ApiError> {
    let state = &*call.state;
    let users = state.access.group_members(group["code"].as_str().unwrap_or_default());
    page(call, records(state, users))
}

fn authorized_resources(call: &mut Call<'_>, group: &Value) -> Result<Value, ApiError> {
    let target = Target::new("GROUP", group["code"].as_str().unwrap_or_default());
    let (namespace, kind) = (call.arguments.text("namespace"), call.arguments.text("resourceType"));
    Ok(whole(call.state.access.resources(&target, namespace, kind)))
}

fn of_user(call: &mut Call<'_>, user: &Value) -> Result<Value, ApiError> {
    call.subject(user["id"].as_str())?;
    let access = &call.state.access;
    let codes = access.groups_of(user["id"].as_str().unwrap_or_default());
    Ok(whole(codes.filter_map(|code| access.group(code).cloned()).collect()))
}
