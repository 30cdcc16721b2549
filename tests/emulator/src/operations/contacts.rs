//! Verification codes, and the e-mail address and phone that they confirm.

use serde_json::{Value, json};

use super::{Arguments, Call, Operation, registration, success};
use crate::error::{ApiError, codes};
use crate::record::Channel;
use crate::state::{SMS_SCENE, State};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Mutation.sendEmail", send_email),
    ("Mutation.bindEmail", bind_email),
    ("Mutation.updateEmail", update_email),
    ("Mutation.unbindEmail", unbind_email),
    ("Mutation.bindPhone", bind_phone),
    ("Mutation.updatePhone", update_phone),
    ("Mutation.unbindPhone", unbind_phone),
];

/// What differs between an e-mail address and a phone.
struct Contact {
    member: &'static str,
    verified: &'static str,
    code_argument: &'static str,
    old_argument: &'static str,
    old_code_argument: &'static str,
    channel: Channel,
    /// The scenes whose codes confirm a new contact.
    scenes: &'static [&'static str],
    old_differs: i64,
    old_needed: i64,
    new_equals_old: i64,
}

const EMAIL: Contact = Contact {
    member: "email",
    verified: "emailVerified",
    code_argument: "emailCode",
    old_argument: "oldEmail",
    old_code_argument: "oldEmailCode",
    channel: Channel::Email,
    scenes: &["CHANGE_EMAIL", "VERIFY_EMAIL", "VERIFY_CODE"],
    old_differs: codes::OLD_EMAIL_DIFFERS,
    old_needed: codes::OLD_EMAIL_NEEDED,
    new_equals_old: codes::NEW_EMAIL_EQUALS_OLD,
};

const PHONE: Contact = Contact {
    member: "phone",
    verified: "phoneVerified",
    code_argument: "phoneCode",
    old_argument: "oldPhone",
    old_code_argument: "oldPhoneCode",
    channel: Channel::Sms,
    scenes: &[SMS_SCENE],
    old_differs: codes::OLD_PHONE_DIFFERS,
    old_needed: codes::OLD_PHONE_NEEDED,
    new_equals_old: codes::NEW_PHONE_EQUALS_OLD,
};

/// Sends a code to any address: whether a user has it is not given away.
fn send_email(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let email = call.arguments.required("email");
    if !registration::is_email(email) {
        return Err(ApiError::new(codes::MALFORMED_NEW_EMAIL, "malformed e-mail address"));
    }
    let now = call.state.clock.seconds();
    let scene = call.arguments.required("scene");
    call.state.verification.send(Channel::Email, email, scene, now);
    Ok(success("sent"))
}

/// The REST operation `sms/send`.
pub(crate) fn send_sms(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let phone = call.arguments.text("phone").filter(|phone| !phone.is_empty());
    let phone = phone.ok_or_else(|| ApiError::missing("phone"))?;
    let now = call.state.clock.seconds();
    call.state.verification.check_pause(phone, now)?;
    call.state.verification.send(Channel::Sms, phone, SMS_SCENE, now);
    Ok(Value::Null)
}

/// Redeems the `code` among the arguments that was sent to `phone`.
pub(crate) fn redeem_sms(state: &mut State, input: &Arguments) -> Result<(), ApiError> {
    let now = state.clock.seconds();
    let (phone, code) = (input.required("phone"), input.required("code"));
    state.verification.redeem(Channel::Sms, phone, &[SMS_SCENE], code, now)
}

/// Redeems a code that was sent to an address as second factor.
pub(crate) fn redeem_mfa_email(state: &mut State, email: &str, code: &str) -> Result<(), ApiError> {
    let now = state.clock.seconds();
    state.verification.redeem(Channel::Email, email, &["MFA_VERIFY", "VERIFY_CODE"], code, now)
}

/// Redeems a code that was sent to an address for the reset of a password.
pub(crate) fn redeem_reset_email(
    state: &mut State,
    email: &str,
    code: &str,
) -> Result<(), ApiError> {
    let now = state.clock.seconds();
    let scenes = ["RESET_PASSWORD", "VERIFY_CODE"];
    state.verification.redeem(Channel::Email, email, &scenes, code, now)
}

fn bind_email(call: &mut Call<'_>) -> Result<Value, ApiError> {
    bind(call, &EMAIL)
}

fn bind_phone(call: &mut Call<'_>) -> Result<Value, ApiError> {
    bind(call, &PHONE)
}

fn update_email(call: &mut Call<'_>) -> Result<Value, ApiError> {
    update(call, &EMAIL)
}

fn update_phone(call: &mut Call<'_>) -> Result<Value, ApiError> {
    update(call, &PHONE)
}

fn unbind_email(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    let user = call.state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
    if user.text("email").is_none() {
        return Err(ApiError::new(codes::NO_EMAIL_TO_UNBIND, "no e-mail address bound"));
    }
    set_contact(call.state, &id, &EMAIL, Value::Null)
}

fn unbind_phone(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    set_contact(call.state, &id, &PHONE, Value::Null)
}

fn bind(call: &mut Call<'_>, contact: &Contact) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    let new = call.arguments.required(contact.member).to_owned();
    check_free(call.state, &id, contact, &new)?;
    redeem(call, contact, &new, contact.code_argument)?;
    set_contact(call.state, &id, contact, json!(new))
}

/// Replaces a contact. Where there is an old one, its code is needed too.
fn update(call: &mut Call<'_>, contact: &Contact) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    let new = call.arguments.required(contact.member).to_owned();
    let user = call.state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
    if let Some(bound) = user.text(contact.member).map(str::to_owned) {
        if bound.eq_ignore_ascii_case(&new) {
            let message = format!("the new {0} equals the old {0}", contact.member);
            return Err(ApiError::new(contact.new_equals_old, message));
        }
        let Some(old) = call.arguments.text(contact.old_argument) else {
            let message = format!("the old {} must be verified first", contact.member);
            return Err(ApiError::new(contact.old_needed, message));
        };
        if !bound.eq_ignore_ascii_case(old) {
            let message = format!("the old {} does not match", contact.member);
            return Err(ApiError::new(contact.old_differs, message));
        }
        check_free(call.state, &id, contact, &new)?;
        redeem(call, contact, &bound, contact.old_code_argument)?;
    }
    check_free(call.state, &id, contact, &new)?;
    redeem(call, contact, &new, contact.code_argument)?;
    set_contact(call.state, &id, contact, json!(new))
}

fn check_free(state: &State, id: &str, contact: &Contact, new: &str) -> Result<(), ApiError> {
    let mut user = state.users.get(id).ok_or_else(ApiError::user_not_found)?.clone();
    user.set(contact.member, new);
    registration::check_credentials(state, &user, Some(id))
}

fn redeem(
    call: &mut Call<'_>,
    contact: &Contact,
    to: &str,
    code_argument: &str,
) -> Result<(), ApiError> {
    let now = call.state.clock.seconds();
    let code = call.arguments.required(code_argument);
    call.state.verification.redeem(contact.channel, to, contact.scenes, code, now)
}

fn set_contact(
    state: &mut State,
    id: &str,
    contact: &Contact,
    value: Value,
) -> Result<Value, ApiError> {
    let now = state.clock.iso();
    let user = state.users.get_mut(id).ok_or_else(ApiError::user_not_found)?;
    user.set(contact.verified, !value.is_null());
    user.set(contact.member, value);
    user.set("updatedAt", now);
    Ok(user.record(&state.settings))
}
