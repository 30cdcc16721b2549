//! Second factors: one-time passwords (TOTP), codes by text message and e-mail, faces.
//!
//! A login that needs a second factor fails with an error that has a [`Challenge`], from which
//! [`AuthenticationClient::mfa`](crate::AuthenticationClient::mfa) makes a [`PendingLogin`], whose methods end in a
//! [`Session`]:
//!
//! ```
//! use authing::mfa::{Challenge, Policy};
//! # use authing::{AuthenticationClient, Error, Options, Registration, Session};
//! # let emulator = authing_emulator::Emulator::start().unwrap();
//! # let options = Options::new()
//! #     .app(emulator.app_id(), emulator.app_host())
//! #     .public_key_pem(emulator.public_key());
//! # let app = AuthenticationClient::new(options)?;
//! # app.send_sms_code("13800000000")?;
//! # let code = emulator.messages().pop().unwrap().code;
//! # let bob = Registration::phone_code("13800000000", code).password("passw0rd");
//! # app.register(bob.profile(authing::Profile::new().username("bob")))?;
//! # emulator.require_second_factor(&["SMS", "OTP"]);
//! # emulator.advance(std::time::Duration::from_secs(60));
//! # let ask = |_: &str| emulator.messages().pop().unwrap().code;
//!
//! fn log_in(app: &AuthenticationClient, ask: impl Fn(&str) -> String) -> Result<Session, Error> {
//!     let error = match app.login_by_username("bob", "passw0rd") {
//!         Ok(session) => return Ok(session),
//!         Err(error) => error,
//!     };
//!     let Some(challenge) = Challenge::of(&error) else { return Err(error) };
//!     let login = app.mfa(&challenge);
//!     match (challenge.offers(&Policy::Sms), &challenge.phone) {
//!         (true, Some(phone)) => {
//!             app.send_sms_code(phone.as_str())?;
//!             login.verify_sms(phone.as_str(), ask("The code we sent you?"))
//!         }
//!         _ => login.verify_totp(ask("The code that your authenticator shows?")),
//!     }
//! }
//!
//! assert!(log_in(&app, ask)?.current_user()?.phone_verified == Some(true));
//! # Ok::<(), Error>(())
//! ```
//!
//! Whether the second step happens in another request than the first, as on a web site, makes no
//! difference: keep [`Challenge::token`] as the secret that it is, and give it to `mfa` again.
//!
//! A user sets his authenticator up in a session ([`Session::mfa`](crate::Session::mfa)), or
//! during such a login if the application wants one and he has none:
//!
//! ```no_run
//! # let app = authing::AuthenticationClient::new(authing::Options::from_env()?)?;
//! # let session = app.session("TOKEN");
//! # fn ask(question: &str) -> String { question.to_owned() }
//! let mfa = session.mfa();
//! let new = mfa.associate()?;
//! println!("Scan this: {}", new.qrcode_uri.expose());
//! println!("Write this down: {}", new.recovery_code.expose());
//! mfa.confirm(ask("What does it show now?"))?;
//! # Ok::<(), authing::Error>(())
//! ```

mod authenticators;
mod challenge;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use self::authenticators::authenticator_methods;
pub use self::authenticators::{Authenticator, FacePhotos, NewAuthenticator, Source};
pub use self::challenge::{Challenge, Factor, Policy};
use super::AuthenticationClient;
use super::login::signed_in;
use super::session::Session;
use crate::client::Client;
use crate::credential::Credential;
use crate::error::Result;
use crate::object::Object;
use crate::rest::{self, RestRequest};
use crate::secret::Secret;
use crate::types::User;

/// The second factors of a signed-in user: [`Session::mfa`](crate::Session::mfa).
#[derive(Clone, Debug)]
pub struct Mfa {
    client: Client,
    source: Source,
}

/// A login that waits for its second factor:
/// [`AuthenticationClient::mfa`](crate::AuthenticationClient::mfa).
#[derive(Clone, Debug)]
pub struct PendingLogin {
    client: Client,
    source: Source,
}

/// A login by recovery code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recovered {
    /// The session.
    pub session: Session,
    /// The recovery code for the next time: the old one is used up. Show it to the user.
    pub recovery_code: Option<Secret>,
}

impl Mfa {
    authenticator_methods!();

    /// Removes the authenticator, so that logging in needs no second factor of the user's own.
    /// `DELETE /api/v2/mfa/totp/associate`.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`](crate::Error::is_unauthorized) when the token is not, or no
    /// longer, valid.
    pub fn delete(&self) -> Result<()> {
        self.client.rest::<IgnoredAny>(&RestRequest::delete(authenticators::ASSOCIATE)).map(drop)
    }

    /// Binds the user's face; returns the user. `POST /api/v2/mfa/face/associate`.
    ///
    /// # Errors
    ///
    /// [`FACE_PHOTO_UNUSABLE`](crate::codes::FACE_PHOTO_UNUSABLE) and its kin: take another photo.
    pub fn associate_face(&self, photos: FacePhotos) -> Result<User> {
        self.client.rest(&photos.request())
    }
}

impl PendingLogin {
    authenticator_methods!();

    /// Logs in with what the authenticator shows. `POST /api/v2/mfa/totp/verify`.
    ///
    /// # Errors
    ///
    /// [`WRONG_TOTP_CODE`](crate::codes::WRONG_TOTP_CODE);
    /// [`Error::is_unauthorized`](crate::Error::is_unauthorized) when the login waited too long
    /// (6 minutes, in the documents' sample): start again.
    pub fn verify_totp(&self, totp: impl Into<String>) -> Result<Session> {
        self.verify("/api/v2/mfa/totp/verify", Object::new().with("totp", totp.into()))
    }

    /// Logs in with the recovery code of the authenticator, which is used up then.
    /// `POST /api/v2/mfa/totp/recovery`.
    ///
    /// # Errors
    ///
    /// [`WRONG_RECOVERY_CODE`](crate::codes::WRONG_RECOVERY_CODE), otherwise as
    /// [`verify_totp`](Self::verify_totp).
    pub fn verify_totp_recovery_code(&self, recovery_code: impl Into<Secret>) -> Result<Recovered> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Beside {
            recovery_code: Option<Secret>,
        }
        let code = recovery_code.into();
        let request = RestRequest::post("/api/v2/mfa/totp/recovery")
            .json(json!({ "recoveryCode": code.expose() }))
            .hiding(&code);
        let (user, Beside { recovery_code }) =
            self.client.rest_reading(&request, rest::data_and_beside)?;
        let session = signed_in(&self.client, user, &request.operation())?;
        Ok(Recovered { session, recovery_code })
    }

    /// Logs in with a code that
    /// [`send_sms_code`](crate::AuthenticationClient::send_sms_code) sent. A user without a phone
    /// number binds this one. `POST /api/v2/applications/mfa/sms/verify`.
    ///
    /// # Errors
    ///
    /// [`WRONG_VERIFICATION_CODE`](crate::codes::WRONG_VERIFICATION_CODE) or
    /// [`VERIFICATION_CODE_EXPIRED`](crate::codes::VERIFICATION_CODE_EXPIRED), otherwise as
    /// [`verify_totp`](Self::verify_totp).
    #[doc(alias = "verify_app_sms_mfa")]
    pub fn verify_sms(&self, phone: impl Into<String>, code: impl Into<String>) -> Result<Session> {
        let members = Object::new().with("phone", phone.into()).with("code", code.into());
        self.verify("/api/v2/applications/mfa/sms/verify", members)
    }

    /// Logs in with a code that [`send_email`](crate::AuthenticationClient::send_email) sent for
    /// [`EmailScene::MfaVerify`](crate::EmailScene::MfaVerify). A user without an e-mail address
    /// binds this one. `POST /api/v2/applications/mfa/email/verify`.
    ///
    /// # Errors
    ///
    /// As [`verify_sms`](Self::verify_sms).
    #[doc(alias = "verify_app_email_mfa")]
    pub fn verify_email(
        &self,
        email: impl Into<String>,
        code: impl Into<String>,
    ) -> Result<Session> {
        let members = Object::new().with("email", email.into()).with("code", code.into());
        self.verify("/api/v2/applications/mfa/email/verify", members)
    }

    /// Logs in by face: the URL of a photo, or the key of an
    /// [upload](crate::AuthenticationClient::upload_face_photo). `POST /api/v2/mfa/face/verify`.
    ///
    /// # Errors
    ///
    /// [`FACE_PHOTO_UNUSABLE`](crate::codes::FACE_PHOTO_UNUSABLE) and its kin: take another photo.
    pub fn verify_face(&self, photo: impl Into<String>) -> Result<Session> {
        self.verify("/api/v2/mfa/face/verify", Object::new().with("photo", photo.into()))
    }

    /// Binds the face of a user who has none bound, and logs in.
    /// `POST /api/v2/mfa/face/associate`.
    ///
    /// # Errors
    ///
    /// As [`verify_face`](Self::verify_face).
    pub fn associate_face(&self, photos: FacePhotos) -> Result<Session> {
        self.sign_in(&photos.request())
    }

    /// Whether [`verify_sms`](Self::verify_sms) can bind a phone number: nobody else has it.
    /// `POST /api/v2/applications/mfa/check`.
    ///
    /// # Errors
    ///
    /// As [`verify_totp`](Self::verify_totp).
    #[doc(alias = "phone_or_email_bindable")]
    pub fn is_phone_bindable(&self, phone: impl Into<String>) -> Result<bool> {
        self.is_bindable(Object::new().with("phone", phone.into()))
    }

    /// Whether [`verify_email`](Self::verify_email) can bind an e-mail address: nobody else has
    /// it. `POST /api/v2/applications/mfa/check`.
    ///
    /// # Errors
    ///
    /// As [`verify_totp`](Self::verify_totp).
    #[doc(alias = "phone_or_email_bindable")]
    pub fn is_email_bindable(&self, email: impl Into<String>) -> Result<bool> {
        self.is_bindable(Object::new().with("email", email.into()))
    }

    fn is_bindable(&self, members: Object) -> Result<bool> {
        self.client.rest(&RestRequest::post("/api/v2/applications/mfa/check").json(members))
    }

    fn verify(&self, path: &str, members: Object) -> Result<Session> {
        self.sign_in(&RestRequest::post(path).json(members))
    }

    fn sign_in(&self, request: &RestRequest) -> Result<Session> {
        signed_in(&self.client, self.client.rest(request)?, &request.operation())
    }
}

impl Session {
    /// The user's second factors.
    pub fn mfa(&self) -> Mfa {
        Mfa { client: self.client.clone(), source: Source::Own }
    }
}

impl AuthenticationClient {
    /// Goes on with a login that needs a second factor: `token` is a
    /// [`Challenge`], or the token of one that was kept. Nothing is sent. See [`mfa`](self).
    pub fn mfa(&self, token: impl Into<Secret>) -> PendingLogin {
        let client = self.client.with_credential(Credential::Token(token.into()));
        PendingLogin { client, source: Source::Own }
    }
}
