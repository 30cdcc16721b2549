//! The token endpoint (RFC 6749, sections 4.1.3, 5 and 6).

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::State as Shares;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Response, StatusCode};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::state::{Grant, TOKEN_LIFETIME};
use super::{Handle, ISSUER, json_response};
use crate::server::locked;
use crate::state::{Settings, State};

/// A refusal: status, `error`, `error_description`.
type Refusal = (StatusCode, &'static str, &'static str);

type Form = HashMap<String, String>;

pub(super) async fn token(
    Shares(shared): Handle,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let mut state = locked(&shared.state);
    match read_form(&headers, &body).and_then(|form| answer(&mut state, &form)) {
        Ok(tokens) => json_response(StatusCode::OK, &tokens),
        Err((status, error, description)) => {
            json_response(status, &json!({ "error": error, "error_description": description }))
        }
    }
}

fn read_form(headers: &HeaderMap, body: &[u8]) -> Result<Form, Refusal> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/x-www-form-urlencoded") {
        return Err(bad_request("invalid_request", "the body is no form"));
    }
    let mut form = Form::new();
    for (name, value) in form_urlencoded::parse(body).into_owned() {
        if form.insert(name, value).is_some() {
            return Err(bad_request("invalid_request", "a parameter comes twice"));
        }
    }
    Ok(form)
}

fn answer(state: &mut State, form: &Form) -> Result<Value, Refusal> {
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let Settings { app_id, app_secret, .. } = &state.settings;
    if field("client_id") != app_id || field("client_secret") != app_secret {
        let description = "no such client, or not its secret";
        return Err((StatusCode::UNAUTHORIZED, "invalid_client", description));
    }
    match field("grant_type") {
        "authorization_code" => redeem(state, field("code"), field("redirect_uri")),
        "refresh_token" => refresh(state, field("refresh_token")),
        "" => Err(bad_request("invalid_request", "`grant_type` is missing")),
        _ => Err(bad_request("unsupported_grant_type", "the emulator has no such grant")),
    }
}

fn redeem(state: &mut State, code: &str, redirect_uri: &str) -> Result<Value, Refusal> {
    let now = state.clock.seconds();
    let grant = state.jaccount.take_code(code, now);
    let grant = grant.ok_or(bad_request("invalid_grant", "the code is unknown, used or old"))?;
    if grant.redirect_uri != redirect_uri {
        return Err(bad_request("invalid_grant", "the code is for another `redirect_uri`"));
    }
    let mut tokens = tokens(state, &grant, now)?;
    tokens["refresh_token"] = json!(state.jaccount.issue_refresh_token(grant));
    Ok(tokens)
}

/// Gives an access token and an ID token without nonce; the refresh token stays good.
fn refresh(state: &mut State, refresh_token: &str) -> Result<Value, Refusal> {
    let now = state.clock.seconds();
    let grant = state.jaccount.refresh(refresh_token);
    let grant = grant.ok_or(bad_request("invalid_grant", "the refresh token is unknown"))?;
    tokens(state, &Grant { nonce: None, ..grant }, now)
}

fn tokens(state: &mut State, grant: &Grant, now: u64) -> Result<Value, Refusal> {
    let mut scopes: Vec<&str> = grant.scopes.iter().map(String::as_str).collect();
    scopes.sort_unstable();
    let mut tokens = json!({
        "access_token": state.jaccount.issue_access_token(grant.clone(), now),
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFETIME,
        "scope": scopes.join(" "),
    });
    if grant.has("openid") {
        tokens["id_token"] = json!(id_token(&state.settings, grant, now)?);
    }
    Ok(tokens)
}

fn id_token(settings: &Settings, grant: &Grant, now: u64) -> Result<String, Refusal> {
    let account = grant.account;
    let mut claims = json!({
        "iss": ISSUER,
        "aud": settings.app_id,
        "sub": account.name,
        "exp": now + TOKEN_LIFETIME,
        "iat": now,
        "name": account.real_name,
        "code": account.code,
        "type": account.user_type,
    });
    if let Some(nonce) = &grant.nonce {
        claims["nonce"] = json!(nonce);
    }
    let key = EncodingKey::from_secret(settings.app_secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(|_| {
        (StatusCode::INTERNAL_SERVER_ERROR, "server_error", "the token cannot be signed")
    })
}

fn bad_request(error: &'static str, description: &'static str) -> Refusal {
    (StatusCode::BAD_REQUEST, error, description)
}
