//! Applications: who may log in to them, who is, and the keys of programs.

use serde_json::{Value, json};

use super::roles::records;
use super::{absent, check_target, needed, page, refused, texts};
use crate::error::{ApiError, codes};
use crate::operations::Call;
use crate::state::{Target, application, random_hex, random_id};

/// The id of the application that the path names.
pub(super) fn known(call: &Call<'_>) -> Result<String, ApiError> {
    call.require_management()?;
    let id = call.arguments.required("app_id");
    match call.state.console.application(id) {
        Some(_) => Ok(id.to_owned()),
        None => Err(ApiError::new(codes::APP_NOT_FOUND, "application does not exist")),
    }
}

pub(crate) fn list(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    page(call, call.state.console.applications.clone())
}

pub(crate) fn create(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let chosen = json!({
        "name": needed(call, "name")?,
        "identifier": needed(call, "identifier")?,
        "redirectUris": texts(call, "redirectUris")?,
        "logo": call.arguments.text("logo"),
    });
    let state = &mut *call.state;
    let mut known = state.console.applications.iter();
    if known.any(|one| one["identifier"] == chosen["identifier"]) {
        return Err(ApiError::new(2008, "application identifier already used"));
    }
    let now = state.clock.iso();
    let record = application(&state.settings, &random_id(), &random_hex(16), &chosen, &now);
    state.console.applications.push(record.clone());
    Ok(record)
}

pub(crate) fn detail(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = known(call)?;
    Ok(call.state.console.application(&id).cloned().unwrap_or_default())
}

/// Changes the default of access rules, or the type.
pub(crate) fn update(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = known(call)?;
    let strategy = call.arguments.object("permissionStrategy");
    let default = strategy.text("defaultStrategy").map(str::to_owned);
    let kind = call.arguments.text("appType").map(str::to_owned);
    if default.as_deref().is_some_and(|text| !["ALLOW_ALL", "DENY_ALL"].contains(&text)) {
        return Err(refused("unknown defaultStrategy"));
    }
    if kind.as_deref().is_some_and(|text| !["INDIVIDUAL", "Tenant", "BOTH"].contains(&text)) {
        return Err(refused("unknown appType"));
    }
    change(call, &id, |application| {
        if let Some(default) = default {
            application["permissionStrategy"]["defaultStrategy"] = json!(default);
            application["permissionStrategy"]["enabled"] = json!(true);
        }
        if let Some(kind) = kind {
            application["appType"] = json!(kind);
        }
    })
}

pub(crate) fn delete(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = known(call)?;
    if id == call.state.settings.app_id {
        return Err(ApiError::not_permitted());
    }
    let console = &mut call.state.console;
    console.applications.retain(|application| application["id"] != id.as_str());
    console.agreements.retain(|agreement| agreement["appId"] != id.as_str());
    console.access_rules.retain(|rule| rule["appId"] != id.as_str());
    console.programmatic_accounts.retain(|account| account["appId"] != id.as_str());
    Ok(Value::Null)
}

pub(crate) fn refresh_secret(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = known(call)?;
    let secret = random_hex(16);
    if id == call.state.settings.app_id {
        call.state.settings.app_secret.clone_from(&secret);
    }
    change(call, &id, |application| application["secret"] = json!(secret))
}

fn change(call: &mut Call<'_>, id: &str, run: impl FnOnce(&mut Value)) -> Result<Value, ApiError> {
    let now = call.state.clock.iso();
    let mut applications = call.state.console.applications.iter_mut();
    let found = applications.find(|application| application["id"] == id);
    let application = found.ok_or_else(|| absent("application"))?;
    run(application);
    application["updatedAt"] = json!(now);
    Ok(application.clone())
}

/// The users whose logins have not ended.
pub(crate) fn active_users(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = known(call)?;
    let state = &*call.state;
    let mut users: Vec<&str> = Vec::new();
    for (user, app) in &state.console.logins {
        if *app == id && !users.contains(&user.as_str()) {
            users.push(user);
        }
    }
    page(call, records(state, users))
}

pub(crate) fn tenants(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = known(call)?;
    let application = call.state.console.application(&id).cloned().unwrap_or_default();
    let uses = |tenant: &&Value| {
        tenant["appIds"].as_str().is_some_and(|ids| ids.split(',').any(|one| one == id))
    };
    let tenants: Vec<&Value> = call.state.console.tenants.iter().filter(uses).collect();
    Ok(json!({
        "id": id,
        "name": application["name"],
        "logo": application["logo"],
        "domain": application["identifier"],
        "description": application["description"],
        "createdAt": application["createdAt"],
        "updatedAt": application["updatedAt"],
        "protocol": application["protocol"],
        "isIntegrate": false,
        "tenants": tenants,
    }))
}

/// The rules on who may log in.
pub(crate) fn rules(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = known(call)?;
    let own = call.state.console.access_rules.iter().filter(|rule| rule["appId"] == id.as_str());
    page(call, own.cloned())
}

pub(crate) fn allow(call: &mut Call<'_>) -> Result<Value, ApiError> {
    set_rules(call, "ALLOW")
}

pub(crate) fn deny(call: &mut Call<'_>) -> Result<Value, ApiError> {
    set_rules(call, "DENY")
}

fn set_rules(call: &mut Call<'_>, effect: &str) -> Result<Value, ApiError> {
    let (app, targets) = parties(call)?;
    let inherited = call.arguments.flag("inheritByChildren");
    let namespace = super::namespace(call);
    let now = call.state.clock.iso();
    let strategy = &call.state.console.application(&app).cloned().unwrap_or_default();
    let strategy = &strategy["permissionStrategy"];
    let policy_id = match effect {
        "ALLOW" => &strategy["allowPolicyId"],
        _ => &strategy["denyPolicyId"],
    };
    let code = format!("{}LoginApp_{app}", effect.to_lowercase());
    for target in targets {
        let rule = json!({
            "appId": app,
            "assignedAt": now,
            "inheritByChildren": inherited,
            "enabled": true,
            "policyId": policy_id,
            "code": code,
            "policy": {
                "id": policy_id,
                "code": code,
                "description": null,
                "statements": [{
                    "resource": format!("app:{app}"), "actions": ["login"], "effect": effect,
                }],
                "namespaceId": 1,
            },
            "targetType": target.kind,
            "targetIdentifier": target.id,
            "target": { "id": target.id },
            "namespace": namespace,
        });
        let rules = &mut call.state.console.access_rules;
        rules.retain(|known| !is_of(known, &app, &target));
        rules.push(rule);
    }
    Ok(Value::Null)
}

pub(crate) fn enable(call: &mut Call<'_>) -> Result<Value, ApiError> {
    switch(call, true)
}

pub(crate) fn disable(call: &mut Call<'_>) -> Result<Value, ApiError> {
    switch(call, false)
}

fn switch(call: &mut Call<'_>, enabled: bool) -> Result<Value, ApiError> {
    let (app, targets) = parties(call)?;
    for target in &targets {
        let mut rules = call.state.console.access_rules.iter_mut();
        let rule = rules.find(|rule| is_of(rule, &app, target)).ok_or_else(|| absent("rule"))?;
        rule["enabled"] = json!(enabled);
    }
    Ok(Value::Null)
}

pub(crate) fn revoke(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (app, targets) = parties(call)?;
    let rules = &mut call.state.console.access_rules;
    rules.retain(|rule| !targets.iter().any(|target| is_of(rule, &app, target)));
    Ok(Value::Null)
}

fn parties(call: &Call<'_>) -> Result<(String, Vec<Target>), ApiError> {
    let (app, kind) = (known(call)?, needed(call, "targetType")?);
    if !["USER", "ROLE", "GROUP", "ORG"].contains(&kind.as_str()) {
        return Err(refused("unknown targetType"));
    }
    let ids = texts(call, "targetIdentifiers")?;
    let targets: Vec<Target> = ids.iter().map(|id| Target::new(&kind, id)).collect();
    for target in &targets {
        check_target(call.state, target, &super::namespace(call))?;
    }
    Ok((app, targets))
}

fn is_of(rule: &Value, app: &str, target: &Target) -> bool {
    rule["appId"] == app
        && rule["targetType"] == target.kind.as_str()
        && rule["targetIdentifier"] == target.id.as_str()
}

pub(crate) fn accounts(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let app = known(call)?;
    let all = call.state.console.programmatic_accounts.iter();
    page(call, all.filter(|account| account["appId"] == app.as_str()).cloned())
}

pub(crate) fn create_account(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let app = known(call)?;
    let lifetime = call.arguments.integer("tokenLifetime");
    let now = call.state.clock.iso();
    let record = json!({
        "id": random_id(),
        "createdAt": now,
        "updatedAt": now,
        "appId": app,
        "secret": random_hex(16),
        "remarks": call.arguments.text("remarks"),
        "tokenLifetime": lifetime.ok_or_else(|| ApiError::missing("tokenLifetime"))?,
        "enabled": true,
        "userId": null,
    });
    call.state.console.programmatic_accounts.push(record.clone());
    Ok(record)
}

pub(crate) fn update_account(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let id = needed(call, "id")?;
    let enabled = call.arguments.boolean("enabled");
    let secret = call.arguments.text("secret").map(str::to_owned);
    let now = call.state.clock.iso();
    let mut accounts = call.state.console.programmatic_accounts.iter_mut();
    let found = accounts.find(|account| account["id"] == id.as_str());
    let account = found.ok_or_else(|| absent("programmatic access account"))?;
    if let Some(enabled) = enabled {
        account["enabled"] = json!(enabled);
    }
    if let Some(secret) = secret {
        account["secret"] = json!(secret);
    }
    account["updatedAt"] = json!(now);
    Ok(account.clone())
}

pub(crate) fn delete_account(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let id = needed(call, "id")?;
    let accounts = &mut call.state.console.programmatic_accounts;
    let before = accounts.len();
    accounts.retain(|account| account["id"] != id.as_str());
    match accounts.len() < before {
        true => Ok(Value::Null),
        false => Err(absent("programmatic access account")),
    }
}
