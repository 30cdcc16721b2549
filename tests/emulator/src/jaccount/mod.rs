//! jAccount: the login page, tokens and logout below `/jaccount/`, the API below `/jaccount-api/`.
//!
//! Its one client is the application, with the application's secret. Any http or https URL is a
//! redirect URI.

mod accounts;
mod api;
mod authorize;
mod state;
mod token;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State as Shares};
use axum::routing::{get, post};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;
use url::Url;

pub(crate) use self::state::Jaccount;
use crate::server::Shared;

type Handle = Shares<Arc<Shared>>;
type Parameters = Query<HashMap<String, String>>;

/// The path of the login, the tokens and the logout.
pub(crate) const HOST_PATH: &str = "/jaccount/";
/// The path of the API.
pub(crate) const API_PATH: &str = "/jaccount-api/";

/// The issuer that is documented, wherever the emulator listens.
const ISSUER: &str = "https://jaccount.sjtu.edu.cn/oauth2/";

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/jaccount/oauth2/authorize", get(authorize::page).post(authorize::form))
        .route("/jaccount/oauth2/token", post(token::token))
        .route("/jaccount/oauth2/logout", get(authorize::logout))
        .route("/jaccount-api/{*path}", get(api::resource))
}

fn json_response(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// To a URL, with parameters behind those that it has.
fn redirect(url: &Url, parameters: &[(&str, Option<&str>)]) -> Response<Body> {
    let mut url = url.clone();
    for (name, value) in parameters {
        if let Some(value) = value {
            url.query_pairs_mut().append_pair(name, value);
        }
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    if let Ok(location) = HeaderValue::try_from(String::from(url)) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// A URL that browsers can be sent to.
fn http_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}
