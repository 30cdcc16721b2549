//! What is tried again, how often, and what the caller is told of the wait.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use authing::http::{Limits, Transport, TransportError, TransportFailure};
use authing::{AuthenticationClient, ErrorKind, NewUser, Options, RestRequest, UserUpdate};
use authing_emulator::Fault;
use serde_json::json;
use support::Cloud;

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
    let cloud = Cloud::start();
    cloud.emulator.inject(Fault::on("/api/v2/logout").status(504));
    assert_eq!(cloud.bob().logout().unwrap_err().status(), Some(504));
    assert_eq!(cloud.requests("/api/v2/logout").len(), 1, "a GET that changes something");

    // A document of the user's is one or the other, too.
    let document = "mutation { deleteUser(id: \"x\") { code } }";
    cloud.admin.users().list().page(1).unwrap();
    for (operation, document, requests) in
        [("deleteUser", document, 1), ("isUserExists", "{ isUserExists(username: \"x\") }", 2)]
    {
        cloud.emulator.inject(Fault::on(operation).status(503));
        let _ = cloud.admin.graphql::<serde_json::Value>(document, json!({}));
        assert_eq!(cloud.requests(operation).len(), requests, "{document}");
    }

    for status in [400, 401, 403, 404, 500, 501] {
        let cloud = Cloud::start();
        cloud.emulator.inject(Fault::on("checkLoginStatus").status(status));
        cloud.app.check_login_status("x").unwrap_err();
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
fn the_wish_to_wait_is_told_also_when_the_service_itself_has_it() {
    let cloud = Cloud::start();
    for (at, body) in [
        ("updateUser", r#"{"errors":[{"message":{"code":1002,"message":"too often"}}]}"#),
        ("/api/v2/slow", r#"{"code":1002,"message":"too often"}"#),
    ] {
        cloud.emulator.inject(Fault::on(at).status(429).header("retry-after", "7").body(body));
        let error = match at {
            "updateUser" => cloud.admin.users().update("id", UserUpdate::new()).unwrap_err(),
            _ => cloud.admin.rest::<()>(&RestRequest::post(at)).unwrap_err(),
        };
        assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(429)), "{error}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)), "{at}");
    }
}
