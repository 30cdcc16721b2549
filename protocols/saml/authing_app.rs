//! The SAML identity provider of an Authing app: all that this protocol knows about the vendor.

use super::metadata::IdpMetadata;
use super::provider::ServiceProvider;
use crate::AuthenticationClient;
use crate::error::Result;

impl AuthenticationClient {
    /// A SAML service provider at the identity provider of this app, with its entity id and the
    /// URL of its assertion consumer service. The app's metadata is fetched.
    ///
    /// `GET /api/v2/saml-idp/{app_id}/metadata`.
    ///
    /// ```no_run
    /// # fn example(app: &authing::AuthenticationClient) -> authing::Result<()> {
    /// let sp = app.saml("https://me.example/saml", "https://me.example/acs")?;
    /// let login = sp.login().start()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) without an app id; when the metadata cannot
    /// be had; and as [`ServiceProvider::new`].
    pub fn saml(
        &self,
        entity_id: impl Into<String>,
        acs_url: impl Into<String>,
    ) -> Result<ServiceProvider> {
        let url = format!("{}/metadata", self.saml_authorize_url()?);
        let idp = IdpMetadata::fetch_with(self.client().http(), &url)?;
        ServiceProvider::new(entity_id, acs_url, idp)
    }

    /// Where the app's SAML login begins, without a request: `build_authorize_url` of the Python
    /// SDKs for an app whose protocol is SAML.
    ///
    /// The response then answers no request: see
    /// [`finish_unsolicited`](ServiceProvider::finish_unsolicited).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) without an app id.
    pub fn saml_authorize_url(&self) -> Result<String> {
        let client = self.client();
        Ok(format!("{}/api/v2/saml-idp/{}", client.host(), client.app_id()?))
    }
}
