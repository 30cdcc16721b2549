//! How many requests a call is, over which connection, with which headers and which token.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use authing::{
    AuthenticationClient, Cloud as Service, ErrorKind, Language, ManagementClient, NewUser, Options,
};
use authing_emulator::{Emulator, Fault};
use serde_json::{Value, json};
use support::{Cloud, options};

#[test]
fn one_management_token_serves_32_threads() {
    let cloud = Cloud::start();
    let start = Barrier::new(32);
    thread::scope(|scope| {
        for number in 0..32 {
            let (admin, start) = (cloud.admin.clone(), &start);
            scope.spawn(move || {
                start.wait();
                admin.users().create(NewUser::username(format!("user{number}"))).unwrap();
            });
        }
    });
    assert_eq!(cloud.requests("accessToken").len(), 1);
    assert_eq!(cloud.requests("createUser").len(), 32);
    assert_eq!(cloud.emulator.requests().len(), 33);
    assert_eq!(cloud.emulator.user_count(), 32);
}

#[test]
fn one_login_in_each_of_32_threads_is_one_request_each() {
    let cloud = Cloud::start();
    cloud.app.register_by_username("bob", "passw0rd!").unwrap();
    thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| cloud.app.login_by_username("bob", "passw0rd!").unwrap());
        }
    });
    assert_eq!(cloud.requests("loginByUsername").len(), 32);
    assert_eq!(cloud.emulator.requests().len(), 33);
}

#[test]
fn each_operation_is_one_request_on_a_reused_connection() {
    // The Python SDKs introspect before each call and open a connection for each request.
    let cloud = Cloud::start();
    let session = cloud.bob();
    session.current_user().unwrap();
    session.refresh_token().unwrap();
    assert_eq!(cloud.emulator.requests().len(), 4);
    assert_eq!(cloud.emulator.connections(), 1);
    assert!(cloud.emulator.requests().iter().all(|request| !request.body.contains("__schema")));

    cloud.emulator.clear_requests();
    cloud.admin.users().list().page(1).unwrap();
    cloud.admin.users().list().page(1).unwrap();
    let operations: Vec<_> =
        cloud.emulator.requests().into_iter().flat_map(|request| request.operations).collect();
    assert_eq!(operations, ["accessToken", "users", "users"]);
    assert_eq!(cloud.emulator.connections(), 2, "a client has a connection of its own");
}

#[test]
fn a_management_token_is_renewed_before_it_ends() {
    // The margin is measured by the clock of this machine: of a life of four seconds it is two.
    let lifetime = Duration::from_secs(4);
    let cloud = Cloud::from(Emulator::builder().management_token_lifetime(lifetime));
    cloud.admin.users().list().page(1).unwrap();
    thread::sleep(Duration::from_millis(2100));
    cloud.admin.users().list().page(1).unwrap();
    assert_eq!(cloud.requests("accessToken").len(), 2);
    assert_eq!(cloud.requests("users").len(), 2, "no call was refused");
}

#[test]
fn a_token_that_the_server_refuses_is_fetched_anew_once_also_for_a_mutation() {
    let cloud = Cloud::start();
    cloud.admin.users().list().page(1).unwrap();
    cloud.emulator.revoke_tokens();
    cloud.admin.users().create(NewUser::username("bob")).unwrap();
    assert_eq!(cloud.requests("accessToken").len(), 2);
    assert_eq!(cloud.requests("createUser").len(), 2);
    assert_eq!(cloud.emulator.user_count(), 1);
}

#[test]
fn a_document_of_which_a_part_was_done_is_not_sent_again() {
    let cloud = Cloud::start();
    cloud.admin.users().list().page(1).unwrap();
    let answer = r#"{"errors":[{"message":{"code":2020,"message":"no right"},"path":["b"]}],
        "data":{"a":{"code":200},"b":null}}"#;
    cloud.emulator.inject(Fault::on("deleteUser").status(200).body(answer));
    let document =
        r#"mutation { a: deleteUser(id: "1") { code } b: deleteUser(id: "2") { code } }"#;
    let error = cloud.admin.graphql::<Value>(document, json!({})).unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(cloud.requests("deleteUser").len(), 1);
}

#[test]
fn a_server_that_refuses_every_token_is_not_asked_for_ever() {
    let cloud = Cloud::start();
    let refusal = r#"{"errors":[{"message":{"code":2020,"message":"no"}}],"data":null}"#;
    cloud.emulator.inject(Fault::on("users").times(9).status(200).body(refusal));
    assert!(cloud.admin.users().list().page(1).unwrap_err().is_unauthorized());
    assert_eq!((cloud.requests("accessToken").len(), cloud.requests("users").len()), (1, 1));
    assert!(cloud.admin.users().list().page(1).unwrap_err().is_unauthorized());
    assert_eq!((cloud.requests("accessToken").len(), cloud.requests("users").len()), (2, 3));
}

#[test]
fn a_wrong_secret_fails_every_thread_with_the_servers_reason() {
    let cloud = Cloud::start();
    let wrong = options(&cloud.emulator).user_pool(cloud.emulator.user_pool_id(), "wrong-secret");
    let admin = ManagementClient::new(wrong).unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let error = admin.users().list().page(1).unwrap_err();
                assert_eq!((error.kind(), error.operation()), (ErrorKind::Api, "accessToken"));
                assert!(!format!("{error} {error:?}").contains("wrong-secret"));
            });
        }
    });
    assert_eq!(cloud.requests("users").len(), 0);
}

#[test]
fn a_given_management_token_is_used_and_none_is_fetched() {
    let cloud = Cloud::start();
    cloud.admin.users().list().page(1).unwrap();
    let sent = cloud.requests("users")[0].header("authorization").unwrap().to_owned();
    let token = sent.strip_prefix("Bearer ").unwrap();
    cloud.emulator.clear_requests();

    let options = Options::new()
        .host(cloud.emulator.url())
        .user_pool_id(cloud.emulator.user_pool_id())
        .token(token);
    let admin = ManagementClient::new(options).unwrap();
    admin.users().list().page(1).unwrap();
    assert_eq!(cloud.emulator.requests().len(), 1);
    cloud.emulator.revoke_tokens();
    assert!(admin.users().list().page(1).unwrap_err().is_unauthorized());
    assert_eq!(cloud.emulator.requests().len(), 2);
}

#[test]
fn headers_follow_from_the_cloud_and_the_options() {
    let emulator = Emulator::start().unwrap();
    for (service, prefix, language) in [
        (Service::private(emulator.url()), "x-authing-", "zh-CN"),
        (Service::private_approw(emulator.url()), "x-approw-", "en-US"),
    ] {
        emulator.clear_requests();
        let options = Options::new()
            .cloud(service)
            .app_id(emulator.app_id())
            .user_pool_id(emulator.user_pool_id())
            .tenant_id("tenant-1")
            .request_from("my-service")
            .public_key_pem(emulator.public_key());
        let app = AuthenticationClient::new(options.clone()).unwrap();
        app.register_by_username(format!("bob-{language}"), "passw0rd!").unwrap();
        let request = emulator.requests().remove(0);
        let header = |name: &str| request.header(&format!("{prefix}{name}"));
        assert_eq!(header("app-id"), Some(emulator.app_id()));
        assert_eq!(header("userpool-id"), Some(emulator.user_pool_id()));
        assert_eq!(header("app-tenant-id"), Some("tenant-1"));
        assert_eq!(header("request-from"), Some("my-service"));
        assert_eq!(header("lang"), Some(language));
        assert!(header("sdk-version").unwrap().starts_with("rust:"));
        assert_eq!(request.header("authorization"), None);
        assert_eq!(request.header("content-type"), Some("application/json"));

        emulator.clear_requests();
        let app = AuthenticationClient::new(options.language(Language::English)).unwrap();
        app.login_by_username("nobody", "passw0rd!").unwrap_err();
        assert_eq!(emulator.requests()[0].header(&format!("{prefix}lang")), Some("en-US"));
    }
}

#[test]
fn an_approw_server_is_not_asked_for_newer_members() {
    let emulator = Emulator::start().unwrap();
    let options = options(&emulator);
    for (service, newer) in
        [(Service::private(emulator.url()), true), (Service::private_approw(emulator.url()), false)]
    {
        emulator.clear_requests();
        let admin = ManagementClient::new(options.clone().cloud(service)).unwrap();
        admin.users().list().page(1).unwrap();
        let body: Value = serde_json::from_str(&emulator.requests().pop().unwrap().body).unwrap();
        let document = body["query"].as_str().unwrap();
        assert_eq!(document.contains("mainDepartmentId"), newer, "{document}");
        assert!(!document.contains("excludeUsersInOrg"), "{document}");
    }
}

#[test]
fn an_app_is_called_at_its_host_else_at_the_core_host() {
    let (core, app) = (Emulator::start().unwrap(), Emulator::start().unwrap());
    let options = Options::new().host(core.url()).app_id(app.app_id());
    let client = AuthenticationClient::new(options.clone().app_host(app.url())).unwrap();
    client.check_login_status("token").unwrap();
    assert_eq!((core.requests().len(), app.requests().len()), (0, 1));
    let client = AuthenticationClient::new(options.app_id(core.app_id())).unwrap();
    client.check_login_status("token").unwrap();
    assert_eq!((core.requests().len(), app.requests().len()), (1, 1));
}

#[test]
fn what_a_client_needs_and_does_not_have_is_named() {
    let missing = |options| AuthenticationClient::new(options).unwrap_err();
    let error = missing(Options::new());
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("`app_id`"), "{error}");
    for (options, field) in [
        (Options::new().app("app", "app.example"), "`app_host`"),
        (Options::new().app("", "https://app.example"), "`app_id`"),
        (Options::new().app("a\nb", "https://app.example"), "`app_id`"),
        (Options::new().app_id("app").host("ftp://x"), "`host`"),
        (Options::new().app_id("app").websocket_host("x"), "`websocket_host`"),
        (Options::new().app_id("app").timeout(Duration::ZERO), "`timeout`"),
        (Options::new().app_id("app").public_key_pem("x"), "`public_key_pem`"),
        (Options::new().app_id("app").proxy("::"), "`proxy`"),
        (Options::new().app_id("app").cloud(Service::private("x")), "`cloud`"),
    ] {
        let error = missing(options);
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.to_string().contains(field), "{error}");
    }
    for options in [
        Options::new(),
        Options::new().user_pool_id("pool"),
        Options::new().user_pool("pool", ""),
        Options::new().token("token"),
    ] {
        let error = ManagementClient::new(options).unwrap_err();
        assert!(error.to_string().contains("`user_pool`"), "{error}");
    }
}

#[test]
fn a_call_that_needs_the_application_says_so() {
    let cloud = Cloud::start();
    let pool_only = Options::new()
        .host(cloud.emulator.url())
        .user_pool_id(cloud.emulator.user_pool_id())
        .public_key_pem(cloud.emulator.public_key());
    let app = AuthenticationClient::new(pool_only).unwrap();
    app.register_by_username("bob", "passw0rd!").unwrap();
    let error = app.login_by_username("bob", "passw0rd!").unwrap().logout().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("`app_id`"), "{error}");
}
