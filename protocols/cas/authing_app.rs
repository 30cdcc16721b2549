//! CAS at an Authing app, whose endpoints are below `/cas-idp/{app_id}`.

use super::{Authentication, Client, ClientOptions, Format, Protocol};
use crate::authentication::AuthenticationClient;
use crate::error::Result;
use crate::rest::RestRequest;

/// Single sign-on by CAS (feature `cas`).
impl AuthenticationClient {
    /// The app as a CAS server, for a service of yours. Requests travel as this client's own do.
    ///
    /// An app speaks CAS 1.0 and 2.0; its answers have attributes. Its logout takes the address to
    /// go to as [`Logout::page`](super::Logout::page). `GET /cas-idp/{app_id}`.
    ///
    /// ```
    /// use authing::{AuthenticationClient, Options};
    ///
    /// let app = AuthenticationClient::new(Options::new().app("APP_ID", "https://my-app.authing.cn"))?;
    /// let sso = app.cas("https://me.example/cas")?;
    /// assert_eq!(
    ///     sso.login_url(),
    ///     "https://my-app.authing.cn/cas-idp/APP_ID?service=https%3A%2F%2Fme.example%2Fcas"
    /// );
    /// assert_eq!(
    ///     sso.logout().page("https://me.example/").url(),
    ///     "https://my-app.authing.cn/cas-idp/logout?url=https%3A%2F%2Fme.example%2F"
    /// );
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) without an app id, or for a service that is
    /// no URL.
    pub fn cas(&self, service: impl Into<String>) -> Result<Client> {
        self.cas_with(service, |options| options)
    }

    /// The app as a CAS server, with options of your own for what is not the app's layout:
    /// protocol, format, renewal, proxies. HTTP options are this client's.
    ///
    /// ```
    /// # use authing::{AuthenticationClient, Options};
    /// # let app = AuthenticationClient::new(Options::new().app("APP_ID", "https://my-app.authing.cn"))?;
    /// let sso = app.cas_with("https://me.example/cas", |options| options.renew(true))?;
    /// assert!(sso.login_url().ends_with("&renew=true"));
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`cas`](Self::cas).
    pub fn cas_with(
        &self,
        service: impl Into<String>,
        set: impl FnOnce(ClientOptions) -> ClientOptions,
    ) -> Result<Client> {
        let app = RestRequest::get("/cas-idp").segment(self.client().app_id()?);
        let host = self.client().host();
        let login = app.url(host)?;
        let options = ClientOptions::new(&login, service)
            .protocol(Protocol::V2)
            .login_endpoint(&login)
            .logout_endpoint(format!("{host}/cas-idp/logout"));
        Client::with_http(set(options), self.client().http().clone())
            .map_err(|error| self.client().reported(error))
    }

    /// Validates a ticket by CAS 1.0: the user's name and nothing else.
    /// `GET /cas-idp/{app_id}/validate`.
    ///
    /// # Errors
    ///
    /// As [`Client::validate`].
    pub fn validate_ticket_v1(
        &self,
        ticket: &str,
        service: impl Into<String>,
    ) -> Result<Authentication> {
        self.cas_with(service, |options| options.protocol(Protocol::V1))?
            .validate(ticket)
            .map_err(|error| self.client().reported(error))
    }

    /// Validates a ticket by CAS 2.0, with the answer in XML or JSON, which makes no difference to
    /// what comes back. `GET /cas-idp/{app_id}/serviceValidate`.
    ///
    /// # Errors
    ///
    /// As [`Client::validate`].
    pub fn validate_ticket_v2(
        &self,
        ticket: &str,
        service: impl Into<String>,
        format: Format,
    ) -> Result<Authentication> {
        self.cas_with(service, |options| options.format(format))?
            .validate(ticket)
            .map_err(|error| self.client().reported(error))
    }
}
