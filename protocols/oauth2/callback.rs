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
    /// With an ID token that is to come along, the callback names its issuer there (RFC 9207,
    /// section 2.4), so that `iss` may be missing.
    pub(super) fn read(
        text: &str,
        pending: &Pending,
        metadata: &ServerMetadata,
        has_id_token: bool,
    ) -> Result<Self> {
        if pending.issuer() != metadata.issuer {
            let (expected, got) = (metadata.issuer.clone(), pending.issuer().to_owned());
            return Err(CallbackFailure::Issuer { expected, got }.into());
        }
        Self::read_for(text, pending.state(), metadata, has_id_token)
    }

    /// The same for a login that keeps its state itself.
    pub(crate) fn read_for(
        text: &str,
        state: &str,
        metadata: &ServerMetadata,
        has_id_token: bool,
    ) -> Result<Self> {
        let mut parameters = parameters(text)?;
        check_state(&parameters, state)?;
        check_issuer(&parameters, metadata, has_id_token)?;
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
    let parse = |text: &str| {
        form::parse(text).map_err(|parameter| CallbackFailure::Duplicate { parameter }.into())
    };
    match parse(query(text))? {
        parameters if parameters.contains_key("state") => Ok(parameters),
        _ if fragment.contains('=') => parse(fragment),
        parameters => Ok(parameters),
    }
}

/// The query of a URL, or the text itself if it is a query or a form already.
pub(crate) fn query(text: &str) -> &str {
    let text = text.split('#').next().unwrap_or_default();
    // Values may have any of these unencoded; the name of the first parameter has none.
    let start = text.split('=').next().unwrap_or_default();
    match start.contains([':', '/', '?']) {
        true => text.split_once('?').map_or("", |(_, query)| query),
        false => text,
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
    has_id_token: bool,
) -> Result<(), CallbackFailure> {
    match parameters.get("iss") {
        Some(got) if *got != metadata.issuer => {
            Err(CallbackFailure::Issuer { expected: metadata.issuer.clone(), got: got.clone() })
        }
        None if metadata.authorization_response_iss_parameter_supported && !has_id_token => {
            Err(CallbackFailure::Missing { parameter: "iss" })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending() -> Pending {
        let json = serde_json::json!({
            "issuer": "https://op.example/", "redirect_uri": "https://me.example/cb",
            "state": "s-1", "code_verifier": "v".repeat(43),
        });
        serde_json::from_value(json).unwrap()
    }

    fn read(text: &str) -> Result<Callback> {
        let mut metadata = ServerMetadata::new("https://op.example/");
        metadata.authorization_response_iss_parameter_supported = true;
        Callback::read(text, &pending(), &metadata, false)
    }

    #[test]
    fn a_callback_is_read_from_a_url_a_query_a_form_and_a_fragment() {
        for text in [
            "https://me.example/cb?code=c%2B1&state=s-1&iss=https%3A%2F%2Fop.example%2F",
            "https://me.example/a=b/cb?x=1&code=c%2B1&state=s-1&iss=https://op.example/",
            "/cb?code=c%2B1&state=s-1&iss=https://op.example/#_=_",
            "?code=c%2B1&state=s-1&iss=https://op.example/",
            "code=c%2B1&state=s-1&iss=https://op.example/",
            "https://me.example/cb#code=c%2B1&state=s-1&iss=https://op.example/",
        ] {
            assert_eq!(read(text).unwrap().code().unwrap().expose(), "c+1", "{text}");
        }
    }

    #[test]
    fn what_does_not_belong_to_the_login_is_refused_with_its_reason() {
        let missing = |parameter| CallbackFailure::Missing { parameter };
        let duplicate = |name: &str| CallbackFailure::Duplicate { parameter: name.to_owned() };
        let state = |got: &str| CallbackFailure::State { expected: "s-1".into(), got: got.into() };
        let iss = "iss=https://op.example/";
        for (text, failure) in [
            (String::new(), missing("state")),
            ("https://me.example/cb".to_owned(), missing("state")),
            (format!("?code=c&{iss}"), missing("state")),
            (format!("?code=c&state=&{iss}"), state("")),
            (format!("?code=c&state=s-2&{iss}"), state("s-2")),
            (format!("?error=access_denied&state=s-2&{iss}"), state("s-2")),
            (format!("?code=c&state=s-1&state=s-1&{iss}"), duplicate("state")),
            (format!("?code=c&code=d&state=s-1&{iss}"), duplicate("code")),
            ("?code=c&state=s-1".to_owned(), missing("iss")),
            (
                "?code=c&state=s-1&iss=https://op.example".to_owned(),
                CallbackFailure::Issuer {
                    expected: "https://op.example/".to_owned(),
                    got: "https://op.example".to_owned(),
                },
            ),
            ("?code=c&state=s-1&id_token=x".to_owned(), missing("iss")),
            (format!("?state=s-1&{iss}"), missing("code")),
            (format!("?code=&state=s-1&{iss}"), missing("code")),
        ] {
            let error = read(&text).and_then(|callback| callback.code().cloned()).unwrap_err();
            assert_eq!(CallbackFailure::of(&error), Some(&failure), "{text}");
            assert_eq!(error.kind(), ErrorKind::Verification);
        }
    }

    #[test]
    fn a_login_of_another_server_cannot_be_finished_here() {
        let metadata = ServerMetadata::new("https://other.example/");
        let error = Callback::read("?code=c&state=s-1", &pending(), &metadata, false).unwrap_err();
        assert!(matches!(CallbackFailure::of(&error), Some(CallbackFailure::Issuer { .. })));
    }

    #[test]
    fn an_error_of_the_server_is_told_as_it_is() {
        let text = "?error=access_denied&error_description=no&state=s-1&iss=https://op.example/";
        let error = read(text).unwrap_err();
        let answer = ErrorAnswer::of(&error).unwrap();
        assert_eq!(
            (answer.error.as_str(), answer.description.as_deref()),
            ("access_denied", Some("no"))
        );
        assert_eq!((error.kind(), answer.status), (ErrorKind::OAuth, None));
    }
}
