//! Registration by user name, e-mail address and phone.

use serde_json::{Value, json};

use super::{Arguments, Call, Operation, authentication, contacts, management};
use crate::error::{ApiError, codes};
use crate::state::{State, User};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Mutation.registerByUsername", register_by_username),
    ("Mutation.registerByEmail", register_by_email),
    ("Mutation.registerByPhoneCode", register_by_phone_code),
];

fn register_by_username(call: &mut Call<'_>) -> Result<Value, ApiError> {
    register(call, "username")
}

fn register_by_email(call: &mut Call<'_>) -> Result<Value, ApiError> {
    register(call, "email")
}

fn register_by_phone_code(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    contacts::redeem_sms(call.state, &call.arguments.object("input"))?;
    register(call, "phone")
}

/// Registers by `credential`. A token comes only with `generateToken`, or with `forceLogin`, which
/// counts as a login besides.
fn register(call: &mut Call<'_>, credential: &str) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let input = call.arguments.object("input");
    let id = add_user(call.state, credential, &input)?;
    if input.flag("forceLogin") {
        return authentication::complete_login(call.state, &id, &input);
    }
    let state = &mut *call.state;
    let user = state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
    let mut record = user.record(&state.settings);
    if input.flag("generateToken") && !state.withhold_tokens {
        let now = state.clock.seconds();
        let issued = state.tokens.issue_user(&state.settings, &id, now)?;
        authentication::add_token(&mut record, &issued);
    }
    Ok(record)
}

/// Makes the user that `input` describes and answers the id. Nothing is changed on an error. A
/// phone comes with a code that proved it, and so needs no password.
pub(crate) fn add_user(
    state: &mut State,
    credential: &str,
    input: &Arguments,
) -> Result<String, ApiError> {
    check_context(input)?;
    let value = input.required(credential);
    management::pool::check_whitelist(state, credential, value)?;
    let profile = input.object("profile");
    let mut user = User::new(&state.clock.iso());
    for (name, value) in profile.members() {
        match name {
            "udf" => {
                user.custom_data.extend(state.custom_data.read_profile_udf(profile.list(name)))
            }
            "ip" => user.set("lastIP", value.clone()),
            _ => user.set(name, value.clone()),
        }
    }
    user.set(credential, value);
    user.set("registerSource", json!([format!("basic:{credential}")]));
    check_credentials(state, &user, None)?;
    let by_code = input.text("code").is_some();
    if by_code {
        user.set("phoneVerified", true);
    }
    if !by_code || input.text("password").is_some() {
        let password = state.password_key.decrypt_new(input.required("password"))?;
        user.password_hash = Some(crate::password::hash(&password)?);
    }
    if let Some(params) = input.text("params") {
        user.custom_data.extend(state.custom_data.read_params(params)?);
    }
    if let Some(ip) = input.text("clientIp") {
        user.set("lastIP", ip);
    }
    let id = user.id.clone();
    state.users.add(user);
    Ok(id)
}

/// Checks the credentials of a user to be made, or (`updated`) of an existing one with changes.
///
/// The error table has two codes for a taken credential. A new user gets 2034 for a user name and
/// 2026 for all else; a change of an existing user gets 2034, 2200 (e-mail) and 2035 (phone).
pub(crate) fn check_credentials(
    state: &State,
    user: &User,
    updated: Option<&str>,
) -> Result<(), ApiError> {
    if let Some(email) = user.text("email") {
        if !is_email(email) {
            let code = match updated {
                None => codes::MALFORMED_EMAIL,
                Some(_) => codes::MALFORMED_NEW_EMAIL,
            };
            return Err(ApiError::new(code, "malformed e-mail address"));
        }
    }
    if user.text("username").is_some_and(|username| username.trim().is_empty()) {
        return Err(ApiError::new(codes::USERNAME_MISSING, "parameter username missing"));
    }
    for (member, code, message) in [
        ("username", codes::USERNAME_EXISTS, "user name already exists"),
        ("email", codes::EMAIL_BOUND, "e-mail address already bound"),
        ("phone", codes::PHONE_BOUND, "phone already bound"),
        ("externalId", codes::USER_EXISTS, "user already exists"),
    ] {
        let Some(value) = user.text(member) else { continue };
        let holder = state.users.find_by(member, value);
        if holder.is_some_and(|holder| updated != Some(holder.id.as_str())) {
            return Err(match (member, updated) {
                ("username", _) | (_, Some(_)) => ApiError::new(code, message),
                (_, None) => ApiError::new(codes::USER_EXISTS, "user already exists"),
            });
        }
    }
    Ok(())
}

/// `context` is the JSON text of an object.
pub(crate) fn check_context(input: &Arguments) -> Result<(), ApiError> {
    match input.text("context").map(serde_json::from_str::<Value>) {
        None | Some(Ok(Value::Object(_))) => Ok(()),
        Some(_) => {
            Err(ApiError::new(codes::BAD_REQUEST, "context is not the JSON text of an object"))
        }
    }
}

/// A plausible address: one @ with something before it and a dotted domain after it.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let dotted = domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty());
    !local.is_empty()
        && dotted
        && !domain.contains('@')
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn addresses_have_a_local_part_and_a_dotted_domain() {
        for good in ["a@b.cn", "first.last+tag@mail.example.com"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "a@", "@b.cn", "a@b", "a@b..cn", "a@b@c.cn", "a b@c.cn", "a@.cn"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
