//! What must not pass at jAccount: foreign callbacks, forged tokens, refusals, odd answers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/jaccount.rs"]
mod support;

use std::error::Error as _;
use std::time::{Duration, SystemTime};

use authing::http::HttpOptions;
use authing::jaccount::{Client, Tokens};
use authing::oauth2::{CallbackFailure, ErrorAnswer};
use authing::oidc::{Algorithm, VerificationFailure};
use authing::{Error, ErrorKind, Secret};
use authing_emulator::Fault;
use serde_json::{Value, json};
use support::{ISSUER, Jaccount, TOKEN_PATH, answer, options};

const PROFILE_PATH: &str = "/jaccount-api/v1/me/profile";

#[test]
fn a_callback_of_another_login_is_refused_before_anything_is_sent() {
    let sjtu = Jaccount::start();
    let login = sjtu.client.login().start();
    let callback = sjtu.sign_in(&login, "student");
    let state = login.pending.state().to_owned();
    sjtu.emulator.clear_requests();
    let missing = |parameter| CallbackFailure::Missing { parameter };
    for (callback, expected) in [
        (
            callback.replace(&state, "another"),
            CallbackFailure::State { expected: state.clone(), got: "another".to_owned() },
        ),
        (callback.replace("state=", "stat="), missing("state")),
        (format!("?state={state}"), missing("code")),
        (format!("?state={state}&code="), missing("code")),
        (
            format!("{callback}&state={state}"),
            CallbackFailure::Duplicate { parameter: "state".to_owned() },
        ),
        (
            format!("{callback}&iss=https://evil.example/"),
            CallbackFailure::Issuer {
                expected: ISSUER.to_owned(),
                got: "https://evil.example/".to_owned(),
            },
        ),
        (String::new(), missing("state")),
    ] {
        let error = sjtu.client.finish(&callback, login.pending.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{callback}");
        assert_eq!(CallbackFailure::of(&error), Some(&expected), "{callback}");
    }
    assert_eq!(sjtu.emulator.requests(), []);
    sjtu.client.finish(&callback, login.pending).unwrap();
}

#[test]
fn an_id_token_with_a_wrong_claim_is_refused_with_both_values() {
    let sjtu = Jaccount::start();
    let me = sjtu.emulator.app_id().to_owned();
    let strings = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
    let missing = |claim| VerificationFailure::MissingClaim { claim };
    let audience =
        |got: &[&str]| VerificationFailure::Audience { expected: me.clone(), got: strings(got) };
    for (claim, value, expected) in [
        ("aud", json!("another-client"), audience(&["another-client"])),
        ("aud", json!([]), audience(&[])),
        ("aud", Value::Null, missing("aud")),
        (
            "iss",
            json!("https://jaccount.sjtu.edu.cn/oauth2"),
            VerificationFailure::Issuer {
                expected: ISSUER.to_owned(),
                got: "https://jaccount.sjtu.edu.cn/oauth2".to_owned(),
            },
        ),
        ("iss", Value::Null, missing("iss")),
        ("sub", json!(""), missing("sub")),
        ("exp", Value::Null, missing("exp")),
        ("iat", Value::Null, missing("iat")),
    ] {
        let failure = failure(&sjtu, |claims| claims[claim] = value.clone());
        assert_eq!(failure, expected, "{claim}: {value}");
    }
    for value in [json!("n-2"), Value::Null] {
        let got = value.as_str().map(str::to_owned);
        match failure(&sjtu, |claims| claims["nonce"] = value) {
            VerificationFailure::Nonce { expected: Some(_), got: found } => assert_eq!(found, got),
            other => panic!("{other:?}"),
        }
    }
    let iat = support::now() + 300;
    match failure(&sjtu, |claims| claims["iat"] = json!(iat)) {
        VerificationFailure::IssuedInFuture { iat: got, .. } => assert_eq!(got as u64, iat),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_token_of_another_login_of_the_same_user_is_refused() {
    let sjtu = Jaccount::start();
    let earlier = sjtu.log_in("student", &["openid"]);
    let token = earlier.id_token().unwrap().expose();
    let error = sjtu.finish_with(|_| answer(token)).unwrap_err();
    assert!(matches!(reason(&error), VerificationFailure::Nonce { .. }), "{error}");
}

#[test]
fn an_expired_token_is_refused_by_the_clock_that_was_set() {
    let sjtu = Jaccount::start();
    for (late, is_good) in [(0, true), (3600 + 30, true), (3600 + 65, false)] {
        let clock = move || SystemTime::now() + Duration::from_secs(late);
        let client = Client::with_options(options(&sjtu.emulator).clock(clock)).unwrap();
        let login = client.login().start();
        let outcome = client.finish(&sjtu.sign_in(&login, "student"), login.pending);
        match outcome {
            Ok(_) => assert!(is_good, "{late} s late"),
            Err(error) => {
                assert!(matches!(reason(&error), VerificationFailure::Expired { .. }), "{error}");
                assert!(!is_good, "{late} s late");
            }
        }
    }
    let strict = options(&sjtu.emulator)
        .clock(|| SystemTime::now() + Duration::from_secs(3601))
        .leeway(Duration::ZERO);
    let client = Client::with_options(strict).unwrap();
    let login = client.login().start();
    assert!(client.finish(&sjtu.sign_in(&login, "student"), login.pending).is_err());
}

#[test]
fn only_hs256_with_the_clients_own_secret_is_a_signature() {
    let sjtu = Jaccount::start();
    let sign = |header: Value, nonce: &str, secret: &str| {
        answer(&support::sign(&header, &sjtu.claims(nonce), secret))
    };
    let own = sjtu.emulator.app_secret();
    let hs256 = json!({ "alg": "HS256" });
    sjtu.finish_with(|nonce| sign(hs256.clone(), nonce, own)).unwrap();
    for secret in ["another-secret-of-thirty-two-chars", "", &own[1..]] {
        let error = sjtu.finish_with(|nonce| sign(hs256.clone(), nonce, secret)).unwrap_err();
        assert!(matches!(reason(&error), VerificationFailure::Signature { .. }), "{error}");
    }
    for alg in ["none", "None", "HS384", "HS512", "RS256", "hs256", ""] {
        let error = sjtu.finish_with(|nonce| sign(json!({ "alg": alg }), nonce, own)).unwrap_err();
        let expected = vec![Algorithm::HS256];
        let failure = VerificationFailure::Algorithm { expected, got: alg.to_owned() };
        assert_eq!(reason(&error), &failure);
    }
    let unsigned = sjtu.finish_with(|nonce| {
        let token = sjtu.sign(&sjtu.claims(nonce));
        answer(&token[..=token.rfind('.').unwrap()])
    });
    let error = unsigned.unwrap_err();
    assert!(matches!(reason(&error), VerificationFailure::Signature { .. }), "{error}");
    for token in ["x", "a.b.c", "....."] {
        let error = sjtu.finish_with(|_| answer(token)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{token}: {error}");
    }
}

#[test]
fn a_secret_that_jaccount_made_short_still_verifies_and_a_wrong_one_does_not() {
    let emulator = authing_emulator::Emulator::builder().app("id", "s3cret").start().unwrap();
    let sjtu = Jaccount { client: Client::with_options(options(&emulator)).unwrap(), emulator };
    sjtu.log_in("student", &["openid"]);
    let forged = sjtu.finish_with(|nonce| {
        answer(&support::sign(&json!({ "alg": "HS256" }), &sjtu.claims(nonce), "s3creT"))
    });
    assert!(matches!(reason(&forged.unwrap_err()), VerificationFailure::Signature { .. }));
}

#[test]
fn a_changed_payload_is_refused() {
    let sjtu = Jaccount::start();
    let outcome = sjtu.finish_with(|nonce| {
        let mut claims = sjtu.claims(nonce);
        let good = sjtu.sign(&claims);
        claims["sub"] = json!("faculty");
        let other = sjtu.sign(&claims);
        let part = |token: &str, at: usize| token.split('.').nth(at).unwrap().to_owned();
        answer(&format!("{}.{}.{}", part(&good, 0), part(&other, 1), part(&good, 2)))
    });
    assert!(matches!(reason(&outcome.unwrap_err()), VerificationFailure::Signature { .. }));
}

#[test]
fn a_missing_id_token_is_an_error_where_one_was_asked_for() {
    let sjtu = Jaccount::start();
    for id_token in [json!(null), json!("")] {
        let body = json!({ "access_token": "at-1", "id_token": id_token });
        let error = sjtu.finish_with(|_| body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parse);
        assert!(error.to_string().starts_with("token request: "), "{error}");
        assert!(error.message().contains("`id_token` is missing"), "{error}");
    }
}

#[test]
fn an_id_token_that_nobody_asked_for_is_verified_all_the_same() {
    let sjtu = Jaccount::start();
    let login = sjtu.client.login().scopes(["basic"]).start();
    let callback = sjtu.sign_in(&login, "student");
    let forged = support::sign(&json!({ "alg": "HS256" }), &sjtu.claims("n"), "not the secret");
    sjtu.emulator.inject(Fault::on(TOKEN_PATH).status(200).body(answer(&forged).to_string()));
    let error = sjtu.client.finish(&callback, login.pending).unwrap_err();
    assert!(matches!(reason(&error), VerificationFailure::Signature { .. }));
}

#[test]
fn a_refused_code_says_why_and_shows_no_secret() {
    let sjtu = Jaccount::start();
    let login = sjtu.client.login().start();
    let callback = sjtu.sign_in(&login, "student");
    sjtu.client.finish(&callback, login.pending.clone()).unwrap();
    let error = sjtu.client.finish(&callback, login.pending.clone()).unwrap_err();
    let refusal = ErrorAnswer::of(&error).unwrap();
    assert_eq!((refusal.error.as_str(), refusal.status), ("invalid_grant", Some(400)));
    assert_eq!((error.kind(), error.operation()), (ErrorKind::OAuth, "token request"));

    let code = support::parameters(&callback)["code"].clone();
    let secret = sjtu.emulator.app_secret();
    let echo = json!({ "error": "invalid_grant", "error_description": format!("{code} {secret}") });
    sjtu.emulator.inject(Fault::on(TOKEN_PATH).status(400).body(echo.to_string()));
    let error = sjtu.client.finish(&callback, login.pending).unwrap_err();
    let shown = format!("{error} {error:?} {:?}", error.source());
    assert!(!shown.contains(&code) && !shown.contains(secret), "{shown}");
}

#[test]
fn a_wrong_client_secret_is_an_oauth_error() {
    let sjtu = Jaccount::start();
    let id = sjtu.emulator.app_id();
    let wrong = authing::jaccount::ClientOptions::new(id, "wrong", support::REDIRECT_URI)
        .host(sjtu.emulator.jaccount_host());
    let client = Client::with_options(wrong).unwrap();
    let login = client.login().start();
    let error = client.finish(&sjtu.sign_in(&login, "student"), login.pending).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "invalid_client");
    assert!(error.is_unauthorized());
}

#[test]
fn what_is_no_answer_of_jaccount_is_told_as_what_it_is() {
    let sjtu = Jaccount::start();
    let html = "<html><body>Bad gateway";
    let json = r#"{"errno":0,"error":"success","entities":[{"account":"#;
    let cases: [(Fault, ErrorKind); 8] = [
        (Fault::any().status(200).content_type("text/html").body(html), ErrorKind::Http),
        (Fault::any().status(404).content_type("text/html").body(html), ErrorKind::Http),
        (Fault::any().status(200), ErrorKind::Http),
        (Fault::any().status(302).header("location", "https://evil.example/"), ErrorKind::Http),
        (Fault::any().status(200).body(json), ErrorKind::Parse),
        (Fault::any().status(200).body("[]"), ErrorKind::Parse),
        (Fault::any().status(200).body("{}"), ErrorKind::Parse),
        (Fault::any().huge(3 << 20), ErrorKind::Http),
    ];
    for (number, (fault, kind)) in cases.into_iter().enumerate() {
        let login = sjtu.client.login().start();
        let callback = sjtu.sign_in(&login, "student");
        sjtu.emulator.inject(fault.clone());
        let error = sjtu.client.finish(&callback, login.pending).unwrap_err();
        assert_eq!(error.kind(), kind, "token, case {number}: {error}");
        sjtu.emulator.inject(fault);
        let error = sjtu.client.profile("at-1").unwrap_err();
        assert_eq!(error.kind(), kind, "profile, case {number}: {error}");
        assert!(!format!("{error:?}").contains("at-1"), "{error:?}");
    }
}

#[test]
fn a_code_is_sent_once_whatever_happens_and_an_api_call_again() {
    let sjtu = Jaccount::start();
    for fault in [Fault::any().drop_connection(), Fault::any().status(503).body("busy")] {
        let login = sjtu.client.login().start();
        let callback = sjtu.sign_in(&login, "student");
        sjtu.emulator.clear_requests();
        sjtu.emulator.inject(fault.clone());
        let error = sjtu.client.finish(&callback, login.pending).unwrap_err();
        assert!(error.is_retryable(), "{error}");
        assert_eq!(sjtu.emulator.requests().len(), 1);
    }
    let tokens = sjtu.log_in("student", &["basic"]);
    sjtu.emulator.inject(Fault::on(PROFILE_PATH).status(503).body("busy"));
    assert!(sjtu.client.profile(tokens.access_token()).is_ok());
}

#[test]
fn a_server_that_hangs_ends_in_a_timeout() {
    let sjtu = Jaccount::start();
    let http = HttpOptions::new().timeout(Duration::from_millis(300));
    let client = Client::with_options(options(&sjtu.emulator).http(http)).unwrap();
    sjtu.emulator.inject(Fault::on(PROFILE_PATH).hang());
    assert!(client.profile("at-1").unwrap_err().is_timeout());
}

#[test]
fn an_errno_is_an_error_with_its_number_and_text_at_any_status() {
    let sjtu = Jaccount::start();
    let error = sjtu.client.profile("at-0").unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(401)));
    assert_eq!(
        error.to_string(),
        "GET /v1/me/profile: the access token is unknown or has expired (code 401)"
    );
    let busy = Fault::on(PROFILE_PATH).status(429).header("retry-after", "120");
    sjtu.emulator.inject(busy.body(r#"{"errno":9,"error":"busy"}"#));
    let error = sjtu.client.profile("at-12345").unwrap_err();
    assert!(error.is_rate_limited() && error.is_retryable());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(120)));
    // 2004 is "user not found" in the cloud, and something else here.
    for (status, body, code, message) in [
        (200, r#"{"errno":2004,"error":"no"}"#, 2004, "no"),
        (200, r#"{"errno":"-1","error":"no","entities":[]}"#, -1, "no"),
        (400, r#"{"errno":2004,"error":"no"}"#, 2004, "no"),
        (200, r#"{"errno":7,"error":null}"#, 7, "the service refused without a reason"),
        (200, r#"{"errno":7,"error":"at-12345 is bad"}"#, 7, "[redacted] is bad"),
    ] {
        sjtu.emulator.inject(Fault::on(PROFILE_PATH).status(status).body(body));
        let error = sjtu.client.profile("at-12345").unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(code)), "{body}");
        assert_eq!((error.message(), error.status()), (message, Some(status)), "{body}");
        assert!(!error.is_not_found() && !error.is_unauthorized(), "{body}");
    }
}

#[test]
fn an_api_answer_of_another_shape_is_refused_by_name() {
    let sjtu = Jaccount::start();
    for (status, body, kind, reason) in [
        (200, r#"{"errno":0,"entities":{}}"#, ErrorKind::Parse, "`entities` are no list"),
        (200, r#"{"errno":0,"entities":[]}"#, ErrorKind::Parse, "no profile"),
        (200, r#"{"errno":0,"entities":[{"name":{}}]}"#, ErrorKind::Parse, "[0].name"),
        (200, r#"{"errno":null,"entities":[]}"#, ErrorKind::Parse, "documented shape"),
        (500, r#"{"errno":0,"entities":[]}"#, ErrorKind::Http, "not one of the service"),
        (401, r#"{"message":"Unauthorized"}"#, ErrorKind::Http, "not one of the service"),
    ] {
        sjtu.emulator.inject(Fault::on(PROFILE_PATH).status(status).body(body));
        let error = sjtu.client.profile("at-1").unwrap_err();
        assert_eq!(error.kind(), kind, "{body}: {error}");
        assert!(error.to_string().contains(reason), "{body}: {error}");
        assert_eq!(error.operation(), "GET /v1/me/profile");
        assert_eq!(error.is_unauthorized(), status == 401);
    }
}

#[test]
fn an_expired_or_revoked_access_token_and_a_missing_scope_are_told() {
    let sjtu = Jaccount::start();
    let tokens = sjtu.log_in("student", &["basic"]);
    assert_eq!(sjtu.client.lessons(tokens.access_token()).unwrap_err().code(), Some(403));
    sjtu.emulator.advance(Duration::from_secs(3601));
    assert_eq!(sjtu.client.profile(tokens.access_token()).unwrap_err().code(), Some(401));
    sjtu.client.refresh(&tokens).unwrap();
    sjtu.emulator.revoke_tokens();
    let error = sjtu.client.refresh(&tokens).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "invalid_grant");
}

#[test]
fn a_refresh_can_change_neither_the_user_nor_the_login() {
    let sjtu = Jaccount::start();
    let tokens = sjtu.log_in("student", &["openid"]);
    let mut claims = sjtu.claims("");
    claims["sub"] = json!("faculty");
    let body = answer(&sjtu.sign(&claims)).to_string();
    let refresh = |call: &dyn Fn() -> authing::Result<Tokens>| {
        sjtu.emulator.inject(Fault::on(TOKEN_PATH).status(200).body(body.clone()));
        call()
    };
    let other = VerificationFailure::Subject { expected: "student".into(), got: "faculty".into() };
    let stored = tokens.refresh_token().unwrap();
    let error = refresh(&|| sjtu.client.refresh(&tokens)).unwrap_err();
    assert_eq!(reason(&error), &other);
    let error = refresh(&|| sjtu.client.refresh_stored(stored, Some("student"))).unwrap_err();
    assert_eq!(reason(&error), &other);

    let mut claims = sjtu.claims("the nonce of another login");
    let body = answer(&sjtu.sign(&claims)).to_string();
    sjtu.emulator.inject(Fault::on(TOKEN_PATH).status(200).body(body));
    let error = sjtu.client.refresh(&tokens).unwrap_err();
    assert!(matches!(reason(&error), VerificationFailure::Nonce { .. }), "{error}");
    claims["nonce"] = json!(tokens.claims().unwrap().nonce);
    let body = answer(&sjtu.sign(&claims)).to_string();
    sjtu.emulator.inject(Fault::on(TOKEN_PATH).status(200).body(body));
    sjtu.client.refresh(&tokens).unwrap();

    let none = sjtu.finish_with(|nonce| answer(&sjtu.sign(&sjtu.claims(nonce)))).unwrap();
    assert_eq!(sjtu.client.refresh(&none).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn debug_shows_no_secret() {
    let sjtu = Jaccount::start();
    let tokens = sjtu.log_in("student", &["openid"]);
    let shown = format!("{:?} {tokens:?} {:?}", sjtu.client, options(&sjtu.emulator));
    let secrets =
        [tokens.access_token(), tokens.refresh_token().unwrap(), tokens.id_token().unwrap()];
    for secret in secrets.map(Secret::expose).into_iter().chain([sjtu.emulator.app_secret()]) {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// Why a login with these claims is refused.
fn failure(sjtu: &Jaccount, change: impl FnOnce(&mut Value)) -> VerificationFailure {
    let outcome = sjtu.finish_with(|nonce| {
        let mut claims = sjtu.claims(nonce);
        change(&mut claims);
        answer(&sjtu.sign(&claims))
    });
    reason(&outcome.unwrap_err()).clone()
}

fn reason(error: &Error) -> &VerificationFailure {
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    VerificationFailure::of(error).unwrap()
}
