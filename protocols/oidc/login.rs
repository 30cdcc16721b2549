//! A login through the user's browser (OIDC Core, sections 3.1 and 3.3).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::claims::IdTokenClaims;
use super::client::Client;
use super::rules::Expected;
use super::tokens::Tokens;
use crate::crypto;
use crate::error::{Error, ErrorKind, Result};
use crate::oauth2::{self, Callback, CallbackFailure};

/// A login that is being put together. State, nonce and PKCE are always on.
#[derive(Clone, Debug)]
pub struct LoginRequest<'a> {
    client: &'a Client,
    oauth: oauth2::LoginRequest<'a>,
    scopes: Vec<String>,
    max_age: Option<Duration>,
    acr_values: Vec<String>,
    response_type: ResponseType,
    has_prompt: bool,
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
    oauth: oauth2::Pending,
    nonce: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    acr_values: Vec<String>,
    #[serde(default)]
    response_type: ResponseType,
}

/// What the callback brings. A code is what to take; the others are the hybrid flow (OIDC Core,
/// section 3.3), for servers or policies that demand it.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum ResponseType {
    /// `code`.
    #[default]
    Code,
    /// `code id_token`.
    CodeIdToken,
    /// `code token`.
    CodeToken,
    /// `code id_token token`.
    CodeIdTokenToken,
}

/// How the callback comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    Query,
    /// As a form that the browser posts to the redirect URI (OAuth 2.0 Form Post Response Mode).
    /// Give [`Client::finish`] the body. Cookies with `SameSite=Lax` do not come along.
    FormPost,
    /// Behind a `#`, which the browser does not send: a page has to do it. The default of the
    /// hybrid flow.
    Fragment,
}

/// What the provider is to ask of the user, although it may know him already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prompt {
    /// Nothing: an error comes back if something would have to be asked.
    None,
    /// To sign in again.
    Login,
    /// To consent again. Scope `offline_access` needs it at many providers.
    Consent,
    /// To choose an account.
    SelectAccount,
    /// To register (Initiating User Registration 1.0).
    Create,
}

impl Client {
    /// Starts a login through the user's browser.
    pub fn login(&self) -> LoginRequest<'_> {
        self.login_at(self.redirect_uri().to_owned())
    }

    pub(super) fn login_at(&self, redirect_uri: String) -> LoginRequest<'_> {
        LoginRequest {
            client: self,
            oauth: self.oauth().login_at(self.authorization_endpoint(), redirect_uri),
            scopes: self.oauth().options().default_scopes.clone(),
            has_prompt: false,
            max_age: None,
            acr_values: Vec::new(),
            response_type: ResponseType::Code,
        }
    }

    /// Finishes a login: checks the callback, redeems the code, verifies the ID token.
    ///
    /// `callback` is the URL that the browser came back to, or its query string, or the body of
    /// the form that it posted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`] with a [`CallbackFailure`] when the callback does not belong to
    /// this login, or with a
    /// [`VerificationFailure`](super::VerificationFailure) when the ID token is not to be trusted;
    /// [`ErrorKind::OAuth`] with an [`ErrorAnswer`](oauth2::ErrorAnswer) when the provider refused,
    /// for example because the user did not want to; otherwise when the provider could not be
    /// reached.
    pub fn finish(&self, callback: &str, pending: Pending) -> Result<Tokens> {
        let has_id_token = pending.response_type.has_id_token();
        let callback = self.oauth().callback(callback, &pending.oauth, has_id_token)?;
        let first = self.claims_of_callback(&callback, &pending)?;
        let tokens = self.oauth().redeem(callback.code()?, &pending.oauth)?;
        let id_token = tokens.id_token.clone().ok_or_else(no_id_token)?;
        let mut expected = pending.expected().access_token(&tokens.access_token);
        if let Some(first) = &first {
            // Both ID tokens have to be about the same user (OIDC Core, section 3.3.3.6).
            expected = expected.subject(&first.sub);
        }
        let claims = self.verify_id_token(id_token.expose(), &expected)?;
        Ok(Tokens::new(tokens, id_token, claims))
    }

    /// The claims of the ID token that came with the callback, in the hybrid flow.
    fn claims_of_callback(
        &self,
        callback: &Callback,
        pending: &Pending,
    ) -> Result<Option<IdTokenClaims>> {
        if !pending.response_type.has_id_token() {
            return Ok(None);
        }
        let missing = |parameter| CallbackFailure::Missing { parameter };
        let id_token = callback.id_token.as_ref().ok_or_else(|| missing("id_token"))?;
        let mut expected = pending.expected().code_from_authorization_endpoint(callback.code()?);
        if pending.response_type.has_token() {
            let token = callback.access_token.as_ref().ok_or_else(|| missing("access_token"))?;
            expected = expected.access_token_from_authorization_endpoint(token);
        }
        self.verify_id_token(id_token.expose(), &expected).map(Some)
    }
}

impl LoginRequest<'_> {
    /// What to ask for beside `openid`, which always is: `profile`, `email`, `phone`, `address`,
    /// `offline_access`, or what the provider knows. Defaults to
    /// [`ClientOptions::default_scopes`](super::ClientOptions::default_scopes).
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// What the provider is to ask of the user; several may go together. Defaults to what it finds
    /// necessary.
    pub fn prompt(self, prompts: impl IntoIterator<Item = Prompt>) -> Self {
        let prompts: Vec<_> = prompts.into_iter().map(Prompt::name).collect();
        self.parameter("prompt", &prompts.join(" "))
    }

    /// Who the user says that he is, to fill in the form. Defaults to nothing.
    pub fn login_hint(self, hint: &str) -> Self {
        self.parameter("login_hint", hint)
    }

    /// The languages of the provider's pages, such as `zh-CN`, best first. Defaults to the
    /// browser's.
    pub fn ui_locales<S: AsRef<str>>(self, locales: impl IntoIterator<Item = S>) -> Self {
        let locales: Vec<_> =
            locales.into_iter().map(|locale| locale.as_ref().to_owned()).collect();
        self.parameter("ui_locales", &locales.join(" "))
    }

    /// How long ago the user may have signed in; the ID token is held against it. Defaults to any
    /// time.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// The ways to sign in that are good enough, best first; the ID token has to have one of them.
    /// Defaults to any.
    pub fn acr_values<S: Into<String>>(mut self, values: impl IntoIterator<Item = S>) -> Self {
        self.acr_values = values.into_iter().map(Into::into).collect();
        self
    }

    /// How the callback comes. Defaults to the query.
    pub fn response_mode(self, mode: ResponseMode) -> Self {
        self.parameter("response_mode", mode.name())
    }

    /// What the callback brings. Defaults to a code.
    pub fn response_type(mut self, response_type: ResponseType) -> Self {
        self.response_type = response_type;
        self
    }

    /// An API that the access token is for (RFC 8707); may be called several times. Defaults to
    /// none.
    pub fn resource(mut self, uri: &str) -> Self {
        self.oauth = self.oauth.resource(uri);
        self
    }

    /// Sets any other parameter. Those that protect the login cannot be changed.
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        self.has_prompt |= name == "prompt";
        self.oauth = self.oauth.parameter(name, value);
        self
    }

    /// Makes the URL to send the browser to.
    ///
    /// # Panics
    ///
    /// When the operating system has no random numbers.
    pub fn start(self) -> Login {
        let (oauth, pending) = self.prepare();
        let oauth2::Login { url, pending: oauth } = oauth.start();
        Login { url, pending: pending(oauth) }
    }

    /// Leaves the parameters at the provider in advance, so that they do not go through the
    /// browser (RFC 9126), and makes the URL that refers to them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the provider has no endpoint for it; [`ErrorKind::OAuth`] when it
    /// refuses.
    ///
    /// # Panics
    ///
    /// When the operating system has no random numbers.
    pub fn push(self) -> Result<Login> {
        let (oauth, pending) = self.prepare();
        let oauth2::Login { url, pending: oauth } = oauth.push()?;
        Ok(Login { url, pending: pending(oauth) })
    }

    fn prepare<'b>(self) -> (oauth2::LoginRequest<'b>, impl FnOnce(oauth2::Pending) -> Pending)
    where
        Self: 'b,
    {
        let nonce = crypto::random_token();
        let scopes = with_openid(self.scopes);
        let is_offline = scopes.iter().any(|scope| scope == "offline_access");
        let (response_type, acr_values) = (self.response_type, self.acr_values);
        let max_age = self.max_age.map(|age| age.as_secs());
        let mut oauth = self
            .oauth
            .scopes(scopes)
            .parameter("nonce", nonce.as_str())
            .parameter("response_type", response_type.name());
        if is_offline && !self.has_prompt && self.client.consents_to_offline_access() {
            oauth = oauth.parameter("prompt", Prompt::Consent.name());
        }
        if let Some(seconds) = max_age {
            oauth = oauth.parameter("max_age", seconds.to_string());
        }
        if !acr_values.is_empty() {
            oauth = oauth.parameter("acr_values", acr_values.join(" "));
        }
        let pending = move |oauth| Pending { oauth, nonce, max_age, acr_values, response_type };
        (oauth, pending)
    }
}

impl Pending {
    /// The state that the callback has to bring: what tells several logins of one browser apart.
    pub fn state(&self) -> &str {
        self.oauth.state()
    }

    fn expected(&self) -> Expected {
        let expected = Expected::new().nonce(&self.nonce).acr_values(&self.acr_values);
        match self.max_age {
            Some(seconds) => expected.max_age(Duration::from_secs(seconds)),
            None => expected,
        }
    }
}

impl ResponseType {
    fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::CodeIdToken => "code id_token",
            Self::CodeToken => "code token",
            Self::CodeIdTokenToken => "code id_token token",
        }
    }

    fn has_id_token(self) -> bool {
        matches!(self, Self::CodeIdToken | Self::CodeIdTokenToken)
    }

    fn has_token(self) -> bool {
        matches!(self, Self::CodeToken | Self::CodeIdTokenToken)
    }
}

impl ResponseMode {
    fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
            Self::Fragment => "fragment",
        }
    }
}

impl Prompt {
    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
            Self::Create => "create",
        }
    }
}

/// The scopes with `openid`, once, in front.
pub(super) fn with_openid<S: Into<String>>(scopes: impl IntoIterator<Item = S>) -> Vec<String> {
    let others = scopes.into_iter().map(Into::into).filter(|scope| scope != "openid");
    std::iter::once("openid".to_owned()).chain(others).collect()
}

pub(super) fn no_id_token() -> Error {
    Error::new(ErrorKind::Parse, "the answer has no ID token: was scope `openid` refused?")
        .with_operation("token request")
}
