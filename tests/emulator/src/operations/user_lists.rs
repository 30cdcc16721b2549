//! Many users: pages, batches, search.

use serde_json::{Value, json};

use super::{Arguments, Call, Operation};
use crate::error::{ApiError, codes};
use crate::state::{DEFAULT_NAMESPACE, State, User};

pub(crate) const OPERATIONS: &[(&str, Operation)] =
    &[("Query.users", users), ("Query.userBatch", user_batch), ("Query.searchUser", search_user)];

/// The most ids that one batch may ask for.
const LARGEST_BATCH: usize = 80;

/// Members that a search may look at, and does when it names none.
const SEARCHED: &[&str] = &["username", "email", "phone", "nickname", "name"];

/// A page of all users, in the order of their creation unless `sortBy` says otherwise.
fn users(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (state, outside) = (&*call.state, call.arguments.flag("excludeUsersInOrg"));
    let mut users: Vec<&User> = state
        .users
        .iter()
        .filter(|user| user.text("status") != Some("Archived"))
        .filter(|user| !outside || !state.access.is_in_an_org(&user.id))
        .collect();
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
    let belongs = belonging(call);
    let found: Vec<&User> =
        call.state.users.iter().filter(matches).filter(|user| belongs(user)).collect();
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

/// Whether a user belongs where the options of a search say: to one of the departments, one of the
/// groups and one of the roles, as far as there are any.
fn belonging(call: &Call<'_>) -> impl Fn(&User) -> bool {
    let access = &call.state.access;
    let members = |option: &str, of: &dyn Fn(&Value) -> Vec<String>| {
        let options = call.arguments.list(option);
        (!options.is_empty()).then(|| options.iter().flat_map(of).collect::<Vec<_>>())
    };
    let owned = |users: Vec<&str>| users.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let allowed = [
        members("departmentOpts", &|option| {
            let id = option["departmentId"].as_str().unwrap_or_default();
            owned(access.members_of(id, option["includeChildrenDepartments"] == true))
        }),
        members("groupOpts", &|option| {
            owned(access.group_members(option["code"].as_str().unwrap_or_default()))
        }),
        members("roleOpts", &|option| {
            let namespace = option["namespace"].as_str().unwrap_or(DEFAULT_NAMESPACE);
            let role = access.role_id(namespace, option["code"].as_str().unwrap_or_default());
            role.map(|role| owned(access.role_users(&role))).unwrap_or_default()
        }),
    ];
    move |user| allowed.iter().flatten().all(|users| users.contains(&user.id))
}
