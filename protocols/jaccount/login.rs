//! A login through the user's browser.

use std::time::SystemTime;

use http::{Request, Response};
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::options::check_redirect_uri;
use super::tokens::Tokens;
use crate::crypto;
use crate::error::Result;
use crate::oauth2::{Callback, Form, Grant};
use crate::oidc::Expected;
use crate::secret::Secret;

/// What errors and logs call a request to the token endpoint.
pub(super) const TOKEN: &str = "token request";
/// The scope that asks for an ID token.
const OPENID: &str = "openid";

/// A login that is being put together. The state is always on, and so is the nonce where an ID
/// token is asked for.
#[derive(Clone, Debug)]
pub struct LoginRequest<'a> {
    client: &'a Client,
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
/// user cannot read.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Pending {
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    scopes: Vec<String>,
    redirect_uri: String,
}

impl Client {
    /// Starts a login through the user's browser.
    pub fn login(&self) -> LoginRequest<'_> {
        LoginRequest {
            client: self,
            redirect_uri: self.options().redirect_uri.clone(),
            scopes: vec![OPENID.to_owned()],
            form: Form::new(),
        }
    }

    /// Finishes a login: checks the callback, redeems the code, verifies the ID token.
    ///
    /// `callback` is the URL that the browser came back to, or its query string.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) with a
    /// [`CallbackFailure`](crate::oauth2::CallbackFailure) when the callback does not belong to
    /// this login, or with a [`VerificationFailure`](crate::oidc::VerificationFailure) when the ID
    /// token is not to be trusted; [`ErrorKind::OAuth`](crate::ErrorKind::OAuth) with an
    /// [`ErrorAnswer`](crate::oauth2::ErrorAnswer) when jAccount refuses, for example because the
    /// user did not want to; [`ErrorKind::Parse`](crate::ErrorKind::Parse) when there is no ID
    /// token although one was asked for; otherwise when jAccount could not be reached.
    pub fn finish(&self, callback: &str, pending: Pending) -> Result<Tokens> {
        let code = self.code(callback, &pending)?;
        let request = self.code_request(&code, &pending)?;
        let answer = self.send(TOKEN, request, false)?;
        self.read_login(&answer, &pending, &[code], self.now())
            .map_err(|error| error.with_operation(TOKEN))
    }

    /// The request that redeems the code of a callback, after the callback was checked, for a
    /// program that sends it in its own way. It can be sent once; the answer is read by
    /// [`read_tokens`](Self::read_tokens).
    ///
    /// ```
    /// use authing::jaccount::Client;
    ///
    /// let sjtu = Client::new("id", "secret", "https://me.example/auth")?;
    /// let login = sjtu.login().start();
    /// let callback = format!("https://me.example/auth?code=c&state={}", login.pending.state());
    /// let request = sjtu.token_request(&callback, &login.pending)?;
    /// assert_eq!(request.uri(), "https://jaccount.sjtu.edu.cn/oauth2/token");
    /// assert_eq!(
    ///     request.body(),
    ///     b"grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fme.example%2Fauth\
    ///       &client_id=id&client_secret=secret",
    /// );
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`finish`](Self::finish) about the callback.
    pub fn token_request(&self, callback: &str, pending: &Pending) -> Result<Request<Vec<u8>>> {
        self.code_request(&self.code(callback, pending)?, pending)
    }

    /// Reads the answer to a [`token_request`](Self::token_request) that came at `now`, and
    /// verifies the ID token.
    ///
    /// # Errors
    ///
    /// As [`finish`](Self::finish) about the answer.
    pub fn read_tokens(
        &self,
        answer: &Response<Vec<u8>>,
        pending: &Pending,
        now: SystemTime,
    ) -> Result<Tokens> {
        self.read_login(answer, pending, &[], now)
    }

    fn code(&self, callback: &str, pending: &Pending) -> Result<Secret> {
        let callback =
            Callback::read_for(callback, &pending.state, self.oauth().metadata(), false)?;
        callback.code().cloned()
    }

    fn code_request(&self, code: &Secret, pending: &Pending) -> Result<Request<Vec<u8>>> {
        let grant = Grant::authorization_code(code, &pending.redirect_uri, None);
        self.oauth().token_request(&grant)
    }

    fn read_login(
        &self,
        answer: &Response<Vec<u8>>,
        pending: &Pending,
        secrets: &[Secret],
        now: SystemTime,
    ) -> Result<Tokens> {
        let mut expected = Expected::new();
        if let Some(nonce) = &pending.nonce {
            expected = expected.nonce(nonce);
        }
        let tokens = self.read_answer(answer, expected, secrets, now)?;
        match pending.nonce.is_some() {
            true => tokens.with_claims(),
            false => Ok(tokens),
        }
    }
}

impl LoginRequest<'_> {
    /// What to ask for: `openid` for an ID token; `basic`, `essential`, `profile` or `privacy` for
    /// less or more of the user's data, `lessons`, `exams` and so on, each as it was granted to the
    /// client. None at all leaves it to jAccount. Defaults to `openid`.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Where this login comes back to, for a client with several addresses. Defaults to the
    /// client's own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when it is no URL.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Result<Self> {
        self.redirect_uri = uri.into();
        check_redirect_uri(&self.redirect_uri)?;
        Ok(self)
    }

    /// Sets any other parameter. Those that protect the login cannot be changed.
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        self.form.set(name, value);
        self
    }

    /// Makes the URL to send the browser to.
    ///
    /// # Panics
    ///
    /// When the operating system has no random numbers.
    pub fn start(self) -> Login {
        let Self { client, redirect_uri, scopes, mut form } = self;
        // A scope may hold several, as the wire has them.
        let openid = scopes.iter().flat_map(|scope| scope.split(' ')).any(|scope| scope == OPENID);
        let nonce = openid.then(crypto::random_token);
        let state = crypto::random_token();
        form.set("response_type", "code");
        form.set("client_id", client.client_id());
        form.set("redirect_uri", redirect_uri.as_str());
        form.set_some("scope", (!scopes.is_empty()).then(|| scopes.join(" ")));
        form.set("state", state.as_str());
        form.set_some("nonce", nonce.as_deref());
        let url = form.append_to(&client.options().authorize_url);
        Login { url, pending: Pending { state, nonce, scopes, redirect_uri } }
    }
}

impl Pending {
    /// The state that the callback has to bring: what tells several logins of one browser apart.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// What was asked for.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}
