//! CAS below `/cas-idp/{app_id}`: the login page, tickets and their validation, proxies, logout.
//!
//! Any http or https URL is a service. SAML 1.1 is not served.

mod answers;
mod callbacks;
mod pages;
mod state;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State as Shares};
use axum::routing::get;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use url::{Url, form_urlencoded};

use self::answers::{Answer, Format};
pub(crate) use self::state::Cas;
use self::state::{Demand, Failure, Granted};
use crate::password;
use crate::server::{Shared, locked};
use crate::state::State;

type Handle = Shares<Arc<Shared>>;
type Parameters = Query<HashMap<String, String>>;

/// The cookie of single sign-on.
const COOKIE_NAME: &str = "CASTGC";

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/cas-idp/{app_id}", get(login_page).post(login))
        .route("/cas-idp/{app_id}/login", get(login_page).post(login))
        .route("/cas-idp/{app_id}/validate", get(validate_v1))
        .route("/cas-idp/{app_id}/serviceValidate", get(service_validate))
        .route("/cas-idp/{app_id}/proxyValidate", get(proxy_validate))
        .route("/cas-idp/{app_id}/p3/serviceValidate", get(service_validate))
        .route("/cas-idp/{app_id}/p3/proxyValidate", get(proxy_validate))
        .route("/cas-idp/{app_id}/proxy", get(proxy))
        .route("/cas-idp/{app_id}/logout", get(logout_of_app))
        .route("/cas-idp/logout", get(logout))
}

/// Sends a browser with single sign-on back with a ticket, shows any other the form.
async fn login_page(
    Shares(shared): Handle,
    Path(app_id): Path<String>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Response<Body> {
    let mut state = locked(&shared.state);
    if let Some(refusal) = refusal(&state, &app_id, &query) {
        return refusal;
    }
    let now = state.clock.seconds();
    let session = cookie(&headers).filter(|session| state.cas.has_session(session));
    match (session, query.get("service")) {
        (Some(session), service) if !is_set(&query, "renew") => match service {
            Some(service) => {
                let ticket = state.cas.grant(&session, service, false, now);
                back(service, ticket.as_deref(), &query)
            }
            None => pages::html(StatusCode::OK, pages::signed_in()),
        },
        (_, Some(service)) if is_set(&query, "gateway") && !is_set(&query, "renew") => {
            back(service, None, &query)
        }
        _ => pages::html(StatusCode::OK, pages::login(&state.cas.login_ticket(), None)),
    }
}

/// Takes the form: opens single sign-on and sends the browser back with a ticket.
async fn login(
    Shares(shared): Handle,
    Path(app_id): Path<String>,
    Query(query): Parameters,
    body: Bytes,
) -> Response<Body> {
    let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let mut state = locked(&shared.state);
    if let Some(refusal) = refusal(&state, &app_id, &query) {
        return refusal;
    }
    let known = state.cas.take_login_ticket(field("lt"));
    let user = find_user(&state, field("username"), field("password"));
    let (true, Some(user_id)) = (known, user) else {
        let message = match known {
            true => "Wrong user name or password.",
            false => "The form was out of date. Please try again.",
        };
        let page = pages::login(&state.cas.login_ticket(), Some(message));
        return pages::html(StatusCode::UNAUTHORIZED, page);
    };
    let (now, date) = (state.clock.seconds(), state.clock.iso());
    let session = state.cas.open_session(&user_id, &date);
    let mut response = match query.get("service") {
        Some(service) => {
            let ticket = state.cas.grant(&session, service, true, now);
            back(service, ticket.as_deref(), &query)
        }
        None => pages::html(StatusCode::OK, pages::signed_in()),
    };
    let cookie = format!("{COOKIE_NAME}={session}; Path=/cas-idp; HttpOnly; SameSite=Lax");
    set_header(&mut response, SET_COOKIE.as_str(), &cookie);
    response
}

async fn validate_v1(
    Shares(shared): Handle,
    Path(app_id): Path<String>,
    Query(query): Parameters,
) -> Response<Body> {
    let mut state = locked(&shared.state);
    if let Some(refusal) = refusal(&state, &app_id, &HashMap::new()) {
        return refusal;
    }
    match take(&mut state, &query, false) {
        Ok(granted) => answers::text(&format!("yes\n{}\n", user_name(&state, &granted))),
        Err(_) => answers::text("no\n\n"),
    }
}

async fn service_validate(shared: Handle, path: Path<String>, query: Parameters) -> Response<Body> {
    validate(shared, path, query, false).await
}

async fn proxy_validate(shared: Handle, path: Path<String>, query: Parameters) -> Response<Body> {
    validate(shared, path, query, true).await
}

async fn validate(
    Shares(shared): Handle,
    Path(app_id): Path<String>,
    Query(query): Parameters,
    proxied: bool,
) -> Response<Body> {
    let format = Format::of(&query);
    let (granted, mut answer) = {
        let mut state = locked(&shared.state);
        if let Some(refusal) = refusal(&state, &app_id, &HashMap::new()) {
            return refusal;
        }
        match take(&mut state, &query, proxied) {
            Ok(granted) => {
                let answer = answers::success(&state, &granted);
                (granted, answer)
            }
            Err(failure) => return Answer::from(failure).response(format),
        }
    };
    if let Some(url) = query.get("pgtUrl") {
        // Kept before it is sent: its receiver may use it at once.
        let (ticket, iou) = locked(&shared.state).cas.grant_to_proxy(&granted, url);
        let delivered = callbacks::deliver_pgt(url.clone(), ticket.clone(), iou.clone()).await;
        if !delivered {
            locked(&shared.state).cas.revoke_pgt(&ticket);
            let failure = Failure::new("INVALID_PROXY_CALLBACK", "the address was not reached");
            return Answer::from(failure).response(format);
        }
        answer = answer.with_iou(iou);
    }
    answer.response(format)
}

async fn proxy(
    Shares(shared): Handle,
    Path(app_id): Path<String>,
    Query(query): Parameters,
) -> Response<Body> {
    let format = Format::of(&query);
    let mut state = locked(&shared.state);
    if let Some(refusal) = refusal(&state, &app_id, &HashMap::new()) {
        return refusal;
    }
    let now = state.clock.seconds();
    let ticket = match (query.get("pgt"), query.get("targetService")) {
        (Some(pgt), Some(target)) => state.cas.grant_by_proxy(pgt, target, now),
        _ => Err(Failure::new("INVALID_REQUEST", "`pgt` and `targetService` are needed")),
    };
    match ticket {
        Ok(ticket) => Answer::ProxyTicket(ticket).response(format),
        Err(failure) => Answer::ProxyFailure(failure).response(format),
    }
}

async fn logout_of_app(
    shared: Handle,
    Path(app_id): Path<String>,
    query: Parameters,
    headers: HeaderMap,
) -> Response<Body> {
    if let Some(refusal) = refusal(&locked(&shared.state), &app_id, &HashMap::new()) {
        return refusal;
    }
    logout(shared, query, headers).await
}

/// Ends single sign-on, tells the services, and sends the browser on.
async fn logout(
    Shares(shared): Handle,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Response<Body> {
    let (services, now) = {
        let mut state = locked(&shared.state);
        let session = cookie(&headers).unwrap_or_default();
        (state.cas.close_session(&session), state.clock.iso())
    };
    callbacks::announce_logout(services, now).await;
    let target = query.get("service").or(query.get("url")).filter(|url| is_http(url));
    let mut response = match target {
        Some(url) => redirect(url),
        None => pages::html(StatusCode::OK, pages::signed_out()),
    };
    let cookie = format!("{COOKIE_NAME}=; Path=/cas-idp; Max-Age=0");
    set_header(&mut response, SET_COOKIE.as_str(), &cookie);
    response
}

/// Uses a ticket up, if it is one for this.
fn take(
    state: &mut State,
    query: &HashMap<String, String>,
    proxied: bool,
) -> Result<Granted, Failure> {
    let (Some(service), Some(ticket)) = (query.get("service"), query.get("ticket")) else {
        return Err(Failure::new("INVALID_REQUEST", "`service` and `ticket` are needed"));
    };
    let demand = Demand { service, renew: is_set(query, "renew"), proxied };
    let now = state.clock.seconds();
    let granted = state.cas.take(ticket, &demand, now)?;
    match state.users.get(&granted.user_id).is_some_and(|user| !user.is_locked()) {
        true => Ok(granted),
        false => Err(Failure::new("INVALID_TICKET", "the user is gone or locked")),
    }
}

fn user_name(state: &State, granted: &Granted) -> String {
    let user = state.users.get(&granted.user_id);
    user.map(|user| {
        let names = ["username", "email", "phone"];
        names.iter().find_map(|name| user.text(name)).unwrap_or(&user.id).to_owned()
    })
    .unwrap_or_default()
}

fn find_user(state: &State, name: &str, password: &str) -> Option<String> {
    let user = state.users.find_by("username", name).or(state.users.find_by("email", name))?;
    let hash = user.password_hash.as_deref()?;
    (!user.is_locked() && password::verify(password, hash)).then(|| user.id.clone())
}

/// The page for what cannot be served: another app, or a service that is no web address.
fn refusal(state: &State, app_id: &str, query: &HashMap<String, String>) -> Option<Response<Body>> {
    if app_id != state.settings.app_id {
        let page = pages::failure("There is no such application.");
        return Some(pages::html(StatusCode::NOT_FOUND, page));
    }
    let service = query.get("service")?;
    (!is_http(service)).then(|| {
        let page = pages::failure("This service is not a web address.");
        pages::html(StatusCode::BAD_REQUEST, page)
    })
}

/// Back to the service: by a redirect, or by a form that posts itself.
fn back(service: &str, ticket: Option<&str>, query: &HashMap<String, String>) -> Response<Body> {
    let Some(ticket) = ticket else { return redirect(service) };
    if query.get("method").is_some_and(|method| method == "POST") {
        return pages::html(StatusCode::OK, pages::post_back(service, ticket));
    }
    let (address, fragment) = match service.find('#') {
        Some(at) => service.split_at(at),
        None => (service, ""),
    };
    let separator = if address.contains('?') { '&' } else { '?' };
    redirect(&format!("{address}{separator}ticket={ticket}{fragment}"))
}

fn redirect(url: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    // A header is ASCII; what the parser makes of the rest is what browsers make of it.
    let ascii = Url::parse(url).map(String::from).unwrap_or_default();
    set_header(&mut response, LOCATION.as_str(), if url.is_ascii() { url } else { &ascii });
    response
}

fn set_header(response: &mut Response<Body>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
}

fn typed(body: String, content_type: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, value)| value.to_owned())
}

/// The specification recommends the value `true`; `false` is as good as nothing.
fn is_set(query: &HashMap<String, String>, name: &str) -> bool {
    query.get(name).is_some_and(|value| value != "false")
}

fn is_http(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
