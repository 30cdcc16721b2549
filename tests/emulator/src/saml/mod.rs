//! The SAML 2.0 identity provider of the app: `/api/v2/saml-idp/{app_id}`.
//!
//! One service provider is registered with [`SamlIdp`]. Requests that are posted are read but not
//! verified; where a signature is asked for, they are refused.

mod document;
mod request;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State as Shares};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Response, StatusCode};

use self::document::{Answer, Assertion, escape};
use self::request::{Parameters, Request, encode};
use crate::clock::iso8601;
use crate::password;
use crate::server::{Shared, locked};
use crate::state::{State, User, random_hex};

type Handle = Shares<Arc<Shared>>;

/// The set-up of the SAML identity provider and its one service provider.
#[derive(Debug, Clone)]
pub struct SamlIdp {
    /// Whether assertions are signed. Defaults to true.
    pub sign_assertion: bool,
    /// Whether responses are signed. Defaults to false.
    pub sign_response: bool,
    /// The service provider's certificate in PEM. Requests then must be signed with its key.
    pub certificate: Option<String>,
    /// Encrypts assertions for the holder of this certificate in PEM.
    pub encrypt_for: Option<String>,
    /// The service provider's single logout service.
    pub logout_url: Option<String>,
    /// The service provider's entity id and assertion consumer service, for logins that begin
    /// here.
    pub unsolicited: Option<(String, String)>,
}

impl Default for SamlIdp {
    fn default() -> Self {
        Self {
            sign_assertion: true,
            sign_response: false,
            certificate: None,
            encrypt_for: None,
            logout_url: None,
            unsolicited: None,
        }
    }
}

/// What the identity provider remembers.
#[derive(Debug, Default)]
pub(crate) struct Saml {
    pub(crate) idp: SamlIdp,
    /// The signed-in user by browser.
    sessions: HashMap<String, Session>,
}

#[derive(Debug, Clone)]
struct Session {
    user_id: String,
    name: String,
    index: String,
}

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/v2/saml-idp/{app_id}", get(sign_on_by_query).post(sign_on_by_form))
        .route("/api/v2/saml-idp/{app_id}/metadata", get(metadata))
        .route("/api/v2/saml-idp/{app_id}/login", post(login))
        .route("/api/v2/saml-idp/{app_id}/slo", get(logout_by_query).post(logout_by_form))
        .route("/api/v2/saml-idp/{app_id}/slo/start", get(start_logout))
}

/// Why a request is not served: shown as a page.
struct Refused(String);

impl<T: Into<String>> From<T> for Refused {
    fn from(reason: T) -> Self {
        Self(reason.into())
    }
}

type Page = Result<Response<Body>, Refused>;

async fn metadata(Shares(shared): Handle, Path(app_id): Path<String>) -> Response<Body> {
    answer(&shared, &app_id, |_, here| {
        let services: String = ["SingleLogoutService", "SingleSignOnService"]
            .iter()
            .flat_map(|service| [(service, "HTTP-Redirect"), (service, "HTTP-POST")])
            .map(|(service, binding)| {
                let path = if *service == "SingleLogoutService" { "/slo" } else { "" };
                format!(
                    "<md:{service} Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" Location=\"{}\"/>",
                    escape(&format!("{here}{path}"))
                )
            })
            .collect();
        let text = format!(
            "<?xml version=\"1.0\"?>\n<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{}\">\
             <md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
             <md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data>\
             <ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>{services}\
             </md:IDPSSODescriptor></md:EntityDescriptor>",
            escape(here),
            document::certificate(),
        );
        Ok(page(StatusCode::OK, "application/samlmetadata+xml", text))
    })
}

async fn sign_on_by_query(
    Shares(shared): Handle,
    Path(app_id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let query = query.unwrap_or_default();
    answer(&shared, &app_id, |state, here| {
        let parameters = Parameters::parse(&query);
        let request = match parameters.get("SAMLRequest") {
            Some(_) => {
                let certificate = state.saml.idp.certificate.as_deref();
                Some(Request::from_query(&query, "SAMLRequest", certificate)?)
            }
            None => None,
        };
        sign_on(state, here, request, &parameters, &headers)
    })
}

async fn sign_on_by_form(
    Shares(shared): Handle,
    Path(app_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    answer(&shared, &app_id, |state, here| {
        let parameters = Parameters::parse(&String::from_utf8_lossy(&body));
        if state.saml.idp.certificate.is_some() {
            return Err("signatures in posted requests are not implemented".into());
        }
        let request = Request::from_form(&parameters, "SAMLRequest")?;
        sign_on(state, here, Some(request), &parameters, &headers)
    })
}

fn sign_on(
    state: &mut State,
    here: &str,
    request: Option<Request>,
    parameters: &Parameters,
    headers: &HeaderMap,
) -> Page {
    let relay_state = parameters.get("RelayState");
    let request = match (request, &state.saml.idp.unsolicited) {
        (Some(request), _) => request,
        (None, Some((entity_id, acs_url))) => Request::unsolicited(entity_id, acs_url),
        (None, None) => return Err("no service provider is registered".into()),
    };
    let session = cookie(headers).and_then(|browser| state.saml.sessions.get(browser)).cloned();
    match session {
        Some(session) if !request.force_authn => {
            respond(state, here, &request, &session, relay_state)
        }
        _ if request.is_passive => {
            let text = Answer {
                id: &document::new_id(),
                issuer: here,
                destination: &request.acs_url,
                in_response_to: request.id.as_deref(),
                now: &state.clock.iso(),
            }
            .to_xml("Response", &["Responder", "NoPassive"], "");
            Ok(post_page(&request.acs_url, "SAMLResponse", &text, relay_state))
        }
        _ => Ok(login_page(here, &request, relay_state, "")),
    }
}

async fn login(Shares(shared): Handle, Path(app_id): Path<String>, body: Bytes) -> Response<Body> {
    answer(&shared, &app_id, |state, here| {
        let parameters = Parameters::parse(&String::from_utf8_lossy(&body));
        let request = Request::from_login(&parameters)?;
        let relay_state = parameters.get("RelayState");
        let name = parameters.get("username").unwrap_or_default();
        let secret = parameters.get("password").unwrap_or_default();
        let user = state.users.find_by("username", name).filter(|user| {
            let hash = user.password_hash.as_deref();
            !user.is_locked() && hash.is_some_and(|hash| password::verify(secret, hash))
        });
        let Some(user) = user else {
            return Ok(login_page(here, &request, relay_state, "Wrong user name or password"));
        };
        let session =
            Session { user_id: user.id.clone(), name: name.to_owned(), index: document::new_id() };
        let browser = random_hex(16);
        let mut answer = respond(state, here, &request, &session, relay_state)?;
        state.saml.sessions.insert(browser.clone(), session);
        let cookie = format!("saml_idp={browser}; Path=/; HttpOnly");
        answer.headers_mut().insert(SET_COOKIE, cookie.parse().map_err(|_| "cookie")?);
        Ok(answer)
    })
}

fn respond(
    state: &State,
    here: &str,
    request: &Request,
    session: &Session,
    relay_state: Option<&str>,
) -> Page {
    let idp = &state.saml.idp;
    let user = state.users.get(&session.user_id).ok_or("the user is gone")?;
    let (now, seconds) = (state.clock.iso(), state.clock.seconds());
    let not_on_or_after = iso8601(Duration::from_secs(seconds + 300));
    let id = document::new_id();
    let mut assertion = Assertion {
        id: &id,
        issuer: here,
        name: &session.name,
        attributes: &attributes(user),
        audience: &request.issuer,
        recipient: &request.acs_url,
        in_response_to: request.id.as_deref(),
        now: &now,
        not_on_or_after: &not_on_or_after,
        session_index: &session.index,
    }
    .to_xml();
    if idp.sign_assertion {
        assertion = document::signed(&assertion, &id)?;
    }
    if let Some(certificate) = &idp.encrypt_for {
        assertion = document::encrypted(&assertion, certificate)?;
    }
    let id = document::new_id();
    let mut text = Answer {
        id: &id,
        issuer: here,
        destination: &request.acs_url,
        in_response_to: request.id.as_deref(),
        now: &now,
    }
    .to_xml("Response", &["Success"], &assertion);
    if idp.sign_response {
        text = document::signed(&text, &id)?;
    }
    Ok(post_page(&request.acs_url, "SAMLResponse", &text, relay_state))
}

fn attributes(user: &User) -> Vec<(&'static str, String)> {
    let members = ["username", "email", "phone", "nickname"];
    let text = |name| user.text(name).map(|value| (name, value.to_owned()));
    let mut attributes = vec![("id", user.id.clone())];
    attributes.extend(members.into_iter().filter_map(text));
    attributes
}

async fn logout_by_query(
    Shares(shared): Handle,
    Path(app_id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let query = query.unwrap_or_default();
    answer(&shared, &app_id, |state, here| {
        let parameters = Parameters::parse(&query);
        if parameters.get("SAMLResponse").is_some() {
            let certificate = state.saml.idp.certificate.as_deref();
            Request::check_query(&query, "SAMLResponse", certificate)?;
            return Ok(html("<h1>Logged out</h1>"));
        }
        let certificate = state.saml.idp.certificate.as_deref();
        let request = Request::from_query(&query, "SAMLRequest", certificate)?;
        let relay_state = parameters.get("RelayState");
        let (url, text, _) = end_session(state, here, &request, &headers)?;
        let mut query = format!("SAMLResponse={}", encode(&request::deflated(&text)));
        if let Some(relay_state) = relay_state {
            query += &format!("&RelayState={}", encode(relay_state));
        }
        query += &format!("&SigAlg={}", encode(document::RSA_SHA256));
        query += &format!("&Signature={}", encode(&document::sign(&query)?));
        redirect(&format!("{url}?{query}"))
    })
}

async fn logout_by_form(
    Shares(shared): Handle,
    Path(app_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    answer(&shared, &app_id, |state, here| {
        let parameters = Parameters::parse(&String::from_utf8_lossy(&body));
        if parameters.get("SAMLResponse").is_some() {
            return Ok(html("<h1>Logged out</h1>"));
        }
        let request = Request::from_form(&parameters, "SAMLRequest")?;
        let (url, text, id) = end_session(state, here, &request, &headers)?;
        let text = document::signed(&text, &id)?;
        Ok(post_page(&url, "SAMLResponse", &text, parameters.get("RelayState")))
    })
}

/// Ends the browser's session; gives where the answer goes, the answer, and its ID.
fn end_session(
    state: &mut State,
    here: &str,
    request: &Request,
    headers: &HeaderMap,
) -> Result<(String, String, String), Refused> {
    let url = state.saml.idp.logout_url.clone().ok_or("no logout URL is registered")?;
    if let Some(browser) = cookie(headers) {
        state.saml.sessions.remove(browser);
    }
    let id = document::new_id();
    let text = Answer {
        id: &id,
        issuer: here,
        destination: &url,
        in_response_to: request.id.as_deref(),
        now: &state.clock.iso(),
    }
    .to_xml("LogoutResponse", &["Success"], "");
    Ok((url, text, id))
}

/// Logs the browser's user out, begun here.
async fn start_logout(
    Shares(shared): Handle,
    Path(app_id): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    answer(&shared, &app_id, |state, here| {
        let url = state.saml.idp.logout_url.clone().ok_or("no logout URL is registered")?;
        let session = cookie(&headers).and_then(|browser| state.saml.sessions.remove(browser));
        let session = session.ok_or("nobody is signed in")?;
        let id = document::new_id();
        let now = state.clock.iso();
        let message =
            Answer { id: &id, issuer: here, destination: &url, in_response_to: None, now: &now };
        let text = document::signed(&message.logout_request(&session.name, &session.index), &id)?;
        Ok(post_page(&url, "SAMLRequest", &text, None))
    })
}

/// Runs a handler for the app with the address of its identity provider.
fn answer(
    shared: &Shared,
    app_id: &str,
    run: impl FnOnce(&mut State, &str) -> Page,
) -> Response<Body> {
    let mut state = locked(&shared.state);
    if app_id != state.settings.app_id {
        return page(StatusCode::NOT_FOUND, "text/plain", "no such app".to_owned());
    }
    let here = format!("{}/api/v2/saml-idp/{app_id}", state.settings.url);
    run(&mut state, &here).unwrap_or_else(|Refused(reason)| {
        page(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", reason)
    })
}

fn login_page(
    here: &str,
    request: &Request,
    relay_state: Option<&str>,
    error: &str,
) -> Response<Body> {
    let relay_state = relay_state.map(|value| hidden("RelayState", value)).unwrap_or_default();
    let error = match error {
        "" => String::new(),
        error => format!("<p role=\"alert\">{error}</p>"),
    };
    html(&format!(
        "<h1>Sign in</h1>{error}<form method=\"post\" action=\"{}/login\">{}{relay_state}\
         <label>User name <input name=\"username\"></label> \
         <label>Password <input name=\"password\" type=\"password\"></label> <button>Sign in</button></form>",
        escape(here),
        request.to_fields().iter().map(|(name, value)| hidden(name, value)).collect::<String>(),
    ))
}

fn post_page(url: &str, field: &str, text: &str, relay_state: Option<&str>) -> Response<Body> {
    let relay_state = relay_state.map(|value| hidden("RelayState", value)).unwrap_or_default();
    html(&format!(
        "<form method=\"post\" action=\"{}\">{}{relay_state}<noscript><button>Continue</button></noscript></form>\
         <script>document.forms[0].submit()</script>",
        escape(url),
        hidden(field, &STANDARD.encode(text)),
    ))
}

fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
}

fn html(body: &str) -> Response<Body> {
    let text = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>SAML</title></head><body>{body}</body></html>"
    );
    page(StatusCode::OK, "text/html; charset=utf-8", text)
}

fn redirect(url: &str) -> Page {
    let mut answer = page(StatusCode::FOUND, "text/plain", String::new());
    answer.headers_mut().insert(LOCATION, url.parse().map_err(|_| "the URL is malformed")?);
    Ok(answer)
}

fn page(status: StatusCode, content_type: &'static str, text: String) -> Response<Body> {
    let mut answer = Response::new(Body::from(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    answer
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split("; "));
    pairs.find_map(|pair| pair.strip_prefix("saml_idp="))
}
