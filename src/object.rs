//! A JSON object that is built for a request.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::secret::{REDACTED, redact};

/// Members of a request, in which what is not set is left out: an explicit null is a value for the
/// server.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Object(Map<String, Value>);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Sets a member; null leaves it out.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        match value.into() {
            Value::Null => self.0.remove(name),
            value => self.0.insert(name.to_owned(), value),
        };
    }

    /// Sets a member and returns the object; null leaves it out.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The members that are text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }

    /// The members that are set.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A member `code` of what is sent is one to log in with; in an answer it is that of an error.
        let mut members = self.0.clone();
        if let Some(code) = members.get_mut("code") {
            *code = REDACTED.into();
        }
        redact(&Value::Object(members)).fmt(f)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Value::Object(object.0)
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
