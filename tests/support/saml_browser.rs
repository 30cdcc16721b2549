//! A browser as far as SAML needs one: cookies, redirects, forms that post themselves, and a user
//! who fills in login forms.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]
#![allow(dead_code, unreachable_pub, reason = "every test program uses another part of it")]

use std::collections::BTreeMap;

use authing::saml::{Outgoing, Received};
use ureq::http::{Request, header};
use url::Url;

/// What the browser brings to the service provider, instead of following it there.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub url: Url,
    /// The query of a redirect.
    pub query: Option<String>,
    /// The fields of a form.
    pub fields: BTreeMap<String, String>,
}

impl Delivered {
    pub fn response(&self) -> &str {
        &self.fields["SAMLResponse"]
    }

    pub fn received(&self, field: &str) -> Received<'_> {
        match &self.query {
            Some(query) => Received::Query(query),
            None => Received::Form(&self.fields[field]),
        }
    }
}

pub struct Page {
    pub status: u16,
    pub url: Url,
    pub location: Option<Url>,
    pub body: String,
}

pub struct Browser {
    agent: ureq::Agent,
    /// By port and name: all peers are on one host.
    cookies: BTreeMap<(u16, String), String>,
    pub user: (String, String),
    /// Whatever begins so is the service provider.
    service_provider: String,
    pub logins: usize,
}

impl Browser {
    pub fn new(service_provider: &str, user: &str, password: &str) -> Self {
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false);
        Self {
            agent: config.build().into(),
            cookies: BTreeMap::new(),
            user: (user.to_owned(), password.to_owned()),
            service_provider: service_provider.to_owned(),
            logins: 0,
        }
    }

    /// Takes a message where it goes, and follows until something comes back.
    pub fn carry(&mut self, message: &Outgoing) -> Delivered {
        let page = self.take(message);
        self.follow(page)
    }

    pub fn take(&mut self, message: &Outgoing) -> Page {
        match message {
            Outgoing::Redirect(url) => self.get(url),
            Outgoing::Post(form) => {
                let fields: Vec<(String, String)> =
                    form.fields.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
                self.post(&form.action, &fields)
            }
            other => panic!("{other:?}"),
        }
    }

    pub fn follow(&mut self, mut page: Page) -> Delivered {
        for _ in 0..15 {
            if let Some(target) = page.location.clone() {
                if target.as_str().starts_with(&self.service_provider) {
                    let fields = target.query_pairs().into_owned().collect();
                    let query = target.query().map(str::to_owned);
                    return Delivered { url: target, query, fields };
                }
                page = self.get(target.as_str());
                continue;
            }
            let mut fields = inputs(&page.body);
            let action = page.url.join(&form_action(&page)).unwrap();
            if fields.iter().any(|(name, _)| name == "SAMLResponse" || name == "SAMLRequest") {
                fields.retain(|(name, _)| !name.is_empty());
                if action.as_str().starts_with(&self.service_provider) {
                    let fields = fields.into_iter().collect();
                    return Delivered { url: action, query: None, fields };
                }
            } else {
                self.logins += 1;
                fields.retain(|(name, _)| name != "username" && name != "password");
                fields.push(("username".to_owned(), self.user.0.clone()));
                fields.push(("password".to_owned(), self.user.1.clone()));
            }
            page = self.post(action.as_str(), &fields);
        }
        panic!("no end of redirects")
    }

    pub fn get(&mut self, url: &str) -> Page {
        self.send("GET", url, None)
    }

    pub fn post(&mut self, url: &str, fields: &[(String, String)]) -> Page {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.send("POST", url, Some(form.finish()))
    }

    fn send(&mut self, method: &str, url: &str, body: Option<String>) -> Page {
        let url = Url::parse(url).unwrap();
        let port = url.port_or_known_default().unwrap();
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|((of, _), _)| *of == port)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let request = Request::builder()
            .method(method)
            .uri(url.as_str())
            .header(header::COOKIE, cookies.join("; "))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.unwrap_or_default())
            .unwrap();
        let mut answer = self.agent.run(request).unwrap();
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert((port, name.to_owned()), value.to_owned());
        }
        let location = answer.headers().get(header::LOCATION);
        let location = location.map(|location| url.join(location.to_str().unwrap()).unwrap());
        let body = answer.body_mut().read_to_string().unwrap();
        Page { status: answer.status().as_u16(), url, location, body }
    }
}

/// Names and values of the hidden fields and buttons of a page.
fn inputs(page: &str) -> Vec<(String, String)> {
    let tags = page.split("<input").skip(1).filter_map(|rest| rest.split_once('>'));
    tags.filter_map(|(tag, _)| {
        let kind = attribute(tag, "type").unwrap_or_default();
        let name = attribute(tag, "name")?;
        matches!(kind.as_str(), "hidden" | "submit")
            .then(|| (name, attribute(tag, "value").unwrap_or_default()))
    })
    .collect()
}

fn form_action(page: &Page) -> String {
    let form = page.body.split_once("<form").map(|(_, rest)| rest.split('>').next().unwrap());
    let form =
        form.unwrap_or_else(|| panic!("{} {} has no form: {}", page.status, page.url, page.body));
    attribute(form, "action").unwrap_or_default()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}="))?;
    let quote = rest.chars().next()?;
    let value = rest[1..].split(quote).next()?;
    Some(
        value
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#039;", "'")
            .replace("&#x2F;", "/")
            .replace("&#38;", "&")
            .replace("&amp;", "&"),
    )
}
