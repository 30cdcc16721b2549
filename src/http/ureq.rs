//! The transport that is used unless the user brings one.

use std::fmt;
use std::io;
use std::sync::Arc;

use http::{Method, Request, Response};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Proxy, Timeout};

use super::{
    HttpOptions, Limits, ProxyChoice, TlsRoots, Transport, TransportError, TransportFailure,
};
use crate::error::{Error, Result};

/// HTTP/1.1 by ureq, TLS by rustls.
pub(super) struct UreqTransport {
    agent: Agent,
}

impl UreqTransport {
    pub(super) fn new(options: &HttpOptions) -> Result<Self> {
        let tls = TlsConfig::builder()
            .root_certs(root_certs(&options.tls_roots)?)
            .disable_verification(options.accept_any_certificate)
            .build();
        let proxy = match &options.proxy {
            ProxyChoice::Environment => Proxy::try_from_env(),
            ProxyChoice::Direct => None,
            ProxyChoice::Url(url) => Some(Proxy::new(url.expose()).map_err(|_| {
                Error::config("proxy", "is no proxy URL such as `http://proxy.example:3128`")
            })?),
        };
        let agent = Agent::config_builder()
            .tls_config(tls)
            .proxy(proxy)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("authing-rust/", env!("CARGO_PKG_VERSION")))
            .accept("application/json")
            .build()
            .into();
        Ok(Self { agent })
    }

    fn run(
        &self,
        request: Request<Vec<u8>>,
        limits: &Limits,
    ) -> Result<Response<Vec<u8>>, ureq::Error> {
        // A limit on connecting that is not stricter than the one on the whole would only change
        // which of the two is reported.
        let connect = Some(limits.connect_timeout).filter(|limit| *limit < limits.timeout);
        let answer = if carries_body(request.method()) || !request.body().is_empty() {
            let request = self.agent.configure_request(request);
            let request = request.timeout_global(Some(limits.timeout)).timeout_connect(connect);
            self.agent.run(request.build())?
        } else {
            let request = self.agent.configure_request(request.map(|_| ()));
            let request = request.timeout_global(Some(limits.timeout)).timeout_connect(connect);
            self.agent.run(request.build())?
        };
        let (parts, mut body) = answer.into_parts();
        // One more byte than allowed tells a body that just fits from one that does not.
        let limit = (limits.max_body as u64).saturating_add(1);
        let body = body.with_config().limit(limit).read_to_vec()?;
        Ok(Response::from_parts(parts, body))
    }
}

impl Transport for UreqTransport {
    fn send(
        &self,
        request: Request<Vec<u8>>,
        limits: &Limits,
    ) -> Result<Response<Vec<u8>>, TransportError> {
        self.run(request, limits).map_err(transport_error)
    }
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The agent would print the proxy with its password.
        f.debug_struct("UreqTransport").finish_non_exhaustive()
    }
}

/// GET and its kin have no empty body with a length.
fn carries_body(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

fn root_certs(roots: &TlsRoots) -> Result<RootCerts> {
    match roots {
        TlsRoots::WebPki => Ok(RootCerts::WebPki),
        TlsRoots::Platform => Ok(RootCerts::PlatformVerifier),
        TlsRoots::Pem(pem) => {
            let certificates = certificates(pem)
                .map_err(|e| Error::config("tls_roots", "holds broken PEM").with_source(e))?;
            if certificates.is_empty() {
                return Err(Error::config("tls_roots", "holds no certificate in PEM form"));
            }
            Ok(RootCerts::Specific(Arc::new(certificates)))
        }
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, ureq::Error> {
    let mut certificates = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item? {
            certificates.push(certificate);
        }
    }
    Ok(certificates)
}

fn transport_error(error: ureq::Error) -> TransportError {
    let failure = match &error {
        ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => TransportFailure::Connect,
        ureq::Error::Timeout(_) => TransportFailure::Timeout,
        ureq::Error::BodyExceedsLimit(_) => TransportFailure::TooLarge,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => TransportFailure::Connect,
        ureq::Error::ConnectProxyFailed(_) => TransportFailure::Connect,
        ureq::Error::Tls(_) | ureq::Error::Pem(_) | ureq::Error::Rustls(_) => TransportFailure::Tls,
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
            TransportFailure::Malformed
        }
        ureq::Error::Io(error) => io_failure(error),
        _ => TransportFailure::Broken,
    };
    TransportError::new(failure).with_source(error)
}

fn io_failure(error: &io::Error) -> TransportFailure {
    // rustls reports an untrusted certificate as the cause of an I/O error.
    if error.get_ref().is_some_and(|cause| cause.to_string().contains("certificate")) {
        return TransportFailure::Tls;
    }
    // Nor has a name that cannot be looked up a kind of its own.
    if error.to_string().contains("failed to lookup address") {
        return TransportFailure::Connect;
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::AddrNotAvailable => TransportFailure::Connect,
        io::ErrorKind::TimedOut => TransportFailure::Timeout,
        _ => TransportFailure::Broken,
    }
}
