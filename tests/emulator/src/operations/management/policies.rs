//! Policies and who has them.

use serde_json::{Value, json};

use super::{absent, check_target, done, namespace, page, refused, texts};
use crate::error::ApiError;
use crate::operations::{Call, Member, Operation};
use crate::state::{Access, Assignment, Target};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Query.policies", policies),
    ("Query.policy", policy),
    ("Query.policyAssignments", policy_assignments),
    ("Mutation.createPolicy", create_policy),
    ("Mutation.updatePolicy", update_policy),
    ("Mutation.deletePolicy", delete_policy),
    ("Mutation.deletePolicies", delete_policies),
    ("Mutation.addPolicyAssignments", add_assignments),
    ("Mutation.removePolicyAssignments", remove_assignments),
    ("Mutation.enablePolicyAssignment", enable_assignment),
    ("Mutation.disbalePolicyAssignment", disable_assignment),
];

pub(crate) const MEMBERS: &[(&str, Member)] = &[("Policy.assignmentsCount", assignments_count)];

fn policies(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, custom) = (namespace(call), call.arguments.flag("excludeDefault"));
    let all = call.state.access.policies.iter();
    let all = all.filter(|policy| policy["namespace"] == namespace.as_str());
    page(call, all.filter(|policy| !custom || policy["isDefault"] == false).cloned())
}

fn policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let found = call.state.access.policy(&namespace(call), call.arguments.required("code"));
    Ok(found.cloned().unwrap_or_default())
}

fn create_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, code) = (namespace(call), call.arguments.required("code"));
    if call.state.access.policy(&namespace, code).is_some() {
        return Err(refused("there is such a policy"));
    }
    let now = call.state.clock.iso();
    let record = json!({
        "namespace": namespace,
        "code": code,
        "isDefault": false,
        "description": call.arguments.text("description"),
        "statements": statements(call.arguments.list("statements"))?,
        "createdAt": now,
        "updatedAt": now,
    });
    call.state.access.policies.push(record.clone());
    Ok(record)
}

fn update_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, code) = (namespace(call), call.arguments.required("code"));
    let new_code = call.arguments.text("newCode").filter(|new_code| *new_code != code);
    let given = call.arguments.list("statements");
    let said = if given.is_empty() { None } else { Some(statements(given)?) };
    let state = &mut *call.state;
    if state.access.policy(&namespace, code).is_none() {
        return Err(absent("policy"));
    }
    if new_code.is_some_and(|new_code| state.access.policy(&namespace, new_code).is_some()) {
        return Err(refused("there is such a policy"));
    }
    let now = state.clock.iso();
    let mut known = state.access.policies.iter_mut().filter(|p| p["code"] == code);
    let Some(policy) = known.find(|policy| policy["namespace"] == namespace.as_str()) else {
        return Ok(Value::Null);
    };
    if let Some(said) = said {
        policy["statements"] = said;
    }
    if let Some(description) = call.arguments.text("description") {
        policy["description"] = json!(description);
    }
    policy["updatedAt"] = json!(now);
    policy["code"] = json!(new_code.unwrap_or(code));
    let record = policy.clone();
    if let Some(new_code) = new_code {
        let given = state.access.assignments.iter_mut();
        for one in given.filter(|one| one.namespace == namespace && one.policy == code) {
            new_code.clone_into(&mut one.policy);
        }
    }
    Ok(record)
}

/// Statements with the members that a record has; each needs a resource and actions.
fn statements(list: &[Value]) -> Result<Value, ApiError> {
    if list.is_empty() {
        return Err(ApiError::missing("statements"));
    }
    let read = |statement: &Value| {
        let mut statement = statement.clone();
        if statement["actions"].as_array().is_none_or(Vec::is_empty) {
            return Err(ApiError::missing("statements.actions"));
        }
        for (member, default) in [("effect", json!("ALLOW")), ("condition", json!([]))] {
            if statement[member].is_null() {
                statement[member] = default;
            }
        }
        Ok(statement)
    };
    list.iter().map(read).collect()
}

fn delete_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let code = call.arguments.required("code").to_owned();
    delete(call, &[code])
}

fn delete_policies(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let codes = texts(call, "codeList")?;
    delete(call, &codes)
}

/// Deletes policies, or none if one of them does not exist.
fn delete(call: &mut Call<'_>, codes: &[String]) -> Result<Value, ApiError> {
    call.require_management()?;
    let namespace = namespace(call);
    let access = &mut call.state.access;
    if codes.iter().any(|code| access.policy(&namespace, code).is_none()) {
        return Err(absent("policy"));
    }
    let is_one = |space: &str, code: &str| space == namespace && codes.iter().any(|c| c == code);
    access.assignments.retain(|given| !is_one(&given.namespace, &given.policy));
    access.policies.retain(|policy| {
        let text = |name: &str| policy[name].as_str().unwrap_or_default();
        !is_one(text("namespace"), text("code"))
    });
    Ok(done())
}

/// Filters that are absent let everything through.
fn policy_assignments(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let wanted = |name: &str, is: &str| call.arguments.text(name).is_none_or(|wanted| wanted == is);
    let namespace = namespace(call);
    let given = call.state.access.assignments.iter().filter(|given| {
        given.namespace == namespace
            && wanted("code", &given.policy)
            && wanted("targetType", &given.target.kind)
            && wanted("targetIdentifier", &given.target.id)
    });
    page(call, given.map(Access::assignment_record))
}

fn add_assignments(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (namespace, policies, targets) = parties(call)?;
    let inherited = call.arguments.flag("inheritByChildren");
    let known = &mut call.state.access.assignments;
    for policy in &policies {
        for target in &targets {
            let is_it = |one: &Assignment| {
                one.namespace == namespace && one.policy == *policy && one.target == *target
            };
            known.retain(|one| !is_it(one));
            known.push(Assignment {
                namespace: namespace.clone(),
                policy: policy.clone(),
                target: target.clone(),
                enabled: true,
                inherited,
            });
        }
    }
    Ok(done())
}

fn remove_assignments(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (namespace, policies, targets) = parties(call)?;
    call.state.access.assignments.retain(|one| {
        one.namespace != namespace
            || !policies.contains(&one.policy)
            || !targets.contains(&one.target)
    });
    Ok(done())
}

fn parties(call: &Call<'_>) -> Result<(String, Vec<String>, Vec<Target>), ApiError> {
    call.require_management()?;
    let (namespace, policies) = (namespace(call), texts(call, "policies")?);
    if policies.iter().any(|code| call.state.access.policy(&namespace, code).is_none()) {
        return Err(absent("policy"));
    }
    let kind = call.arguments.required("targetType");
    let targets: Vec<Target> =
        texts(call, "targetIdentifiers")?.iter().map(|id| Target::new(kind, id)).collect();
    for target in &targets {
        check_target(call.state, target, &namespace)?;
    }
    Ok((namespace, policies, targets))
}

fn enable_assignment(call: &mut Call<'_>) -> Result<Value, ApiError> {
    switch(call, true)
}

fn disable_assignment(call: &mut Call<'_>) -> Result<Value, ApiError> {
    switch(call, false)
}

fn switch(call: &mut Call<'_>, enabled: bool) -> Result<Value, ApiError> {
    call.require_management()?;
    let (namespace, policy) = (namespace(call), call.arguments.required("policy"));
    let kind = call.arguments.required("targetType");
    let target = Target::new(kind, call.arguments.required("targetIdentifier"));
    let mut known = call.state.access.assignments.iter_mut();
    let found = known
        .find(|one| one.namespace == namespace && one.policy == policy && one.target == target);
    found.ok_or_else(|| absent("assignment"))?.enabled = enabled;
    Ok(done())
}

fn assignments_count(call: &mut Call<'_>, policy: &Value) -> Result<Value, ApiError> {
    let given = call.state.access.assignments.iter().filter(|given| {
        policy["namespace"] == given.namespace.as_str() && policy["code"] == given.policy.as_str()
    });
    Ok(json!(given.count()))
}
