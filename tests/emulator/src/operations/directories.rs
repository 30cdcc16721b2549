//! Logging in from directories. Passwords come in clear text: the directory has to see them.

use serde_json::{Value, json};

use super::{Call, authentication};
use crate::error::{ApiError, codes};
use crate::state::{DirectoryKind, User};

/// `POST ldap/verify-user`.
pub(crate) fn ldap(call: &mut Call<'_>) -> Result<Value, ApiError> {
    log_in(call, DirectoryKind::Ldap, "ldap")
}

/// `POST ad/verify-user`, at the websocket host.
pub(crate) fn active_directory(call: &mut Call<'_>) -> Result<Value, ApiError> {
    log_in(call, DirectoryKind::ActiveDirectory, "ad")
}

/// The first login makes the user.
fn log_in(call: &mut Call<'_>, kind: DirectoryKind, source: &str) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let input = call.arguments.clone();
    let missing = |name| ApiError::missing(name);
    let username = input.text("username").ok_or_else(|| missing("username"))?;
    let password = input.text("password").ok_or_else(|| missing("password"))?;
    let state = &mut *call.state;
    let mut known = state.outside.directory_users.iter();
    let (.., expected) = known
        .find(|(of, account, _)| *of == kind && account == username)
        .ok_or_else(ApiError::user_not_found)?;
    if expected != password {
        return Err(ApiError::new(codes::WRONG_PASSWORD, "wrong password"));
    }
    let external_id = format!("{source}:{username}");
    let id = match state.users.find_by("externalId", &external_id) {
        Some(user) if user.is_locked() => {
            return Err(ApiError::new(codes::USER_LOCKED, "user is locked"));
        }
        Some(user) => user.id.clone(),
        None => {
            let mut user = User::new(&state.clock.iso());
            user.set("username", username);
            user.set("externalId", external_id);
            user.set("registerSource", json!([source]));
            super::registration::check_credentials(state, &user, None)?;
            let id = user.id.clone();
            state.users.add(user);
            id
        }
    };
    let mut record = authentication::finish_login(state, &id, &input)?;
    if input.flag("withCustomData") {
        let user = state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
        record["customData"] = user.custom_data_records(state.custom_data.of("USER"));
    }
    Ok(record)
}
