//! Logging in.

use serde_json::Value;

use super::AuthenticationClient;
use super::phone::Phone;
use super::session::Session;
use super::way::{check_options, context_text};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::graphql::{Operation, Variables};
use crate::object::Object;
use crate::rest::RestRequest;
use crate::secret::Secret;
use crate::types::{CustomValue, User, pairs, params};

const LOGIN_BY_USERNAME: Operation<User> = Operation::mutation("loginByUsername")
    .arguments(&[("input", "LoginByUsernameInput!")])
    .selecting("{ ...User }");

const LOGIN_BY_EMAIL: Operation<User> = Operation::mutation("loginByEmail")
    .arguments(&[("input", "LoginByEmailInput!")])
    .selecting("{ ...User }");

const LOGIN_BY_PHONE_CODE: Operation<User> = Operation::mutation("loginByPhoneCode")
    .arguments(&[("input", "LoginByPhoneCodeInput!")])
    .selecting("{ ...User }");

const LOGIN_BY_PHONE_PASSWORD: Operation<User> = Operation::mutation("loginByPhonePassword")
    .arguments(&[("input", "LoginByPhonePasswordInput!")])
    .selecting("{ ...User }");

const LOGIN_BY_SUB_ACCOUNT: Operation<User> = Operation::mutation("loginBySubAccount")
    .arguments(&[
        ("account", "String!"),
        ("password", "String!"),
        ("captchaCode", "String"),
        ("clientIp", "String"),
    ])
    .selecting("{ ...User }");

/// A user who logs in: see [`AuthenticationClient::login`].
///
/// An option that a way of logging in does not know is an error of the login,
/// [`ErrorKind::Usage`](crate::ErrorKind::Usage), and nothing is sent.
///
/// ```
/// use authing::Login;
///
/// let login = Login::username("bob", "passw0rd").auto_register(true).client_ip("192.0.2.7");
/// ```
#[derive(Clone, Debug)]
pub struct Login {
    way: &'static Way,
    members: Object,
    password: Option<Secret>,
    with_custom_data: bool,
}

/// A way of logging in.
#[derive(Debug)]
struct Way {
    /// How an error calls it.
    name: &'static str,
    endpoint: Endpoint,
    members: &'static [&'static str],
}

#[derive(Debug)]
enum Endpoint {
    /// Its members are those of the argument `input`.
    Input(&'static Operation<User>),
    /// Its members are the arguments.
    Arguments(&'static Operation<User>),
    Rest(&'static str),
    WebsocketHost(&'static str),
}

static USERNAME: Way = Way {
    name: "logging in by user name",
    endpoint: Endpoint::Input(&LOGIN_BY_USERNAME),
    members: &["username", "captchaCode", "autoRegister", "clientIp", "params", "context"],
};

static EMAIL: Way = Way {
    name: "logging in by e-mail address",
    endpoint: Endpoint::Input(&LOGIN_BY_EMAIL),
    members: &["email", "captchaCode", "autoRegister", "clientIp", "params", "context"],
};

static PHONE_CODE: Way = Way {
    name: "logging in by phone and code",
    endpoint: Endpoint::Input(&LOGIN_BY_PHONE_CODE),
    members: &[
        "phone",
        "code",
        "phoneCountryCode",
        "autoRegister",
        "clientIp",
        "params",
        "context",
    ],
};

static PHONE_PASSWORD: Way = Way {
    name: "logging in by phone and password",
    endpoint: Endpoint::Input(&LOGIN_BY_PHONE_PASSWORD),
    members: &["phone", "captchaCode", "autoRegister", "clientIp", "params", "context"],
};

static SUB_ACCOUNT: Way = Way {
    name: "logging in by sub-account",
    endpoint: Endpoint::Arguments(&LOGIN_BY_SUB_ACCOUNT),
    members: &["account", "captchaCode", "clientIp"],
};

static LDAP: Way = Way {
    name: "logging in by LDAP",
    endpoint: Endpoint::Rest("/api/v2/ldap/verify-user"),
    members: &["username", "clientIp"],
};

static AD: Way = Way {
    name: "logging in by Active Directory",
    endpoint: Endpoint::WebsocketHost("/api/v2/ad/verify-user"),
    members: &["username", "clientIp"],
};

impl Login {
    /// By user name. The password is encrypted on its way. GraphQL `loginByUsername`.
    pub fn username(username: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(&USERNAME, "username", username.into()).with_password(password.into())
    }

    /// By e-mail address. The password is encrypted on its way. GraphQL `loginByEmail`.
    pub fn email(email: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(&EMAIL, "email", email.into()).with_password(password.into())
    }

    /// By phone number and the code that
    /// [`send_sms_code`](AuthenticationClient::send_sms_code) sent to it. GraphQL
    /// `loginByPhoneCode`.
    pub fn phone_code(phone: impl Into<Phone>, code: impl Into<String>) -> Self {
        let Phone { number, country_code } = phone.into();
        let mut login = Self::new(&PHONE_CODE, "phone", number);
        login.members.set("code", code.into());
        login.members.set("phoneCountryCode", country_code);
        login
    }

    /// By phone number and password, which is encrypted on its way. GraphQL
    /// `loginByPhonePassword`.
    pub fn phone_password(phone: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(&PHONE_PASSWORD, "phone", phone.into()).with_password(password.into())
    }

    /// By sub-account. The password is encrypted on its way. GraphQL `loginBySubAccount`.
    pub fn sub_account(account: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(&SUB_ACCOUNT, "account", account.into()).with_password(password.into())
    }

    /// By account of an LDAP directory that is connected to the user pool.
    /// `POST /api/v2/ldap/verify-user`.
    ///
    /// **The password is sent in clear text**, protected by TLS alone: the directory has to see it.
    pub fn ldap(username: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(&LDAP, "username", username.into()).with_password(password.into())
    }

    /// By account of an Active Directory that is connected to the user pool.
    /// `POST /api/v2/ad/verify-user` at [`Options::websocket_host`](crate::Options::websocket_host).
    ///
    /// **The password is sent in clear text**, protected by TLS alone: the directory has to see
    /// it. Set the host unless the application's is one of the public clouds.
    pub fn ad(username: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(&AD, "username", username.into()).with_password(password.into())
    }

    fn new(way: &'static Way, member: &str, value: String) -> Self {
        let members = Object::new().with(member, value);
        Self { way, members, password: None, with_custom_data: false }
    }

    fn with_password(self, password: Secret) -> Self {
        Self { password: Some(password), ..self }
    }

    /// Registers a user who does not exist. Not by sub-account or directory. Defaults to false.
    pub fn auto_register(mut self, auto_register: bool) -> Self {
        self.members.set("autoRegister", auto_register);
        self
    }

    /// What the user read in the captcha, after the service asked for one
    /// ([`CAPTCHA_REQUIRED`](crate::codes::CAPTCHA_REQUIRED)). Only where a password is sent, and
    /// not by directory. Defaults to none.
    pub fn captcha_code(mut self, captcha_code: impl Into<String>) -> Self {
        self.members.set("captchaCode", captcha_code.into());
        self
    }

    /// The address of the end user, when your server logs them in. Defaults to the address that
    /// the request comes from.
    pub fn client_ip(mut self, client_ip: impl Into<String>) -> Self {
        self.members.set("clientIp", client_ip.into());
        self
    }

    /// Values of user-defined fields to set, by key. The fields have to be defined in the user
    /// pool. Not by sub-account or directory. Defaults to none.
    pub fn custom_data<K: Into<String>, V: Into<CustomValue>>(
        mut self,
        custom_data: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.members.set("params", params(&pairs(custom_data)));
        self
    }

    /// What the user pool's pipeline functions get to see, by name. Not by sub-account or
    /// directory. Defaults to nothing.
    pub fn context<K: Into<String>, V: Into<Value>>(
        mut self,
        context: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.members.set("context", context_text(context));
        self
    }

    /// Also answers the user-defined values, as
    /// [`User::custom_data`](crate::User::custom_data) of [`Session::user`]. Defaults to false.
    pub fn with_custom_data(mut self) -> Self {
        self.with_custom_data = true;
        self
    }

    fn send(self, client: &Client) -> Result<User> {
        let way = self.way;
        check_options(client, &self.members, way.members, way.name)?;
        match way.endpoint {
            Endpoint::Input(operation) => {
                self.graphql(client, operation, |members| Variables::new().with("input", members))
            }
            Endpoint::Arguments(operation) => self.graphql(client, operation, Variables::from),
            Endpoint::Rest(path) => self.rest(client, path),
            Endpoint::WebsocketHost(path) => self.rest(&client.at_websocket_host()?, path),
        }
    }

    fn graphql(
        self,
        client: &Client,
        operation: &Operation<User>,
        variables: impl Fn(Object) -> Variables,
    ) -> Result<User> {
        let Self { mut members, password, with_custom_data, .. } = self;
        if let Some(password) = &password {
            members.set("password", client.encrypt(password)?);
        }
        let variables = variables(members).custom_data(with_custom_data);
        client.graphql(operation, variables.hiding(&password.unwrap_or_default()))
    }

    /// The password goes in clear text: see [`ldap`](Self::ldap) and [`ad`](Self::ad).
    fn rest(self, client: &Client, path: &str) -> Result<User> {
        let Self { members, password, with_custom_data, .. } = self;
        let password = password.unwrap_or_default();
        let members = members
            .with("password", password.expose())
            .with("withCustomData", with_custom_data.then_some(true));
        client.rest(&RestRequest::post(path).json(members).hiding(&password))
    }

    /// What an error calls the request.
    fn operation(&self) -> &'static str {
        match self.way.endpoint {
            Endpoint::Input(operation) | Endpoint::Arguments(operation) => operation.field,
            Endpoint::Rest(path) | Endpoint::WebsocketHost(path) => path,
        }
    }
}

/// The session of a user whom the service has just answered to a login.
pub(super) fn signed_in(client: &Client, user: User, operation: &str) -> Result<Session> {
    match user.token.clone().filter(|token| !token.is_empty()) {
        Some(token) => Ok(Session::new(client, token, Some(user))),
        None => Err(client.reported(
            Error::config("app_id", "names an application that is set to withhold tokens")
                .with_operation(operation),
        )),
    }
}

impl AuthenticationClient {
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

    /// Logs a user in by phone number and code: the short form of [`login`](Self::login).
    ///
    /// # Errors
    ///
    /// As [`login`](Self::login), and
    /// [`WRONG_VERIFICATION_CODE`](crate::codes::WRONG_VERIFICATION_CODE) or
    /// [`VERIFICATION_CODE_EXPIRED`](crate::codes::VERIFICATION_CODE_EXPIRED).
    pub fn login_by_phone_code(
        &self,
        phone: impl Into<Phone>,
        code: impl Into<String>,
    ) -> Result<Session> {
        self.login(Login::phone_code(phone, code))
    }

    /// Logs a user in by phone number and password: the short form of [`login`](Self::login).
    ///
    /// # Errors
    ///
    /// As [`login`](Self::login).
    pub fn login_by_phone_password(
        &self,
        phone: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Session> {
        self.login(Login::phone_password(phone, password))
    }

    /// Logs a user in by sub-account: the short form of [`login`](Self::login).
    ///
    /// # Errors
    ///
    /// As [`login`](Self::login).
    pub fn login_by_sub_account(
        &self,
        account: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Session> {
        self.login(Login::sub_account(account, password))
    }

    /// Logs a user in by LDAP account: the short form of [`login`](Self::login). **The password is
    /// sent in clear text**, see [`Login::ldap`].
    ///
    /// # Errors
    ///
    /// As [`login`](Self::login).
    pub fn login_by_ldap(
        &self,
        username: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Session> {
        self.login(Login::ldap(username, password))
    }

    /// Logs a user in by Active Directory account: the short form of [`login`](Self::login). **The
    /// password is sent in clear text**, see [`Login::ad`].
    ///
    /// # Errors
    ///
    /// As [`login`](Self::login), and [`ErrorKind::Config`](crate::ErrorKind::Config) when the host
    /// does not follow from the application's.
    pub fn login_by_ad(
        &self,
        username: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Session> {
        self.login(Login::ad(username, password))
    }

    /// Logs a user in, by whatever the [`Login`] says.
    ///
    /// A login can need a next step. Then its error has what that step needs: a second factor is
    /// [`mfa::Challenge::of`](crate::mfa::Challenge::of), a password that has to be changed first
    /// is [`PasswordReset::of`](crate::PasswordReset::of).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a password that is too long for the key,
    /// or an option that does not go with the way of logging in;
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the application is set to withhold
    /// tokens, without which there is no session; [`ErrorKind::Api`](crate::ErrorKind::Api) with
    /// the service's code, for example [`USER_NOT_FOUND`](crate::codes::USER_NOT_FOUND),
    /// [`WRONG_PASSWORD`](crate::codes::WRONG_PASSWORD),
    /// [`CAPTCHA_REQUIRED`](crate::codes::CAPTCHA_REQUIRED),
    /// [`OTP_REQUIRED`](crate::codes::OTP_REQUIRED) or
    /// [`FIRST_LOGIN_PASSWORD_RESET_REQUIRED`](crate::codes::FIRST_LOGIN_PASSWORD_RESET_REQUIRED).
    pub fn login(&self, login: Login) -> Result<Session> {
        let operation = login.operation();
        let user = login.send(&self.client.begin())?;
        signed_in(&self.client, user, operation)
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![
        &LOGIN_BY_EMAIL,
        &LOGIN_BY_PHONE_CODE,
        &LOGIN_BY_PHONE_PASSWORD,
        &LOGIN_BY_SUB_ACCOUNT,
        &LOGIN_BY_USERNAME,
    ]
}
