//! Tokens: management tokens for the pool's secret, and the renewal and check of tokens.

use serde_json::{Value, json};

use super::{Call, Operation};
use crate::error::{ApiError, codes};
use crate::state::{Bearer, IssuedToken};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Query.accessToken", access_token),
    ("Mutation.refreshAccessToken", refresh_access_token),
    ("Mutation.refreshToken", refresh_token),
    ("Query.checkLoginStatus", check_login_status),
];

/// Issues a management token to whoever knows the pool's secret.
pub(crate) fn access_token(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let settings = &call.state.settings;
    if call.arguments.required("userPoolId") != settings.user_pool_id {
        return Err(ApiError::new(codes::POOL_NOT_FOUND, "user pool does not exist"));
    }
    if call.arguments.required("secret") != settings.user_pool_secret {
        return Err(ApiError::new(codes::LOGIN_DATA_WRONG, "wrong user pool secret"));
    }
    issue_management(call)
}

/// Issues another management token to the holder of a valid one, which stays valid.
fn refresh_access_token(call: &mut Call<'_>) -> Result<Value, ApiError> {
    if let Some(token) = call.arguments.text("accessToken") {
        let state = &*call.state;
        let now = state.clock.seconds();
        match state.tokens.check(&state.settings, token, now)?.0 {
            Bearer::Management => {}
            _ => return Err(ApiError::not_permitted()),
        }
    } else {
        call.require_management()?;
    }
    issue_management(call)
}

/// Issues another user token: to the user, or for any user to the pool's owner.
fn refresh_token(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.subject(call.arguments.text("id"))?;
    let state = &mut *call.state;
    if state.users.get(&id).is_none() {
        return Err(ApiError::user_not_found());
    }
    let now = state.clock.seconds();
    let IssuedToken { token, issued_at, expires_at } =
        state.tokens.issue_user(&state.settings, &id, now)?;
    Ok(json!({ "token": token, "iat": issued_at, "exp": expires_at }))
}

/// Says whether a user token is valid: an answer, not an error, also for an invalid one.
fn check_login_status(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let token = call.arguments.text("token").or(call.caller.token.as_deref());
    let state = &*call.state;
    let now = state.clock.seconds();
    let checked = token
        .ok_or_else(ApiError::not_logged_in)
        .and_then(|token| state.tokens.check(&state.settings, token, now));
    Ok(match checked {
        Ok((Bearer::User { id, .. }, claims)) if state.users.get(&id).is_some() => json!({
            "code": 200,
            "message": "logged in",
            "status": true,
            "exp": claims.exp,
            "iat": claims.iat,
            "data": {
                "id": id,
                "userPoolId": state.settings.user_pool_id,
                "arn": state.settings.user_arn(&id),
            },
        }),
        Ok(_) => invalid_status(&ApiError::not_logged_in()),
        Err(error) => invalid_status(&error),
    })
}

fn invalid_status(error: &ApiError) -> Value {
    json!({
        "code": error.code,
        "message": error.message,
        "status": false,
        "exp": null,
        "iat": null,
        "data": null,
    })
}

fn issue_management(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let state = &mut *call.state;
    let now = state.clock.seconds();
    let IssuedToken { token, issued_at, expires_at } =
        state.tokens.issue_management(&state.settings, now)?;
    Ok(json!({ "accessToken": token, "iat": issued_at, "exp": expires_at }))
}
