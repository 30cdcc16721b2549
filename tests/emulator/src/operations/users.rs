//! One user: reading, finding, creating, changing, deleting.

use serde_json::{Value, json};

use super::{Arguments, Call, Member, Operation, registration, success};
use crate::error::{ApiError, codes};
use crate::state::{Bearer, User};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Query.user", user),
    ("Query.findUser", find_user),
    ("Query.isUserExists", is_user_exists),
    ("Mutation.createUser", create_user),
    ("Mutation.updateUser", update_user),
    ("Mutation.deleteUser", delete_user),
    ("Mutation.deleteUsers", delete_users),
];

pub(crate) const MEMBERS: &[(&str, Member)] = &[("User.customData", custom_data)];

/// Members that only the pool's owner changes.
const OWNER_MEMBERS: &[&str] =
    &["blocked", "emailVerified", "phoneVerified", "loginsCount", "lastLogin"];

/// What names a user, in the order in which look-ups try it.
const CREDENTIALS: [&str; 4] = ["username", "email", "phone", "externalId"];

/// The signed-in user, or any user for the management token; null if there is none.
fn user(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.subject(call.arguments.text("id"))?;
    let state = &*call.state;
    Ok(state.users.get(&id).map_or(Value::Null, |user| user.record(&state.settings)))
}

/// The first user that one of the arguments names; null if there is none.
fn find_user(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let state = &*call.state;
    let identity = call.arguments.object("identity");
    let found = if identity.is_empty() {
        let named = CREDENTIALS.iter().find_map(|name| Some((*name, call.arguments.text(name)?)));
        let (name, value) = named.ok_or_else(|| ApiError::missing("nothing to find a user by"))?;
        state.users.find_by(name, value)
    } else {
        let provider = identity.text("provider").or(identity.text("identifier"));
        let provider = provider.ok_or_else(|| ApiError::missing("identity.provider"))?;
        let user_id = identity.text("userIdInIdp");
        let user_id = user_id.ok_or_else(|| ApiError::missing("identity.userIdInIdp"))?;
        state.users.find_by_identity(provider, user_id)
    };
    Ok(found.map_or(Value::Null, |user| user.record(&state.settings)))
}

/// Whether any of the arguments names a user. Needs no token, but a pool or an application.
fn is_user_exists(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let mut named =
        CREDENTIALS.iter().filter_map(|name| Some((*name, call.arguments.text(name)?))).peekable();
    if named.peek().is_none() {
        return Err(ApiError::missing("nothing to find a user by"));
    }
    Ok(json!(named.any(|(name, value)| call.state.users.find_by(name, value).is_some())))
}

fn create_user(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let state = &mut *call.state;
    let info = call.arguments.object("userInfo");
    let identity = call.arguments.object("identity");
    let nameless = CREDENTIALS.iter().all(|name| info.text(name).is_none());
    if nameless && identity.is_empty() {
        return Err(ApiError::missing("one of username, email, phone, externalId, identity"));
    }
    let mut user = User::new(&state.clock.iso());
    user.set("registerSource", json!(["import:manual"]));
    for (name, value) in info.members().filter(|(name, _)| *name != "password") {
        user.set(name, value.clone());
    }
    registration::check_credentials(state, &user, None)?;
    if !identity.is_empty() {
        let (provider, user_id) = (identity.required("provider"), identity.required("userIdInIdp"));
        if state.users.find_by_identity(provider, user_id).is_some() {
            let message = "that OAuth account is bound to another user";
            return Err(ApiError::new(codes::IDENTITY_TAKEN, message));
        }
        let record = identity_record(&identity, &user.id, &state.settings.user_pool_id);
        user.set("identities", json!([record]));
    }
    if let Some(password) = info.text("password") {
        // keepPassword marks the password as imported: it is kept as it is, whatever its length.
        let password = match call.arguments.flag("keepPassword") {
            true => state.password_key.decrypt(password)?,
            false => state.password_key.decrypt_new(password)?,
        };
        user.password_hash = Some(crate::password::hash(&password)?);
    }
    user.must_reset_password = call.arguments.flag("resetPasswordOnFirstLogin");
    if let Some(params) = call.arguments.text("params") {
        user.custom_data.extend(state.custom_data.read_params(params)?);
    }
    let record = user.record(&state.settings);
    state.users.add(user);
    Ok(record)
}

/// Changes a user. A user changes neither e-mail address nor phone this way (2225, 2226), nor what
/// belongs to the owner; the management token may change all of it.
fn update_user(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let by_user = matches!(call.bearer()?, Bearer::User { .. });
    let id = call.subject(call.arguments.text("id")).map_err(|error| match error.code {
        codes::NOT_PERMITTED => {
            ApiError::new(codes::NOT_OWN_DATA, "the data does not belong to the current user")
        }
        _ => error,
    })?;
    let input = call.arguments.object("input");
    let state = &mut *call.state;
    let mut user = state.users.get(&id).ok_or_else(ApiError::user_not_found)?.clone();
    for (name, value) in input.members().filter(|(name, _)| *name != "password") {
        let changed = user.members.get(name).unwrap_or(&Value::Null) != value;
        if by_user && changed {
            check_change_by_user(name)?;
        }
        user.set(name, value.clone());
    }
    registration::check_credentials(state, &user, Some(&id))?;
    if let Some(password) = input.text("password") {
        if by_user {
            let message = "verification needed: change a password by updatePassword";
            return Err(ApiError::new(codes::VERIFICATION_NEEDED, message));
        }
        let password = state.password_key.decrypt_new(password)?;
        user.password_hash = Some(crate::password::hash(&password)?);
    }
    // The oldest clients log out by putting the token's expiry back to the epoch.
    if input.text("tokenExpiredAt") == Some("0") {
        state.tokens.revoke_user(&id);
    }
    user.set("updatedAt", state.clock.iso());
    let record = user.record(&state.settings);
    if let Some(kept) = state.users.get_mut(&id) {
        *kept = user;
    }
    Ok(record)
}

fn delete_user(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let id = call.arguments.required("id");
    if !call.state.users.remove(id) {
        return Err(ApiError::user_not_found());
    }
    call.state.tokens.revoke_user(id);
    call.state.access.forget_user(id);
    Ok(success("deleted"))
}

/// Deletes the users that exist; the others are passed over.
fn delete_users(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let mut deleted = 0;
    for id in call.arguments.texts("ids") {
        if call.state.users.remove(id) {
            call.state.tokens.revoke_user(id);
            call.state.access.forget_user(id);
            deleted += 1;
        }
    }
    Ok(success(&format!("deleted {deleted} users")))
}

fn custom_data(call: &mut Call<'_>, record: &Value) -> Result<Value, ApiError> {
    let id = record["id"].as_str().unwrap_or_default();
    let state = &*call.state;
    let fields = state.custom_data.of("USER");
    Ok(state.users.get(id).map_or(Value::Null, |user| user.custom_data_records(fields)))
}

fn check_change_by_user(member: &str) -> Result<(), ApiError> {
    match member {
        "email" => Err(ApiError::new(
            codes::EMAIL_BY_UPDATE_USER,
            "updateUser cannot change the e-mail address, use updateEmail",
        )),
        "phone" => Err(ApiError::new(
            codes::PHONE_BY_UPDATE_USER,
            "updateUser cannot change the phone, use updatePhone",
        )),
        member if OWNER_MEMBERS.contains(&member) => Err(ApiError::new(
            codes::ITEM_NOT_CHANGEABLE,
            format!("the user may not change {member}"),
        )),
        _ => Ok(()),
    }
}

fn identity_record(identity: &Arguments, user_id: &str, user_pool_id: &str) -> Value {
    json!({
        "openid": identity.text("openid"),
        "userIdInIdp": identity.text("userIdInIdp"),
        "userId": user_id,
        "connectionId": identity.text("connectionId"),
        "isSocial": identity.flag("isSocial"),
        "provider": identity.text("provider"),
        "userPoolId": user_pool_id,
        "refreshToken": identity.text("refreshToken"),
        "accessToken": identity.text("accessToken"),
        "type": null,
        "extIdpId": null,
    })
}
