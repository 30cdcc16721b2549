//! GraphQL: operations as typed values, and the envelope of their answers.

use std::marker::PhantomData;

use http::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::{Error, ErrorKind, Result};
use crate::http::retry_after;
use crate::json;
use crate::object::Object;
use crate::secret::Secret;
use crate::types::FRAGMENTS;

/// A field of the schema's Query or Mutation, what it takes, and the type `T` of its answer.
///
/// The document that is sent follows from it, so that each argument is named once.
#[derive(Debug)]
pub(crate) struct Operation<T> {
    pub(crate) field: &'static str,
    kind: Kind,
    arguments: &'static [(&'static str, &'static str)],
    newer: &'static [(&'static str, &'static str)],
    inner: &'static [(&'static str, &'static str)],
    recent_only: bool,
    selection: &'static str,
    answer: PhantomData<fn() -> T>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Query,
    Mutation,
}

impl<T> Operation<T> {
    pub(crate) const fn query(field: &'static str) -> Self {
        Self::new(field, Kind::Query)
    }

    pub(crate) const fn mutation(field: &'static str) -> Self {
        Self::new(field, Kind::Mutation)
    }

    const fn new(field: &'static str, kind: Kind) -> Self {
        let (arguments, newer, inner): (&[_], &[_], &[_]) = (&[], &[], &[]);
        let recent_only = false;
        let selection = "";
        Self { field, kind, arguments, newer, inner, recent_only, selection, answer: PhantomData }
    }

    /// Arguments as name and GraphQL type.
    pub(crate) const fn arguments(
        self,
        arguments: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { arguments, ..self }
    }

    /// Arguments that an Approw server of May 2021 does not know: part of the document only when
    /// they have a value.
    pub(crate) const fn newer_arguments(
        self,
        newer: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { newer, ..self }
    }

    /// Variables that the selection uses, for members that take arguments of their own.
    pub(crate) const fn inner_arguments(
        self,
        inner: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { inner, ..self }
    }

    /// An operation that an Approw server of May 2021 does not know at all.
    pub(crate) const fn recent_only(self) -> Self {
        Self { recent_only: true, ..self }
    }

    /// Whether an Approw server of May 2021 does not know it at all.
    pub(crate) fn is_recent_only(&self) -> bool {
        self.recent_only
    }

    /// The members to select, in braces; `...User` and its kin stand for [`FRAGMENTS`].
    pub(crate) const fn selecting(self, selection: &'static str) -> Self {
        Self { selection, ..self }
    }

    /// The names of the newer arguments.
    #[cfg(test)]
    pub(crate) fn newer_names(&self) -> impl Iterator<Item = &'static str> {
        self.newer.iter().map(|(name, _)| *name)
    }

    /// Whether it reads and changes nothing.
    pub(crate) fn is_query(&self) -> bool {
        self.kind == Kind::Query
    }

    /// The document for these variables; `recent` says whether the server knows the members that
    /// came after May 2021.
    pub(crate) fn document(&self, variables: &Variables, recent: bool) -> String {
        let newer = self.newer.iter().filter(|(name, _)| variables.values.contains(name));
        let arguments: Vec<_> = self.arguments.iter().chain(newer).collect();
        let keyword = match self.kind {
            Kind::Query => "query",
            Kind::Mutation => "mutation",
        };
        let declared: Vec<_> = arguments
            .iter()
            .copied()
            .chain(self.inner)
            .map(|(n, kind)| format!("${n}: {kind}"))
            .collect();
        let passed: Vec<_> = arguments.iter().map(|(n, _)| format!("{n}: ${n}")).collect();
        let (declared, passed) = (in_brackets(&declared), in_brackets(&passed));
        let field = self.field;
        let mut document =
            format!("{keyword} {field}{declared} {{ {field}{passed} {} }}", self.selection);
        append_fragments(&mut document, recent, variables.custom_data);
        document
    }
}

impl<T: DeserializeOwned> Operation<T> {
    /// The answer of this operation.
    pub(crate) fn answer(&self, answer: &Response<Vec<u8>>, secrets: &[Secret]) -> Result<T> {
        let mut data = data(answer, secrets)?;
        match data.get_mut(self.field) {
            Some(value) => json::read(value.take()),
            None => {
                let message = format!("the answer has no member `{}`", self.field);
                Err(Error::new(ErrorKind::Parse, message))
            }
        }
        .map_err(|error| error.with_status(answer.status().as_u16()))
    }
}

/// The values for one call of an operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    values: Object,
    custom_data: bool,
    secrets: Vec<Secret>,
}

impl Variables {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Sets a variable; null leaves it out.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.set(name, value);
        self
    }

    /// Whether user-defined values are selected too.
    pub(crate) fn custom_data(mut self, custom_data: bool) -> Self {
        self.custom_data = custom_data;
        self
    }

    /// A secret that is among the values, not to be shown if the server repeats it.
    pub(crate) fn hiding(mut self, secret: &Secret) -> Self {
        self.secrets.push(secret.clone());
        self
    }

    pub(crate) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// The body of the request.
    pub(crate) fn body(&self, document: &str) -> Value {
        json!({ "query": document, "variables": self.values })
    }
}

impl From<Object> for Variables {
    fn from(values: Object) -> Self {
        Self { values, ..Self::default() }
    }
}

/// Members of an object type that many operations select.
#[derive(Debug)]
pub(crate) struct Fragment {
    pub(crate) name: &'static str,
    pub(crate) on: &'static str,
    pub(crate) members: &'static str,
    /// Members that an Approw server of May 2021 does not know.
    pub(crate) newer: &'static str,
    /// Members that are selected only when custom data is asked for.
    pub(crate) custom_data: &'static str,
}

fn in_brackets(items: &[String]) -> String {
    match items {
        [] => String::new(),
        some => format!("({})", some.join(", ")),
    }
}

/// Appends the fragments that the document spreads, each once, and those that they spread.
fn append_fragments(document: &mut String, recent: bool, with_custom_data: bool) {
    let mut done: Vec<&str> = Vec::new();
    while let Some(fragment) = FRAGMENTS
        .iter()
        .find(|fragment| !done.contains(&fragment.name) && spreads(document, fragment.name))
    {
        done.push(fragment.name);
        let Fragment { name, on, members, newer, custom_data } = fragment;
        let newer = if recent { newer } else { "" };
        let custom_data = if with_custom_data { custom_data } else { "" };
        document
            .push_str(&format!(" fragment {name} on {on} {{ {members} {newer} {custom_data} }}"));
    }
}

fn spreads(document: &str, name: &str) -> bool {
    document.match_indices("...").any(|(at, dots)| {
        let after = &document[at + dots.len()..];
        after
            .strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

/// Whether a document of the user's has queries alone, so that it may be sent again.
pub(crate) fn is_read_only(document: &str) -> bool {
    !document.contains("mutation") && !document.contains("subscription")
}

#[derive(Deserialize)]
struct Envelope {
    data: Option<Value>,
    errors: Option<Vec<GraphqlError>>,
}

#[derive(Deserialize)]
struct GraphqlError {
    #[serde(default)]
    message: Message,
}

/// An object for the service's own errors, a string for those of GraphQL itself.
#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Message {
    Business {
        #[serde(default, deserialize_with = "json::code")]
        code: Option<i64>,
        #[serde(default, deserialize_with = "json::message")]
        message: Option<String>,
        data: Option<Value>,
    },
    Text(String),
    Other(Value),
    #[default]
    Missing,
}

/// The member `data` of an answer, or the first of its errors.
pub(crate) fn data(answer: &Response<Vec<u8>>, secrets: &[Secret]) -> Result<Value> {
    let envelope: Envelope = json::envelope(answer, secrets)?;
    let status = answer.status();
    if let Some(error) = envelope.errors.into_iter().flatten().next() {
        let done = |data: Value| data.as_object().is_some_and(|d| d.values().any(|v| !v.is_null()));
        let partial = envelope.data.is_some_and(done);
        return Err(api_error(error.message, secrets)
            .with_status(status.as_u16())
            .with_retry_after(retry_after(answer))
            .with_partial(partial));
    }
    match envelope.data {
        Some(data) if status.is_success() => Ok(data),
        _ => Err(json::no_result(answer, secrets)),
    }
}

fn api_error(message: Message, secrets: &[Secret]) -> Error {
    let (code, text, data) = match message {
        Message::Business { code, message, data } => (code, message, data),
        Message::Text(text) => (None, Some(text), None),
        Message::Missing | Message::Other(Value::Null) => (None, None, None),
        Message::Other(value) => (None, Some(value.to_string()), None),
    };
    json::api_error(code, text, data, secrets)
}
