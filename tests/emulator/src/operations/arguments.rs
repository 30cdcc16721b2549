//! Arguments of an operation, as the schema has coerced them.

use serde_json::{Map, Value};

/// A JSON object with accessors for what operations ask. Null counts as absent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments(Map<String, Value>);

impl Arguments {
    pub(crate) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// Adds texts.
    pub(crate) fn extend(&mut self, texts: impl IntoIterator<Item = (String, String)>) {
        self.0.extend(texts.into_iter().map(|(name, value)| (name, Value::String(value))));
    }

    /// An input object among the arguments; an absent one is empty.
    pub(crate) fn object(&self, name: &str) -> Arguments {
        match self.0.get(name) {
            Some(Value::Object(members)) => Self(members.clone()),
            _ => Self::default(),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A text that the schema requires, so that it is there.
    pub(crate) fn required(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    /// A boolean, false if absent.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A boolean, as JSON has it or as a query writes it.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool).or_else(|| self.text(name)?.parse().ok())
    }

    /// A number, as JSON has it or as a query writes it.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.integer(name).or_else(|| self.text(name)?.parse().ok())
    }

    /// Any value; null if absent.
    pub(crate) fn value(&self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// The texts of a parameter that may come several times.
    pub(crate) fn many(&self, name: &str) -> Vec<&str> {
        match self.text(name) {
            Some(text) => vec![text],
            None => self.texts(name),
        }
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    pub(crate) fn list(&self, name: &str) -> &[Value] {
        self.0.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A list of texts; members that are no text are left out.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        self.list(name).iter().filter_map(Value::as_str).collect()
    }

    /// Every member that was sent, nulls included.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.values().all(Value::is_null)
    }
}
