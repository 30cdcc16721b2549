//! A user's own account: linked accounts, how safe it is, whose it is.

use serde_json::{Value, json};

use super::Call;
use crate::error::{ApiError, codes};
use crate::state::{Bearer, random_id};

/// The REST operation `users/link`: the identities of another account become this one's.
pub(crate) fn link(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let primary = own_token(call)?;
    let secondary = call.arguments.text("secondaryUserToken");
    let secondary = secondary.ok_or_else(|| ApiError::missing("secondaryUserToken"))?;
    let state = &mut *call.state;
    let now = state.clock.seconds();
    let Bearer::User { id: secondary, .. } = state.tokens.check(&state.settings, secondary, now)?.0
    else {
        return Err(ApiError::not_logged_in());
    };
    let other = state.users.get(&secondary).ok_or_else(ApiError::user_not_found)?;
    let identities = other.identities().to_vec();
    if secondary == primary || identities.is_empty() {
        let message = "the secondary account is not another, social account";
        return Err(ApiError::new(codes::BAD_REQUEST, message));
    }
    let user = state.users.get_mut(&primary).ok_or_else(ApiError::user_not_found)?;
    let mut all = user.identities().to_vec();
    all.extend(identities.into_iter().map(|mut identity| {
        identity["userId"] = json!(primary);
        identity
    }));
    user.set("identities", all);
    state.users.remove(&secondary);
    state.tokens.revoke_user(&secondary);
    Ok(Value::Null)
}

/// The REST operation `users/unlink`.
pub(crate) fn unlink(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = own_token(call)?;
    let provider = call.arguments.text("provider").ok_or_else(|| ApiError::missing("provider"))?;
    let user = call.state.users.get_mut(&id).ok_or_else(ApiError::user_not_found)?;
    let all = user.identities();
    let left: Vec<Value> = all.iter().filter(|one| one["provider"] != provider).cloned().collect();
    if left.len() == all.len() {
        let message = "no such OAuth login method is bound";
        return Err(ApiError::new(codes::IDENTITY_NOT_BOUND, message));
    }
    if left.is_empty() && user.password_hash.is_none() {
        let message = "the last login method cannot be unbound";
        return Err(ApiError::new(codes::LAST_LOGIN_METHOD, message));
    }
    user.set("identities", left);
    Ok(Value::Null)
}

/// The user whose token is sent twice: as authorization, and in the body.
fn own_token(call: &Call<'_>) -> Result<String, ApiError> {
    let id = call.require_user()?;
    if call.arguments.text("primaryUserToken") != call.caller.token.as_deref() {
        return Err(ApiError::not_logged_in());
    }
    Ok(id)
}

/// The REST operation `users/me/security-level`.
pub(crate) fn security_level(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    let has_mfa = call.state.mfa.enabled(&id).next().is_some();
    let user = call.state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
    let (email, phone) = (user.text("email").is_some(), user.text("phone").is_some());
    let password = user.password_hash.is_some();
    let level = user.password_level.filter(|_| password);
    let score = [email, phone, password, has_mfa].into_iter().filter(|has| *has).count() * 20
        + usize::from(level == Some(3)) * 20;
    Ok(json!({
        "email": email,
        "phone": phone,
        "password": password,
        "mfa": has_mfa,
        "passwordSecurityLevel": level,
        "score": score,
    }))
}

/// The REST operation to read `users/principal_authentication`.
pub(crate) fn principal(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    Ok(call.state.outside.verified.get(&id).cloned().unwrap_or_default())
}

/// The REST operation to write `users/principal_authentication`.
pub(crate) fn authenticate_principal(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    verify_principal(call, &id)
}

/// Verifies that a user is whom the arguments say.
pub(crate) fn verify_principal(call: &mut Call<'_>, id: &str) -> Result<Value, ApiError> {
    let mut given = Vec::new();
    for name in ["type", "name", "idCard", "ext"] {
        let value = call.arguments.text(name).filter(|value| !value.is_empty());
        given.push(value.ok_or_else(|| ApiError::missing(name))?.to_owned());
    }
    let state = &mut *call.state;
    if !state.outside.principals.iter().any(|known| known[..] == given[..]) {
        let message = "name and numbers do not belong together";
        return Err(ApiError::new(codes::BAD_REQUEST, message));
    }
    let now = state.clock.iso();
    let record = json!({
        "id": random_id(),
        "userId": id,
        "userPoolId": state.settings.user_pool_id,
        "principalType": given[0],
        "principalName": given[1],
        "principalCode": given[2],
        "authenticationTime": now,
        "createdAt": now,
        "updatedAt": now,
    });
    state.outside.verified.insert(id.to_owned(), record);
    Ok(Value::Null)
}
