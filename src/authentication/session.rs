//! One signed-in user.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use crate::client::Client;
use crate::credential::Credential;
use crate::error::{Error, ErrorKind, Result};
use crate::graphql::{Operation, Variables};
use crate::object::Object;
use crate::operations::{UPDATE_USER, USER};
use crate::profile::{profile_setters, text_setters};
use crate::rest::RestRequest;
use crate::secret::Secret;
use crate::types::User;

pub(super) const UPDATE_PASSWORD: Operation<User> = Operation::mutation("updatePassword")
    .arguments(&[("newPassword", "String!"), ("oldPassword", "String")])
    .selecting("{ ...User }");

pub(super) const REFRESH_TOKEN: Operation<RefreshToken> =
    Operation::mutation("refreshToken").arguments(&[("id", "String")]).selecting("{ token exp }");

/// A signed-in user, by the token that proves it.
///
/// It comes from logging in, or from a token that you stored
/// ([`AuthenticationClient::session`](super::AuthenticationClient::session)). Whatever a user does
/// for himself is a method here. It never changes: a new token means a new session.
#[derive(Clone, Debug)]
pub struct Session {
    pub(super) client: Client,
    token: Secret,
    user: Option<Box<User>>,
    expires_at: Option<i64>,
}

/// `exp` is in seconds since 1970.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct RefreshToken {
    token: Option<Secret>,
    exp: Option<i64>,
}

impl Session {
    pub(super) fn new(client: &Client, token: Secret, user: Option<User>) -> Self {
        let client = client.with_credential(Credential::Token(token.clone()));
        Self { client, token, user: user.map(Box::new), expires_at: None }
    }

    /// The token, to be stored or sent to your own server.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// The user as the login answered it; none in a session from a stored token.
    /// [`current_user`](Self::current_user) asks the server.
    pub fn user(&self) -> Option<&User> {
        self.user.as_deref()
    }

    /// The user's id, for operations that want it beside the token: as the login answered it, else
    /// as the token says, else from the server. Nobody is trusted for it: the service compares it
    /// with the token's user.
    pub(super) fn user_id(&self) -> Result<String> {
        match self.user().map(|user| user.id.clone()).or_else(|| subject(&self.token)) {
            Some(id) => Ok(id),
            None => self.current_user().map(|user| user.id),
        }
    }

    /// When the token ends, in seconds since 1970, if the server said so when it issued it.
    pub fn expires_at(&self) -> Option<i64> {
        self.expires_at
    }

    /// Asks for the user as he is now, user-defined values included. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`] when the token is not, or no longer, valid.
    pub fn current_user(&self) -> Result<User> {
        let variables = Variables::new().custom_data(true);
        self.client.graphql(&USER, variables)?.ok_or_else(|| {
            let error = Error::new(ErrorKind::Api, "the service knows no user of this token");
            self.client.reported(error.with_operation(USER.field))
        })
    }

    /// Changes the user's profile and returns the user as he is then. GraphQL `updateUser`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`], for example
    /// [`USERNAME_ALREADY_EXISTS`](crate::codes::USERNAME_ALREADY_EXISTS), or
    /// [`Error::is_unauthorized`].
    pub fn update_profile(&self, update: ProfileUpdate) -> Result<User> {
        let ProfileUpdate { members, email_token, phone_token } = update;
        let mut variables = Variables::new().with("input", members);
        for (name, token) in [("emailToken", email_token), ("phoneToken", phone_token)] {
            if let Some(token) = token {
                variables = variables.with(name, token.expose()).hiding(&token);
            }
        }
        self.client.graphql(&UPDATE_USER, variables)
    }

    /// Changes the user's password; both are encrypted on their way. GraphQL `updatePassword`.
    ///
    /// Whether tokens that were issued before stay valid, the service decides.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for a password that is too long for the key; [`ErrorKind::Api`], for
    /// example [`WRONG_OLD_PASSWORD`](crate::codes::WRONG_OLD_PASSWORD) or
    /// [`PASSWORD_TOO_SHORT`](crate::codes::PASSWORD_TOO_SHORT).
    pub fn update_password(
        &self,
        new_password: impl Into<Secret>,
        old_password: impl Into<Secret>,
    ) -> Result<User> {
        self.change_password(new_password.into(), Some(old_password.into()))
    }

    /// Gives a password to a user who has none, for example after a social login. GraphQL
    /// `updatePassword`.
    ///
    /// # Errors
    ///
    /// As [`update_password`](Self::update_password);
    /// [`OLD_PASSWORD_REQUIRED`](crate::codes::OLD_PASSWORD_REQUIRED) when there is one.
    pub fn set_password(&self, password: impl Into<Secret>) -> Result<User> {
        self.change_password(password.into(), None)
    }

    fn change_password(&self, new: Secret, old: Option<Secret>) -> Result<User> {
        let client = self.client.begin();
        let mut variables =
            Variables::new().with("newPassword", client.encrypt(&new)?).hiding(&new);
        if let Some(old) = old {
            variables = variables.with("oldPassword", client.encrypt(&old)?).hiding(&old);
        }
        client.graphql(&UPDATE_PASSWORD, variables)
    }

    /// Exchanges the token for a new one with a full life: the session with it. GraphQL
    /// `refreshToken`.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`] when the token is not, or no longer, valid.
    pub fn refresh_token(&self) -> Result<Self> {
        let RefreshToken { token, exp } = self.client.graphql(&REFRESH_TOKEN, Variables::new())?;
        let token = token.ok_or_else(|| {
            let error = Error::new(ErrorKind::Parse, "the answer has no token");
            self.client.reported(error.with_operation(REFRESH_TOKEN.field))
        })?;
        let user = self.user.as_deref().cloned();
        Ok(Self { expires_at: exp, ..Self::new(&self.client, token, user) })
    }

    /// Ends the session at the application and makes the token invalid. `GET /api/v2/logout`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] without [`app_id`](crate::Options::app_id);
    /// [`Error::is_unauthorized`] when the token was not valid any more.
    pub fn logout(self) -> Result<()> {
        // A GET that changes something: a second one would find the token gone.
        let request =
            RestRequest::get("/api/v2/logout").query("app_id", self.client.app_id()?).once();
        self.client.rest::<IgnoredAny>(&request).map(drop)
    }

    /// Runs any GraphQL document as this user: see
    /// [`ManagementClient::graphql`](crate::ManagementClient::graphql).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn graphql<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: impl Into<Value>,
    ) -> Result<T> {
        self.client.graphql_document(document, variables.into())
    }

    /// Sends any REST request as this user: see
    /// [`ManagementClient::rest`](crate::ManagementClient::rest).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn rest<T: DeserializeOwned>(&self, request: &RestRequest) -> Result<T> {
        self.client.rest(request)
    }
}

/// The user's id in a JWT, which is not verified.
fn subject(token: &Secret) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        data: Option<Value>,
        sub: Option<String>,
    }
    let payload = URL_SAFE_NO_PAD.decode(token.expose().split('.').nth(1)?).ok()?;
    let Claims { data, sub } = serde_json::from_slice(&payload).ok()?;
    let id = data.as_ref().and_then(|data| data.get("id")?.as_str()).map(str::to_owned);
    id.or(sub).filter(|id| !id.is_empty())
}

/// What a user changes in his profile; what is not set stays as it is, empty text clears.
///
/// ```
/// use authing::ProfileUpdate;
///
/// let update = ProfileUpdate::new().nickname("Nick").city("Shanghai").website("");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileUpdate {
    members: Object,
    email_token: Option<Secret>,
    phone_token: Option<Secret>,
}

impl ProfileUpdate {
    /// An update that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    profile_setters!();

    text_setters! {
        /// The name to log in with.
        username = "username";
        /// The city.
        city = "city";
        /// The province.
        province = "province";
        /// The id in a system of your own.
        external_id = "externalId";
        /// The country code of the phone number, such as `+86`; newer Authing servers only.
        phone_country_code = "phoneCountryCode";
    }

    /// A new e-mail address with the proof that it was verified; newer Authing servers only.
    pub fn email(mut self, email: impl Into<String>, email_token: impl Into<Secret>) -> Self {
        self.members.set("email", email.into());
        self.email_token = Some(email_token.into());
        self
    }

    /// A new phone number with the proof that it was verified; newer Authing servers only.
    pub fn phone(mut self, phone: impl Into<String>, phone_token: impl Into<Secret>) -> Self {
        self.members.set("phone", phone.into());
        self.phone_token = Some(phone_token.into());
        self
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&UPDATE_PASSWORD, &REFRESH_TOKEN]
}
