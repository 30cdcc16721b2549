//! HTTP: the [`Transport`] that carries requests, and the one function that every call goes
//! through.
//!
//! The library's own log records, target `authing`, hold no secrets. Below it, the HTTP client's
//! (targets `ureq` and `ureq_proto`) show whole URLs at level debug and every byte of a request at
//! level trace: keep these two at `info` where others read the log.

mod call;
mod options;
mod ureq;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use self::call::{Call, Http, retry_after};
pub use self::options::{Dangerous, HttpOptions, TlsRoots};
pub(crate) use self::options::{ProxyChoice, dangerous_setters, http_setters};

/// Carries one HTTP request to a server and brings the answer back.
///
/// The default speaks HTTP/1.1 with kept-alive connections. Implement it to use another HTTP
/// client, to record requests, or to answer them without a network; set it with
/// [`Options::transport`](crate::Options::transport). Requests and answers are the types of the
/// [`http`] crate.
///
/// An implementation follows no redirect, treats no status as an error, keeps to the limits, and
/// never sends a request twice. Header values that are [sensitive](http::HeaderValue::is_sensitive)
/// must not be logged.
///
/// ```
/// use authing::http::{Limits, Transport, TransportError};
///
/// #[derive(Debug)]
/// struct Offline;
///
/// impl Transport for Offline {
///     fn send(
///         &self,
///         _request: http::Request<Vec<u8>>,
///         _limits: &Limits,
///     ) -> Result<http::Response<Vec<u8>>, TransportError> {
///         Ok(http::Response::builder().status(503).body(Vec::new()).unwrap())
///     }
/// }
///
/// let options = authing::Options::new().user_pool("pool", "secret").transport(Offline);
/// let error = authing::ManagementClient::new(options)?.users().list().page(1).unwrap_err();
/// assert_eq!(error.status(), Some(503));
/// # Ok::<(), authing::Error>(())
/// ```
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    ///
    /// When no complete answer came within the limits; an answer of any status is no error.
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
        limits: &Limits,
    ) -> Result<http::Response<Vec<u8>>, TransportError>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
        limits: &Limits,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        (**self).send(request, limits)
    }
}

/// What one request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// From the first packet to the last byte of the answer.
    pub timeout: Duration,
    /// For opening the connection; never more than `timeout`.
    pub connect_timeout: Duration,
    /// The bytes that the body of the answer may have.
    pub max_body: usize,
}

impl Limits {
    /// Limits for a call to a [`Transport`] of your own, as its tests make it.
    pub fn new(timeout: Duration, connect_timeout: Duration, max_body: usize) -> Self {
        Self { timeout, connect_timeout, max_body }
    }
}

/// Why a [`Transport`] brought no answer.
#[derive(Debug)]
pub struct TransportError {
    failure: TransportFailure,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`TransportError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportFailure {
    /// The time ran out.
    Timeout,
    /// No connection could be opened, so that the request was certainly not sent.
    Connect,
    /// The server's certificate is not trusted, or TLS failed otherwise.
    Tls,
    /// The connection broke after the request was, or may have been, sent.
    Broken,
    /// The body is longer than [`Limits::max_body`].
    TooLarge,
    /// What came back is no HTTP, or its headers are longer than the transport takes.
    Malformed,
}

impl TransportError {
    /// An error without a cause.
    pub fn new(failure: TransportFailure) -> Self {
        Self { failure, source: None }
    }

    /// The same error with what caused it.
    pub fn with_source(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// The kind of failure.
    pub fn failure(&self) -> TransportFailure {
        self.failure
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self.failure {
            TransportFailure::Timeout => "the server did not answer in time",
            TransportFailure::Connect => "no connection to the server",
            TransportFailure::Tls => "no secure connection to the server",
            TransportFailure::Broken => "the connection broke before the answer was complete",
            TransportFailure::TooLarge => "the answer is larger than allowed",
            TransportFailure::Malformed => "the answer is not proper HTTP",
        };
        f.write_str(reason)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
