//! Whom a client trusts, and the way it takes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use authing::http::{TlsRoots, TransportError, TransportFailure};
use authing::{AuthenticationClient, ErrorKind, Options};
use std::error::Error as _;

const ANSWER: &str = r#"{"data":{"checkLoginStatus":{"code":200,"status":true}}}"#;

/// A server with a certificate of its own authority, which is returned in PEM form.
fn tls_server() -> (String, String) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.unwrap())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            // A client that does not trust the certificate leaves in the middle.
            let _ = answer(&mut rustls::StreamOwned::new(connection, stream));
        }
    });
    (url, certified.cert.pem())
}

/// Reads one request and answers it; returns the request's first line.
fn answer(stream: &mut (impl std::io::Read + std::io::Write)) -> std::io::Result<String> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
    let head =
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", ANSWER.len());
    let stream = reader.into_inner();
    stream.write_all(format!("{head}{ANSWER}").as_bytes())?;
    stream.flush()?;
    Ok(first)
}

/// A proxy that lets nothing through but answers by itself; sends the first line of each request.
fn proxy() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream: TcpStream = stream.unwrap();
            let mut line = String::new();
            BufReader::new(&mut stream).read_line(&mut line).unwrap();
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    (url, lines)
}

/// A SOCKS proxy that refuses everybody; sends the first byte of each connection.
fn socks_proxy() -> (String, Receiver<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("socks5://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let (sender, versions) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut version = [0];
            stream.unwrap().read_exact(&mut version).unwrap();
            if sender.send(version[0]).is_err() {
                return;
            }
        }
    });
    (url, versions)
}

fn options(url: &str) -> Options {
    Options::new().app("app", url).no_proxy().timeout(Duration::from_secs(5))
}

fn check(options: Options) -> authing::Result<bool> {
    let app = AuthenticationClient::new(options)?;
    app.check_login_status("token").map(|status| status.is_valid())
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused() {
    let (url, _) = tls_server();
    for roots in [TlsRoots::WebPki, TlsRoots::Platform] {
        let error = check(options(&url).tls_roots(roots.clone())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{roots:?}: {error}");
        let cause = error.source().unwrap().downcast_ref::<TransportError>().unwrap();
        assert_eq!(cause.failure(), TransportFailure::Tls, "{roots:?}: {error}");
        assert!(!error.is_retryable(), "another try would end the same way");
    }
}

#[test]
fn a_given_authority_is_trusted_and_another_one_is_not() {
    let (url, pem) = tls_server();
    assert!(check(options(&url).tls_roots(TlsRoots::Pem(pem.into_bytes()))).unwrap());
    let (_, other) = tls_server();
    assert!(check(options(&url).tls_roots(TlsRoots::Pem(other.into_bytes()))).is_err());
}

#[test]
fn the_name_in_the_certificate_has_to_match() {
    let (url, pem) = tls_server();
    let url = url.replace("localhost", "127.0.0.1");
    let error = check(options(&url).tls_roots(TlsRoots::Pem(pem.into_bytes()))).unwrap_err();
    let cause = error.source().unwrap().downcast_ref::<TransportError>().unwrap();
    assert_eq!(cause.failure(), TransportFailure::Tls, "{error}");
}

#[test]
fn any_certificate_is_accepted_only_when_that_is_asked_for() {
    let (url, _) = tls_server();
    assert!(check(options(&url).dangerous().accept_any_certificate()).unwrap());
}

#[test]
fn a_proxy_is_asked_to_connect_and_its_refusal_is_a_transport_error() {
    let (proxy_url, lines) = proxy();
    let error = check(options("https://id.example.com").proxy(proxy_url)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert_eq!(lines.recv().unwrap().trim(), "CONNECT id.example.com:443 HTTP/1.1");
}

#[test]
fn a_socks_proxy_is_used() {
    let (proxy_url, versions) = socks_proxy();
    let error = check(options("http://127.0.0.1:1").proxy(proxy_url)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert_eq!(versions.try_recv(), Ok(5), "the version of the protocol (RFC 1928)");
}
