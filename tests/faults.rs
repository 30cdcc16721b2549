//! What goes wrong between a client and the service, and what the caller is told.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use std::error::Error as _;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use authing::http::{HttpOptions, Limits, TlsRoots, Transport, TransportError, TransportFailure};
use authing::{
    AuthenticationClient, ErrorKind, ManagementClient, NewUser, Options, RestRequest, UserUpdate,
};
use authing_emulator::Fault;
use serde_json::json;
use support::{Cloud, options};

/// What logging in says when the server answers like this.
fn login_error(fault: Fault) -> authing::Error {
    let cloud = Cloud::start();
    cloud.emulator.inject(fault);
    cloud.app.login_by_username("bob", "passw0rd!").unwrap_err()
}

fn answer(status: u16, body: &str) -> Fault {
    Fault::on("loginByUsername").status(status).content_type("application/json").body(body)
}

#[test]
fn a_graphql_error_is_read_in_every_shape() {
    for (status, body, code, message) in [
        (
            200,
            r#"{"errors":[{"message":{"code":2006,"message":"wrong"}}],"data":null}"#,
            Some(2006),
            "wrong",
        ),
        (
            200,
            r#"{"errors":[{"message":{"code":"2006","message":"wrong","data":null}}]}"#,
            Some(2006),
            "wrong",
        ),
        (
            200,
            r#"{"errors":[{"message":{"code":2006}}],"data":{"loginByUsername":null}}"#,
            Some(2006),
            "Wrong password",
        ),
        (200, r#"{"errors":[{"message":"plain"}]}"#, None, "plain"),
        (400, r#"{"errors":[{"message":"bad document"}]}"#, None, "bad document"),
        (500, r#"{"errors":[{"message":{"code":1000,"message":"busy"}}]}"#, Some(1000), "busy"),
        (200, r#"{"errors":[{"message":["odd"]}]}"#, None, r#"["odd"]"#),
        (200, r#"{"errors":[{"message":null}]}"#, None, "the service refused without a reason"),
        (200, r#"{"errors":[{}]}"#, None, "the service refused without a reason"),
        (
            200,
            r#"{"errors":[{"message":{"code":2006,"message":"first"}},{"message":"second"}]}"#,
            Some(2006),
            "first",
        ),
        (
            200,
            r#"{"errors":[{"message":"partial"}],"data":{"loginByUsername":{"id":"u"}}}"#,
            None,
            "partial",
        ),
    ] {
        let error = login_error(answer(status, body));
        assert_eq!(error.kind(), ErrorKind::Api, "{body}: {error}");
        assert_eq!((error.code(), error.message()), (code, message), "{body}");
        assert_eq!(
            (error.status(), error.operation()),
            (Some(status), "loginByUsername"),
            "{body}"
        );
    }
}

#[test]
fn the_data_of_an_error_is_kept() {
    let body =
        r#"{"errors":[{"message":{"code":1635,"message":"otp","data":{"mfaToken":"MFA-T0KEN"}}}]}"#;
    let error = login_error(answer(200, body));
    assert_eq!(error.data().unwrap()["mfaToken"], "MFA-T0KEN");
    assert!(!format!("{error} {error:?}").contains("MFA-T0KEN"));
}

#[test]
fn an_answer_that_is_not_the_services_is_told_with_its_status() {
    for (fault, status, text) in [
        (
            Fault::on("loginByUsername")
                .status(500)
                .content_type("text/html")
                .body("<html><h1>Oops</h1>"),
            500,
            "<h1>Oops</h1>",
        ),
        (
            Fault::on("loginByUsername")
                .status(200)
                .content_type("text/html")
                .body("<html>Sign in to the wifi"),
            200,
            "Sign in to the wifi",
        ),
        (Fault::on("loginByUsername").status(502), 502, "the answer is empty"),
        (Fault::on("loginByUsername").status(200), 200, "the answer is empty"),
        (
            Fault::on("loginByUsername").status(302).header("location", "https://evil.example/"),
            302,
            "redirects",
        ),
        (answer(503, r#"{"error":"upstream"}"#), 503, "upstream"),
        (answer(500, "{}"), 500, "not one of the service"),
        (
            answer(500, r#"{"data":{"loginByUsername":{"id":"u","arn":"a","userPoolId":"p"}}}"#),
            500,
            "not one of the service",
        ),
    ] {
        let error = login_error(fault);
        assert_eq!((error.kind(), error.status()), (ErrorKind::Http, Some(status)), "{error}");
        assert!(error.message().contains(text), "{error}");
        assert_eq!(error.operation(), "loginByUsername");
    }
}

#[test]
fn broken_json_and_wrong_types_are_told_with_their_place() {
    for (body, text) in [
        (r#"{"data":{"loginByUsername":{"id":"u""#, "the answer is cut off"),
        (
            r#"{"data":{"loginByUsername":{"id":5,"arn":"a","userPoolId":"p"}}}"#,
            "at `id`: invalid type: integer `5`",
        ),
        (
            r#"{"data":{"loginByUsername":{"id":"u","arn":"a","userPoolId":"p","loginsCount":"hush"}}}"#,
            "at `loginsCount`: invalid type: string …",
        ),
        (r#"{"data":{"loginByUsername":{"id":"u"}}}"#, "missing field `arn`"),
        (r#"{"data":{"loginByUsername":null}}"#, "invalid type: null"),
        (r#"{"data":{"other":1}}"#, "no member `loginByUsername`"),
        (r#"{"data":null}"#, r#"the answer has not the documented shape: {"data":null}"#),
        ("{}", "the answer has not the documented shape: {}"),
        (r#"["data"]"#, "the answer has not the documented shape"),
        ("{\"data\":}", "the answer is no JSON"),
    ] {
        let error = login_error(answer(200, body));
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Parse, Some(200)),
            "{body}: {error}"
        );
        assert!(error.message().contains(text), "{body}: {error}");
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}

#[test]
fn an_answer_that_the_line_cuts_off_is_a_broken_connection() {
    for fault in
        [Fault::any().truncate(40), Fault::any().truncate(0), Fault::any().drop_connection()]
    {
        let error = login_error(fault);
        assert_eq!((error.kind(), error.status()), (ErrorKind::Transport, None), "{error}");
        assert!(error.is_retryable() && error.source().is_some(), "{error}");
    }
}

#[test]
fn an_answer_over_the_limit_is_refused() {
    let error = login_error(Fault::any().huge(3 << 20));
    assert_eq!(error.kind(), ErrorKind::Http, "{error}");
    assert!(error.message().contains("more than 1048576 bytes"), "{error}");

    let cloud = Cloud::start();
    let answer = r#"{"data":{"checkLoginStatus":null}}"#;
    cloud.emulator.inject(Fault::on("checkLoginStatus").status(200).body(answer));
    let just = options(&cloud.emulator).max_answer_size(answer.len());
    AuthenticationClient::new(just).unwrap().check_login_status("x").unwrap();
    let small = AuthenticationClient::new(options(&cloud.emulator).max_answer_size(10)).unwrap();
    assert!(small.check_login_status("x").unwrap_err().message().contains("more than 10 bytes"));
}

#[test]
fn the_timeout_covers_the_whole_call() {
    let cloud = Cloud::start();
    let options = options(&cloud.emulator).timeout(Duration::from_millis(300));
    let (app, admin) = (
        AuthenticationClient::new(options.clone()).unwrap(),
        ManagementClient::new(options).unwrap(),
    );
    type Run<'a> = &'a dyn Fn() -> authing::Error;
    let login: Run<'_> = &|| app.login_by_username("bob", "passw0rd!").unwrap_err();
    let list: Run<'_> = &|| admin.users().list().page(1).unwrap_err();
    for (fault, run) in [
        (Fault::any().hang(), login),
        (Fault::any().trickle(Duration::from_millis(50)), login),
        // The time that a retry would take counts, and that of fetching the token.
        (Fault::on("accessToken").hang(), list),
        (Fault::any().times(9).delay(Duration::from_millis(200)).status(503), list),
    ] {
        cloud.emulator.inject(fault);
        let start = Instant::now();
        let error = run();
        // Generous: it would hang for ever, or take ten seconds, if nothing ended it.
        assert!(start.elapsed() < Duration::from_secs(5), "{error}");
        assert!(error.is_timeout() || error.status() == Some(503), "{error}");
        assert!(error.is_retryable());
    }
}

/// Answers nothing and keeps the limits that it was given.
#[derive(Clone, Debug, Default)]
struct Bounded(Arc<Mutex<Vec<Limits>>>);

impl Transport for Bounded {
    fn send(
        &self,
        _request: http::Request<Vec<u8>>,
        limits: &Limits,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        self.0.lock().unwrap().push(*limits);
        Err(TransportError::new(TransportFailure::Timeout))
    }
}

#[test]
fn opening_a_connection_has_ten_seconds_and_no_more_than_the_call() {
    for (timeout, connect) in [(60, 10), (3, 3)] {
        let (timeout, connect) = (Duration::from_secs(timeout), Duration::from_secs(connect));
        let transport = Bounded::default();
        let options = Options::new().app_id("app").timeout(timeout).transport(transport.clone());
        AuthenticationClient::new(options).unwrap().check_login_status("x").unwrap_err();
        let limits = transport.0.lock().unwrap()[0];
        assert!(limits.timeout <= timeout && limits.connect_timeout <= connect, "{limits:?}");
        assert_eq!(limits.max_body, 1 << 20);
    }
}

/// Takes nearly all the time of the call for the password key and keeps what it gets for the rest.
#[derive(Clone, Debug)]
struct SlowKey {
    answer: Vec<u8>,
    left: Arc<Mutex<Vec<Duration>>>,
}

impl Transport for SlowKey {
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
        limits: &Limits,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        if request.uri().path() == "/api/v2/.well-known" {
            thread::sleep(Duration::from_millis(200));
            return Ok(http::Response::new(self.answer.clone()));
        }
        self.left.lock().unwrap().push(limits.timeout);
        Err(TransportError::new(TransportFailure::Timeout))
    }
}

#[test]
fn the_time_for_fetching_the_password_key_counts() {
    let cloud = Cloud::start();
    let answer = json!({"code": 200, "data": {"publicKey": cloud.emulator.public_key()}});
    let limit = Duration::from_secs(5);
    type Run<'a> = &'a dyn Fn(Options) -> authing::Error;
    let login: Run<'_> = &|options| {
        let app = AuthenticationClient::new(options).unwrap();
        app.login_by_username("bob", "passw0rd!").unwrap_err()
    };
    let register: Run<'_> = &|options| {
        let app = AuthenticationClient::new(options).unwrap();
        app.register_by_username("bob", "passw0rd!").unwrap_err()
    };
    let change: Run<'_> = &|options| {
        let session = AuthenticationClient::new(options).unwrap().session("token");
        session.update_password("new", "old").unwrap_err()
    };
    let create: Run<'_> = &|options| {
        let admin = ManagementClient::new(options.token("token")).unwrap();
        admin.users().create(NewUser::username("bob").password("passw0rd!")).unwrap_err()
    };
    let update: Run<'_> = &|options| {
        let admin = ManagementClient::new(options.token("token")).unwrap();
        admin.users().update("id", UserUpdate::new().password("passw0rd!")).unwrap_err()
    };
    for run in [login, register, change, create, update] {
        let transport = SlowKey { answer: answer.to_string().into(), left: Arc::default() };
        let options = Options::new().app_id("app").user_pool_id("pool").timeout(limit);
        let error = run(options.public_key_from_server().transport(transport.clone()));
        assert!(error.is_timeout(), "{error}");
        let left = transport.left.lock().unwrap()[0];
        assert!(left <= limit - Duration::from_millis(200), "{left:?}: {error}");
    }
}

#[test]
fn a_session_has_the_whole_time_for_each_call() {
    let cloud = Cloud::start();
    let options = options(&cloud.emulator).timeout(Duration::from_millis(1500));
    let app = AuthenticationClient::new(options).unwrap();
    app.register_by_username("bob", "passw0rd!").unwrap();
    let session = app.login_by_username("bob", "passw0rd!").unwrap();
    thread::sleep(Duration::from_millis(1600));
    session.current_user().unwrap();
}

/// What logging in says when the server sends these bytes.
fn login_error_after(answer: Vec<u8>) -> authing::Error {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        // The client may have seen enough before the end.
        let _ = stream.write_all(&answer);
    });
    let options = Options::new().app("app", url).no_proxy().timeout(Duration::from_secs(5));
    let app = AuthenticationClient::new(options).unwrap();
    let error = app.login_by_username("bob", "passw0rd!").unwrap_err();
    server.join().unwrap();
    error
}

#[test]
fn an_answer_that_is_no_http_is_not_blamed_on_the_connection() {
    let huge = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(200_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(2000));
    for answer in ["SSH-2.0-OpenSSH_9.9\r\n", "HTTP/1.1 abc\r\n\r\n", &huge, &many] {
        let error = login_error_after(answer.as_bytes().to_vec());
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Http, false), "{error}");
        assert!(error.message().starts_with("the answer is not proper HTTP"), "{error}");
    }
}

#[test]
fn the_longest_timeout_is_no_overflow() {
    let cloud = Cloud::start();
    for timeout in [Duration::MAX, Duration::from_secs(u64::MAX / 2)] {
        let options = options(&cloud.emulator).timeout(timeout);
        AuthenticationClient::new(options).unwrap().check_login_status("x").unwrap();
    }
}

#[test]
fn a_refused_connection_is_told_and_a_query_is_tried_again() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let app = AuthenticationClient::new(
        Options::new()
            .app("app", format!("http://127.0.0.1:{port}"))
            .timeout(Duration::from_secs(5)),
    )
    .unwrap();
    let error = app.login_by_username("bob", "passw0rd!").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(error.message().starts_with("no connection to the server"), "{error}");
    let cause = error.source().unwrap().downcast_ref::<TransportError>().unwrap();
    assert_eq!(cause.failure(), TransportFailure::Connect);
}

#[test]
fn a_host_without_an_address_is_no_connection() {
    // RFC 6761: a name below `invalid` never has one.
    let options = Options::new().app("app", "http://nowhere.invalid").no_proxy();
    let app = AuthenticationClient::new(options).unwrap();
    let error = app.login_by_username("bob", "passw0rd!").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    let cause = error.source().unwrap().downcast_ref::<TransportError>().unwrap();
    assert_eq!(cause.failure(), TransportFailure::Connect, "{error}");
}

#[test]
fn a_body_is_sent_with_every_method_and_none_where_there_is_none() {
    let cloud = Cloud::start();
    let body = json!({"id": "x"});
    for (request, sent) in [
        (RestRequest::get("/get"), ""),
        (RestRequest::delete("/delete"), ""),
        (RestRequest::post("/post"), ""),
        (RestRequest::get("/get").json(body.clone()), r#"{"id":"x"}"#),
        (RestRequest::delete("/delete").json(body.clone()), r#"{"id":"x"}"#),
        (RestRequest::patch("/patch").json(body), r#"{"id":"x"}"#),
    ] {
        cloud.app.session("token").rest::<()>(&request).unwrap_err();
        assert_eq!(cloud.emulator.requests().pop().unwrap().body, sent, "{request:?}");
    }
}

#[test]
fn a_command_that_fails_in_its_answer_is_an_error_like_any_other() {
    let cloud = Cloud::start();
    let answer = r#"{"data":{"deleteUser":{"code":2004,"message":"nobody"}}}"#;
    cloud.emulator.inject(Fault::on("deleteUser").status(200).body(answer));
    let error = cloud.admin.users().delete("nobody").unwrap_err();
    assert_eq!((error.code(), error.status()), (Some(2004), Some(200)));
    assert_eq!((error.operation(), error.message()), ("deleteUser", "nobody"));
}

#[test]
fn a_redirect_is_not_followed_and_the_token_stays_home() {
    let thief = Cloud::start();
    let cloud = Cloud::start();
    let session = cloud.bob();
    let elsewhere = format!("{}/graphql/v2", thief.emulator.url());
    for status in [301, 302, 307, 308] {
        cloud.emulator.inject(Fault::on("user").status(status).header("location", &elsewhere));
        assert_eq!(session.current_user().unwrap_err().status(), Some(status));
    }
    assert!(thief.emulator.requests().is_empty());
}

#[test]
fn rest_failures_are_read_at_any_status() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    for (status, body, kind, code) in [
        (200, r#"{"code":2020,"message":"no"}"#, ErrorKind::Api, Some(2020)),
        (400, r#"{"code":400,"message":"no"}"#, ErrorKind::Api, Some(400)),
        (
            200,
            r#"{"statusCode":499,"apiCode":"2011","message":"no","uniqueId":"u"}"#,
            ErrorKind::Api,
            Some(2011),
        ),
        (500, "<html>", ErrorKind::Http, None),
        (200, "", ErrorKind::Http, None),
        (200, r#"{"code":200,"#, ErrorKind::Parse, None),
    ] {
        cloud.emulator.inject(Fault::on("/api/v2/logout").status(status).body(body));
        let error = session.clone().logout().unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, code), "{body}: {error}");
        assert_eq!((error.status(), error.operation()), (Some(status), "GET /api/v2/logout"));
    }
}

#[test]
fn the_observer_sees_every_error_of_every_call_once() {
    let cloud = Cloud::start();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let options = options(&cloud.emulator)
        .timeout(Duration::from_secs(5))
        .on_error(move |error| log.lock().unwrap().push(error.to_string()));
    let app = AuthenticationClient::new(options.clone()).unwrap();
    let admin = ManagementClient::new(options.clone()).unwrap();
    let wrong =
        ManagementClient::new(options.user_pool(cloud.emulator.user_pool_id(), "nope")).unwrap();
    cloud.emulator.inject(Fault::on("updateUser").status(500));
    cloud.app.register_by_username("bob", "passw0rd!").unwrap();

    let told = [
        app.login_by_username("nobody", "passw0rd!").unwrap_err(),
        app.login_by_username("bob", "x".repeat(200)).unwrap_err(),
        app.session("a\nb").current_user().unwrap_err(),
        app.session("nonsense").current_user().unwrap_err(),
        admin.users().detail("").unwrap_err(),
        admin.users().update("id", UserUpdate::new()).unwrap_err(),
        admin.rest::<()>(&RestRequest::get("no-slash")).unwrap_err(),
        wrong.users().list().page(1).unwrap_err(),
    ]
    .map(|error| error.to_string());
    assert_eq!(*seen.lock().unwrap(), told);
    app.login_by_username("bob", "passw0rd!").unwrap();
    assert_eq!(seen.lock().unwrap().len(), told.len());
}

#[test]
fn an_error_that_is_a_result_is_not_observed() {
    let cloud = Cloud::start();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let options =
        options(&cloud.emulator).on_error(move |error| log.lock().unwrap().push(error.to_string()));
    let admin = ManagementClient::new(options.clone()).unwrap();
    let app = AuthenticationClient::new(options).unwrap();
    let answer = |code| format!(r#"{{"errors":[{{"message":{{"code":{code},"message":"no"}}}}]}}"#);
    cloud.emulator.inject(Fault::on("user").status(200).body(answer(2004)));
    cloud.emulator.inject(Fault::on("findUser").status(200).body(answer(2004)).times(2));
    cloud.emulator.inject(Fault::on("checkLoginStatus").status(200).body(answer(2206)));
    assert_eq!(admin.users().detail("nobody").unwrap(), None);
    assert_eq!(admin.users().find(authing::UserKey::username("nobody")).unwrap(), None);
    assert_eq!(admin.users().find_by_identity("github", "nobody").unwrap(), None);
    assert!(!app.check_login_status("token").unwrap().is_valid());
    assert_eq!(*seen.lock().unwrap(), [""; 0]);
}

#[test]
fn a_refusal_that_is_not_of_the_users_token_does_not_make_it_invalid() {
    let cloud = Cloud::start();
    let wrong = options(&cloud.emulator).user_pool(cloud.emulator.user_pool_id(), "wrong-secret");
    let error = ManagementClient::new(wrong).unwrap().check_login_status("token").unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Api, "accessToken"), "{error}");
    cloud.emulator.inject(Fault::on("checkLoginStatus").status(401).body("<html>Proxy"));
    let error = cloud.app.check_login_status("token").unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Http, Some(401)), "{error}");
}

#[test]
fn a_certificate_of_nobody_is_refused_before_anything_is_sent() {
    // A server that speaks anything but TLS is enough to see that https does not fall back.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut first = [0; 1024];
        let length = stream.read(&mut first).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
        first[..length].to_vec()
    });
    let options = Options::new().app("app", format!("https://127.0.0.1:{port}"));
    let app =
        AuthenticationClient::new(options.no_proxy().timeout(Duration::from_secs(5))).unwrap();
    let error = app.login_by_username("bob", "passw0rd!").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    let sent = server.join().unwrap();
    assert_eq!(sent[0], 0x16, "a TLS handshake and nothing else");
}

#[test]
fn a_broken_list_of_authorities_is_named() {
    for (pem, reason) in [("", "no certificate"), ("-----BEGIN CERTIFICATE-----\n!", "broken PEM")]
    {
        let roots = TlsRoots::Pem(pem.as_bytes().to_vec());
        let error = AuthenticationClient::new(Options::new().app_id("app").tls_roots(roots));
        let error = error.unwrap_err().to_string();
        assert!(error.contains("`tls_roots`") && error.contains(reason), "{error}");
    }
    let _ = HttpOptions::new();
}
