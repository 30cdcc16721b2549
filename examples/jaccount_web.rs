//! A web program whose users log in with jAccount: login, profile, logout.
//!
//!     cargo run --example jaccount_web --features jaccount
//!
//! Without any variable set it starts an emulated jAccount in this process. To use the real one,
//! set `JACCOUNT_CLIENT_ID` and `JACCOUNT_CLIENT_SECRET`; it must know the redirect URI
//! `PUBLIC_URL/jaccount/auth`. `LISTEN` is the address to listen on, `127.0.0.1:0` by default, and
//! `PUBLIC_URL` the one that browsers reach it by.

#[path = "common/web.rs"]
mod web;

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::net::TcpListener;
use std::sync::{Mutex, MutexGuard, PoisonError};

use authing::jaccount::{Client, ClientOptions, IdTokenClaims, Pending, Profile};
use authing_emulator::Emulator;
use web::{Request, Response, escape};

/// Logins that are begun and not finished, at most: beyond that all are forgotten, to begin again.
const MOST_LOGINS: usize = 1000;

struct App {
    sjtu: Client,
    public_url: String,
    /// By the value of the cookie `login`.
    logins: Mutex<HashMap<String, Pending>>,
    /// By the value of the cookie `session`.
    sessions: Mutex<HashMap<String, User>>,
}

struct User {
    claims: IdTokenClaims,
    profile: Profile,
}

fn main() -> Result<(), Box<dyn Error>> {
    let listen = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(listen)?;
    let public_url = match env::var("PUBLIC_URL") {
        Ok(url) => url.trim_end_matches('/').to_owned(),
        Err(_) => format!("http://{}", listener.local_addr()?),
    };
    let (sjtu, _emulator) = connect(&format!("{public_url}/jaccount/auth"))?;
    println!("Open {public_url}/");
    let (logins, sessions) = (Mutex::default(), Mutex::default());
    let app = App { sjtu, public_url, logins, sessions };
    web::serve(&listener, move |request| app.answer(request))?;
    Ok(())
}

impl App {
    fn answer(&self, request: &Request) -> Response {
        match (request.method.as_str(), request.path()) {
            ("GET", "/") => self.home(request),
            ("GET", "/jaccount/login") => self.login(),
            ("GET", "/jaccount/auth") => self.callback(request),
            ("POST", "/jaccount/logout") => self.logout(request),
            _ => Response::page(404, "Not found", "<p><a href=\"/\">Back</a></p>"),
        }
    }

    fn home(&self, request: &Request) -> Response {
        let sessions = locked(&self.sessions);
        let session = request.cookie("session").and_then(|session| sessions.get(session));
        let Some(User { claims, profile }) = session else {
            let link = "<p>You are not logged in.</p>\
                 <p><a class=\"button\" href=\"/jaccount/login\">Log in with jAccount</a>";
            return Response::page(200, "jAccount example", link);
        };
        let organize = profile.organize.as_ref().and_then(|organize| organize.name.as_deref());
        let rows: String = [
            ("Account", Some(claims.sub.as_str())),
            ("Type", claims.user_type.as_ref().map(|user_type| user_type.as_str())),
            ("Number", claims.code.as_deref()),
            ("Organisation", organize),
        ]
        .iter()
        .map(|(name, value)| {
            format!("<tr><th>{name}</th><td>{}</td></tr>", escape(value.unwrap_or("–")))
        })
        .collect();
        let inside = format!(
            "<table>{rows}</table><form method=\"post\" action=\"/jaccount/logout\">\
             <button class=\"button\">Log out</button></form>"
        );
        let name = claims.name.as_deref().unwrap_or(&claims.sub);
        Response::page(200, &format!("Hello, {name}"), &inside)
    }

    /// Sends the browser to jAccount, and remembers for which browser.
    fn login(&self) -> Response {
        let login = self.sjtu.login().scopes(["openid", "essential"]).start();
        let id = web::random();
        let mut logins = locked(&self.logins);
        if logins.len() >= MOST_LOGINS {
            logins.clear();
        }
        logins.insert(id.clone(), login.pending);
        Response::redirect(&login.url).with_cookie("login", &id)
    }

    /// The browser is back: state, code and ID token are checked against what it was sent off with.
    fn callback(&self, request: &Request) -> Response {
        let pending = request.cookie("login").and_then(|id| locked(&self.logins).remove(id));
        let Some(pending) = pending else {
            return Response::page(400, "This login did not begin here", AGAIN);
        };
        match self.finish(&request.target, pending) {
            Ok(user) => {
                let session = web::random();
                locked(&self.sessions).insert(session.clone(), user);
                // To an address without the code.
                Response::redirect("/").with_cookie("session", &session).without_cookie("login")
            }
            Err(error) => {
                let reason = format!("<p class=\"alert\">{}</p>{AGAIN}", escape(error));
                Response::page(403, "The login has failed", &reason)
            }
        }
    }

    fn finish(&self, callback: &str, pending: Pending) -> Result<User, Box<dyn Error>> {
        let tokens = self.sjtu.finish(callback, pending)?;
        let claims = tokens.claims().ok_or("jAccount does not say who it is")?.clone();
        let profile = self.sjtu.profile(tokens.access_token())?;
        Ok(User { claims, profile })
    }

    /// Ends the session here, then the one at jAccount: else the next login would not ask for a
    /// password.
    fn logout(&self, request: &Request) -> Response {
        if let Some(session) = request.cookie("session") {
            locked(&self.sessions).remove(session);
        }
        let url = self.sjtu.logout_url(&format!("{}/", self.public_url), None);
        Response::redirect(&url).without_cookie("session")
    }
}

const AGAIN: &str = "<p><a class=\"button\" href=\"/jaccount/login\">Try again</a></p>";

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The real jAccount if there is a client of it, else an emulator that lives as long as it is kept.
fn connect(redirect_uri: &str) -> Result<(Client, Option<Emulator>), Box<dyn Error>> {
    if let Ok(id) = env::var("JACCOUNT_CLIENT_ID") {
        let secret = env::var("JACCOUNT_CLIENT_SECRET")?;
        return Ok((Client::new(id, secret, redirect_uri)?, None));
    }
    let emulator = Emulator::start()?;
    let options = ClientOptions::new(emulator.app_id(), emulator.app_secret(), redirect_uri)
        .host(emulator.jaccount_host())
        .api_host(emulator.jaccount_api_host());
    println!(
        "An emulated jAccount; log in as `student`, `faculty` or `alumni`, password `passw0rd!`."
    );
    Ok((Client::with_options(options)?, Some(emulator)))
}
