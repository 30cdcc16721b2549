//! Metadata, keys, what is known of a user, and the end of a session.

use axum::body::Body;
use axum::extract::{RawQuery, State as Shares};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::authorize::COOKIE_NAME;
use super::keys::Algorithm;
use super::state::claims;
use super::{Handle, Parameters, Refusal, cookie, json_response, pages, parameters, redirect};
use crate::caller::Caller;
use crate::server::{Shared, locked};

pub(super) async fn discovery(Shares(shared): Handle) -> Response<Body> {
    let state = locked(&shared.state);
    let base = format!("{}/oidc", state.settings.app_host);
    let algorithm = match state.oidc.keys.algorithm {
        Algorithm::Hs256 => "HS256",
        Algorithm::Rs256 => "RS256",
    };
    let document = json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/auth"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/me"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "introspection_endpoint": format!("{base}/token/introspection"),
        "revocation_endpoint": format!("{base}/token/revocation"),
        "end_session_endpoint": format!("{base}/session/end"),
        "device_authorization_endpoint": format!("{base}/device/auth"),
        "scopes_supported": ["openid", "profile", "email", "phone", "address", "offline_access"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": [
            "authorization_code", "refresh_token", "client_credentials", "password",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [algorithm],
        "code_challenge_methods_supported": ["S256", "plain"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
    });
    json_response(StatusCode::OK, &document)
}

pub(super) async fn jwks(Shares(shared): Handle) -> Response<Body> {
    match locked(&shared.state).oidc.keys.published() {
        Ok(keys) => {
            let mut response = json_response(StatusCode::OK, &keys);
            let age = HeaderValue::from_static("max-age=3600");
            response.headers_mut().insert(CACHE_CONTROL, age);
            response
        }
        Err(refusal) => refusal.response(),
    }
}

/// The token comes as a header or as a parameter of the query.
pub(super) async fn user_info(
    Shares(shared): Handle,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    told(&shared, &headers, &parameters(query.unwrap_or_default().as_bytes()))
}

/// The token comes as a header or as a field of the form.
pub(super) async fn user_info_post(
    Shares(shared): Handle,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    told(&shared, &headers, &parameters(&body))
}

fn told(shared: &Shared, headers: &HeaderMap, parameters: &Parameters) -> Response<Body> {
    let state = locked(&shared.state);
    let given = Caller::from_headers(headers).token;
    let token = given.as_ref().or_else(|| parameters.get("access_token"));
    let token = token.and_then(|token| state.oidc.tokens.get(token));
    let now = state.clock.seconds();
    let token = token.filter(|token| !token.is_refresh && token.expires_at > now);
    match token.and_then(|token| Some((token, token.session.as_ref()?))) {
        Some((token, session)) => {
            json_response(StatusCode::OK, &Value::Object(claims(&state, session, &token.scope)))
        }
        None => {
            let mut response =
                Refusal::new("invalid_token", "the access token is not valid").response();
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            response
        }
    }
}

/// The claims of a token without an envelope, or `{code, message}`.
pub(super) async fn validate_token(
    Shares(shared): Handle,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let query = parameters(query.unwrap_or_default().as_bytes());
    let state = locked(&shared.state);
    let refused =
        |message: &str| json_response(StatusCode::OK, &json!({ "code": 400, "message": message }));
    let token = match (query.get("id_token"), query.get("access_token")) {
        (Some(id_token), None) => id_token,
        (None, Some(access_token)) if state.oidc.tokens.contains_key(access_token) => access_token,
        (None, Some(_)) => return refused("the access token is not valid"),
        _ => return refused("exactly one of id_token and access_token is needed"),
    };
    match state.oidc.keys.open(&state.settings.app_secret, token) {
        Some(claims) if claims["exp"].as_u64().is_some_and(|exp| exp > state.clock.seconds()) => {
            json_response(StatusCode::OK, &claims)
        }
        Some(_) => refused("the token has expired"),
        None => refused("the token is not valid"),
    }
}

/// Ends the session of the browser (RP-Initiated Logout).
pub(super) async fn end_session(
    Shares(shared): Handle,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let query = parameters(query.unwrap_or_default().as_bytes());
    let mut state = locked(&shared.state);
    let target = match (query.get("id_token_hint"), query.get("post_logout_redirect_uri")) {
        (None, None) => None,
        (Some(hint), Some(uri)) => {
            if state.oidc.keys.open(&state.settings.app_secret, hint).is_none() {
                return pages::error("The ID token is not one of this application.");
            }
            if !state.oidc.allows(uri) {
                return pages::error("The address to go to is not one of the application's.");
            }
            Some(uri.clone())
        }
        _ => return pages::error("id_token_hint and post_logout_redirect_uri go together."),
    };
    if let Some(session) = cookie(&headers, COOKIE_NAME) {
        state.oidc.sessions.remove(session);
    }
    match (target, query.get("state")) {
        (Some(uri), Some(value)) => {
            let state = url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>();
            redirect(&format!("{uri}{}state={state}", if uri.contains('?') { '&' } else { '?' }))
        }
        (Some(uri), None) => redirect(&uri),
        (None, _) => pages::signed_out(),
    }
}

/// Ends the session of the browser, the plain way.
pub(super) async fn logout(
    Shares(shared): Handle,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let query = parameters(query.unwrap_or_default().as_bytes());
    let mut state = locked(&shared.state);
    if let Some(session) = cookie(&headers, COOKIE_NAME) {
        state.oidc.sessions.remove(session);
    }
    match query.get("redirect_uri") {
        Some(uri) if state.oidc.allows(uri) => redirect(uri),
        Some(_) => pages::error("The address to go to is not one of the application's."),
        None => pages::signed_out(),
    }
}
