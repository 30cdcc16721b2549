//! Pictures.

use serde::{Deserialize, Serialize};

use super::AuthenticationClient;
use super::session::{ProfileUpdate, Session};
use crate::client::Client;
use crate::error::Result;
use crate::file::File;
use crate::rest::RestRequest;
use crate::types::User;

/// A file that the service has now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Upload {
    /// Names it in calls, such as
    /// [`FacePhotos::uploads`](super::mfa::FacePhotos::uploads).
    pub key: String,
    /// Where it can be seen.
    pub url: Option<String>,
}

impl AuthenticationClient {
    /// Uploads a picture for [`ProfileUpdate::photo`]; anybody can see it at its URL.
    /// `POST /api/v2/upload`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the service does not want it.
    pub fn upload_avatar(&self, picture: &File) -> Result<Upload> {
        upload(&self.client, RestRequest::post(UPLOAD).query("folder", "avatar"), picture)
    }

    /// Uploads a photo of a face, for [`mfa`](super::mfa) by face; it is kept private.
    /// `POST /api/v2/upload`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the service does not want it.
    pub fn upload_face_photo(&self, photo: &File) -> Result<Upload> {
        let request =
            RestRequest::post(UPLOAD).query("folder", "face-photo").query("private", true);
        upload(&self.client, request, photo)
    }
}

impl Session {
    /// Uploads a picture and makes it the user's; returns the user as he is then.
    /// `POST /api/v2/upload`, then GraphQL `updateUser`.
    ///
    /// ```no_run
    /// # let app = authing::AuthenticationClient::new(authing::Options::from_env()?)?;
    /// # let session = app.session("TOKEN");
    /// # let content = Vec::new();
    /// use authing::File;
    ///
    /// let user = session.update_avatar(&File::new("me.png", "image/png", content))?;
    /// println!("{:?}", user.photo);
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`update_profile`](Self::update_profile);
    /// [`ErrorKind::Parse`](crate::ErrorKind::Parse) when the service does not say where the
    /// picture is.
    pub fn update_avatar(&self, picture: &File) -> Result<User> {
        let request = RestRequest::post(UPLOAD).query("folder", "avatar");
        let Located { url } = upload(&self.client, request, picture)?;
        self.update_profile(ProfileUpdate::new().photo(url))
    }
}

const UPLOAD: &str = "/api/v2/upload";

#[derive(Deserialize)]
struct Located {
    url: String,
}

fn upload<T: serde::de::DeserializeOwned>(
    client: &Client,
    request: RestRequest,
    file: &File,
) -> Result<T> {
    client.rest(&request.file(file))
}
