//! The session that a browser has at the application's host.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::AuthenticationClient;
use crate::error::Result;
use crate::rest::{self, RestRequest};
use crate::secret::Secret;
use crate::types::User;

/// A browser's session at the application's host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TrackedSession {
    /// The session: `_id`, `cookie`, `appId`, `type`, `userId`, as far as the service tells.
    pub session: Option<Value>,
    /// Who is signed in.
    pub user_info: Option<User>,
}

impl AuthenticationClient {
    /// Whether a browser is signed in at the application's host, and who: single sign-on. `cookie`
    /// is the `cookie` header that the browser sends to that host; your own site gets to see it
    /// only if it shares the host's domain. An empty one asks without. `GET /cas/session`.
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
