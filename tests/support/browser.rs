//! A browser without a screen, and a web service that records who calls it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]
#![allow(dead_code, unreachable_pub, reason = "every test program uses another part of it")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use url::form_urlencoded;

/// Keeps cookies, fills in forms, and follows no redirect: tests look at those. It knows one site.
pub struct Browser {
    agent: ureq::Agent,
    cookies: BTreeMap<String, String>,
}

pub struct Page {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

impl Browser {
    pub fn new() -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self { agent: agent.into(), cookies: BTreeMap::new() }
    }

    pub fn get(&mut self, url: &str) -> Page {
        let answer = self.agent.get(url).header("cookie", self.cookies()).call().unwrap();
        self.page(answer)
    }

    pub fn post(&mut self, url: &str, fields: &[(String, String)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.agent.post(url).header("cookie", self.cookies());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send(body).unwrap();
        self.page(answer)
    }

    /// Opens a login page and sends its form, with what is hidden in it; a page without a form is
    /// returned as it is.
    pub fn sign_in(&mut self, url: &str, username: &str, password: &str) -> Page {
        let page = self.get(url);
        if page.status != 200 {
            return page;
        }
        let mut fields = page.hidden_fields();
        fields.push(("username".to_owned(), username.to_owned()));
        fields.push(("password".to_owned(), password.to_owned()));
        self.post(url, &fields)
    }

    fn cookies(&self) -> String {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        cookies.collect::<Vec<_>>().join("; ")
    }

    fn page(&mut self, mut answer: http::Response<ureq::Body>) -> Page {
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() || cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = answer.headers().get("location");
        Page {
            status: answer.status().as_u16(),
            location: location.map(|url| url.to_str().unwrap().to_owned()),
            body: answer.body_mut().read_to_string().unwrap(),
        }
    }
}

impl Page {
    /// Where it leads.
    pub fn target(&self) -> &str {
        self.location.as_deref().unwrap_or_else(|| panic!("{}: {}", self.status, self.body))
    }

    /// Names and values of the hidden fields.
    pub fn hidden_fields(&self) -> Vec<(String, String)> {
        let inputs = self.body.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
        inputs
            .filter(|input| input.contains("type=\"hidden\""))
            .map(|input| {
                let attribute = |name: &str| {
                    let value = input.split(&format!("{name}=\"")).nth(1);
                    unescape(value.and_then(|value| value.split('"').next()).unwrap_or(""))
                };
                (attribute("name"), attribute("value"))
            })
            .collect()
    }
}

/// An address that answers 200 to everything and records it.
pub struct Service {
    pub url: String,
    requests: Receiver<Request>,
}

#[derive(Debug)]
pub struct Request {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub body: String,
}

impl Service {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, requests) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if let Some(request) = answer(stream) {
                    if sender.send(request).is_err() {
                        return;
                    }
                }
            }
        });
        Self { url, requests }
    }

    /// The next request of this method.
    pub fn next(&self, method: &str) -> Request {
        loop {
            let request = self.requests.recv_timeout(Duration::from_secs(30)).unwrap();
            if request.method == method {
                return request;
            }
        }
    }

    /// Whether a request has come in and was not taken.
    pub fn was_called(&self) -> bool {
        self.requests.try_recv().is_ok()
    }
}

impl Request {
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

fn answer(stream: TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let (method, rest) = line.split_once(' ')?;
    let (method, target) = (method.to_owned(), rest.split(' ').next()?.to_owned());
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    reader.get_mut().write_all(head.as_bytes()).ok()?;
    Some(Request { method, target, body: String::from_utf8(body).ok()? })
}

fn unescape(text: &str) -> String {
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&amp;", "&"),
    ];
    entities.iter().fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c))
}
