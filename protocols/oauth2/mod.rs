//! OAuth 2.0 with any authorization server: logins through the browser, tokens for machines and
//! devices, and what keeps them alive or ends them.
//!
//! To know who the user is, use the feature `oidc`: an access token does not say.
//!
//! ```no_run
//! use authing::oauth2::{Client, ClientAuth, TokenTypeHint};
//!
//! let auth = ClientAuth::basic("secret");
//! let client = Client::discover("https://as.example.com", "id", auth, "https://me.example/cb")?;
//! let login = client.login()?.scopes(["read"]).start();
//! // Send the browser to `login.url`, keep `login.pending`; when the browser comes back:
//! # let callback_url = "https://me.example/cb?…";
//! let tokens = client.finish(callback_url, login.pending)?;
//! if let Some(refresh_token) = &tokens.refresh_token {
//!     let tokens = client.refresh(refresh_token)?;
//!     client.revoke(&tokens.access_token, Some(TokenTypeHint::AccessToken))?;
//! }
//! # Ok::<(), authing::Error>(())
//! ```

mod algorithm;
mod authing_app;
mod callback;
mod client;
mod client_auth;
mod device;
mod error_answer;
mod form;
mod grant;
mod introspection;
mod login;
mod metadata;
mod options;
mod pkce;
mod signing_key;
mod tokens;

pub use self::algorithm::Algorithm;
pub use self::callback::CallbackFailure;
pub use self::client::Client;
pub use self::client_auth::ClientAuth;
pub use self::device::DeviceLogin;
pub use self::error_answer::ErrorAnswer;
pub use self::grant::Grant;
pub use self::introspection::{Introspection, TokenTypeHint};
pub use self::login::{Login, LoginRequest, Pending};
pub use self::metadata::ServerMetadata;
pub(crate) use self::options::Clock;
pub use self::options::{ClientOptions, Endpoint};
pub use self::pkce::{CodeChallengeMethod, CodeVerifier};
pub use self::signing_key::SigningKey;
pub use self::tokens::Tokens;
#[cfg(feature = "oidc")]
pub(crate) use self::{
    callback::{Callback, query, state},
    client::{TIMEOUT, fetch_metadata, get, other_issuer},
    form::{Form, parse},
    metadata::check_url,
    options::{client_setters, dangerous_client_setters},
};

/// The type of an access token in a token exchange (RFC 8693, section 3).
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// The type of a refresh token in a token exchange.
pub const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";
/// The type of an ID token in a token exchange.
pub const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
/// The type of any signed token in a token exchange.
pub const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
