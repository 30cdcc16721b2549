//! Registering and logging in by phone, sub-account, directory and WeChat.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use std::time::Duration;

use authing::{
    AuthenticationClient, Cloud as Service, CustomValue, ErrorKind, Login, NewUser, Options, Phone,
    Registration, WechatLogin, codes,
};
use authing_emulator::{Directory, FieldType, Wechat};
use serde_json::Value;
use support::{Cloud, options};

const PHONE: &str = "13800000000";

#[test]
fn a_user_registers_and_logs_in_by_phone_code() {
    let cloud = Cloud::start();
    let registered = cloud.app.register_by_phone_code(PHONE, cloud.sms_code(PHONE)).unwrap();
    assert_eq!(registered.user.phone.as_deref(), Some(PHONE));
    assert!(registered.session.is_none());
    let session = cloud.app.login_by_phone_code(PHONE, cloud.sms_code(PHONE)).unwrap();
    assert_eq!(session.current_user().unwrap().id, registered.user.id);

    let error = cloud.app.login_by_phone_code(PHONE, "wrong").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_VERIFICATION_CODE), "{error}");
    let error = cloud.app.register_by_phone_code(PHONE, cloud.sms_code(PHONE)).unwrap_err();
    assert!(error.is_already_exists(), "{error}");
}

#[test]
fn a_code_is_good_for_a_minute_and_once() {
    let cloud = Cloud::start();
    let code = cloud.sms_code(PHONE);
    cloud.app.register_by_phone_code(PHONE, code.clone()).unwrap();
    let error = cloud.app.login_by_phone_code(PHONE, code).unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_VERIFICATION_CODE), "{error}");

    let code = cloud.sms_code(PHONE);
    cloud.emulator.advance(Duration::from_secs(61));
    let error = cloud.app.login_by_phone_code(PHONE, code).unwrap_err();
    assert_eq!(error.code(), Some(codes::VERIFICATION_CODE_EXPIRED), "{error}");
}

#[test]
fn a_phone_registers_with_a_password_and_logs_in_by_it() {
    let cloud = Cloud::start();
    let registration = Registration::phone_code(PHONE, cloud.sms_code(PHONE))
        .password("passw0rd!")
        .generate_token(true);
    let registered = cloud.app.register(registration).unwrap();
    assert_eq!(registered.session.unwrap().current_user().unwrap().id, registered.user.id);
    let session = cloud.app.login_by_phone_password(PHONE, "passw0rd!").unwrap();
    assert_eq!(session.user().unwrap().id, registered.user.id);
    let error = cloud.app.login_by_phone_password(PHONE, "wrong").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_PASSWORD), "{error}");
    let sent = &cloud.requests("registerByPhoneCode")[0].body;
    assert!(!sent.contains("passw0rd!"), "the password is encrypted: {sent}");
}

#[test]
fn a_country_code_goes_with_the_phone_and_only_if_there_is_one() {
    let cloud = Cloud::start();
    let phone = Phone::new("5550100").country_code("+1");
    cloud.app.send_sms_code(&phone).unwrap();
    let code = cloud.emulator.messages().pop().unwrap().code;
    cloud.app.login(Login::phone_code(&phone, code).auto_register(true)).unwrap();
    for operation in ["/api/v2/sms/send", "loginByPhoneCode"] {
        let body = &cloud.requests(operation)[0].body;
        assert!(body.contains(r#""phoneCountryCode":"+1""#), "{body}");
    }
    cloud.emulator.clear_requests();
    let _ = cloud.app.login_by_phone_code("5550100", "wrong");
    let body: Value = serde_json::from_str(&cloud.requests("loginByPhoneCode")[0].body).unwrap();
    assert!(body["variables"]["input"].get("phoneCountryCode").is_none(), "{body}");
}

#[test]
fn a_login_by_phone_code_takes_its_options() {
    let cloud = Cloud::start();
    cloud.emulator.define_field("school", FieldType::String, "School");
    let login = Login::phone_code(PHONE, cloud.sms_code(PHONE))
        .auto_register(true)
        .client_ip("192.0.2.7")
        .custom_data([("school", "SJTU")])
        .context([("visit", 1)])
        .with_custom_data();
    let session = cloud.app.login(login).unwrap();
    let user = session.user().unwrap();
    assert_eq!(user.last_ip.as_deref(), Some("192.0.2.7"));
    assert_eq!(user.custom_data.get("school"), Some(&CustomValue::from("SJTU")));
}

#[test]
fn a_sub_account_logs_in_with_an_encrypted_password() {
    let cloud = Cloud::start();
    let id = cloud.emulator.add_sub_account("bob@team", "passw0rd!");
    let session = cloud.app.login_by_sub_account("bob@team", "passw0rd!").unwrap();
    assert_eq!(session.current_user().unwrap().id, id);
    assert!(!cloud.requests("loginBySubAccount")[0].body.contains("passw0rd!"));
    let error = cloud.app.login_by_sub_account("bob@team", "wrong").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_PASSWORD), "{error}");
    let error = cloud.app.login_by_sub_account("nobody", "passw0rd!").unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[test]
fn a_directory_user_logs_in_and_no_error_shows_the_clear_password() {
    let cloud = Cloud::start();
    cloud.emulator.add_directory_user(Directory::Ldap, "ann", "ldap-passw0rd");
    let session = cloud.app.login_by_ldap("ann", "ldap-passw0rd").unwrap();
    assert_eq!(session.current_user().unwrap().username.as_deref(), Some("ann"));
    let error = cloud.app.login_by_ldap("ann", "wrong-passw0rd").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_PASSWORD), "{error}");

    let page = "<p>you sent wrong-passw0rd</p>";
    cloud
        .emulator
        .inject(authing_emulator::Fault::on("/api/v2/ldap/verify-user").status(502).body(page));
    let error = cloud.app.login_by_ldap("ann", "wrong-passw0rd").unwrap_err();
    assert!(error.message().contains("you sent") && !format!("{error:?}").contains("wrong-"));
}

#[test]
fn an_active_directory_user_logs_in_at_the_websocket_host() {
    let cloud = Cloud::start();
    cloud.emulator.add_directory_user(Directory::ActiveDirectory, "ann", "ad-passw0rd");
    let host = cloud.emulator.url().replace("http:", "ws:");
    let app = AuthenticationClient::new(
        // The application's own host answers nobody.
        options(&cloud.emulator).app_host("http://127.0.0.1:1").websocket_host(host),
    )
    .unwrap();
    let session = app.login(Login::ad("ann", "ad-passw0rd").client_ip("192.0.2.7")).unwrap();
    assert_eq!(session.user().unwrap().last_ip.as_deref(), Some("192.0.2.7"));
    let error = session.current_user().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "the session is the application's");
    let error = app.login_by_ad("ann", "wrong").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_PASSWORD), "{error}");
    assert_eq!(cloud.requests("/api/v2/ad/verify-user").len(), 2);
}

#[test]
fn a_clear_password_is_sent_nowhere_when_the_websocket_host_is_not_known() {
    let cloud = Cloud::start();
    let error = cloud.app.login_by_ad("ann", "passw0rd!").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("`websocket_host`"), "{error}");
    assert!(cloud.emulator.requests().is_empty());
}

#[test]
fn an_option_that_a_way_does_not_take_is_refused_by_its_name() {
    let cloud = Cloud::start();
    for (login, option) in [
        (Login::ldap("a", "b").auto_register(true), "auto_register"),
        (Login::ad("a", "b").captcha_code("c"), "captcha_code"),
        (Login::sub_account("a", "b").custom_data([("c", "d")]), "custom_data"),
        (Login::sub_account("a", "b").context([("c", "d")]), "context"),
        (Login::phone_code("a", "b").captcha_code("c"), "captcha_code"),
    ] {
        let error = cloud.app.login(login).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.message().starts_with(&format!("`{option}` does not go with")), "{error}");
    }
    for (registration, option) in [
        (Registration::phone_code("a", "b").phone_token("c"), "phone_token"),
        (Registration::email("a", "b").email_token("c"), "email_token"),
    ] {
        let error = cloud.app.register(registration).unwrap_err();
        assert!(error.message().starts_with(&format!("`{option}` does not go with")), "{error}");
    }
    let error = cloud.app.wechat_login_with(WechatLogin::mini_program("c").lang("de")).unwrap_err();
    assert!(error.message().starts_with("`lang` does not go with"), "{error}");
    assert!(cloud.emulator.requests().is_empty());
}

#[test]
fn a_wechat_code_logs_in_with_every_parameter_encoded() {
    // authing-py 4.5.18 sends the pool's id as the text None, encodes nothing, and keeps no user.
    let cloud = Cloud::start();
    let code = cloud.emulator.wechat_code(Wechat::Mobile, "openid", None);
    let login = WechatLogin::mobile(code.as_str()).country("C&N").lang("zh CN").state("a=b#");
    let session = cloud.app.wechat_login_with(login).unwrap();
    assert_eq!(session.current_user().unwrap().id, session.user().unwrap().id);
    let pool = cloud.emulator.user_pool_id();
    let request = cloud.emulator.requests().into_iter().next().unwrap();
    assert_eq!(request.path, format!("/connection/social/wechat:mobile/{pool}/callback"));
    let query = request.query.unwrap();
    for part in ["country=C%26N", "lang=zh+CN", "state=a%3Db%23", "app_id="] {
        assert!(query.contains(part), "{query}");
    }
    let error = cloud.app.wechat_login(code).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api, "a code is good once: {error}");
}

#[test]
fn a_wechat_code_is_never_sent_twice_by_itself() {
    let cloud = Cloud::start();
    let code = cloud.emulator.wechat_code(Wechat::Mobile, "openid", None);
    let pool = cloud.emulator.user_pool_id();
    let path = format!("/connection/social/wechat:mobile/{pool}/callback");
    cloud.emulator.inject(authing_emulator::Fault::on(&path).status(503).times(3));
    let error = cloud.app.wechat_login(code).unwrap_err();
    assert_eq!(error.status(), Some(503));
    assert_eq!(cloud.emulator.requests().len(), 1);
}

#[test]
fn a_wechat_login_needs_the_user_pool() {
    let cloud = Cloud::start();
    let options = Options::new().app("app", cloud.emulator.url());
    let error = AuthenticationClient::new(options).unwrap().wechat_login("code").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("`user_pool_id`"), "{error}");
    assert!(cloud.emulator.requests().is_empty());
}

#[test]
fn a_mini_program_logs_in_by_code_and_by_phone_number() {
    let cloud = Cloud::start();
    let code = cloud.emulator.wechat_code(Wechat::MiniProgram, "openid", None);
    let login = WechatLogin::mini_program(code.as_str()).user_info("iv", "data", "{}");
    let first = cloud.app.wechat_login_with(login.clone()).unwrap();
    assert_eq!(first.user().unwrap().identities[0].openid.as_deref(), Some("openid"));
    let error = cloud.app.wechat_login_with(login).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api, "{error}");

    cloud.admin.users().create(NewUser::phone(PHONE)).unwrap();
    let code = cloud.emulator.wechat_code(Wechat::MiniProgram, "other", Some(PHONE));
    let login = WechatLogin::mini_program_phone(code, "iv", "data");
    let session = cloud.app.wechat_login_with(login).unwrap();
    assert_eq!(session.user().unwrap().phone.as_deref(), Some(PHONE));
    let sent: Value = serde_json::from_str(&cloud.emulator.requests()[0].body).unwrap();
    assert_eq!((&sent["iv"], &sent["rawData"]), (&"iv".into(), &"{}".into()));
}

#[test]
fn an_approw_server_is_asked_for_nothing_that_it_does_not_know() {
    let cloud = Cloud::start();
    let options = options(&cloud.emulator).cloud(Service::private_approw(cloud.emulator.url()));
    let app = AuthenticationClient::new(options).unwrap();
    app.send_sms_code(PHONE).unwrap();
    let code = cloud.emulator.messages().pop().unwrap().code;
    let session = app.login(Login::phone_code(PHONE, code).auto_register(true)).unwrap();
    session.list_authorized_resources("default").unwrap();
    session.update_phone(PHONE, "code").unwrap_err();
    session.unbind_phone().unwrap();
    app.reset_password_by_phone_code(PHONE, "code", "passw0rd!").unwrap_err();
    for request in cloud.emulator.requests() {
        assert!(request.header("x-approw-app-id").is_some(), "{request:?}");
        for newer in ["ountryCode", "apiIdentifier", "mainDepartment", "emailToken"] {
            assert!(!request.body.contains(newer), "{newer} in {}", request.body);
        }
    }
}
