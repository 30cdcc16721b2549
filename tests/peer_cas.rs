//! Against a CAS server that this project did not write, django-cas-server, and beside a client
//! that it did not write, python-cas. `tests/peers/django-cas-server/check` starts what it needs.

#![cfg(feature = "cas")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "support/browser.rs"]
mod browser;

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use authing::cas::{
    Attributes, Authentication, Callback, Client, ClientOptions, FailureCode, LogoutRequest,
    MemoryPgtStore, Protocol, VerificationFailure,
};
use authing::http::{Limits, Transport, TransportError, TransportFailure};
use authing::{Error, ErrorKind};
use browser::{Browser, Service};

const SERVICE: &str = "http://127.0.0.1:9/app?b=2&a=%C3%A9%20x";

fn server() -> String {
    env::var("CAS_PEER_URL").unwrap()
}

fn options(service: &str) -> ClientOptions {
    ClientOptions::new(server(), service)
}

fn client(protocol: Protocol) -> Client {
    Client::with_options(options(SERVICE).protocol(protocol)).unwrap()
}

fn ticket(sso: &Client) -> String {
    ticket_of(sso, &mut Browser::new(), "alice", "alice-password")
}

fn ticket_of(sso: &Client, browser: &mut Browser, name: &str, password: &str) -> String {
    let page = browser.sign_in(&sso.login_url(), name, password);
    let callback = Callback::parse(page.target()).unwrap();
    callback.ticket().unwrap_or_else(|| panic!("{}", page.target())).to_owned()
}

fn code(error: &Error) -> Option<FailureCode> {
    match VerificationFailure::of(error) {
        Some(VerificationFailure::Refused { code, .. }) => code.clone(),
        other => panic!("{error} {other:?}"),
    }
}

#[test]
#[ignore = "needs a server: tests/peers/django-cas-server/check"]
fn a_login_gives_the_user_by_every_version() {
    for protocol in [Protocol::V1, Protocol::V2, Protocol::V3, Protocol::Saml11] {
        let sso = client(protocol);
        let who = sso.validate(&ticket(&sso)).unwrap();
        assert_eq!(who.user, "alice", "{protocol:?}");
        if protocol == Protocol::V1 {
            continue;
        }
        assert_eq!(who.attributes.get("email"), Some("alice@example.org"));
        assert_eq!(who.attributes.all("groups"), ["staff", "admins"]);
        assert_eq!(who.attributes.get("markup"), Some("<b>&\"'</b> ]]>"));
        assert_eq!(who.attributes.get("empty"), Some(""));
        assert_eq!(who.is_from_new_login, Some(true));
        assert_eq!(who.long_term_authentication_request_token_used, Some(false));
        assert!(who.authentication_date.is_some());
    }
}

#[test]
#[ignore = "needs a server: tests/peers/django-cas-server/check"]
fn names_beyond_ascii_arrive_whole() {
    for protocol in [Protocol::V1, Protocol::V2, Protocol::V3, Protocol::Saml11] {
        let sso = client(protocol);
        let ticket = ticket_of(&sso, &mut Browser::new(), "zoë", "pässwörd & \"quotes\"");
        let who = sso.validate(&ticket).unwrap();
        assert_eq!(who.user, "zoë", "{protocol:?}");
        if protocol != Protocol::V1 {
            assert_eq!(who.attributes.get("displayName"), Some("Zoë <Ünïcode> 测试"));
        }
    }
}

#[test]
#[ignore = "needs a server: tests/peers/django-cas-server/check"]
fn a_wrong_password_and_a_foreign_service_get_no_ticket() {
    let page = Browser::new().sign_in(&client(Protocol::V3).login_url(), "alice", "wrong");
    assert_eq!((page.status, page.location), (200, None));
    let foreign = Client::new(server(), "https://elsewhere.example/").unwrap();
    let page = Browser::new().sign_in(&foreign.login_url(), "alice", "alice-password");
    assert_eq!((page.status, page.location), (200, None));
}

#[test]
#[ignore = "needs a server: tests/peers/django-cas-server/check"]
fn a_reused_and_an_invented_ticket_are_refused() {
    for protocol in [Protocol::V1, Protocol::V2, Protocol::V3, Protocol::Saml11] {
        let sso = client(protocol);
        let used = ticket(&sso);
        sso.validate(&used).unwrap();
        for ticket in [used.as_str(), "ST-invented"] {
            let error = sso.validate(ticket).unwrap_err();
            match protocol {
                Protocol::V1 => assert_eq!(code(&error), None),
                // A status of SAML instead of a code of CAS.
                Protocol::Saml11 => assert!(code(&error).is_some(), "{error}"),
                _ => assert_eq!(code(&error), Some(FailureCode::InvalidTicket)),
            }
        }
    }
}

#[test]
#[ignore = "needs a server: tests/peers/django-cas-server/check"]
fn a_ticket_for_another_service_is_refused() {
    for protocol in [Protocol::V2, Protocol::V3] {
        let sso = client(protocol);
        let other = sso.for_service("http://127.0.0.1:9/other").unwrap();
        let error = other.validate(&ticket(&sso)).unwrap_err();
        assert_eq!(code(&error), Some(FailureCode::InvalidService));
    }
    let sso = client(Protocol::V1);
    let other = sso.for_service("http://127.0.0.1:9/other").unwrap();
    assert_eq!(code(&other.validate(&ticket(&sso)).unwrap_err()), None);
}

#[test]
#[ignore = "needs a server: tests/peers/django-cas-server/check"]
fn renew_asks_again_and_its_validation_refuses_single_sign_on() {
    let sso = client(Protocol::V3);
    let strict = Client::with_options(options(SERVICE).renew(true)).unwrap();
    let mut browser = Browser::new();
    ticket_of(&sso, &mut browser, "alice", "alice-password");

    // This server asks once more before it sends a known browser on, unless told otherwise.
    let sign_on = |browser: &mut Browser| {
        let page = browser.get(&sso.login_url());
        let callback = Callback::parse(page.target()).unwrap();
        callback.ticket().unwrap().to_owned()
    };
    let who = sso.validate(&sign_on(&mut browser)).unwrap();
    assert_eq!(who.is_from_new_login, Some(false));
    let error = strict.validate(&sign_on(&mut browser)).unwrap_err();
    assert_eq!(code(&error), Some(FailureCode::InvalidTicket));

    assert_eq!(browser.get(&strict.login_url()).status, 200, "the form");
    let ticket = ticket_of(&strict, &mut browser, "alice", "alice-password");
    assert_eq!(strict.validate(&ticket).unwrap().is_from_new_login, Some(true));
}

#[test]
#[ignore = "needs a server: tests/peers/django-cas-server/check"]
fn a_gateway_login_asks_nothing() {
    let sso = client(Protocol::V3);
    let mut browser = Browser::new();
    let page = browser.get(&sso.login().gateway().url());
    assert_eq!(Callback::parse(page.target()).unwrap().ticket(), None);
    ticket_of(&sso, &mut browser, "alice", "alice-password");
    let page = browser.get(&sso.login().gateway().url());
    let callback = Callback::parse(page.target()).unwrap();
    assert_eq!(sso.validate(callback.ticket().unwrap()).unwrap().user, "alice");
}

#[test]
#[ignore = "needs a server: tests/peers/django-cas-server/check"]
fn a_proxy_calls_another_service_in_the_users_name() {
    let pgt_service = Service::start();
    let pgt_url = format!("{}/pgt", pgt_service.url);
    for protocol in [Protocol::V2, Protocol::V3] {
        let portal =
            options(SERVICE).protocol(protocol).proxy_callback(&pgt_url, MemoryPgtStore::new());
        let portal = Client::with_options(portal).unwrap();
        let who = portal.validate(&ticket(&portal)).unwrap();
        let callback = loop {
            let request = pgt_service.next("GET");
            if !request.query().is_empty() {
                break request;
            }
        };
        portal.receive_pgt(callback.query()).unwrap();
        let pgt = portal.proxy_granting_ticket(&who).unwrap();

        let target = "http://127.0.0.1:9/back";
        let back =
            |options: ClientOptions| Client::with_options(options.protocol(protocol)).unwrap();
        let proxy_ticket = || portal.proxy_ticket(&pgt, target).unwrap();
        let error = back(options(target)).validate(&proxy_ticket()).unwrap_err();
        assert_eq!(code(&error), Some(FailureCode::InvalidTicket));

        let allowed = back(options(target).allow_proxy_chain([&pgt_url]));
        let who = allowed.validate(&proxy_ticket()).unwrap();
        assert_eq!((who.user.as_str(), who.proxies), ("alice", vec![pgt_url.clone()]));

        let others = back(options(target).allow_proxy_chain(["http://127.0.0.1:9/pgt"]));
        let error = others.validate(&proxy_ticket()).unwrap_err();
        let failure = VerificationFailure::of(&error);
        assert!(matches!(failure, Some(VerificationFailure::ProxyChain { .. })), "{error}");

        let error = portal.proxy_ticket(&"PGT-invented".into(), target).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
        let error = portal.proxy_ticket(&pgt, "https://elsewhere.example/").unwrap_err();
        assert_eq!(code(&error), Some(FailureCode::UnauthorizedService));
    }
}

#[test]
#[ignore = "needs a server: tests/peers/django-cas-server/check"]
fn a_proxy_callback_that_is_refused_is_named() {
    let nowhere = "http://127.0.0.1:9/no-proxy/pgt";
    let portal = options(SERVICE).proxy_callback(nowhere, MemoryPgtStore::new());
    let portal = Client::with_options(portal).unwrap();
    let error = portal.validate(&ticket(&portal)).unwrap_err();
    assert_eq!(code(&error), Some(FailureCode::InvalidProxyCallback));
}

#[test]
#[ignore = "needs a server: tests/peers/django-cas-server/check"]
fn single_logout_names_the_session() {
    let service = Service::start();
    let sso = Client::new(server(), format!("{}/app", service.url)).unwrap();
    let mut browser = Browser::new();
    let ticket = ticket_of(&sso, &mut browser, "alice", "alice-password");
    let who = sso.validate(&ticket).unwrap();

    let home = format!("{}/bye", service.url);
    let page = browser.get(&sso.logout().service(&home).url());
    assert_eq!(page.target(), home);
    let request = LogoutRequest::parse_form(&service.next("POST").body).unwrap().unwrap();
    assert_eq!(request.session_index, who.session_index);
    assert!(request.id.is_some() && request.issue_instant.is_some(), "{request:?}");

    let page = browser.get(&sso.login().gateway().url());
    assert_eq!(Callback::parse(page.target()).unwrap().ticket(), None, "single sign-on is over");
}

#[test]
#[ignore = "needs a server: tests/peers/django-cas-server/check"]
fn python_cas_reads_the_same_answers_as_we_do() {
    for (protocol, version) in [
        (Protocol::V1, "1"),
        (Protocol::V2, "2"),
        (Protocol::V3, "3"),
        (Protocol::Saml11, "CAS_2_SAML_1_0"),
    ] {
        for (name, password) in
            [("alice", "alice-password"), ("bob", "bob-password"), ("zoë", "pässwörd & \"quotes\"")]
        {
            let recorder = Recorder::new();
            let recorded = options(SERVICE).protocol(protocol).transport(recorder.clone());
            let sso = Client::with_options(recorded).unwrap();
            let ticket = ticket_of(&sso, &mut Browser::new(), name, password);
            let ours = sso.validate(&ticket).unwrap();
            let mut ours = read(&ours);
            if protocol == Protocol::Saml11 {
                // Of an attribute that is there twice, python-cas keeps the last.
                let last =
                    |(name, values): (&str, &[String])| (name.to_owned(), values.last().cloned());
                let last = ours.attributes.iter().map(last);
                ours.attributes = last.filter_map(|(name, value)| Some((name, value?))).collect();
            }
            assert_eq!(python_cas(version, &ticket, recorder.answer()), ours, "{version}");

            // The ticket is used up by now, and both are told so.
            sso.validate(&ticket).unwrap_err();
            let theirs = python_cas(version, &ticket, recorder.answer());
            assert_eq!(theirs.user, None);
        }
    }
}

/// What two clients have to agree on.
#[derive(Debug, PartialEq)]
struct Reading {
    user: Option<String>,
    attributes: Attributes,
}

fn read(who: &Authentication) -> Reading {
    Reading { user: Some(who.user.clone()), attributes: who.attributes.clone() }
}

/// What python-cas makes of an answer that the server gave for that ticket.
fn python_cas(version: &str, ticket: &str, answer: http::Response<Vec<u8>>) -> Reading {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}/cas/", listener.local_addr().unwrap());
    let replay = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap() > 2 {
            line.clear();
        }
        let kind = answer.headers()["content-type"].to_str().unwrap();
        let length = answer.body().len();
        let head =
            format!("HTTP/1.0 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n");
        reader.get_mut().write_all(&[head.as_bytes(), answer.body()].concat()).unwrap();
    });
    let script =
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/django-cas-server/python_cas.py");
    let arguments = [script, version, &server, SERVICE, ticket];
    let output =
        Command::new(env::var("CAS_PEER_PYTHON").unwrap()).args(arguments).output().unwrap();
    replay.join().unwrap();
    let value: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let members = value["attributes"].as_object().into_iter().flatten();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
    let attributes = members.flat_map(|(name, value)| {
        let values = match value.as_array() {
            Some(values) => values.iter().map(text).collect(),
            None => vec![text(value)],
        };
        values.into_iter().map(|value| (name.clone(), value)).collect::<Vec<_>>()
    });
    let attributes = attributes.collect();
    Reading { user: value["user"].as_str().map(str::to_owned), attributes }
}

/// Sends requests and keeps the last answer.
#[derive(Clone, Debug)]
struct Recorder {
    agent: ureq::Agent,
    last: Arc<Mutex<Option<http::Response<Vec<u8>>>>>,
}

impl Recorder {
    fn new() -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        Self { agent: agent.build().into(), last: Arc::default() }
    }

    fn answer(&self) -> http::Response<Vec<u8>> {
        self.last.lock().unwrap().take().unwrap()
    }
}

impl Transport for Recorder {
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
        _limits: &Limits,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let broken = |e: ureq::Error| TransportError::new(TransportFailure::Broken).with_source(e);
        let (parts, mut body) = self.agent.run(request).map_err(broken)?.into_parts();
        let answer = http::Response::from_parts(parts, body.read_to_vec().map_err(broken)?);
        *self.last.lock().unwrap() = Some(answer.clone());
        Ok(answer)
    }
}
