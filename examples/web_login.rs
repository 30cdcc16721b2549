//! A web program whose users log in by OpenID Connect: login, profile page, logout.
//!
//!     cargo run --example web_login --features oidc
//!
//! Without any variable set it starts an emulated identity cloud in this process; log in as `ann`
//! with `passw0rd!`. For a provider of your own set `OIDC_ISSUER`, `OIDC_CLIENT_ID` and
//! `OIDC_CLIENT_SECRET`, and register `http://LISTEN/callback`. `LISTEN` is the address to listen
//! on, `127.0.0.1:0` by default.

#[path = "common/web.rs"]
mod web;

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::net::TcpListener;
use std::sync::{Mutex, MutexGuard, PoisonError};

use authing::oidc::{Client, ClientAuth, Pending, Tokens};
use authing::{AuthenticationClient, Options};
use authing_emulator::Emulator;
use web::{Request, Response, escape};

const COOKIE: &str = "session";

struct App {
    rp: Client,
    home: String,
    /// What is known of visitors, by the value of their cookie.
    visitors: Mutex<HashMap<String, Visitor>>,
}

enum Visitor {
    LoggingIn(Pending),
    LoggedIn(Box<Tokens>),
}

fn main() -> Result<(), Box<dyn Error>> {
    let listen = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(listen)?;
    let home = format!("http://{}/", listener.local_addr()?);
    let (rp, _emulator) = connect(&format!("{home}callback"))?;
    println!("Open {home}");
    let app = App { rp, home, visitors: Mutex::default() };
    web::serve(&listener, move |request| app.answer(request))?;
    Ok(())
}

impl App {
    fn answer(&self, request: &Request) -> Response {
        match (request.method.as_str(), request.path()) {
            ("GET", "/") => self.start_page(request),
            ("GET", "/login") => self.log_in(),
            ("GET", "/callback") => self.finish(request),
            ("POST", "/logout") => self.log_out(request),
            _ => Response::page(404, "Nothing here", "<p><a href=\"/\">Back</a></p>"),
        }
    }

    fn start_page(&self, request: &Request) -> Response {
        let visitors = self.visitors();
        let visitor = request.cookie(COOKIE).and_then(|cookie| visitors.get(cookie));
        let Some(Visitor::LoggedIn(tokens)) = visitor else {
            let inside = "<p>You are not logged in.</p><p><a href=\"/login\">Log in</a></p>";
            return Response::page(200, "A small program", inside);
        };
        let (claims, user) = (tokens.claims(), &tokens.claims().user);
        let rows: String = [
            ("Id", Some(&claims.sub)),
            ("User name", user.preferred_username.as_ref()),
            ("Name", user.name.as_ref()),
            ("E-mail address", user.email.as_ref()),
            ("Issuer", Some(&claims.iss)),
        ]
        .into_iter()
        .filter_map(|(name, value)| {
            Some(format!("<tr><th>{name}</th><td>{}</td></tr>", escape(value?)))
        })
        .collect();
        let inside = format!(
            "<table>{rows}</table>\
             <form method=\"post\" action=\"/logout\"><button>Log out</button></form>"
        );
        let name = user.preferred_username.as_ref().unwrap_or(&claims.sub);
        Response::page(200, &format!("Hello, {name}"), &inside)
    }

    /// Sends the browser to the provider, and remembers the login under a new cookie.
    fn log_in(&self) -> Response {
        let login = self.rp.login().scopes(["profile", "email"]).start();
        let cookie = self.remember(Visitor::LoggingIn(login.pending));
        Response::redirect(&login.url).with_cookie(COOKIE, &cookie)
    }

    /// Takes the browser back. Who has logged in gets a new cookie: somebody else may know the old
    /// one.
    fn finish(&self, request: &Request) -> Response {
        let Some(Visitor::LoggingIn(pending)) = self.forget(request) else {
            return failure("no login was started in this browser");
        };
        match self.rp.finish(&request.target, pending) {
            Ok(tokens) => {
                let cookie = self.remember(Visitor::LoggedIn(Box::new(tokens)));
                Response::redirect("/").with_cookie(COOKIE, &cookie)
            }
            Err(error) => failure(&error.to_string()),
        }
    }

    /// Ends the session here, then at the provider.
    fn log_out(&self, request: &Request) -> Response {
        let url = match self.forget(request) {
            Some(Visitor::LoggedIn(tokens)) => self.rp.logout_url(&tokens, &self.home).ok(),
            _ => None,
        };
        Response::redirect(url.as_deref().unwrap_or("/")).without_cookie(COOKIE)
    }

    fn remember(&self, visitor: Visitor) -> String {
        let cookie = web::random();
        self.visitors().insert(cookie.clone(), visitor);
        cookie
    }

    fn forget(&self, request: &Request) -> Option<Visitor> {
        self.visitors().remove(request.cookie(COOKIE)?)
    }

    fn visitors(&self) -> MutexGuard<'_, HashMap<String, Visitor>> {
        self.visitors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failure(reason: &str) -> Response {
    let inside = format!("<p role=\"alert\">{}</p><p><a href=\"/\">Back</a></p>", escape(reason));
    Response::page(400, "This did not work", &inside)
}

/// A client of the provider that the environment names, or of an emulator with one user.
fn connect(redirect_uri: &str) -> Result<(Client, Option<Emulator>), Box<dyn Error>> {
    if let Ok(issuer) = env::var("OIDC_ISSUER") {
        let auth = ClientAuth::basic(env::var("OIDC_CLIENT_SECRET")?);
        let rp = Client::discover(&issuer, env::var("OIDC_CLIENT_ID")?, auth, redirect_uri)?;
        return Ok((rp, None));
    }
    let emulator = Emulator::start()?;
    let options = Options::new()
        .app(emulator.app_id(), emulator.app_host())
        .app_secret(emulator.app_secret())
        .public_key_pem(emulator.public_key())
        .redirect_uri(redirect_uri);
    let app = AuthenticationClient::new(options)?;
    app.register_by_username("ann", "passw0rd!")?;
    Ok((app.oidc()?, Some(emulator)))
}
