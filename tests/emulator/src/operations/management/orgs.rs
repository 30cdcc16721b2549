//! Organisations and their departments.

use serde_json::{Map, Value, json};

use super::roles::records;
use super::{absent, check_users, done, needed, page, refused, texts, whole};
use crate::error::ApiError;
use crate::operations::{Call, Member, Operation};
use crate::state::{NewNode, Target, pruned};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Query.orgs", orgs),
    ("Query.org", org),
    ("Query.nodeById", node_by_id),
    ("Query.nodeByCode", node_by_code),
    ("Query.childrenNodes", children_nodes),
    ("Query.rootNode", root_node),
    ("Query.isRootNode", is_root_node),
    ("Query.searchNodes", search_nodes),
    ("Mutation.createOrg", create_org),
    ("Mutation.deleteOrg", delete_org),
    ("Mutation.addNode", add_node),
    ("Mutation.addNodeV2", add_node_v2),
    ("Mutation.updateNode", update_node),
    ("Mutation.deleteNode", delete_node),
    ("Mutation.moveNode", move_node),
    ("Mutation.addMember", add_member),
    ("Mutation.removeMember", remove_member),
    ("Mutation.moveMembers", move_members),
    ("Mutation.setMainDepartment", set_main_department),
];

pub(crate) const MEMBERS: &[(&str, Member)] = &[
    ("Node.users", users),
    ("Node.roles", roles),
    ("Node.authorizedResources", authorized_resources),
];

fn orgs(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let access = &call.state.access;
    let ids = access.orgs.iter().filter_map(|org| org["id"].as_str());
    page(call, ids.filter_map(|id| access.org_record(id).ok()))
}

fn org(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    call.state.access.org_record(call.arguments.required("id"))
}

fn create_org(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let name = needed(call, "name")?;
    let code = call.arguments.text("code");
    let state = &mut *call.state;
    let taken = |code: &str| {
        let mut nodes = state.access.nodes.iter();
        nodes.any(|node| node["root"] == true && node["code"] == code)
    };
    if code.is_some_and(taken) {
        return Err(refused("the code is taken"));
    }
    let more = pruned([("description", json!(call.arguments.text("description")))]);
    let now = state.clock.iso();
    let root = NewNode { parent: None, name: &name, code, more };
    let (id, _) = state.access.add_org(&state.settings, root, &now);
    state.access.org_record(&id)
}

fn delete_org(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    call.state.access.delete_org(call.arguments.required("id"))?;
    Ok(done())
}

fn add_node_v2(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = made(call)?;
    Ok(call.state.access.node(&id).cloned().unwrap_or_default())
}

fn add_node(call: &mut Call<'_>) -> Result<Value, ApiError> {
    made(call)?;
    call.state.access.org_record(call.arguments.required("orgId"))
}

/// Makes a node; without a parent it goes below the root.
fn made(call: &mut Call<'_>) -> Result<String, ApiError> {
    call.require_management()?;
    let (name, code) = (needed(call, "name")?, call.arguments.text("code"));
    let org_id = call.arguments.required("orgId");
    let state = &mut *call.state;
    let root = state.access.org(org_id)?["rootNodeId"].as_str().unwrap_or_default().to_owned();
    let parent = call.arguments.text("parentNodeId").unwrap_or(&root);
    if state.access.known_node(parent)?["orgId"] != org_id {
        return Err(refused("the parent is of another organisation"));
    }
    let mut nodes = state.access.nodes.iter().filter(|node| node["orgId"] == org_id);
    if code.is_some_and(|code| nodes.any(|node| node["code"] == code)) {
        return Err(refused("the code is taken"));
    }
    let text = |name: &str| json!(call.arguments.text(name));
    let more = pruned([
        ("description", text("description")),
        ("nameI18n", text("nameI18n")),
        ("descriptionI18n", text("descriptionI18n")),
        ("order", json!(call.arguments.integer("order"))),
    ]);
    let now = state.clock.iso();
    let new = NewNode { parent: Some(parent), name: &name, code, more };
    Ok(state.access.add_node(&state.settings, org_id, new, &now))
}

fn update_node(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let id = call.arguments.required("id");
    let state = &mut *call.state;
    let org = state.access.known_node(id)?["orgId"].clone();
    let code = call.arguments.text("code");
    let mut others =
        state.access.nodes.iter().filter(|node| node["orgId"] == org && node["id"] != id);
    if code.is_some_and(|code| others.any(|node| node["code"] == code)) {
        return Err(refused("the code is taken"));
    }
    let text = |name: &'static str| (name, json!(call.arguments.text(name)));
    let now = state.clock.iso();
    let changes: Map<_, _> = pruned([text("name"), text("code"), text("description")]);
    state.access.update_node(id, changes, &now);
    Ok(state.access.node(id).cloned().unwrap_or_default())
}

fn delete_node(call: &mut Call<'_>) -> Result<Value, ApiError> {
    in_org(call)?;
    call.state.access.delete_node(call.arguments.required("nodeId"))?;
    Ok(done())
}

fn move_node(call: &mut Call<'_>) -> Result<Value, ApiError> {
    in_org(call)?;
    let (id, target) =
        (call.arguments.required("nodeId"), call.arguments.required("targetParentId"));
    call.state.access.move_node(id, target)?;
    call.state.access.org_record(call.arguments.required("orgId"))
}

/// Requires that the node is one of the organisation.
fn in_org(call: &Call<'_>) -> Result<(), ApiError> {
    call.require_management()?;
    let (org, access) = (call.arguments.required("orgId"), &call.state.access);
    access.org(org)?;
    match access.known_node(call.arguments.required("nodeId"))?["orgId"] == org {
        true => Ok(()),
        false => Err(absent("department")),
    }
}

fn node_by_id(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    Ok(call.state.access.node(call.arguments.required("id")).cloned().unwrap_or_default())
}

fn node_by_code(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (org, code) = (call.arguments.required("orgId"), call.arguments.required("code"));
    let mut nodes = call.state.access.nodes.iter().filter(|node| node["orgId"] == org);
    Ok(nodes.find(|node| node["code"] == code).cloned().unwrap_or_default())
}

fn root_node(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let access = &call.state.access;
    let root = access.org(call.arguments.required("orgId"))?["rootNodeId"].as_str();
    access.known_node(root.unwrap_or_default()).cloned()
}

fn is_root_node(call: &mut Call<'_>) -> Result<Value, ApiError> {
    in_org(call)?;
    let node = call.state.access.known_node(call.arguments.required("nodeId"))?;
    Ok(node["root"].clone())
}

fn children_nodes(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let access = &call.state.access;
    let node = access.known_node(call.arguments.required("nodeId"))?;
    let children = node["children"].as_array().into_iter().flatten();
    Ok(children.filter_map(|id| access.node(id.as_str()?)).cloned().collect())
}

fn search_nodes(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let keyword = call.arguments.required("keyword").to_lowercase();
    let nodes = call.state.access.nodes.iter().filter(|node| {
        node["name"].as_str().is_some_and(|name| name.to_lowercase().contains(&keyword))
    });
    Ok(nodes.cloned().collect())
}

fn add_member(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (node, users) = parties(call)?;
    let leads = call.arguments.flag("isLeader");
    let state = &mut *call.state;
    let now = state.clock.iso();
    for user in &users {
        state.access.join(user, &node, false, &now);
        if leads {
            let leader = Map::from_iter([("leaderUserId".to_owned(), json!(user))]);
            state.access.update_node(&node, leader, &now);
        }
    }
    state.access.known_node(&node).cloned()
}

fn remove_member(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (node, users) = parties(call)?;
    for user in &users {
        call.state.access.leave(user, &node);
    }
    call.state.access.known_node(&node).cloned()
}

/// The department, by id or by organisation and code, and the users. All of them have to exist.
fn parties(call: &mut Call<'_>) -> Result<(String, Vec<String>), ApiError> {
    call.require_management()?;
    let node = match call.arguments.text("nodeId") {
        Some(id) => call.state.access.known_node(id)?.clone(),
        None => {
            let org = call.arguments.required("orgId");
            let mut nodes = call.state.access.nodes.iter().filter(|node| node["orgId"] == org);
            let code = needed(call, "nodeCode")?;
            let found = nodes.find(|node| node["code"] == code.as_str());
            found.cloned().ok_or_else(|| absent("department"))?
        }
    };
    let users = texts(call, "userIds")?;
    check_users(call.state, &users)?;
    Ok((node["id"].as_str().unwrap_or_default().to_owned(), users))
}

fn move_members(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let users = texts(call, "userIds")?;
    let (from, to) =
        (call.arguments.required("sourceNodeId"), call.arguments.required("targetNodeId"));
    let state = &mut *call.state;
    state.access.known_node(from)?;
    state.access.known_node(to)?;
    if !users.iter().all(|user| state.access.is_member(user, from)) {
        return Err(refused("a user is no member of the department"));
    }
    let now = state.clock.iso();
    for user in &users {
        state.access.leave(user, from);
        state.access.join(user, to, false, &now);
    }
    Ok(done())
}

fn set_main_department(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (user, node) = (needed(call, "userId")?, call.arguments.text("departmentId"));
    let state = &mut *call.state;
    check_users(state, std::slice::from_ref(&user))?;
    if node.is_some_and(|node| !state.access.is_member(&user, node)) {
        return Err(refused("the user is no member of the department"));
    }
    state.access.set_main(&user, node);
    let code = node.and_then(|node| state.access.node(node)).map(|node| node["code"].clone());
    if let Some(user) = state.users.get_mut(&user) {
        user.set("mainDepartmentId", json!(node));
        user.set("mainDepartmentCode", code.unwrap_or_default());
    }
    Ok(done())
}

fn users(call: &mut Call<'_>, node: &Value) -> Result<Value, ApiError> {
    let state = &*call.state;
    let id = node["id"].as_str().unwrap_or_default();
    let users = state.access.members_of(id, call.arguments.flag("includeChildrenNodes"));
    page(call, records(state, users))
}

fn roles(call: &mut Call<'_>, node: &Value) -> Result<Value, ApiError> {
    let target = Target::new("ORG", node["id"].as_str().unwrap_or_default());
    Ok(whole(call.state.access.roles(&target, call.arguments.text("namespace"))))
}

fn authorized_resources(call: &mut Call<'_>, node: &Value) -> Result<Value, ApiError> {
    let target = Target::new("ORG", node["id"].as_str().unwrap_or_default());
    let (namespace, kind) = (call.arguments.text("namespace"), call.arguments.text("resourceType"));
    Ok(whole(call.state.access.resources(&target, namespace, kind)))
}

/// The REST operation `orgs/import`. The old clients send the tree as an object or as its text.
pub(crate) fn import(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    if call.arguments.text("filetype") != Some("json") {
        return Err(refused("unknown filetype"));
    }
    let tree = match call.arguments.text("file") {
        Some(text) => serde_json::from_str(text).map_err(|_| refused("the file is no JSON"))?,
        None => call.arguments.value("file"),
    };
    let state = &mut *call.state;
    let now = state.clock.iso();
    let id = state.access.import(&state.settings, None, None, &tree, &now)?;
    state.access.org_record(&id)
}

/// The REST operation `orgs/export`: one organisation, or all of them.
pub(crate) fn export(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let access = &call.state.access;
    let tree = |org: &Value| access.export(org["rootNodeId"].as_str().unwrap_or_default());
    match call.arguments.text("org_id") {
        Some(id) => Ok(tree(access.org(id)?)),
        None => Ok(access.orgs.iter().map(tree).collect()),
    }
}

/// The REST operations to sync from WeChat Work, DingTalk or an Active Directory.
pub(crate) fn sync(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let source = match call.arguments.text("provider") {
        Some(provider @ ("wechatwork" | "dingtalk")) => provider.to_owned(),
        Some(_) => return Err(refused("unknown provider")),
        None => needed(call, "connectionId")?,
    };
    call.state.console.syncs.push(source);
    Ok(Value::Null)
}
