//! Agreements of applications.

use serde_json::{Value, json};

use super::applications::known;
use super::{absent, needed, refused, whole};
use crate::error::ApiError;
use crate::operations::Call;

pub(crate) fn list(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let app = known(call)?;
    let mut own: Vec<Value> = of(call, &app).cloned().collect();
    own.sort_by_key(|agreement| agreement["order"].as_i64());
    Ok(whole(own))
}

pub(crate) fn create(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let app = known(call)?;
    let order = of(call, &app).count();
    let last = call.state.console.agreements.iter().filter_map(|one| one["id"].as_i64()).max();
    let record = json!({
        "id": last.unwrap_or_default() + 1,
        "appId": app,
        "title": needed(call, "title")?,
        "required": call.arguments.boolean("required").unwrap_or(true),
        "lang": lang(call)?,
        "order": order,
        "userPoolId": call.state.settings.user_pool_id,
    });
    call.state.console.agreements.push(record.clone());
    Ok(record)
}

pub(crate) fn update(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let at = place(call)?;
    let (title, lang) = (needed(call, "title")?, lang(call)?.to_owned());
    let required = call.arguments.boolean("required");
    let agreement = &mut call.state.console.agreements[at];
    agreement["title"] = json!(title);
    agreement["lang"] = json!(lang);
    if let Some(required) = required {
        agreement["required"] = json!(required);
    }
    Ok(agreement.clone())
}

pub(crate) fn delete(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let at = place(call)?;
    call.state.console.agreements.remove(at);
    Ok(Value::Null)
}

/// Puts all agreements of an application into an order.
pub(crate) fn sort(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let app = known(call)?;
    let ids: Vec<i64> = call.arguments.list("ids").iter().filter_map(Value::as_i64).collect();
    let own: Vec<i64> = of(call, &app).filter_map(|one| one["id"].as_i64()).collect();
    if ids.len() != own.len() || !own.iter().all(|id| ids.contains(id)) {
        return Err(absent("agreement"));
    }
    for agreement in &mut call.state.console.agreements {
        if let Some(order) = ids.iter().position(|id| agreement["id"] == *id) {
            agreement["order"] = json!(order);
        }
    }
    Ok(Value::Null)
}

fn of<'a>(call: &'a Call<'_>, app: &'a str) -> impl Iterator<Item = &'a Value> {
    call.state.console.agreements.iter().filter(move |agreement| agreement["appId"] == app)
}

fn place(call: &Call<'_>) -> Result<usize, ApiError> {
    let app = known(call)?;
    let id = call.arguments.text("agreement_id").and_then(|id| id.parse::<i64>().ok());
    let all = &call.state.console.agreements;
    let found = all.iter().position(|one| one["appId"] == app.as_str() && one["id"].as_i64() == id);
    found.ok_or_else(|| absent("agreement"))
}

fn lang<'a>(call: &'a Call<'_>) -> Result<&'a str, ApiError> {
    match call.arguments.text("lang").unwrap_or("zh-CN") {
        lang @ ("zh-CN" | "en-US") => Ok(lang),
        _ => Err(refused("unknown language")),
    }
}
