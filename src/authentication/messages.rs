//! Verification codes, by text message and e-mail.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::AuthenticationClient;
use super::phone::Phone;
use crate::error::Result;
use crate::graphql::Variables;
use crate::object::Object;
use crate::operations::SEND_EMAIL;
use crate::rest::RestRequest;
use crate::types::EmailScene;

impl AuthenticationClient {
    /// Sends a text message with a code, for registering, logging in, binding or changing the
    /// phone number, resetting the password, or as second factor. The vendors document that a code
    /// is good for 60 seconds, and one message per minute. `POST /api/v2/sms/send`.
    ///
    /// ```no_run
    /// # let app = authing::AuthenticationClient::new(authing::Options::from_env()?)?;
    /// app.send_sms_code("13800000000")?;
    /// # let read_code_from_user = || "123456";
    /// let session = app.login_by_phone_code("13800000000", read_code_from_user())?;
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the service will not send it, for example
    /// because it has just sent one.
    pub fn send_sms_code(&self, phone: impl Into<Phone>) -> Result<()> {
        let Phone { number, country_code } = phone.into();
        let body = Object::new().with("phone", number).with("phoneCountryCode", country_code);
        let request = RestRequest::post("/api/v2/sms/send").json(Value::from(body));
        self.client.rest::<IgnoredAny>(&request).map(drop)
    }

    /// Sends an e-mail with a code for a scene. GraphQL `sendEmail`.
    ///
    /// # Errors
    ///
    /// [`MALFORMED_EMAIL`](crate::codes::MALFORMED_EMAIL), or whatever keeps the service from
    /// sending.
    pub fn send_email(&self, email: impl Into<String>, scene: EmailScene) -> Result<()> {
        let variables = Variables::new().with("email", email.into()).with("scene", scene.as_str());
        self.client.command(&SEND_EMAIL, variables)
    }
}
