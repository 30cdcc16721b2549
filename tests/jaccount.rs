//! jAccount through the emulator: logins, tokens, logout and the API.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/jaccount.rs"]
mod support;

use std::time::{Duration, SystemTime};

use authing::jaccount::{Api, Birthday, Client, IdTokenClaims, Pending, UserType};
use authing::oauth2::ErrorAnswer;
use authing::{ErrorKind, Secret};
use authing_emulator::{Emulator, Fault};
use browser::Browser;
use serde_json::json;
use support::{ISSUER, Jaccount, PASSWORD, REDIRECT_URI, TOKEN_PATH, parameters};

#[test]
fn a_login_gives_the_verified_claims_of_users_of_every_type() {
    let sjtu = Jaccount::start();
    for (account, user_type, name, code) in [
        ("student", UserType::Student, "张三", Some("519021910001")),
        ("faculty", UserType::Faculty, "李四", Some("12345")),
        ("alumni", UserType::Alumni, "王五", None),
    ] {
        let tokens = sjtu.log_in(account, &["openid"]);
        let claims = tokens.claims().unwrap();
        assert_eq!((claims.sub.as_str(), claims.name.as_deref()), (account, Some(name)));
        assert_eq!((claims.user_type.as_ref(), claims.code.as_deref()), (Some(&user_type), code));
        assert_eq!((claims.iss.as_str(), claims.exp - claims.iat), (ISSUER, 3600));
        assert_eq!(claims.aud, [sjtu.emulator.app_id()]);
        assert_eq!(claims.claim("type"), Some(&json!(account)));
        assert_eq!(tokens.scopes().unwrap(), ["openid"]);
        assert!(tokens.refresh_token().is_some() && tokens.id_token().is_some());
        let lifetime = tokens.expires_at().unwrap().duration_since(SystemTime::now()).unwrap();
        assert!(lifetime <= Duration::from_secs(3600), "{lifetime:?}");
    }
}

#[test]
fn a_type_that_is_not_known_here_is_kept() {
    let sjtu = Jaccount::start();
    let tokens = sjtu.finish_with(|nonce| {
        let mut claims = sjtu.claims(nonce);
        claims["type"] = json!("postphd");
        support::answer(&sjtu.sign(&claims))
    });
    let claims = tokens.unwrap().claims().unwrap().clone();
    assert_eq!(claims.user_type, Some(UserType::Unknown("postphd".to_owned())));
}

#[test]
fn the_login_url_has_what_is_documented_and_nothing_else() {
    let client = Client::new("id", "secret", "https://me.example/auth").unwrap();
    let login = client.login().scopes(["openid", "lessons"]).parameter("lang", "en").start();
    assert!(login.url.starts_with("https://jaccount.sjtu.edu.cn/oauth2/authorize?"));
    let mut sent = parameters(&login.url);
    assert_eq!(sent.remove("state").as_deref(), Some(login.pending.state()));
    assert_eq!(sent.remove("nonce").map(|nonce| nonce.len()), Some(43));
    let expected = [
        ("client_id", "id"),
        ("lang", "en"),
        ("redirect_uri", "https://me.example/auth"),
        ("response_type", "code"),
        ("scope", "openid lessons"),
    ];
    assert_eq!(sent, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    assert_eq!(login.pending.scopes(), ["openid", "lessons"]);
}

#[test]
fn every_login_has_a_state_and_a_nonce_of_its_own_which_nobody_can_set() {
    let client = Client::new("id", "secret", "https://me.example/auth").unwrap();
    let request = client.login().parameter("state", "mine").parameter("nonce", "mine");
    let (one, other) = (request.clone().start(), request.start());
    for name in ["state", "nonce"] {
        let (one, other) = (&parameters(&one.url)[name], &parameters(&other.url)[name]);
        assert!(one != other && one != "mine" && one.len() == 43, "{name}: {one}");
    }
}

#[test]
fn without_openid_there_is_neither_nonce_nor_claims() {
    let sjtu = Jaccount::start();
    let login = sjtu.client.login().scopes(["basic"]).start();
    assert!(!parameters(&login.url).contains_key("nonce"));
    let callback = sjtu.sign_in(&login, "student");
    let tokens = sjtu.client.finish(&callback, login.pending).unwrap();
    assert_eq!(tokens.claims(), None);
    let none: [&str; 0] = [];
    assert!(!parameters(&sjtu.client.login().scopes(none).start().url).contains_key("scope"));
}

#[test]
fn a_login_survives_being_stored_and_comes_back_to_an_address_of_its_own() {
    let sjtu = Jaccount::start();
    let other = "https://other.example/back";
    let login = sjtu.client.login().redirect_uri(other).unwrap().start();
    let callback = sjtu.sign_in(&login, "student");
    assert!(callback.starts_with("https://other.example/back?code="));
    let stored = serde_json::to_string(&login.pending).unwrap();
    let pending: Pending = serde_json::from_str(&stored).unwrap();
    assert_eq!(pending, login.pending);
    sjtu.client.finish(&callback, pending).unwrap();
    let form = parameters(&sjtu.emulator.requests().last().unwrap().body);
    assert_eq!(form["redirect_uri"], other);
    assert!(sjtu.client.login().redirect_uri("/relative").is_err());
}

#[test]
fn a_code_is_redeemed_in_one_request_with_what_is_documented() {
    let sjtu = Jaccount::start();
    let login = sjtu.client.login().start();
    let callback = sjtu.sign_in(&login, "student");
    sjtu.emulator.clear_requests();
    sjtu.client.finish(&callback, login.pending).unwrap();
    let requests = sjtu.emulator.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("POST", TOKEN_PATH));
    let code = parameters(&callback)["code"].clone();
    let expected = [
        ("client_id", sjtu.emulator.app_id()),
        ("client_secret", sjtu.emulator.app_secret()),
        ("code", &code),
        ("grant_type", "authorization_code"),
        ("redirect_uri", REDIRECT_URI),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    assert_eq!(parameters(&requests[0].body), expected);
}

#[test]
fn a_program_can_send_the_requests_itself() {
    let sjtu = Jaccount::start();
    let send = |request: http::Request<Vec<u8>>| {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build();
        let answer = ureq::Agent::from(agent).run(request).unwrap();
        let (parts, mut body) = answer.into_parts();
        http::Response::from_parts(parts, body.read_to_vec().unwrap())
    };
    let (client, now) = (&sjtu.client, SystemTime::now());
    let login = client.login().scopes(["openid", "basic"]).start();
    let callback = sjtu.sign_in(&login, "student");
    let answer = send(client.token_request(&callback, &login.pending).unwrap());
    let tokens = client.read_tokens(&answer, &login.pending, now).unwrap();
    assert_eq!(tokens.claims().unwrap().sub, "student");

    let refresh_token = tokens.refresh_token().unwrap();
    let answer = send(client.refresh_request(refresh_token).unwrap());
    let read = |sub| client.read_refreshed_tokens(&answer, refresh_token, sub, now);
    assert_eq!(read(Some("student")).unwrap().refresh_token(), Some(refresh_token));
    assert_eq!(read(Some("faculty")).unwrap_err().kind(), ErrorKind::Verification);

    let answer = send(client.api_request(tokens.access_token(), Api::Profile, &[]).unwrap());
    let answer = authing::jaccount::ApiAnswer::read(&answer).unwrap();
    assert_eq!(answer.entities[0]["account"], "student");
    assert_eq!((answer.total, answer.member("error")), (Some(1), Some(&json!("success"))));
}

#[test]
fn a_refresh_gives_a_new_access_token_and_keeps_what_does_not_come_anew() {
    let sjtu = Jaccount::start();
    let tokens = sjtu.log_in("student", &["openid"]);
    let newer = sjtu.client.refresh(&tokens).unwrap();
    assert_ne!(newer.access_token(), tokens.access_token());
    assert_eq!(newer.refresh_token(), tokens.refresh_token());
    let form = parameters(&sjtu.emulator.requests().last().unwrap().body);
    let names: Vec<_> = form.keys().map(String::as_str).collect();
    assert_eq!(names, ["client_id", "client_secret", "grant_type", "refresh_token"]);

    let bare = r#"{"access_token": "at-2"}"#;
    sjtu.emulator.inject(Fault::on(TOKEN_PATH).status(200).body(bare));
    let last = sjtu.client.refresh(&newer).unwrap();
    assert_eq!(last.access_token(), &Secret::from("at-2"));
    assert_eq!((last.claims(), last.id_token()), (newer.claims(), newer.id_token()));
    assert_eq!(last.refresh_token(), tokens.refresh_token());

    let rotated = r#"{"access_token": "at-3", "refresh_token": "rt-3"}"#;
    sjtu.emulator.inject(Fault::on(TOKEN_PATH).status(200).body(rotated));
    let stored = sjtu.client.refresh_stored(last.refresh_token().unwrap(), None).unwrap();
    assert_eq!(stored.refresh_token(), Some(&Secret::from("rt-3")));
    assert_eq!(stored.claims(), None);
}

#[test]
fn the_password_is_not_asked_for_again_until_the_user_has_logged_out() {
    let sjtu = Jaccount::start();
    let mut browser = Browser::new();
    let url = || sjtu.client.login().start().url;
    assert_eq!(browser.sign_in(&url(), "student", "wrong").status, 401);
    assert_eq!(browser.sign_in(&url(), "student", PASSWORD).status, 302);
    assert_eq!(browser.get(&url()).status, 302, "signed in already");
    let gone = browser.get(&sjtu.client.logout_url("https://me.example/bye", Some("s 1")));
    assert_eq!(gone.target(), "https://me.example/bye?state=s+1");
    assert!(browser.get(&url()).body.contains("<form"));
    let bare = sjtu.client.bare_logout_url("https://me.example/bye");
    assert_eq!(browser.get(&bare).target(), "https://me.example/bye");
    let names = parameters(&bare).into_keys().collect::<Vec<_>>();
    assert_eq!(names, ["post_logout_redirect_uri"]);
}

#[test]
fn a_user_who_does_not_want_to_is_told_apart_from_a_failure() {
    let sjtu = Jaccount::start();
    let login = sjtu.client.login().start();
    let cancel = [("cancel".to_owned(), "1".to_owned())];
    let page = Browser::new().post(&login.url, &cancel);
    let error = sjtu.client.finish(page.target(), login.pending).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OAuth);
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "access_denied");
}

#[test]
fn the_scopes_decide_what_the_profile_tells() {
    let sjtu = Jaccount::start();
    let profile = |account: &str, scope: &str| {
        let tokens = sjtu.log_in(account, &[scope]);
        sjtu.client.profile(tokens.access_token()).unwrap()
    };
    let basic = profile("student", "basic");
    assert_eq!((basic.account.as_deref(), basic.name.as_deref()), (Some("student"), Some("张三")));
    assert_eq!((basic.code, basic.user_type, basic.email), (None, None, None));
    let essential = profile("student", "essential");
    assert_eq!(essential.user_type, Some(UserType::Student));
    assert_eq!((essential.class_no, essential.identities.len()), (None, 0));
    assert!(essential.organize.unwrap().name.is_some());
    let full = profile("student", "profile");
    assert_eq!((full.class_no.as_deref(), full.time_zone), (Some("F1903001"), Some(8.0)));
    let identity = &full.identities[0];
    assert_eq!((identity.is_default, identity.create_date), (Some(true), Some(1_567_296_000_000)));
    assert_eq!(identity.major.as_ref().unwrap().id.as_deref(), Some("080901"));
    assert_eq!(identity.identity_type.as_ref().unwrap().name.as_deref(), Some("本科生"));
    assert_eq!((full.mobile, full.card_no), (None, None));
    let private = profile("student", "privacy");
    let birthday = Birthday::Date { year: Some(2001), month: Some(2), day: Some(28) };
    assert_eq!(private.birthday, Some(birthday));
    assert!(private.mobile.is_some() && private.avatars.unwrap().uri_tiny.is_some());
    let other = profile("faculty", "privacy");
    assert_eq!(other.birthday, Some(Birthday::Number(63_072_000_000)));
    assert_eq!((other.class_no, other.identities[0].major.clone()), (None, None));
}

#[test]
fn lessons_come_typed_and_credits_may_be_fractional() {
    let sjtu = Jaccount::start();
    let tokens = sjtu.log_in("student", &["lessons"]);
    let lessons = sjtu.client.lessons(tokens.access_token()).unwrap();
    assert_eq!(lessons.len(), 2);
    assert_eq!((lessons[0].hours, lessons[1].credits), (Some(64.0), Some(0.5)));
    assert_eq!(lessons[0].teachers[0].name.as_deref(), Some("李四"));
    assert_eq!(lessons[0].course.as_ref().unwrap().code.as_deref(), Some("MA001"));
    let class = &lessons[0].classes[1];
    assert_eq!(class.schedule.as_ref().unwrap().day, Some(2));
    assert_eq!(class.classroom.as_ref().unwrap().name.as_deref(), Some("东上院100"));
    let tokens = sjtu.log_in("faculty", &["lessons"]);
    assert_eq!(sjtu.client.lessons(tokens.access_token()).unwrap(), []);
}

#[test]
fn what_has_no_documented_shape_comes_as_json() {
    let sjtu = Jaccount::start();
    let (client, token) = (&sjtu.client, Secret::from("at-1"));
    for path in ["v1/me/examinations", "v1/enterprise/user/positions", "v1/enterprise/user/rights"]
    {
        let call = || match path {
            "v1/me/examinations" => client.exams(&token),
            "v1/enterprise/user/positions" => client.positions(&token),
            _ => client.rights(&token),
        };
        let error = call().unwrap_err();
        assert_eq!(error.operation(), format!("GET /{path}"));
        let body = r#"{"errno": "0", "error": "success", "total": 1, "entities": [{"a": 1}]}"#;
        let path = format!("/jaccount-api/{path}");
        sjtu.emulator.inject(Fault::on(&path).status(200).body(body));
        assert_eq!(call().unwrap(), [json!({ "a": 1 })]);
    }
    let body = r#"{"errno": 0, "error": "success", "entities": null}"#;
    sjtu.emulator.inject(Fault::any().status(200).body(body));
    assert_eq!(client.exams(&token).unwrap(), Vec::<serde_json::Value>::new());
}

#[test]
fn any_path_can_be_called_with_more_parameters() {
    let emulator = Emulator::start().unwrap();
    let client = Client::with_options(support::options(&emulator)).unwrap();
    for path in ["v1/me/classes", "/v1/me/classes"] {
        let error = client.call_api("at &1", path, &[("offset", "10"), ("q", "数学")]).unwrap_err();
        assert_eq!(error.operation(), "GET /v1/me/classes");
        let request = emulator.requests().pop().unwrap();
        assert_eq!(request.path, "/jaccount-api/v1/me/classes");
        let id = emulator.app_id();
        let query = format!("access_token=at+%261&client_id={id}&offset=10&q=%E6%95%B0%E5%AD%A6");
        assert_eq!(request.query, Some(query));
    }
    emulator.clear_requests();
    for path in ["", "/", "//evil.example/x", "v1/../../x", "v1?a=b", "v1#a", "数学", "v1/%2e%2E/x"]
    {
        let error = client.call_api("at", path, &[]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{path}: {error}");
    }
    for name in ["access_token", "client_id"] {
        let error = client.call_api("at", Api::Profile, &[(name, "x")]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    assert_eq!(emulator.requests(), []);
}

#[test]
fn a_token_can_be_looked_into_without_verification_by_a_name_that_says_so() {
    let claims = json!({"iss": "x", "sub": "root", "aud": "y", "exp": 1, "iat": 0, "type": "vip"});
    let forged = support::sign(&json!({ "alg": "none" }), &claims, "nobody's secret");
    let claims = IdTokenClaims::decode_without_verification(&forged).unwrap();
    assert_eq!(claims.user_type, Some(UserType::Unknown("vip".to_owned())));
    for broken in ["", "a.b", "a.!.c", "e30.W10.", "e30.e30."] {
        let error = IdTokenClaims::decode_without_verification(broken).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{broken}");
    }
}
