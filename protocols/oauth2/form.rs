//! Forms and query strings.

use std::collections::BTreeMap;

use url::form_urlencoded;

use crate::secret::Secret;

/// The parameters of a request, in order, none twice unless [`add`](Self::add)ed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form(Vec<(String, Secret)>);

impl Form {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Sets a parameter, in place of an earlier one of that name.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Secret>) {
        self.0.retain(|(known, _)| known != name);
        self.add(name, value);
    }

    /// Sets a parameter if there is a value.
    pub(crate) fn set_some(&mut self, name: &str, value: Option<impl Into<Secret>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Adds a parameter that may come several times.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<Secret>) {
        self.0.push((name.to_owned(), value.into()));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.expose())
    }

    /// The parameters as `application/x-www-form-urlencoded`.
    pub(crate) fn encode(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| (name, value.expose()));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    /// The URL with the parameters behind those that it has.
    pub(crate) fn append_to(&self, url: &str) -> String {
        let separator = match url.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        format!("{url}{separator}{}", self.encode())
    }

    /// The values, none of which may be shown when a server repeats them.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let is_secret = |name: &str| {
            matches!(name, "code" | "password" | "code_verifier" | "device_code" | "assertion")
                || name.contains("token") && !name.ends_with("_type") && !name.ends_with("_hint")
                || name.contains("secret")
                || name == "client_assertion"
        };
        self.0.iter().filter(|(name, _)| is_secret(name)).map(|(_, value)| value.clone()).collect()
    }
}

/// Reads a query string or form; the error is the name of a parameter that comes twice.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut parameters = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        if parameters.insert(name.to_string(), value.into_owned()).is_some() {
            return Err(name.into_owned());
        }
    }
    Ok(parameters)
}
