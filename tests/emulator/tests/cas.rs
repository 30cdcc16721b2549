//! CAS on the wire, character by character.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use authing_emulator::Emulator;
use support::{Client, PASSWORD, agent};

const SERVICE: &str = "http%3A%2F%2Fservice.example%2F%3Fa%3Db%26c";

/// Status, `location` and body of a GET below the app's path.
fn get(emulator: &Emulator, path: &str) -> (u16, String, String) {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
    let agent: ureq::Agent = agent.into();
    let url = format!("{}/cas-idp/{}{path}", emulator.url(), emulator.app_id());
    let mut answer = agent.get(url).call().unwrap();
    let location = answer.headers().get("location").map(|url| url.to_str().unwrap().to_owned());
    let body = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), location.unwrap_or_default(), body)
}

/// A ticket, through the form.
fn ticket(emulator: &Emulator) -> String {
    let (_, _, page) = get(emulator, &format!("?service={SERVICE}"));
    let login_ticket =
        page.split("name=\"lt\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = format!("lt={login_ticket}&username=bob&password={}", PASSWORD.replace('!', "%21"));
    let url = format!("{}/cas-idp/{}?service={SERVICE}", emulator.url(), emulator.app_id());
    let agent = ureq::Agent::config_builder().max_redirects(0).max_redirects_will_error(false);
    let agent: ureq::Agent = agent.build().into();
    let kind = "application/x-www-form-urlencoded";
    let answer = agent.post(url).header("content-type", kind).send(form).unwrap();
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let ticket = location.strip_prefix("http://service.example/?a=b&c&ticket=").unwrap();
    ticket.to_owned()
}

fn emulator() -> Emulator {
    let emulator = Emulator::start().unwrap();
    Client::new(&emulator).register_user("bob");
    emulator
}

#[test]
fn cas_1_answers_two_lines() {
    let emulator = emulator();
    let path = format!("/validate?service={SERVICE}&ticket={}", ticket(&emulator));
    assert_eq!(get(&emulator, &path), (200, String::new(), "yes\nbob\n".to_owned()));
    assert_eq!(get(&emulator, &path), (200, String::new(), "no\n\n".to_owned()));
    assert_eq!(get(&emulator, "/validate").2, "no\n\n");
}

#[test]
fn cas_2_answers_xml() {
    let emulator = emulator();
    let path = format!("/serviceValidate?service={SERVICE}&ticket={}", ticket(&emulator));
    let (status, _, body) = get(&emulator, &path);
    assert_eq!(status, 200);
    let start = "<cas:serviceResponse xmlns:cas=\"http://www.yale.edu/tp/cas\">\n\
                 <cas:authenticationSuccess>\n<cas:user>bob</cas:user>\n<cas:attributes>\n\
                 <cas:authenticationDate>";
    assert!(body.starts_with(start), "{body}");
    assert!(body.contains("<cas:isFromNewLogin>true</cas:isFromNewLogin>\n"), "{body}");
    let (_, _, body) = get(&emulator, &path);
    let start = "<cas:serviceResponse xmlns:cas=\"http://www.yale.edu/tp/cas\">\n\
                 <cas:authenticationFailure code=\"INVALID_TICKET\">";
    assert!(body.starts_with(start), "{body}");
    let (_, _, body) = get(&emulator, "/serviceValidate?ticket=ST-1");
    assert!(body.contains("code=\"INVALID_REQUEST\""), "{body}");
}

#[test]
fn cas_3_answers_json_if_it_is_asked_to() {
    let emulator = emulator();
    let path =
        format!("/p3/serviceValidate?service={SERVICE}&ticket={}&format=JSON", ticket(&emulator));
    let answer: serde_json::Value = serde_json::from_str(&get(&emulator, &path).2).unwrap();
    let success = &answer["serviceResponse"]["authenticationSuccess"];
    assert_eq!(
        (&success["user"], &success["attributes"]["isFromNewLogin"]),
        (&"bob".into(), &true.into())
    );
    let answer: serde_json::Value = serde_json::from_str(&get(&emulator, &path).2).unwrap();
    assert_eq!(answer["serviceResponse"]["authenticationFailure"]["code"], "INVALID_TICKET");
}

#[test]
fn what_is_shown_is_escaped() {
    let emulator = emulator();
    let path = "/serviceValidate?service=http://x/%3Cb%3E%26&ticket=";
    let (_, _, body) = get(&emulator, &format!("{path}{}", ticket(&emulator)));
    assert!(body.contains("the ticket is not for http://x/&lt;b&gt;&amp;"), "{body}");
}

#[test]
fn saml_1_1_is_not_served() {
    let emulator = emulator();
    let url = format!("{}/cas-idp/{}/samlValidate", emulator.url(), emulator.app_id());
    assert_eq!(agent().post(url).send("").unwrap().status(), 404);
}
