//! Answers that other projects' tests are made of, read in place where `AUTHING_VECTORS` says.

#![cfg(feature = "cas")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use authing::cas::{Client, ClientOptions, Protocol, VerificationFailure};
use http::Response;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    protocol: String,
    http: Http,
    file: String,
    service: String,
    ticket: String,
    expect: String,
    user: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    proxies: Vec<String>,
    pgt_iou: Option<String>,
    error_code: Option<String>,
    #[serde(default)]
    policy: Policy,
    #[serde(default)]
    requires: Vec<String>,
}

#[derive(Deserialize)]
struct Http {
    status: u16,
    content_type: String,
}

#[derive(Default, Deserialize)]
struct Policy {
    #[serde(default)]
    accept_any_proxy: bool,
}

#[test]
fn answers_of_other_projects_are_read_as_they_expect() {
    let Some(folder) = std::env::var_os("AUTHING_VECTORS") else {
        println!("skipped: AUTHING_VECTORS is not set");
        return;
    };
    let folder = Path::new(&folder).join("cas");
    let vectors = fs::read_to_string(folder.join("cases.json")).unwrap();
    let vectors: Vectors = serde_json::from_str(&vectors).unwrap();
    let faults: Vec<String> =
        vectors.cases.iter().filter_map(|case| fault(&folder, case)).collect();
    println!("{} cases", vectors.cases.len());
    assert!(!vectors.cases.is_empty());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What we see otherwise than the case expects.
fn fault(folder: &Path, case: &Case) -> Option<String> {
    let protocol = match case.protocol.as_str() {
        "cas1" => Protocol::V1,
        "cas2" => Protocol::V2,
        "cas3" => Protocol::V3,
        "saml11" => Protocol::Saml11,
        other => return Some(format!("{}: protocol {other} is not known", case.id)),
    };
    let mut options =
        ClientOptions::new("https://sso.example.org/cas", &case.service).protocol(protocol);
    if case.policy.accept_any_proxy {
        options = options.allow_any_proxy();
    }
    let answer = Response::builder()
        .status(case.http.status)
        .header("content-type", &case.http.content_type)
        .body(fs::read(folder.join(&case.file)).unwrap())
        .unwrap();
    let validation = Client::with_options(options).unwrap().validation(&case.ticket).unwrap();
    let outcome = validation.finish(&answer, SystemTime::now());
    match (case.expect.as_str(), outcome) {
        ("accept", Ok(who)) => {
            // What is nested in `userAttributes` counts for us, beside what the case lists.
            let more = case.requires.iter().any(|ability| ability == "attributes-user-attributes");
            let attributes: BTreeMap<_, _> = who
                .attributes
                .iter()
                .filter(|(name, _)| !more || case.attributes.contains_key(*name))
                .map(|(name, values)| (name.to_owned(), values.to_vec()))
                .collect();
            let right = Some(&who.user) == case.user.as_ref()
                && attributes == case.attributes
                && who.proxies == case.proxies
                && who.proxy_granting_ticket_iou == case.pgt_iou;
            (!right).then(|| format!("{}: accepted as {who:?}", case.id))
        }
        ("reject", Err(error)) => {
            let code = match VerificationFailure::of(&error) {
                Some(VerificationFailure::Refused { code, .. }) => {
                    code.as_ref().map(|c| c.as_str())
                }
                _ => None,
            };
            (code != case.error_code.as_deref()).then(|| format!("{}: {error}", case.id))
        }
        (_, outcome) => Some(format!("{}: {outcome:?}", case.id)),
    }
}
