//! Sending one request: limits, retries, and errors that say what was attempted.

use std::error::Error as _;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use http::{Request, Response, header};

use super::ureq::UreqTransport;
use super::{HttpOptions, Limits, Transport, TransportError, TransportFailure};
use crate::crypto;
use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind, Result};
use crate::time;

/// Attempts after the first one, for calls that may be repeated.
const RETRIES: u32 = 2;
/// The longest wait before the first retry; it doubles with each.
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A transport and the limits of the calls that go through it. Cloning it is cheap.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    transport: Arc<dyn Transport>,
    timeout: Duration,
    max_body: usize,
}

/// One request and how it may be sent.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// What errors and logs call it.
    pub(crate) operation: &'a str,
    pub(crate) request: Request<Vec<u8>>,
    /// Whether it may be sent again: it reads and changes nothing.
    pub(crate) repeatable: bool,
    pub(crate) deadline: Deadline,
}

impl Http {
    /// A client with its own default for [`HttpOptions::timeout`].
    pub(crate) fn new(options: &HttpOptions, default_timeout: Duration) -> Result<Self> {
        let timeout = options.timeout.unwrap_or(default_timeout);
        if timeout.is_zero() {
            return Err(Error::config("timeout", "is zero: no call could succeed"));
        }
        let transport = match &options.transport {
            Some(transport) => transport.clone(),
            None => Arc::new(UreqTransport::new(options)?),
        };
        Ok(Self { transport, timeout, max_body: options.max_answer_size })
    }

    /// The end of a call that begins now.
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::after(self.timeout)
    }

    /// Sends the request, again if it may be and that can help, and returns the answer, of
    /// whatever status.
    pub(crate) fn send(&self, call: &Call<'_>) -> Result<Response<Vec<u8>>> {
        let mut attempt = 0;
        loop {
            let outcome = self.attempt(call);
            if !call.repeatable || attempt == RETRIES || !is_worth_repeating(&outcome) {
                return outcome;
            }
            let wait = wait_before_repeating(&outcome, attempt);
            // A wait that outlasts the call helps nobody: the caller gets what there is.
            match call.deadline.remaining() {
                Ok(left) if left > wait => thread::sleep(wait),
                _ => return outcome,
            }
            attempt += 1;
        }
    }

    fn attempt(&self, call: &Call<'_>) -> Result<Response<Vec<u8>>> {
        let Call { operation, request, deadline, .. } = call;
        let timeout = deadline.remaining()?;
        let limits = Limits {
            timeout,
            connect_timeout: timeout.min(CONNECT_TIMEOUT),
            max_body: self.max_body,
        };
        let start = Instant::now();
        let outcome = self.transport.send(request.clone(), &limits);
        let path = request.uri().path();
        match outcome {
            Ok(answer) => {
                let (status, time) = (answer.status().as_u16(), start.elapsed());
                log::debug!("{operation}: {} {path}: {status} in {time:?}", request.method());
                self.check_size(answer)
            }
            Err(error) => {
                log::debug!("{operation}: {} {path}: {error}", request.method());
                Err(self.explain(error, deadline))
            }
        }
    }

    /// A transport of the user's may not keep to the limit.
    fn check_size(&self, answer: Response<Vec<u8>>) -> Result<Response<Vec<u8>>> {
        if answer.body().len() > self.max_body {
            let error = TransportError::new(TransportFailure::TooLarge);
            return Err(self.too_large(error).with_status(answer.status().as_u16()));
        }
        Ok(answer)
    }

    fn explain(&self, error: TransportError, deadline: &Deadline) -> Error {
        match error.failure() {
            TransportFailure::Timeout => deadline.error().with_source(error),
            TransportFailure::TooLarge => self.too_large(error),
            TransportFailure::Malformed => {
                Error::new(ErrorKind::Http, error.to_string()).with_source(error)
            }
            TransportFailure::Tls => {
                Error::new(ErrorKind::Transport, error.to_string()).with_source(error)
            }
            TransportFailure::Connect | TransportFailure::Broken => {
                Error::new(ErrorKind::Transport, error.to_string()).with_source(error).transient()
            }
        }
    }

    fn too_large(&self, error: TransportError) -> Error {
        let message = format!("the answer has more than {} bytes", self.max_body);
        Error::new(ErrorKind::Http, message).with_source(error)
    }
}

/// Whether the server cannot have acted on the request, and may on the next.
fn is_worth_repeating(outcome: &Result<Response<Vec<u8>>>) -> bool {
    match outcome {
        Ok(answer) => matches!(answer.status().as_u16(), 429 | 502..=504),
        Err(error) => error
            .source()
            .and_then(|source| source.downcast_ref::<TransportError>())
            .is_some_and(|error| error.failure() == TransportFailure::Connect),
    }
}

fn wait_before_repeating(outcome: &Result<Response<Vec<u8>>>, attempt: u32) -> Duration {
    match outcome.as_ref().ok().and_then(retry_after) {
        Some(wait) => wait,
        None => FIRST_BACKOFF.mul_f64(f64::from(1 << attempt) * crypto::random_fraction()),
    }
}

/// How long the server asks to wait: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
pub(crate) fn retry_after(answer: &Response<Vec<u8>>) -> Option<Duration> {
    let value = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = time::parse_http_date(value)?;
    let now = time::unix_millis(SystemTime::now());
    Some(Duration::from_millis(u64::try_from(date - now).unwrap_or(0)))
}
