//! The session that a browser has at the application's host.

use serde::{Deserialize, Serialize};

use super::AuthenticationClient;
use crate::error::Result;
use crate::rest::{self, RestRequest};
use crate::secret::Secret;
use crate::types::User;

/// A browser's session at the application's host, and whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TrackedSession {
    /// The session.
    pub session: Option<BrowserSession>,
    /// Who is signed in.
    pub user_info: Option<User>,
}

/// A browser's session at the application's host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BrowserSession {
    /// The id, as secret as the cookie that has it.
    #[serde(rename = "_id", skip_serializing)]
    pub id: Option<Secret>,
    /// The application.
    pub app_id: Option<String>,
    /// The user.
    pub user_id: Option<String>,
    /// The protocol that it came by, such as `oidc`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

impl AuthenticationClient {
    /// Whether a browser is signed in at the application's host, and who: single sign-on. `cookie`
    /// is the `cookie` header that the browser sends to that host; your own site gets to see it
    /// only if it shares the host's domain. An empty one asks without. `GET /cas/session`.
    ///
    /// ```no_run
    /// # let app = authing::AuthenticationClient::new(authing::Options::from_env()?)?;
    /// # let cookie_header_of_the_request = "";
    /// if let Some(tracked) = app.track_session(cookie_header_of_the_request)? {
    ///     println!("{:?} is signed in already", tracked.user_info.map(|user| user.id));
    /// }
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A browser that is not signed in is no error.
    pub fn track_session(&self, cookie: impl Into<Secret>) -> Result<Option<TrackedSession>> {
        let request = RestRequest::get("/cas/session").cookie(&cookie.into());
        let answer: Option<TrackedSession> = self.client.rest_reading(&request, rest::bare)?;
        Ok(answer.filter(|answer| answer.session.is_some() || answer.user_info.is_some()))
    }
}
