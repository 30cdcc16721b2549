//! REST: requests as values, and the envelope of their answers.

use std::fmt;

use http::{Method, Response};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::error::{Error, Result};
use crate::file::File;
use crate::http::retry_after;
use crate::json;
use crate::secret::{Secret, is_sensitive, redact};

/// What a request carries.
#[derive(Clone)]
pub(crate) enum Body {
    Json(Value),
    Multipart { content_type: String, bytes: Vec<u8> },
}

impl Body {
    pub(crate) fn json(&self) -> Option<&Value> {
        match self {
            Self::Json(value) => Some(value),
            Self::Multipart { .. } => None,
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(value) => redact(value).fmt(f),
            Self::Multipart { bytes, .. } => write!(f, "{} bytes", bytes.len()),
        }
    }
}

/// A request to a REST endpoint of the service.
///
/// The library's own methods are made of these; with
/// [`ManagementClient::rest`](crate::ManagementClient::rest) you call an endpoint that has no
/// method yet.
///
/// ```
/// use authing::RestRequest;
///
/// // GET /api/v2/users/a%2Fb/orgs?page=1
/// let request = RestRequest::get("/api/v2/users").segment("a/b").segment("orgs").query("page", 1);
/// ```
#[derive(Clone)]
pub struct RestRequest {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    body: Option<Body>,
    /// Values in it that are not to be shown if the server repeats them.
    secrets: Vec<Secret>,
    /// The `cookie` header.
    cookie: Option<Secret>,
    once: bool,
    /// What an error says when the request was put together wrongly.
    fault: Option<String>,
}

impl RestRequest {
    /// A request that reads. `path` starts with `/` and has no query; variable parts of it go into
    /// [`segment`](Self::segment).
    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// A POST request.
    pub fn post(path: &str) -> Self {
        Self::new(Method::POST, path)
    }

    /// A PUT request.
    pub fn put(path: &str) -> Self {
        Self::new(Method::PUT, path)
    }

    /// A PATCH request.
    pub fn patch(path: &str) -> Self {
        Self::new(Method::PATCH, path)
    }

    /// A DELETE request.
    pub fn delete(path: &str) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: &str) -> Self {
        let well_formed = path.starts_with('/')
            && !path.starts_with("//")
            && path.split('/').all(|segment| !is_climbing(segment))
            && path.bytes().all(|b| b.is_ascii_graphic() && !b"?#\\\"<>`{}|^".contains(&b));
        let fault = (!well_formed).then(|| {
            "a path starts with one `/` and has neither query, fragment, dots nor unencoded \
             characters"
                .to_owned()
        });
        Self {
            method,
            path: path.to_owned(),
            query: Vec::new(),
            body: None,
            secrets: Vec::new(),
            cookie: None,
            once: false,
            fault,
        }
    }

    /// Appends a part to the path, such as an id, percent-encoded.
    pub fn segment(mut self, segment: &str) -> Self {
        if matches!(segment, "" | "." | "..") {
            self.fault = Some(format!("`{segment}` is no part of a path"));
        }
        self.path.push('/');
        for byte in segment.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    self.path.push(char::from(byte));
                }
                _ => self.path.push_str(&format!("%{byte:02X}")),
            }
        }
        self
    }

    /// Appends a query parameter, encoded.
    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sets the JSON body.
    pub fn json(mut self, body: impl Into<Value>) -> Self {
        self.body = Some(Body::Json(body.into()));
        self
    }

    /// Sets a body with one file, as HTML forms send it (RFC 7578).
    pub(crate) fn file(mut self, file: &File) -> Self {
        self.body = Some(file.multipart());
        self
    }

    /// A secret that is among the values, not to be shown if the server repeats it.
    pub(crate) fn hiding(mut self, secret: &Secret) -> Self {
        self.secrets.push(secret.clone());
        self
    }

    /// Sets the `cookie` header.
    pub(crate) fn cookie(mut self, cookie: &Secret) -> Self {
        self.cookie = (!cookie.is_empty()).then(|| cookie.clone());
        self.hiding(cookie)
    }

    /// Sends the request once, whatever happens: for a GET that changes something. Defaults to what
    /// the method says: a GET is tried again when no connection came about or the server is busy.
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Method and path, as errors show them.
    pub(crate) fn operation(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// Whether it reads and changes nothing.
    pub(crate) fn is_read_only(&self) -> bool {
        self.method == Method::GET && !self.once
    }

    /// What an answer must not show again: what was marked, and the sensitive parameters of the
    /// query.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let sensitive = self.query.iter().filter(|(name, _)| is_sensitive(name));
        let sensitive = sensitive.map(|(_, value)| Secret::from(value.as_str()));
        self.secrets.iter().cloned().chain(sensitive).collect()
    }

    /// The URL at a host, which has no trailing slash.
    pub(crate) fn url(&self, host: &str) -> Result<String> {
        if let Some(fault) = &self.fault {
            return Err(Error::usage(fault.as_str()));
        }
        let mut url = format!("{host}{}", self.path);
        if !self.query.is_empty() {
            url.push('?');
            url.push_str(
                &form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish(),
            );
        }
        Ok(url)
    }

    pub(crate) fn body(&self) -> Option<&Body> {
        self.body.as_ref()
    }

    pub(crate) fn cookie_header(&self) -> Option<&Secret> {
        self.cookie.as_ref()
    }
}

/// Whether a segment stands for this or the parent folder; encoded dots count (WHATWG URL, 4.4).
fn is_climbing(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

impl fmt::Debug for RestRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values of a query are often codes and tokens; their names say enough.
        let query: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("RestRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &query)
            .field("body", &self.body)
            .finish()
    }
}

/// `{code, message, data}`, or `{statusCode, apiCode, message, data}` of newer servers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    #[serde(default, deserialize_with = "json::code")]
    code: Option<i64>,
    #[serde(default, deserialize_with = "json::code")]
    status_code: Option<i64>,
    #[serde(default, deserialize_with = "json::code")]
    api_code: Option<i64>,
    #[serde(default, deserialize_with = "json::message")]
    message: Option<String>,
    data: Option<Value>,
    #[serde(flatten)]
    beside: Map<String, Value>,
}

/// The member `data` of an answer, or what the service says is wrong.
pub(crate) fn data<T: DeserializeOwned>(
    answer: &Response<Vec<u8>>,
    secrets: &[Secret],
) -> Result<T> {
    data_and_beside(answer, secrets).map(|(data, IgnoredAny)| data)
}

/// The member `data` of an answer and what stands beside it in the envelope.
pub(crate) fn data_and_beside<T: DeserializeOwned, B: DeserializeOwned>(
    answer: &Response<Vec<u8>>,
    secrets: &[Secret],
) -> Result<(T, B)> {
    let Envelope { code, status_code, api_code, message, data, beside } =
        json::envelope(answer, secrets)?;
    match code.or(status_code) {
        Some(200) => json::read(data.unwrap_or(Value::Null))
            .and_then(|data| Ok((data, json::read(Value::Object(beside))?))),
        Some(code) => Err(json::api_error(api_code.or(Some(code)), message, data, secrets)),
        None => Err(json::no_result(answer, secrets)),
    }
    .map_err(|error: Error| {
        error.with_status(answer.status().as_u16()).with_retry_after(retry_after(answer))
    })
}

/// A bare JSON answer, for the endpoints that have no envelope; one that is a failure in the
/// envelope's terms is an error all the same.
pub(crate) fn bare<T: DeserializeOwned>(
    answer: &Response<Vec<u8>>,
    secrets: &[Secret],
) -> Result<T> {
    let value: Value = json::envelope(answer, secrets)?;
    let is_failure = ["code", "statusCode"].iter().any(|name| value.get(name).is_some());
    match answer.status().is_success() && !is_failure {
        true => json::read(value),
        false => data(answer, secrets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_url_is_encoded() {
        let request = RestRequest::get("/api/v2/users")
            .segment("a/b?c#d é%")
            .segment("orgs")
            .query("q", "a b&c=d")
            .query("page", 2);
        assert_eq!(
            request.url("https://a.example").unwrap(),
            "https://a.example/api/v2/users/a%2Fb%3Fc%23d%20%C3%A9%25/orgs?q=a+b%26c%3Dd&page=2"
        );
    }

    #[test]
    fn a_path_cannot_leave_the_host_or_climb() {
        for request in [
            RestRequest::get("https://evil.example/"),
            RestRequest::get("//evil.example/"),
            RestRequest::get("@evil.example/"),
            RestRequest::get("/a/../b"),
            RestRequest::get("/a/%2e%2E/b"),
            RestRequest::get("/a?b=c"),
            RestRequest::get("/a\r\nx: y"),
            RestRequest::get("/users").segment(".."),
            RestRequest::get("/users").segment(""),
        ] {
            assert_eq!(
                request.url("https://a.example").unwrap_err().kind(),
                crate::ErrorKind::Usage
            );
        }
    }

    #[test]
    fn both_envelopes_are_read_at_any_status() {
        let data = |status, body: &str| {
            let body = body.as_bytes().to_vec();
            data::<Option<i64>>(&Response::builder().status(status).body(body).unwrap(), &[])
        };
        assert_eq!(data(200, r#"{"code":200,"message":"ok","data":7}"#).unwrap(), Some(7));
        assert_eq!(data(200, r#"{"code":200}"#).unwrap(), None);
        assert_eq!(data(201, r#"{"statusCode":200,"data":7,"uniqueId":"u"}"#).unwrap(), Some(7));
        assert_eq!(data(200, r#"{"code":200,"statusCode":201,"data":7}"#).unwrap(), Some(7));

        let error = data(200, r#"{"code":6001,"message":"no","data":{"a":1}}"#).unwrap_err();
        assert_eq!((error.code(), error.status(), error.message()), (Some(6001), Some(200), "no"));
        assert_eq!(error.data().unwrap()["a"], 1);
        let error = data(200, r#"{"statusCode":499,"apiCode":"2011","message":"no"}"#).unwrap_err();
        assert_eq!(error.code(), Some(2011));
        let error = data(400, r#"{"code":2004}"#).unwrap_err();
        assert_eq!((error.code(), error.message()), (Some(2004), "User does not exist"));
        let error = data(500, r#"{"error":"x"}"#).unwrap_err();
        assert_eq!((error.kind(), error.status()), (crate::ErrorKind::Http, Some(500)));
    }
}
