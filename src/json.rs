//! Reading answers: what is no JSON, what has not the documented shape, and what the service says
//! is wrong.

use std::fmt;
use std::marker::PhantomData;

use http::{Response, header};
use serde::de::{self, DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::http::retry_after;
use crate::secret::{Secret, scrub};

/// As much of an answer as an error quotes.
const EXCERPT: usize = 200;
/// As much of the service's own message, which is a sentence or two.
const MESSAGE: usize = 1000;

/// An answer of the service as `T`, or an error that says what came instead.
pub(crate) fn envelope<T: DeserializeOwned>(
    answer: &Response<Vec<u8>>,
    secrets: &[Secret],
) -> Result<T> {
    let body = answer.body();
    if !looks_like_json(body) {
        return Err(no_answer_of_the_service(answer, secrets));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| {
            let (path, error) = (error.path().to_string(), error.into_inner());
            broken(&path, error)
        })
        .and_then(|value| match deserializer.end() {
            Ok(()) => Ok(value),
            Err(error) => Err(broken(".", error)),
        })
        .map_err(|error| {
            // A gateway's own JSON page says nothing about the shape of the service's answers.
            if answer.status().is_success() {
                error.with_status(answer.status().as_u16())
            } else {
                no_answer_of_the_service(answer, secrets).with_source(error)
            }
        })
}

/// A JSON value as `T`, or an error with the path of the member that does not fit.
pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let (path, error) = (error.path().to_string(), error.into_inner());
        broken(&path, error)
    })
}

fn broken(path: &str, error: serde_json::Error) -> Error {
    let at = if path == "." { String::new() } else { format!(" at `{path}`") };
    // serde quotes the values that do not fit; only their kind may be shown.
    let reason = unquoted(&error.to_string());
    let what = match error.classify() {
        serde_json::error::Category::Eof => "the answer is cut off",
        serde_json::error::Category::Syntax => "the answer is no JSON",
        _ => "the answer has not the documented shape",
    };
    Error::new(ErrorKind::Parse, format!("{what}{at}: {reason}"))
}

/// `invalid type: string "hush", expected i64` without the string.
fn unquoted(reason: &str) -> String {
    match (reason.find('"'), reason.rfind('"')) {
        (Some(start), Some(end)) if start < end => {
            format!("{}…{}", &reason[..start], &reason[end + 1..])
        }
        _ => reason.to_owned(),
    }
}

fn looks_like_json(body: &[u8]) -> bool {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_some_and(|byte| matches!(byte, b'{' | b'[' | b'"' | b't' | b'f' | b'n' | b'-'))
        || first.is_some_and(u8::is_ascii_digit)
}

/// The error for JSON that has neither a result nor a reason: another shape of the service's own if
/// the status is one of success, somebody else's page if not.
pub(crate) fn no_result(answer: &Response<Vec<u8>>, secrets: &[Secret]) -> Error {
    let status = answer.status();
    if !status.is_success() {
        return no_answer_of_the_service(answer, secrets);
    }
    let body = excerpt(&String::from_utf8_lossy(answer.body()), secrets);
    Error::new(ErrorKind::Parse, format!("the answer has not the documented shape: {body}"))
        .with_status(status.as_u16())
}

/// The error for an answer that a proxy, a gateway or another server gave.
pub(crate) fn no_answer_of_the_service(answer: &Response<Vec<u8>>, secrets: &[Secret]) -> Error {
    let body = String::from_utf8_lossy(answer.body());
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let message = match (body.trim(), kind) {
        ("", _) => "the answer is empty".to_owned(),
        (body, Some(kind)) => {
            format!("the answer is not one of the service ({kind}): {}", excerpt(body, secrets))
        }
        (body, None) => {
            format!("the answer is not one of the service: {}", excerpt(body, secrets))
        }
    };
    let status = answer.status();
    let message = match answer.headers().get(header::LOCATION) {
        Some(_) if status.is_redirection() => "the server redirects, which is not followed".into(),
        _ => message,
    };
    Error::new(ErrorKind::Http, message)
        .with_status(status.as_u16())
        .with_retry_after(retry_after(answer))
}

/// The start of a body on one line, without secrets.
fn excerpt(body: &str, secrets: &[Secret]) -> String {
    one_line(&scrub(body, secrets), EXCERPT)
}

/// A text of a stranger's as it may stand in an error: without line breaks, which would forge lines
/// of a log, and not longer than `most` characters. It is scrubbed already: half a secret is one,
/// too.
fn one_line(text: &str, most: usize) -> String {
    let is_gap = |c: char| c.is_whitespace() || c.is_control();
    let words = text.split(is_gap).filter(|word| !word.is_empty());
    let mut line = words.collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(most) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// The error that the service answered.
pub(crate) fn api_error(
    code: Option<i64>,
    message: Option<String>,
    data: Option<Value>,
    secrets: &[Secret],
) -> Error {
    let message = match message.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(message) => one_line(&scrub(message, secrets), MESSAGE),
        None => code
            .and_then(crate::codes::meaning)
            .unwrap_or("the service refused without a reason")
            .trim_end_matches('.')
            .to_owned(),
    };
    Error::new(ErrorKind::Api, message).with_code(code).with_data(data.filter(|d| !d.is_null()))
}

/// A code as a number, or as text that is one; anything else is no code.
pub(crate) fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Code {
        Number(i64),
        Text(String),
        Other(IgnoredAny),
    }
    Ok(match Code::deserialize(deserializer)? {
        Code::Number(code) => Some(code),
        Code::Text(code) => code.trim().parse().ok(),
        Code::Other(_) => None,
    })
}

/// A message, which some servers send as a list of several, or as an object.
pub(crate) fn message<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    fn text(value: Value) -> Option<String> {
        match value {
            Value::Null => None,
            Value::String(text) => Some(text),
            Value::Array(items) => {
                Some(items.into_iter().filter_map(text).collect::<Vec<_>>().join("; "))
            }
            other => Some(other.to_string()),
        }
    }
    Value::deserialize(deserializer).map(text)
}

/// What an object holds of which the document selects a single member, whatever its name.
#[derive(Clone, Debug)]
pub(crate) struct Only<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Only<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = Only<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with one member")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Only<T>, A::Error> {
                let Some((_, value)) = map.next_entry::<IgnoredAny, T>()? else {
                    return Err(de::Error::custom("the object has no member"));
                };
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Only(value))
            }
        }

        deserializer.deserialize_map(Visitor(PhantomData))
    }
}

/// A value that may be null, which then counts as its default.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A list that may be null and hold nulls, which are left out.
pub(crate) fn without_nulls<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let items = Option::<Vec<Option<T>>>::deserialize(deserializer)?;
    Ok(items.into_iter().flatten().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, kind: &str, body: &str) -> Response<Vec<u8>> {
        Response::builder()
            .status(status)
            .header("content-type", kind)
            .body(body.as_bytes().to_vec())
            .unwrap()
    }

    #[test]
    fn html_empty_truncated_and_misshapen_answers_have_their_own_errors() {
        for (status, body, kind, message) in [
            (
                502,
                "<html>Bad  \n Gateway</html>",
                ErrorKind::Http,
                "text/x): <html>Bad Gateway</html>",
            ),
            (200, "<html>", ErrorKind::Http, "not one of the service"),
            (200, " ", ErrorKind::Http, "the answer is empty"),
            (500, r#"{"oops": 1}"#, ErrorKind::Http, "not one of the service"),
            (200, r#"{"code": 2"#, ErrorKind::Parse, "cut off"),
            (200, r#"{"code": 2} x"#, ErrorKind::Parse, "no JSON"),
            (
                200,
                r#"{"code": "hush"}"#,
                ErrorKind::Parse,
                "shape at `code`: invalid type: string …, expected i64",
            ),
        ] {
            #[derive(Deserialize, Debug)]
            struct Shape {
                #[allow(dead_code)]
                code: i64,
            }
            let error = envelope::<Shape>(&answer(status, "text/x", body), &[]).unwrap_err();
            assert_eq!(error.kind(), kind, "{body}: {error}");
            assert!(error.message().contains(message), "{body}: {error}");
            assert_eq!(error.status(), Some(status), "{body}");
        }
    }

    #[test]
    fn quotes_are_short_and_free_of_secrets() {
        let secrets = [Secret::from("hunter2")];
        let body = format!("<p>{}hunter2", "é".repeat(195));
        let error = no_answer_of_the_service(&answer(500, "text/html", &body), &secrets);
        assert!(!error.message().contains("hunt"), "{error}");
        assert!(error.message().chars().count() < EXCERPT + 60, "{error}");
    }

    #[test]
    fn the_services_message_is_one_line_of_bounded_length() {
        let error = |text: &str| api_error(Some(1), Some(text.to_owned()), None, &[]);
        assert_eq!(
            error("a\r\n2026-01-01 ERROR b\u{1b}[31m").message(),
            "a 2026-01-01 ERROR b [31m"
        );
        assert_eq!(error(&"é".repeat(9999)).message().chars().count(), MESSAGE + 1);
    }

    #[test]
    fn a_message_of_any_shape_is_told() {
        #[derive(Deserialize)]
        struct Shape {
            #[serde(default, deserialize_with = "super::message")]
            message: Option<String>,
        }
        for (body, expected) in [
            (r#"{"message": "a"}"#, Some("a")),
            (r#"{"message": ["a", "b"]}"#, Some("a; b")),
            (r#"{"message": {"zh": "a"}}"#, Some(r#"{"zh":"a"}"#)),
            (r#"{"message": null}"#, None),
            ("{}", None),
        ] {
            let shape: Shape = serde_json::from_str(body).unwrap();
            assert_eq!(shape.message.as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_overflow() {
        let deep = "[".repeat(100_000);
        let error = envelope::<Value>(&answer(200, "application/json", &deep), &[]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parse);
    }

    #[test]
    fn codes_are_read_as_numbers_and_as_text() {
        #[derive(Deserialize)]
        struct Shape {
            #[serde(default, deserialize_with = "super::code")]
            code: Option<i64>,
        }
        for (body, expected) in [
            (r#"{"code": 2004}"#, Some(2004)),
            (r#"{"code": "2011"}"#, Some(2011)),
            (r#"{"code": "INTERNAL"}"#, None),
            (r#"{"code": null}"#, None),
            (r#"{"code": {}}"#, None),
            ("{}", None),
        ] {
            assert_eq!(serde_json::from_str::<Shape>(body).unwrap().code, expected, "{body}");
        }
    }
}
