//! Logging in.

use serde_json::Value;

use super::register::context_text;
use crate::client::Client;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::object::Object;
use crate::secret::Secret;
use crate::types::{CustomValue, User, pairs, params};

pub(super) const LOGIN_BY_USERNAME: Operation<User> = Operation::mutation("loginByUsername")
    .arguments(&[("input", "LoginByUsernameInput!")])
    .selecting("{ ...User }");

pub(super) const LOGIN_BY_EMAIL: Operation<User> = Operation::mutation("loginByEmail")
    .arguments(&[("input", "LoginByEmailInput!")])
    .selecting("{ ...User }");

/// A user who logs in: see [`AuthenticationClient::login`](super::AuthenticationClient::login).
///
/// ```
/// use authing::Login;
///
/// let login = Login::username("bob", "passw0rd").auto_register(true).client_ip("192.0.2.7");
/// ```
#[derive(Clone, Debug)]
pub struct Login {
    members: Object,
    password: Secret,
    by_email: bool,
    custom_data: Vec<(String, CustomValue)>,
}

impl Login {
    /// By user name.
    pub fn username(username: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new("username", username.into(), password.into())
    }

    /// By e-mail address.
    pub fn email(email: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new("email", email.into(), password.into())
    }

    fn new(member: &str, value: String, password: Secret) -> Self {
        let members = Object::new().with(member, value);
        Self { members, password, by_email: member == "email", custom_data: Vec::new() }
    }

    /// Registers a user who does not exist. Defaults to false.
    pub fn auto_register(mut self, auto_register: bool) -> Self {
        self.members.set("autoRegister", auto_register);
        self
    }

    /// What the user read in the captcha, after the service asked for one
    /// ([`CAPTCHA_REQUIRED`](crate::codes::CAPTCHA_REQUIRED)).
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
    /// pool.
    pub fn custom_data<K: Into<String>, V: Into<CustomValue>>(
        mut self,
        custom_data: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.custom_data = pairs(custom_data);
        self
    }

    /// What the user pool's pipeline functions get to see, by name.
    pub fn context<K: Into<String>, V: Into<Value>>(
        mut self,
        context: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.members.set("context", context_text(context));
        self
    }

    pub(super) fn is_by_email(&self) -> bool {
        self.by_email
    }

    pub(super) fn variables(self, client: &Client) -> Result<Variables> {
        let input = self
            .members
            .with("password", client.encrypt(&self.password)?)
            .with("params", params(&self.custom_data));
        Ok(Variables::new().with("input", input).hiding(&self.password))
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&LOGIN_BY_EMAIL, &LOGIN_BY_USERNAME]
}
