//! What a server says when it refuses.

use std::error::Error as StdError;
use std::fmt;

use crate::error::{Error, ErrorKind};
use crate::secret::{Secret, scrub};

/// An error answer (RFC 6749, sections 4.1.2.1 and 5.2): the source of an error of kind
/// [`OAuth`](ErrorKind::OAuth).
///
/// ```
/// use authing::oauth2::ErrorAnswer;
///
/// fn must_log_in_again(error: &authing::Error) -> bool {
///     ErrorAnswer::of(error).is_some_and(|answer| answer.error == "invalid_grant")
/// }
/// # assert!(!must_log_in_again(&authing::AuthenticationClient::new(authing::Options::new()).unwrap_err()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorAnswer {
    /// The error code, such as `invalid_grant` or `access_denied`.
    pub error: String,
    /// What the server says for developers.
    pub description: Option<String>,
    /// A page about the error.
    pub uri: Option<String>,
    /// The HTTP status; none where the answer came through the browser.
    pub status: Option<u16>,
}

impl ErrorAnswer {
    /// The answer behind an error, if the error is one.
    pub fn of(error: &Error) -> Option<&Self> {
        StdError::source(error)?.downcast_ref()
    }

    pub(super) fn new(
        error: &str,
        description: Option<&str>,
        uri: Option<&str>,
        secrets: &[Secret],
    ) -> Self {
        Self {
            error: scrub(error, secrets),
            description: description.map(|text| scrub(text, secrets)),
            uri: uri.map(|text| scrub(text, secrets)),
            status: None,
        }
    }

    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }
}

impl fmt::Display for ErrorAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server refuses: {}", self.error)?;
        if let Some(description) = &self.description {
            write!(f, ": {description}")?;
        }
        if let Some(uri) = &self.uri {
            write!(f, " (see {uri})")?;
        }
        Ok(())
    }
}

impl StdError for ErrorAnswer {}

impl From<ErrorAnswer> for Error {
    fn from(answer: ErrorAnswer) -> Self {
        let error = Error::new(ErrorKind::OAuth, answer.to_string());
        let error = match answer.status {
            Some(status) => error.with_status(status),
            None => error,
        };
        let error = match answer.error.as_str() {
            "temporarily_unavailable" => error.transient(),
            _ => error,
        };
        error.with_source(answer)
    }
}
