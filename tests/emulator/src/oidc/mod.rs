//! OpenID Connect below `/oidc` and OAuth 2.0 below `/oauth`, for the one application.
//!
//! Written from the standards and from what the service's documents say: the flows with a code,
//! no implicit or hybrid one.

mod authorize;
mod client;
mod device;
mod info;
mod keys;
mod pages;
mod state;
mod token;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State as Shares;
use axum::routing::{get, post};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use url::form_urlencoded;

pub(crate) use self::keys::Algorithm;
pub(crate) use self::state::Oidc;
use crate::server::Shared;

type Handle = Shares<Arc<Shared>>;
type Parameters = HashMap<String, String>;

/// Which of the two protocols a request speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    Oidc,
    Oauth,
}

pub(crate) fn router() -> Router<Arc<Shared>> {
    use Flavour::{Oauth, Oidc};
    Router::new()
        .route("/oidc/.well-known/openid-configuration", get(info::discovery))
        .route("/oidc/.well-known/jwks.json", get(info::jwks))
        .route("/oidc/auth", get(|s, h, q| authorize::start(s, h, q, Oidc)))
        .route("/oauth/auth", get(|s, h, q| authorize::start(s, h, q, Oauth)))
        .route("/oidc/interaction/{id}", get(authorize::page).post(authorize::submit))
        .route("/oidc/token", post(|s, h, b| token::grant(s, h, b, Oidc)))
        .route("/oauth/token", post(|s, h, b| token::grant(s, h, b, Oauth)))
        .route("/oidc/token/introspection", post(token::introspect))
        .route("/oauth/token/introspection", post(token::introspect))
        .route("/oidc/token/revocation", post(|s, h, b| token::revoke(s, h, b, Oidc)))
        .route("/oauth/token/revocation", post(|s, h, b| token::revoke(s, h, b, Oauth)))
        .route("/oidc/me", get(info::user_info).post(info::user_info_post))
        .route("/oauth/me", get(info::user_info).post(info::user_info_post))
        .route("/oidc/device/auth", post(device::start))
        .route("/oidc/device", get(device::page).post(device::submit))
        .route("/oidc/session/end", get(info::end_session))
        .route("/login/profile/logout", get(info::logout))
        .route("/api/v2/oidc/validate_token", get(info::validate_token))
}

/// A refusal in the words of OAuth 2.0.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: String,
}

impl Refusal {
    pub(super) fn new(error: &'static str, description: impl Into<String>) -> Self {
        let status = match error {
            "invalid_client" | "invalid_token" => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, error, description: description.into() }
    }

    fn response(&self) -> Response<Body> {
        let body = json!({ "error": self.error, "error_description": self.description });
        json_response(self.status, &body)
    }
}

/// The parameters of a form or query; the last one of a name counts.
fn parameters(text: &[u8]) -> Parameters {
    form_urlencoded::parse(text).into_owned().collect()
}

fn json_response(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn redirect(url: &str) -> Response<Body> {
    match HeaderValue::try_from(url) {
        Ok(location) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::SEE_OTHER;
            response.headers_mut().insert(LOCATION, location);
            response
        }
        Err(_) => pages::error("The address to go to is malformed."),
    }
}

/// The value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(http::header::COOKIE);
    let texts = cookies.iter().filter_map(|value| value.to_str().ok());
    texts
        .flat_map(|text| text.split("; "))
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}
