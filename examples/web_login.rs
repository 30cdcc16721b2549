//! A web program in which users log in by OpenID Connect: login, profile page, logout.
//!
//!     cargo run --features oidc --example web_login
//!
//! Without any variable set it starts an emulator of the service in this process; log in as `ann`
//! with `passw0rd!`. For a provider of your own set `OIDC_ISSUER`, `OIDC_CLIENT_ID`,
//! `OIDC_CLIENT_SECRET` and `PORT`, and register `http://127.0.0.1:PORT/callback`.
//!
//! The web server is as small as it can be; with a framework, the four handlers stay the same.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use authing::oidc::{Client, ClientAuth, Pending, Tokens};
use authing::{AuthenticationClient, Options};
use authing_emulator::Emulator;
use rand::RngCore as _;

/// What the program knows of its visitors, by the cookie of their browsers.
#[derive(Default)]
struct Visitors {
    logging_in: Mutex<HashMap<String, Pending>>,
    logged_in: Mutex<HashMap<String, Tokens>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(0);
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let home = format!("http://{}/", listener.local_addr()?);
    let (rp, _emulator) = connect(&format!("{home}callback"))?;
    println!("Open {home}");
    let visitors = Visitors::default();
    thread::scope(|scope| {
        for stream in listener.incoming().flatten() {
            scope.spawn(|| serve(stream, &rp, &home, &visitors));
        }
    });
    Ok(())
}

fn answer(request: &Request, rp: &Client, home: &str, visitors: &Visitors) -> Answer {
    match (request.method.as_str(), request.path()) {
        ("GET", "/") => start_page(request, visitors),
        ("GET", "/login") => log_in(rp, visitors),
        ("GET", "/callback") => finish(request, rp, visitors),
        ("POST", "/logout") => log_out(request, rp, home, visitors),
        _ => Answer::page("404 Not Found", "Nothing here", "<a href=\"/\">Back</a>"),
    }
}

fn start_page(request: &Request, visitors: &Visitors) -> Answer {
    let users = visitors.logged_in.lock().unwrap_or_else(|e| e.into_inner());
    let Some(tokens) = request.cookie().and_then(|cookie| users.get(cookie)) else {
        let inside = "<p>You are not logged in.</p><a class=\"button\" href=\"/login\">Log in</a>";
        return Answer::page("200 OK", "A small program", inside);
    };
    let claims = tokens.claims();
    let user = &claims.user;
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
        "<table>{rows}</table><form method=\"post\" action=\"/logout\"><button>Log out</button></form>"
    );
    let name = user.preferred_username.as_deref().unwrap_or(&claims.sub);
    Answer::page("200 OK", &format!("Hello, {}", escape(name)), &inside)
}

/// Sends the browser to the provider, and remembers the login under a new cookie.
fn log_in(rp: &Client, visitors: &Visitors) -> Answer {
    let login = rp.login().scopes(["profile", "email"]).start();
    let cookie = new_cookie();
    let mut logins = visitors.logging_in.lock().unwrap_or_else(|e| e.into_inner());
    logins.insert(cookie.clone(), login.pending);
    Answer::redirect(&login.url).with_cookie(&cookie)
}

/// Takes the browser back. Who has logged in gets a new cookie: an old one may be somebody else's.
fn finish(request: &Request, rp: &Client, visitors: &Visitors) -> Answer {
    let mut logins = visitors.logging_in.lock().unwrap_or_else(|e| e.into_inner());
    let pending = request.cookie().and_then(|cookie| logins.remove(cookie));
    drop(logins);
    let Some(pending) = pending else {
        let inside = "<p>No login was started in this browser.</p><a href=\"/\">Back</a>";
        return Answer::page("400 Bad Request", "This did not work", inside);
    };
    match rp.finish(&request.target, pending) {
        Ok(tokens) => {
            let cookie = new_cookie();
            let mut users = visitors.logged_in.lock().unwrap_or_else(|e| e.into_inner());
            users.insert(cookie.clone(), tokens);
            Answer::redirect("/").with_cookie(&cookie)
        }
        Err(error) => {
            let inside = format!(
                "<p role=\"alert\">{}</p><a href=\"/\">Back</a>",
                escape(&error.to_string())
            );
            Answer::page("400 Bad Request", "This did not work", &inside)
        }
    }
}

/// Ends the session here, then at the provider.
fn log_out(request: &Request, rp: &Client, home: &str, visitors: &Visitors) -> Answer {
    let mut users = visitors.logged_in.lock().unwrap_or_else(|e| e.into_inner());
    let tokens = request.cookie().and_then(|cookie| users.remove(cookie));
    let url = tokens.and_then(|tokens| rp.logout_url(&tokens, home).ok());
    Answer::redirect(url.as_deref().unwrap_or("/"))
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

// What follows is the web server.

struct Request {
    method: String,
    /// Path and query.
    target: String,
    cookies: String,
}

struct Answer {
    status: &'static str,
    headers: String,
    body: String,
}

fn serve(stream: TcpStream, rp: &Client, home: &str, visitors: &Visitors) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    let mut reader = BufReader::new(stream);
    let Some(request) = read(&mut reader) else { return };
    let Answer { status, headers, body } = answer(&request, rp, home, visitors);
    let length = body.len();
    let _ = write!(
        reader.get_mut(),
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {length}\r\n\
         cache-control: no-store\r\nconnection: close\r\n{headers}\r\n{body}"
    );
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut parts = line.split(' ');
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut cookies = String::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        match header.trim().split_once(':') {
            None => return Some(Request { method, target, cookies }),
            Some((name, value)) if name.eq_ignore_ascii_case("cookie") => {
                cookies = value.trim().to_owned();
            }
            Some(_) => {}
        }
    }
}

impl Request {
    fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    fn cookie(&self) -> Option<&str> {
        self.cookies.split("; ").find_map(|cookie| cookie.strip_prefix("visitor="))
    }
}

impl Answer {
    fn page(status: &'static str, title: &str, inside: &str) -> Self {
        let body = format!(
            "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style>\
             <main><h1>{title}</h1>{inside}</main></html>"
        );
        Self { status, headers: String::new(), body }
    }

    fn redirect(url: &str) -> Self {
        let headers = format!("location: {url}\r\n");
        Self { status: "303 See Other", headers, body: String::new() }
    }

    fn with_cookie(mut self, cookie: &str) -> Self {
        let cookie = format!("set-cookie: visitor={cookie}; Path=/; HttpOnly; SameSite=Lax\r\n");
        self.headers.push_str(&cookie);
        self
    }
}

fn new_cookie() -> String {
    let mut bytes = [0; 16];
    rand::rngs::OsRng.fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}

const STYLE: &str = "\
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;\
background:#f4f1ec;color:#23201c;font:16px/1.5 system-ui,sans-serif}\
main{width:28rem;max-width:calc(100vw - 2rem);padding:2rem;background:#fff;border-radius:.75rem;\
box-shadow:0 1px 3px #0002,0 8px 24px #0001}h1{margin:0 0 1rem;font-size:1.5rem}\
table{width:100%;border-collapse:collapse;margin-bottom:1.5rem}\
th{text-align:left;font-weight:500;color:#6d665c;padding:.3rem 1rem .3rem 0;white-space:nowrap}\
td{overflow-wrap:anywhere}a.button,button{display:inline-block;padding:.55rem 1.2rem;border:0;\
border-radius:.4rem;background:#0b6e4f;color:#fff;font:inherit;font-weight:600;\
text-decoration:none;cursor:pointer}";
