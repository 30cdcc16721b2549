//! What a server says about a user beside the name.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use crate::time::DateTime;

/// Attributes of a user: each name has one or more values, in the order of the answer.
///
/// ```
/// use authing::cas::Attributes;
///
/// let attributes: Attributes = [("mail", "ann@example.edu"), ("group", "staff"), ("group", "admin")]
///     .into_iter()
///     .collect();
/// assert_eq!(attributes.get("mail"), Some("ann@example.edu"));
/// assert_eq!(attributes.all("group"), ["staff", "admin"]);
/// assert_eq!(attributes.get("phone"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(BTreeMap<String, Vec<String>>);

impl Attributes {
    /// The first value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    /// All values of an attribute; empty if there is no such attribute.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Names and values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.entry(name.into()).or_default().push(value.into());
    }

    /// An attribute without values is there all the same.
    pub(super) fn add_all(&mut self, name: String, values: Vec<String>) {
        self.0.entry(name).or_default().extend(values);
    }

    /// Takes over those whose names are not there yet: servers repeat the same attributes in
    /// another style of markup.
    pub(super) fn add_missing(&mut self, others: Attributes) {
        for (name, values) in others.0 {
            if let Entry::Vacant(entry) = self.0.entry(name) {
                entry.insert(values);
            }
        }
    }

    /// A truth value, in whatever letter case.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        let value = self.get(name)?.trim();
        match value.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// A point in time: ISO 8601, with Java's `[zone]` behind it or not, or seconds since 1970 as
    /// JSON answers have it.
    pub(super) fn date(&self, name: &str) -> Option<DateTime> {
        let value = self.get(name)?.trim();
        if let Some(date) = unix_seconds(value) {
            return Some(date);
        }
        DateTime::parse(value.split('[').next().unwrap_or(value))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut attributes = Self::default();
        for (name, value) in pairs {
            attributes.add(name, value);
        }
        attributes
    }
}

/// `1447326610.123456` as Java's libraries write a date in JSON. A number without a fraction that
/// is too large for seconds counts milliseconds.
fn unix_seconds(text: &str) -> Option<DateTime> {
    const LATEST: i64 = 100_000_000_000;
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let seconds: i64 = seconds.parse().ok().filter(|seconds| (0..LATEST).contains(seconds))?;
    let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok().filter(|_| digits)?;
    Some(DateTime::from_unix_millis(seconds * 1000 + millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_every_form_that_servers_write() {
        for (text, expected) in [
            ("2015-11-12T09:30:10Z", Some("2015-11-12T09:30:10.000Z")),
            (" 2015-11-12T09:30:10.123+01:00 ", Some("2015-11-12T08:30:10.123Z")),
            ("2018-06-14T11:21:38.327Z[UTC]", Some("2018-06-14T11:21:38.327Z")),
            ("2018-06-14T13:21:38.327+02:00[Europe/Berlin]", Some("2018-06-14T11:21:38.327Z")),
            ("1447326610.123456789", Some("2015-11-12T11:10:10.123Z")),
            ("1447326610", Some("2015-11-12T11:10:10.000Z")),
            ("1447326610123", Some("2015-11-12T11:10:10.123Z")),
            ("yesterday", None),
            ("1447326610.-1", None),
            ("", None),
        ] {
            let attributes: Attributes = [("date", text)].into_iter().collect();
            let date = attributes.date("date").map(|date| date.to_string());
            assert_eq!(date.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn flags_are_read_in_any_letter_case_and_nothing_else_is_one() {
        for (text, expected) in
            [("true", Some(true)), ("True", Some(true)), (" FALSE\n", Some(false)), ("1", None)]
        {
            let attributes: Attributes = [("flag", text)].into_iter().collect();
            assert_eq!(attributes.flag("flag"), expected, "{text}");
        }
        assert_eq!(Attributes::default().flag("flag"), None);
    }

    #[test]
    fn attributes_survive_being_stored() {
        let attributes: Attributes = [("b", "1"), ("a", "2"), ("b", "3")].into_iter().collect();
        let text = serde_json::to_string(&attributes).unwrap();
        assert_eq!(text, r#"{"a":["2"],"b":["1","3"]}"#);
        assert_eq!(serde_json::from_str::<Attributes>(&text).unwrap(), attributes);
    }
}
