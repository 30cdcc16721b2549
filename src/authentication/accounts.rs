//! Accounts that belong together.

use serde::de::IgnoredAny;
use serde_json::json;

use super::session::Session;
use crate::error::Result;
use crate::rest::RestRequest;
use crate::secret::Secret;

/// ```no_run
/// # let app = authing::AuthenticationClient::new(authing::Options::from_env()?)?;
/// # let session = app.session("TOKEN");
/// # let social_session = app.session("TOKEN");
/// session.link_account(social_session.token())?;
/// session.unlink_account("github")?;
/// # Ok::<(), authing::Error>(())
/// ```
impl Session {
    /// Makes another account, a social one, part of this one. `secondary_user_token` is the token
    /// of a session of that account. `POST /api/v2/users/link`.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`](crate::Error::is_unauthorized) when one of the tokens is not, or
    /// no longer, valid; [`ErrorKind::Api`](crate::ErrorKind::Api) when the service will not link
    /// them. (The Python clients report success all the same.)
    pub fn link_account(&self, secondary_user_token: impl Into<Secret>) -> Result<()> {
        let secondary = secondary_user_token.into();
        let body = json!({
            "primaryUserToken": self.token().expose(),
            "secondaryUserToken": secondary.expose(),
        });
        let request = RestRequest::post("/api/v2/users/link").json(body).hiding(&secondary);
        self.client.rest::<IgnoredAny>(&request).map(drop)
    }

    /// Takes the account at a social provider, such as `github` or `wechat:pc`, away from this one.
    /// `POST /api/v2/users/unlink`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when there is no such account. (The
    /// Python clients report success all the same.)
    pub fn unlink_account(&self, provider: impl Into<String>) -> Result<()> {
        let body = json!({
            "primaryUserToken": self.token().expose(),
            "provider": provider.into(),
        });
        let request = RestRequest::post("/api/v2/users/unlink").json(body);
        self.client.rest::<IgnoredAny>(&request).map(drop)
    }
}
