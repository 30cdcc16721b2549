//! What browsers see: the login page, and the way out.

use std::collections::{HashMap, HashSet};

use axum::body::Body;
use axum::extract::{Query, State as Shares};
use bytes::Bytes;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use url::{Url, form_urlencoded};

use super::accounts::{self, Account};
use super::state::Grant;
use super::{Handle, Parameters, http_url, redirect};
use crate::pages;
use crate::server::locked;
use crate::state::State;

/// The cookie because of which the next login asks for no password.
const COOKIE_NAME: &str = "JAAuthCookie";

/// What is granted when no scope is asked for, and all that can be asked for.
const DEFAULT_SCOPES: [&str; 2] = ["openid", "basic"];
const SCOPES: [&str; 8] =
    ["openid", "basic", "essential", "profile", "privacy", "lessons", "classes", "exams"];

/// A request of a client for a login.
struct Request<'a> {
    query: &'a HashMap<String, String>,
    redirect_uri: &'a str,
    back: Url,
    scopes: HashSet<String>,
}

/// Sends a browser that is signed in back with a code, shows any other the form.
pub(super) async fn page(
    Shares(shared): Handle,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Response<Body> {
    let mut state = locked(&shared.state);
    let request = match Request::read(&state, &query) {
        Ok(request) => request,
        Err(refusal) => return *refusal,
    };
    match cookie(&headers).and_then(|session| state.jaccount.session(&session)) {
        Some(account) => request.grant(&mut state, account),
        None => login_page(StatusCode::OK, ""),
    }
}

/// Takes the form: opens a session and sends the browser back with a code.
pub(super) async fn form(
    Shares(shared): Handle,
    Query(query): Parameters,
    body: Bytes,
) -> Response<Body> {
    let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let mut state = locked(&shared.state);
    let request = match Request::read(&state, &query) {
        Ok(request) => request,
        Err(refusal) => return *refusal,
    };
    if form.contains_key("cancel") {
        return request.refuse("access_denied", "the user does not want to");
    }
    let Some(account) = accounts::find(field("username"), field("password")) else {
        let alert = pages::alert(Some("Wrong account or password."));
        return login_page(StatusCode::UNAUTHORIZED, &alert);
    };
    let session = state.jaccount.open_session(account);
    let mut response = request.grant(&mut state, account);
    set_cookie(&mut response, &format!("{session}; Path=/jaccount; HttpOnly; SameSite=Lax"));
    response
}

/// Ends the browser's session and sends it on.
pub(super) async fn logout(
    Shares(shared): Handle,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Response<Body> {
    let mut state = locked(&shared.state);
    if query.get("client_id").is_some_and(|id| *id != state.settings.app_id) {
        return failure(StatusCode::BAD_REQUEST, "There is no such client.");
    }
    let target = query.get("post_logout_redirect_uri").and_then(|uri| http_url(uri));
    let Some(target) = target else {
        let message = "`post_logout_redirect_uri` is missing or no web address.";
        return failure(StatusCode::BAD_REQUEST, message);
    };
    state.jaccount.close_session(&cookie(&headers).unwrap_or_default());
    let mut response = redirect(&target, &[("state", query.get("state").map(String::as_str))]);
    set_cookie(&mut response, "; Path=/jaccount; Max-Age=0");
    response
}

impl<'a> Request<'a> {
    /// Where the client or its address is not known, the browser must not be sent anywhere.
    fn read(
        state: &State,
        query: &'a HashMap<String, String>,
    ) -> Result<Self, Box<Response<Body>>> {
        let parameter = |name: &str| query.get(name).map_or("", String::as_str);
        let refuse = |message| Err(Box::new(failure(StatusCode::BAD_REQUEST, message)));
        if parameter("client_id") != state.settings.app_id {
            return refuse("There is no such client.");
        }
        let redirect_uri = parameter("redirect_uri");
        let Some(back) = http_url(redirect_uri) else {
            return refuse("`redirect_uri` is missing or no web address.");
        };
        let scope = Some(parameter("scope")).filter(|scope| !scope.trim().is_empty());
        let scopes: HashSet<String> = match scope {
            Some(scope) => scope.split_whitespace().map(str::to_owned).collect(),
            None => DEFAULT_SCOPES.map(str::to_owned).into(),
        };
        let request = Self { query, redirect_uri, back, scopes };
        if parameter("response_type") != "code" {
            let refusal = request.refuse("unsupported_response_type", "`code` is the only one");
            return Err(refusal.into());
        }
        match request.scopes.iter().any(|scope| !SCOPES.contains(&scope.as_str())) {
            true => {
                let refusal = request.refuse("invalid_scope", "the emulator knows no such scope");
                Err(refusal.into())
            }
            false => Ok(request),
        }
    }

    fn grant(self, state: &mut State, account: &'static Account) -> Response<Body> {
        let grant = Grant {
            account,
            scopes: self.scopes,
            redirect_uri: self.redirect_uri.to_owned(),
            nonce: self.query.get("nonce").cloned(),
        };
        let code = state.jaccount.issue_code(grant, state.clock.seconds());
        let state = self.query.get("state").map(String::as_str);
        redirect(&self.back, &[("code", Some(&code)), ("state", state)])
    }

    fn refuse(&self, error: &str, description: &str) -> Response<Body> {
        let state = self.query.get("state").map(String::as_str);
        let parameters =
            [("error", Some(error)), ("error_description", Some(description)), ("state", state)];
        redirect(&self.back, &parameters)
    }
}

/// The form; it is posted to the address that it is at, parameters and all.
fn login_page(status: StatusCode, alert: &str) -> Response<Body> {
    let inside = format!(
        "{alert}<form method=\"post\">\
         <label for=\"username\">Account</label>\
         <input id=\"username\" name=\"username\" autocomplete=\"username\" autofocus>\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"password\" \
         autocomplete=\"current-password\">\
         <button type=\"submit\">Sign in</button>\
         <button class=\"plain\" type=\"submit\" name=\"cancel\" value=\"1\">Cancel</button></form>"
    );
    pages::html(status, "jAccount", &inside)
}

/// A page that says that something does not work.
fn failure(status: StatusCode, message: &str) -> Response<Body> {
    pages::html(status, "This does not work", &pages::alert(Some(message)))
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
    pairs.find_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        (name == COOKIE_NAME).then(|| value.to_owned())
    })
}

fn set_cookie(response: &mut Response<Body>, value: &str) {
    if let Ok(value) = HeaderValue::try_from(format!("{COOKIE_NAME}={value}")) {
        response.headers_mut().insert(SET_COOKIE, value);
    }
}
