//! What end users do: register, log in, look after their account.

mod login;
mod register;
mod session;

pub use self::login::Login;
use self::login::{LOGIN_BY_EMAIL, LOGIN_BY_USERNAME};
pub use self::register::{Profile, Registered, Registration};
use self::register::{REGISTER_BY_EMAIL, REGISTER_BY_USERNAME};
pub use self::session::{ProfileUpdate, Session};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::operations;
use crate::options::Options;
use crate::secret::Secret;
use crate::types::{LoginStatus, User};

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
        Ok(Self { client, token: options.token })
    }

    /// What the protocols need of an Authing app.
    #[cfg(any(feature = "cas", feature = "oauth2"))]
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Registers a user by name and password: the short form of [`register`](Self::register).
    ///
    /// # Errors
    ///
    /// As [`register`](Self::register).
    pub fn register_by_username(
        &self,
        username: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Registered> {
        self.register(Registration::username(username, password))
    }

    /// Registers a user by e-mail address and password: the short form of
    /// [`register`](Self::register).
    ///
    /// # Errors
    ///
    /// As [`register`](Self::register).
    pub fn register_by_email(
        &self,
        email: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Registered> {
        self.register(Registration::email(email, password))
    }

    /// Registers a user. The password is encrypted on its way.
    ///
    /// GraphQL `registerByUsername`, `registerByEmail`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a password that is too long for the key;
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) with the service's code, for example
    /// [`USERNAME_ALREADY_EXISTS`](crate::codes::USERNAME_ALREADY_EXISTS),
    /// [`MALFORMED_LOGIN_EMAIL`](crate::codes::MALFORMED_LOGIN_EMAIL),
    /// [`PASSWORD_TOO_SHORT`](crate::codes::PASSWORD_TOO_SHORT) or
    /// [`REGISTRATION_DISABLED`](crate::codes::REGISTRATION_DISABLED).
    pub fn register(&self, registration: Registration) -> Result<Registered> {
        let operation = match registration.is_by_email() {
            true => &REGISTER_BY_EMAIL,
            false => &REGISTER_BY_USERNAME,
        };
        let client = self.client.begin();
        let user: User = client.graphql(operation, registration.variables(&client)?)?;
        let session = user.token.clone().map(|token| Session::new(&self.client, token, None));
        Ok(Registered { user, session })
    }

    /// Logs a user in by name and password: the short form of [`login`](Self::login).
    ///
    /// # Errors
    ///
    /// As [`login`](Self::login).
    pub fn login_by_username(
        &self,
        username: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Session> {
        self.login(Login::username(username, password))
    }

    /// Logs a user in by e-mail address and password: the short form of [`login`](Self::login).
    ///
    /// # Errors
    ///
    /// As [`login`](Self::login).
    pub fn login_by_email(
        &self,
        email: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Session> {
        self.login(Login::email(email, password))
    }

    /// Logs a user in. The password is encrypted on its way.
    ///
    /// GraphQL `loginByUsername`, `loginByEmail`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a password that is too long for the key;
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the application is set to withhold
    /// tokens, without which there is no session; [`ErrorKind::Api`](crate::ErrorKind::Api) with
    /// the service's code, for example [`USER_NOT_FOUND`](crate::codes::USER_NOT_FOUND),
    /// [`WRONG_PASSWORD`](crate::codes::WRONG_PASSWORD),
    /// [`CAPTCHA_REQUIRED`](crate::codes::CAPTCHA_REQUIRED), or
    /// [`OTP_REQUIRED`](crate::codes::OTP_REQUIRED) with what the next step needs in
    /// [`Error::data`].
    pub fn login(&self, login: Login) -> Result<Session> {
        let operation = match login.is_by_email() {
            true => &LOGIN_BY_EMAIL,
            false => &LOGIN_BY_USERNAME,
        };
        let client = self.client.begin();
        let user: User = client.graphql(operation, login.variables(&client)?)?;
        match user.token.clone() {
            Some(token) => Ok(Session::new(&self.client, token, Some(user))),
            None => Err(self.client.reported(
                Error::config("app_id", "names an application that is set to withhold tokens")
                    .with_operation(operation.field),
            )),
        }
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
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    [login::operations(), register::operations(), session::operations()].concat()
}
