//! The user pool: its settings, environment, whitelists and rules for passwords.

use serde_json::{Map, Value, json};

use super::{absent, needed, texts};
use crate::error::{ApiError, codes};
use crate::operations::{Call, Operation, userpool};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Mutation.updateUserpool", update),
    ("Query.whitelist", whitelist),
    ("Mutation.addWhitelist", add_whitelist),
    ("Mutation.removeWhitelist", remove_whitelist),
];

/// Settings that are objects keep the members that a change does not name.
fn update(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let input: Map<String, Value> = call
        .arguments
        .object("input")
        .members()
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    let now = call.state.clock.iso();
    let pool = &mut call.state.console.pool;
    for (name, value) in input {
        match (pool.get_mut(&name), value) {
            (Some(Value::Object(known)), Value::Object(changes)) => known.extend(changes),
            (_, value) => drop(pool.insert(name, value)),
        }
    }
    pool.insert("updatedAt".to_owned(), json!(now));
    userpool::userpool(call)
}

fn whitelist(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let kind = call.arguments.required("type");
    let entries = call.state.console.whitelist.iter().filter(|(known, _)| known == kind);
    Ok(entries.map(|(_, entry)| entry.clone()).collect())
}

/// Answers the entries that were added; one that is there already stays as it is.
fn add_whitelist(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (kind, values) = (call.arguments.required("type").to_owned(), texts(call, "list")?);
    let now = call.state.clock.iso();
    let list = &mut call.state.console.whitelist;
    for value in &values {
        if !list.iter().any(|(known, entry)| *known == kind && entry["value"] == value.as_str()) {
            let entry = json!({ "value": value, "createdAt": now, "updatedAt": now });
            list.push((kind.clone(), entry));
        }
    }
    let added = list.iter().filter(|(known, entry)| {
        *known == kind && values.iter().any(|value| entry["value"] == value.as_str())
    });
    Ok(added.map(|(_, entry)| entry.clone()).collect())
}

/// Answers the entries that were removed.
fn remove_whitelist(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (kind, values) = (call.arguments.required("type").to_owned(), texts(call, "list")?);
    let list = std::mem::take(&mut call.state.console.whitelist);
    let (removed, kept) = list.into_iter().partition(|(known, entry)| {
        *known == kind && values.iter().any(|value| entry["value"] == value.as_str())
    });
    call.state.console.whitelist = kept;
    let removed: Vec<(String, Value)> = removed;
    Ok(removed.into_iter().map(|(_, entry)| entry).collect())
}

/// Whether a whitelist keeps somebody from registering.
pub(crate) fn check_whitelist(
    state: &crate::state::State,
    credential: &str,
    value: &str,
) -> Result<(), ApiError> {
    let is_on = state
        .console
        .pool
        .get("whitelist")
        .is_some_and(|settings| settings[format!("{credential}Enabled")] == true);
    let kind = credential.to_uppercase();
    let mut entries = state.console.whitelist.iter().filter(|(known, _)| *known == kind);
    match !is_on || entries.any(|(_, entry)| entry["value"] == value) {
        true => Ok(()),
        false => Err(ApiError::new(codes::NOT_PERMITTED, "not on the whitelist")),
    }
}

/// The REST operation `userpools/detail`.
pub(crate) fn detail(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let mut pool = userpool::userpool(call)?;
    // REST has members of its own that GraphQL does not know.
    pool["isRoot"] = json!(false);
    Ok(pool)
}

/// The REST operation to list the environment.
pub(crate) fn environment(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let all = call.state.console.environment.iter();
    Ok(all.map(|(key, value)| json!({ "key": key, "value": value })).collect())
}

/// The REST operation to set a variable.
pub(crate) fn set_variable(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (key, value) = (needed(call, "key")?, call.arguments.value("value"));
    call.state.console.environment.insert(key, value);
    environment(call)
}

/// The REST operation to remove a variable.
pub(crate) fn remove_variable(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let key = needed(call, "key")?;
    call.state.console.environment.remove(&key).ok_or_else(|| absent("variable"))?;
    environment(call)
}

/// The REST operation `password/check`: one verdict per rule.
pub(crate) fn check_password(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let password = needed(call, "password")?;
    let long = password.chars().count() >= 6;
    Ok(json!([{ "valid": long, "message": "at least 6 characters" }]))
}
