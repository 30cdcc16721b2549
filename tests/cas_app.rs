//! CAS at an Authing app, through the emulator's login page.

#![cfg(feature = "cas")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "support/browser.rs"]
mod browser;
mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use authing::cas::{
    Callback, Client, ClientOptions, FailureCode, Format, LogoutRequest, MemoryPgtStore, Protocol,
    ResponseMethod, VerificationFailure,
};
use authing::{AuthenticationClient, Error, ErrorKind, Options};
use authing_emulator::Fault;
use browser::{Browser, Service};
use support::Cloud;

const SERVICE: &str = "http://service.example/cas?next=%2Fa%20b&x=1";
const PASSWORD: &str = "passw0rd!";

fn cloud() -> Cloud {
    let cloud = Cloud::start();
    cloud.app.register_by_email("ann@example.com", PASSWORD).unwrap();
    cloud.bob();
    cloud.emulator.clear_requests();
    cloud
}

/// A ticket for a client's service, through the login page.
fn ticket(sso: &Client) -> String {
    ticket_of(sso, &mut Browser::new())
}

fn ticket_of(sso: &Client, browser: &mut Browser) -> String {
    let page = browser.sign_in(&sso.login_url(), "bob", PASSWORD);
    let callback = Callback::parse(page.target()).unwrap();
    assert_eq!(callback.url(), sso.service());
    callback.ticket().unwrap().to_owned()
}

fn code(error: &Error) -> Option<FailureCode> {
    match VerificationFailure::of(error) {
        Some(VerificationFailure::Refused { code, .. }) => code.clone(),
        other => panic!("{error} {other:?}"),
    }
}

#[test]
fn a_login_gives_user_and_attributes_by_every_road() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    let xml = cloud.app.validate_ticket_v2(&ticket(&sso), SERVICE, Format::Xml).unwrap();
    let json = cloud.app.validate_ticket_v2(&ticket(&sso), SERVICE, Format::Json).unwrap();
    let v3 = cloud.app.cas_with(SERVICE, |options| options.protocol(Protocol::V3)).unwrap();
    for who in [xml, json, sso.validate(&ticket(&sso)).unwrap(), v3.validate(&ticket(&v3)).unwrap()]
    {
        assert_eq!(who.user, "bob");
        assert_eq!(who.attributes.get("preferred_username"), Some("bob"));
        assert_eq!(who.attributes.get("email_verified"), Some("false"));
        assert_eq!(who.is_from_new_login, Some(true));
        assert!(who.authentication_date.is_some());
    }
    let who = cloud.app.validate_ticket_v1(&ticket(&sso), SERVICE).unwrap();
    assert!(who.user == "bob" && who.attributes.is_empty());
}

#[test]
fn requests_go_where_the_app_has_its_endpoints() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    let ticket = ticket(&sso);
    cloud.app.validate_ticket_v1(&ticket, SERVICE).unwrap();
    let app = format!("/cas-idp/{}", cloud.emulator.app_id());
    let query = format!(
        "service=http%3A%2F%2Fservice.example%2Fcas%3Fnext%3D%252Fa%2520b%26x%3D1&ticket={ticket}"
    );
    let requests = cloud.requests(&format!("{app}/validate"));
    assert_eq!(requests[0].query.as_deref(), Some(query.as_str()));
    cloud.app.validate_ticket_v2(&ticket, SERVICE, Format::Json).unwrap_err();
    let requests = cloud.requests(&format!("{app}/serviceValidate"));
    assert_eq!(requests[0].query, Some(format!("{query}&format=JSON")));
}

#[test]
fn a_wrong_password_gets_no_ticket() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    for (name, password) in [("bob", "wrong"), ("nobody", PASSWORD), ("", "")] {
        let page = Browser::new().sign_in(&sso.login_url(), name, password);
        assert_eq!((page.status, page.location.as_deref()), (401, None));
    }
    // A form that nobody was shown.
    let fields = [("username", "bob"), ("password", PASSWORD), ("lt", "LT-1")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(Browser::new().post(&sso.login_url(), &fields).status, 401);
}

#[test]
fn a_ticket_works_once() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    let ticket = ticket(&sso);
    sso.validate(&ticket).unwrap();
    for _ in 0..2 {
        let error = sso.validate(&ticket).unwrap_err();
        assert_eq!(code(&error), Some(FailureCode::InvalidTicket));
    }
    let error = cloud.app.validate_ticket_v1(&ticket, SERVICE).unwrap_err();
    assert_eq!(code(&error), None);
}

#[test]
fn a_ticket_works_for_its_service_alone_and_is_used_up_by_trying() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    for service in ["http://other.example/", "http://service.example/cas?next=/a%20b&x=1"] {
        let ticket = ticket(&sso);
        let error = sso.for_service(service).unwrap().validate(&ticket).unwrap_err();
        assert_eq!(code(&error), Some(FailureCode::InvalidService));
        let error = sso.validate(&ticket).unwrap_err();
        assert_eq!(code(&error), Some(FailureCode::InvalidTicket));
    }
}

#[test]
fn a_ticket_works_for_ten_seconds() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    let ticket = ticket(&sso);
    cloud.emulator.advance(Duration::from_secs(11));
    let error = sso.validate(&ticket).unwrap_err();
    assert_eq!(code(&error), Some(FailureCode::InvalidTicket));
}

#[test]
fn a_validation_is_never_repeated() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    for fault in
        [Fault::any().status(503), Fault::any().drop_connection(), Fault::any().truncate(80)]
    {
        let ticket = ticket(&sso);
        cloud.emulator.clear_requests();
        cloud.emulator.inject(fault);
        let error = sso.validate(&ticket).unwrap_err();
        assert!(error.to_string().starts_with("validate: "), "{error}");
        assert_eq!(cloud.emulator.requests().len(), 1, "{error}");
    }
}

#[test]
fn what_answers_in_place_of_the_server_is_not_believed() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    let good = "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>\
        <cas:authenticationSuccess><cas:user>ann</cas:user></cas:authenticationSuccess>\
        </cas:serviceResponse>";
    for fault in [
        Fault::any().status(302).header("location", "http://evil.example/").body(good),
        Fault::any().status(500).body(good),
        Fault::any().status(200).header("content-type", "text/html").body("<html>Log in</html>"),
        Fault::any().status(200).body(""),
        Fault::any().huge(2 << 20),
    ] {
        cloud.emulator.inject(fault);
        let error = sso.validate("ST-1").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Http, "{error}");
    }
    cloud.emulator.inject(Fault::any().hang());
    let options = support::options(&cloud.emulator).timeout(Duration::from_millis(200));
    let hasty = AuthenticationClient::new(options).unwrap().cas(SERVICE).unwrap();
    assert!(hasty.validate("ST-1").unwrap_err().is_timeout());
}

#[test]
fn single_sign_on_asks_once_and_renew_asks_again() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    let mut browser = Browser::new();
    ticket_of(&sso, &mut browser);

    let callback = Callback::parse(browser.get(&sso.login_url()).target()).unwrap();
    let who = sso.validate(callback.ticket().unwrap()).unwrap();
    assert_eq!(who.is_from_new_login, Some(false));

    let strict = cloud.app.cas_with(SERVICE, |options| options.renew(true)).unwrap();
    let callback = Callback::parse(browser.get(&sso.login_url()).target()).unwrap();
    let error = strict.validate(callback.ticket().unwrap()).unwrap_err();
    assert_eq!(code(&error), Some(FailureCode::InvalidTicket));
    assert_eq!(browser.get(&strict.login_url()).status, 200, "the form");
    let ticket = ticket_of(&strict, &mut browser);
    assert_eq!(strict.validate(&ticket).unwrap().is_from_new_login, Some(true));
}

#[test]
fn a_gateway_login_asks_nothing() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    let mut browser = Browser::new();
    let callback = Callback::parse(browser.get(&sso.login().gateway().url()).target()).unwrap();
    assert_eq!((callback.ticket(), callback.url()), (None, SERVICE));
    ticket_of(&sso, &mut browser);
    let callback = Callback::parse(browser.get(&sso.login().gateway().url()).target()).unwrap();
    assert_eq!(sso.validate(callback.ticket().unwrap()).unwrap().user, "bob");
}

#[test]
fn a_ticket_can_come_in_a_posted_form() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    let login = sso.login().method(ResponseMethod::Post).url();
    let page = Browser::new().sign_in(&login, "bob", PASSWORD);
    assert_eq!((page.status, &page.location), (200, &None));
    let fields = page.hidden_fields();
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let callback = Callback::parse_form(&form).unwrap();
    assert_eq!(sso.validate(callback.ticket().unwrap()).unwrap().user, "bob");
}

#[test]
fn a_proxy_calls_another_service_in_the_users_name() {
    let cloud = cloud();
    let pgt_service = Service::start();
    let pgt_url = format!("{}/pgt", pgt_service.url);
    let portal = cloud
        .app
        .cas_with(SERVICE, |options| options.proxy_callback(&pgt_url, MemoryPgtStore::new()))
        .unwrap();
    let who = portal.validate(&ticket(&portal)).unwrap();
    let early = portal.proxy_granting_ticket(&who).unwrap_err();
    assert_eq!(VerificationFailure::of(&early), Some(&VerificationFailure::NoProxyGrantingTicket));
    portal.receive_pgt(pgt_service.next("GET").query()).unwrap();
    let pgt = portal.proxy_granting_ticket(&who).unwrap();
    portal.proxy_granting_ticket(&who).unwrap_err();

    let target = "http://back.example/";
    let proxy_ticket = || portal.proxy_ticket(&pgt, target).unwrap();
    let strict = cloud.app.cas(target).unwrap();
    let error = strict.validate(&proxy_ticket()).unwrap_err();
    assert_eq!(code(&error), Some(FailureCode::InvalidTicketSpec));

    let trusting = |url: &str| {
        let chain = [url.to_owned()];
        cloud.app.cas_with(target, |options| options.allow_proxy_chain(chain)).unwrap()
    };
    let who = trusting(&pgt_url).validate(&proxy_ticket()).unwrap();
    assert_eq!((who.user.as_str(), &who.proxies[..]), ("bob", &[pgt_url][..]));
    let error = trusting("http://another.example/").validate(&proxy_ticket()).unwrap_err();
    let failure = VerificationFailure::of(&error);
    assert!(matches!(failure, Some(VerificationFailure::ProxyChain { .. })), "{error}");

    let error = portal.proxy_ticket(&"PGT-1".into(), target).unwrap_err();
    assert_eq!(code(&error), Some(FailureCode::InvalidTicket));
    let error = portal.proxy_ticket(&pgt, "back").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[test]
fn a_proxy_callback_that_is_not_reached_fails_the_login() {
    let cloud = cloud();
    let nowhere = "http://127.0.0.1:1/pgt";
    let portal = cloud
        .app
        .cas_with(SERVICE, |options| options.proxy_callback(nowhere, MemoryPgtStore::new()))
        .unwrap();
    let error = portal.validate(&ticket(&portal)).unwrap_err();
    assert_eq!(code(&error), Some(FailureCode::InvalidProxyCallback));
}

#[test]
fn without_a_proxy_callback_there_are_no_proxy_granting_tickets() {
    let cloud = cloud();
    let sso = cloud.app.cas(SERVICE).unwrap();
    let who = sso.validate(&ticket(&sso)).unwrap();
    assert_eq!(sso.proxy_granting_ticket(&who).unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(sso.receive_pgt("").unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn a_store_that_fails_is_named_in_the_error() {
    #[derive(Debug)]
    struct Broken;

    impl authing::cas::PgtStore for Broken {
        fn put(&self, _: &str, _: authing::Secret) -> Result<(), authing::cas::PgtStoreError> {
            Err("disk full".into())
        }

        fn take(&self, _: &str) -> Result<Option<authing::Secret>, authing::cas::PgtStoreError> {
            Err("disk full".into())
        }
    }

    let options = ClientOptions::new("https://sso.example/cas", "https://me.example/cas")
        .proxy_callback("https://me.example/pgt", Broken);
    let error = Client::with_options(options).unwrap().receive_pgt("pgtIou=A&pgtId=B").unwrap_err();
    assert!(error.to_string().starts_with("receive_pgt: "), "{error}");
    assert!(error.to_string().ends_with("disk full"), "{error}");
}

#[test]
fn logging_out_tells_every_service_which_session_ends() {
    let cloud = cloud();
    let service = Service::start();
    let sso = cloud.app.cas(format!("{}/cas", service.url)).unwrap();
    let mut browser = Browser::new();
    let who = sso.validate(&ticket_of(&sso, &mut browser)).unwrap();

    let page = browser.get(&sso.logout().page("http://service.example/bye").url());
    assert_eq!(page.target(), "http://service.example/bye");
    let post = service.next("POST");
    assert_eq!(post.target, "/cas");
    let request = LogoutRequest::parse_form(&post.body).unwrap().unwrap();
    assert_eq!(request.session_index, who.session_index);
    assert!(request.issue_instant.is_some());
    let page = browser.get(&sso.login_url());
    assert_eq!(page.status, 200, "single sign-on is over");
    assert_eq!(browser.get(&sso.logout_url()).status, 200);
    assert!(!service.was_called(), "nobody is told twice");
}

#[test]
fn the_app_is_needed_and_failures_are_observed() {
    let cloud = cloud();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let options = support::options(&cloud.emulator)
        .on_error(move |error| sink.lock().unwrap().push(error.to_string()));
    let app = AuthenticationClient::new(options).unwrap();
    app.validate_ticket_v1("ST-1", SERVICE).unwrap_err();
    app.cas("nowhere").unwrap_err();
    let seen = seen.lock().unwrap();
    assert!(seen[0].starts_with("validate: the server refused"), "{seen:?}");
    assert!(seen[1].starts_with("option `service`"), "{seen:?}");

    let pool = Options::new().user_pool_id("POOL");
    let error = AuthenticationClient::new(pool).unwrap().cas(SERVICE).unwrap_err();
    assert!(error.to_string().contains("`app_id`"), "{error}");
}

#[test]
fn another_app_has_no_login_page() {
    let cloud = cloud();
    let url = format!("{}/cas-idp/OTHER?service=http://service.example/", cloud.emulator.url());
    assert_eq!(Browser::new().get(&url).status, 404);
    let url = format!("{}/cas-idp/{}?service=x", cloud.emulator.url(), cloud.emulator.app_id());
    assert_eq!(Browser::new().get(&url).status, 400);
}
