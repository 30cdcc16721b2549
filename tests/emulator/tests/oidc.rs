//! OpenID Connect and OAuth 2.0 over HTTP, by hand.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use std::time::Duration;

use authing_emulator::Emulator;
use serde_json::Value;
use url::{Url, form_urlencoded};

const REDIRECT_URI: &str = "http://127.0.0.1/cb";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

struct Caller {
    emulator: Emulator,
    agent: ureq::Agent,
}

struct Answer {
    status: u16,
    location: Option<String>,
    cookie: Option<String>,
    body: String,
}

impl Caller {
    fn start() -> Self {
        let emulator = Emulator::builder().seed_users(1).start().unwrap();
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        Self { emulator, agent: config.build().into() }
    }

    fn get(&self, path: &str, query: &[(&str, &str)], cookie: &str) -> Answer {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let url = format!("{}{path}?{query}", self.emulator.url());
        answer(self.agent.get(url).header("cookie", cookie).call().unwrap())
    }

    fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let url = format!("{}{path}", self.emulator.url());
        answer(self.agent.post(url).send_form(form.iter().copied()).unwrap())
    }

    fn authorize(&self, changes: &[(&str, &str)], cookie: &str) -> Answer {
        let id = self.emulator.app_id().to_owned();
        let mut query = vec![
            ("client_id", id.as_str()),
            ("redirect_uri", REDIRECT_URI),
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("state", "s"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        query.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        query.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        self.get("/oidc/auth", &query, cookie)
    }

    /// Signs in and allows; the code and the browser's cookie.
    fn code(&self) -> (String, String) {
        let page = self.authorize(&[], "").location.unwrap();
        let credentials = [("username", "user00001"), ("password", "passw0rd!")];
        assert_eq!(self.post(&page, &credentials).status, 303);
        let back = self.post(&page, &[("decision", "allow")]);
        (parameter(&back, "code").unwrap(), back.cookie.unwrap())
    }

    fn token(&self, form: &[(&str, &str)]) -> Answer {
        let (id, secret) = (self.emulator.app_id(), self.emulator.app_secret());
        let mut form = form.to_vec();
        form.extend([("client_id", id), ("client_secret", secret)]);
        self.post("/oidc/token", &form)
    }

    fn redeem(&self, code: &str, verifier: &str, redirect_uri: &str) -> Answer {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", redirect_uri),
        ])
    }
}

fn answer(mut response: http::Response<ureq::Body>) -> Answer {
    let header = |name: &str| Some(response.headers().get(name)?.to_str().unwrap().to_owned());
    Answer {
        status: response.status().as_u16(),
        location: header("location"),
        cookie: header("set-cookie").map(|c| c.split(';').next().unwrap().to_owned()),
        body: response.body_mut().read_to_string().unwrap(),
    }
}

fn parameter(answer: &Answer, wanted: &str) -> Option<String> {
    let url = Url::parse(answer.location.as_deref()?).ok()?;
    url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

#[test]
fn nobody_is_sent_to_an_address_that_is_not_the_applications() {
    let caller = Caller::start();
    for (name, value) in [
        ("client_id", "another"),
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", "http://127.0.0.1.evil.example/"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", ""),
    ] {
        let answer = caller.authorize(&[(name, value)], "");
        assert_eq!((answer.status, answer.location), (400, None), "{value}");
    }
    caller.emulator.allow_redirect_uri("https://me.example/cb");
    let answer = caller.authorize(&[("redirect_uri", "https://me.example/cb")], "");
    assert_eq!(answer.status, 303);
}

#[test]
fn requests_that_are_wrong_come_back_with_an_error_and_the_state() {
    let caller = Caller::start();
    for (changes, error) in [
        (&[("response_type", "token")][..], "unsupported_response_type"),
        (&[("scope", "profile")], "invalid_scope"),
        (&[("code_challenge_method", "S512")], "invalid_request"),
        (&[("response_mode", "pigeon")], "invalid_request"),
        (&[("prompt", "none")], "login_required"),
        (&[("prompt", "none login")], "invalid_request"),
    ] {
        let answer = caller.authorize(changes, "");
        assert_eq!(parameter(&answer, "error").as_deref(), Some(error));
        assert_eq!(parameter(&answer, "state").as_deref(), Some("s"));
    }
    let page = caller.authorize(&[], "").location.unwrap();
    let answer = caller.post(&page, &[("username", "user00001"), ("password", "wrong")]);
    assert!(answer.status == 401 && answer.body.contains("Wrong user name or password"));
    let answer = caller.post(&page, &[("decision", "deny")]);
    assert_eq!(parameter(&answer, "error").as_deref(), Some("access_denied"));
}

#[test]
fn a_code_is_good_once_with_its_verifier_and_address_for_ten_minutes() {
    let caller = Caller::start();
    let refused = |answer: &Answer| {
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert_eq!(json(answer)["error"], "invalid_grant");
    };
    for (verifier, uri) in
        [("wrong", REDIRECT_URI), ("", REDIRECT_URI), (VERIFIER, "http://127.0.0.1/")]
    {
        let (code, _) = caller.code();
        refused(&caller.redeem(&code, verifier, uri));
        // Used up by the attempt.
        refused(&caller.redeem(&code, VERIFIER, REDIRECT_URI));
    }
    let (code, _) = caller.code();
    caller.emulator.advance(Duration::from_secs(601));
    refused(&caller.redeem(&code, VERIFIER, REDIRECT_URI));

    let (code, _) = caller.code();
    let tokens = json(&caller.redeem(&code, VERIFIER, REDIRECT_URI));
    assert_eq!(
        (&tokens["token_type"], &tokens["scope"]),
        (&"Bearer".into(), &"openid profile".into())
    );
    assert!(tokens["id_token"].is_string() && tokens["refresh_token"].is_null());
    let token = tokens["access_token"].as_str().unwrap();
    let me = caller.get("/oidc/me", &[("access_token", token)], "");
    assert_eq!(json(&me)["sub"], caller.emulator.users()[0].id);
    caller.emulator.advance(Duration::from_secs(3601));
    let me = caller.get("/oidc/me", &[("access_token", token)], "");
    assert_eq!((me.status, &json(&me)["error"]), (401, &"invalid_token".into()));
}

#[test]
fn a_session_spares_the_second_login_until_it_is_too_old_or_ended() {
    let caller = Caller::start();
    let (_, cookie) = caller.code();
    let again = caller.authorize(&[("prompt", "none")], &cookie);
    assert!(parameter(&again, "code").is_some());
    let cookie = again.cookie.unwrap();
    caller.emulator.advance(Duration::from_secs(100));
    let aged = caller.authorize(&[("prompt", "none"), ("max_age", "60")], &cookie);
    assert_eq!(parameter(&aged, "error").as_deref(), Some("login_required"));
    let more = caller.authorize(&[("prompt", "none"), ("scope", "openid email")], &cookie);
    assert_eq!(parameter(&more, "error").as_deref(), Some("consent_required"));
    assert_eq!(caller.get("/oidc/session/end", &[], &cookie).status, 200);
    let ended = caller.authorize(&[("prompt", "none")], &cookie);
    assert_eq!(parameter(&ended, "error").as_deref(), Some("login_required"));
}

#[test]
fn clients_and_grants_that_are_wrong_are_refused_in_the_words_of_the_standard() {
    let caller = Caller::start();
    let id = caller.emulator.app_id();
    let error =
        |answer: Answer| (answer.status, json(&answer)["error"].as_str().unwrap().to_owned());
    let post = |form: &[(&str, &str)]| error(caller.post("/oidc/token", form));
    assert_eq!(post(&[]), (401, "invalid_client".to_owned()));
    assert_eq!(post(&[("client_id", "x")]), (401, "invalid_client".to_owned()));
    assert_eq!(
        post(&[("client_id", id), ("client_secret", "x")]),
        (401, "invalid_client".to_owned())
    );
    let grant = |grant: &str| error(caller.token(&[("grant_type", grant)]));
    assert_eq!(grant("pigeon"), (400, "unsupported_grant_type".to_owned()));
    assert_eq!(grant("client_credentials"), (400, "unauthorized_client".to_owned()));
    assert_eq!(grant("refresh_token"), (400, "invalid_grant".to_owned()));
    assert_eq!(grant("password"), (400, "invalid_grant".to_owned()));
    let form = [("token", "t"), ("client_id", id)];
    assert_eq!(error(caller.post("/oidc/token/introspection", &form)).0, 401);
}

#[test]
fn keys_are_published_rotated_and_forgotten() {
    let caller = Caller::start();
    let kids = || -> Vec<String> {
        let keys = json(&caller.get("/oidc/.well-known/jwks.json", &[], ""));
        let keys = keys["keys"].as_array().unwrap();
        keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let algorithm = || {
        let document = json(&caller.get("/oidc/.well-known/openid-configuration", &[], ""));
        document["id_token_signing_alg_values_supported"][0].clone()
    };
    assert_eq!(algorithm(), "HS256");
    caller.emulator.sign_with_rsa();
    assert_eq!(algorithm(), "RS256");
    let first = kids();
    caller.emulator.rotate_keys(false).unwrap();
    assert_eq!((kids().len(), &kids()[1]), (2, &first[0]));
    caller.emulator.rotate_keys(true).unwrap();
    assert!(kids().len() == 1 && !kids().contains(&first[0]));
}
