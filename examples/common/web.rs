//! As much of a web server as an example needs: one thread for each connection, one request for
//! each connection. A real program uses a web framework.

#![allow(dead_code, unreachable_pub, reason = "every example uses another part of it")]

use std::fmt::Display;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use url::form_urlencoded;

const LARGEST_HEAD: u64 = 16 * 1024;
const LARGEST_BODY: usize = 64 * 1024;

pub struct Request {
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    pub body: String,
    cookies: String,
}

pub struct Response {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Request {
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// A parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.target.split_once('?')?;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.cookies.split(';').filter_map(|cookie| cookie.trim().split_once('='));
        pairs.filter(|(found, _)| *found == name).map(|(_, value)| value).next()
    }
}

impl Response {
    /// A page; `inside` is HTML.
    pub fn page(status: u16, title: &str, inside: &str) -> Self {
        let title = escape(title);
        let body = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" \
             href=\"data:,\"><style>{STYLE}</style></head><body><h1>{title}</h1>{inside}</body></html>"
        );
        Self { status, headers: vec![("content-type", "text/html; charset=utf-8".into())], body }
    }

    /// A page as it is.
    pub fn html(body: &str) -> Self {
        Self::of_type("text/html; charset=utf-8", body)
    }

    pub fn xml(body: &str) -> Self {
        Self::of_type("application/xml", body)
    }

    fn of_type(content_type: &str, body: &str) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self { status: 200, headers, body: body.to_owned() }
    }

    pub fn redirect(url: &str) -> Self {
        Self { status: 303, headers: vec![("location", url.to_owned())], body: String::new() }
    }

    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    /// Scripts cannot read it, and forms of other sites do not send it. Add `Secure` where the
    /// program is served by https.
    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax");
        self.headers.push(("set-cookie", cookie));
        self
    }

    pub fn without_cookie(mut self, name: &str) -> Self {
        self.headers.push(("set-cookie", format!("{name}=; Path=/; Max-Age=0")));
        self
    }
}

/// Serves until the process ends.
pub fn serve(
    listener: &TcpListener,
    handle: impl Fn(&Request) -> Response + Send + Sync + 'static,
) -> io::Result<()> {
    let handle = Arc::new(handle);
    for stream in listener.incoming() {
        let (stream, handle) = (stream?, Arc::clone(&handle));
        std::thread::spawn(move || answer(&stream, &*handle));
    }
    Ok(())
}

/// Text for HTML.
pub fn escape(text: impl Display) -> String {
    let text = text.to_string();
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

/// 128 random bits in hexadecimal, for cookies.
pub fn random() -> String {
    use rand::RngCore as _;

    let mut bytes = [0; 16];
    rand::rngs::OsRng.fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn answer(stream: &TcpStream, handle: &dyn Fn(&Request) -> Response) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let response = match read(stream)? {
        Some(request) => handle(&request),
        None => Response::empty(400),
    };
    write(stream, &response)
}

/// `None` if it is no request that this server takes.
fn read(stream: &TcpStream) -> io::Result<Option<Request>> {
    let mut head = BufReader::new(stream).take(LARGEST_HEAD);
    let mut first = String::new();
    head.read_line(&mut first)?;
    let mut words = first.split_whitespace().map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let (mut length, mut cookies) = (0, String::new());
    loop {
        let mut line = String::new();
        if head.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(usize::MAX),
            "cookie" => value.trim().clone_into(&mut cookies),
            _ => {}
        }
    }
    if length > LARGEST_BODY {
        return Ok(None);
    }
    let mut body = vec![0; length];
    head.into_inner().read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some(Request { method, target, body, cookies }))
}

fn write(mut stream: &TcpStream, response: &Response) -> io::Result<()> {
    let Response { status, headers, body } = response;
    let mut head = format!("HTTP/1.1 {status} -\r\nconnection: close\r\n");
    head += "cache-control: no-store\r\nreferrer-policy: no-referrer\r\n";
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("content-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}

const STYLE: &str = "\
body{max-width:44rem;margin:3rem auto;padding:0 1.25rem;color:#1d2433;font:16px/1.5 system-ui,\
sans-serif}h1{font-size:1.6rem}\
table{width:100%;border-collapse:collapse;margin:1.5rem 0}\
th,td{padding:.45rem .6rem;border-bottom:1px solid #dfe4ec;text-align:left;vertical-align:top;\
overflow-wrap:anywhere}th{width:40%;color:#4a5468;font-weight:500}\
.button{display:inline-block;padding:.55rem 1.1rem;border:0;border-radius:.4rem;background:#2f5bea;\
color:#fff;font:inherit;font-weight:600;text-decoration:none;cursor:pointer}\
.alert{padding:.6rem .8rem;border-radius:.4rem;background:#fdecea;color:#8c1d13}";
