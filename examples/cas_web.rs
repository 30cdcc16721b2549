//! A web program whose users log in by CAS: login, attributes, logout, single logout.
//!
//!     cargo run --example cas_web --features cas
//!
//! Without any variable set it starts an emulated identity cloud in this process. To use a real
//! server, set `CAS_SERVER` to the URL that its endpoints begin with, such as
//! `https://sso.example.edu/cas`; it must know the service `PUBLIC_URL/cas`. `LISTEN` is the address
//! to listen on, `127.0.0.1:0` by default, and `PUBLIC_URL` the one that browsers and the server
//! reach it by.

#[path = "common/web.rs"]
mod web;

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::net::TcpListener;
use std::sync::{Mutex, MutexGuard, PoisonError};

use authing::cas::{Authentication, Callback, Client, LogoutRequest};
use authing::{AuthenticationClient, Options};
use authing_emulator::Emulator;
use web::{Request, Response, escape};

struct App {
    sso: Client,
    public_url: String,
    /// By the value of the cookie `session`.
    sessions: Mutex<HashMap<String, Authentication>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let listen = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(listen)?;
    let public_url = match env::var("PUBLIC_URL") {
        Ok(url) => url.trim_end_matches('/').to_owned(),
        Err(_) => format!("http://{}", listener.local_addr()?),
    };
    let (sso, _emulator) = connect(&format!("{public_url}/cas"))?;
    println!("Open {public_url}/");
    let app = App { sso, public_url, sessions: Mutex::default() };
    web::serve(&listener, move |request| app.answer(request))?;
    Ok(())
}

impl App {
    fn answer(&self, request: &Request) -> Response {
        match (request.method.as_str(), request.path()) {
            ("GET", "/") => self.home(request),
            ("GET", "/login") => self.login(),
            ("GET", "/cas") => self.callback(request),
            ("POST", "/cas") => self.single_logout(request),
            ("POST", "/logout") => self.logout(request),
            _ => Response::page(404, "Not found", "<p><a href=\"/\">Back</a></p>"),
        }
    }

    fn home(&self, request: &Request) -> Response {
        let sessions = self.sessions();
        let session = request.cookie("session").and_then(|session| sessions.get(session));
        let Some(who) = session else {
            let link =
                "<p>You are not logged in.</p><p><a class=\"button\" href=\"/login\">Log in</a>";
            return Response::page(200, "CAS example", link);
        };
        let rows: String = who
            .attributes
            .iter()
            .map(|(name, values)| {
                let values: Vec<String> = values.iter().map(escape).collect();
                format!("<tr><th>{}</th><td>{}</td></tr>", escape(name), values.join("<br>"))
            })
            .collect();
        let inside = format!(
            "<table>{rows}</table><form method=\"post\" action=\"/logout\"><button class=\"button\">\
             Log out</button></form>"
        );
        Response::page(200, &format!("Hello, {}", who.user), &inside)
    }

    /// Sends the browser to the server. The service has a value in it that only this browser knows,
    /// so that nobody can make it log in with a ticket of theirs.
    fn login(&self) -> Response {
        let state = web::random();
        match self.sso.for_service(&self.service(&state)) {
            Ok(sso) => Response::redirect(&sso.login_url()).with_cookie("login", &state),
            Err(error) => failed(&error),
        }
    }

    /// The browser is back: the ticket is validated for the service that it was sent off with.
    fn callback(&self, request: &Request) -> Response {
        let state = request.parameter("state").filter(|state| !state.is_empty());
        let Some(state) = state.filter(|state| request.cookie("login") == Some(state)) else {
            return Response::page(400, "This login did not begin here", AGAIN);
        };
        match self.validate(request, &state) {
            Ok(Some(who)) => {
                let session = web::random();
                self.sessions().insert(session.clone(), who);
                // To an address without the ticket.
                Response::redirect("/").with_cookie("session", &session).without_cookie("login")
            }
            Ok(None) => Response::redirect("/"),
            Err(error) => failed(&error),
        }
    }

    fn validate(&self, request: &Request, state: &str) -> authing::Result<Option<Authentication>> {
        let callback = Callback::parse(&request.target)?;
        let Some(ticket) = callback.ticket() else { return Ok(None) };
        self.sso.for_service(&self.service(state))?.validate(ticket).map(Some)
    }

    /// Ends the session here, then single sign-on.
    fn logout(&self, request: &Request) -> Response {
        if let Some(session) = request.cookie("session") {
            self.sessions().remove(session);
        }
        // `service` is what the specification says, `page` what Authing apps know.
        let home = format!("{}/", self.public_url);
        let url = self.sso.logout().service(&home).page(&home).url();
        Response::redirect(&url).without_cookie("session")
    }

    /// The user has logged out elsewhere, says somebody who knows the session's ticket.
    fn single_logout(&self, request: &Request) -> Response {
        match LogoutRequest::parse_form(&request.body) {
            Ok(Some(logout)) => {
                self.sessions().retain(|_, who| who.session_index != logout.session_index);
                Response::empty(200)
            }
            Ok(None) | Err(_) => Response::empty(400),
        }
    }

    fn service(&self, state: &str) -> String {
        format!("{}?state={state}", self.sso.service())
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Authentication>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const AGAIN: &str = "<p><a class=\"button\" href=\"/login\">Try again</a></p>";

fn failed(error: &authing::Error) -> Response {
    let reason = format!("<p class=\"alert\">{}</p>{AGAIN}", escape(error));
    Response::page(403, "The login has failed", &reason)
}

/// A real server if `CAS_SERVER` names one, else an emulator that lives as long as it is kept.
fn connect(service: &str) -> Result<(Client, Option<Emulator>), Box<dyn Error>> {
    if let Ok(server) = env::var("CAS_SERVER") {
        return Ok((Client::new(server, service)?, None));
    }
    let emulator = Emulator::start()?;
    let options = Options::new()
        .app(emulator.app_id(), emulator.app_host())
        .public_key_pem(emulator.public_key());
    let app = AuthenticationClient::new(options)?;
    app.register_by_username("ann", "passw0rd!")?;
    println!("An emulated identity cloud; log in as `ann` with the password `passw0rd!`.");
    Ok((app.cas(service)?, Some(emulator)))
}
