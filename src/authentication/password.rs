//! Passwords that were forgotten or have to be changed, and how good they are.

use serde::{Deserialize, Serialize};

use super::AuthenticationClient;
use super::phone::Phone;
use super::security_level::PasswordSecurityLevel;
use crate::codes;
use crate::error::{Error, Result};
use crate::graphql::{Operation, Variables};
use crate::secret::Secret;
use crate::types::CommonMessage;

const RESET_PASSWORD: Operation<Option<CommonMessage>> = Operation::mutation("resetPassword")
    .arguments(&[
        ("phone", "String"),
        ("email", "String"),
        ("code", "String!"),
        ("newPassword", "String!"),
    ])
    .newer_arguments(&[("phoneCountryCode", "String")])
    .selecting("{ code message }");

const RESET_PASSWORD_BY_FIRST_LOGIN_TOKEN: Operation<Option<CommonMessage>> =
    Operation::mutation("resetPasswordByFirstLoginToken")
        .arguments(&[("token", "String!"), ("password", "String!")])
        .recent_only()
        .selecting("{ code message }");

const RESET_PASSWORD_BY_FORCE_RESET_TOKEN: Operation<Option<CommonMessage>> =
    Operation::mutation("resetPasswordByForceResetToken")
        .arguments(&[("token", "String!"), ("oldPassword", "String!"), ("newPassword", "String!")])
        .recent_only()
        .selecting("{ code message }");

const CHECK_PASSWORD_STRENGTH: Operation<PasswordStrength> =
    Operation::query("checkPasswordStrength")
        .arguments(&[("password", "String!")])
        .selecting("{ valid message }");

/// A password that has to be changed before its user can log in: what the error of the login says
/// of it.
///
/// ```
/// use authing::PasswordReset;
///
/// # let emulator = authing_emulator::Emulator::start().unwrap();
/// # let options = authing::Options::new()
/// #     .app(emulator.app_id(), emulator.app_host())
/// #     .public_key_pem(emulator.public_key());
/// # let app = authing::AuthenticationClient::new(options)?;
/// # let bob = app.register_by_username("bob", "passw0rd")?;
/// # emulator.force_password_reset(&bob.user.id);
/// # let ask = |_: &str| "new passw0rd";
/// let session = match app.login_by_username("bob", "passw0rd") {
///     Err(error) => match PasswordReset::of(&error) {
///         Some(PasswordReset::FirstLogin { token }) => {
///             app.reset_password_by_first_token(token, ask("Choose a password:"))?;
///             app.login_by_username("bob", "new passw0rd")?
///         }
///         Some(PasswordReset::Forced { token }) => {
///             app.reset_password_with_force_reset(token, "passw0rd", ask("Your password expired:"))?;
///             app.login_by_username("bob", "new passw0rd")?
///         }
///         _ => return Err(error),
///     },
///     Ok(session) => session,
/// };
/// assert_eq!(session.current_user()?.username.as_deref(), Some("bob"));
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordReset {
    /// The first password was somebody else's choice
    /// ([`FIRST_LOGIN_PASSWORD_RESET_REQUIRED`](codes::FIRST_LOGIN_PASSWORD_RESET_REQUIRED)).
    FirstLogin {
        /// For [`AuthenticationClient::reset_password_by_first_token`].
        token: Secret,
    },
    /// The password is too old ([`PASSWORD_RESET_FORCED`](codes::PASSWORD_RESET_FORCED)).
    Forced {
        /// For [`AuthenticationClient::reset_password_with_force_reset`].
        token: Secret,
    },
}

impl PasswordReset {
    /// What the error of a login says, if it says that the password has to be changed.
    pub fn of(error: &Error) -> Option<Self> {
        let token = error.data()?.get("token")?.as_str().filter(|token| !token.is_empty())?;
        match error.code()? {
            codes::FIRST_LOGIN_PASSWORD_RESET_REQUIRED => {
                Some(Self::FirstLogin { token: token.into() })
            }
            codes::PASSWORD_RESET_FORCED => Some(Self::Forced { token: token.into() }),
            _ => None,
        }
    }
}

/// Whether the user pool takes a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PasswordStrength {
    /// It does.
    pub valid: bool,
    /// Why, in words.
    pub message: Option<String>,
}

impl AuthenticationClient {
    /// Sets a forgotten password, with a code that [`send_sms_code`](Self::send_sms_code) sent. The
    /// password is encrypted on its way. GraphQL `resetPassword`.
    ///
    /// # Errors
    ///
    /// [`WRONG_VERIFICATION_CODE`](codes::WRONG_VERIFICATION_CODE),
    /// [`VERIFICATION_CODE_EXPIRED`](codes::VERIFICATION_CODE_EXPIRED),
    /// [`PASSWORD_TOO_SHORT`](codes::PASSWORD_TOO_SHORT), [`Error::is_not_found`], or
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a password that is too long for the key.
    pub fn reset_password_by_phone_code(
        &self,
        phone: impl Into<Phone>,
        code: impl Into<String>,
        new_password: impl Into<Secret>,
    ) -> Result<()> {
        let Phone { number, country_code } = phone.into();
        let variables =
            Variables::new().with("phone", number).with("phoneCountryCode", country_code);
        self.reset_password(variables.with("code", code.into()), &new_password.into())
    }

    /// Sets a forgotten password, with a code that [`send_email`](Self::send_email) sent for
    /// [`EmailScene::ResetPassword`](crate::EmailScene::ResetPassword). The password is encrypted
    /// on its way. GraphQL `resetPassword`.
    ///
    /// # Errors
    ///
    /// As [`reset_password_by_phone_code`](Self::reset_password_by_phone_code).
    pub fn reset_password_by_email_code(
        &self,
        email: impl Into<String>,
        code: impl Into<String>,
        new_password: impl Into<Secret>,
    ) -> Result<()> {
        let variables = Variables::new().with("email", email.into()).with("code", code.into());
        self.reset_password(variables, &new_password.into())
    }

    fn reset_password(&self, variables: Variables, new_password: &Secret) -> Result<()> {
        let client = self.client.begin();
        let variables =
            variables.with("newPassword", client.encrypt(new_password)?).hiding(new_password);
        client.command(&RESET_PASSWORD, variables)
    }

    /// Sets the password of a user who has to choose one at the first login: see
    /// [`PasswordReset`]. Logging in is the next step. The password is encrypted on its way.
    /// GraphQL `resetPasswordByFirstLoginToken`; newer Authing servers only.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`] for a token that is not, or no longer, good;
    /// [`PASSWORD_TOO_SHORT`](codes::PASSWORD_TOO_SHORT).
    #[doc(alias = "resetPasswordByFirstLoginToken")]
    pub fn reset_password_by_first_token(
        &self,
        token: impl Into<Secret>,
        password: impl Into<Secret>,
    ) -> Result<()> {
        let (token, password) = (token.into(), password.into());
        let client = self.client.begin();
        let variables = Variables::new()
            .with("token", token.expose())
            .with("password", client.encrypt(&password)?)
            .hiding(&token)
            .hiding(&password);
        client.command(&RESET_PASSWORD_BY_FIRST_LOGIN_TOKEN, variables)
    }

    /// Changes a password that the service wants changed: see [`PasswordReset`]. Logging in is the
    /// next step. Both passwords are encrypted on their way. GraphQL
    /// `resetPasswordByForceResetToken`; newer Authing servers only.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`] for a token that is not, or no longer, good;
    /// [`WRONG_OLD_PASSWORD`](codes::WRONG_OLD_PASSWORD);
    /// [`PASSWORD_TOO_SHORT`](codes::PASSWORD_TOO_SHORT).
    #[doc(alias = "resetPasswordByForceResetToken")]
    pub fn reset_password_with_force_reset(
        &self,
        token: impl Into<Secret>,
        old_password: impl Into<Secret>,
        new_password: impl Into<Secret>,
    ) -> Result<()> {
        let (token, old, new) = (token.into(), old_password.into(), new_password.into());
        let client = self.client.begin();
        let variables = Variables::new()
            .with("token", token.expose())
            .with("oldPassword", client.encrypt(&old)?)
            .with("newPassword", client.encrypt(&new)?)
            .hiding(&token)
            .hiding(&old)
            .hiding(&new);
        client.command(&RESET_PASSWORD_BY_FORCE_RESET_TOKEN, variables)
    }

    /// Asks the server whether the user pool's rules allow a password. GraphQL
    /// `checkPasswordStrength`.
    ///
    /// **The password is sent in clear text**, protected by TLS alone.
    /// [`compute_password_security_level`](Self::compute_password_security_level) sends nothing.
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A weak password is no error.
    pub fn check_password_strength(&self, password: impl Into<Secret>) -> Result<PasswordStrength> {
        let password = password.into();
        let variables = Variables::new().with("password", password.expose()).hiding(&password);
        self.client.graphql(&CHECK_PASSWORD_STRENGTH, variables)
    }

    /// How hard a password is to guess, by the rule of the vendors' own clients; nothing is sent.
    ///
    /// High is at least 12 characters with a lower-case letter, an upper-case letter and a digit;
    /// middle is at least 8 with a letter and a digit; letters and digits are ASCII, any other
    /// character counts for the length.
    ///
    /// ```
    /// use authing::{AuthenticationClient, PasswordSecurityLevel};
    ///
    /// let level = AuthenticationClient::compute_password_security_level("correct h0rse");
    /// assert_eq!(level, PasswordSecurityLevel::Middle);
    /// ```
    pub fn compute_password_security_level(password: impl Into<Secret>) -> PasswordSecurityLevel {
        PasswordSecurityLevel::of(password.into().expose())
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![
        &CHECK_PASSWORD_STRENGTH,
        &RESET_PASSWORD,
        &RESET_PASSWORD_BY_FIRST_LOGIN_TOKEN,
        &RESET_PASSWORD_BY_FORCE_RESET_TOKEN,
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_reset_is_known_by_code_and_token_together() {
        let of = |code, data| {
            let error = Error::new(ErrorKind::Api, "").with_code(Some(code)).with_data(Some(data));
            PasswordReset::of(&error)
        };
        let token = Secret::from("t");
        assert_eq!(
            of(1639, json!({"token": "t"})),
            Some(PasswordReset::FirstLogin { token: token.clone() })
        );
        assert_eq!(of(2058, json!({"token": "t"})), Some(PasswordReset::Forced { token }));
        assert_eq!(of(2006, json!({"token": "t"})), None);
        for data in [json!({}), json!(null), json!({"token": ""}), json!({"token": 5}), json!("t")]
        {
            assert_eq!(of(1639, data.clone()), None, "{data}");
        }
    }
}
