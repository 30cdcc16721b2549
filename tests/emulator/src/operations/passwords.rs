//! Changing passwords.

use serde_json::{Value, json};

use super::{Call, Operation, contacts, success};
use crate::error::{ApiError, codes};
use crate::state::{Bearer, State, Step};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Mutation.updatePassword", update_password),
    ("Mutation.resetPassword", reset_password),
    ("Mutation.resetPasswordByFirstLoginToken", reset_password_by_first_login_token),
    ("Mutation.resetPasswordByForceResetToken", reset_password_by_force_reset_token),
    ("Query.checkPasswordStrength", check_password_strength),
];

/// Changes the signed-in user's password. The old one is needed if there is one.
fn update_password(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    let state = &mut *call.state;
    let user = state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
    if let Some(hash) = &user.password_hash {
        let old = call.arguments.text("oldPassword").filter(|old| !old.is_empty());
        let old = old.ok_or_else(|| {
            ApiError::new(codes::OLD_PASSWORD_MISSING, "original password required")
        })?;
        if !crate::password::verify(&state.password_key.decrypt(old)?, hash) {
            return Err(ApiError::new(codes::OLD_PASSWORD_WRONG, "original password wrong"));
        }
    }
    let new = state.password_key.decrypt_new(call.arguments.required("newPassword"))?;
    set_password(state, &id, &new)
}

/// Sets a forgotten password, with a code sent to the user's phone or e-mail address.
fn reset_password(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let state = &mut *call.state;
    let new = state.password_key.decrypt_new(call.arguments.required("newPassword"))?;
    let (member, value) = match (call.arguments.text("phone"), call.arguments.text("email")) {
        (Some(phone), _) => ("phone", phone),
        (None, Some(email)) => ("email", email),
        (None, None) => return Err(ApiError::missing("phone or email")),
    };
    let user = state.users.find_by(member, value).ok_or_else(ApiError::user_not_found)?;
    let id = user.id.clone();
    match member {
        "phone" => contacts::redeem_sms(state, &call.arguments)?,
        _ => contacts::redeem_reset_email(state, value, call.arguments.required("code"))?,
    }
    set_password(state, &id, &new)?;
    Ok(success("password reset"))
}

/// Sets the password that a user made with `resetPasswordOnFirstLogin` must choose. The token is
/// the one that the refused login carried, and is good once.
fn reset_password_by_first_login_token(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let state = &mut *call.state;
    let now = state.clock.seconds();
    let token = call.arguments.required("token");
    let (bearer, _) = state.tokens.check(&state.settings, token, now)?;
    let Bearer::Step { step: Step::FirstLogin, id, token_id } = bearer else {
        return Err(ApiError::not_permitted());
    };
    let new = state.password_key.decrypt_new(call.arguments.required("password"))?;
    set_password(state, &id, &new)?;
    state.tokens.revoke(&token_id);
    Ok(success("password reset"))
}

/// Changes a password that is due. The token is the one that the refused login carried, and is good
/// once.
fn reset_password_by_force_reset_token(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let state = &mut *call.state;
    let now = state.clock.seconds();
    let (bearer, _) = state.tokens.check(&state.settings, call.arguments.required("token"), now)?;
    let Bearer::Step { step: Step::ForcedReset, id, token_id } = bearer else {
        return Err(ApiError::not_permitted());
    };
    let user = state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
    let old = state.password_key.decrypt(call.arguments.required("oldPassword"))?;
    if !user.password_hash.as_deref().is_some_and(|hash| crate::password::verify(&old, hash)) {
        return Err(ApiError::new(codes::OLD_PASSWORD_WRONG, "original password wrong"));
    }
    let new = state.password_key.decrypt_new(call.arguments.required("newPassword"))?;
    set_password(state, &id, &new)?;
    state.tokens.revoke(&token_id);
    Ok(success("password reset"))
}

/// Whether the pool's rule allows a password, which comes in clear text.
fn check_password_strength(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let password = call.arguments.required("password");
    Ok(match crate::password::weakness(password, call.state.password_strength) {
        None => json!({ "valid": true, "message": null }),
        Some(reason) => json!({ "valid": false, "message": reason }),
    })
}

fn set_password(state: &mut State, id: &str, password: &str) -> Result<Value, ApiError> {
    let now = state.clock.iso();
    let hash = crate::password::hash(password)?;
    let user = state.users.get_mut(id).ok_or_else(ApiError::user_not_found)?;
    user.password_hash = Some(hash);
    user.must_reset_password = false;
    user.password_is_due = false;
    user.set("updatedAt", now);
    Ok(user.record(&state.settings))
}
