//! Many users: pages, batches, search.

use serde_json::{Value, json};

use super::{Arguments, Call, Operation};
use crate::error::{ApiError, codes};
use crate::state::{State, User};

pub(crate) const OPERATIONS: &[(&str, Operation)] =
    &[("Query.users", users), ("Query.userBatch", user_batch), ("Query.searchUser", search_user)];

/// The most ids that one batch may ask for.
const LARGEST_BATCH: usize = 80;

/// Members that a search may look at, and does when it names none.
const SEARCHED: &[&str] = &["username", "email", "phone", "nickname", "name"];

/// A page of all users, in the order of their creation unless `sortBy` says otherwise.
fn users(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    if call.arguments.flag("excludeUsersInOrg") {
        return Err(unsupported("users(excludeUsersInOrg)"));
    }
    let mut users: Vec<&User> = call.state.users.iter().collect();
    match call.arguments.text("sortBy") {
        Some("CREATEDAT_DESC") => users.reverse(),
        Some("UPDATEDAT_ASC") => users.sort_by_key(|user| user.text("updatedAt")),
        Some("UPDATEDAT_DESC") => {
            users.reverse();
            users.sort_by(|one, other| other.text("updatedAt").cmp(&one.text("updatedAt")));
        }
        _ => {}
    }
    Ok(page(call.state, &call.arguments, &users))
}

/// The users with the given ids, in the order of the ids; unknown ones are left out.
fn user_batch(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let state = &*call.state;
    let found = find_batch(state, &call.arguments.texts("ids"), call.arguments.text("type"))?;
    Ok(found.iter().map(|user| user.record(&state.settings)).collect())
}

/// Users of whom one of the searched members contains the query, in any letter case.
fn search_user(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    for option in ["departmentOpts", "groupOpts", "roleOpts"] {
        if !call.arguments.list(option).is_empty() {
            return Err(unsupported(&format!("searchUser({option})")));
        }
    }
    let query = call.arguments.required("query").to_lowercase();
    if query.trim().is_empty() {
        return Err(ApiError::new(codes::MALFORMED_SEARCH, "the search query is empty"));
    }
    let fields = match call.arguments.texts("fields") {
        none if none.is_empty() => SEARCHED.to_vec(),
        fields => fields,
    };
    if let Some(field) = fields.iter().find(|field| !SEARCHED.contains(field)) {
        let message = format!("illegal user search type: {field}");
        return Err(ApiError::new(codes::ILLEGAL_SEARCH_TYPE, message));
    }
    let matches = |user: &&User| {
        fields.iter().any(|field| {
            user.text(field).is_some_and(|value| value.to_lowercase().contains(&query))
        })
    };
    let found: Vec<&User> = call.state.users.iter().filter(matches).collect();
    Ok(page(call.state, &call.arguments, &found))
}

/// Finds a batch by one kind of id: `id` (the default), a credential or `externalId`.
pub(crate) fn find_batch<'a>(
    state: &'a State,
    ids: &[&str],
    kind: Option<&str>,
) -> Result<Vec<&'a User>, ApiError> {
    if ids.len() > LARGEST_BATCH {
        return Err(ApiError::new(codes::TOO_MANY_USERS, "more than 80 users in one query"));
    }
    let find = |id: &&str| match kind {
        None | Some("id") => state.users.get(id),
        Some(member) => state.users.find_by(member, id),
    };
    match kind {
        None | Some("id" | "username" | "phone" | "email" | "externalId") => {
            Ok(ids.iter().filter_map(find).collect())
        }
        Some(other) => {
            let message = format!("illegal user search type: {other}");
            Err(ApiError::new(codes::ILLEGAL_SEARCH_TYPE, message))
        }
    }
}

/// One page of records. Pages count from 1 and have 10 members unless the arguments say otherwise.
fn page(state: &State, arguments: &Arguments, users: &[&User]) -> Value {
    let at_least = |name, default, least: i64| {
        let number = arguments.integer(name).unwrap_or(default).max(least);
        usize::try_from(number).unwrap_or_default()
    };
    let (page, limit) = (at_least("page", 1, 1), at_least("limit", 10, 0));
    let list: Vec<Value> = users
        .iter()
        .skip((page - 1).saturating_mul(limit))
        .take(limit)
        .map(|user| user.record(&state.settings))
        .collect();
    json!({ "totalCount": users.len(), "list": list })
}

fn unsupported(what: &str) -> ApiError {
    ApiError::new(codes::BAD_REQUEST, format!("the emulator does not implement `{what}` yet"))
}
