//! The authorization endpoint and the pages that users see (OIDC Core, section 3.1.2).

use axum::body::Body;
use axum::extract::{Path, RawQuery, State as Shares};
use bytes::Bytes;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use url::form_urlencoded;

use super::state::{CODE_LIFETIME, Code, Interaction, Session, granted_scope, sign_in};
use super::{Flavour, Handle, Parameters, Refusal, cookie, pages, parameters, redirect};
use crate::server::locked;
use crate::state::{State, random_hex};

pub(super) const COOKIE_NAME: &str = "_session";

pub(super) async fn start(
    Shares(shared): Handle,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    flavour: Flavour,
) -> Response<Body> {
    let query = parameters(query.unwrap_or_default().as_bytes());
    let mut state = locked(&shared.state);
    // Nobody is sent to an address that is not known to be the application's.
    if query.get("client_id") != Some(&state.settings.app_id) {
        return pages::error("The application is unknown.");
    }
    if !query.get("redirect_uri").is_some_and(|uri| state.oidc.allows(uri)) {
        return pages::error("The redirect URI is not one of the application's.");
    }
    if let Err(refusal) = check(flavour, &query) {
        return back_with(&query, &refusal);
    }
    let session = cookie(&headers, COOKIE_NAME).and_then(|id| state.oidc.sessions.get(id)).cloned();
    let prompts: Vec<_> = query.get("prompt").map_or("", String::as_str).split(' ').collect();
    let has_session = session.as_ref().is_some_and(|session| is_recent(&state, session, &query));
    let needs_login = !has_session || prompts.contains(&"login");
    let scope = granted_scope(flavour, &query).unwrap_or_default();
    let has_consent = session.as_ref().is_some_and(|s| s.consents.contains(&scope));
    let needs_consent = !has_consent || prompts.contains(&"consent");
    if prompts.contains(&"none") {
        return match session {
            _ if prompts.len() > 1 => {
                back_with(&query, &Refusal::new("invalid_request", "`none` goes alone"))
            }
            Some(session) if !needs_login && !needs_consent => {
                back_with_code(&mut state, flavour, &query, session, &headers)
            }
            _ if needs_login => {
                back_with(&query, &Refusal::new("login_required", "nobody is signed in"))
            }
            _ => back_with(&query, &Refusal::new("consent_required", "the user has not consented")),
        };
    }
    match session.filter(|_| !needs_login) {
        Some(session) if !needs_consent => {
            back_with_code(&mut state, flavour, &query, session, &headers)
        }
        user => {
            let id = random_hex(16);
            state.oidc.interactions.insert(id.clone(), Interaction { flavour, query, user });
            redirect(&format!("/oidc/interaction/{id}"))
        }
    }
}

/// Shows the login page, or the consent page to a user who is signed in.
pub(super) async fn page(Shares(shared): Handle, Path(id): Path<String>) -> Response<Body> {
    let state = locked(&shared.state);
    match state.oidc.interactions.get(&id) {
        None => pages::error("The login is not known, or over."),
        Some(Interaction { user: None, query, .. }) => {
            pages::login(StatusCode::OK, query.get("login_hint").map_or("", String::as_str), None)
        }
        Some(Interaction { flavour, query, .. }) => {
            pages::consent(&granted_scope(*flavour, query).unwrap_or_default())
        }
    }
}

/// Takes the form of either page.
pub(super) async fn submit(
    Shares(shared): Handle,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let form = parameters(&body);
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let mut state = locked(&shared.state);
    let Some(interaction) = state.oidc.interactions.get(&id).cloned() else {
        return pages::error("The login is not known, or over.");
    };
    let Interaction { flavour, query, user } = interaction;
    if field("decision") == "deny" {
        state.oidc.interactions.remove(&id);
        return back_with(&query, &Refusal::new("access_denied", "the user said no"));
    }
    match user {
        None => match sign_in(&state, field("username"), field("password")) {
            Some(session) => {
                let user = Some(session);
                state.oidc.interactions.insert(id.clone(), Interaction { flavour, query, user });
                redirect(&format!("/oidc/interaction/{id}"))
            }
            None => pages::login(
                StatusCode::UNAUTHORIZED,
                field("username"),
                Some("Wrong user name or password."),
            ),
        },
        Some(mut session) if field("decision") == "allow" => {
            state.oidc.interactions.remove(&id);
            session.consents.push(granted_scope(flavour, &query).unwrap_or_default());
            back_with_code(&mut state, flavour, &query, session, &headers)
        }
        Some(_) => pages::error("The decision is missing."),
    }
}

fn check(flavour: Flavour, query: &Parameters) -> Result<(), Refusal> {
    let value = |name: &str| query.get(name).map(String::as_str);
    match value("response_type") {
        Some("code") => {}
        _ => {
            let reason = "the emulator knows the response type `code` alone";
            return Err(Refusal::new("unsupported_response_type", reason));
        }
    }
    if !matches!(value("response_mode"), None | Some("query" | "fragment" | "form_post")) {
        return Err(Refusal::new("invalid_request", "the response mode is unknown"));
    }
    match (value("code_challenge"), value("code_challenge_method")) {
        (None, None) | (Some(_), None | Some("S256" | "plain")) => {}
        _ => return Err(Refusal::new("invalid_request", "the code challenge is malformed")),
    }
    granted_scope(flavour, query).map(drop)
}

/// Whether a session is young enough for `max_age`.
fn is_recent(state: &State, session: &Session, query: &Parameters) -> bool {
    let max_age = query.get("max_age").and_then(|age| age.parse::<u64>().ok());
    let age = state.clock.seconds().saturating_sub(session.auth_time);
    max_age.is_none_or(|max_age| age <= max_age)
}

/// Keeps the session in the browser and sends it back with a code.
fn back_with_code(
    state: &mut State,
    flavour: Flavour,
    query: &Parameters,
    session: Session,
    headers: &HeaderMap,
) -> Response<Body> {
    let code = random_hex(20);
    let entry = Code {
        flavour,
        query: query.clone(),
        session: session.clone(),
        scope: granted_scope(flavour, query).unwrap_or_default(),
        expires_at: state.clock.seconds() + CODE_LIFETIME,
    };
    state.oidc.codes.insert(code.clone(), entry);
    if let Some(old) = cookie(headers, COOKIE_NAME) {
        state.oidc.sessions.remove(old);
    }
    let id = random_hex(16);
    state.oidc.sessions.insert(id.clone(), session);
    let mut response = back(query, &[("code", &code)]);
    let cookie = format!("{COOKIE_NAME}={id}; Path=/; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn back_with(query: &Parameters, refusal: &Refusal) -> Response<Body> {
    back(query, &[("error", refusal.error), ("error_description", &refusal.description)])
}

/// Brings parameters to the redirect URI in the way that was asked for.
fn back(query: &Parameters, answer: &[(&str, &str)]) -> Response<Body> {
    let mut answer = answer.to_vec();
    if let Some(state) = query.get("state") {
        answer.push(("state", state));
    }
    let uri = query.get("redirect_uri").map_or("", String::as_str);
    let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(&answer).finish();
    match query.get("response_mode").map(String::as_str) {
        Some("form_post") => pages::form_post(uri, &answer),
        Some("fragment") => redirect(&format!("{uri}#{encoded}")),
        _ => {
            let separator = if uri.contains('?') { '&' } else { '?' };
            redirect(&format!("{uri}{separator}{encoded}"))
        }
    }
}
