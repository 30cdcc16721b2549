//! Logging in with a password, or with a code sent to a phone.

use serde_json::{Value, json};

use super::{Arguments, Call, Operation, contacts, registration};
use crate::clock;
use crate::error::{ApiError, codes};
use crate::state::{IssuedToken, State, Step};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Mutation.loginByUsername", login_by_username),
    ("Mutation.loginByEmail", login_by_email),
    ("Mutation.loginByPhonePassword", login_by_phone_password),
    ("Mutation.loginByPhoneCode", login_by_phone_code),
    ("Mutation.loginBySubAccount", login_by_sub_account),
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

/// The arguments are those of the inputs of the other ways, without an input.
fn login_by_sub_account(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let input = call.arguments.clone();
    let account = input.required("account").to_owned();
    let user = call.state.users.find_by("username", &account);
    let user = user.filter(|user| user.is_sub_account).ok_or_else(ApiError::user_not_found)?;
    let id = user.id.clone();
    check_password(call.state, &id, &input)?;
    finish_login(call.state, &id, &input)
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
    finish_login(state, &id, &input)
}

/// Logs in by `credential`: locked users, the captcha, the password, a due reset and the second
/// factor are checked in this order.
fn log_in(call: &mut Call<'_>, credential: &str) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let input = call.arguments.object("input");
    let state = &mut *call.state;
    registration::check_context(&input)?;
    let Some(user) = state.users.find_by(credential, input.required(credential)) else {
        if input.flag("autoRegister") {
            let id = registration::add_user(state, credential, &input)?;
            return finish_login(state, &id, &input);
        }
        return Err(ApiError::user_not_found());
    };
    let id = user.id.clone();
    check_password(state, &id, &input)?;
    store_params(state, &id, &input)?;
    finish_login(state, &id, &input)
}

/// Checks who may log in by password, and the password.
fn check_password(state: &mut State, id: &str, input: &Arguments) -> Result<(), ApiError> {
    let user = state.users.get(id).ok_or_else(ApiError::user_not_found)?;
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
    let right =
        user.password_hash.as_deref().is_some_and(|hash| crate::password::verify(&password, hash));
    let user = state.users.get_mut(id).ok_or_else(ApiError::user_not_found)?;
    if !right {
        user.wrong_passwords += 1;
        return Err(ApiError::new(codes::WRONG_PASSWORD, "wrong password"));
    }
    user.password_level = Some(crate::password::level(&password));
    let (must_reset, is_due) = (user.must_reset_password, user.password_is_due);
    if must_reset {
        let message = "the password must be reset at the first login";
        return Err(next_step(
            state,
            id,
            Step::FirstLogin,
            codes::RESET_PASSWORD_AT_FIRST_LOGIN,
            message,
        ));
    }
    if is_due {
        let message = "the password must be changed";
        return Err(next_step(state, id, Step::ForcedReset, codes::PASSWORD_RESET_FORCED, message));
    }
    Ok(())
}

/// The refusal of a login that needs another step first, with the token for that step.
fn next_step(state: &mut State, id: &str, step: Step, code: i64, message: &str) -> ApiError {
    let now = state.clock.seconds();
    match state.tokens.issue_step(&state.settings, step, id, now) {
        Ok(issued) => ApiError::new(code, message).with_data(json!({ "token": issued.token })),
        Err(error) => error,
    }
}

/// Completes a login whose first factor is proved, unless a second one is needed.
pub(crate) fn finish_login(
    state: &mut State,
    id: &str,
    input: &Arguments,
) -> Result<Value, ApiError> {
    super::mfa::check_second_factor(state, id)?;
    complete_login(state, id, input)
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
