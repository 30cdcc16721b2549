//! A string that must not be seen.

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A password, token or client secret.
///
/// It has no `Display` and no `Serialize`; `Debug` prints `[redacted]`; comparing two takes the
/// same time wherever they differ; the memory is overwritten when the value is dropped. What is
/// inside comes out only through [`expose`](Self::expose), so that every place that reads a secret
/// can be found.
///
/// ```
/// use authing::Secret;
///
/// let token = Secret::from("eyJhbGciOi…");
/// assert_eq!(format!("{token:?}"), "[redacted]");
/// assert_eq!(token.expose(), "eyJhbGciOi…");
/// ```
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    /// The secret itself, to be sent or stored.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self::new(secret)
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self::new(secret)
    }
}

impl From<&Secret> for Secret {
    fn from(secret: &Secret) -> Self {
        secret.clone()
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// What stands in a text where a secret stood.
pub(crate) const REDACTED: &str = "[redacted]";

/// Members of JSON and forms whose values are never shown.
const SENSITIVE: [&str; 10] = [
    "password",
    "secret",
    "token",
    "authorization",
    "salt",
    "otp",
    "ticket",
    "recovery",
    "qrcode",
    "idcard",
];

/// A copy in which sensitive members have no value.
pub(crate) fn redact(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let value = if is_sensitive(name) { REDACTED.into() } else { redact(value) };
                (name.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(redact).collect(),
        other => other.clone(),
    }
}

/// The values of sensitive members, which a server's answer may repeat.
pub(crate) fn sensitive_values(value: &Value) -> Vec<Secret> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| match value {
                Value::String(text) if is_sensitive(name) => vec![Secret::from(text.as_str())],
                value => sensitive_values(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(sensitive_values).collect(),
        _ => Vec::new(),
    }
}

/// Whether a member of this name holds something that must not be shown.
pub(crate) fn is_sensitive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SENSITIVE.iter().any(|word| name.contains(word))
}

/// `text` without the secrets that are known, without anything that looks like a JWT, and without
/// the values of sensitive JSON members, so that a server's answer can be quoted in an error.
pub(crate) fn scrub(text: &str, known: &[Secret]) -> String {
    let mut text = text.to_owned();
    // Longest first: one secret may be part of another. Very short ones would blot out every text.
    let known = known.iter().map(Secret::expose).filter(|secret| secret.len() >= 4);
    let mut known: Vec<String> = known.flat_map(|s| [s.to_owned(), in_json(s)]).collect();
    known.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    for secret in known {
        text = text.replace(&secret, REDACTED);
    }
    scrub_members(&scrub_jwts(&text))
}

/// A text as a JSON string has it, without the quotes.
fn in_json(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).unwrap_or(text).to_owned()
}

fn scrub_jwts(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("eyJ") {
        let (before, token) = rest.split_at(start);
        let end = token.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.=".contains(c)));
        let (token, after) = token.split_at(end.unwrap_or(token.len()));
        clean.push_str(before);
        clean.push_str(if token.len() > 20 { REDACTED } else { token });
        rest = after;
    }
    clean + rest
}

/// Blots out `"…token…": "value"` also where the text is cut off and is no JSON any more.
fn scrub_members(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = split_string(rest) {
        clean.push_str(before);
        clean.push_str(&format!("\"{name}\""));
        rest = after;
        let value = after.trim_start();
        if !is_sensitive(name) || !value.starts_with(':') {
            continue;
        }
        let Some(value) = value[1..].trim_start().strip_prefix('"') else { continue };
        let end = closing_quote(value).unwrap_or(value.len());
        clean.push_str(&format!(":\"{REDACTED}"));
        rest = &value[end..];
        if let Some(after) = rest.strip_prefix('"') {
            clean.push('"');
            rest = after;
        }
    }
    clean + rest
}

/// The text before the next quoted string, the string, and the text behind it.
fn split_string(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find('"')?;
    let inside = &text[start + 1..];
    let end = closing_quote(inside)?;
    Some((&text[..start], &inside[..end], &inside[end + 1..]))
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Some(Secret::from("hunter2"))), "Some([redacted])");
    }

    #[test]
    fn equality_compares_the_whole_secret() {
        assert_eq!(Secret::from("abc"), Secret::from("abc"));
        assert_ne!(Secret::from("abc"), Secret::from("abcd"));
        assert_ne!(Secret::from("abc"), Secret::from("abd"));
    }

    #[test]
    fn known_secrets_jwts_and_sensitive_members_are_blotted_out() {
        let known = [Secret::from("hunter2"), Secret::from("hunter2-long")];
        let text = r#"{"a":"hunter2-long hunter2","mfaToken" : "x\"y","password":"p","n":"eyJhbGciOiJIUzI1NiJ9.e30.abc"}"#;
        assert_eq!(
            scrub(text, &known),
            r#"{"a":"[redacted] [redacted]","mfaToken":"[redacted]","password":"[redacted]","n":"[redacted]"}"#
        );
    }

    #[test]
    fn a_secret_is_found_as_json_writes_it() {
        let known = [Secret::from("pa\"ss\\word")];
        assert_eq!(scrub(r#"{"a":"pa\"ss\\word"}"#, &known), r#"{"a":"[redacted]"}"#);
    }

    #[test]
    fn a_cut_off_value_is_blotted_out_to_the_end() {
        assert_eq!(scrub(r#"{"token":"abcdef"#, &[]), r#"{"token":"[redacted]"#);
        assert_eq!(scrub(r#"{"token":"abc\"#, &[]), r#"{"token":"[redacted]"#);
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["", "\"", "eyJ", "<html>a \"b\" c</html>", r#"{"token":5,"name":"é"}"#] {
            assert_eq!(scrub(text, &[]), text);
        }
    }
}
