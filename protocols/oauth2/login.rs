//! A login through the user's browser: the authorization code grant (RFC 6749, section 4.1).

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::callback::Callback;
use super::client::Client;
use super::form::Form;
use super::grant::{Grant, join};
use super::options::Endpoint;
use super::pkce::CodeVerifier;
use super::tokens::{self, Tokens};
use crate::crypto;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A login that is being put together. State and PKCE are always on.
#[derive(Clone, Debug)]
pub struct LoginRequest<'a> {
    client: &'a Client,
    endpoint: &'a str,
    redirect_uri: String,
    scopes: Vec<String>,
    form: Form,
}

/// A login that was started.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Login {
    /// Where to send the user's browser.
    pub url: String,
    /// What [`Client::finish`] needs when the user comes back: keep it in the user's session.
    pub pending: Pending,
}

/// What a client has to remember of a login until the user comes back.
///
/// It can be serialised, to be kept in a session that belongs to this one browser and that the
/// user cannot read. Whoever has it and the callback can finish the login.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Pending {
    issuer: String,
    redirect_uri: String,
    state: String,
    #[serde(serialize_with = "expose", deserialize_with = "verifier")]
    code_verifier: CodeVerifier,
}

impl Client {
    /// Starts a login through the user's browser.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the server has no authorization
    /// endpoint or the client no redirect URI.
    pub fn login(&self) -> Result<LoginRequest<'_>> {
        let missing =
            || Error::config("authorization_endpoint", "is not among the server's metadata");
        let endpoint = self.metadata().authorization_endpoint.as_deref().ok_or_else(missing)?;
        let redirect_uri = self.options().redirect_uri.clone();
        let redirect_uri = redirect_uri
            .ok_or_else(|| Error::config("redirect_uri", "is missing, and a login needs it"))?;
        Ok(self.login_at(endpoint, redirect_uri))
    }

    pub(crate) fn login_at<'a>(
        &'a self,
        endpoint: &'a str,
        redirect_uri: String,
    ) -> LoginRequest<'a> {
        let scopes = self.options().default_scopes.clone();
        LoginRequest { client: self, endpoint, redirect_uri, scopes, form: Form::new() }
    }

    /// Finishes a login: checks the callback, redeems the code.
    ///
    /// `callback` is the URL that the browser came back to, or its query string, or the body of
    /// the form that it posted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) with a
    /// [`CallbackFailure`](super::CallbackFailure) when the callback does not belong to this
    /// login; [`ErrorKind::OAuth`](crate::ErrorKind::OAuth) when the server refused, for example
    /// because the user did not want to; otherwise as [`tokens`](Self::tokens).
    pub fn finish(&self, callback: &str, pending: Pending) -> Result<Tokens> {
        let callback = self.callback(callback, &pending, false)?;
        self.redeem(callback.code()?, &pending)
    }

    pub(crate) fn callback(
        &self,
        callback: &str,
        pending: &Pending,
        has_id_token: bool,
    ) -> Result<Callback> {
        Callback::read(callback, pending, self.metadata(), has_id_token)
            .map_err(|error| error.with_operation("callback"))
    }

    pub(crate) fn redeem(&self, code: &Secret, pending: &Pending) -> Result<Tokens> {
        let verifier = Some(&pending.code_verifier);
        self.tokens(&Grant::authorization_code(code, &pending.redirect_uri, verifier))
    }
}

impl LoginRequest<'_> {
    /// What to ask for. Defaults to
    /// [`ClientOptions::default_scopes`](super::ClientOptions::default_scopes), or else to what
    /// the server gives by itself.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// An API that the access token is for (RFC 8707); may be called several times. Defaults to
    /// none.
    pub fn resource(mut self, uri: &str) -> Self {
        self.form.add("resource", uri);
        self
    }

    /// Sets any other parameter. Those that protect the login cannot be changed.
    pub fn parameter(mut self, name: &str, value: impl Into<Secret>) -> Self {
        self.form.set(name, value);
        self
    }

    /// Makes the URL to send the browser to.
    ///
    /// # Panics
    ///
    /// When the operating system has no random numbers.
    pub fn start(self) -> Login {
        let (endpoint, pending) = (self.endpoint, self.pending());
        let url = self.into_form(&pending).append_to(endpoint);
        Login { url, pending }
    }

    /// Leaves the parameters at the server in advance, so that they do not go through the browser
    /// (RFC 9126), and makes the URL that refers to them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the server has no endpoint for it;
    /// [`ErrorKind::OAuth`](crate::ErrorKind::OAuth) when it refuses.
    ///
    /// # Panics
    ///
    /// When the operating system has no random numbers.
    pub fn push(self) -> Result<Login> {
        let (client, endpoint, pending) = (self.client, self.endpoint, self.pending());
        let form = self.into_form(&pending);
        let secrets = client.secrets(&form);
        let answer = client.post(Endpoint::PushedAuthorization, form, client.deadline())?;
        let request_uri = tokens::members(&answer, &secrets)
            .and_then(|members| tokens::text(&members, "request_uri"))
            .and_then(|uri| uri.ok_or_else(|| tokens::misshapen("request_uri", "is missing")))
            .map_err(|error| error.with_operation(Endpoint::PushedAuthorization.operation()))?;
        let mut form = Form::new();
        form.set("client_id", client.client_id());
        form.set("request_uri", request_uri);
        Ok(Login { url: form.append_to(endpoint), pending })
    }

    fn pending(&self) -> Pending {
        Pending {
            issuer: self.client.metadata().issuer.clone(),
            redirect_uri: self.redirect_uri.clone(),
            state: crypto::random_token(),
            code_verifier: CodeVerifier::generate(),
        }
    }

    fn into_form(self, pending: &Pending) -> Form {
        let Self { client, mut form, scopes, .. } = self;
        if form.get("response_type").is_none() {
            form.set("response_type", "code");
        }
        form.set("client_id", client.client_id());
        form.set("redirect_uri", pending.redirect_uri.as_str());
        if !scopes.is_empty() {
            form.set("scope", join(&scopes));
        }
        form.set("state", pending.state.as_str());
        let method = client.options().code_challenge_method;
        form.set("code_challenge", pending.code_verifier.challenge(method));
        form.set("code_challenge_method", method.name());
        form
    }
}

impl Pending {
    /// The state that the callback has to bring: what tells several logins of one browser apart.
    pub fn state(&self) -> &str {
        &self.state
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }
}

fn expose<S: Serializer>(verifier: &CodeVerifier, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(verifier.secret().expose())
}

fn verifier<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CodeVerifier, D::Error> {
    let text = Secret::deserialize(deserializer)?;
    CodeVerifier::from_text(text).map_err(serde::de::Error::custom)
}
