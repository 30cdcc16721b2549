//! OAuth 2.0 at an Authing app, whose endpoints are below `/oauth`.

use serde_json::Value;

use super::client::get;
use super::tokens::members;
use super::{Client, ClientAuth, ClientOptions, Endpoint, Grant, ServerMetadata, Tokens};
use crate::authentication::AuthenticationClient;
use crate::error::Result;
use crate::secret::Secret;

/// Logins and tokens by OAuth 2.0 (feature `oauth2`).
impl AuthenticationClient {
    /// The app as an authorization server. Logins come back to
    /// [`Options::redirect_uri`](crate::Options::redirect_uri) and ask for the scope `user`; the
    /// app's secret, if it was set, goes into the form (`client_secret_post`). Requests travel as
    /// this client's own do.
    ///
    /// ```
    /// use authing::{AuthenticationClient, Options};
    ///
    /// let options = Options::new()
    ///     .app("APP_ID", "https://my-app.authing.cn")
    ///     .app_secret("APP_SECRET")
    ///     .redirect_uri("https://me.example/cb");
    /// let login = AuthenticationClient::new(options)?.oauth2()?.login()?.start();
    /// let start = "https://my-app.authing.cn/oauth/auth?response_type=code&client_id=APP_ID\
    ///     &redirect_uri=https%3A%2F%2Fme.example%2Fcb&scope=user&state=";
    /// assert!(login.url.starts_with(start), "{}", login.url);
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) without an app id.
    pub fn oauth2(&self) -> Result<Client> {
        self.oauth2_with(|options| options)
    }

    /// The app as an authorization server, with options of your own for what is not the app's
    /// layout. HTTP options are this client's.
    ///
    /// ```
    /// use authing::oauth2::ClientAuth;
    /// # use authing::{AuthenticationClient, Options};
    /// # let app = AuthenticationClient::new(Options::new().app("APP_ID", "https://my-app.authing.cn"))?;
    ///
    /// let client = app.oauth2_with(|options| options.auth(ClientAuth::basic("APP_SECRET")))?;
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`oauth2`](Self::oauth2).
    pub fn oauth2_with(&self, set: impl FnOnce(ClientOptions) -> ClientOptions) -> Result<Client> {
        let client = self.client();
        let host = client.host();
        let metadata = ServerMetadata::new(format!("{host}/oauth"))
            .authorization_endpoint(format!("{host}/oauth/auth"))
            .token_endpoint(format!("{host}/oauth/token"))
            .userinfo_endpoint(format!("{host}/oauth/me"))
            .introspection_endpoint(format!("{host}/oauth/token/introspection"))
            .revocation_endpoint(format!("{host}/oauth/token/revocation"));
        let mut options = set(self.app_options()?.default_scopes(["user"]));
        // The endpoint does not take the header.
        if let Some(secret) = options.auth.secret().cloned() {
            options = options.auth_at(Endpoint::Revocation, ClientAuth::post(secret));
        }
        Client::with_http(metadata, options, client.http().clone())
            .map_err(|error| client.reported(error))
    }

    /// Gets a token for a program by its access key and secret, from the console. Every scope is
    /// `resource:action`; what was refused is the member `rejected_scope` of the answer.
    /// `POST /oidc/token`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OAuth`](crate::ErrorKind::OAuth) when the app refuses: see
    /// [`ErrorAnswer`](super::ErrorAnswer).
    pub fn access_token_by_client_credentials<S: AsRef<str>>(
        &self,
        access_key: impl Into<String>,
        access_secret: impl Into<Secret>,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<Tokens> {
        let client = self.client();
        let host = client.host();
        let metadata = ServerMetadata::new(format!("{host}/oidc"))
            .token_endpoint(format!("{host}/oidc/token"));
        let mut options = ClientOptions::new(access_key, ClientAuth::post(access_secret));
        options.plain_http = true;
        Client::with_http(metadata, options, client.http().clone())
            .and_then(|machine| machine.tokens(&Grant::client_credentials().scopes(scopes)))
            .map_err(|error| client.reported(error))
    }

    /// Asks the app about the user of an access token that came by OAuth 2.0. Nothing says here
    /// whose token it is. `GET /oauth/me`.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`](crate::Error::is_unauthorized) when the token is not, or no
    /// longer, valid.
    pub fn user_info_by_oauth2_token(&self, access_token: impl Into<Secret>) -> Result<Value> {
        const OPERATION: &str = "GET /oauth/me";
        let (client, token) = (self.client(), access_token.into());
        let (http, url) = (client.http(), format!("{}/oauth/me", client.host()));
        get(http, OPERATION, &url, Some(&token), http.deadline())
            .and_then(|answer| members(&answer, std::slice::from_ref(&token)))
            .map(Value::Object)
            .map_err(|error| client.reported(error.with_operation(OPERATION)))
    }

    /// Where to send the browser to end the user's session at the app, and where it goes then.
    /// `GET /login/profile/logout`.
    ///
    /// ```
    /// # use authing::{AuthenticationClient, Options};
    /// # let app = AuthenticationClient::new(Options::new().app("APP_ID", "https://my-app.authing.cn"))?;
    /// assert_eq!(
    ///     app.logout_url(Some("https://me.example/?a=b")),
    ///     "https://my-app.authing.cn/login/profile/logout\
    ///      ?redirect_uri=https%3A%2F%2Fme.example%2F%3Fa%3Db"
    /// );
    /// # Ok::<(), authing::Error>(())
    /// ```
    pub fn logout_url(&self, redirect_uri: Option<&str>) -> String {
        let mut form = super::form::Form::new();
        let url = format!("{}/login/profile/logout", self.client().host());
        match redirect_uri {
            Some(uri) => {
                form.set("redirect_uri", uri);
                form.append_to(&url)
            }
            None => url,
        }
    }

    /// The options of the app as a client of its own server.
    pub(crate) fn app_options(&self) -> Result<ClientOptions> {
        let client = self.client();
        let auth = client.app_secret().map_or_else(ClientAuth::none, ClientAuth::post);
        let mut options = ClientOptions::new(client.app_id()?, auth);
        options.redirect_uri = client.redirect_uri().map(str::to_owned);
        // Whether the host has TLS was decided where the host was set.
        options.plain_http = true;
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn what_an_app_lacks_is_named() {
        let app = AuthenticationClient::new(Options::new().user_pool_id("pool")).unwrap();
        assert!(app.oauth2().unwrap_err().to_string().starts_with("option `app_id`"));
        let app = AuthenticationClient::new(Options::new().app_id("app")).unwrap();
        let error = app.oauth2().unwrap().login().map(drop).unwrap_err();
        assert!(error.to_string().starts_with("option `redirect_uri`"), "{error}");
        assert_eq!(app.logout_url(None), "https://core.authing.cn/login/profile/logout");
    }
}
