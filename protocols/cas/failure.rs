//! Why a ticket is not to be trusted.

use std::error::Error as _;

use crate::error::{Error, ErrorKind};
use crate::time::DateTime;
use crate::types::wire_enum;

/// The longest description of a server's that is kept, in characters.
const LONGEST_DESCRIPTION: usize = 300;
/// The longest message of an error that has a server's words in it.
const LONGEST_MESSAGE: usize = 1000;

wire_enum! {
    /// The code of a server's refusal (CAS 3.0, 2.5.3 and 2.7.3).
    pub enum FailureCode {
        /// A parameter of the request is missing.
        InvalidRequest = "INVALID_REQUEST",
        /// The ticket does not meet the demands of the validation, for example it is a proxy
        /// ticket where none is accepted.
        InvalidTicketSpec = "INVALID_TICKET_SPEC",
        /// The service may not be a proxy.
        UnauthorizedServiceProxy = "UNAUTHORIZED_SERVICE_PROXY",
        /// The address for proxy-granting tickets is refused or was not reached.
        InvalidProxyCallback = "INVALID_PROXY_CALLBACK",
        /// The ticket is unknown, expired or used, or came from single sign-on where `renew` was
        /// demanded.
        InvalidTicket = "INVALID_TICKET",
        /// The ticket was made for another service.
        InvalidService = "INVALID_SERVICE",
        /// The server failed.
        InternalError = "INTERNAL_ERROR",
        /// The service that a proxy ticket was asked for is not known to the server.
        UnauthorizedService = "UNAUTHORIZED_SERVICE",
    }
}

/// Why a ticket, an answer to its validation, or a logout request is not to be trusted.
///
/// It is the source of errors of kind [`ErrorKind::Verification`]; [`of`](Self::of) gets it out.
///
/// ```
/// use authing::cas::{FailureCode, VerificationFailure};
///
/// fn should_log_in_again(error: &authing::Error) -> bool {
///     matches!(
///         VerificationFailure::of(error),
///         Some(VerificationFailure::Refused { code: Some(FailureCode::InvalidTicket), .. })
///     )
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerificationFailure {
    /// The ticket cannot be one: it is empty, too long, or has characters that no ticket has.
    /// Nothing was sent.
    #[error("the ticket is malformed: {reason}")]
    MalformedTicket {
        /// What is wrong with it.
        reason: String,
    },
    /// The callback carries more than one ticket.
    #[error("the callback has {found} tickets, expected at most one")]
    Tickets {
        /// How many there are.
        found: usize,
    },
    /// The server refused.
    #[error("the server refused: {}{description}", code_text(.code.as_ref()))]
    Refused {
        /// The server's code; CAS 1.0 has none.
        code: Option<FailureCode>,
        /// The server's explanation, in its own words; may be empty.
        description: String,
    },
    /// The answer does not name exactly one user.
    #[error("the answer names {found} users, expected one")]
    Users {
        /// How many it names.
        found: usize,
    },
    /// The name of the user is empty or has control characters.
    #[error("the answer's user name is empty or has control characters")]
    MalformedUser,
    /// The ticket came by proxies that are not allowed.
    #[error("the ticket came by the proxies {chain:?}, allowed are {allowed:?}")]
    ProxyChain {
        /// The proxies, the nearest first.
        chain: Vec<String>,
        /// The chains that are allowed.
        allowed: Vec<Vec<String>>,
    },
    /// A fresh login was demanded, and the answer says that there was none.
    #[error("the ticket comes from single sign-on, a fresh login was demanded")]
    NotFromNewLogin,
    /// No proxy-granting ticket came in for this IOU, or it was fetched before.
    #[error("no proxy-granting ticket has come in for this login, or it was fetched before")]
    NoProxyGrantingTicket,
    /// The assertion is for another service (SAML 1.1).
    #[error("the assertion is for {got:?}, not for {expected:?}")]
    Audience {
        /// This service.
        expected: String,
        /// The services that the assertion is for.
        got: Vec<String>,
    },
    /// The assertion is not valid yet (SAML 1.1).
    #[error("the assertion is valid from {not_before}, now is {now}")]
    NotYetValid {
        /// When it becomes valid.
        not_before: DateTime,
        /// The present.
        now: DateTime,
    },
    /// The assertion is not valid any more (SAML 1.1).
    #[error("the assertion was valid until {not_on_or_after}, now is {now}")]
    Expired {
        /// When it ceased to be valid.
        not_on_or_after: DateTime,
        /// The present.
        now: DateTime,
    },
    /// The answer is to another request (SAML 1.1).
    #[error("the answer is to request {got:?}, not to {expected:?}")]
    InResponseTo {
        /// The id of the request.
        expected: String,
        /// The id in the answer.
        got: String,
    },
}

impl VerificationFailure {
    /// The reason inside an error, if it is of this kind.
    pub fn of(error: &Error) -> Option<&Self> {
        error.source()?.downcast_ref()
    }

    /// The server's refusal, fit to be shown and logged whatever it has sent.
    pub(super) fn refused(code: Option<&str>, description: &str) -> Self {
        let code = code.map(str::trim).filter(|code| !code.is_empty());
        Self::Refused {
            code: code
                .map(|code| FailureCode::from(presentable(code, LONGEST_DESCRIPTION).as_str())),
            description: presentable(description, LONGEST_DESCRIPTION),
        }
    }
}

impl From<VerificationFailure> for Error {
    fn from(failure: VerificationFailure) -> Self {
        let message = presentable(&failure.to_string(), LONGEST_MESSAGE);
        Self::new(ErrorKind::Verification, message).with_source(failure)
    }
}

fn code_text(code: Option<&FailureCode>) -> String {
    code.map(|code| format!("{code} ")).unwrap_or_default()
}

/// The error for an answer that is none of the protocol's; `reason` may quote it.
pub(super) fn broken(what: &str, reason: &str) -> Error {
    let message = format!("{what}: {}", presentable(reason, LONGEST_MESSAGE));
    Error::new(ErrorKind::Parse, message)
}

/// On one line, without control characters, and of bounded length.
fn presentable(text: &str, limit: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_codes_that_are_not_known() {
        let known = VerificationFailure::refused(Some(" INVALID_TICKET "), "no\r\n\t such  ticket");
        assert_eq!(known.to_string(), "the server refused: INVALID_TICKET no such ticket");
        let unknown = VerificationFailure::refused(Some("TEAPOT"), "");
        let code = Some(FailureCode::Unknown("TEAPOT".to_owned()));
        assert_eq!(unknown, VerificationFailure::Refused { code, description: String::new() });
        let none = VerificationFailure::refused(Some(""), "");
        assert!(matches!(none, VerificationFailure::Refused { code: None, .. }));
    }

    #[test]
    fn what_a_server_says_cannot_forge_log_lines_or_fill_them() {
        let text = format!("a\nb\u{1b}[31m\u{85}{}", "x".repeat(10_000));
        let VerificationFailure::Refused { description, .. } =
            VerificationFailure::refused(None, &text)
        else {
            panic!()
        };
        assert!(description.starts_with("a b [31m x"), "{description}");
        assert_eq!(description.chars().count(), 300);
    }

    #[test]
    fn the_reason_comes_out_of_the_error() {
        let error = Error::from(VerificationFailure::Users { found: 2 }).with_operation("validate");
        assert_eq!(error.kind(), ErrorKind::Verification);
        assert_eq!(error.to_string(), "validate: the answer names 2 users, expected one");
        assert_eq!(VerificationFailure::of(&error), Some(&VerificationFailure::Users { found: 2 }));
        assert_eq!(VerificationFailure::of(&Error::usage("x")), None);
    }
}
