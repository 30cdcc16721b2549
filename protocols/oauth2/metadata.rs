//! What a server says about itself.

use http::Response;
use serde_json::{Map, Value};
use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::json;

/// The metadata of an authorization server (RFC 8414, section 2) or of an OpenID provider
/// (OIDC Discovery, section 3; RP-Initiated Logout, section 2.1).
///
/// It comes from the server's discovery document, or is put together by hand for a server that has
/// none.
///
/// ```
/// use authing::oauth2::ServerMetadata;
///
/// let metadata = ServerMetadata::new("https://as.example.com")
///     .authorization_endpoint("https://as.example.com/authorize")
///     .token_endpoint("https://as.example.com/token");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerMetadata {
    /// The server's name, a URL: what tokens and callbacks have as `iss`.
    pub issuer: String,
    /// Where users are sent to log in.
    pub authorization_endpoint: Option<String>,
    /// Where codes and credentials become tokens.
    pub token_endpoint: Option<String>,
    /// Where an OpenID provider tells about the user.
    pub userinfo_endpoint: Option<String>,
    /// Where the keys are that tokens are signed with.
    pub jwks_uri: Option<String>,
    /// Where to ask whether a token is valid (RFC 7662).
    pub introspection_endpoint: Option<String>,
    /// Where to give a token back (RFC 7009).
    pub revocation_endpoint: Option<String>,
    /// Where a device without a browser asks for a code (RFC 8628).
    pub device_authorization_endpoint: Option<String>,
    /// Where the parameters of a login can be left in advance (RFC 9126).
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Where users are sent to log out.
    pub end_session_endpoint: Option<String>,
    /// Whether every callback has `iss` (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// Whether logins have to be pushed in advance (RFC 9126).
    pub require_pushed_authorization_requests: bool,
    all: Map<String, Value>,
}

impl ServerMetadata {
    /// The metadata of a server that has no endpoints yet.
    pub fn new(issuer: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            authorization_endpoint: None,
            token_endpoint: None,
            userinfo_endpoint: None,
            jwks_uri: None,
            introspection_endpoint: None,
            revocation_endpoint: None,
            device_authorization_endpoint: None,
            pushed_authorization_request_endpoint: None,
            end_session_endpoint: None,
            authorization_response_iss_parameter_supported: false,
            require_pushed_authorization_requests: false,
            all: Map::new(),
        }
    }

    /// Reads a discovery document.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parse`] when it is no JSON object, has no `issuer`, or a member is of another
    /// type than the standard says. Whether the issuer is the one that was asked is for the caller
    /// to check.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let all: Map<String, Value> = serde_json::from_slice(json).map_err(|_| {
            Error::new(ErrorKind::Parse, "the discovery document is no JSON object")
        })?;
        Self::from_members(all)
    }

    pub(crate) fn read(answer: &Response<Vec<u8>>) -> Result<Self> {
        if !answer.status().is_success() {
            return Err(json::no_answer_of_the_service(answer, &[]));
        }
        Self::from_members(json::envelope(answer, &[])?)
    }

    fn from_members(all: Map<String, Value>) -> Result<Self> {
        let url = |name: &str| match all.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(misshapen(name, "text")),
        };
        let flag = |name: &str| match all.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(value)) => Ok(*value),
            Some(_) => Err(misshapen(name, "a boolean")),
        };
        Ok(Self {
            issuer: url("issuer")?.ok_or_else(|| misshapen("issuer", "text"))?,
            authorization_endpoint: url("authorization_endpoint")?,
            token_endpoint: url("token_endpoint")?,
            userinfo_endpoint: url("userinfo_endpoint")?,
            jwks_uri: url("jwks_uri")?,
            introspection_endpoint: url("introspection_endpoint")?,
            revocation_endpoint: url("revocation_endpoint")?,
            device_authorization_endpoint: url("device_authorization_endpoint")?,
            pushed_authorization_request_endpoint: url("pushed_authorization_request_endpoint")?,
            end_session_endpoint: url("end_session_endpoint")?,
            authorization_response_iss_parameter_supported: flag(
                "authorization_response_iss_parameter_supported",
            )?,
            require_pushed_authorization_requests: flag("require_pushed_authorization_requests")?,
            all,
        })
    }

    /// Any member of the discovery document by its name.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }

    /// Sets [`authorization_endpoint`](Self::authorization_endpoint). No default.
    pub fn authorization_endpoint(mut self, url: impl Into<String>) -> Self {
        self.authorization_endpoint = Some(url.into());
        self
    }

    /// Sets [`token_endpoint`](Self::token_endpoint). No default.
    pub fn token_endpoint(mut self, url: impl Into<String>) -> Self {
        self.token_endpoint = Some(url.into());
        self
    }

    /// Sets [`userinfo_endpoint`](Self::userinfo_endpoint). No default.
    pub fn userinfo_endpoint(mut self, url: impl Into<String>) -> Self {
        self.userinfo_endpoint = Some(url.into());
        self
    }

    /// Sets [`jwks_uri`](Self::jwks_uri). No default.
    pub fn jwks_uri(mut self, url: impl Into<String>) -> Self {
        self.jwks_uri = Some(url.into());
        self
    }

    /// Sets [`introspection_endpoint`](Self::introspection_endpoint). No default.
    pub fn introspection_endpoint(mut self, url: impl Into<String>) -> Self {
        self.introspection_endpoint = Some(url.into());
        self
    }

    /// Sets [`revocation_endpoint`](Self::revocation_endpoint). No default.
    pub fn revocation_endpoint(mut self, url: impl Into<String>) -> Self {
        self.revocation_endpoint = Some(url.into());
        self
    }

    /// Sets [`device_authorization_endpoint`](Self::device_authorization_endpoint). No default.
    pub fn device_authorization_endpoint(mut self, url: impl Into<String>) -> Self {
        self.device_authorization_endpoint = Some(url.into());
        self
    }

    /// Sets [`end_session_endpoint`](Self::end_session_endpoint). No default.
    pub fn end_session_endpoint(mut self, url: impl Into<String>) -> Self {
        self.end_session_endpoint = Some(url.into());
        self
    }

    /// Every endpoint by its name.
    pub(super) fn endpoints(&self) -> [(&'static str, Option<&str>); 9] {
        [
            ("authorization_endpoint", self.authorization_endpoint.as_deref()),
            ("token_endpoint", self.token_endpoint.as_deref()),
            ("userinfo_endpoint", self.userinfo_endpoint.as_deref()),
            ("jwks_uri", self.jwks_uri.as_deref()),
            ("introspection_endpoint", self.introspection_endpoint.as_deref()),
            ("revocation_endpoint", self.revocation_endpoint.as_deref()),
            ("device_authorization_endpoint", self.device_authorization_endpoint.as_deref()),
            (
                "pushed_authorization_request_endpoint",
                self.pushed_authorization_request_endpoint.as_deref(),
            ),
            ("end_session_endpoint", self.end_session_endpoint.as_deref()),
        ]
    }
}

/// Checks that nobody on the way can read or change what goes to a URL.
pub(crate) fn check_url(name: &str, url: &str, plain_http: bool) -> Result<Url> {
    let parsed = Url::parse(url)
        .map_err(|e| Error::config(name, format!("is no URL ({e})")).with_source(e))?;
    let is_loopback = match parsed.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match parsed.scheme() {
        _ if parsed.host().is_none() => Err(Error::config(name, "has no host")),
        _ if parsed.fragment().is_some() => Err(Error::config(name, "has a fragment")),
        "https" => Ok(parsed),
        "http" if is_loopback || plain_http => Ok(parsed),
        "http" => Err(Error::config(name, "is not https: everybody on the way could read it")),
        scheme => Err(Error::config(name, format!("has scheme `{scheme}`, expected https"))),
    }
}

fn misshapen(name: &str, expected: &str) -> Error {
    let message = format!("the discovery document's `{name}` is missing or not {expected}");
    Error::new(ErrorKind::Parse, message)
}
