//! Everything that can be set about a client.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use super::client_auth::ClientAuth;
use super::pkce::CodeChallengeMethod;
use crate::http::HttpOptions;

/// The options of a [`Client`](super::Client): a plain value.
///
/// ```
/// use authing::oauth2::{ClientAuth, ClientOptions, Endpoint};
///
/// let options = ClientOptions::new("client-id", ClientAuth::basic("secret"))
///     .redirect_uri("https://me.example/cb")
///     .auth_at(Endpoint::Revocation, ClientAuth::post("secret"));
/// ```
#[derive(Clone, Debug)]
pub struct ClientOptions {
    pub(crate) client_id: String,
    pub(crate) auth: ClientAuth,
    pub(crate) auth_at: Vec<(Endpoint, ClientAuth)>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) code_challenge_method: CodeChallengeMethod,
    pub(crate) default_scopes: Vec<String>,
    pub(crate) http: HttpOptions,
    pub(crate) clock: Clock,
    pub(crate) plain_http: bool,
}

/// The endpoints that a client authenticates itself at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// Where codes and credentials become tokens.
    Token,
    /// Where to ask whether a token is valid.
    Introspection,
    /// Where to give a token back.
    Revocation,
    /// Where a device asks for a code.
    DeviceAuthorization,
    /// Where the parameters of a login are left in advance.
    PushedAuthorization,
}

type Now = dyn Fn() -> SystemTime + Send + Sync;

/// What time it is.
#[derive(Clone)]
pub(crate) struct Clock(pub(crate) Arc<Now>);

impl Clock {
    pub(crate) fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

impl ClientOptions {
    /// The options of a client that authenticates itself in one way at all endpoints.
    pub fn new(client_id: impl Into<String>, auth: ClientAuth) -> Self {
        Self {
            client_id: client_id.into(),
            auth,
            auth_at: Vec::new(),
            redirect_uri: None,
            code_challenge_method: CodeChallengeMethod::S256,
            default_scopes: Vec::new(),
            http: HttpOptions::default(),
            clock: Clock(Arc::new(SystemTime::now)),
            plain_http: false,
        }
    }
}

/// The setters of [`ClientOptions`], for a type that has `oauth` to reach them.
macro_rules! client_setters {
    () => {
        /// How the client authenticates itself at all endpoints. Defaults to what it was made with.
        pub fn auth(mut self, auth: $crate::oauth2::ClientAuth) -> Self {
            self.oauth().auth = auth;
            self
        }

        /// What logins ask for that do not say it themselves. Defaults to nothing.
        pub fn default_scopes<S: Into<String>>(
            mut self,
            scopes: impl IntoIterator<Item = S>,
        ) -> Self {
            self.oauth().default_scopes = scopes.into_iter().map(Into::into).collect();
            self
        }

        /// How the client authenticates itself at one endpoint, where that differs. Defaults to
        /// what it does at all.
        pub fn auth_at(
            mut self,
            endpoint: $crate::oauth2::Endpoint,
            auth: $crate::oauth2::ClientAuth,
        ) -> Self {
            self.oauth().auth_at.push((endpoint, auth));
            self
        }

        /// How the code challenge of logins is made. Defaults to
        /// [`S256`](crate::oauth2::CodeChallengeMethod::S256).
        pub fn code_challenge_method(
            mut self,
            method: $crate::oauth2::CodeChallengeMethod,
        ) -> Self {
            self.oauth().code_challenge_method = method;
            self
        }

        /// How requests travel: time, size, certificates, proxy. Defaults to
        /// [`HttpOptions::new`](crate::http::HttpOptions::new).
        pub fn http(mut self, http: $crate::http::HttpOptions) -> Self {
            self.oauth().http = http;
            self
        }

        /// What time it is, for tests. Defaults to the clock of the system.
        pub fn clock(
            mut self,
            now: impl Fn() -> std::time::SystemTime + Send + Sync + 'static,
        ) -> Self {
            self.oauth().clock = $crate::oauth2::Clock(std::sync::Arc::new(now));
            self
        }

        /// The options that give up security.
        pub fn dangerous(self) -> $crate::http::Dangerous<Self> {
            $crate::http::Dangerous(self)
        }
    };
}

/// Leads to the options that are dangerous to set.
macro_rules! dangerous_client_setters {
    ($options:ty) => {
        impl $crate::http::Dangerous<$options> {
            /// Speaks to servers without TLS, also where they are not on this machine: whoever is
            /// on the line can read and change everything.
            pub fn allow_plain_http(mut self) -> $options {
                self.0.oauth().plain_http = true;
                self.0
            }
        }
    };
}

#[cfg(feature = "oidc")]
pub(crate) use {client_setters, dangerous_client_setters};

impl ClientOptions {
    /// Where the server sends the user's browser back to, exactly as it is registered there. No
    /// default; logins through a browser need it.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    client_setters!();

    fn oauth(&mut self) -> &mut Self {
        self
    }
}

dangerous_client_setters!(ClientOptions);
