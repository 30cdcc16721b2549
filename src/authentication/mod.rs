//! What end users do: register, log in, look after their account.

mod access;
mod accounts;
pub mod connections;
mod contacts;
mod custom_data;
mod login;
mod messages;
pub mod mfa;
mod password;
mod phone;
mod principal;
pub mod qr_code;
mod register;
mod security_level;
mod session;
mod sso;
mod uploads;
mod way;
mod wechat;

pub use self::access::AllowedApplication;
pub use self::login::Login;
pub use self::password::{PasswordReset, PasswordStrength};
pub use self::phone::Phone;
pub use self::register::{Profile, Registered, Registration};
pub use self::security_level::{PasswordSecurityLevel, SecurityLevel};
pub use self::session::{ProfileUpdate, Session};
pub use self::sso::{BrowserSession, TrackedSession};
pub use self::uploads::Upload;
pub use self::wechat::WechatLogin;
use crate::client::Client;
use crate::credential::Credential;
use crate::error::{Error, Result};
use crate::management::UserKey;
use crate::operations;
use crate::options::Options;
use crate::secret::Secret;
use crate::types::LoginStatus;

/// Acts for the end users of an application.
///
/// It holds no user: logging in gives a [`Session`] for that user alone, so that one client serves
/// any number of users and threads. Make it once and clone it freely.
///
/// ```no_run
/// use authing::{AuthenticationClient, Options};
///
/// let app = AuthenticationClient::new(Options::new().app("APP_ID", "https://my-app.authing.cn"))?;
/// app.register_by_username("bob", "passw0rd!")?;
/// let session = app.login_by_username("bob", "passw0rd!")?;
/// println!("{}", session.current_user()?.id);
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AuthenticationClient {
    client: Client,
    /// The same with the user pool's own token, where its secret is known.
    pool: Option<Client>,
    token: Option<Secret>,
}

impl AuthenticationClient {
    /// Makes a client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) with the option's name when neither
    /// [`app_id`](Options::app_id) nor [`user_pool_id`](Options::user_pool_id) is set, or an option
    /// is malformed.
    pub fn new(options: Options) -> Result<Self> {
        if options.app_id.is_none() && options.user_pool_id.is_none() {
            return Err(Error::config("app_id", "is missing; `user_pool_id` would do as well"));
        }
        let client = match &options.app_host {
            Some(host) => Client::new(&options, "app_host", host)?,
            None => Client::at_core_host(&options)?,
        };
        let pool =
            options.user_pool_id.zip(options.user_pool_secret.filter(|secret| !secret.is_empty()));
        let pool =
            pool.map(|(id, secret)| client.with_credential(Credential::user_pool(id, secret)));
        Ok(Self { client, pool, token: options.token })
    }

    /// What the protocols need of an Authing app.
    #[cfg(any(feature = "cas", feature = "oauth2", feature = "saml"))]
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The client for what a user pool may be set to refuse without its token.
    fn as_user_pool(&self) -> &Client {
        self.pool.as_ref().unwrap_or(&self.client)
    }

    /// The session of a user whose token you have: one that was stored, or came with a request.
    /// Nothing is sent; [`check_login_status`](Self::check_login_status) asks the server.
    pub fn session(&self, token: impl Into<Secret>) -> Session {
        Session::new(&self.client, token.into(), None)
    }

    /// The session of the user whose token was set by [`Options::token`].
    pub fn current_session(&self) -> Option<Session> {
        self.token.clone().map(|token| self.session(token))
    }

    /// Asks the server whether a user's token is valid.
    ///
    /// An invalid token is no error: look at [`LoginStatus::is_valid`]. GraphQL
    /// `checkLoginStatus`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn check_login_status(&self, token: impl Into<Secret>) -> Result<LoginStatus> {
        operations::check_login_status(&self.client, &token.into())
    }

    /// Whether a user exists. GraphQL `isUserExists`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn is_user_exists(&self, key: UserKey) -> Result<bool> {
        operations::is_user_exists(&self.client, key)
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    [
        access::operations(),
        contacts::operations(),
        login::operations(),
        password::operations(),
        register::operations(),
        session::operations(),
    ]
    .concat()
}
