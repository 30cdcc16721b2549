//! The REST endpoints that are operations like those of GraphQL: a table.
//!
//! Their arguments are the parameters of the path, and those of the query for GET and DELETE, of
//! the JSON body for POST. A parameter in the wrong place is an absent one.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::routing::{MethodFilter, on};
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Map, Value};

use super::{Handle, Shares, called, console, failure, json_arguments, json_response, success};
use crate::error::ApiError;
use crate::operations::management::logs;
use crate::operations::{
    Arguments, Operation, access, accounts, connections, directories, mfa, qr_codes,
};
use crate::server::Shared;

/// How the result of an operation is answered.
#[derive(Clone, Copy)]
enum Answer {
    /// As `data` of the envelope.
    Data,
    /// As it is.
    Whole,
}

pub(super) const GET: MethodFilter = MethodFilter::GET;
pub(super) const POST: MethodFilter = MethodFilter::POST;
pub(super) const PUT: MethodFilter = MethodFilter::PUT;
pub(super) const PATCH: MethodFilter = MethodFilter::PATCH;
pub(super) const DELETE: MethodFilter = MethodFilter::DELETE;

const ENDPOINTS: &[(MethodFilter, &str, Answer, Operation)] = &[
    (POST, "/api/v2/ldap/verify-user", Answer::Data, directories::ldap),
    (POST, "/api/v2/ad/verify-user", Answer::Data, directories::active_directory),
    (POST, "/api/v2/users/link", Answer::Data, accounts::link),
    (POST, "/api/v2/users/unlink", Answer::Data, accounts::unlink),
    (GET, "/api/v2/users/me/orgs", Answer::Data, access::my_orgs),
    (GET, "/api/v2/users/me/applications/allowed", Answer::Data, access::my_applications),
    (GET, "/api/v2/users/me/security-level", Answer::Data, accounts::security_level),
    (GET, "/api/v2/users/principal_authentication", Answer::Data, accounts::principal),
    (
        POST,
        "/api/v2/users/principal_authentication",
        Answer::Data,
        accounts::authenticate_principal,
    ),
    (POST, "/api/v2/qrcode/gene", Answer::Data, qr_codes::generate),
    (GET, "/api/v2/qrcode/check", Answer::Data, qr_codes::check),
    (POST, "/api/v2/qrcode/userinfo", Answer::Data, qr_codes::exchange),
    (POST, "/api/v2/qrcode/scanned", Answer::Data, qr_codes::scanned),
    (POST, "/api/v2/qrcode/confirm", Answer::Data, qr_codes::confirm),
    (POST, "/api/v2/qrcode/cancel", Answer::Data, qr_codes::cancel),
    (
        GET,
        "/connection/social/wechat:mobile/{user_pool_id}/callback",
        Answer::Data,
        connections::wechat_mobile,
    ),
    (POST, "/connections/social/wechat-miniprogram/auth", Answer::Data, connections::mini_program),
    (
        POST,
        "/connections/social/wechat-miniprogram/auth-by-phone",
        Answer::Data,
        connections::mini_program_phone,
    ),
    (GET, "/api/v2/applications/{app_id}/public-config", Answer::Data, connections::public_config),
    (
        POST,
        "/api/v2/connections/oidc/start-interaction",
        Answer::Data,
        connections::start_interaction,
    ),
    (GET, "/cas/session", Answer::Whole, connections::browser_session),
    (GET, "/api/v2/mfa/authenticator", Answer::Data, mfa::authenticators),
    (POST, "/api/v2/mfa/totp/associate", Answer::Data, mfa::associate),
    (DELETE, "/api/v2/mfa/totp/associate", Answer::Data, mfa::dissociate),
    (POST, "/api/v2/mfa/totp/associate/confirm", Answer::Data, mfa::confirm),
    (POST, "/api/v2/mfa/totp/verify", Answer::Data, mfa::verify_totp),
    (POST, "/api/v2/mfa/totp/recovery", Answer::Whole, mfa::recover),
    (POST, "/api/v2/applications/mfa/sms/verify", Answer::Data, mfa::verify_sms),
    (POST, "/api/v2/applications/mfa/email/verify", Answer::Data, mfa::verify_email),
    (POST, "/api/v2/applications/mfa/check", Answer::Data, mfa::check_bindable),
    (POST, "/api/v2/mfa/face/associate", Answer::Data, mfa::associate_face),
    (POST, "/api/v2/mfa/face/verify", Answer::Data, mfa::verify_face),
];

pub(super) fn router() -> Router<Arc<Shared>> {
    let of_users = ENDPOINTS.iter().copied();
    let of_administrators = console::ENDPOINTS
        .iter()
        .map(|(method, path, operation)| (*method, *path, Answer::Data, *operation));
    of_users.chain(of_administrators).fold(
        Router::new(),
        |router, (method, path, answer, operation)| {
            let in_body = [POST, PUT, PATCH].contains(&method);
            let changes = method != GET;
            let path_of_endpoint = path;
            let handler = move |Shares(shared): Handle,
                                headers: HeaderMap,
                                Path(path): Path<HashMap<String, String>>,
                                Query(query): Query<Vec<(String, String)>>,
                                body: Bytes| async move {
                let arguments = match in_body {
                    true if body.is_empty() => Ok(Arguments::default()),
                    true => json_arguments(&headers, &body),
                    false => Ok(texts(query)),
                };
                let result = arguments.and_then(|mut arguments| {
                    arguments.extend(path);
                    called(&shared, &headers, arguments, |call| {
                        let answer = operation(call)?;
                        if changes {
                            logs::note(call, path_of_endpoint, &answer);
                        }
                        Ok(answer)
                    })
                });
                respond(answer, result)
            };
            router.route(path, on(method, handler))
        },
    )
}

fn respond(answer: Answer, result: Result<Value, ApiError>) -> Response<Body> {
    match (answer, result) {
        (Answer::Data, Ok(data)) => success(&data),
        (Answer::Whole, Ok(whole)) => json_response(StatusCode::OK, &whole),
        (_, Err(error)) => failure(&error),
    }
}

/// The parameters of a query; one that comes several times is a list.
fn texts(parameters: Vec<(String, String)>) -> Arguments {
    let mut members = Map::new();
    for (name, value) in parameters {
        let value = Value::String(value);
        match members.get_mut(&name) {
            None => drop(members.insert(name, value)),
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Arguments::new(members)
}
