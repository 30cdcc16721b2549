//! A web program whose users log in by SAML: metadata, login, attributes, single logout.
//!
//!     cargo run --example saml_web --features saml
//!
//! Without any variable set it starts an emulated identity cloud in this process. To use a real
//! identity provider, set `IDP_METADATA` to the URL of its metadata and give it ours, which is at
//! `/metadata`. `SP_KEY` and `SP_CERTIFICATE` name the files of our key and certificate (PEM);
//! without them a key that everybody knows is used. `LISTEN` is the address to listen on,
//! `127.0.0.1:0` by default, and `PUBLIC_URL` the one that browsers reach it by.

#[path = "common/web.rs"]
mod web;

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::net::TcpListener;
use std::sync::{Mutex, MutexGuard, PoisonError};

use authing::http::HttpOptions;
use authing::saml::{
    Assertion, IdpMetadata, LogoutSubject, Outgoing, Pending, Received, ServiceProvider, SigningKey,
};
use authing::{AuthenticationClient, Options};
use authing_emulator::{Emulator, SamlIdp};
use url::form_urlencoded;
use web::{Request, Response, escape};

struct App {
    sp: ServiceProvider,
    /// By the value of the cookie `session`.
    sessions: Mutex<HashMap<String, Assertion>>,
    /// Logins and logouts that were begun, by the value of the cookie `pending`.
    pending: Mutex<HashMap<String, Pending>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let listen = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(listen)?;
    let public_url = match env::var("PUBLIC_URL") {
        Ok(url) => url.trim_end_matches('/').to_owned(),
        Err(_) => format!("http://{}", listener.local_addr()?),
    };
    let (sp, _emulator) = connect(&public_url)?;
    println!("Open {public_url}/");
    let app = App { sp, sessions: Mutex::default(), pending: Mutex::default() };
    web::serve(&listener, move |request| app.answer(request))?;
    Ok(())
}

impl App {
    fn answer(&self, request: &Request) -> Response {
        let outcome = match (request.method.as_str(), request.path()) {
            ("GET", "/") => Ok(self.home(request)),
            ("GET", "/metadata") => Ok(Response::xml(&self.sp.metadata())),
            ("GET", "/login") => self.login(),
            ("POST", "/acs") => self.signed_on(request),
            ("POST", "/logout") => self.logout(request),
            ("GET" | "POST", "/sls") => self.single_logout(request),
            _ => Ok(Response::page(404, "Not found", "<p><a href=\"/\">Back</a></p>")),
        };
        outcome.unwrap_or_else(|error| {
            // The reason is for the log, not for the browser.
            eprintln!("{error}");
            Response::page(403, "This did not work", "<p><a class=\"button\" href=\"/\">Back</a>")
        })
    }

    fn home(&self, request: &Request) -> Response {
        let sessions = lock(&self.sessions);
        let session = request.cookie("session").and_then(|session| sessions.get(session));
        let Some(user) = session else {
            let link =
                "<p>You are not logged in.</p><p><a class=\"button\" href=\"/login\">Log in</a>";
            return Response::page(200, "SAML example", link);
        };
        let rows: String = user
            .attributes
            .iter()
            .map(|attribute| {
                let values = attribute.values.iter().filter_map(|value| value.as_str());
                let values: Vec<String> = values.map(escape).collect();
                format!(
                    "<tr><th>{}</th><td>{}</td></tr>",
                    escape(&attribute.name),
                    values.join("<br>")
                )
            })
            .collect();
        let inside = format!(
            "<table>{rows}</table><form method=\"post\" action=\"/logout\"><button class=\"button\">\
             Log out</button></form>"
        );
        Response::page(200, &format!("Hello, {}", user.name_id.value), &inside)
    }

    fn login(&self) -> authing::Result<Response> {
        let login = self.sp.login().start()?;
        Ok(self.send(&login.message, Some(login.pending)))
    }

    /// The browser is back with a response.
    fn signed_on(&self, request: &Request) -> authing::Result<Response> {
        let form = fields(request);
        let response = form.get("SAMLResponse").map(String::as_str).unwrap_or_default();
        let Some(cookie) = request.cookie("pending") else {
            let again = form.contains_key("again");
            return Ok(if again { Response::redirect("/") } else { post_again(response) });
        };
        let Some(pending) = lock(&self.pending).remove(cookie) else {
            return Ok(Response::redirect("/"));
        };
        let user = self.sp.finish(response, pending)?;
        let session = web::random();
        lock(&self.sessions).insert(session.clone(), user);
        Ok(Response::redirect("/").with_cookie("session", &session).without_cookie("pending"))
    }

    /// Ends the session here, then everywhere else.
    fn logout(&self, request: &Request) -> authing::Result<Response> {
        let session = request.cookie("session").unwrap_or_default();
        let Some(user) = lock(&self.sessions).remove(session) else {
            return Ok(Response::redirect("/"));
        };
        let logout = self.sp.logout(&LogoutSubject::from(&user))?;
        Ok(self.send(&logout.message, Some(logout.pending)).without_cookie("session"))
    }

    /// A response to our request to log out, or a request of the identity provider's.
    fn single_logout(&self, request: &Request) -> authing::Result<Response> {
        let form = fields(request);
        let query = request.target.split_once('?').map(|(_, query)| query);
        let received = |field: &str| match form.get(field) {
            Some(value) => Received::Form(value),
            None => Received::Query(query.unwrap_or_default()),
        };
        if form.contains_key("SAMLRequest") || request.parameter("SAMLRequest").is_some() {
            let mut asked = self.sp.receive_logout(received("SAMLRequest"))?;
            asked.relay_state = asked.relay_state.or_else(|| form.get("RelayState").cloned());
            lock(&self.sessions).retain(|_, user| !asked.concerns(&LogoutSubject::from(&*user)));
            return Ok(self.send(&self.sp.answer_logout(&asked, None, true)?, None));
        }
        let cookie = request.cookie("pending").unwrap_or_default();
        if let Some(pending) = lock(&self.pending).remove(cookie) {
            self.sp.finish_logout(received("SAMLResponse"), pending)?;
        }
        Ok(Response::redirect("/").without_cookie("pending"))
    }

    fn send(&self, message: &Outgoing, pending: Option<Pending>) -> Response {
        let response = match message {
            Outgoing::Post(form) => Response::html(&form.html()),
            message => Response::redirect(message.url().unwrap_or("/")),
        };
        let Some(pending) = pending else { return response };
        let cookie = web::random();
        lock(&self.pending).insert(cookie.clone(), pending);
        response.with_cookie("pending", &cookie)
    }
}

/// Browsers send no cookies along with forms of other sites: the form is posted again, from here.
fn post_again(response: &str) -> Response {
    Response::html(&format!(
        "<!DOCTYPE html><title>…</title><form method=\"post\"><input type=\"hidden\" name=\"SAMLResponse\" \
         value=\"{}\"><input type=\"hidden\" name=\"again\"><noscript><button>Continue</button></noscript>\
         </form><script>document.forms[0].submit()</script>",
        escape(response)
    ))
}

fn fields(request: &Request) -> HashMap<String, String> {
    form_urlencoded::parse(request.body.as_bytes()).into_owned().collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A real identity provider if `IDP_METADATA` names one, else an emulator that lives as long as it
/// is kept.
fn connect(public_url: &str) -> Result<(ServiceProvider, Option<Emulator>), Box<dyn Error>> {
    let (entity_id, acs) = (format!("{public_url}/metadata"), format!("{public_url}/acs"));
    let logout_url = format!("{public_url}/sls");
    let (sp, emulator) = match env::var("IDP_METADATA") {
        Ok(url) => {
            let idp = IdpMetadata::fetch(&url, &HttpOptions::new())?;
            (ServiceProvider::new(entity_id, acs, idp)?, None)
        }
        Err(_) => {
            let emulator = Emulator::start()?;
            let logout_url = Some(logout_url.clone());
            emulator.set_saml(SamlIdp { logout_url, ..SamlIdp::default() });
            let options = Options::new()
                .app(emulator.app_id(), emulator.app_host())
                .public_key_pem(emulator.public_key());
            let app = AuthenticationClient::new(options)?;
            app.register_by_username("ann", "passw0rd!")?;
            println!("An emulated identity cloud; log in as `ann` with the password `passw0rd!`.");
            (app.saml(entity_id, acs)?, Some(emulator))
        }
    };
    let key = match (env::var("SP_KEY"), env::var("SP_CERTIFICATE")) {
        (Ok(key), Ok(certificate)) => SigningKey::from_pem(
            std::fs::read_to_string(key)?,
            &std::fs::read_to_string(certificate)?,
        )?,
        _ => SigningKey::from_pem(
            include_str!("../tests/support/saml_sp.key.pem"),
            include_str!("../tests/support/saml_sp.crt.pem"),
        )?,
    };
    Ok((sp.signing_key(key).single_logout_url(logout_url), emulator))
}
