//! Access control: namespaces, resources, and who may use them.

use serde_json::{Value, json};

use super::{
    absent, check_target, check_users, done, namespace, needed, page, refused, slice, whole,
};
use crate::error::{ApiError, codes};
use crate::operations::{Call, Operation};
use crate::state::{DEFAULT_NAMESPACE, Statement, Target, random_id};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Query.isActionAllowed", is_action_allowed),
    ("Query.isActionDenied", is_action_denied),
    ("Query.authorizedResources", authorized_resources),
    ("Query.authorizedTargets", authorized_targets),
    ("Mutation.allow", allow),
    ("Mutation.authorizeResource", authorize_resource),
];

const RESOURCE_TYPES: &[&str] = &["DATA", "API", "MENU", "UI", "BUTTON"];

/// Allowed by something, and forbidden by nothing.
fn is_action_allowed(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (allowed, denied) = verdict(call)?;
    Ok(json!(allowed && !denied))
}

fn is_action_denied(call: &mut Call<'_>) -> Result<Value, ApiError> {
    Ok(json!(verdict(call)?.1))
}

fn verdict(call: &Call<'_>) -> Result<(bool, bool), ApiError> {
    call.require_management()?;
    let user = call.arguments.required("userId");
    check_users(call.state, &[user.to_owned()])?;
    let (resource, action) =
        (call.arguments.required("resource"), call.arguments.required("action"));
    Ok(call.state.access.verdict(user, &namespace(call), resource, action))
}

fn allow(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let namespace = namespace(call);
    let named = |list: &str, one: &str, kind: &str| {
        let mut names = call.arguments.texts(list);
        names.extend(call.arguments.text(one));
        names.into_iter().map(|name| Target::new(kind, name)).collect::<Vec<_>>()
    };
    let targets =
        [named("userIds", "userId", "USER"), named("roleCodes", "roleCode", "ROLE")].concat();
    if targets.is_empty() {
        return Err(ApiError::missing("userId or roleCode"));
    }
    for target in &targets {
        check_target(call.state, target, &namespace)?;
    }
    let statement = Statement {
        namespace,
        resource: call.arguments.required("resource").to_owned(),
        actions: vec![call.arguments.required("action").to_owned()],
        allows: true,
    };
    let allowed = targets.into_iter().map(|target| (target, statement.clone()));
    call.state.access.allowed.extend(allowed);
    Ok(done())
}

fn authorized_resources(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let kind = needed(call, "targetType")?;
    let target = Target::new(&kind, &needed(call, "targetIdentifier")?);
    let space = call.arguments.text("namespace");
    check_target(call.state, &target, space.unwrap_or(DEFAULT_NAMESPACE))?;
    let kind = call.arguments.text("resourceType");
    Ok(whole(call.state.access.resources(&target, space, kind)))
}

fn authorized_targets(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, code) = (namespace(call), call.arguments.required("resource"));
    let actions = call.arguments.object("actions");
    let (wanted, all) = (actions.texts("list"), actions.text("op") == Some("AND"));
    let has = |own: &Value| {
        let own: Vec<&str> =
            own.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let may = |action: &&str| own.iter().any(|pattern| crate::state::glob(pattern, action));
        match (wanted.is_empty(), all) {
            (true, _) => true,
            (false, true) => wanted.iter().all(may),
            (false, false) => wanted.iter().any(may),
        }
    };
    let kind = call.arguments.text("targetType");
    let targets: Vec<Value> = call
        .state
        .access
        .grants
        .iter()
        .filter(|grant| grant.namespace == namespace && grant.resource["code"] == code)
        .filter(|grant| grant.resource["type"] == call.arguments.required("resourceType"))
        .filter(|grant| kind.is_none_or(|kind| grant.target.kind == kind))
        .filter(|grant| has(&grant.resource["actions"]))
        .map(|grant| {
            json!({
                "targetType": grant.target.kind,
                "targetIdentifier": grant.target.id,
                "actions": grant.resource["actions"],
            })
        })
        .collect();
    Ok(whole(targets))
}

fn authorize_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, code) = (namespace(call), needed(call, "resource")?);
    let resource = call.state.access.resource(&namespace, &code);
    let resource = resource.cloned().ok_or_else(|| absent("resource"))?;
    let opts = call.arguments.list("opts").to_vec();
    for (target, _) in targets(call, &namespace, &opts)? {
        let opt = opts.iter().find(|opt| is_opt(opt, &target)).cloned().unwrap_or_default();
        let authorized = json!({
            "code": code,
            "type": resource["type"],
            "actions": opt["actions"],
            "apiIdentifier": resource["apiIdentifier"],
        });
        call.state.access.grant(target, &namespace, authorized);
    }
    Ok(done())
}

fn is_opt(opt: &Value, target: &Target) -> bool {
    opt["targetType"] == target.kind.as_str() && opt["targetIdentifier"] == target.id.as_str()
}

/// The REST operation `acl/revoke-resource`.
pub(crate) fn revoke_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, code) = (needed(call, "namespace")?, needed(call, "resource")?);
    if call.state.access.resource(&namespace, &code).is_none() {
        return Err(absent("resource"));
    }
    let opts = call.arguments.list("opts").to_vec();
    for (target, _) in targets(call, &namespace, &opts)? {
        call.state.access.revoke(&target, &namespace, &code);
    }
    Ok(Value::Null)
}

/// The targets of options, which all have to exist.
fn targets(
    call: &Call<'_>,
    namespace: &str,
    opts: &[Value],
) -> Result<Vec<(Target, ())>, ApiError> {
    if opts.is_empty() {
        return Err(ApiError::missing("opts"));
    }
    let read = |opt: &Value| {
        let text = |name: &str| opt[name].as_str().unwrap_or_default();
        let target = Target::new(text("targetType"), text("targetIdentifier"));
        check_target(call.state, &target, namespace).map(|()| (target, ()))
    };
    opts.iter().map(read).collect()
}

/// The REST operation `acl/check-resource-permission-batch`.
pub(crate) fn check_permissions(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (user, namespace) = (needed(call, "userId")?, needed(call, "namespace")?);
    check_users(call.state, std::slice::from_ref(&user))?;
    let own = call.state.access.resources(&Target::user(&user), Some(&namespace), None);
    let answer = |code: &str| {
        let found = own.iter().find(|resource| resource["code"] == code);
        json!({ "code": code, "actions": found.map_or(json!([]), |one| one["actions"].clone()) })
    };
    Ok(super::texts(call, "resources")?.iter().map(|code| answer(code)).collect())
}

/// The REST operation `acl/get-authorized-resources-of-resource-kind`.
pub(crate) fn resources_of_kind(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (user, namespace) = (needed(call, "userId")?, needed(call, "namespace")?);
    check_users(call.state, std::slice::from_ref(&user))?;
    let kind = format!("{}:", needed(call, "resource")?);
    let own = call.state.access.resources(&Target::user(&user), Some(&namespace), None);
    let of_kind = own.iter().filter(|one| {
        let code = one["code"].as_str().unwrap_or_default();
        code.starts_with(&kind) || *code == kind[..kind.len() - 1]
    });
    Ok(of_kind.map(|one| json!({ "code": one["code"], "actions": one["actions"] })).collect())
}

/// The REST operation to list namespaces; their count has another name than elsewhere.
pub(crate) fn namespaces(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let_in(call)?;
    let (list, total) = slice(call, call.state.access.namespaces.clone())?;
    Ok(json!({ "total": total, "list": list }))
}

/// The REST operation to create a namespace.
pub(crate) fn create_namespace(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let_in(call)?;
    let (code, name) = (needed(call, "code")?, needed(call, "name")?);
    let known = &mut call.state.access.namespaces;
    if known.iter().any(|namespace| namespace["code"] == code.as_str()) {
        return Err(refused("there is such a namespace"));
    }
    let last = known.iter().filter_map(|namespace| namespace["id"].as_i64()).max();
    let record = json!({
        "id": last.unwrap_or_default() + 1,
        "code": code,
        "name": name,
        "description": call.arguments.text("description"),
        "status": 1,
        "appId": null,
        "appName": null,
    });
    known.push(record.clone());
    Ok(record)
}

/// The REST operation to change a namespace, by code or number.
pub(crate) fn update_namespace(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let_in(call)?;
    let at = place(call, 3005, "the namespace to update does not exist")?;
    let updates = ["code", "name", "description"]
        .map(|member| (member, call.arguments.text(member).map(str::to_owned)));
    let namespace = &mut call.state.access.namespaces[at];
    for (member, text) in updates {
        if let Some(text) = text {
            namespace[member] = json!(text);
        }
    }
    Ok(namespace.clone())
}

/// The REST operation to delete a namespace, by code or number.
pub(crate) fn delete_namespace(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let_in(call)?;
    let at = place(call, 3003, "the namespace to delete does not exist")?;
    let access = &mut call.state.access;
    if access.namespaces[at]["code"] == DEFAULT_NAMESPACE {
        return Err(ApiError::not_permitted());
    }
    let code = access.namespaces.remove(at)["code"].clone();
    access.resources.retain(|resource| resource["namespace"] != code);
    access.grants.retain(|grant| code != grant.namespace.as_str());
    Ok(Value::Null)
}

fn place(call: &Call<'_>, code: i64, message: &str) -> Result<usize, ApiError> {
    let named = |namespace: &Value| match call.arguments.text("namespace_code") {
        Some(code) => namespace["code"] == code,
        None => {
            call.arguments.text("id").and_then(|id| id.parse::<i64>().ok())
                == namespace["id"].as_i64()
        }
    };
    let found = call.state.access.namespaces.iter().position(named);
    found.ok_or_else(|| ApiError::new(code, message))
}

/// Only the owner of this pool.
fn let_in(call: &Call<'_>) -> Result<(), ApiError> {
    call.require_management()?;
    match call.arguments.text("user_pool_id") {
        Some(id) if id == call.state.settings.user_pool_id => Ok(()),
        _ => Err(ApiError::new(codes::POOL_NOT_FOUND, "user pool does not exist")),
    }
}

/// The REST operation to list resources.
pub(crate) fn resources(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, kind) = (needed(call, "namespace")?, call.arguments.text("type"));
    let all = call.state.access.resources.iter();
    let all = all.filter(|one| one["namespace"] == namespace.as_str());
    page(call, all.filter(|one| kind.is_none_or(|kind| one["type"] == kind)).cloned())
}

/// The REST operation to create a resource.
pub(crate) fn create_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, code) = (needed(call, "namespace")?, needed(call, "code")?);
    let state = &mut *call.state;
    let known = state.access.namespaces.iter().find(|one| one["code"] == namespace.as_str());
    let of_app = state.console.application(&namespace).is_some();
    if known.is_none() && !of_app {
        return Err(absent("namespace"));
    }
    if state.access.resource(&namespace, &code).is_some() {
        return Err(refused("there is such a resource"));
    }
    let now = state.clock.iso();
    let record = json!({
        "id": random_id(),
        "createdAt": now,
        "updatedAt": now,
        "userPoolId": state.settings.user_pool_id,
        "code": code,
        "actions": actions(call.arguments.list("actions"))?,
        "type": kind(call.arguments.required("type"))?,
        "description": call.arguments.text("description"),
        "namespaceId": known.map(|one| one["id"].clone()),
        "namespace": namespace,
        "apiIdentifier": call.arguments.text("apiIdentifier"),
    });
    state.access.resources.push(record.clone());
    Ok(record)
}

fn actions(list: &[Value]) -> Result<Value, ApiError> {
    match list.is_empty() || list.iter().any(|action| !action["name"].is_string()) {
        true => Err(ApiError::missing("actions")),
        false => Ok(Value::Array(list.to_vec())),
    }
}

fn kind(text: &str) -> Result<&str, ApiError> {
    match RESOURCE_TYPES.contains(&text) {
        true => Ok(text),
        false => Err(refused("unknown resource type")),
    }
}

/// The REST operation to change a resource.
pub(crate) fn update_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, code) = (needed(call, "namespace")?, needed(call, "resource_code")?);
    let given = call.arguments.list("actions");
    let new_actions = if given.is_empty() { None } else { Some(actions(given)?) };
    let new_kind = call.arguments.text("type").map(kind).transpose()?;
    let now = call.state.clock.iso();
    let mut all = call.state.access.resources.iter_mut();
    let found =
        all.find(|one| one["namespace"] == namespace.as_str() && one["code"] == code.as_str());
    let resource = found.ok_or_else(|| absent("resource"))?;
    if let Some(actions) = new_actions {
        resource["actions"] = actions;
    }
    if let Some(kind) = new_kind {
        resource["type"] = json!(kind);
    }
    for member in ["description", "apiIdentifier"] {
        if let Some(text) = call.arguments.text(member) {
            resource[member] = json!(text);
        }
    }
    resource["updatedAt"] = json!(now);
    Ok(resource.clone())
}

/// The REST operation to delete a resource, and everybody's right to it.
pub(crate) fn delete_resource(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, code) = (needed(call, "namespace")?, needed(call, "resource_code")?);
    let access = &mut call.state.access;
    if access.resource(&namespace, &code).is_none() {
        return Err(absent("resource"));
    }
    access
        .resources
        .retain(|one| one["namespace"] != namespace.as_str() || one["code"] != code.as_str());
    access
        .grants
        .retain(|grant| grant.namespace != namespace || grant.resource["code"] != code.as_str());
    Ok(Value::Null)
}

/// The REST operation to read a resource, by id or by namespace and code.
pub(crate) fn resource_detail(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let access = &call.state.access;
    let found = match call.arguments.text("id") {
        Some(id) => access.resources.iter().find(|resource| resource["id"] == id),
        None => access.resource(&needed(call, "namespace")?, &needed(call, "code")?),
    };
    Ok(found.cloned().unwrap_or_default())
}
