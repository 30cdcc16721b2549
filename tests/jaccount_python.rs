//! Our requests beside those of the Python package oauth-jaccount 0.1.5, for the same inputs.
//!
//! `tests/python/run_jaccount` lets the package build them and runs this.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/jaccount.rs"]
mod support;

use std::collections::BTreeMap;

use authing::jaccount::{Api, Client, ClientOptions, LoginRequest};
use serde::Deserialize;
use support::parameters;

/// What the package sends and should not: the parameter, and why we do not.
const FAULTS: [(&str, &str, &str); 1] =
    [("refresh", "redirect_url", "a leaked argument: no parameter of RFC 6749, section 6")];

/// What we send and the package does not.
const ADDITIONS: [(&str, &str, &str); 3] = [
    ("authorize", "nonce", "binds the ID token to the login; documented by the site"),
    ("logout", "client_id", "documented by the site"),
    ("logout", "state", "documented by the site"),
];

/// What is random on either side.
const RANDOM: [&str; 2] = ["state", "nonce"];

#[derive(Deserialize)]
struct Case {
    call: String,
    input: BTreeMap<String, String>,
    options: BTreeMap<String, String>,
    method: String,
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
}

/// A request taken apart.
#[derive(Debug)]
struct Parts {
    method: String,
    address: String,
    content_type: Option<String>,
    parameters: BTreeMap<String, String>,
}

#[test]
#[ignore = "needs the requests that tests/python/run_jaccount makes"]
fn our_requests_are_those_of_oauth_jaccount_0_1_5_but_for_the_faults_that_are_listed() {
    let path = std::env::var("JACCOUNT_REQUESTS").unwrap();
    let cases: Vec<Case> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut seen = BTreeMap::<&str, usize>::new();
    for case in &cases {
        *seen.entry(&case.call).or_default() += 1;
        compare(case);
    }
    println!("{} requests are the same: {seen:?}", cases.len());
    for call in ["api", "authorize", "bare_logout", "logout", "refresh", "token"] {
        assert!(seen.contains_key(call), "no request of {call} was compared");
    }
}

fn compare(case: &Case) {
    let (theirs, ours) = (their_parts(case), our_parts(case));
    let about = format!("{} {:?}", case.call, case.input);
    assert_eq!(ours.method, theirs.method, "{about}");
    assert_eq!(ours.address, theirs.address, "{about}");
    assert_eq!(ours.content_type, theirs.content_type, "{about}");
    let listed = |list: &[(&str, &str, &str)], name: &str| {
        list.iter().any(|(call, parameter, _)| *call == case.call && *parameter == name)
    };
    for (name, value) in &theirs.parameters {
        match ours.parameters.get(name) {
            Some(_) if RANDOM.contains(&name.as_str()) => {}
            Some(our) => assert_eq!(our, value, "{about}: {name}"),
            None => assert!(listed(&FAULTS, name), "{about}: we have no {name}"),
        }
    }
    for name in ours.parameters.keys().filter(|name| !theirs.parameters.contains_key(*name)) {
        assert!(listed(&ADDITIONS, name), "{about}: they have no {name}");
    }
}

fn their_parts(case: &Case) -> Parts {
    let (address, query) = case.url.split_once('?').unwrap_or((&case.url, ""));
    let text = if case.body.is_empty() { query } else { &case.body };
    let kind = case.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    Parts {
        method: case.method.clone(),
        address: address.to_owned(),
        content_type: kind.map(|(_, value)| value.clone()),
        parameters: parameters(text),
    }
}

fn our_parts(case: &Case) -> Parts {
    let input = |name: &str| case.input.get(name).map(String::as_str);
    let client = client(case);
    let request = match case.call.as_str() {
        "authorize" => return Parts::of_url(&login(&client, case).start().url),
        "logout" => {
            return Parts::of_url(&client.logout_url(input("redirect_url").unwrap(), Some("s")));
        }
        "bare_logout" => {
            return Parts::of_url(&client.bare_logout_url(input("redirect_url").unwrap()));
        }
        "token" => {
            let login = login(&client, case).start();
            let callback = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("code", input("code").unwrap())
                .append_pair("state", login.pending.state())
                .finish();
            client.token_request(&callback, &login.pending)
        }
        "refresh" => client.refresh_request(input("refresh_token").unwrap()),
        "api" => {
            let known = ["access_token", "path"];
            let more = case.input.iter().filter(|(name, _)| !known.contains(&name.as_str()));
            let more: Vec<_> = more.map(|(name, value)| (&name[..], &value[..])).collect();
            let api = match input("path").unwrap() {
                "PROFILE" => Api::Profile,
                "AUTH_POSITIONS" => Api::Positions,
                "AUTH_RIGHTS" => Api::Rights,
                "EDU_LESSONS" => Api::Lessons,
                "EDU_EXAMS" => Api::Exams,
                path => Api::from(path),
            };
            client.api_request(input("access_token").unwrap(), api, &more)
        }
        other => panic!("unknown call {other}"),
    };
    let (parts, body) = request.unwrap().into_parts();
    let of_url = Parts::of_url(&parts.uri.to_string());
    let body = String::from_utf8(body).unwrap();
    let kind = parts.headers.get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    Parts {
        method: parts.method.to_string(),
        content_type: kind,
        parameters: if body.is_empty() { of_url.parameters } else { parameters(&body) },
        ..of_url
    }
}

impl Parts {
    fn of_url(url: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            address: url.split('?').next().unwrap().to_owned(),
            content_type: None,
            parameters: parameters(url),
        }
    }
}

fn client(case: &Case) -> Client {
    let redirect_uri = case.input.get("redirect_url").map_or("https://me.example/", |uri| uri);
    let mut options = ClientOptions::new(
        &case.options["client_id"],
        &case.options["client_secret"][..],
        redirect_uri,
    );
    for (name, value) in &case.options {
        options = match name.as_str() {
            "host" => options.host(value),
            "authorize_path" => options.authorize_path(value),
            "access_token_path" => options.token_path(value),
            "logout_path" => options.logout_path(value),
            "api_host" => options.api_host(value),
            _ => options,
        };
    }
    Client::with_options(options).unwrap()
}

/// A login that asks for what the case asks for.
fn login<'a>(client: &'a Client, case: &Case) -> LoginRequest<'a> {
    let scopes = case.input.get("scope").map(|scope| scope.split(' ')).into_iter().flatten();
    let mut login = client.login().scopes(scopes);
    for (name, value) in &case.input {
        if !["redirect_url", "scope", "state", "code"].contains(&name.as_str()) {
            login = login.parameter(name, value);
        }
    }
    login
}
