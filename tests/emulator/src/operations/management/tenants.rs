//! Tenants and their identity providers.

use serde_json::{Value, json};

use super::roles::records;
use super::{absent, check_users, needed, page, refused, texts};
use crate::error::{ApiError, codes};
use crate::operations::Call;
use crate::state::random_id;

/// Members that a tenant's update may name.
const MEMBERS: &[&str] =
    &["name", "appIds", "logo", "description", "css", "ssoPageCustomizationSettings"];

pub(crate) fn list(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    page(call, call.state.console.tenants.clone())
}

pub(crate) fn create(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (name, apps) = (needed(call, "name")?, needed(call, "appIds")?);
    check_apps(call, &apps)?;
    let now = call.state.clock.iso();
    let record = json!({
        "id": random_id(),
        "createdAt": now,
        "updatedAt": now,
        "userPoolId": call.state.settings.user_pool_id,
        "name": name,
        "appIds": apps,
        "logo": call.arguments.text("logo"),
        "description": call.arguments.text("description"),
        "css": null,
        "ssoPageCustomizationSettings": null,
        "defaultLoginTab": "password",
        "defaultRegisterTab": "email",
    });
    call.state.console.tenants.push(record.clone());
    Ok(record)
}

fn check_apps(call: &Call<'_>, apps: &str) -> Result<(), ApiError> {
    match apps.split(',').all(|app| call.state.console.application(app).is_some()) {
        true => Ok(()),
        false => Err(ApiError::new(codes::APP_NOT_FOUND, "application does not exist")),
    }
}

/// The place of the tenant that the path names.
fn place(call: &Call<'_>) -> Result<usize, ApiError> {
    call.require_management()?;
    let id = call.arguments.required("tenant_id");
    let tenants = &call.state.console.tenants;
    tenants.iter().position(|tenant| tenant["id"] == id).ok_or_else(|| absent("tenant"))
}

pub(crate) fn detail(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let at = place(call)?;
    Ok(call.state.console.tenants[at].clone())
}

pub(crate) fn update(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let at = place(call)?;
    if let Some(apps) = call.arguments.text("appIds") {
        check_apps(call, apps)?;
    }
    let now = call.state.clock.iso();
    let tenant = &mut call.state.console.tenants[at];
    for (name, value) in call.arguments.members().filter(|(name, _)| MEMBERS.contains(name)) {
        tenant[name] = value.clone();
    }
    tenant["updatedAt"] = json!(now);
    Ok(tenant.clone())
}

pub(crate) fn delete(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let at = place(call)?;
    let console = &mut call.state.console;
    let tenant = console.tenants.remove(at);
    console.tenant_members.retain(|(known, _)| tenant["id"] != known.as_str());
    console.providers.retain(|provider| provider["tenantId"] != tenant["id"]);
    Ok(Value::Null)
}

pub(crate) fn members(call: &mut Call<'_>) -> Result<Value, ApiError> {
    place(call)?;
    let (state, id) = (&*call.state, call.arguments.required("tenant_id"));
    let own = state.console.tenant_members.iter().filter(|(tenant, _)| tenant == id);
    page(call, records(state, own.map(|(_, user)| user.as_str())))
}

pub(crate) fn add_members(call: &mut Call<'_>) -> Result<Value, ApiError> {
    place(call)?;
    let users = texts(call, "userIds")?;
    check_users(call.state, &users)?;
    let id = call.arguments.required("tenant_id");
    for user in users {
        let member = (id.to_owned(), user);
        if !call.state.console.tenant_members.contains(&member) {
            call.state.console.tenant_members.push(member);
        }
    }
    Ok(Value::Null)
}

pub(crate) fn remove_member(call: &mut Call<'_>) -> Result<Value, ApiError> {
    place(call)?;
    let member = (call.arguments.required("tenant_id").to_owned(), needed(call, "userId")?);
    let members = &mut call.state.console.tenant_members;
    match members.iter().position(|known| *known == member) {
        Some(at) => drop(members.remove(at)),
        None => return Err(absent("member")),
    }
    Ok(Value::Null)
}

pub(crate) fn providers(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let id = needed(call, "tenantId")?;
    if !call.state.console.tenants.iter().any(|tenant| tenant["id"] == id.as_str()) {
        return Err(absent("tenant"));
    }
    let all = call.state.console.providers.iter();
    Ok(all.filter(|provider| provider["tenantId"] == id.as_str()).cloned().collect())
}

pub(crate) fn create_provider(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (name, kind) = (needed(call, "name")?, needed(call, "type")?);
    let tenant = call.arguments.text("tenantId").map(str::to_owned);
    if tenant.is_some() {
        let mut tenants = call.state.console.tenants.iter();
        if !tenants.any(|known| known["id"].as_str() == tenant.as_deref()) {
            return Err(absent("tenant"));
        }
    }
    let given = call.arguments.list("connections");
    if given.is_empty() {
        return Err(ApiError::missing("connections"));
    }
    let connections =
        given.iter().map(|one| connection(call, one)).collect::<Result<Vec<_>, _>>()?;
    let record = json!({
        "id": random_id(),
        "name": name,
        "type": kind,
        "tenantId": tenant,
        "connections": connections,
    });
    call.state.console.providers.push(record.clone());
    Ok(record)
}

/// A connection with an id. Its identifier is unique in the pool.
fn connection(call: &Call<'_>, given: &Value) -> Result<Value, ApiError> {
    let identifier = given["identifier"].as_str().ok_or_else(|| ApiError::missing("identifier"))?;
    if !given["fields"].is_object() || !given["displayName"].is_string() {
        return Err(ApiError::missing("fields and displayName"));
    }
    if is_taken(call, identifier) {
        return Err(refused("the identifier is taken"));
    }
    let mut record = given.clone();
    record["id"] = json!(random_id());
    record["enabled"] = json!(false);
    Ok(record)
}

fn is_taken(call: &Call<'_>, identifier: &str) -> bool {
    let mut providers = call.state.console.providers.iter();
    providers.any(|provider| {
        let mut connections = provider["connections"].as_array().into_iter().flatten();
        connections.any(|connection| connection["identifier"] == identifier)
    })
}

/// The place of the provider that the path, or the body, names.
fn provider(call: &Call<'_>, name: &str) -> Result<usize, ApiError> {
    call.require_management()?;
    let id = needed(call, name)?;
    let mut providers = call.state.console.providers.iter();
    let found = providers.position(|provider| provider["id"] == id.as_str());
    found.ok_or_else(|| absent("identity provider"))
}

pub(crate) fn provider_detail(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let at = provider(call, "ext_idp_id")?;
    Ok(call.state.console.providers[at].clone())
}

pub(crate) fn update_provider(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let at = provider(call, "ext_idp_id")?;
    let name = needed(call, "name")?;
    let provider = &mut call.state.console.providers[at];
    provider["name"] = json!(name);
    Ok(provider.clone())
}

pub(crate) fn delete_provider(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let at = provider(call, "ext_idp_id")?;
    call.state.console.providers.remove(at);
    Ok(Value::Null)
}

pub(crate) fn create_connection(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let at = provider(call, "extIdpId")?;
    let given: Value = call
        .arguments
        .members()
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let record = connection(call, &given)?;
    if let Some(connections) = call.state.console.providers[at]["connections"].as_array_mut() {
        connections.push(record.clone());
    }
    Ok(record)
}

/// The connection that the path names.
fn with_connection<T>(
    call: &mut Call<'_>,
    run: impl FnOnce(&mut Vec<Value>, usize) -> T,
) -> Result<T, ApiError> {
    call.require_management()?;
    let id = needed(call, "conn_id")?;
    for provider in &mut call.state.console.providers {
        if let Some(connections) = provider["connections"].as_array_mut() {
            if let Some(at) = connections.iter().position(|one| one["id"] == id.as_str()) {
                return Ok(run(connections, at));
            }
        }
    }
    Err(absent("connection"))
}

pub(crate) fn update_connection(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let changes: Vec<(String, Value)> = call
        .arguments
        .members()
        .filter(|(name, _)| ["displayName", "fields", "userMatchFields", "logo"].contains(name))
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    with_connection(call, |connections, at| {
        for (name, value) in changes {
            connections[at][name] = value;
        }
        connections[at].clone()
    })
}

pub(crate) fn delete_connection(call: &mut Call<'_>) -> Result<Value, ApiError> {
    with_connection(call, |connections, at| drop(connections.remove(at)))?;
    Ok(Value::Null)
}

/// Success for an identifier that is free: one of the two readings of the clients.
pub(crate) fn check_identifier(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    match is_taken(call, &needed(call, "identifier")?) {
        true => Err(refused("the identifier is taken")),
        false => Ok(Value::Null),
    }
}

pub(crate) fn switch_connection(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let enabled = call.arguments.boolean("enabled");
    let enabled = enabled.ok_or_else(|| ApiError::missing("enabled"))?;
    with_connection(call, |connections, at| connections[at]["enabled"] = json!(enabled))?;
    Ok(Value::Null)
}

pub(crate) fn switch_connections(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let at = provider(call, "ext_idp_id")?;
    let enabled = call.arguments.boolean("enabled");
    let enabled = enabled.ok_or_else(|| ApiError::missing("enabled"))?;
    let connections = call.state.console.providers[at]["connections"].as_array_mut();
    for connection in connections.into_iter().flatten() {
        connection["enabled"] = json!(enabled);
    }
    Ok(Value::Null)
}
