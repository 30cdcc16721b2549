//! OpenID Connect at an Authing app, whose endpoints are below `/oidc`.

use http::Response;
use serde_json::Value;

use super::jose::Object;
use super::{Algorithm, Client, ClientOptions, UserInfo};
use crate::authentication::AuthenticationClient;
use crate::error::Result;
use crate::json;
use crate::oauth2::ServerMetadata;
use crate::rest::RestRequest;
use crate::secret::Secret;

/// What an app is asked for unless the login says otherwise, beside `openid`.
const SCOPES: [&str; 4] = ["profile", "email", "phone", "address"];

/// Logins by OpenID Connect (feature `oidc`).
impl AuthenticationClient {
    /// The app as an OpenID provider. Logins come back to
    /// [`Options::redirect_uri`](crate::Options::redirect_uri) and ask for `openid profile email
    /// phone address`; with `offline_access` the user is asked for consent, as the app wants it.
    /// ID tokens may be signed by RS256, or by HS256 with the app's secret. The secret, if it was
    /// set, goes into forms (`client_secret_post`). Requests travel as this client's own do;
    /// nothing is sent here.
    ///
    /// ```
    /// use authing::{AuthenticationClient, Options};
    ///
    /// let options = Options::new()
    ///     .app("APP_ID", "https://my-app.authing.cn")
    ///     .app_secret("APP_SECRET")
    ///     .redirect_uri("https://me.example/cb");
    /// let rp = AuthenticationClient::new(options)?.oidc()?;
    /// let login = rp.login().start();
    /// assert!(login.url.starts_with("https://my-app.authing.cn/oidc/auth?"));
    /// assert!(login.url.contains("scope=openid+profile+email+phone+address"));
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) without an app id or a redirect URI.
    pub fn oidc(&self) -> Result<Client> {
        self.oidc_with(|options| options)
    }

    /// The app as an OpenID provider, with options of your own for what is not the app's layout.
    /// HTTP options are this client's.
    ///
    /// ```
    /// # use authing::{AuthenticationClient, Options};
    /// # let app = AuthenticationClient::new(Options::new().app("APP_ID", "https://my-app.authing.cn"))?;
    /// // A program on the user's machine.
    /// let rp = app.oidc_with(|options| options.redirect_uri("http://127.0.0.1:8080/callback"))?;
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`oidc`](Self::oidc).
    pub fn oidc_with(&self, set: impl FnOnce(ClientOptions) -> ClientOptions) -> Result<Client> {
        let client = self.client();
        let host = client.host();
        let metadata = ServerMetadata::new(format!("{host}/oidc"))
            .authorization_endpoint(format!("{host}/oidc/auth"))
            .token_endpoint(format!("{host}/oidc/token"))
            .userinfo_endpoint(format!("{host}/oidc/me"))
            .jwks_uri(format!("{host}/oidc/.well-known/jwks.json"))
            .introspection_endpoint(format!("{host}/oidc/token/introspection"))
            .revocation_endpoint(format!("{host}/oidc/token/revocation"))
            .end_session_endpoint(format!("{host}/oidc/session/end"));
        let oauth = self.app_options()?.default_scopes(SCOPES);
        let redirect_uri = oauth.redirect_uri.clone().unwrap_or_default();
        let mut options = ClientOptions::new(&oauth.client_id, oauth.auth.clone(), redirect_uri)
            .algorithms([Algorithm::RS256, Algorithm::HS256]);
        options.oauth = oauth;
        options.consents_to_offline_access = true;
        Client::with_http(metadata, set(options), client.http().clone())
            .map_err(|error| client.reported(error))
    }

    /// Asks the app about the user of an access token. Nothing says here whose token it is:
    /// [`Client::userinfo`] compares the user with that of the login. `GET /oidc/me`.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`](crate::Error::is_unauthorized) when the token is not, or no
    /// longer, valid.
    pub fn user_info_by_access_token(&self, access_token: impl Into<Secret>) -> Result<UserInfo> {
        let rp = self.oidc_with(|options| match options.redirect_uri.as_str() {
            // None is needed here.
            "" => options.redirect_uri("http://127.0.0.1/callback"),
            _ => options,
        })?;
        rp.userinfo_of_anybody(&access_token.into()).map_err(|error| self.client().reported(error))
    }

    /// Has the app validate an ID token, and gives its claims. [`Client::verify_id_token`] does
    /// that without asking. `GET /api/v2/oidc/validate_token`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the token is not valid.
    pub fn validate_id_token(&self, id_token: impl Into<Secret>) -> Result<Value> {
        self.validate_token("id_token", &id_token.into())
    }

    /// Has the app validate an access token, and gives its claims.
    /// `GET /api/v2/oidc/validate_token`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the token is not valid.
    pub fn validate_access_token(&self, access_token: impl Into<Secret>) -> Result<Value> {
        self.validate_token("access_token", &access_token.into())
    }

    fn validate_token(&self, name: &str, token: &Secret) -> Result<Value> {
        let client = self.client();
        let request = RestRequest::get("/api/v2/oidc/validate_token").query(name, token.expose());
        let operation = request.operation();
        let secrets = std::slice::from_ref(token);
        request
            .url(client.host())
            .and_then(|url| {
                let http = client.http();
                crate::oauth2::get(http, &operation, &url, None, http.deadline())
            })
            .and_then(|answer| read_validation(&answer, secrets))
            .map_err(|error| client.reported(error.with_operation(&operation)))
    }
}

/// The claims themselves, or `{code, message}`.
fn read_validation(answer: &Response<Vec<u8>>, secrets: &[Secret]) -> Result<Value> {
    let members: Object = json::envelope(answer, secrets)?;
    let status = answer.status().as_u16();
    match members.get("code").and_then(Value::as_i64) {
        Some(code) => {
            let message = members.get("message").and_then(Value::as_str).map(str::to_owned);
            Err(json::api_error(Some(code), message, None, secrets).with_status(status))
        }
        None if answer.status().is_success() => Ok(Value::Object(members)),
        None => Err(json::no_answer_of_the_service(answer, secrets)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    fn app(options: Options) -> AuthenticationClient {
        AuthenticationClient::new(options.app("APP", "https://a.example")).unwrap()
    }

    #[test]
    fn offline_access_at_an_app_asks_for_consent_unless_the_login_says_otherwise() {
        let rp = app(Options::new().redirect_uri("https://me.example/cb")).oidc().unwrap();
        let url = rp.login().scopes(["offline_access"]).start().url;
        assert!(url.contains("scope=openid+offline_access") && url.contains("prompt=consent"));
        let login = rp.login().scopes(["offline_access"]);
        let url = login.prompt([super::super::Prompt::Login]).start().url;
        assert!(url.contains("prompt=login") && !url.contains("consent"), "{url}");
        assert!(!rp.login().start().url.contains("prompt="));
    }

    #[test]
    fn an_app_without_a_redirect_uri_is_told_so() {
        let error = app(Options::new()).oidc().map(drop).unwrap_err();
        assert!(error.to_string().starts_with("option `redirect_uri`"), "{error}");
    }

    #[test]
    fn the_logout_url_has_every_part_encoded() {
        let rp = app(Options::new().redirect_uri("https://me.example/cb")).oidc().unwrap();
        let logout =
            rp.logout().id_token_hint("a.b&c").post_logout_redirect_uri("https://m.e/?a=b");
        assert_eq!(
            logout.url().unwrap(),
            "https://a.example/oidc/session/end?client_id=APP&id_token_hint=a.b%26c\
             &post_logout_redirect_uri=https%3A%2F%2Fm.e%2F%3Fa%3Db"
        );
    }
}
