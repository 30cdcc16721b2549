//! The routes: the GraphQL endpoint and the REST endpoints with their envelope.

mod console;
mod endpoints;
mod upload;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Extension, Path, Query, State as Shares};
use axum::routing::{get, post};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::caller::Caller;
use crate::cas;
use crate::error::{ApiError, codes};
use crate::graphql::{self, Answer};
use crate::intake::{GRAPHQL_PATH, ReadDocument};
use crate::jaccount;
use crate::oidc;
use crate::operations::{self, Arguments, Call};
use crate::saml;
use crate::server::{Shared, locked};
use crate::state::{Bearer, State, User};

type Handle = Shares<Arc<Shared>>;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route(GRAPHQL_PATH, post(graphql_endpoint))
        .route("/api/v2/users/me", get(current_user))
        .route("/api/v2/users/batch", post(user_batch))
        .route("/api/v2/users/{id}", get(user_detail))
        .route("/api/v2/.well-known", get(public_key))
        .route("/api/v2/logout", get(logout))
        .route("/api/v2/sms/send", post(send_sms))
        .route("/api/v2/userpools/access-token", post(access_token))
        .route("/api/v2/upload", post(upload::upload))
        .merge(endpoints::router())
        .merge(jaccount::router())
        .merge(cas::router())
        .merge(oidc::router())
        .merge(saml::router())
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        // Bodies were limited when they were read.
        .layer(DefaultBodyLimit::disable())
        .with_state(shared)
}

/// The answer to a body over the limit.
pub(crate) fn too_large() -> Response<Body> {
    let error = ApiError::new(413, "the request body is too large");
    json_response(StatusCode::PAYLOAD_TOO_LARGE, &error.to_json())
}

async fn graphql_endpoint(
    Shares(shared): Handle,
    headers: HeaderMap,
    Extension(document): Extension<ReadDocument>,
) -> Response<Body> {
    if !is_json(&headers) {
        let message = "the content type is not application/json";
        let answer = Answer::refused_with("BAD_REQUEST", message);
        return json_response(StatusCode::BAD_REQUEST, &answer.body);
    }
    let caller = Caller::from_headers(&headers);
    // Off the workers: validation, execution and password hashes take their time.
    let executed = tokio::task::spawn_blocking(move || match &*document {
        Ok(document) => graphql::execute(&shared.state, &caller, document),
        Err(refused) => Answer { status: refused.status, body: refused.body.clone() },
    });
    let answer = executed.await.unwrap_or_else(|_| Answer {
        status: 500,
        body: json!({ "errors": [{ "message": "the emulator failed; see its output" }] }),
    });
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    json_response(status, &answer.body)
}

/// The signed-in user, with the token of the request.
async fn current_user(Shares(shared): Handle, headers: HeaderMap) -> Response<Body> {
    envelope(&shared, &headers, Arguments::default(), |call| {
        let id = call.require_user()?;
        let user = call.state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
        let mut record = rest_user(call.state, user, false);
        record["token"] = json!(call.caller.token);
        Ok(record)
    })
}

async fn user_detail(
    Shares(shared): Handle,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    envelope(&shared, &headers, Arguments::default(), |call| {
        call.require_management()?;
        let user = call.state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
        // Clients of different languages write the boolean differently.
        let with_custom_data = query.get("with_custom_data").map(String::as_str);
        let with_custom_data = matches!(with_custom_data, Some("1" | "true" | "True"));
        Ok(rest_user(call.state, user, with_custom_data))
    })
}

async fn user_batch(Shares(shared): Handle, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let arguments = match json_arguments(&headers, &body) {
        Ok(arguments) => arguments,
        Err(error) => return failure(&error),
    };
    envelope(&shared, &headers, arguments, |call| {
        call.require_management()?;
        let ids = call.arguments.texts("ids");
        let kind = call.arguments.text("type");
        let kind = Some(kind.ok_or_else(|| ApiError::missing("type"))?);
        let with_custom_data = call.arguments.flag("withCustomData");
        let users = operations::user_lists::find_batch(call.state, &ids, kind)?;
        Ok(users.iter().map(|user| rest_user(call.state, user, with_custom_data)).collect())
    })
}

/// The key that passwords are encrypted for. Needs no credentials.
async fn public_key(Shares(shared): Handle) -> Response<Body> {
    let state = locked(&shared.state);
    success(&json!({ "publicKey": state.password_key.public_pem() }))
}

/// Ends the session of the token.
async fn logout(
    Shares(shared): Handle,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    envelope(&shared, &headers, Arguments::default(), |call| {
        match query.get("app_id") {
            None => return Err(ApiError::new(codes::APP_MISSING, "application id missing")),
            Some(app_id) if *app_id != call.state.settings.app_id => {
                return Err(ApiError::new(codes::APP_NOT_FOUND, "application does not exist"));
            }
            Some(_) => {}
        }
        match call.bearer()? {
            Bearer::User { token_id, .. } => {
                call.state.tokens.revoke(&token_id);
                Ok(Value::Null)
            }
            _ => Err(ApiError::not_logged_in()),
        }
    })
}

/// Sends a verification code to a phone.
async fn send_sms(Shares(shared): Handle, headers: HeaderMap, body: Bytes) -> Response<Body> {
    match json_arguments(&headers, &body) {
        Ok(arguments) => envelope(&shared, &headers, arguments, operations::contacts::send_sms),
        Err(error) => failure(&error),
    }
}

/// A management token without GraphQL, and without an envelope.
async fn access_token(Shares(shared): Handle, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let issued = json_arguments(&headers, &body).and_then(|arguments| {
        called(&shared, &headers, arguments, operations::tokens::access_token)
    });
    match issued {
        Ok(token) => json_response(StatusCode::OK, &token),
        Err(error) => failure(&error),
    }
}

async fn not_found() -> Response<Body> {
    let error = ApiError::new(codes::NOT_FOUND, "the emulator has no such endpoint");
    json_response(StatusCode::NOT_FOUND, &error.to_json())
}

/// A user as REST shows one: the GraphQL members and some of REST's own.
pub(crate) fn rest_user(state: &State, user: &User, with_custom_data: bool) -> Value {
    let mut record = user.record(&state.settings);
    // REST spells it so, in place of the spelling of GraphQL.
    record["lastIp"] = record["lastIP"].take();
    if let Some(members) = record.as_object_mut() {
        members.remove("lastIP");
    }
    for absent in ["salt", "thirdPartyIdentity", "lastMfaTime", "encryptedPassword"] {
        record[absent] = Value::Null;
    }
    record["isRoot"] = json!(false);
    record["sendSmsCount"] = json!(0);
    record["sendSmsLimitCount"] = json!(1000);
    if with_custom_data {
        record["customData"] = user.custom_data_records(state.custom_data.of("USER"));
    }
    record
}

/// Runs `run` with the state locked and puts its result into the envelope.
fn envelope(
    shared: &Shared,
    headers: &HeaderMap,
    arguments: Arguments,
    run: impl FnOnce(&mut Call<'_>) -> Result<Value, ApiError>,
) -> Response<Body> {
    match called(shared, headers, arguments, run) {
        Ok(data) => success(&data),
        Err(error) => failure(&error),
    }
}

fn called(
    shared: &Shared,
    headers: &HeaderMap,
    arguments: Arguments,
    run: impl FnOnce(&mut Call<'_>) -> Result<Value, ApiError>,
) -> Result<Value, ApiError> {
    let caller = Caller::from_headers(headers);
    let mut state = locked(&shared.state);
    let mut call = Call { state: &mut state, caller: &caller, arguments };
    call.check_headers()?;
    run(&mut call)
}

/// The members of a JSON object that a POST carries.
fn json_arguments(headers: &HeaderMap, body: &[u8]) -> Result<Arguments, ApiError> {
    if !is_json(headers) {
        let message = "the content type is not application/json";
        return Err(ApiError::new(codes::BAD_REQUEST, message));
    }
    serde_json::from_slice::<Map<String, Value>>(body)
        .map(Arguments::new)
        .map_err(|_| ApiError::new(codes::BAD_REQUEST, "the body is not a JSON object"))
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

fn success(data: &Value) -> Response<Body> {
    json_response(StatusCode::OK, &json!({ "code": 200, "message": "success", "data": data }))
}

/// A refusal. The samples of the service's documents show HTTP 200 with the code in the body.
fn failure(error: &ApiError) -> Response<Body> {
    let status = match error.code {
        codes::BAD_REQUEST => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    json_response(status, &error.to_json())
}

fn json_response(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
