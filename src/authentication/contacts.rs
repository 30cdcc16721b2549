//! The user's phone number and e-mail address.

use super::phone::Phone;
use super::session::Session;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::types::User;

const BIND_PHONE: Operation<User> = Operation::mutation("bindPhone")
    .arguments(&[("phone", "String!"), ("phoneCode", "String!")])
    .newer_arguments(&[("phoneCountryCode", "String")])
    .selecting("{ ...User }");

const UPDATE_PHONE: Operation<User> = Operation::mutation("updatePhone")
    .arguments(&[
        ("phone", "String!"),
        ("phoneCode", "String!"),
        ("oldPhone", "String"),
        ("oldPhoneCode", "String"),
    ])
    .newer_arguments(&[("phoneCountryCode", "String"), ("oldPhoneCountryCode", "String")])
    .selecting("{ ...User }");

const UNBIND_PHONE: Operation<User> = Operation::mutation("unbindPhone").selecting("{ ...User }");

const BIND_EMAIL: Operation<User> = Operation::mutation("bindEmail")
    .arguments(&[("email", "String!"), ("emailCode", "String!")])
    .selecting("{ ...User }");

const UPDATE_EMAIL: Operation<User> = Operation::mutation("updateEmail")
    .arguments(&[
        ("email", "String!"),
        ("emailCode", "String!"),
        ("oldEmail", "String"),
        ("oldEmailCode", "String"),
    ])
    .selecting("{ ...User }");

const UNBIND_EMAIL: Operation<User> = Operation::mutation("unbindEmail").selecting("{ ...User }");

/// Each of these returns the user as he is then. The codes are those of
/// [`AuthenticationClient::send_sms_code`](super::AuthenticationClient::send_sms_code) and
/// [`send_email`](super::AuthenticationClient::send_email).
///
/// ```no_run
/// # let app = authing::AuthenticationClient::new(authing::Options::from_env()?)?;
/// # let session = app.session("TOKEN");
/// # let ask = |_: &str| "123456";
/// use authing::EmailScene;
///
/// for email in ["ann@old.example", "ann@new.example"] {
///     app.send_email(email, EmailScene::ChangeEmail)?;
/// }
/// let (new, old) = (ask("The code at the new address?"), ask("The code at the old one?"));
/// session.update_email_with_old("ann@new.example", new, "ann@old.example", old)?;
/// # Ok::<(), authing::Error>(())
/// ```
impl Session {
    /// Binds a phone number to a user who has none. GraphQL `bindPhone`.
    ///
    /// # Errors
    ///
    /// [`WRONG_VERIFICATION_CODE`](crate::codes::WRONG_VERIFICATION_CODE),
    /// [`VERIFICATION_CODE_EXPIRED`](crate::codes::VERIFICATION_CODE_EXPIRED),
    /// [`Error::is_already_exists`](crate::Error::is_already_exists) when somebody else has it.
    pub fn bind_phone(
        &self,
        phone: impl Into<Phone>,
        phone_code: impl Into<String>,
    ) -> Result<User> {
        self.client.graphql(&BIND_PHONE, new_phone(phone.into(), phone_code.into()))
    }

    /// Changes the phone number, where the user pool asks for no proof of the old one. GraphQL
    /// `updatePhone`.
    ///
    /// # Errors
    ///
    /// As [`bind_phone`](Self::bind_phone);
    /// [`OLD_PHONE_NOT_VERIFIED`](crate::codes::OLD_PHONE_NOT_VERIFIED) where
    /// [`update_phone_with_old`](Self::update_phone_with_old) is the way.
    pub fn update_phone(
        &self,
        phone: impl Into<Phone>,
        phone_code: impl Into<String>,
    ) -> Result<User> {
        self.client.graphql(&UPDATE_PHONE, new_phone(phone.into(), phone_code.into()))
    }

    /// Changes the phone number, with a code for the new one and one for the old one. GraphQL
    /// `updatePhone`.
    ///
    /// # Errors
    ///
    /// As [`bind_phone`](Self::bind_phone);
    /// [`OLD_PHONE_MISMATCH`](crate::codes::OLD_PHONE_MISMATCH).
    pub fn update_phone_with_old(
        &self,
        phone: impl Into<Phone>,
        phone_code: impl Into<String>,
        old_phone: impl Into<Phone>,
        old_phone_code: impl Into<String>,
    ) -> Result<User> {
        let old = old_phone.into();
        let variables = new_phone(phone.into(), phone_code.into())
            .with("oldPhone", old.number)
            .with("oldPhoneCountryCode", old.country_code)
            .with("oldPhoneCode", old_phone_code.into());
        self.client.graphql(&UPDATE_PHONE, variables)
    }

    /// Takes the phone number away from the account. GraphQL `unbindPhone`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the service will not, for example because it
    /// is the last way to log in.
    pub fn unbind_phone(&self) -> Result<User> {
        self.client.graphql(&UNBIND_PHONE, Variables::new())
    }

    /// Binds an e-mail address to a user who has none, with a code for
    /// [`EmailScene::VerifyEmail`](crate::EmailScene::VerifyEmail). GraphQL `bindEmail`.
    ///
    /// # Errors
    ///
    /// As [`bind_phone`](Self::bind_phone).
    pub fn bind_email(
        &self,
        email: impl Into<String>,
        email_code: impl Into<String>,
    ) -> Result<User> {
        self.client.graphql(&BIND_EMAIL, new_email(email.into(), email_code.into()))
    }

    /// Changes the e-mail address, where the user pool asks for no proof of the old one, with a
    /// code for [`EmailScene::ChangeEmail`](crate::EmailScene::ChangeEmail). GraphQL `updateEmail`.
    ///
    /// # Errors
    ///
    /// As [`bind_phone`](Self::bind_phone);
    /// [`OLD_EMAIL_NOT_VERIFIED`](crate::codes::OLD_EMAIL_NOT_VERIFIED) where
    /// [`update_email_with_old`](Self::update_email_with_old) is the way.
    pub fn update_email(
        &self,
        email: impl Into<String>,
        email_code: impl Into<String>,
    ) -> Result<User> {
        self.client.graphql(&UPDATE_EMAIL, new_email(email.into(), email_code.into()))
    }

    /// Changes the e-mail address, with a code for the new one and one for the old one, both for
    /// [`EmailScene::ChangeEmail`](crate::EmailScene::ChangeEmail). GraphQL `updateEmail`.
    ///
    /// # Errors
    ///
    /// As [`bind_phone`](Self::bind_phone);
    /// [`OLD_EMAIL_MISMATCH`](crate::codes::OLD_EMAIL_MISMATCH).
    pub fn update_email_with_old(
        &self,
        email: impl Into<String>,
        email_code: impl Into<String>,
        old_email: impl Into<String>,
        old_email_code: impl Into<String>,
    ) -> Result<User> {
        let variables = new_email(email.into(), email_code.into())
            .with("oldEmail", old_email.into())
            .with("oldEmailCode", old_email_code.into());
        self.client.graphql(&UPDATE_EMAIL, variables)
    }

    /// Takes the e-mail address away from the account. GraphQL `unbindEmail`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when there is none, or it is the last way to log
    /// in.
    pub fn unbind_email(&self) -> Result<User> {
        self.client.graphql(&UNBIND_EMAIL, Variables::new())
    }
}

fn new_phone(phone: Phone, code: String) -> Variables {
    Variables::new()
        .with("phone", phone.number)
        .with("phoneCountryCode", phone.country_code)
        .with("phoneCode", code)
}

fn new_email(email: String, code: String) -> Variables {
    Variables::new().with("email", email).with("emailCode", code)
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&BIND_EMAIL, &BIND_PHONE, &UNBIND_EMAIL, &UNBIND_PHONE, &UPDATE_EMAIL, &UPDATE_PHONE]
}
