//! Registering and logging in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use std::sync::{Arc, Mutex};

use authing::{
    AuthenticationClient, CustomValue, DateTime, ErrorKind, Login, Options, Profile, Registration,
    codes,
};
use authing_emulator::{Fault, FieldType, UserStatus};
use serde_json::{Value, json};
use support::{Cloud, options};

/// The variable `input` of the only request for an operation.
fn sent_input(cloud: &Cloud, operation: &str) -> Value {
    let requests = cloud.requests(operation);
    assert_eq!(requests.len(), 1, "{operation}");
    let mut body: Value = serde_json::from_str(&requests[0].body).unwrap();
    body["variables"]["input"].take()
}

#[test]
fn a_user_registers_and_logs_in_by_username() {
    let cloud = Cloud::start();
    let registered = cloud.app.register_by_username("bob", "passw0rd!").unwrap();
    assert_eq!(registered.user.username.as_deref(), Some("bob"));
    assert!(registered.session.is_none() && registered.user.token.is_none());

    let session = cloud.app.login_by_username("bob", "passw0rd!").unwrap();
    assert_eq!(session.user().unwrap().id, registered.user.id);
    assert_eq!(session.current_user().unwrap().id, registered.user.id);
}

#[test]
fn a_user_registers_and_logs_in_by_email() {
    let cloud = Cloud::start();
    let registered = cloud.app.register_by_email("ann@example.com", "s3cret!").unwrap();
    assert_eq!(registered.user.email.as_deref(), Some("ann@example.com"));
    let session = cloud.app.login_by_email("ann@example.com", "s3cret!").unwrap();
    assert_eq!(session.user().unwrap().id, registered.user.id);
}

#[test]
fn every_option_of_a_registration_arrives() {
    let cloud = Cloud::start();
    cloud.emulator.define_field("school", FieldType::String, "School");
    cloud.emulator.define_field("age", FieldType::Number, "Age");
    cloud.emulator.define_field("hired", FieldType::DateTime, "Hired");
    let hired = DateTime::parse("2021-05-13T08:30:00Z").unwrap();
    let registration = Registration::username("bob", "passw0rd!")
        .profile(Profile::new().nickname("Bobby").country("CN").zoneinfo("Asia/Shanghai"))
        .generate_token(true)
        .client_ip("192.0.2.7")
        .custom_data([
            ("school", CustomValue::from("SJTU")),
            ("age", 30.into()),
            ("hired", hired.into()),
        ])
        .context([("source", "test")]);
    let registered = cloud.app.register(registration).unwrap();

    assert_eq!(registered.user.nickname.as_deref(), Some("Bobby"));
    assert_eq!(registered.user.country.as_deref(), Some("CN"));
    assert_eq!(registered.user.last_ip.as_deref(), Some("192.0.2.7"));
    let user = registered.session.unwrap().current_user().unwrap();
    assert_eq!(user.custom_data.get("school"), Some(&CustomValue::from("SJTU")));
    assert_eq!(user.custom_data.get("age"), Some(&CustomValue::from(30)));
    assert_eq!(user.custom_data.get("hired"), Some(&CustomValue::from(hired)));

    let input = sent_input(&cloud, "registerByUsername");
    let context: Value = serde_json::from_str(input["context"].as_str().unwrap()).unwrap();
    assert_eq!(context, json!({"source": "test"}));
    assert_eq!(input["generateToken"], true);
    assert!(input.get("forceLogin").is_none(), "what is not set is not sent: {input}");
}

#[test]
fn force_login_gives_a_session_at_once() {
    let cloud = Cloud::start();
    let registration = Registration::email("ann@example.com", "s3cret!").force_login(true);
    let session = cloud.app.register(registration).unwrap().session.unwrap();
    assert_eq!(session.current_user().unwrap().email.as_deref(), Some("ann@example.com"));
    let body = &cloud.requests("registerByEmail")[0].body;
    assert!(body.contains("\"forceLogin\":true") && !body.contains("generateToken"), "{body}");
}

#[test]
fn registering_fails_with_the_documented_codes() {
    let cloud = Cloud::start();
    cloud.app.register_by_username("bob", "passw0rd!").unwrap();
    cloud.app.register_by_email("ann@example.com", "passw0rd!").unwrap();

    let error = cloud.app.register_by_username("bob", "passw0rd!").unwrap_err();
    assert!(error.is_already_exists(), "{error}");
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Api, "registerByUsername"));
    assert_eq!(error.status(), Some(200));
    let error = cloud.app.register_by_email("ann@example.com", "passw0rd!").unwrap_err();
    assert!(error.is_already_exists(), "{error}");
    let error = cloud.app.register_by_email("nonsense", "passw0rd!").unwrap_err();
    assert_eq!(error.code(), Some(codes::MALFORMED_LOGIN_EMAIL), "{error}");
    let error = cloud.app.register_by_username("eve", "short").unwrap_err();
    assert_eq!(error.code(), Some(codes::PASSWORD_TOO_SHORT), "{error}");
}

#[test]
fn an_email_token_by_email_is_refused_before_anything_is_sent() {
    let cloud = Cloud::start();
    let registration = Registration::email("ann@example.com", "s3cret!").email_token("proof");
    let error = cloud.app.register(registration).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(cloud.emulator.requests().is_empty());
}

#[test]
fn every_option_of_a_login_arrives() {
    let cloud = Cloud::start();
    cloud.emulator.define_field("school", FieldType::String, "School");
    let login = Login::username("bob", "passw0rd!")
        .auto_register(true)
        .client_ip("192.0.2.7")
        .captcha_code("abcd")
        .custom_data([("school", "SJTU")])
        .context([("visit", 2)]);
    let session = cloud.app.login(login).unwrap();
    assert_eq!(session.user().unwrap().last_ip.as_deref(), Some("192.0.2.7"));
    let user = session.current_user().unwrap();
    assert_eq!(user.custom_data.get("school"), Some(&CustomValue::from("SJTU")));

    let input = sent_input(&cloud, "loginByUsername");
    assert_eq!(
        (&input["captchaCode"], &input["context"]),
        (&json!("abcd"), &json!("{\"visit\":2}"))
    );
}

#[test]
fn a_login_by_email_registers_when_asked_to() {
    let cloud = Cloud::start();
    let login = Login::email("ann@example.com", "s3cret!").auto_register(true);
    let session = cloud.app.login(login).unwrap();
    assert_eq!(session.current_user().unwrap().email.as_deref(), Some("ann@example.com"));
}

#[test]
fn logging_in_fails_with_the_documented_codes() {
    let cloud = Cloud::start();
    let bob = cloud.app.register_by_username("bob", "passw0rd!").unwrap().user;
    cloud.app.register_by_email("ann@example.com", "passw0rd!").unwrap();

    let error = cloud.app.login_by_username("nobody", "passw0rd!").unwrap_err();
    assert_eq!(error.code(), Some(codes::USER_NOT_FOUND));
    assert!(error.is_not_found() && !error.is_retryable());
    let error = cloud.app.login_by_email("nobody@example.com", "passw0rd!").unwrap_err();
    assert_eq!(error.code(), Some(codes::USER_NOT_FOUND));
    let error = cloud.app.login_by_username("bob", "wrong password").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_PASSWORD));
    let error = cloud.app.login_by_email("ann@example.com", "wrong password").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_PASSWORD));

    cloud.emulator.block(&bob.id);
    let error = cloud.app.login_by_username("bob", "passw0rd!").unwrap_err();
    assert_eq!(error.code(), Some(codes::USER_LOCKED));
    cloud.emulator.set_blocked(&bob.id, false);
    cloud.emulator.set_status(&bob.id, UserStatus::Suspended);
    assert!(cloud.app.login_by_username("bob", "passw0rd!").is_err());
}

#[test]
fn after_wrong_passwords_a_captcha_is_asked_for_and_let_through() {
    let cloud = Cloud::start();
    cloud.emulator.captcha_after(2);
    cloud.app.register_by_username("bob", "passw0rd!").unwrap();
    for _ in 0..2 {
        cloud.app.login_by_username("bob", "wrong password").unwrap_err();
    }
    let error = cloud.app.login_by_username("bob", "passw0rd!").unwrap_err();
    assert_eq!(error.code(), Some(codes::CAPTCHA_REQUIRED));
    let login = Login::username("bob", "passw0rd!").captcha_code(cloud.emulator.captcha());
    cloud.app.login(login).unwrap();
}

#[test]
fn a_reset_at_the_first_login_says_what_the_next_call_needs() {
    let cloud = Cloud::start();
    let bob = authing::NewUser::username("bob").password("passw0rd!");
    cloud.admin.users().create(bob.reset_password_on_first_login(true)).unwrap();
    let error = cloud.app.login_by_username("bob", "passw0rd!").unwrap_err();
    assert_eq!(error.code(), Some(codes::FIRST_LOGIN_PASSWORD_RESET_REQUIRED));
    let token = error.data().unwrap()["token"].as_str().unwrap();
    assert!(!token.is_empty() && !format!("{error:?}").contains(token));
}

#[test]
fn an_application_that_withholds_tokens_gives_a_clear_error_and_no_broken_session() {
    let cloud = Cloud::start();
    cloud.app.register_by_username("bob", "passw0rd!").unwrap();
    cloud.emulator.withhold_tokens(true);
    let error = cloud.app.login_by_username("bob", "passw0rd!").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("withhold"), "{error}");
}

#[test]
fn passwords_travel_encrypted_and_each_time_otherwise() {
    let cloud = Cloud::start();
    cloud.app.register_by_username("bob", "passw0rd!").unwrap();
    let first = sent_input(&cloud, "registerByUsername")["password"].clone();
    cloud.app.login_by_username("bob", "passw0rd!").unwrap();
    let second = sent_input(&cloud, "loginByUsername")["password"].clone();
    assert_ne!(first, second);
    for request in cloud.emulator.requests() {
        assert!(!request.body.contains("passw0rd!"), "{}", request.body);
    }
}

#[test]
fn a_password_that_is_too_long_is_refused_before_anything_is_sent() {
    let cloud = Cloud::start();
    let error = cloud.app.login_by_username("bob", "x".repeat(118)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(
        error.to_string().contains("118 bytes") && error.to_string().contains("117"),
        "{error}"
    );
    assert!(cloud.emulator.requests().is_empty());
}

#[test]
fn with_the_wrong_key_the_server_says_that_it_could_not_decrypt() {
    let cloud = Cloud::start();
    let options = options(&cloud.emulator);
    let public = AuthenticationClient::new(
        Options::new().app(cloud.emulator.app_id(), cloud.emulator.app_host()),
    );
    cloud.app.register_by_username("bob", "passw0rd!").unwrap();
    let error = public.unwrap().login_by_username("bob", "passw0rd!").unwrap_err();
    assert_eq!(error.code(), Some(codes::PASSWORD_NOT_DECRYPTABLE));

    // Asked for, the server's own key is fetched once and right.
    let app = AuthenticationClient::new(options.public_key_from_server()).unwrap();
    app.login_by_username("bob", "passw0rd!").unwrap();
    app.login_by_username("bob", "passw0rd!").unwrap();
    assert_eq!(cloud.requests("/api/v2/.well-known").len(), 1);
}

#[test]
fn a_key_of_the_server_that_is_none_is_told_and_asked_for_again() {
    let cloud = Cloud::start();
    cloud.app.register_by_username("bob", "passw0rd!").unwrap();
    let seen = Arc::new(Mutex::new(0));
    let count = seen.clone();
    let options = options(&cloud.emulator)
        .public_key_from_server()
        .on_error(move |_| *count.lock().unwrap() += 1);
    let app = AuthenticationClient::new(options).unwrap();
    for (body, kind) in [
        (r#"{"code":200,"data":{"publicKey":"none"}}"#, ErrorKind::Config),
        (r#"{"code":200,"data":{}}"#, ErrorKind::Parse),
        (r#"{"code":500,"message":"no"}"#, ErrorKind::Api),
    ] {
        cloud.emulator.inject(Fault::on("/api/v2/.well-known").status(200).body(body));
        let error = app.login_by_username("bob", "passw0rd!").unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.operation(), "GET /api/v2/.well-known");
    }
    assert_eq!(*seen.lock().unwrap(), 3);
    app.login_by_username("bob", "passw0rd!").unwrap();
}

#[test]
fn a_stored_token_makes_a_session_again() {
    let cloud = Cloud::start();
    let stored = cloud.bob().token().expose().to_owned();
    let session = cloud.app.session(stored.as_str());
    assert_eq!(session.current_user().unwrap().username.as_deref(), Some("bob"));
    assert!(session.user().is_none());

    let options = options(&cloud.emulator).token(stored.as_str());
    let session = AuthenticationClient::new(options).unwrap().current_session().unwrap();
    assert_eq!(session.current_user().unwrap().username.as_deref(), Some("bob"));
    assert!(cloud.app.current_session().is_none());
}

#[test]
fn the_status_of_a_token_is_told_and_an_invalid_one_is_no_error() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    let status = cloud.app.check_login_status(session.token()).unwrap();
    assert!(status.is_valid(), "{status:?}");
    assert_eq!(status.data.unwrap().id, Some(session.user().unwrap().id.clone()));

    cloud.emulator.revoke_tokens();
    assert!(!cloud.app.check_login_status(session.token()).unwrap().is_valid());
    assert!(!cloud.app.check_login_status("nonsense").unwrap().is_valid());
    assert!(!cloud.admin.check_login_status(session.token()).unwrap().is_valid());
}
