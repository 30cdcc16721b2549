//! What a server says when it refuses.

use std::error::Error as StdError;
use std::fmt;

use crate::error::{Error, ErrorKind};
use crate::secret::{Secret, scrub};

const MOST_CHARACTERS: usize = 500;

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
        let show = |text: &str| printable(&scrub(text, secrets));
        Self {
            error: show(error),
            description: description.map(show),
            uri: uri.map(show),
            status: None,
        }
    }

    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }
}

/// The text without what terminals and logs would act upon, and not longer than a person reads.
fn printable(text: &str) -> String {
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.take(MOST_CHARACTERS).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_cannot_take_over_a_terminal_or_a_log() {
        let long = format!("\u{1b}[2Jline\r\nline{}", "x".repeat(100_000));
        let answer = ErrorAnswer::new("a\0b", Some(&long), None, &[]);
        let text = answer.to_string();
        assert!(text.len() < 1000 && !text.contains(char::is_control), "{text}");
    }
}
