//! OpenID Connect with any provider: users log in through their browser, and tokens are verified
//! here.
//!
//! ```no_run
//! use authing::oidc::{Client, ClientAuth};
//!
//! let auth = ClientAuth::basic("secret");
//! let rp = Client::discover("https://op.example.com", "id", auth, "https://me.example/cb")?;
//!
//! // One request of the browser starts the login …
//! let login = rp.login().scopes(["profile", "email"]).start();
//! // … another one, to the redirect URI, finishes it.
//! # let callback_url = "https://me.example/cb?…";
//! let tokens = rp.finish(callback_url, login.pending)?;
//! println!("{:?}", tokens.claims().user.name);
//! # Ok::<(), authing::Error>(())
//! ```
//!
//! State, nonce, PKCE and the issuer of the callback are checked, and the ID token is verified in
//! full (OIDC Core, section 3.1.3.7), with keys that are fetched, kept and renewed by themselves.
//! When something is not to be trusted, [`VerificationFailure`] says what was expected and what
//! came.
//!
//! An API verifies access tokens with a [`TokenVerifier`], a program for the command line logs
//! its user in with [`Client::login_from_cli`].

mod authing_app;
mod claims;
mod cli;
mod client;
mod failure;
mod jose;
mod key_cache;
mod login;
mod logout;
mod options;
mod rules;
mod standard_claims;
mod token_verifier;
mod tokens;

pub use self::claims::IdTokenClaims;
pub use self::cli::CliLogin;
pub use self::client::Client;
pub use self::failure::VerificationFailure;
pub use self::jose::JwkSet;
pub use self::login::{Login, LoginRequest, Pending, Prompt, ResponseMode, ResponseType};
pub use self::logout::{LogoutRequest, LogoutToken};
pub use self::options::ClientOptions;
pub use self::rules::{Expected, TokenRules};
pub use self::standard_claims::{Address, StandardClaims};
pub use self::token_verifier::{AccessTokenClaims, AccessTokenProfile, TokenVerifier};
#[cfg(feature = "jaccount")]
pub(crate) use self::tokens::check_nonce;
pub use self::tokens::{Tokens, UserInfo};
pub use crate::oauth2::{Algorithm, ClientAuth};
