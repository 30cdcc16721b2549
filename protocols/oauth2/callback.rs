//! What the browser brings back from the server (RFC 6749, section 4.1.2; RFC 9207).

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;

use subtle::ConstantTimeEq as _;

use super::error_answer::ErrorAnswer;
use super::form;
use super::login::Pending;
use super::metadata::ServerMetadata;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

/// Why a callback does not belong to a login: the source of an error of kind
/// [`Verification`](ErrorKind::Verification).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackFailure {
    /// A parameter comes twice.
    Duplicate {
        /// Its name.
        parameter: String,
    },
    /// A parameter that has to be there is missing.
    Missing {
        /// Its name.
        parameter: &'static str,
    },
    /// It answers another login, or none at all: somebody may try to log the user in as somebody
    /// else.
    State {
        /// The state of this login.
        expected: String,
        /// The state of the callback.
        got: String,
    },
    /// It comes from another server, or the login was started at another one.
    Issuer {
        /// The server of this client.
        expected: String,
        /// The server of the callback or of the login.
        got: String,
    },
}

impl CallbackFailure {
    /// The reason behind an error, if the error is about a callback.
    pub fn of(error: &Error) -> Option<&Self> {
        StdError::source(error)?.downcast_ref()
    }
}

impl fmt::Display for CallbackFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { parameter } => write!(f, "the callback has `{parameter}` twice"),
            Self::Missing { parameter } => write!(f, "the callback has no `{parameter}`"),
            Self::State { .. } => f.write_str("the callback's `state` is that of another login"),
            Self::Issuer { expected, got } => {
                write!(f, "the callback is from {got:?}, expected {expected:?}")
            }
        }
    }
}

impl StdError for CallbackFailure {}

impl From<CallbackFailure> for Error {
    fn from(failure: CallbackFailure) -> Self {
        Error::new(ErrorKind::Verification, failure.to_string()).with_source(failure)
    }
}

/// A callback that belongs to the login and brings no error.
#[derive(Debug)]
pub(crate) struct Callback {
    code: Option<Secret>,
    #[cfg(feature = "oidc")]
    pub(crate) id_token: Option<Secret>,
    #[cfg(feature = "oidc")]
    pub(crate) access_token: Option<Secret>,
}

impl Callback {
    pub(super) fn read(text: &str, pending: &Pending, metadata: &ServerMetadata) -> Result<Self> {
        let mut parameters = parameters(text)?;
        if pending.issuer() != metadata.issuer {
            let (expected, got) = (metadata.issuer.clone(), pending.issuer().to_owned());
            return Err(CallbackFailure::Issuer { expected, got }.into());
        }
        check_state(&parameters, pending.state())?;
        check_issuer(&parameters, metadata)?;
        if let Some(error) = parameters.get("error") {
            let text = |name: &str| parameters.get(name).map(String::as_str);
            let (description, uri) = (text("error_description"), text("error_uri"));
            return Err(ErrorAnswer::new(error, description, uri, &[]).into());
        }
        let mut secret = |name| parameters.remove(name).filter(|v| !v.is_empty()).map(Secret::from);
        Ok(Self {
            code: secret("code"),
            #[cfg(feature = "oidc")]
            id_token: secret("id_token"),
            #[cfg(feature = "oidc")]
            access_token: secret("access_token"),
        })
    }

    pub(crate) fn code(&self) -> Result<&Secret> {
        let missing = || CallbackFailure::Missing { parameter: "code" }.into();
        self.code.as_ref().ok_or_else(missing)
    }
}

/// The state of a callback, without looking at anything else of it.
#[cfg(feature = "oidc")]
pub(crate) fn state(text: &str) -> Option<String> {
    parameters(text).ok()?.remove("state")
}

/// The parameters of a URL, a query string, a form, or the fragment of a URL.
fn parameters(text: &str) -> Result<BTreeMap<String, String>> {
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    let query = match text.split_once('?') {
        Some((_, query)) => query,
        None if text.contains("://") || text.starts_with('/') => "",
        None => text,
    };
    let parse = |text: &str| {
        form::parse(text).map_err(|parameter| CallbackFailure::Duplicate { parameter }.into())
    };
    match parse(query)? {
        parameters if parameters.contains_key("state") => Ok(parameters),
        _ if fragment.contains('=') => parse(fragment),
        parameters => Ok(parameters),
    }
}

fn check_state(
    parameters: &BTreeMap<String, String>,
    expected: &str,
) -> Result<(), CallbackFailure> {
    let got = parameters.get("state").ok_or(CallbackFailure::Missing { parameter: "state" })?;
    match got.as_bytes().ct_eq(expected.as_bytes()).into() {
        true => Ok(()),
        false => Err(CallbackFailure::State { expected: expected.to_owned(), got: got.to_owned() }),
    }
}

fn check_issuer(
    parameters: &BTreeMap<String, String>,
    metadata: &ServerMetadata,
) -> Result<(), CallbackFailure> {
    match parameters.get("iss") {
        Some(got) if *got != metadata.issuer => {
            Err(CallbackFailure::Issuer { expected: metadata.issuer.clone(), got: got.clone() })
        }
        // A provider that also sends an ID token has named itself there (RFC 9207, section 2.4).
        None if metadata.authorization_response_iss_parameter_supported
            && !parameters.contains_key("id_token") =>
        {
            Err(CallbackFailure::Missing { parameter: "iss" })
        }
        _ => Ok(()),
    }
}
