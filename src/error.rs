//! The one error of this crate.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::codes;
use crate::secret::redact;

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something did not work.
///
/// [`kind`](Self::kind) says who is to blame, the predicates answer the questions that programs
/// ask, and `Display` is one sentence with the operation and the reason. The chain of causes is in
/// [`source`](std::error::Error::source). No part of it shows a password, token or secret; the
/// only way to one is [`data`](Self::data), where the server puts the token of a next step.
///
/// ```
/// # use authing::{codes, Error, ErrorKind};
/// fn advice(error: &Error) -> &'static str {
///     match error.code() {
///         Some(codes::USER_NOT_FOUND) => "register first",
///         Some(codes::WRONG_PASSWORD) => "try again",
///         _ if error.is_retryable() => "try again later",
///         _ if error.kind() == ErrorKind::Config => "look at the options",
///         _ => "ask for help",
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: String,
    message: String,
    code: Option<i64>,
    /// The code is another service's, whose numbers mean something else.
    code_is_foreign: bool,
    data: Option<Value>,
    status: Option<u16>,
    retry_after: Option<Duration>,
    transient: bool,
    partial: bool,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// Whose fault an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An option of the client is missing or malformed; nothing was sent.
    Config,
    /// An argument of the call cannot be right; nothing was sent.
    Usage,
    /// The time for the whole call ran out.
    Timeout,
    /// No answer came: the connection was refused, dropped, or not secure.
    Transport,
    /// Something answered, but not the service: a proxy's page, an empty body, an HTTP failure.
    Http,
    /// The service answered that it will not do it: see [`Error::code`] and [`codes`].
    Api,
    /// The answer is broken JSON or has not the documented shape.
    Parse,
    /// An OAuth 2.0 endpoint refused, in the words of that protocol.
    OAuth,
    /// A token, assertion or ticket is not to be trusted; the reason is the error's source.
    Verification,
}

impl Error {
    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What was attempted: a GraphQL field such as `loginByUsername`, an endpoint such as
    /// `GET /api/v2/users/me`, or empty when no call was made yet.
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// The reason, without the operation. For [`ErrorKind::Api`] it is the server's own text, in
    /// the language of [`Options::language`](crate::Options::language).
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The service's error code: compare it with the constants in [`codes`]. A service beside the
    /// cloud, such as jAccount, has numbers of its own.
    pub fn code(&self) -> Option<i64> {
        self.0.code
    }

    /// What the server sent beside code and message, for example the token for the next step of a
    /// login. It is as the server sent it and can hold secrets: do not print it.
    pub fn data(&self) -> Option<&Value> {
        self.0.data.as_ref()
    }

    /// The HTTP status of the answer, when there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// How long the server asked to wait before the next attempt (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The time for the call ran out.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// What was asked for does not exist: a user, a user pool, an application, a path.
    pub fn is_not_found(&self) -> bool {
        match self.own_code() {
            Some(code) => codes::NOT_FOUND.contains(&code),
            None => matches!(self.status(), Some(404 | 410)),
        }
    }

    /// The token is missing, wrong, expired or revoked: sign in again.
    pub fn is_unauthorized(&self) -> bool {
        match self.own_code() {
            Some(code) => codes::UNAUTHORIZED.contains(&code),
            None => self.status() == Some(401),
        }
    }

    /// What was to be made exists already: a user name, an e-mail address, a phone number.
    pub fn is_already_exists(&self) -> bool {
        match self.own_code() {
            Some(code) => codes::ALREADY_EXISTS.contains(&code),
            None => self.status() == Some(409),
        }
    }

    /// Too many requests: wait, for [`retry_after`](Self::retry_after) if the server says so.
    pub fn is_rate_limited(&self) -> bool {
        match self.own_code() {
            Some(code) => codes::RATE_LIMITED.contains(&code),
            None => self.status() == Some(429),
        }
    }

    /// The same call may succeed later: the server was not reached, was busy, or took too long.
    ///
    /// After a timeout or a dropped connection it is not known whether a change was made.
    pub fn is_retryable(&self) -> bool {
        self.0.transient || self.is_rate_limited() || self.own_code() == Some(codes::SYSTEM_BUSY)
    }

    /// The code, if it is one of [`codes`].
    fn own_code(&self) -> Option<i64> {
        self.code().filter(|_| !self.0.code_is_foreign)
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: String::new(),
            message: message.into(),
            code: None,
            code_is_foreign: false,
            data: None,
            status: None,
            retry_after: None,
            transient: kind == ErrorKind::Timeout,
            partial: false,
            source: None,
        }))
    }

    /// An option that is missing or malformed; `field` is the setter's name.
    pub(crate) fn config(field: &str, reason: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Config, format!("option `{field}` {reason}"))
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    pub(crate) fn with_operation(mut self, operation: &str) -> Self {
        if self.0.operation.is_empty() {
            self.0.operation = operation.to_owned();
        }
        self
    }

    pub(crate) fn with_code(mut self, code: Option<i64>) -> Self {
        self.0.code = code;
        self
    }

    /// The same with a code of a service that has numbers of its own.
    #[cfg(feature = "jaccount")]
    pub(crate) fn with_foreign_code(mut self, code: i64) -> Self {
        self.0.code = Some(code);
        self.0.code_is_foreign = true;
        self
    }

    pub(crate) fn with_data(mut self, data: Option<Value>) -> Self {
        self.0.data = data;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self.0.transient |= matches!(status, 429 | 502..=504);
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// Puts a cause between the error and the one that it has.
    pub(crate) fn caused<S: StdError + Send + Sync + 'static>(
        mut self,
        cause: impl FnOnce(Option<Arc<dyn StdError + Send + Sync>>) -> S,
    ) -> Self {
        self.0.source = Some(Arc::new(cause(self.0.source.take())));
        self
    }

    /// What was asked for is not there, which the service said by answering nothing.
    pub(crate) fn absent(what: &str) -> Self {
        Self::new(ErrorKind::Api, format!("there is no such {what}")).with_code(Some(404))
    }

    /// Marks the failure of a part: something else in the same request was done.
    pub(crate) fn with_partial(mut self, partial: bool) -> Self {
        self.0.partial = partial;
        self
    }

    pub(crate) fn is_partial(&self) -> bool {
        self.0.partial
    }

    /// Marks a failure that may pass by itself.
    pub(crate) fn transient(mut self) -> Self {
        self.0.transient = true;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, message, code, status, .. } = &*self.0;
        if !operation.is_empty() {
            write!(f, "{operation}: ")?;
        }
        f.write_str(message)?;
        match (code, status) {
            (Some(code), _) => write!(f, " (code {code})"),
            (None, Some(status)) => write!(f, " (HTTP status {status})"),
            (None, None) => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, operation, message, code, data, status, retry_after, source, .. } =
            &*self.0;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("operation", operation)
            .field("message", message)
            .field("code", code)
            .field("data", &data.as_ref().map(redact))
            .field("status", status)
            .field("retry_after", retry_after)
            .field("source", source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_word_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn display_is_one_sentence_with_operation_reason_and_code() {
        let error = Error::new(ErrorKind::Api, "user does not exist")
            .with_operation("loginByUsername")
            .with_code(Some(2004))
            .with_status(200);
        assert_eq!(error.to_string(), "loginByUsername: user does not exist (code 2004)");
        let error = Error::new(ErrorKind::Http, "the answer is empty").with_status(502);
        assert_eq!(error.to_string(), "the answer is empty (HTTP status 502)");
        let error = Error::config("app", "is missing");
        assert_eq!(error.to_string(), "option `app` is missing");
    }

    #[test]
    fn debug_hides_tokens_in_the_data_but_data_keeps_them() {
        let data = serde_json::json!({"mfaToken": "abc", "list": [{"password": "x", "n": 1}]});
        let error = Error::new(ErrorKind::Api, "second factor").with_data(Some(data));
        let debug = format!("{error:?}");
        assert!(!debug.contains("abc") && !debug.contains("\"x\""), "{debug}");
        assert_eq!(error.data().unwrap()["mfaToken"], "abc");
    }

    #[test]
    fn predicates_follow_the_code_first_and_the_status_only_without_one() {
        let api = |code| Error::new(ErrorKind::Api, "").with_code(Some(code)).with_status(404);
        assert!(api(codes::USER_NOT_FOUND).is_not_found());
        assert!(!api(codes::WRONG_PASSWORD).is_not_found());
        assert!(api(codes::NOT_LOGGED_IN).is_unauthorized());
        assert!(api(codes::USERNAME_ALREADY_EXISTS).is_already_exists());
        assert!(api(codes::REGISTERING_TOO_OFTEN).is_rate_limited());
        assert!(Error::new(ErrorKind::Api, "").with_code(Some(codes::SYSTEM_BUSY)).is_retryable());
        assert!(Error::new(ErrorKind::Http, "").with_status(404).is_not_found());
        assert!(Error::new(ErrorKind::Http, "").with_status(503).is_retryable());
        assert!(!Error::new(ErrorKind::Http, "").with_status(500).is_retryable());
    }

    #[cfg(feature = "jaccount")]
    #[test]
    fn the_number_of_another_service_does_not_count_as_one_of_the_cloud() {
        let error = Error::new(ErrorKind::Api, "").with_foreign_code(codes::USER_NOT_FOUND);
        assert_eq!(error.code(), Some(codes::USER_NOT_FOUND));
        assert!(!error.is_not_found());
        assert!(error.with_status(404).is_not_found());
    }
}
