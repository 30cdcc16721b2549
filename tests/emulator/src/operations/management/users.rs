//! What an administrator does with users beyond their profiles.

use serde_json::{Value, json};

use super::{absent, check_users, done, namespace, needed, page, refused, texts};
use crate::error::{ApiError, codes};
use crate::operations::{Call, Operation, accounts};
use crate::record::Channel;
use crate::state::Target;

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Query.archivedUsers", archived_users),
    ("Mutation.sendFirstLoginVerifyEmail", send_first_login_mail),
];

fn archived_users(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let state = &*call.state;
    let archived = state.users.iter().filter(|user| user.text("status") == Some("Archived"));
    page(call, archived.map(|user| user.record(&state.settings)))
}

fn send_first_login_mail(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let user = needed(call, "userId")?;
    known_app(call)?;
    let state = &mut *call.state;
    let user = state.users.get(&user).ok_or_else(ApiError::user_not_found)?;
    let email = user.text("email").map(str::to_owned);
    let email = email.ok_or_else(|| refused("the user has no e-mail address"))?;
    let now = state.clock.seconds();
    state.verification.send(Channel::Email, &email, "FIRST_LOGIN_VERIFY", now);
    Ok(done())
}

fn known_app(call: &Call<'_>) -> Result<(), ApiError> {
    match call.arguments.text("appId") {
        Some(id) if call.state.console.application(id).is_none() => {
            Err(ApiError::new(codes::APP_NOT_FOUND, "application does not exist"))
        }
        _ => Ok(()),
    }
}

/// The user that the path names.
fn known(call: &Call<'_>) -> Result<String, ApiError> {
    call.require_management()?;
    let id = needed(call, "user_id")?;
    check_users(call.state, std::slice::from_ref(&id))?;
    Ok(id)
}

/// The REST operation `users/kick`: the users' tokens end.
pub(crate) fn kick(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let users = texts(call, "userIds")?;
    check_users(call.state, &users)?;
    for user in &users {
        call.state.tokens.revoke_user(user);
        call.state.console.logins.retain(|(known, _)| known != user);
    }
    Ok(Value::Null)
}

/// The REST operation `/logout`: the tokens of one user end.
pub(crate) fn logout(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let user = needed(call, "userId")?;
    known_app(call)?;
    check_users(call.state, std::slice::from_ref(&user))?;
    let app = call.arguments.text("appId").map(str::to_owned);
    let ends = |known: &str| app.as_deref().is_none_or(|app| app == known);
    if ends(&call.state.settings.app_id) {
        call.state.tokens.revoke_user(&user);
    }
    call.state.console.logins.retain(|(known, app)| *known != user || !ends(app));
    Ok(Value::Null)
}

/// The REST operation `users/login-status`.
pub(crate) fn login_status(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let user = needed(call, "userId")?;
    let state = &*call.state;
    let record = state.users.get(&user).ok_or_else(ApiError::user_not_found)?;
    let app = call.arguments.text("appId");
    let mut apps: Vec<&str> = Vec::new();
    for (known, at) in &state.console.logins {
        if *known == user && app.is_none_or(|app| app == at) && !apps.contains(&at.as_str()) {
            apps.push(at);
        }
    }
    let applications: Vec<_> =
        apps.iter().filter_map(|app| state.console.application(app)).collect();
    Ok(match applications.is_empty() {
        true => json!({ "isLogin": false }),
        false => json!({
            "isLogin": true,
            "user": record.record(&state.settings),
            "application": applications,
        }),
    })
}

/// The REST operation `users/{id}/has-role`, by whatever way the user came to it.
pub(crate) fn has_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let user = known(call)?;
    let code = needed(call, "code")?;
    let space = namespace(call);
    let roles = call.state.access.roles(&Target::user(&user), Some(&space));
    Ok(json!(roles.iter().any(|role| role["code"] == code.as_str())))
}

/// The REST operation `users/{id}/orgs`.
pub(crate) fn orgs(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let user = known(call)?;
    Ok(Value::Array(call.state.access.org_paths(&user)))
}

/// The REST operation `users/{id}/tenants`.
pub(crate) fn tenants(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let user = known(call)?;
    let console = &call.state.console;
    let own = console.tenant_members.iter().filter(|(_, member)| *member == user);
    let own: Vec<&String> = own.map(|(tenant, _)| tenant).collect();
    let tenants = console.tenants.iter();
    Ok(tenants.filter(|tenant| own.iter().any(|id| tenant["id"] == id.as_str())).cloned().collect())
}

/// The REST operation `users/filter`. The form of its conditions is not known; with any, it fails.
pub(crate) fn filter(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    if !call.arguments.list("filter").is_empty() {
        return Err(refused("the emulator does not know the form of conditions"));
    }
    let state = &*call.state;
    page(call, state.users.iter().map(|user| user.record(&state.settings)))
}

/// The REST operation `users/identity/link`.
pub(crate) fn link_identity(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (user, provider) = (needed(call, "userId")?, needed(call, "identifier")?);
    let foreign = needed(call, "userIdInIdp")?;
    let is_social = call.arguments.boolean("isSocial");
    let is_social = is_social.ok_or_else(|| ApiError::missing("isSocial"))?;
    let state = &mut *call.state;
    check_users(state, std::slice::from_ref(&user))?;
    if state.users.find_by_identity(&provider, &foreign).is_some() {
        let message = "that account is bound to another user";
        return Err(ApiError::new(codes::IDENTITY_TAKEN, message));
    }
    let identity = json!({
        "openid": foreign,
        "userIdInIdp": foreign,
        "userId": user,
        "connectionId": null,
        "isSocial": is_social,
        "provider": provider,
        "userPoolId": state.settings.user_pool_id,
        "type": call.arguments.text("type"),
        "extIdpId": null,
    });
    if let Some(user) = state.users.get_mut(&user) {
        let mut all = user.identities().to_vec();
        all.push(identity);
        user.set("identities", all);
    }
    Ok(Value::Null)
}

/// The REST operation `users/identity/unlink`.
pub(crate) fn unlink_identity(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (id, provider) = (needed(call, "userId")?, needed(call, "identifier")?);
    let user = call.state.users.get_mut(&id).ok_or_else(ApiError::user_not_found)?;
    let before = user.identities().len();
    let kept: Vec<Value> = user
        .identities()
        .iter()
        .filter(|one| one["provider"] != provider.as_str())
        .cloned()
        .collect();
    if kept.len() == before {
        return Err(ApiError::new(codes::IDENTITY_NOT_BOUND, "no such account is bound"));
    }
    user.set("identities", kept);
    Ok(Value::Null)
}

/// The REST operation to read `users/{id}/management/principal_authentication`.
pub(crate) fn principal(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let user = known(call)?;
    Ok(call.state.outside.verified.get(&user).cloned().unwrap_or_default())
}

/// The REST operation to write `users/{id}/management/principal_authentication`.
pub(crate) fn authenticate_principal(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let user = known(call)?;
    accounts::verify_principal(call, &user)
}

/// The REST operation to read `users/{id}/mfa-bound`.
pub(crate) fn second_factors(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let user = known(call)?;
    let mfa = &call.state.mfa;
    Ok(json!({ "OTP": mfa.has_totp(&user), "FACE": mfa.faces.contains_key(&user) }))
}

/// The REST operation to delete `users/{id}/mfa-bound`.
pub(crate) fn unbind_second_factor(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let user = known(call)?;
    let mfa = &mut call.state.mfa;
    let removed = match call.arguments.required("type") {
        "OTP" => {
            let had_one = mfa.has_totp(&user);
            mfa.remove(&user);
            had_one
        }
        "FACE" => mfa.faces.remove(&user).is_some(),
        _ => return Err(refused("unknown type")),
    };
    match removed {
        true => Ok(Value::Null),
        false => Err(absent("second factor")),
    }
}

/// The REST operation `mfa/totp/import`.
pub(crate) fn import_totp(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (user, secret) = (needed(call, "userId")?, needed(call, "secret")?);
    check_users(call.state, std::slice::from_ref(&user))?;
    let recovery_code = call.arguments.text("recoveryCode").map(str::to_owned);
    let now = call.state.clock.iso();
    let imported = call.state.mfa.import(&user, &secret, recovery_code, &now);
    imported.ok_or_else(|| refused("the secret is no base32"))
}
