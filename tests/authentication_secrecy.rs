//! No secret of an end user's calls is printed or quoted, even by a server that repeats them all.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use authing::mfa::{Challenge, PendingLogin};
use authing::{
    AuthenticationClient, Error, Login, Options, PasswordReset, PrincipalInput, Registration,
    Session, WechatLogin,
};
use authing_emulator::{Emulator, Fault};
use serde_json::json;
use support::Cloud;

const SECRET: &str = "S3CRET-of-the-call";
const TOKEN: &str = "T0KEN-of-the-user";

/// Every call that sends a secret, as its error, if it is one.
fn calls(app: &AuthenticationClient, session: &Session, login: &PendingLogin) -> Vec<Error> {
    let log_in = |login| app.login(login).map(drop).err();
    let errors = [
        log_in(Login::phone_password("a", SECRET)),
        log_in(Login::sub_account("a", SECRET)),
        log_in(Login::ldap("a", SECRET)),
        log_in(Login::ad("a", SECRET)),
        app.register(Registration::phone_code("a", "b").password(SECRET)).err(),
        app.wechat_login(SECRET).err(),
        app.wechat_login_with(WechatLogin::mini_program(SECRET)).err(),
        app.exchange_qr_ticket(SECRET).err(),
        app.check_password_strength(SECRET).err(),
        app.reset_password_by_phone_code("a", "b", SECRET).err(),
        app.reset_password_by_email_code("a", "b", SECRET).err(),
        app.reset_password_by_first_token(SECRET, "b").err(),
        app.reset_password_by_first_token("a", SECRET).err(),
        app.reset_password_with_force_reset(SECRET, "b", "c").err(),
        app.reset_password_with_force_reset("a", SECRET, "c").err(),
        app.reset_password_with_force_reset("a", "b", SECRET).err(),
        session.link_account(SECRET).err(),
        session.authenticate_principal(PrincipalInput::person("a", SECRET, "b")).err(),
        session.authenticate_principal(PrincipalInput::person("a", "b", SECRET)).err(),
        session.list_roles().err(),
        session.mfa().authenticators().err(),
        login.verify_totp_recovery_code(SECRET).err(),
        login.verify_sms("a", "b").err(),
        login.authenticators().err(),
        app.track_session(SECRET).err(),
    ];
    // Some take any data for an answer.
    errors.into_iter().flatten().collect()
}

#[test]
fn no_error_shows_what_was_sent() {
    let echo = format!("{SECRET} {TOKEN}");
    for (status, body) in [
        (500, format!("<html>{echo}</html>")),
        (200, format!("<html>{echo}</html>")),
        (200, json!({"code": 1001, "message": echo, "data": {"token": echo}}).to_string()),
        (200, json!({"errors": [{"message": echo}]}).to_string()),
        (200, json!({"code": 200, "data": echo}).to_string()),
        (200, json!({"data": echo}).to_string()),
        (200, json!({"data": echo}).to_string()[..30].to_owned()),
    ] {
        let emulator = Emulator::start().unwrap();
        emulator.inject(Fault::any().status(status).body(body.as_str()).times(1000));
        // Without the user pool's secret: no other call comes before the one that is meant.
        let options = Options::new()
            .app(emulator.app_id(), emulator.app_host())
            .user_pool_id(emulator.user_pool_id())
            .websocket_host(emulator.url())
            .public_key_pem(emulator.public_key());
        let app = AuthenticationClient::new(options).unwrap();
        let (session, login) = (app.session(TOKEN), app.mfa(TOKEN));
        let errors = calls(&app, &session, &login);
        assert!(errors.len() > 15, "{body}: {}", errors.len());
        for error in errors {
            let shown = format!("{error} {error:?}");
            // What the call did not send, it cannot know: that is no secret of its own.
            let sent = match error.operation() {
                "user" => vec![TOKEN],
                path if path.contains("/mfa/") => vec![TOKEN],
                path if path.contains("/users/") => vec![SECRET, TOKEN],
                _ => vec![SECRET],
            };
            for secret in sent {
                assert!(!shown.contains(secret), "{body}: {shown}");
            }
        }
    }
}

#[test]
fn no_input_and_no_next_step_shows_its_secret() {
    let cloud = Cloud::start();
    let id = cloud.bob().user().unwrap().id.clone();
    let mut shown = vec![
        format!("{:?}", Login::phone_code("a", SECRET)),
        format!("{:?}", Registration::phone_code("a", SECRET).password(SECRET)),
        format!("{:?}", Login::ldap("a", SECRET)),
        format!("{:?}", WechatLogin::mobile(SECRET)),
        format!("{:?}", PrincipalInput::person("a", SECRET, SECRET)),
        format!("{:?} {:?}", cloud.app.mfa(SECRET), cloud.app.session(SECRET).mfa()),
    ];
    cloud.emulator.require_second_factor(&["SMS"]);
    let error = cloud.app.login_by_username("bob", "passw0rd!").unwrap_err();
    let challenge = Challenge::of(&error).unwrap();
    cloud.emulator.force_password_reset(&id);
    let error = cloud.app.login_by_username("bob", "passw0rd!").unwrap_err();
    let Some(PasswordReset::Forced { token }) = PasswordReset::of(&error) else { panic!() };
    shown.push(format!("{challenge:?} {:?} {error:?}", PasswordReset::of(&error)));
    for text in shown {
        for secret in [SECRET, challenge.token().expose(), token.expose()] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
