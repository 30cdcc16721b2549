//! Registration, login and passwords.

#[cfg(test)]
mod support;

use authing_emulator::{Emulator, FieldType, UserStatus};
use serde_json::{Value, json};
use support::{Client, LOGIN, LOGIN_EMAIL, PASSWORD, REGISTER, REGISTER_EMAIL};

#[test]
fn a_registered_user_logs_in_and_the_login_is_counted() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let id = client.register_user("bob");
    let user = client.log_in("bob");
    assert_eq!(user["id"], json!(id));
    assert_eq!(user["loginsCount"], 1);
    assert_eq!(user["token"].as_str().unwrap().split('.').count(), 3);
    assert!(user["lastLogin"].as_str().unwrap().ends_with('Z'));
    assert_eq!(client.log_in("bob")["loginsCount"], 2);
}

#[test]
fn registration_answers_a_token_only_when_asked() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    for (name, extra, token, logins) in [
        ("plain", json!({}), false, 0),
        ("token", json!({ "generateToken": true }), true, 0),
        ("login", json!({ "forceLogin": true }), true, 1),
    ] {
        let mut input = client.login(name, PASSWORD);
        input.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let user = client.run(REGISTER, json!({ "input": input }));
        assert_eq!(user["token"].is_string(), token, "{name}");
        assert_eq!(user["tokenExpiredAt"].is_string(), token, "{name}");
        assert_eq!(user["loginsCount"], logins, "{name}");
        assert_eq!(user["password"], Value::Null);
        assert_eq!(user["registerSource"], json!(["basic:username"]));
    }
}

#[test]
fn registration_takes_profile_custom_data_ip_and_context() {
    let emulator = Emulator::start().unwrap();
    emulator.define_field("school", FieldType::String, "School");
    emulator.define_field("age", FieldType::Number, "Age");
    emulator.define_field("unset", FieldType::Object, "Unset");
    let client = Client::new(&emulator);
    let mut input = client.login("bob", PASSWORD);
    input["profile"] = json!({
        "nickname": "Bobby",
        "udf": [{ "key": "school", "value": "\"SJTU\"" }, { "key": "undefined", "value": "x" }],
    });
    input["params"] = json!(json!([{ "key": "age", "value": 20 }]).to_string());
    input["context"] = json!("{\"source\":\"utm\"}");
    input["clientIp"] = json!("192.0.2.1");
    let user = client.run(REGISTER, json!({ "input": input }));
    assert_eq!(user["nickname"], "Bobby");
    assert_eq!(user["lastIP"], "192.0.2.1");
    assert_eq!(
        user["customData"],
        json!([
            { "key": "school", "value": "SJTU", "dataType": "STRING", "label": "School" },
            { "key": "age", "value": "20", "dataType": "NUMBER", "label": "Age" },
            { "key": "unset", "value": null, "dataType": "OBJECT", "label": "Unset" },
        ])
    );
    assert_eq!(emulator.users()[0].custom_data["age"], "20");
}

#[test]
fn registration_refuses_what_the_error_table_says() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("taken");
    let good = client.encrypt(PASSWORD);
    let email = json!({ "email": "ann@example.com", "password": good });
    client.run(REGISTER_EMAIL, json!({ "input": email }));
    for (document, input, code) in [
        (REGISTER, json!({ "username": "taken", "password": good }), 2034),
        (REGISTER, json!({ "username": " ", "password": good }), 2211),
        (REGISTER, json!({ "username": "a", "password": "" }), 2032),
        (REGISTER, json!({ "username": "a", "password": client.encrypt("12345") }), 2029),
        (REGISTER, json!({ "username": "a", "password": PASSWORD }), 2016),
        (REGISTER, json!({ "username": "a", "password": good, "context": "[]" }), 400),
        (REGISTER, json!({ "username": "a", "password": good, "params": "{}" }), 400),
        (REGISTER_EMAIL, json!({ "email": "not an address", "password": good }), 2003),
        (REGISTER_EMAIL, json!({ "email": "Ann@Example.com", "password": good }), 2026),
    ] {
        assert_eq!(client.code(document, json!({ "input": input })), code, "{input}");
    }
    assert_eq!(emulator.user_count(), 2, "a refused registration leaves nothing behind");
}

#[test]
fn login_refuses_what_the_error_table_says() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let id = client.register_user("bob");
    let login = |name: &str, password: &str| {
        client.code(LOGIN, json!({ "input": client.login(name, password) }))
    };
    assert_eq!(login("nobody", PASSWORD), 2004);
    assert_eq!(login("bob", "wrong password"), 2006);
    let clear = json!({ "username": "bob", "password": PASSWORD });
    assert_eq!(client.code(LOGIN, json!({ "input": clear })), 2016);

    assert!(emulator.block(&id));
    assert_eq!(login("bob", PASSWORD), 2005);
    assert!(emulator.set_blocked(&id, false));
    assert!(emulator.set_status(&id, UserStatus::Suspended));
    assert_eq!(login("bob", PASSWORD), 2005);
    assert!(emulator.set_status(&id, UserStatus::Activated));
    client.log_in("bob");
    assert!(!emulator.block("nobody"));
}

#[test]
fn an_error_has_the_shape_of_the_wire_notes() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let body = client.graphql(LOGIN, json!({ "input": client.login("nobody", PASSWORD) }));
    let error = &body["errors"][0];
    assert_eq!(error["message"]["code"], 2004);
    assert_eq!(error["message"]["data"], Value::Null);
    assert!(error["message"]["message"].is_string());
    assert_eq!(error["path"], json!(["loginByUsername"]));
    assert_eq!(error["extensions"]["code"], "INTERNAL_SERVER_ERROR");
    assert!(error["locations"][0]["line"].is_number());
    assert_eq!(body["data"], json!({ "loginByUsername": null }));
}

#[test]
fn email_logs_in_in_any_letter_case() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let password = client.encrypt(PASSWORD);
    let input = json!({ "email": "ann@example.com", "password": password });
    client.run(REGISTER_EMAIL, json!({ "input": input }));
    let input = json!({ "email": "ANN@example.com", "password": password });
    let user = client.run(LOGIN_EMAIL, json!({ "input": input }));
    assert_eq!(user["email"], "ann@example.com");
    assert!(user["token"].is_string());
}

#[test]
fn wrong_passwords_in_a_row_make_a_captcha_necessary() {
    let emulator = Emulator::start().unwrap();
    emulator.captcha_after(2);
    let client = Client::new(&emulator);
    client.register_user("bob");
    let wrong = json!({ "input": client.login("bob", "wrong password") });
    let mut right = client.login("bob", PASSWORD);
    assert_eq!(client.code(LOGIN, wrong.clone()), 2006);
    assert_eq!(client.code(LOGIN, wrong.clone()), 2006);
    assert_eq!(client.code(LOGIN, wrong.clone()), 2000);
    assert_eq!(client.code(LOGIN, json!({ "input": right })), 2000);
    right["captchaCode"] = json!("not it");
    assert_eq!(client.code(LOGIN, json!({ "input": right })), 2000);
    right["captchaCode"] = json!(emulator.captcha());
    client.run(LOGIN, json!({ "input": right }));
    assert_eq!(client.code(LOGIN, wrong), 2006, "a login starts the count anew");
}

#[test]
fn login_registers_unknown_users_when_told_to() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let mut input = client.login("new", PASSWORD);
    input["autoRegister"] = json!(true);
    let user = client.run(LOGIN, json!({ "input": input }));
    assert!(user["token"].is_string());
    assert_eq!(user["loginsCount"], 1);
    assert_eq!(client.log_in("new")["loginsCount"], 2);
}

#[test]
fn login_stores_params_and_client_ip() {
    let emulator = Emulator::start().unwrap();
    emulator.define_field("school", FieldType::String, "School");
    let client = Client::new(&emulator);
    client.register_user("bob");
    let mut input = client.login("bob", PASSWORD);
    input["params"] = json!("[{\"key\":\"school\",\"value\":\"SJTU\"}]");
    input["clientIp"] = json!("192.0.2.7");
    let user = client.run(LOGIN, json!({ "input": input }));
    assert_eq!(user["customData"], json!([{ "key": "school", "value": "SJTU" }]));
    assert_eq!(user["lastIP"], "192.0.2.7");
}

#[test]
fn an_application_may_withhold_tokens() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    emulator.withhold_tokens(true);
    assert_eq!(client.log_in("bob")["token"], Value::Null);
    emulator.withhold_tokens(false);
    assert!(client.log_in("bob")["token"].is_string());
}

#[test]
fn headers_must_name_the_pool_or_the_application() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    let input = json!({ "input": client.login("bob", PASSWORD) });
    for (name, value, code) in [
        ("x-other", "", Some(2101)),
        ("x-authing-app-id", "wrong", Some(2011)),
        ("x-approw-app-id", "wrong", Some(2011)),
        ("x-authing-userpool-id", "wrong", Some(2224)),
        ("x-approw-userpool-id", "wrong", Some(2224)),
        ("x-approw-app-id", emulator.app_id(), None),
        ("x-approw-userpool-id", emulator.user_pool_id(), None),
        ("x-authing-userpool-id", emulator.user_pool_id(), None),
    ] {
        let client = Client::bare(&emulator).with_header(name, value);
        match code {
            Some(code) => assert_eq!(client.code(LOGIN, input.clone()), code, "{name}: {value}"),
            None => assert!(client.run(LOGIN, input.clone())["token"].is_string()),
        }
    }
}

const UPDATE_PASSWORD: &str = "mutation ($new: String!, $old: String) {
    updatePassword(newPassword: $new, oldPassword: $old) { id password }
}";

#[test]
fn a_password_is_changed_with_the_old_one() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    let session = client.signed_in("bob");
    let change = |new: &str, old: Value| json!({ "new": new, "old": old });
    let (new, old) = (client.encrypt("new password"), json!(client.encrypt(PASSWORD)));
    let short = client.encrypt("short");
    for (variables, code) in [
        (change(&new, Value::Null), 2201),
        (change(&new, json!(client.encrypt("wrong password"))), 2203),
        (change(&new, json!(PASSWORD)), 2016),
        (change(&short, old.clone()), 2029),
        (change("", old.clone()), 2032),
        (change("new password", old.clone()), 2016),
    ] {
        assert_eq!(session.code(UPDATE_PASSWORD, variables.clone()), code, "{variables}");
    }
    assert_eq!(client.code(UPDATE_PASSWORD, change(&new, old.clone())), 2020);

    let user = session.run(UPDATE_PASSWORD, change(&new, old));
    assert_eq!(user["password"], Value::Null);
    assert_eq!(client.code(LOGIN, json!({ "input": client.login("bob", PASSWORD) })), 2006);
    client.run(LOGIN, json!({ "input": client.login("bob", "new password") }));
}

#[test]
fn a_first_login_may_require_a_new_password() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    Client::management(&emulator).run(
        support::CREATE,
        json!({
            "userInfo": { "username": "bob", "password": client.encrypt(PASSWORD) },
            "resetPasswordOnFirstLogin": true,
        }),
    );
    let refused = client.refused(LOGIN, json!({ "input": client.login("bob", PASSWORD) }));
    assert_eq!(refused["code"], 1639);
    let token = refused["data"]["token"].as_str().unwrap();
    let session = Client::bare(&emulator).with_token(token);
    assert_eq!(session.code(support::CURRENT, json!({})), 2020, "the token is good for one thing");

    let reset = "mutation ($token: String!, $password: String!) {
        resetPasswordByFirstLoginToken(token: $token, password: $password) { code message }
    }";
    let variables = json!({ "token": token, "password": client.encrypt("new password") });
    assert_eq!(client.run(reset, variables.clone())["code"], 200);
    assert_eq!(client.code(reset, variables), 2020, "and once");
    client.run(LOGIN, json!({ "input": client.login("bob", "new password") }));
}

#[test]
fn of_many_registrations_for_one_name_exactly_one_wins() {
    let emulator = Emulator::start().unwrap();
    let password = support::encrypt(&emulator, PASSWORD);
    let codes: Vec<Value> = std::thread::scope(|scope| {
        let register = || {
            let client = Client::new(&emulator);
            let body = client.register(json!({ "username": "bob", "password": password }));
            body["errors"][0]["message"]["code"].clone()
        };
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(register)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| code.is_null()).count(), 1);
    assert_eq!(codes.iter().filter(|code| **code == 2034).count(), 15);
    assert_eq!(emulator.user_count(), 1);
}
