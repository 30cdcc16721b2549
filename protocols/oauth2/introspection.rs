//! Asking about a token, and giving it back (RFC 7662, RFC 7009).

use http::Response;
use serde_json::{Map, Value};

use super::client::Client;
use super::form::Form;
use super::options::Endpoint;
use super::tokens;
use crate::error::Result;
use crate::json;
use crate::secret::Secret;

/// What kind of token a request is about, so that the server finds it sooner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenTypeHint {
    /// An access token.
    AccessToken,
    /// A refresh token.
    RefreshToken,
}

/// What a server says of a token (RFC 7662, section 2.2).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Introspection {
    /// Whether the token is valid. If it is not, nothing else is known.
    pub active: bool,
    /// What it allows.
    pub scopes: Vec<String>,
    /// The client it was issued to.
    pub client_id: Option<String>,
    /// The user's name, for people.
    pub username: Option<String>,
    /// The user.
    pub sub: Option<String>,
    /// Whom it is for.
    pub aud: Vec<String>,
    /// Who issued it.
    pub iss: Option<String>,
    /// Its end, in seconds since 1970.
    pub exp: Option<i64>,
    /// When it was issued, in seconds since 1970.
    pub iat: Option<i64>,
    all: Map<String, Value>,
}

impl Client {
    /// Asks the server whether a token is valid. A token that is not is no error.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the server has no endpoint for it;
    /// [`ErrorKind::OAuth`](crate::ErrorKind::OAuth) when it refuses the client.
    pub fn introspect(
        &self,
        token: impl Into<Secret>,
        hint: Option<TokenTypeHint>,
    ) -> Result<Introspection> {
        let form = form(token, hint);
        let secrets = self.secrets(&form);
        let answer = self.post(Endpoint::Introspection, form, self.deadline())?;
        tokens::members(&answer, &secrets)
            .and_then(Introspection::from_members)
            .map_err(|error| error.with_operation(Endpoint::Introspection.operation()))
    }

    /// Gives a token back, which then is valid no more; a refresh token takes the access tokens
    /// that came of it along, at most servers. A token that was not valid is no error.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the server has no endpoint for it;
    /// [`ErrorKind::OAuth`](crate::ErrorKind::OAuth) when it refuses.
    pub fn revoke(&self, token: impl Into<Secret>, hint: Option<TokenTypeHint>) -> Result<()> {
        let form = form(token, hint);
        let secrets = self.secrets(&form);
        let answer = self.post(Endpoint::Revocation, form, self.deadline())?;
        read_revocation(&answer, &secrets)
            .map_err(|error| error.with_operation(Endpoint::Revocation.operation()))
    }
}

impl Introspection {
    /// Any member of the answer by its name.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }

    fn from_members(all: Map<String, Value>) -> Result<Self> {
        let active = all.get("active").and_then(Value::as_bool);
        let active = active.ok_or_else(|| tokens::misshapen("active", "is no boolean"))?;
        let text = |name: &str| all.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name: &str| all.get(name).and_then(Value::as_i64);
        let aud = match all.get("aud") {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(many)) => {
                many.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        Ok(Self {
            active,
            scopes: text("scope")
                .map(|scopes| scopes.split_whitespace().map(str::to_owned).collect())
                .unwrap_or_default(),
            client_id: text("client_id"),
            username: text("username"),
            sub: text("sub"),
            aud,
            iss: text("iss"),
            exp: number("exp"),
            iat: number("iat"),
            all,
        })
    }
}

fn form(token: impl Into<Secret>, hint: Option<TokenTypeHint>) -> Form {
    let mut form = Form::new();
    form.set("token", token);
    match hint {
        Some(TokenTypeHint::AccessToken) => form.set("token_type_hint", "access_token"),
        Some(TokenTypeHint::RefreshToken) => form.set("token_type_hint", "refresh_token"),
        None => {}
    }
    form
}

/// The body of a success may be empty and means nothing, but for an error in it.
fn read_revocation(answer: &Response<Vec<u8>>, secrets: &[Secret]) -> Result<()> {
    let is_object = answer.body().trim_ascii_start().first() == Some(&b'{');
    if is_object {
        return tokens::members(answer, secrets).map(drop);
    }
    match answer.status().is_success() {
        true => Ok(()),
        false => Err(json::no_answer_of_the_service(answer, secrets)),
    }
}
