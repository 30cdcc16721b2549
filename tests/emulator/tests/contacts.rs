//! Verification codes, and what they confirm: phones, e-mail addresses, forgotten passwords.

#[cfg(test)]
mod support;

use std::time::Duration;

use authing_emulator::{Channel, Emulator};
use serde_json::{Value, json};
use support::{Client, PASSWORD, UPDATE};

const PHONE: &str = "13800000000";

const LOGIN_CODE: &str = "mutation ($input: LoginByPhoneCodeInput!) {
    loginByPhoneCode(input: $input) { id phone phoneVerified token loginsCount }
}";

const REGISTER_CODE: &str = "mutation ($input: RegisterByPhoneCodeInput!) {
    registerByPhoneCode(input: $input) { id phone phoneVerified token }
}";

const LOGIN_PASSWORD: &str = "mutation ($input: LoginByPhonePasswordInput!) {
    loginByPhonePassword(input: $input) { id token }
}";

const RESET: &str = "mutation ($phone: String, $email: String, $code: String!, $new: String!) {
    resetPassword(phone: $phone, email: $email, code: $code, newPassword: $new) { code message }
}";

const UPDATE_EMAIL: &str =
    "mutation ($email: String!, $code: String!, $old: String, $oldCode: String) {
    updateEmail(email: $email, emailCode: $code, oldEmail: $old, oldEmailCode: $oldCode) {
        email emailVerified
    }
}";

#[test]
fn a_phone_registers_and_logs_in_with_codes() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let unknown = json!({ "phone": PHONE, "code": client.sms_code(PHONE) });
    assert_eq!(client.code(LOGIN_CODE, json!({ "input": unknown })), 2004);

    let input = json!({
        "phone": PHONE,
        "code": client.sms_code(PHONE),
        "password": client.encrypt(PASSWORD),
        "generateToken": true,
    });
    let user = client.run(REGISTER_CODE, json!({ "input": input }));
    assert_eq!(user["phoneVerified"], true);
    assert!(user["token"].is_string());
    assert_eq!(client.code(REGISTER_CODE, json!({ "input": input })), 2001, "a code is good once");
    let again = json!({ "phone": PHONE, "code": client.sms_code(PHONE) });
    assert_eq!(client.code(REGISTER_CODE, json!({ "input": again })), 2026);

    let input = json!({ "phone": PHONE, "code": client.sms_code(PHONE) });
    assert_eq!(client.run(LOGIN_CODE, json!({ "input": input }))["loginsCount"], 1);
    let input = json!({ "phone": PHONE, "password": client.encrypt(PASSWORD) });
    assert!(client.run(LOGIN_PASSWORD, json!({ "input": input }))["token"].is_string());
    let message = &emulator.messages()[0];
    assert_eq!((message.channel, message.to.as_str()), (Channel::Sms, PHONE));
}

#[test]
fn an_unknown_phone_is_registered_by_its_login_when_told_to() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let input = json!({ "phone": PHONE, "code": client.sms_code(PHONE), "autoRegister": true });
    assert_eq!(client.run(LOGIN_CODE, json!({ "input": input }))["phoneVerified"], true);
    assert_eq!(emulator.user_count(), 1);
}

#[test]
fn codes_are_refused_when_wrong_expired_or_replaced() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let log_in = |code: &str| json!({ "input": { "phone": PHONE, "code": code } });
    assert_eq!(client.code(LOGIN_CODE, log_in("123456")), 2001);
    let code = client.sms_code(PHONE);
    emulator.advance(Duration::from_secs(61));
    assert_eq!(client.code(LOGIN_CODE, log_in(&code)), 2300);
    let old = client.sms_code(PHONE);
    let new = client.sms_code(PHONE);
    if old != new {
        assert_eq!(client.code(LOGIN_CODE, log_in(&old)), 2001);
    }
    assert_eq!(client.code(LOGIN_CODE, log_in(&new)), 2004, "the code is right, nobody is there");
    let bare = Client::bare(&emulator);
    assert_eq!(bare.post("/api/v2/sms/send", &json!({ "phone": PHONE })).1["code"], 2101);
    assert_eq!(client.post("/api/v2/sms/send", &json!({})).1["code"], 2231);
}

#[test]
fn a_forgotten_password_is_reset_by_email_or_phone() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let id = client.register_user("bob");
    let input = json!({ "email": "bob@example.com", "phone": PHONE });
    Client::management(&emulator).run(UPDATE, json!({ "id": id, "input": input }));
    let new = client.encrypt("new password");
    let code = client.email_code("bob@example.com", "RESET_PASSWORD");
    let email = json!({ "email": "bob@example.com", "code": code, "new": new });
    assert_eq!(client.run(RESET, email.clone())["code"], 200);
    assert_eq!(client.code(RESET, email), 2001);
    client.run(support::LOGIN, json!({ "input": client.login("bob", "new password") }));
    let phone = json!({
        "phone": PHONE, "code": client.sms_code(PHONE), "new": client.encrypt(PASSWORD),
    });
    assert_eq!(client.run(RESET, phone)["code"], 200);
    client.log_in("bob");
    let code = client.email_code("bob@example.com", "CHANGE_EMAIL");
    for (variables, code) in [
        (json!({ "email": "bob@example.com", "code": code, "new": new }), 2001),
        (json!({ "email": "no@example.com", "code": "1", "new": new }), 2004),
        (json!({ "code": "1", "new": new }), 2231),
        (json!({ "phone": PHONE, "code": "1", "new": client.encrypt("short") }), 2029),
    ] {
        assert_eq!(client.code(RESET, variables.clone()), code, "{variables}");
    }
}

#[test]
fn contacts_are_bound_changed_and_unbound_with_codes() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    let ann = json!({ "email": "ann@example.com", "password": client.encrypt(PASSWORD) });
    client.run(support::REGISTER_EMAIL, json!({ "input": ann }));
    let session = client.signed_in("bob");
    let bind = "mutation ($email: String!, $code: String!) {
        bindEmail(email: $email, emailCode: $code) { email emailVerified }
    }";
    let (old, new) = ("bob@example.com", "new@example.com");
    let code = |email: &str| client.email_code(email, "CHANGE_EMAIL");
    assert_eq!(session.code(bind, json!({ "email": "ann@example.com", "code": "1" })), 2200);
    assert_eq!(session.code(bind, json!({ "email": old, "code": "1" })), 2001);
    let bound = session.run(bind, json!({ "email": old, "code": code(old) }));
    assert_eq!(bound, json!({ "email": old, "emailVerified": true }));

    for (variables, refusal) in [
        (json!({ "email": old, "code": code(old) }), 2229),
        (json!({ "email": new, "code": code(new) }), 2227),
        (json!({ "email": new, "code": code(new), "old": "x@example.com" }), 2037),
        (json!({ "email": new, "code": code(new), "old": old, "oldCode": "1" }), 2001),
        (json!({ "email": new, "code": "1", "old": old, "oldCode": code(old) }), 2001),
    ] {
        assert_eq!(session.code(UPDATE_EMAIL, variables.clone()), refusal, "{variables}");
    }
    let variables = json!({ "email": new, "code": code(new), "old": old, "oldCode": code(old) });
    assert_eq!(session.run(UPDATE_EMAIL, variables)["email"], new);
    let unbind = "mutation { unbindEmail { email emailVerified } }";
    let unbound = session.run(unbind, json!({}));
    assert_eq!(unbound, json!({ "email": Value::Null, "emailVerified": false }));
    assert_eq!(session.code(unbind, json!({})), 2219);

    let bind = "mutation ($phone: String!, $code: String!) {
        bindPhone(phone: $phone, phoneCode: $code) { phone phoneVerified }
    }";
    session.run(bind, json!({ "phone": PHONE, "code": client.sms_code(PHONE) }));
    let update = "mutation ($phone: String!, $code: String!) {
        updatePhone(phone: $phone, phoneCode: $code) { phone }
    }";
    assert_eq!(session.code(update, json!({ "phone": PHONE, "code": "1" })), 2230);
    assert_eq!(session.code(update, json!({ "phone": "139", "code": "1" })), 2228);
    let phone = session.run("mutation { unbindPhone { phone } }", json!({}));
    assert_eq!(phone["phone"], Value::Null);
}
