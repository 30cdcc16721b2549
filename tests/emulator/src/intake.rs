//! The way of every request: read, recorded, spoiled by a fault or handed to the routes.

use std::fmt;
use std::future::pending;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tower::ServiceExt as _;

use crate::fault::{Canned, Effect, Kind};
use crate::faulty_body::FaultyBody;
use crate::graphql::{Answer, Document, OperationNames};
use crate::record::RecordedRequest;
use crate::rest;
use crate::server::{Shared, locked};

/// The largest request body that is kept.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// How much of a larger one is read and thrown away, so that its sender sees the refusal.
const LARGEST_DISCARDED: usize = 64 * 1024 * 1024;

/// The path of the GraphQL endpoint.
pub(crate) const GRAPHQL_PATH: &str = "/graphql/v2";

/// A GraphQL request as it was read, for the route that executes it.
pub(crate) type ReadDocument = Arc<Result<Document, Answer>>;

/// The end of a connection that a fault closes.
#[derive(Debug)]
pub(crate) struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("connection dropped by a fault")
    }
}

impl std::error::Error for Dropped {}

/// Answers one request. An error closes the connection without an answer.
pub(crate) async fn answer(
    shared: Arc<Shared>,
    router: Router,
    connection: u64,
    request: Request<Incoming>,
) -> Result<Response<Body>, Dropped> {
    let (mut parts, incoming) = request.into_parts();
    let body = read_body(incoming).await;
    let kept = body.as_ref().map_or(Bytes::new(), Clone::clone);
    let mut names = OperationNames::default();
    if parts.method == Method::POST && parts.uri.path() == GRAPHQL_PATH {
        let bytes = kept.clone();
        // Off the workers: a large document takes its time.
        let read = tokio::task::spawn_blocking(move || Document::read(&bytes)).await;
        let document = read.map_err(|_| Dropped)?;
        names = document.as_ref().map(Document::names).unwrap_or_default();
        parts.extensions.insert(ReadDocument::new(document));
    }
    let record = recorded(&parts, &kept, names, connection);
    let effect = locked(&shared.faults).take(&record);
    locked(&shared.requests).push(record);

    let real = async {
        match body {
            Ok(body) => {
                let request = Request::from_parts(parts, Body::from(body));
                router.oneshot(request).await.unwrap_or_else(|never| match never {})
            }
            Err(TooLarge) => rest::too_large(),
        }
    };
    match effect {
        None => Ok(real.await),
        Some(effect) => spoiled(effect, real).await,
    }
}

/// A body beyond [`LARGEST_BODY`].
#[derive(Debug, Clone, Copy)]
struct TooLarge;

/// Reads a body. One that breaks off is kept as far as it came; its sender is gone.
async fn read_body(mut incoming: Incoming) -> Result<Bytes, TooLarge> {
    let mut body = BytesMut::new();
    let mut length = 0_usize;
    while let Some(Ok(frame)) = incoming.frame().await {
        let Some(data) = frame.data_ref() else { continue };
        length = length.saturating_add(data.len());
        if length > LARGEST_DISCARDED {
            break;
        }
        if length <= LARGEST_BODY {
            body.extend_from_slice(data);
        }
    }
    if length > LARGEST_BODY { Err(TooLarge) } else { Ok(body.freeze()) }
}

fn recorded(parts: &Parts, body: &[u8], names: OperationNames, connection: u64) -> RecordedRequest {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    RecordedRequest {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body: String::from_utf8_lossy(body).into_owned(),
        operations: names.operations,
        unknown_variables: names.unknown_variables,
        connection,
    }
}

/// Lets a fault have its way. The real answer is computed only if something of it is sent.
async fn spoiled(
    effect: Effect,
    real: impl Future<Output = Response<Body>>,
) -> Result<Response<Body>, Dropped> {
    if let Some(delay) = effect.delay {
        tokio::time::sleep(delay).await;
    }
    let wants_real = effect.delay.or(effect.trickle).is_some() || effect.truncate.is_some();
    let whole = match (effect.kind, effect.canned) {
        (Kind::Hang, _) => pending().await,
        (Kind::Drop, _) => return Err(Dropped),
        (Kind::Huge(bytes), _) => return Ok(huge(bytes)),
        (Kind::Answer, Some(canned)) => canned_response(canned),
        (Kind::Answer, None) if wants_real => real.await,
        (Kind::Answer, None) => canned_response(Canned::default()),
    };
    if effect.truncate.is_none() && effect.trickle.is_none() {
        return Ok(whole);
    }
    let (mut parts, body) = whole.into_parts();
    let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    let body = FaultyBody::new(body, effect.truncate, effect.trickle);
    Ok(Response::from_parts(parts, Body::new(body)))
}

fn canned_response(canned: Canned) -> Response<Body> {
    let wrong = |what: &str| {
        let mut response =
            Response::new(Body::from(format!("the injected fault has a bad {what}")));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    };
    let Ok(status) = StatusCode::from_u16(canned.status) else { return wrong("status") };
    let mut response = Response::new(Body::from(canned.body));
    *response.status_mut() = status;
    for (name, value) in canned.headers {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => response.headers_mut().append(name, value),
            _ => return wrong("header"),
        };
    }
    response
}

fn huge(bytes: usize) -> Response<Body> {
    let mut response = Response::new(Body::new(FaultyBody::json_padding(bytes)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bytes));
    response
}
