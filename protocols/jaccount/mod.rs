//! jAccount, the single sign-on of Shanghai Jiao Tong University, and its API.
//!
//! ```no_run
//! use authing::jaccount::Client;
//!
//! let sjtu = Client::new("client-id", "client-secret", "https://me.example/jaccount/auth")?;
//!
//! // One request of the browser starts the login …
//! let login = sjtu.login().scopes(["openid", "essential"]).start();
//! // … another one, to the redirect URI, finishes it.
//! # let callback_url = "https://me.example/jaccount/auth?…";
//! let tokens = sjtu.finish(callback_url, login.pending)?;
//! if let Some(claims) = tokens.claims() {
//!     println!("{} is {:?}", claims.sub, claims.user_type);
//! }
//! let profile = sjtu.profile(tokens.access_token())?;
//! # Ok::<(), authing::Error>(())
//! ```
//!
//! State and nonce are checked, and the ID token is verified: signed with HS256 and the client's
//! own secret, issued by jAccount, for this client, still valid, of this login. When something is
//! not to be trusted, [`CallbackFailure`](crate::oauth2::CallbackFailure) or
//! [`VerificationFailure`](crate::oidc::VerificationFailure) says what was expected and what came.
//!
//! A program with an HTTP client of its own, an asynchronous one for example, sends what
//! [`Client::token_request`], [`Client::refresh_request`] and [`Client::api_request`] build, and
//! reads the answers with [`Client::read_tokens`], [`Client::read_refreshed_tokens`] and
//! [`ApiAnswer::read`].
//!
//! The protocol is described at <https://developer.sjtu.edu.cn/>.

mod api;
mod claims;
mod client;
mod lenient;
mod lesson;
mod login;
mod options;
mod profile;
mod refresh;
mod tokens;

pub use self::api::{Api, ApiAnswer};
pub use self::claims::{IdTokenClaims, UserType};
pub use self::client::Client;
pub use self::lesson::{Class, Classroom, Course, Lesson, Schedule, Teacher};
pub use self::login::{Login, LoginRequest, Pending};
pub use self::options::ClientOptions;
pub use self::profile::{Avatars, Birthday, Identity, Named, Profile};
pub use self::tokens::Tokens;
