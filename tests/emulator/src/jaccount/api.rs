//! The API: profile and lessons in the documented envelope.
//!
//! The numbers of the errors are not documented. Here they are those of HTTP; the status is 200,
//! as the documentation allows.

use axum::body::Body;
use axum::extract::{Path, Query, State as Shares};
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::{Handle, Parameters, accounts, json_response};
use crate::server::locked;
use crate::state::State;

pub(super) async fn resource(
    Shares(shared): Handle,
    Path(path): Path<String>,
    Query(query): Parameters,
) -> Response<Body> {
    let parameter = |name: &str| query.get(name).map_or("", String::as_str);
    let state = locked(&shared.state);
    match find(&state, &path, parameter("access_token"), parameter("client_id")) {
        Ok(entities) => json_response(
            StatusCode::OK,
            &json!({
                "errno": 0, "error": "success", "total": entities.len(), "entities": entities,
            }),
        ),
        Err((errno, error)) => {
            json_response(StatusCode::OK, &json!({ "errno": errno, "error": error }))
        }
    }
}

fn find(
    state: &State,
    path: &str,
    access_token: &str,
    client_id: &str,
) -> Result<Vec<Value>, (u16, &'static str)> {
    if client_id != state.settings.app_id {
        return Err((401, "no such client"));
    }
    let grant = state.jaccount.access(access_token, state.clock.seconds());
    let grant = grant.ok_or((401, "the access token is unknown or has expired"))?;
    match path {
        "v1/me/profile" => match accounts::profile(grant) {
            Some(profile) => Ok(vec![profile]),
            None => Err((403, "the access token has no scope for the profile")),
        },
        "v1/me/lessons" if grant.has("lessons") => Ok(accounts::lessons(grant.account)),
        "v1/me/lessons" => Err((403, "the access token has no scope for lessons")),
        "v1/me/examinations" | "v1/enterprise/user/positions" | "v1/enterprise/user/rights" => {
            Err((501, "the emulator does not implement this, for it is not documented"))
        }
        _ => Err((404, "there is no such resource")),
    }
}
