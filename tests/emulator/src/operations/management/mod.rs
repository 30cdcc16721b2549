//! What an administrator does, a file per subject.

pub(crate) mod acl;
pub(crate) mod agreements;
pub(crate) mod applications;
pub(crate) mod groups;
pub(crate) mod logs;
pub(crate) mod orgs;
pub(crate) mod policies;
pub(crate) mod pool;
pub(crate) mod roles;
pub(crate) mod tenants;
pub(crate) mod users;

use serde_json::{Value, json};

use super::{Call, success};
use crate::error::{ApiError, codes};
use crate::state::{DEFAULT_NAMESPACE, State, Target};

/// The namespace of the arguments.
fn namespace(call: &Call<'_>) -> String {
    call.arguments.text("namespace").unwrap_or(DEFAULT_NAMESPACE).to_owned()
}

/// One page of records, by the arguments `page` and `limit`; a call without them gets 10.
fn page(call: &Call<'_>, list: impl IntoIterator<Item = Value>) -> Result<Value, ApiError> {
    let (list, total) = slice(call, list)?;
    Ok(json!({ "totalCount": total, "list": list }))
}

fn slice(
    call: &Call<'_>,
    list: impl IntoIterator<Item = Value>,
) -> Result<(Vec<Value>, usize), ApiError> {
    let number = |name, default| match call.arguments.number(name) {
        None => Ok(default),
        Some(number) => usize::try_from(number)
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(|| refused(&format!("{name} starts from 1"))),
    };
    let (page, limit) = (number("page", 1)?, number("limit", 10)?);
    let list: Vec<Value> = list.into_iter().collect();
    let total = list.len();
    Ok((list.into_iter().skip((page - 1).saturating_mul(limit)).take(limit).collect(), total))
}

/// Everything at once.
fn whole(list: Vec<Value>) -> Value {
    json!({ "totalCount": list.len(), "list": list })
}

/// The texts of a list that must not be empty.
fn texts(call: &Call<'_>, name: &str) -> Result<Vec<String>, ApiError> {
    let texts: Vec<String> = call.arguments.texts(name).into_iter().map(str::to_owned).collect();
    match texts.is_empty() {
        true => Err(ApiError::missing(name)),
        false => Ok(texts),
    }
}

/// A text that a REST endpoint cannot do without.
fn needed(call: &Call<'_>, name: &str) -> Result<String, ApiError> {
    let text = call.arguments.text(name).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| ApiError::missing(name))
}

fn check_users(state: &State, ids: &[String]) -> Result<(), ApiError> {
    match ids.iter().all(|id| state.users.get(id).is_some()) {
        true => Ok(()),
        false => Err(ApiError::user_not_found()),
    }
}

/// Requires that a target exists.
fn check_target(state: &State, target: &Target, namespace: &str) -> Result<(), ApiError> {
    let access = &state.access;
    match target.kind.as_str() {
        "USER" => state.users.get(&target.id).map(drop).ok_or_else(ApiError::user_not_found),
        "ROLE" => access.role_id(namespace, &target.id).map(drop),
        "GROUP" => access.known_group(&target.id).map(drop),
        "ORG" => access.known_node(&target.id).map(drop),
        _ => {
            let mut accounts = state.console.programmatic_accounts.iter();
            let known = accounts.any(|account| account["id"] == target.id.as_str());
            known.then_some(()).ok_or_else(|| absent("programmatic access account"))
        }
    }
}

fn absent(what: &str) -> ApiError {
    ApiError::new(codes::NOT_FOUND, format!("the {what} does not exist"))
}

fn refused(why: &str) -> ApiError {
    ApiError::new(codes::BAD_REQUEST, why)
}

fn done() -> Value {
    success("done")
}
