//! Registering.

use serde_json::Value;

use super::AuthenticationClient;
use super::phone::Phone;
use super::session::Session;
use super::way::{check_options, context_text};
use crate::client::Client;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::object::Object;
use crate::profile::{profile_setters, text_setters};
use crate::secret::Secret;
use crate::types::{CustomValue, User, pairs, params};

const REGISTER_BY_USERNAME: Operation<User> = Operation::mutation("registerByUsername")
    .arguments(&[("input", "RegisterByUsernameInput!")])
    .selecting("{ ...User }");

const REGISTER_BY_EMAIL: Operation<User> = Operation::mutation("registerByEmail")
    .arguments(&[("input", "RegisterByEmailInput!")])
    .selecting("{ ...User }");

const REGISTER_BY_PHONE_CODE: Operation<User> = Operation::mutation("registerByPhoneCode")
    .arguments(&[("input", "RegisterByPhoneCodeInput!")])
    .selecting("{ ...User }");

/// A user who registers: see [`AuthenticationClient::register`].
///
/// An option that a way of registering does not know is an error of the registration,
/// [`ErrorKind::Usage`](crate::ErrorKind::Usage), and nothing is sent.
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
    way: &'static Way,
    members: Object,
    password: Option<Secret>,
}

/// A way of registering.
#[derive(Debug)]
struct Way {
    /// How an error calls it.
    name: &'static str,
    operation: &'static Operation<User>,
    /// The members that not every way takes.
    own_members: &'static [&'static str],
}

/// The members that every way takes.
const MEMBERS: [&str; 6] =
    ["profile", "forceLogin", "generateToken", "clientIp", "params", "context"];

static USERNAME: Way = Way {
    name: "registering by user name",
    operation: &REGISTER_BY_USERNAME,
    own_members: &["username", "phoneToken", "emailToken"],
};

static EMAIL: Way = Way {
    name: "registering by e-mail address",
    operation: &REGISTER_BY_EMAIL,
    own_members: &["email", "phoneToken"],
};

static PHONE_CODE: Way = Way {
    name: "registering by phone",
    operation: &REGISTER_BY_PHONE_CODE,
    own_members: &["phone", "code", "phoneCountryCode", "emailToken"],
};

impl Registration {
    /// By user name. GraphQL `registerByUsername`.
    pub fn username(username: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(&USERNAME, "username", username.into()).password(password)
    }

    /// By e-mail address. GraphQL `registerByEmail`.
    pub fn email(email: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(&EMAIL, "email", email.into()).password(password)
    }

    /// By phone number and the code that
    /// [`send_sms_code`](AuthenticationClient::send_sms_code) sent to it. The user has a password
    /// only if [`password`](Self::password) sets one. GraphQL `registerByPhoneCode`.
    pub fn phone_code(phone: impl Into<Phone>, code: impl Into<String>) -> Self {
        let Phone { number, country_code } = phone.into();
        let mut registration = Self::new(&PHONE_CODE, "phone", number);
        registration.members.set("code", code.into());
        registration.members.set("phoneCountryCode", country_code);
        registration
    }

    fn new(way: &'static Way, member: &str, value: String) -> Self {
        Self { way, members: Object::new().with(member, value), password: None }
    }

    /// The password, which is encrypted on its way. Defaults to the one that the constructor was
    /// given, or to none.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
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
    /// Defaults to none.
    pub fn custom_data<K: Into<String>, V: Into<CustomValue>>(
        mut self,
        custom_data: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.members.set("params", params(&pairs(custom_data)));
        self
    }

    /// What the user pool's pipeline functions get to see, by name. Defaults to nothing.
    pub fn context<K: Into<String>, V: Into<Value>>(
        mut self,
        context: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.members.set("context", context_text(context));
        self
    }

    /// The proof that the phone number of the profile was verified; newer Authing servers only, and
    /// not when registering by phone. Defaults to none.
    pub fn phone_token(mut self, phone_token: impl Into<Secret>) -> Self {
        self.members.set("phoneToken", phone_token.into().expose());
        self
    }

    /// The proof that the e-mail address of the profile was verified; newer Authing servers only,
    /// and not when registering by e-mail address. Defaults to none.
    pub fn email_token(mut self, email_token: impl Into<Secret>) -> Self {
        self.members.set("emailToken", email_token.into().expose());
        self
    }

    fn send(self, client: &Client) -> Result<User> {
        let Self { way, members, password } = self;
        check_options(client, &members, &[&MEMBERS, way.own_members].concat(), way.name)?;
        let Some(password) = password else {
            return client.graphql(way.operation, Variables::new().with("input", members));
        };
        let input = members.with("password", client.encrypt(&password)?);
        client.graphql(way.operation, Variables::new().with("input", input).hiding(&password))
    }
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

impl AuthenticationClient {
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

    /// Registers a user by phone number and code, without a password: the short form of
    /// [`register`](Self::register).
    ///
    /// # Errors
    ///
    /// As [`register`](Self::register).
    pub fn register_by_phone_code(
        &self,
        phone: impl Into<Phone>,
        code: impl Into<String>,
    ) -> Result<Registered> {
        self.register(Registration::phone_code(phone, code))
    }

    /// Registers a user, by whatever the [`Registration`] says.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a password that is too long for the key,
    /// or an option that does not go with the way of registering;
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) with the service's code, for example
    /// [`USERNAME_ALREADY_EXISTS`](crate::codes::USERNAME_ALREADY_EXISTS),
    /// [`MALFORMED_LOGIN_EMAIL`](crate::codes::MALFORMED_LOGIN_EMAIL),
    /// [`PASSWORD_TOO_SHORT`](crate::codes::PASSWORD_TOO_SHORT),
    /// [`WRONG_VERIFICATION_CODE`](crate::codes::WRONG_VERIFICATION_CODE) or
    /// [`REGISTRATION_DISABLED`](crate::codes::REGISTRATION_DISABLED).
    pub fn register(&self, registration: Registration) -> Result<Registered> {
        let user = registration.send(&self.client.begin())?;
        let token = user.token.clone().filter(|token| !token.is_empty());
        let session = token.map(|token| Session::new(&self.client, token, Some(user.clone())));
        Ok(Registered { user, session })
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&REGISTER_BY_EMAIL, &REGISTER_BY_PHONE_CODE, &REGISTER_BY_USERNAME]
}
