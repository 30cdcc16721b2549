//! Answers to validations, in text, XML and JSON.

use std::collections::HashMap;

use axum::body::Body;
use http::Response;
use serde_json::{Map, Value, json};

use super::pages::escape;
use super::state::{Failure, Granted};
use super::{typed, user_name};
use crate::state::State;

/// Members of a user and the claims that they are told as.
const CLAIMS: [(&str, &str); 9] = [
    ("email", "email"),
    ("emailVerified", "email_verified"),
    ("phone", "phone_number"),
    ("name", "name"),
    ("nickname", "nickname"),
    ("username", "preferred_username"),
    ("gender", "gender"),
    ("externalId", "external_id"),
    ("unionid", "unionid"),
];

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Format {
    Xml,
    Json,
}

impl Format {
    pub(super) fn of(query: &HashMap<String, String>) -> Self {
        match query.get("format").is_some_and(|format| format.eq_ignore_ascii_case("json")) {
            true => Self::Json,
            false => Self::Xml,
        }
    }
}

pub(super) enum Answer {
    Success {
        user: String,
        attributes: Vec<(&'static str, Value)>,
        proxies: Vec<String>,
        iou: Option<String>,
    },
    Failure(Failure),
    ProxyTicket(String),
    ProxyFailure(Failure),
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

pub(super) fn text(body: &str) -> Response<Body> {
    typed(body.to_owned(), "text/plain; charset=utf-8")
}

pub(super) fn success(state: &State, granted: &Granted) -> Answer {
    let mut attributes = vec![
        ("authenticationDate", json!(granted.authentication_date)),
        ("isFromNewLogin", json!(granted.is_from_new_login)),
        ("longTermAuthenticationRequestTokenUsed", json!(false)),
        ("sub", json!(granted.user_id)),
    ];
    if let Some(user) = state.users.get(&granted.user_id) {
        let claims = CLAIMS.iter().filter_map(|(member, claim)| {
            let value = user.members.get(*member).filter(|value| !value.is_null())?;
            Some((*claim, value.clone()))
        });
        attributes.extend(claims);
    }
    let proxies = granted.proxies.clone();
    Answer::Success { user: user_name(state, granted), attributes, proxies, iou: None }
}

impl Answer {
    pub(super) fn with_iou(mut self, new: String) -> Self {
        if let Self::Success { iou, .. } = &mut self {
            *iou = Some(new);
        }
        self
    }

    pub(super) fn response(&self, format: Format) -> Response<Body> {
        match format {
            Format::Json => {
                typed(json!({ "serviceResponse": self.json() }).to_string(), "application/json")
            }
            Format::Xml => {
                let root = "cas:serviceResponse";
                let body = format!(
                    "<{root} xmlns:cas=\"http://www.yale.edu/tp/cas\">\n{}</{root}>\n",
                    self.xml()
                );
                typed(body, "application/xml; charset=utf-8")
            }
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Success { user, attributes, proxies, iou } => {
                let attributes: Map<String, Value> =
                    attributes.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
                let mut success = json!({ "user": user, "attributes": attributes });
                if !proxies.is_empty() {
                    success["proxies"] = json!(proxies);
                }
                if let Some(iou) = iou {
                    success["proxyGrantingTicket"] = json!(iou);
                }
                json!({ "authenticationSuccess": success })
            }
            Self::Failure(failure) => json!({ "authenticationFailure": failure_json(failure) }),
            Self::ProxyTicket(ticket) => json!({ "proxySuccess": { "proxyTicket": ticket } }),
            Self::ProxyFailure(failure) => json!({ "proxyFailure": failure_json(failure) }),
        }
    }

    fn xml(&self) -> String {
        match self {
            Self::Success { user, attributes, proxies, iou } => {
                let attributes: String =
                    attributes.iter().map(|(name, value)| element(name, &plain(value))).collect();
                let mut inside = element("user", user) + &container("attributes", &attributes);
                if let Some(iou) = iou {
                    inside += &element("proxyGrantingTicket", iou);
                }
                if !proxies.is_empty() {
                    let list: String = proxies.iter().map(|url| element("proxy", url)).collect();
                    inside += &container("proxies", &list);
                }
                container("authenticationSuccess", &inside)
            }
            Self::Failure(failure) => failure_xml("authenticationFailure", failure),
            Self::ProxyTicket(ticket) => container("proxySuccess", &element("proxyTicket", ticket)),
            Self::ProxyFailure(failure) => failure_xml("proxyFailure", failure),
        }
    }
}

fn failure_json(failure: &Failure) -> Value {
    json!({ "code": failure.code, "description": failure.description })
}

fn failure_xml(name: &str, Failure { code, description }: &Failure) -> String {
    format!("<cas:{name} code=\"{code}\">{}</cas:{name}>\n", escape(description))
}

fn element(name: &str, text: &str) -> String {
    format!("<cas:{name}>{}</cas:{name}>\n", escape(text))
}

fn container(name: &str, inside: &str) -> String {
    format!("<cas:{name}>\n{inside}</cas:{name}>\n")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
