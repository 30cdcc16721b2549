//! Answers of CAS 3.0 in JSON (2.5.2, 2.5.3).

use std::collections::BTreeMap;
use std::fmt;

use http::Response;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::authentication::Success;
use super::failure::{self, VerificationFailure};
use crate::error::{Error, Result};
use crate::json;
use crate::secret::Secret;

/// Reads the answer to a validation. A member that occurs twice is an error.
pub(super) fn parse_validation(answer: &Response<Vec<u8>>, ticket: &Secret) -> Result<Success> {
    let answer: Answer = json::envelope(answer, std::slice::from_ref(ticket))?;
    // Some servers put a failure at the outermost level.
    let response = answer.service_response.unwrap_or_default();
    let failures = [response.authentication_failure, answer.authentication_failure];
    let mut failures = failures.into_iter().flatten();
    match (response.authentication_success, failures.next(), failures.next()) {
        (Some(success), None, None) => success.read(),
        (None, Some(failure), None) => Err(failure.into()),
        (None, None, None) => Err(broken("it holds neither success nor failure")),
        _ => Err(broken("it holds more than one response")),
    }
}

fn broken(reason: &str) -> Error {
    failure::broken("the answer is no CAS answer", reason)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    service_response: Option<ServiceResponse>,
    authentication_failure: Option<Failure>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServiceResponse {
    authentication_success: Option<SuccessMembers>,
    authentication_failure: Option<Failure>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SuccessMembers {
    user: Option<String>,
    attributes: Option<Members>,
    proxies: Option<Vec<String>>,
    proxy_granting_ticket: Option<String>,
}

#[derive(Deserialize)]
struct Failure {
    code: Option<String>,
    description: Option<String>,
}

impl SuccessMembers {
    fn read(self) -> Result<Success> {
        let user = self.user.ok_or(VerificationFailure::Users { found: 0 })?;
        let mut success = Success::of(&user)?;
        success.proxies = self.proxies.unwrap_or_default();
        success.proxy_granting_ticket_iou =
            self.proxy_granting_ticket.filter(|iou| !iou.trim().is_empty());
        for (name, values) in self.attributes.unwrap_or_default().0 {
            success.attributes.add_all(name, values);
        }
        Ok(success)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let description = failure.description.unwrap_or_default();
        VerificationFailure::refused(failure.code.as_deref(), &description).into()
    }
}

/// Attributes: a name that occurs twice has the values of both.
#[derive(Default)]
struct Members(BTreeMap<String, Vec<String>>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collector;

        impl<'de> Visitor<'de> for Collector {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of attributes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Members::default();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    members.0.entry(name).or_default().extend(values(value));
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Collector)
    }
}

/// The values of one attribute as text; what is neither text nor a list of it stays JSON.
fn values(value: Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.into_iter().map(text).collect(),
        value => vec![text(value)],
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
