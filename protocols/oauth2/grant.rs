//! What a client gives for tokens.

use super::form::Form;
use super::pkce::CodeVerifier;
use crate::secret::Secret;

/// A grant: what [`Client::tokens`](super::Client::tokens) redeems.
///
/// ```
/// use authing::oauth2::Grant;
///
/// let grant = Grant::client_credentials().scopes(["read"]).parameter("audience", "my-api");
/// ```
#[derive(Clone, Debug)]
pub struct Grant(Form);

impl Grant {
    /// A code that came with a callback (RFC 6749, section 4.1.3).
    ///
    /// [`Client::finish`](super::Client::finish) does this after it has checked the callback. Who
    /// does it himself has to check `state` and `iss`.
    pub fn authorization_code(
        code: impl Into<Secret>,
        redirect_uri: &str,
        verifier: Option<&CodeVerifier>,
    ) -> Self {
        let mut form = Self::of_type("authorization_code").0;
        form.set("code", code);
        form.set("redirect_uri", redirect_uri);
        form.set_some("code_verifier", verifier.map(CodeVerifier::secret));
        Self(form)
    }

    /// A refresh token (RFC 6749, section 6).
    pub fn refresh_token(token: impl Into<Secret>) -> Self {
        Self::of_type("refresh_token").parameter("refresh_token", token)
    }

    /// The client's own credentials (RFC 6749, section 4.4).
    pub fn client_credentials() -> Self {
        Self::of_type("client_credentials")
    }

    /// A user's name and password (RFC 6749, section 4.3).
    pub fn password(username: &str, password: impl Into<Secret>) -> Self {
        Self::of_type("password").parameter("username", username).parameter("password", password)
    }

    /// A token in exchange for another (RFC 8693). `subject_token_type` is a URI such as
    /// [`ACCESS_TOKEN`](super::ACCESS_TOKEN).
    pub fn token_exchange(subject_token: impl Into<Secret>, subject_token_type: &str) -> Self {
        Self::of_type("urn:ietf:params:oauth:grant-type:token-exchange")
            .parameter("subject_token", subject_token)
            .parameter("subject_token_type", subject_token_type)
    }

    /// Who acts for the subject of a token exchange (RFC 8693, section 2.1).
    pub fn actor_token(self, token: impl Into<Secret>, token_type: &str) -> Self {
        self.parameter("actor_token", token).parameter("actor_token_type", token_type)
    }

    /// A grant of another type, whose parameters are set by [`parameter`](Self::parameter).
    pub fn of_type(grant_type: &str) -> Self {
        let mut form = Form::new();
        form.set("grant_type", grant_type);
        Self(form)
    }

    /// What to ask for. Defaults to what the server gives by itself.
    pub fn scopes<S: AsRef<str>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        let scopes = join(scopes);
        if !scopes.is_empty() {
            self.0.set("scope", scopes);
        }
        self
    }

    /// An API that the token is for (RFC 8707); may be called several times. Defaults to none.
    pub fn resource(mut self, uri: &str) -> Self {
        self.0.add("resource", uri);
        self
    }

    /// Sets any other parameter.
    pub fn parameter(mut self, name: &str, value: impl Into<Secret>) -> Self {
        self.0.set(name, value);
        self
    }

    pub(super) fn form(&self) -> &Form {
        &self.0
    }
}

/// Scopes as the wire has them.
pub(super) fn join<S: AsRef<str>>(scopes: impl IntoIterator<Item = S>) -> String {
    scopes.into_iter().map(|scope| scope.as_ref().to_owned()).collect::<Vec<_>>().join(" ")
}
