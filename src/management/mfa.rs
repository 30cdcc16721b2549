//! Second factors of users, as an administrator sees them.

use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::error::Result;
use crate::object::Object;
use crate::rest::RestRequest;
use crate::secret::Secret;
use crate::types::choice;

choice! {
    /// A second factor of a user.
    pub enum UserMfaType {
        /// One-time passwords by an app.
        Otp = "OTP",
        /// The face.
        Face = "FACE",
    }
}

/// Which second factors a user has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "UPPERCASE")]
#[non_exhaustive]
pub struct MfaStatus {
    /// One-time passwords by an app.
    pub otp: bool,
    /// The face.
    pub face: bool,
}

/// The one-time passwords of a user, after they were imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImportedTotp {
    /// The id.
    pub id: Option<String>,
    /// The user.
    pub user_id: Option<String>,
    /// Whether they are asked for at logins.
    pub enable: Option<bool>,
    /// The secret; never written by serde.
    #[serde(skip_serializing)]
    pub secret: Option<Secret>,
    /// The kind of authenticator, such as `totp`.
    pub authenticator_type: Option<String>,
    /// The code for those who lost their app; never written by serde.
    #[serde(skip_serializing)]
    pub recovery_code: Option<Secret>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
}

/// Second factors of users: [`ManagementClient::mfa`](crate::ManagementClient::mfa).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::UserMfaType;
///
/// let user_id = "5f703fb5a8ea5c8b8a3e2a6b";
/// if admin.mfa().status(user_id)?.otp {
///     admin.mfa().un_associate_mfa(user_id, UserMfaType::Otp)?;
/// }
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Mfa {
    client: Client,
}

impl Mfa {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Which second factors a user has. `GET /api/v2/users/{user}/mfa-bound`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn status(&self, user_id: &str) -> Result<MfaStatus> {
        self.client.rest(&bound(RestRequest::get, user_id))
    }

    /// Takes a second factor from a user. `DELETE /api/v2/users/{user}/mfa-bound`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when the user does not have it.
    pub fn un_associate_mfa(&self, user_id: &str, kind: UserMfaType) -> Result<()> {
        self.client.rest_command(&bound(RestRequest::delete, user_id).query("type", kind.as_str()))
    }

    /// Gives a user the one-time passwords that the user has elsewhere, by their secret in base32.
    /// `POST /api/v2/mfa/totp/import`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn import_totp(&self, user_id: &str, secret: impl Into<Secret>) -> Result<ImportedTotp> {
        self.import(user_id, &secret.into(), None)
    }

    /// As [`import_totp`](Self::import_totp), with the recovery code.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn import_totp_with_recovery_code(
        &self,
        user_id: &str,
        secret: impl Into<Secret>,
        recovery_code: impl Into<Secret>,
    ) -> Result<ImportedTotp> {
        self.import(user_id, &secret.into(), Some(&recovery_code.into()))
    }

    fn import(
        &self,
        user_id: &str,
        secret: &Secret,
        recovery_code: Option<&Secret>,
    ) -> Result<ImportedTotp> {
        let body = Object::new()
            .with("userId", user_id)
            .with("secret", secret.expose())
            .with("recoveryCode", recovery_code.map(Secret::expose));
        let request = RestRequest::post("/api/v2/mfa/totp/import").json(body).hiding(secret);
        self.client.rest(&match recovery_code {
            Some(code) => request.hiding(code),
            None => request,
        })
    }
}

fn bound(method: fn(&str) -> RestRequest, user_id: &str) -> RestRequest {
    method("/api/v2/users").segment(user_id).segment("mfa-bound")
}
