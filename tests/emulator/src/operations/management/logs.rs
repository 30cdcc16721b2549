//! What users and administrators did.

use serde_json::{Value, json};

use super::{needed, page};
use crate::error::{ApiError, codes};
use crate::operations::Call;
use crate::state::Bearer;

/// Where every request of a test comes from.
const HERE: &str = "127.0.0.1";

/// Notes what was done, after it was.
pub(crate) fn note(call: &mut Call<'_>, operation: &str, answer: &Value) {
    let by_owner = matches!(call.bearer(), Ok(Bearer::Management));
    let token = answer["token"].is_string();
    match (by_owner, operation) {
        (true, _) => note_audit(call, operation),
        (false, name) if name.starts_with("loginBy") => note_action(call, "login", answer),
        (false, name) if name.starts_with("registerBy") => note_action(call, "register", answer),
        _ => {}
    }
    let logged_in = operation.starts_with("loginBy") || operation.starts_with("registerBy");
    if let Some(user) = answer["id"].as_str().filter(|_| logged_in && token) {
        let login = (user.to_owned(), call.state.settings.app_id.clone());
        call.state.console.logins.push(login);
    }
}

fn note_audit(call: &mut Call<'_>, operation: &str) {
    let state = &mut *call.state;
    let pool = state.settings.user_pool_id.clone();
    // The thing that it was done to, as far as the arguments name it.
    let names = ["id", "code", "userId", "orgId", "app_id", "resource", "key", "namespace_code"];
    let thing = names.iter().find_map(|name| call.arguments.text(name)).unwrap_or_default();
    let entry = json!({
        "userpool_id": pool,
        "operator_type": "userpool",
        "operator_detail": { "id": pool, "displayName": "emulator" },
        "operator_arn": format!("arn:cn:authing:user:{pool}"),
        "operation_name": operation,
        "clientip": HERE,
        "geoip": { "ip": HERE, "city_name": null, "region_name": null, "country_name": null },
        "resource_type": operation.trim_start_matches(|c: char| c.is_lowercase()),
        "resource_desc": thing,
        "resource_arn": format!("arn:cn:authing:{pool}:{thing}"),
        "app_id": call.arguments.text("app_id"),
        "timestamp": state.clock.iso(),
    });
    state.console.audit.push(entry);
}

fn note_action(call: &mut Call<'_>, name: &str, user: &Value) {
    let state = &mut *call.state;
    let now = state.clock.iso();
    let ip = user["lastIP"].as_str().unwrap_or(HERE);
    let entry = json!({
        "operator_arn": user["arn"],
        "@timestamp": now,
        "user_agent": null,
        "geoip": { "ip": ip, "city_name": null, "region_name": null, "country_name": null },
        "ua": {},
        "userpool_id": state.settings.user_pool_id,
        "app_id": state.settings.app_id,
        "operation_name": name,
        "operation_desc": name,
        "clientip": ip,
        "timestamp": now,
        "request_id": crate::state::random_id(),
        "user": {
            "userPoolId": state.settings.user_pool_id,
            "displayName": user["username"],
            "id": user["id"],
            "photo": user["photo"],
        },
        "app": { "id": state.settings.app_id },
    });
    state.console.actions.push(entry);
}

/// The REST operation `analysis/user-action`, the latest first.
pub(crate) fn user_actions(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    page(call, filtered(call, &call.state.console.actions))
}

/// The REST operation `analysis/audit`, the latest first.
pub(crate) fn audit(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    page(call, filtered(call, &call.state.console.audit))
}

/// Filters that are absent let everything through. Several values come as `name=` or `name[]=`.
fn filtered(call: &Call<'_>, entries: &[Value]) -> Vec<Value> {
    let passes = |entry: &&Value| {
        ["clientip", "operation_name", "operator_arn", "app_id"].iter().all(|name| {
            let wanted = [call.arguments.many(name), call.arguments.many(&format!("{name}[]"))];
            let wanted = wanted.concat();
            wanted.is_empty() || wanted.iter().any(|one| entry[*name] == *one)
        })
    };
    entries.iter().rev().filter(passes).cloned().collect()
}

/// The REST operation `analysis/total-login-count`.
pub(crate) fn login_count(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let app = known_app(call)?;
    let logins = call
        .state
        .console
        .actions
        .iter()
        .filter(|entry| entry["operation_name"] == "login" && entry["app_id"] == app.as_str());
    let mut users: Vec<&Value> = logins.map(|entry| &entry["operator_arn"]).collect();
    users.sort_by_key(|arn| arn.as_str());
    users.dedup();
    Ok(json!(users.len()))
}

/// The REST operation `analysis/exist-defined-field-count`.
pub(crate) fn field_count(call: &mut Call<'_>) -> Result<Value, ApiError> {
    known_app(call)?;
    let key = needed(call, "definedFieldKey")?;
    Ok(json!(call.state.users.iter().filter(|user| user.custom_data.contains_key(&key)).count()))
}

fn known_app(call: &Call<'_>) -> Result<String, ApiError> {
    call.require_management()?;
    let id = needed(call, "appId")?;
    match call.state.console.application(&id) {
        Some(_) => Ok(id),
        None => Err(ApiError::new(codes::APP_NOT_FOUND, "application does not exist")),
    }
}
