//! Devices without a browser (RFC 8628).

use axum::body::Body;
use axum::extract::{RawQuery, State as Shares};
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Value, json};

use super::client::Caller;
use super::state::{DEVICE_LIFETIME, Device, sign_in};
use super::{Flavour, Handle, Parameters, Refusal, json_response, pages, parameters, token};
use crate::server::locked;
use crate::state::{State, random_hex};

pub(super) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

pub(super) async fn start(
    Shares(shared): Handle,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let form = parameters(&body);
    let mut state = locked(&shared.state);
    if let Err(refusal) = Caller::identify(&state, &headers, &form) {
        return refusal.response();
    }
    let (device_code, user_code) = (random_hex(20), random_hex(4).to_uppercase());
    let device = Device {
        user_code: user_code.clone(),
        scope: form.get("scope").cloned().unwrap_or_default(),
        expires_at: state.clock.seconds() + DEVICE_LIFETIME,
        decision: None,
    };
    state.oidc.devices.insert(device_code.clone(), device);
    let page = format!("{}/oidc/device", state.settings.app_host);
    let answer = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={user_code}"),
        "expires_in": DEVICE_LIFETIME,
        "interval": 1,
    });
    json_response(StatusCode::OK, &answer)
}

pub(super) async fn page(RawQuery(query): RawQuery) -> Response<Body> {
    let query = parameters(query.unwrap_or_default().as_bytes());
    pages::device(StatusCode::OK, query.get("user_code").map_or("", String::as_str), None)
}

pub(super) async fn submit(Shares(shared): Handle, body: Bytes) -> Response<Body> {
    let form = parameters(&body);
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let mut state = locked(&shared.state);
    let (now, user) =
        (state.clock.seconds(), sign_in(&state, field("username"), field("password")));
    let code = field("user_code").trim().to_uppercase();
    let mut devices = state.oidc.devices.values_mut();
    let device = devices.find(|device| device.user_code == code && device.expires_at > now);
    let denied = field("decision") == "deny";
    match (device, user) {
        (Some(device), Some(session)) => {
            device.decision = Some((!denied).then_some(session));
            pages::device_done()
        }
        (None, _) => pages::device(StatusCode::BAD_REQUEST, &code, Some("The code is not known.")),
        (_, None) => {
            let message = Some("Wrong user name or password.");
            pages::device(StatusCode::UNAUTHORIZED, &code, message)
        }
    }
}

pub(super) fn grant(
    state: &mut State,
    _caller: &Caller,
    form: &Parameters,
) -> Result<Value, Refusal> {
    let code = form.get("device_code").map_or("", String::as_str);
    let now = state.clock.seconds();
    let Some(device) = state.oidc.devices.get(code).cloned() else {
        return Err(Refusal::new("invalid_grant", "the device code is unknown or was used"));
    };
    if device.expires_at <= now {
        return Err(Refusal::new("expired_token", "the device code has expired"));
    }
    match device.decision {
        None => Err(Refusal::new("authorization_pending", "the user has not decided yet")),
        Some(decision) => {
            state.oidc.devices.remove(code);
            let denied = || Refusal::new("access_denied", "the user said no");
            token::issue(state, Flavour::Oidc, &decision.ok_or_else(denied)?, &device.scope, None)
        }
    }
}
