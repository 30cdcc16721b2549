//! Authenticators, which show one-time passwords (RFC 6238), and faces.

use serde::Deserialize;

use crate::json::null_as_default;
use crate::object::Object;
use crate::rest::RestRequest;
use crate::secret::Secret;
use crate::types::wire_enum;

pub(super) const ASSOCIATE: &str = "/api/v2/mfa/totp/associate";

wire_enum! {
    /// Whose authenticator it is.
    pub enum Source {
        /// The user's own, for every application.
        Own = "SELF",
        /// That of one application.
        Application = "APPLICATION",
    }
}

/// An authenticator of a user.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Authenticator {
    /// The id.
    pub id: Option<String>,
    /// The user.
    pub user_id: Option<String>,
    /// Whether it was confirmed and is in use.
    pub enable: Option<bool>,
    /// Its kind: `totp`.
    pub authenticator_type: Option<String>,
    /// Whose it is.
    pub source: Option<Source>,
    /// The key that it shares with the service, in base32, where the service tells it.
    pub secret: Option<Secret>,
    /// The code for when it is lost, where the service tells it.
    pub recovery_code: Option<Secret>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
}

/// An authenticator that waits for being confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct NewAuthenticator {
    /// Its kind: `totp`.
    pub authenticator_type: Option<String>,
    /// The key that it shares with the service, in base32, for typing in.
    pub secret: Secret,
    /// The same as an `otpauth:` URI, for a QR code.
    #[serde(default, deserialize_with = "null_as_default")]
    pub qrcode_uri: Secret,
    /// A picture of that QR code, as a `data:` URL.
    #[serde(default, deserialize_with = "null_as_default")]
    pub qrcode_data_url: Secret,
    /// The code for when the authenticator is lost, to be written down.
    #[serde(default, deserialize_with = "null_as_default")]
    pub recovery_code: Secret,
}

/// Two photos of one face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacePhotos {
    first: String,
    second: String,
    is_external: bool,
}

impl FacePhotos {
    /// Photos that the service can fetch.
    #[doc(alias = "associate_face_by_url")]
    pub fn urls(base_face: impl Into<String>, compare_face: impl Into<String>) -> Self {
        Self { first: base_face.into(), second: compare_face.into(), is_external: true }
    }

    /// Photos that were [uploaded](crate::AuthenticationClient::upload_face_photo), by their keys.
    pub fn uploads(base_face: impl Into<String>, compare_face: impl Into<String>) -> Self {
        Self { first: base_face.into(), second: compare_face.into(), is_external: false }
    }

    pub(super) fn request(self) -> RestRequest {
        let body = Object::new()
            .with("photoA", self.first)
            .with("photoB", self.second)
            .with("isExternal", self.is_external.then_some(true));
        RestRequest::post("/api/v2/mfa/face/associate").json(body)
    }
}

/// What is the same in a session and in a login that waits for its second factor, for a type with
/// `client` and `source`.
macro_rules! authenticator_methods {
    () => {
        /// Whose authenticators the calls are about. Defaults to [`Source::Own`].
        pub fn source(self, source: Source) -> Self {
            Self { source, ..self }
        }

        /// The user's authenticators; an empty list if he has none.
        /// `GET /api/v2/mfa/authenticator`.
        ///
        /// # Errors
        ///
        /// [`Error::is_unauthorized`](crate::Error::is_unauthorized) when the token is not, or no
        /// longer, valid.
        #[doc(alias = "get_mfa_authenticators")]
        pub fn authenticators(&self) -> Result<Vec<Authenticator>> {
            let request = RestRequest::get("/api/v2/mfa/authenticator").query("type", "totp");
            let request = request.query("source", self.source.as_str());
            Ok(self.client.rest::<Option<_>>(&request)?.unwrap_or_default())
        }

        /// Makes an authenticator, which [`confirm`](Self::confirm) puts to use.
        /// `POST /api/v2/mfa/totp/associate`.
        ///
        /// # Errors
        ///
        /// As [`authenticators`](Self::authenticators).
        #[doc(alias = "assosicate_mfa_authenticator")]
        pub fn associate(&self) -> Result<NewAuthenticator> {
            let body = json!({ "authenticator_type": "totp", "source": self.source });
            self.client.rest(&RestRequest::post(authenticators::ASSOCIATE).json(body))
        }

        /// Puts an authenticator to use, with the first code that it shows.
        /// `POST /api/v2/mfa/totp/associate/confirm`.
        ///
        /// # Errors
        ///
        /// [`BAD_REQUEST`](crate::codes::BAD_REQUEST) for a wrong code, otherwise as
        /// [`authenticators`](Self::authenticators).
        #[doc(alias = "confirm_assosicate_mfa_authenticator")]
        pub fn confirm(&self, totp: impl Into<String>) -> Result<()> {
            let body = json!({
                "authenticator_type": "totp",
                "source": self.source,
                "totp": totp.into(),
            });
            let request = RestRequest::post(authenticators::ASSOCIATE).segment("confirm");
            self.client.rest::<IgnoredAny>(&request.json(body)).map(drop)
        }
    };
}

pub(super) use authenticator_methods;
