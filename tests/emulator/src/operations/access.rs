//! What a user belongs to and may do.

use serde_json::{Value, json};

use super::{Call, Member};
use crate::error::ApiError;
use crate::state::{Bearer, Target};

pub(crate) const MEMBERS: &[(&str, Member)] = &[
    ("User.roles", roles),
    ("User.departments", departments),
    ("User.authorizedResources", authorized_resources),
];

fn roles(call: &mut Call<'_>, user: &Value) -> Result<Value, ApiError> {
    let namespace = call.arguments.text("namespace");
    Ok(page(call.state.access.roles(&Target::user(id(call, user)?), namespace)))
}

fn departments(call: &mut Call<'_>, user: &Value) -> Result<Value, ApiError> {
    let org_id = call.arguments.text("orgId");
    Ok(page(call.state.access.departments(id(call, user)?, org_id)))
}

fn authorized_resources(call: &mut Call<'_>, user: &Value) -> Result<Value, ApiError> {
    let (namespace, kind) = (call.arguments.text("namespace"), call.arguments.text("resourceType"));
    Ok(page(call.state.access.resources(&Target::user(id(call, user)?), namespace, kind)))
}

/// The REST operation `users/me/orgs`.
pub(crate) fn my_orgs(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    Ok(Value::Array(call.state.access.org_paths(&id)))
}

/// The REST operation `users/me/applications/allowed`.
pub(crate) fn my_applications(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    let number = |name: &str, default: usize| {
        call.arguments.text(name).and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (page, limit) = (number("page", 1).max(1), number("limit", 10));
    let all = call.state.access.applications.iter().filter(|(user, _)| *user == id);
    let all: Vec<_> = all.map(|(_, application)| application.clone()).collect();
    let list: Vec<_> = all.iter().skip((page - 1) * limit).take(limit).collect();
    Ok(json!({ "totalCount": all.len(), "list": list }))
}

/// Who may see what users may do: the user and the pool's owner.
fn id<'a>(call: &Call<'_>, user: &'a Value) -> Result<&'a str, ApiError> {
    let id = user["id"].as_str().unwrap_or_default();
    match call.bearer()? {
        Bearer::Management => Ok(id),
        Bearer::User { id: own, .. } if own == id => Ok(id),
        _ => Err(ApiError::not_logged_in()),
    }
}

fn page(list: Vec<Value>) -> Value {
    json!({ "totalCount": list.len(), "list": list })
}
