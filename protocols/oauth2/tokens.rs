//! The answer of a token endpoint.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::Response;
use serde_json::{Map, Value};

use super::error_answer::ErrorAnswer;
use crate::error::{Error, ErrorKind, Result};
use crate::http::retry_after;
use crate::json;
use crate::secret::Secret;

/// The tokens that a server gave (RFC 6749, section 5.1).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Tokens {
    /// What gives access to the user's data or to an API.
    pub access_token: Secret,
    /// How the access token is used, as the server writes it: `Bearer`, in upper or lower case;
    /// `N_A` where a token exchange gave a token of another kind.
    pub token_type: String,
    /// When the access token ends, by the clock of this machine.
    pub expires_at: Option<SystemTime>,
    /// What gives the next access token. After a refresh it is the new one if the server gave one,
    /// else the old one: store it each time.
    pub refresh_token: Option<Secret>,
    /// What was granted, where the server says so; it may be less than was asked for.
    pub scopes: Option<Vec<String>>,
    /// Who the user is, not verified here: the feature `oidc` does that.
    pub id_token: Option<Secret>,
    /// Of what type the token is that a token exchange gave (RFC 8693, section 2.2.1).
    pub issued_token_type: Option<String>,
    all: Map<String, Value>,
}

impl Tokens {
    /// Reads the answer of a token endpoint that came at `now`.
    ///
    /// Servers write `bearer` in any case, and `expires_in` as a number or as text; both are read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OAuth`] with an [`ErrorAnswer`] when the server refuses, whatever the HTTP
    /// status; [`ErrorKind::Http`] when something else answered; [`ErrorKind::Parse`] when the
    /// answer has no access token, or one of a type that is not known.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// let answer = http::Response::new(
    ///     br#"{"access_token": "t", "token_type": "bearer", "expires_in": "3600"}"#.to_vec(),
    /// );
    /// let now = SystemTime::now();
    /// let tokens = authing::oauth2::Tokens::read(&answer, now)?;
    /// assert_eq!(tokens.expires_at, Some(now + Duration::from_secs(3600)));
    /// # Ok::<(), authing::Error>(())
    /// ```
    pub fn read(answer: &Response<Vec<u8>>, now: SystemTime) -> Result<Self> {
        Self::read_hiding(answer, now, &[])
    }

    pub(super) fn read_hiding(
        answer: &Response<Vec<u8>>,
        now: SystemTime,
        secrets: &[Secret],
    ) -> Result<Self> {
        let all = members(answer, secrets)?;
        Self::from_members(all, now).map_err(|error| error.with_status(answer.status().as_u16()))
    }

    /// The same with a server that need not say of what type its access tokens are: `Bearer`.
    #[cfg(feature = "jaccount")]
    pub(crate) fn read_untyped(
        answer: &Response<Vec<u8>>,
        now: SystemTime,
        secrets: &[Secret],
    ) -> Result<Self> {
        let mut all = members(answer, secrets)?;
        let token_type = all.entry("token_type").or_insert(Value::Null);
        if token_type.is_null() {
            *token_type = "Bearer".into();
        }
        Self::from_members(all, now).map_err(|error| error.with_status(answer.status().as_u16()))
    }

    pub(super) fn from_members(all: Map<String, Value>, now: SystemTime) -> Result<Self> {
        let text = |name| text(&all, name);
        let required = |name: &str, value: Option<String>| {
            value.filter(|value| !value.is_empty()).ok_or_else(|| misshapen(name, "is missing"))
        };
        let access_token = required("access_token", text("access_token")?)?;
        let token_type = required("token_type", text("token_type")?)?;
        let issued_token_type = text("issued_token_type")?;
        let is_exchanged = issued_token_type.is_some() && token_type.eq_ignore_ascii_case("N_A");
        if !token_type.eq_ignore_ascii_case("bearer") && !is_exchanged {
            return Err(misshapen("token_type", "is one that is not known here"));
        }
        let lifetime = seconds(&all, "expires_in")?;
        Ok(Self {
            access_token: access_token.into(),
            token_type,
            expires_at: lifetime.and_then(|lifetime| now.checked_add(lifetime)),
            refresh_token: text("refresh_token")?.filter(|t| !t.is_empty()).map(Secret::from),
            scopes: scopes(&all)?,
            id_token: text("id_token")?.filter(|t| !t.is_empty()).map(Secret::from),
            issued_token_type,
            all,
        })
    }

    /// Any member of the answer by its name. It can hold secrets: do not print it.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("token_type", &self.token_type)
            .field("expires_at", &self.expires_at)
            .field("refresh_token", &self.refresh_token)
            .field("scopes", &self.scopes)
            .field("id_token", &self.id_token)
            .finish_non_exhaustive()
    }
}

/// The members of an answer, or the server's refusal.
pub(super) fn members(
    answer: &Response<Vec<u8>>,
    secrets: &[Secret],
) -> Result<Map<String, Value>> {
    let status = answer.status();
    let members: Map<String, Value> = json::envelope(answer, secrets)?;
    if let Some(error) = members.get("error").filter(|error| !error.is_null()) {
        let description = members.get("error_description").and_then(Value::as_str);
        let uri = members.get("error_uri").and_then(Value::as_str);
        // Not every server that has an `error` speaks OAuth.
        let Some(error) = error.as_str().filter(|error| !error.is_empty()) else {
            return Err(json::no_answer_of_the_service(answer, secrets));
        };
        let refusal = ErrorAnswer::new(error, description, uri, secrets);
        let error = Error::from(refusal.with_status(status.as_u16()));
        return Err(error.with_retry_after(retry_after(answer)));
    }
    match status.is_success() {
        true => Ok(members),
        false => Err(json::no_answer_of_the_service(answer, secrets)),
    }
}

pub(super) fn text(all: &Map<String, Value>, name: &str) -> Result<Option<String>> {
    match all.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(misshapen(name, "is no text")),
    }
}

/// A time span in seconds, as a number or as text.
pub(super) fn seconds(all: &Map<String, Value>, name: &str) -> Result<Option<Duration>> {
    let seconds = match all.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    let whole = seconds.filter(|seconds| (0.0..1e12).contains(seconds)).map(f64::floor);
    match whole {
        Some(whole) => Ok(Some(Duration::from_secs_f64(whole))),
        None => Err(misshapen(name, "is no number of seconds")),
    }
}

/// Scopes as text with blanks; some servers send a list.
fn scopes(all: &Map<String, Value>) -> Result<Option<Vec<String>>> {
    match all.get("scope") {
        Some(Value::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            Some(texts).ok_or_else(|| misshapen("scope", "is no text"))
        }
        _ => {
            Ok(text(all, "scope")?.map(|text| text.split_whitespace().map(str::to_owned).collect()))
        }
    }
}

pub(super) fn misshapen(name: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Parse, format!("the answer's `{name}` {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Result<Tokens> {
        let answer = Response::builder().status(status).body(body.as_bytes().to_vec()).unwrap();
        Tokens::read_hiding(&answer, SystemTime::UNIX_EPOCH, &[Secret::from("hush-hush")])
    }

    #[test]
    fn what_real_servers_send_is_read() {
        for (body, lifetime) in [
            (r#"{"access_token":"a","token_type":"BEARER","expires_in":60}"#, Some(60)),
            (r#"{"access_token":"a","token_type":"bearer","expires_in":"60"}"#, Some(60)),
            (r#"{"access_token":"a","token_type":"Bearer","expires_in":59.9}"#, Some(59)),
            (r#"{"access_token":"a","token_type":"Bearer","expires_in":null,"x":1}"#, None),
        ] {
            let expected = lifetime.map(|s| SystemTime::UNIX_EPOCH + Duration::from_secs(s));
            assert_eq!(read(200, body).unwrap().expires_at, expected, "{body}");
        }
        let tokens = read(
            200,
            r#"{"access_token":"a","token_type":"Bearer","scope":"x  y","refresh_token":"","error":null}"#,
        );
        let tokens = tokens.unwrap();
        assert_eq!(tokens.scopes, Some(vec!["x".to_owned(), "y".to_owned()]));
        assert_eq!(tokens.refresh_token, None);
    }

    #[test]
    fn what_is_no_token_answer_is_refused_by_name() {
        for (body, reason) in [
            ("{}", "`access_token` is missing"),
            (r#"{"access_token":"","token_type":"Bearer"}"#, "`access_token` is missing"),
            (r#"{"access_token":5,"token_type":"Bearer"}"#, "`access_token` is no text"),
            (r#"{"access_token":"a"}"#, "`token_type` is missing"),
            (r#"{"access_token":"a","token_type":"DPoP"}"#, "`token_type` is one"),
            (r#"{"access_token":"a","token_type":"N_A"}"#, "`token_type` is one"),
            (r#"{"access_token":"a","token_type":"Bearer","expires_in":-1}"#, "`expires_in`"),
            (r#"{"access_token":"a","token_type":"Bearer","expires_in":"soon"}"#, "`expires_in`"),
            (r#"{"access_token":"a","token_type":"Bearer","scope":{}}"#, "`scope` is no text"),
        ] {
            let error = read(200, body).unwrap_err();
            assert!(error.to_string().contains(reason), "{body}: {error}");
            assert_eq!(error.kind(), ErrorKind::Parse);
        }
        assert_eq!(read(200, "<html>").unwrap_err().kind(), ErrorKind::Http);
        assert_eq!(read(502, "{}").unwrap_err().kind(), ErrorKind::Http);
        assert_eq!(read(500, r#"{"error":{"code":1}}"#).unwrap_err().kind(), ErrorKind::Http);
    }

    #[test]
    fn a_refusal_keeps_all_that_the_server_says_at_any_status_and_no_secret() {
        for status in [200, 400, 401, 503] {
            let body =
                r#"{"error":"invalid_grant","error_description":"no hush-hush","error_uri":"u"}"#;
            let error = read(status, body).unwrap_err();
            let answer = ErrorAnswer::of(&error).unwrap();
            assert_eq!(error.kind(), ErrorKind::OAuth);
            assert_eq!((answer.error.as_str(), answer.status), ("invalid_grant", Some(status)));
            assert_eq!(answer.description.as_deref(), Some("no [redacted]"));
            assert_eq!(answer.uri.as_deref(), Some("u"));
        }
    }
}
