//! Everything that can be set about a client.

use std::fmt;
use std::sync::Arc;

use crate::cloud::{Cloud, Language};
use crate::error::{Error, Result};
use crate::http::{HttpOptions, dangerous_setters, http_setters};
use crate::secret::Secret;

/// The options of [`ManagementClient`](crate::ManagementClient) and
/// [`AuthenticationClient`](crate::AuthenticationClient): a plain value, the same for both.
///
/// Every option has a safe default; what a client needs and does not find, its constructor says by
/// name.
///
/// ```
/// use std::time::Duration;
///
/// use authing::{Language, Options};
///
/// let options = Options::new()
///     .user_pool("POOL_ID", "POOL_SECRET")
///     .app("APP_ID", "https://my-app.authing.cn")
///     .language(Language::English)
///     .timeout(Duration::from_secs(5));
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) cloud: Cloud,
    pub(crate) host: Option<String>,
    pub(crate) websocket_host: Option<String>,
    pub(crate) user_pool_id: Option<String>,
    pub(crate) user_pool_secret: Option<Secret>,
    pub(crate) app_id: Option<String>,
    pub(crate) app_secret: Option<Secret>,
    pub(crate) app_host: Option<String>,
    pub(crate) token: Option<Secret>,
    pub(crate) language: Option<Language>,
    pub(crate) password_key: PasswordKeySource,
    pub(crate) on_error: Option<Observer>,
    pub(crate) request_from: String,
    pub(crate) tenant_id: Option<String>,
    #[cfg_attr(not(feature = "oauth2"), allow(dead_code))] // for logins through a browser
    pub(crate) redirect_uri: Option<String>,
    pub(crate) http: HttpOptions,
}

#[derive(Clone, Debug)]
pub(crate) enum PasswordKeySource {
    PublicClouds,
    Pem(String),
    Server,
}

type ErrorCallback = dyn Fn(&Error) + Send + Sync;

#[derive(Clone)]
pub(crate) struct Observer(pub(crate) Arc<ErrorCallback>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cloud: Cloud::default(),
            host: None,
            websocket_host: None,
            user_pool_id: None,
            user_pool_secret: None,
            app_id: None,
            app_secret: None,
            app_host: None,
            token: None,
            language: None,
            password_key: PasswordKeySource::PublicClouds,
            on_error: None,
            request_from: "sdk".to_owned(),
            tenant_id: None,
            redirect_uri: None,
            http: HttpOptions::default(),
        }
    }
}

impl Options {
    /// Options for the public Authing cloud, with nothing else set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Options from environment variables: `AUTHING_USERPOOL_ID`, `AUTHING_USERPOOL_SECRET`,
    /// `AUTHING_APP_ID`, `AUTHING_APP_SECRET`, `AUTHING_APP_HOST` and `AUTHING_SERVER` (the host of
    /// a private deployment). Those that are absent or empty stay unset.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when a variable is not Unicode.
    pub fn from_env() -> Result<Self> {
        Self::from_variables(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(error) => Err(Error::config(name, "is not Unicode").with_source(error)),
        })
    }

    fn from_variables(variable: impl Fn(&str) -> Result<Option<String>>) -> Result<Self> {
        let variable = |name| Ok::<_, Error>(variable(name)?.filter(|value| !value.is_empty()));
        Ok(Self {
            user_pool_id: variable("AUTHING_USERPOOL_ID")?,
            user_pool_secret: variable("AUTHING_USERPOOL_SECRET")?.map(Secret::from),
            app_id: variable("AUTHING_APP_ID")?,
            app_secret: variable("AUTHING_APP_SECRET")?.map(Secret::from),
            app_host: variable("AUTHING_APP_HOST")?,
            host: variable("AUTHING_SERVER")?,
            ..Self::default()
        })
    }

    /// The cloud: Authing, Approw or a private deployment. Hosts, header names, language and the
    /// age of the server follow from it. Defaults to [`Cloud::authing`].
    pub fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = cloud;
        self
    }

    /// The core host of a private deployment, scheme and host without a path. Defaults to the
    /// cloud's.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// The user pool and its secret, from the console: what a
    /// [`ManagementClient`](crate::ManagementClient) needs. No default.
    pub fn user_pool(mut self, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.user_pool_secret = Some(secret.into());
        self.user_pool_id(id)
    }

    /// The user pool alone, for an [`AuthenticationClient`](crate::AuthenticationClient) without
    /// an application. No default.
    pub fn user_pool_id(mut self, id: impl Into<String>) -> Self {
        self.user_pool_id = Some(id.into());
        self
    }

    /// The application and its own host, such as `https://my-app.authing.cn`: what an
    /// [`AuthenticationClient`](crate::AuthenticationClient) needs. No default.
    pub fn app(self, id: impl Into<String>, host: impl Into<String>) -> Self {
        self.app_id(id).app_host(host)
    }

    /// The application, when its host is the core host. No default.
    pub fn app_id(mut self, id: impl Into<String>) -> Self {
        self.app_id = Some(id.into());
        self
    }

    /// The application's secret, for what only the application itself may do. No default.
    pub fn app_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.app_secret = Some(secret.into());
        self
    }

    /// The application's host, scheme and host without a path. Defaults to the core host.
    pub fn app_host(mut self, host: impl Into<String>) -> Self {
        self.app_host = Some(host.into());
        self
    }

    /// The host of Active Directory logins, at which passwords arrive in clear text. Defaults to
    /// `https://ws.` and the application's host without its first label: `https://ws.authing.cn`
    /// for `https://my-app.authing.cn`. A name of two labels is kept whole; an address or
    /// `localhost` has no default.
    pub fn websocket_host(mut self, host: impl Into<String>) -> Self {
        self.websocket_host = Some(host.into());
        self
    }

    /// A token that is there already. A [`ManagementClient`](crate::ManagementClient) sends it in
    /// place of one it fetches, an [`AuthenticationClient`](crate::AuthenticationClient) makes its
    /// [`current_session`](crate::AuthenticationClient::current_session) from it. No default.
    pub fn token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Where logins through a browser come back to, exactly as the application has it. No default.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// The language of the server's messages. Defaults to Chinese on Authing, English on Approw.
    pub fn language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// The public key that passwords are encrypted with, in PEM form. Defaults to that of the
    /// public clouds; a private deployment has its own.
    pub fn public_key_pem(mut self, pem: impl Into<String>) -> Self {
        self.password_key = PasswordKeySource::Pem(pem.into());
        self
    }

    /// Asks the server for the public key (`GET /api/v2/.well-known`), once per client, when the
    /// first password is sent. Approw servers are not known to answer.
    pub fn public_key_from_server(mut self) -> Self {
        self.password_key = PasswordKeySource::Server;
        self
    }

    /// Is called with every error of every call, before the caller gets it: for logs and metrics.
    /// It cannot change the outcome. Defaults to nothing.
    pub fn on_error(mut self, observer: impl Fn(&Error) + Send + Sync + 'static) -> Self {
        self.on_error = Some(Observer(Arc::new(observer)));
        self
    }

    /// Where requests say that they come from. Defaults to `sdk`.
    pub fn request_from(mut self, request_from: impl Into<String>) -> Self {
        self.request_from = request_from.into();
        self
    }

    /// The tenant of a multi-tenant application. No default.
    pub fn tenant_id(mut self, id: impl Into<String>) -> Self {
        self.tenant_id = Some(id.into());
        self
    }

    http_setters!();

    fn http_options(&mut self) -> &mut HttpOptions {
        &mut self.http
    }
}

dangerous_setters!(Options);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_fill_the_options_and_empty_ones_do_not() {
        let options = Options::from_variables(|name| {
            Ok(match name {
                "AUTHING_USERPOOL_ID" => Some("pool".to_owned()),
                "AUTHING_USERPOOL_SECRET" => Some("hush".to_owned()),
                "AUTHING_APP_ID" => Some("app".to_owned()),
                "AUTHING_APP_SECRET" => Some("quiet".to_owned()),
                "AUTHING_APP_HOST" => Some("https://app.example".to_owned()),
                "AUTHING_SERVER" => Some(String::new()),
                _ => panic!("{name} is not documented"),
            })
        })
        .unwrap();
        assert_eq!(options.user_pool_id.as_deref(), Some("pool"));
        assert_eq!(options.user_pool_secret, Some(Secret::from("hush")));
        assert_eq!(options.app_id.as_deref(), Some("app"));
        assert_eq!(options.app_secret, Some(Secret::from("quiet")));
        assert_eq!(options.app_host.as_deref(), Some("https://app.example"));
        assert_eq!(options.host, None);
    }

    #[test]
    fn debug_shows_no_secret() {
        let options = Options::new()
            .user_pool("pool", "s-pool")
            .app_secret("s-app")
            .token("s-token")
            .proxy("http://me:s-proxy@proxy.example");
        let debug = format!("{options:?}");
        assert!(debug.contains("\"pool\"") && !debug.contains("s-"), "{debug}");
    }
}
