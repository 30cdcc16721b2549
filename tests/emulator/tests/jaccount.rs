//! jAccount as the emulator serves it.

#![allow(clippy::unwrap_used, reason = "a failing test panics")]

use std::collections::BTreeMap;

use authing_emulator::Emulator;
use serde_json::Value;

const BACK: &str = "https://me.example/auth?a=b";

type Answer = (u16, Option<String>, String);

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Answer {
    let location = answer.headers().get("location").map(|url| url.to_str().unwrap().to_owned());
    (answer.status().as_u16(), location, answer.body_mut().read_to_string().unwrap())
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    config.build().into()
}

fn url(base: String, path: &str, parameters: &[(&str, &str)]) -> String {
    url::Url::parse_with_params(&format!("{base}{path}"), parameters).unwrap().into()
}

fn authorize_url(emulator: &Emulator, more: &[(&str, &str)]) -> String {
    let mut parameters = BTreeMap::from([
        ("response_type", "code"),
        ("client_id", emulator.app_id()),
        ("redirect_uri", BACK),
        ("state", "s 1"),
    ]);
    parameters.extend(more.iter().copied());
    let parameters: Vec<_> = parameters.into_iter().collect();
    url(emulator.jaccount_host(), "oauth2/authorize", &parameters)
}

/// The code of a student who signs in.
fn code(emulator: &Emulator, scope: &str) -> String {
    let form = [("username", "student"), ("password", "passw0rd!")];
    let answer = agent().post(&authorize_url(emulator, &[("scope", scope)])).send_form(form);
    let (status, location, _) = read(answer.unwrap());
    assert_eq!(status, 302);
    let location = url::Url::parse(&location.unwrap()).unwrap();
    let query: BTreeMap<_, _> = location.query_pairs().into_owned().collect();
    assert_eq!((query["a"].as_str(), query["state"].as_str()), ("b", "s 1"));
    query["code"].clone()
}

fn token(emulator: &Emulator, form: &[(&str, &str)]) -> (u16, Value) {
    let mut fields = BTreeMap::from([
        ("client_id", emulator.app_id()),
        ("client_secret", emulator.app_secret()),
        ("grant_type", "authorization_code"),
        ("redirect_uri", BACK),
    ]);
    fields.extend(form.iter().copied());
    let url = format!("{}oauth2/token", emulator.jaccount_host());
    let (status, _, body) = read(agent().post(&url).send_form(fields).unwrap());
    (status, serde_json::from_str(&body).unwrap())
}

fn api(emulator: &Emulator, path: &str, access_token: &str, client_id: &str) -> Value {
    let parameters = [("access_token", access_token), ("client_id", client_id)];
    let url = url(emulator.jaccount_api_host(), path, &parameters);
    serde_json::from_str(&read(agent().get(&url).call().unwrap()).2).unwrap()
}

#[test]
fn a_browser_is_sent_nowhere_for_an_unknown_client_or_address() {
    let emulator = Emulator::start().unwrap();
    for wrong in [("client_id", "x"), ("redirect_uri", ""), ("redirect_uri", "javascript:1")] {
        let answer = agent().get(&authorize_url(&emulator, &[wrong])).call().unwrap();
        let (status, location, body) = read(answer);
        assert_eq!((status, location), (400, None), "{wrong:?}");
        assert!(body.starts_with("<!DOCTYPE html>"), "{body}");
    }
}

#[test]
fn a_request_that_cannot_be_granted_goes_back_with_its_error_and_state() {
    let emulator = Emulator::start().unwrap();
    for (wrong, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "openid root"), "invalid_scope"),
    ] {
        let answer = agent().get(&authorize_url(&emulator, &[wrong])).call().unwrap();
        let location = read(answer).1.unwrap();
        assert!(location.starts_with(&format!("{BACK}&error={error}&")), "{location}");
        assert!(location.ends_with("&state=s+1"), "{location}");
    }
}

#[test]
fn a_code_is_good_once_for_its_client_and_address_and_not_for_long() {
    let emulator = Emulator::start().unwrap();
    let code = || code(&emulator, "openid");
    let (used, other, old) = (code(), code(), code());
    assert_eq!(token(&emulator, &[("code", &used)]).0, 200);
    let (status, refusal) = token(&emulator, &[("code", &used)]);
    assert_eq!((status, refusal["error"].as_str()), (400, Some("invalid_grant")));
    let elsewhere = [("code", other.as_str()), ("redirect_uri", "https://me.example/auth")];
    assert_eq!(token(&emulator, &elsewhere).1["error"], "invalid_grant");
    let (status, refusal) = token(&emulator, &[("code", &old), ("client_secret", "x")]);
    assert_eq!((status, refusal["error"].as_str()), (401, Some("invalid_client")));
    emulator.advance(std::time::Duration::from_secs(601));
    assert_eq!(token(&emulator, &[("code", &old)]).1["error"], "invalid_grant");
    let (_, refusal) = token(&emulator, &[("grant_type", "password")]);
    assert_eq!(refusal["error"], "unsupported_grant_type");
}

#[test]
fn the_scope_decides_whether_there_is_an_id_token() {
    let emulator = Emulator::start().unwrap();
    let (_, tokens) = token(&emulator, &[("code", &code(&emulator, "openid lessons"))]);
    assert_eq!(tokens["id_token"].as_str().unwrap().split('.').count(), 3);
    assert_eq!((&tokens["scope"], &tokens["expires_in"]), (&"lessons openid".into(), &3600.into()));
    let (_, tokens) = token(&emulator, &[("code", &code(&emulator, "basic"))]);
    assert!(tokens.get("id_token").is_none() && tokens["access_token"].is_string());
    let (_, tokens) = token(&emulator, &[("code", &code(&emulator, ""))]);
    assert_eq!(tokens["scope"], "basic openid");
}

#[test]
fn the_api_answers_with_its_envelope_and_refuses_with_a_number() {
    let emulator = Emulator::start().unwrap();
    let (_, tokens) = token(&emulator, &[("code", &code(&emulator, "basic"))]);
    let access_token = tokens["access_token"].as_str().unwrap();
    let id = emulator.app_id();
    let profile = api(&emulator, "v1/me/profile", access_token, id);
    assert_eq!((&profile["errno"], &profile["total"]), (&0.into(), &1.into()));
    let names: Vec<_> = profile["entities"][0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["account", "id", "kind", "name"]);
    for (path, token, client, errno) in [
        ("v1/me/profile", "x", id, 401),
        ("v1/me/profile", access_token, "x", 401),
        ("v1/me/lessons", access_token, id, 403),
        ("v1/me/examinations", access_token, id, 501),
        ("v1/me/x", access_token, id, 404),
    ] {
        let answer = api(&emulator, path, token, client);
        assert_eq!(answer["errno"], errno, "{path}: {answer}");
        assert!(answer["error"].is_string() && answer.get("entities").is_none());
    }
}
