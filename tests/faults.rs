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
use authing::{AuthenticationClient, ErrorKind, ManagementClient, NewUser, Options};
use authing_emulator::Fault;
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

/// Fails as told before it sends anything, then passes on.
#[derive(Clone, Debug)]
struct Flaky {
    failures: Arc<Mutex<Vec<TransportFailure>>>,
    attempts: Arc<Mutex<usize>>,
}

impl Transport for Flaky {
    fn send(
        &self,
        _request: http::Request<Vec<u8>>,
        _limits: &Limits,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        *self.attempts.lock().unwrap() += 1;
        match self.failures.lock().unwrap().pop() {
            Some(failure) => Err(TransportError::new(failure)),
            None => Ok(http::Response::new(
                br#"{"data":{"checkLoginStatus":null,"registerByUsername":null}}"#.to_vec(),
            )),
        }
    }
}

#[test]
fn a_failure_to_connect_is_tried_again_for_queries_and_nothing_else_is() {
    use TransportFailure::{Broken, Connect, Timeout, Tls, TooLarge};
    for (failures, query_attempts, query_works) in [
        (vec![Connect], 2, true),
        (vec![Connect, Connect], 3, true),
        (vec![Connect, Connect, Connect], 3, false),
        (vec![Broken], 1, false),
        (vec![Timeout], 1, false),
        (vec![Tls], 1, false),
        (vec![TooLarge], 1, false),
    ] {
        let flaky = |failures: &[TransportFailure]| Flaky {
            failures: Arc::new(Mutex::new(failures.to_vec())),
            attempts: Arc::default(),
        };
        let client = |flaky: &Flaky| {
            AuthenticationClient::new(Options::new().app_id("app").transport(flaky.clone()))
                .unwrap()
        };
        let query = flaky(&failures);
        assert_eq!(client(&query).check_login_status("t").is_ok(), query_works, "{failures:?}");
        assert_eq!(*query.attempts.lock().unwrap(), query_attempts, "{failures:?}");
        let mutation = flaky(&failures);
        client(&mutation).register_by_username("bob", "passw0rd!").unwrap_err();
        assert_eq!(*mutation.attempts.lock().unwrap(), 1, "{failures:?}");
    }
}

#[test]
fn a_busy_server_is_asked_again_for_queries_and_never_for_mutations() {
    for status in [429, 502, 503, 504] {
        let cloud = Cloud::start();
        cloud.admin.users().list().page(1).unwrap();
        cloud.emulator.inject(Fault::on("users").times(2).status(status));
        cloud.admin.users().list().page(1).unwrap();
        assert_eq!(cloud.requests("users").len(), 4, "{status}");

        cloud.emulator.inject(Fault::on("createUser").status(status));
        let error = cloud.admin.users().create(NewUser::username("bob")).unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert!(error.is_retryable());
        assert_eq!(cloud.requests("createUser").len(), 1, "{status}");
    }
    for status in [400, 401, 403, 404, 500, 501] {
        let cloud = Cloud::start();
        cloud.emulator.inject(Fault::on("checkLoginStatus").status(status));
        let outcome = cloud.app.check_login_status("x");
        assert!(status == 401 || outcome.is_err());
        assert_eq!(cloud.requests("checkLoginStatus").len(), 1, "{status}");
    }
}

#[test]
fn a_server_that_stays_busy_is_asked_three_times_and_its_wish_to_wait_is_told() {
    let cloud = Cloud::start();
    cloud
        .emulator
        .inject(Fault::on("checkLoginStatus").times(9).status(429).header("retry-after", "0"));
    let error = cloud.app.check_login_status("x").unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::ZERO));
    assert_eq!(cloud.requests("checkLoginStatus").len(), 3);

    // A wait that is longer than the call may take is left to the caller.
    let cloud = Cloud::start();
    cloud.emulator.inject(Fault::on("checkLoginStatus").status(503).header("retry-after", "3600"));
    let error = cloud.app.check_login_status("x").unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(cloud.requests("checkLoginStatus").len(), 1);
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
        admin.users().update("id", authing::UserUpdate::new()).unwrap_err(),
        admin.rest::<()>(&authing::RestRequest::get("no-slash")).unwrap_err(),
        wrong.users().list().page(1).unwrap_err(),
    ]
    .map(|error| error.to_string());
    assert_eq!(*seen.lock().unwrap(), told);
    app.login_by_username("bob", "passw0rd!").unwrap();
    assert_eq!(seen.lock().unwrap().len(), told.len());
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
