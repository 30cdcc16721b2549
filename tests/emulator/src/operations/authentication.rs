//! Logging in with a password, or with a code sent to a phone.

use serde_json::{Value, json};

use super::{Arguments, Call, Operation, contacts, registration};
use crate::clock;
use crate::error::{ApiError, codes};
use crate::state::{IssuedToken, State};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Mutation.loginByUsername", login_by_username),
    ("Mutation.loginByEmail", login_by_email),
    ("Mutation.loginByPhonePassword", login_by_phone_password),
    ("Mutation.loginByPhoneCode", login_by_phone_code),
];

fn login_by_username(call: &mut Call<'_>) -> Result<Value, ApiError> {
    log_in(call, "username")
}

fn login_by_email(call: &mut Call<'_>) -> Result<Value, ApiError> {
    log_in(call, "email")
}

fn login_by_phone_password(call: &mut Call<'_>) -> Result<Value, ApiError> {
    log_in(call, "phone")
}

fn login_by_phone_code(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let input = call.arguments.object("input");
    let state = &mut *call.state;
    registration::check_context(&input)?;
    contacts::redeem_sms(state, &input)?;
    let id = match state.users.find_by("phone", input.required("phone")) {
        Some(user) if user.is_locked() => {
            return Err(ApiError::new(codes::USER_LOCKED, "user is locked"));
        }
        Some(user) => user.id.clone(),
        None if input.flag("autoRegister") => registration::add_user(state, "phone", &input)?,
        None => return Err(ApiError::user_not_found()),
    };
    store_params(state, &id, &input)?;
    complete_login(state, &id, &input)
}

/// Logs in by `credential`: locked users, the captcha, the password and a due reset are checked in
/// this order.
fn log_in(call: &mut Call<'_>, credential: &str) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let input = call.arguments.object("input");
    let state = &mut *call.state;
    registration::check_context(&input)?;
    let Some(user) = state.users.find_by(credential, input.required(credential)) else {
        if input.flag("autoRegister") {
            let id = registration::add_user(state, credential, &input)?;
            return complete_login(state, &id, &input);
        }
        return Err(ApiError::user_not_found());
    };
    if user.is_locked() {
        return Err(ApiError::new(codes::USER_LOCKED, "user is locked"));
    }
    let captcha_needed = user.wrong_passwords >= state.wrong_passwords_before_captcha;
    if captcha_needed && input.text("captchaCode") != Some(state.captcha.as_str()) {
        return Err(ApiError::new(
            codes::CAPTCHA_NEEDED,
            "the account behaves abnormally, a captcha is needed",
        ));
    }
    let password = state.password_key.decrypt(input.required("password"))?;
    let (id, must_reset_password) = (user.id.clone(), user.must_reset_password);
    let right =
        user.password_hash.as_deref().is_some_and(|hash| crate::password::verify(&password, hash));
    if !right {
        if let Some(user) = state.users.get_mut(&id) {
            user.wrong_passwords += 1;
        }
        return Err(ApiError::new(codes::WRONG_PASSWORD, "wrong password"));
    }
    if must_reset_password {
        let now = state.clock.seconds();
        let issued = state.tokens.issue_first_login(&state.settings, &id, now)?;
        let message = "the password must be reset at the first login";
        return Err(ApiError::new(codes::RESET_PASSWORD_AT_FIRST_LOGIN, message)
            .with_data(json!({ "token": issued.token })));
    }
    store_params(state, &id, &input)?;
    complete_login(state, &id, &input)
}

fn store_params(state: &mut State, id: &str, input: &Arguments) -> Result<(), ApiError> {
    let Some(params) = input.text("params") else { return Ok(()) };
    let values = state.custom_data.read_params(params)?;
    if let Some(user) = state.users.get_mut(id) {
        user.custom_data.extend(values);
    }
    Ok(())
}

/// Counts a login, and answers the user with a token unless the application withholds it.
pub(crate) fn complete_login(
    state: &mut State,
    id: &str,
    input: &Arguments,
) -> Result<Value, ApiError> {
    let now = state.clock.iso();
    let user = state.users.get_mut(id).ok_or_else(ApiError::user_not_found)?;
    user.wrong_passwords = 0;
    let logins = user.members.get("loginsCount").and_then(Value::as_i64).unwrap_or(0);
    user.set("loginsCount", logins.saturating_add(1).min(i64::from(i32::MAX)));
    user.set("lastLogin", now);
    if let Some(ip) = input.text("clientIp") {
        user.set("lastIP", ip);
    }
    let mut record = user.record(&state.settings);
    if !state.withhold_tokens {
        let issued = state.tokens.issue_user(&state.settings, id, state.clock.seconds())?;
        add_token(&mut record, &issued);
    }
    Ok(record)
}

/// Puts a token and its expiry into a user's record.
pub(crate) fn add_token(record: &mut Value, issued: &IssuedToken) {
    let expires = std::time::Duration::from_secs(issued.expires_at);
    record["token"] = json!(issued.token);
    record["tokenExpiredAt"] = json!(clock::iso8601(expires));
}
