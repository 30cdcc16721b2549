//! Second factors.

use serde_json::{Value, json};

use super::{Arguments, Call, authentication, contacts, registration};
use crate::error::{ApiError, codes};
use crate::state::{Authenticator, State, Step};

/// Refuses a login that needs a second factor: with 1635 for the user's own authenticator, with
/// 1636 for what the application asks for.
pub(crate) fn check_second_factor(state: &mut State, id: &str) -> Result<(), ApiError> {
    let own = state.mfa.enabled(id).any(|authenticator| authenticator.source == "SELF");
    if !own && state.mfa.policies.is_empty() {
        return Ok(());
    }
    let now = state.clock.seconds();
    let issued = state.tokens.issue_step(&state.settings, Step::Mfa, id, now)?;
    let user = state.users.get(id).ok_or_else(ApiError::user_not_found)?;
    let mut data = json!({
        "mfaToken": issued.token,
        "nickname": user.text("nickname"),
        "username": user.text("username"),
        "email": user.text("email"),
        "avatar": user.text("photo"),
    });
    if own {
        return Err(ApiError::new(codes::OTP_NEEDED, "a second factor is needed").with_data(data));
    }
    let policies = state.mfa.policies.iter().zip(1..);
    data["phone"] = json!(user.text("phone"));
    data["applicationMfa"] = policies
        .map(|(policy, sort)| json!({ "mfaPolicy": policy, "status": 1, "sort": sort }))
        .collect();
    let message = "the application asks for a second factor";
    Err(ApiError::new(codes::SECOND_FACTOR_NEEDED, message).with_data(data))
}

/// `GET mfa/authenticator`.
pub(crate) fn authenticators(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user_or_mfa()?;
    check_type(call.arguments.text("type"))?;
    let source = source(&call.arguments)?;
    let found = call.state.mfa.of(&id, &source);
    Ok(found.into_iter().map(|authenticator| authenticator.record()).collect())
}

/// `POST mfa/totp/associate`.
pub(crate) fn associate(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user_or_mfa()?;
    check_type(call.arguments.text("authenticator_type"))?;
    let source = source(&call.arguments)?;
    let state = &mut *call.state;
    if state.mfa.of(&id, &source).is_some_and(|known| known.enabled) {
        let message = "there is an authenticator already";
        return Err(ApiError::new(codes::BAD_REQUEST, message));
    }
    let user = state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
    let account = user.text("username").or(user.text("email")).unwrap_or(&id);
    let account: String =
        account.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let authenticator = Authenticator::new(&id, &source, &state.clock.iso());
    let secret = authenticator.secret();
    let uri = format!("otpauth://totp/authing:{account}?secret={secret}&issuer=authing");
    let answer = json!({
        "authenticator_type": "totp",
        "secret": secret,
        "qrcode_uri": uri,
        // No picture of the code, but one that says so.
        "qrcode_data_url": "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E",
        "recovery_code": authenticator.recovery_code,
    });
    state.mfa.add(authenticator);
    Ok(answer)
}

/// `POST mfa/totp/associate/confirm`.
pub(crate) fn confirm(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user_or_mfa()?;
    check_type(call.arguments.text("authenticator_type"))?;
    let source = source(&call.arguments)?;
    let totp = call.arguments.text("totp").ok_or_else(|| ApiError::missing("totp"))?;
    let state = &mut *call.state;
    let (seconds, now) = (state.clock.seconds(), state.clock.iso());
    let wrong = || ApiError::new(codes::BAD_REQUEST, "wrong code");
    let authenticator = state.mfa.of(&id, &source).ok_or_else(wrong)?;
    if !authenticator.accept(totp, seconds, &now) {
        return Err(wrong());
    }
    authenticator.enabled = true;
    Ok(Value::Null)
}

/// `DELETE mfa/totp/associate`: of a session alone.
pub(crate) fn dissociate(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    call.state.mfa.remove(&id);
    Ok(Value::Null)
}

/// `POST mfa/totp/verify`.
pub(crate) fn verify_totp(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (id, token_id) = call.require_mfa()?;
    let totp = call.arguments.text("totp").ok_or_else(|| ApiError::missing("totp"))?;
    let state = &mut *call.state;
    let (seconds, now) = (state.clock.seconds(), state.clock.iso());
    if !state.mfa.enabled(&id).any(|known| known.accept(totp, seconds, &now)) {
        return Err(ApiError::new(codes::WRONG_TOTP, "wrong one-time password"));
    }
    complete(state, &id, &token_id)
}

/// `POST mfa/totp/recovery`: the whole answer, with the new code beside the data.
pub(crate) fn recover(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (id, token_id) = call.require_mfa()?;
    let code = call.arguments.text("recoveryCode");
    let code = code.ok_or_else(|| ApiError::missing("recoveryCode"))?;
    let state = &mut *call.state;
    let now = state.clock.iso();
    let next = state.mfa.enabled(&id).find_map(|known| known.recover(code, &now));
    let next =
        next.ok_or_else(|| ApiError::new(codes::WRONG_RECOVERY_CODE, "wrong recovery code"))?;
    let user = complete(state, &id, &token_id)?;
    Ok(json!({ "code": 200, "message": "success", "data": user, "recoveryCode": next }))
}

/// `POST applications/mfa/sms/verify`.
pub(crate) fn verify_sms(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (id, token_id) = call.require_mfa()?;
    let phone = call.arguments.text("phone").ok_or_else(|| ApiError::missing("phone"))?;
    let state = &mut *call.state;
    check_contact(state, &id, "phone", phone)?;
    contacts::redeem_sms(state, &call.arguments)?;
    bind_contact(state, &id, "phone", phone);
    complete(state, &id, &token_id)
}

/// `POST applications/mfa/email/verify`.
pub(crate) fn verify_email(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (id, token_id) = call.require_mfa()?;
    let email = call.arguments.text("email").ok_or_else(|| ApiError::missing("email"))?;
    let state = &mut *call.state;
    check_contact(state, &id, "email", email)?;
    contacts::redeem_mfa_email(state, email, call.arguments.required("code"))?;
    bind_contact(state, &id, "email", email);
    complete(state, &id, &token_id)
}

/// `POST applications/mfa/check`.
pub(crate) fn check_bindable(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (id, _) = call.require_mfa()?;
    let named = ["phone", "email"].into_iter();
    let mut named = named.filter_map(|name| Some((name, call.arguments.text(name)?))).peekable();
    if named.peek().is_none() {
        return Err(ApiError::missing("phone or email"));
    }
    let users = &call.state.users;
    let free = |name, value| users.find_by(name, value).is_none_or(|holder| holder.id == id);
    Ok(json!(named.all(|(name, value)| free(name, value))))
}

/// `POST mfa/face/associate`, by a session or a login that waits.
pub(crate) fn associate_face(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user_or_mfa()?;
    let is_external = call.arguments.flag("isExternal");
    let face = |name| {
        let photo = call.arguments.text(name).ok_or_else(|| ApiError::missing(name))?;
        self::face(call.state, photo, is_external)
    };
    let (first, second) = (face("photoA")?, face("photoB")?);
    if first != second {
        return Err(ApiError::new(codes::FACES_DIFFER, "the photos are not of one face"));
    }
    let waiting = call.require_mfa();
    let state = &mut *call.state;
    state.mfa.faces.insert(id.clone(), first);
    match waiting {
        Ok((_, token_id)) => complete(state, &id, &token_id),
        Err(_) => {
            let user = state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
            let mut record = crate::rest::rest_user(state, user, false);
            record["token"] = json!(call.caller.token);
            Ok(record)
        }
    }
}

/// `POST mfa/face/verify`.
pub(crate) fn verify_face(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (id, token_id) = call.require_mfa()?;
    let photo = call.arguments.text("photo").ok_or_else(|| ApiError::missing("photo"))?;
    let is_external = photo.contains("://");
    let shown = face(call.state, photo, is_external)?;
    if call.state.mfa.faces.get(&id) != Some(&shown) {
        return Err(ApiError::new(codes::FACE_IS_ANOTHER, "the photo is of another face"));
    }
    complete(call.state, &id, &token_id)
}

/// What stands for a face: the content of an upload, or the URL of a photo elsewhere.
fn face(state: &State, photo: &str, is_external: bool) -> Result<Vec<u8>, ApiError> {
    let found = match is_external {
        true => Some(photo.as_bytes().to_vec()),
        false => state.uploads.get(photo).cloned(),
    };
    found
        .filter(|face| !face.is_empty())
        .ok_or_else(|| ApiError::new(codes::FACE_UNUSABLE, "the photo shows no face"))
}

/// A user's own contact, or one that is free for a user without.
fn check_contact(state: &State, id: &str, member: &str, value: &str) -> Result<(), ApiError> {
    let mut user = state.users.get(id).ok_or_else(ApiError::user_not_found)?.clone();
    match user.text(member) {
        Some(own) if own.eq_ignore_ascii_case(value) => Ok(()),
        Some(_) => {
            let code = match member {
                "phone" => codes::OLD_PHONE_DIFFERS,
                _ => codes::OLD_EMAIL_DIFFERS,
            };
            Err(ApiError::new(code, format!("the {member} is not the user's")))
        }
        None => {
            user.set(member, value);
            registration::check_credentials(state, &user, Some(id))
        }
    }
}

fn bind_contact(state: &mut State, id: &str, member: &str, value: &str) {
    if let Some(user) = state.users.get_mut(id) {
        user.set(member, value);
        user.set(&format!("{member}Verified"), true);
    }
}

/// Logs in. The token of the step is used up.
fn complete(state: &mut State, id: &str, token_id: &str) -> Result<Value, ApiError> {
    state.tokens.revoke(token_id);
    authentication::complete_login(state, id, &Arguments::default())
}

fn check_type(kind: Option<&str>) -> Result<(), ApiError> {
    match kind {
        Some("totp") => Ok(()),
        None => Err(ApiError::missing("the type of the authenticator")),
        Some(_) => Err(ApiError::new(codes::BAD_REQUEST, "unknown type of authenticator")),
    }
}

fn source(arguments: &Arguments) -> Result<String, ApiError> {
    match arguments.text("source").unwrap_or("SELF") {
        known @ ("SELF" | "APPLICATION") => Ok(known.to_owned()),
        _ => Err(ApiError::new(codes::BAD_REQUEST, "unknown source")),
    }
}
