//! Registering.

use serde_json::Value;

use super::session::Session;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::graphql::{Operation, Variables};
use crate::object::Object;
use crate::profile::{profile_setters, text_setters};
use crate::secret::Secret;
use crate::types::{CustomValue, User, pairs, params};

pub(super) const REGISTER_BY_USERNAME: Operation<User> = Operation::mutation("registerByUsername")
    .arguments(&[("input", "RegisterByUsernameInput!")])
    .selecting("{ ...User }");

pub(super) const REGISTER_BY_EMAIL: Operation<User> = Operation::mutation("registerByEmail")
    .arguments(&[("input", "RegisterByEmailInput!")])
    .selecting("{ ...User }");

/// A user who registers: see [`AuthenticationClient::register`](super::AuthenticationClient::register).
///
/// ```
/// use authing::{Profile, Registration};
///
/// let registration = Registration::email("ann@example.com", "s3cret!")
///     .profile(Profile::new().nickname("Ann"))
///     .custom_data([("school", "SJTU")])
///     .generate_token(true);
/// ```
#[derive(Clone, Debug)]
pub struct Registration {
    members: Object,
    password: Secret,
    by_email: bool,
    custom_data: Vec<(String, CustomValue)>,
}

impl Registration {
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

    /// The user's profile. Defaults to an empty one.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.members.set("profile", profile.members);
        self
    }

    /// Also logs the user in, with all that the application has set for logins, and issues a
    /// token. Defaults to false.
    pub fn force_login(mut self, force_login: bool) -> Self {
        self.members.set("forceLogin", force_login);
        self
    }

    /// Issues a token, so that [`Registered::session`] is there, without logging the user in.
    /// Defaults to false.
    pub fn generate_token(mut self, generate_token: bool) -> Self {
        self.members.set("generateToken", generate_token);
        self
    }

    /// The address of the end user, when your server registers them. Defaults to the address that
    /// the request comes from.
    pub fn client_ip(mut self, client_ip: impl Into<String>) -> Self {
        self.members.set("clientIp", client_ip.into());
        self
    }

    /// Values of user-defined fields, by key. The fields have to be defined in the user pool.
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

    /// The proof that the phone number of the profile was verified; newer Authing servers only.
    pub fn phone_token(mut self, phone_token: impl Into<Secret>) -> Self {
        self.members.set("phoneToken", phone_token.into().expose());
        self
    }

    /// The proof that the e-mail address of the profile was verified; newer Authing servers only,
    /// and only when registering by user name.
    pub fn email_token(mut self, email_token: impl Into<Secret>) -> Self {
        self.members.set("emailToken", email_token.into().expose());
        self
    }

    pub(super) fn is_by_email(&self) -> bool {
        self.by_email
    }

    pub(super) fn variables(self, client: &Client) -> Result<Variables> {
        if self.by_email && self.members.contains("emailToken") {
            let message = "`email_token` goes with registering by user name, not by e-mail";
            return Err(client.reported(Error::usage(message)));
        }
        let input = self
            .members
            .with("password", client.encrypt(&self.password)?)
            .with("params", params(&self.custom_data));
        Ok(Variables::new().with("input", input).hiding(&self.password))
    }
}

/// JSON text of an object, the form in which registering and logging in take a context.
pub(super) fn context_text<K: Into<String>, V: Into<Value>>(
    context: impl IntoIterator<Item = (K, V)>,
) -> String {
    let members = context.into_iter().map(|(key, value)| (key.into(), value.into()));
    Value::Object(members.collect()).to_string()
}

/// The profile of a user who registers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    members: Object,
}

impl Profile {
    /// An empty profile.
    pub fn new() -> Self {
        Self::default()
    }

    profile_setters!();

    text_setters! {
        /// The user name, when registering by something else.
        username = "username";
        /// The e-mail address, when registering by something else; newer Authing servers only.
        email = "email";
        /// The phone number, when registering by something else; newer Authing servers only.
        phone = "phone";
        /// The address that the user registers from.
        ip = "ip";
    }
}

/// A user who has just registered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registered {
    /// The user.
    pub user: User,
    /// The user's session, if [`Registration::force_login`] or [`Registration::generate_token`]
    /// asked for a token.
    pub session: Option<Session>,
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&REGISTER_BY_EMAIL, &REGISTER_BY_USERNAME]
}
