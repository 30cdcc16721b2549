//! Logins from the command line, with all that else knocks at the port.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a failing test panics")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use authing::ErrorKind;
use authing::oauth2::{ErrorAnswer, ServerMetadata};
use authing::oidc::{Client, ClientAuth, ClientOptions, Tokens};
use url::Url;

fn client(redirect_uri: &str) -> Client {
    // Nothing listens at port 1: a code would not get through.
    let metadata = ServerMetadata::new("http://127.0.0.1:1")
        .authorization_endpoint("http://127.0.0.1:1/auth")
        .token_endpoint("http://127.0.0.1:1/token");
    Client::new(metadata, ClientOptions::new("me", ClientAuth::none(), redirect_uri)).unwrap()
}

/// Runs a login whose browser is `visit`, which gets the redirect URI and the state.
fn log_in(
    redirect_uri: &str,
    visit: impl FnOnce(Url, String) + Send + 'static,
) -> authing::Result<Tokens> {
    let mut visitor = None;
    let outcome = client(redirect_uri).cli_login().timeout(Duration::from_secs(20)).run(|url| {
        let url = Url::parse(url).unwrap();
        let parameter = |wanted: &str| {
            url.query_pairs().find(|(name, _)| name == wanted).unwrap().1.into_owned()
        };
        let (redirect_uri, state) = (parameter("redirect_uri"), parameter("state"));
        let redirect_uri = Url::parse(&redirect_uri).unwrap();
        visitor = Some(thread::spawn(move || visit(redirect_uri, state)));
    });
    visitor.unwrap().join().unwrap();
    outcome
}

fn send(to: &Url, request: &str) -> String {
    let address = to.socket_addrs(|| None).unwrap()[0];
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

fn get(to: &Url, target: &str) -> String {
    let host = to.authority();
    send(to, &format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"))
}

#[test]
fn strangers_are_turned_away_and_the_login_goes_on() {
    let error = log_in("http://127.0.0.1/callback", |uri, state| {
        let right = format!("/callback?error=access_denied&state={state}");
        let idle = TcpStream::connect(uri.socket_addrs(|| None).unwrap()[0]).unwrap();
        for target in [
            "/".to_owned(),
            "/favicon.ico".to_owned(),
            "/callback".to_owned(),
            "/callback?code=x&state=another".to_owned(),
            format!("/callback?code=x&state={state}&state={state}"),
            format!("/other?error=access_denied&state={state}"),
        ] {
            assert!(get(&uri, &target).starts_with("HTTP/1.1 404"), "{target}");
        }
        // The name of another host that points here.
        let foreign = format!("GET {right} HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        assert!(send(&uri, &foreign).starts_with("HTTP/1.1 404"));
        let nameless = format!("GET {right} HTTP/1.1\r\n\r\n");
        assert!(send(&uri, &nameless).starts_with("HTTP/1.1 404"));
        let put = format!("PUT {right} HTTP/1.1\r\nHost: {}\r\n\r\n", uri.authority());
        assert!(send(&uri, &put).starts_with("HTTP/1.1 404"));
        for garbage in ["\r\n\r\n", "\u{0}\u{1}\r\n\r\n", "POST /callback HTTP/1.1\r\n\r\n"] {
            let answer = send(&uri, garbage);
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 404"), "{answer}");
        }
        let page = get(&uri, &right);
        assert!(page.starts_with("HTTP/1.1 400") && page.contains("access_denied"), "{page}");
        drop(idle);
    })
    .unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "access_denied");
}

#[test]
fn a_form_that_is_posted_is_read_and_what_goes_wrong_later_is_shown() {
    let error = log_in("http://127.0.0.1/callback", |uri, state| {
        let body = format!("code=c&state={state}");
        let (host, length) = (uri.authority(), body.len());
        let page = send(
            &uri,
            &format!(
                "POST /callback HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n\r\n{body}"
            ),
        );
        assert!(page.starts_with("HTTP/1.1 400") && page.contains("did not work"), "{page}");
    })
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[test]
fn ipv6_works_where_the_machine_has_it() {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        println!("skipped: this machine has no IPv6");
        return;
    }
    let error = log_in("http://[::1]/back", |uri, state| {
        assert_eq!((uri.host_str(), uri.path()), (Some("[::1]"), "/back"));
        get(&uri, &format!("/back?error=server_error&state={state}"));
    })
    .unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "server_error");
}

#[test]
fn a_user_who_does_not_come_back_is_waited_for_no_longer_than_said() {
    let rp = client("http://127.0.0.1/callback");
    let error = rp.cli_login().timeout(Duration::from_millis(50)).run(|_| {}).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, "login"));
}

#[test]
fn a_redirect_uri_elsewhere_is_refused_before_anything_is_opened() {
    for uri in
        ["https://me.example/cb", "http://me.example/cb", "https://127.0.0.1/", "me:/cb", "x"]
    {
        let error = client(uri).login_from_cli(|_| panic!("opened")).unwrap_err();
        assert!(error.to_string().starts_with("option `redirect_uri`"), "{error}");
    }
}
