//! Everything that can be set about a client.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use url::Url;

use crate::error::{Error, Result};
use crate::http::{Dangerous, HttpOptions};
use crate::oauth2::{self, Clock, ServerMetadata, check_url};
use crate::oidc::{Algorithm, ClientAuth, TokenRules};
use crate::secret::Secret;

/// The options of a [`Client`](super::Client): a plain value.
///
/// ```
/// use authing::jaccount::{Client, ClientOptions};
///
/// let options = ClientOptions::new("client-id", "client-secret", "https://me.example/auth")
///     .host("https://jaccount.proxy.example/")
///     .api_host("https://sjtu-api.proxy.example/");
/// let sjtu = Client::with_options(options)?;
/// assert!(sjtu.login().start().url.starts_with("https://jaccount.proxy.example/oauth2/authorize?"));
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientOptions {
    client_id: String,
    client_secret: Secret,
    redirect_uri: String,
    host: String,
    authorize_path: String,
    token_path: String,
    logout_path: String,
    api_host: String,
    issuer: String,
    leeway: Duration,
    pub(super) http: HttpOptions,
    clock: Clock,
    plain_http: bool,
}

/// Options that were found to be in order.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) metadata: ServerMetadata,
    pub(super) oauth: oauth2::ClientOptions,
    pub(super) client_secret: Secret,
    pub(super) redirect_uri: String,
    pub(super) authorize_url: String,
    pub(super) logout_url: String,
    /// Without a slash at its end.
    pub(super) api_host: String,
    pub(super) rules: TokenRules,
}

impl ClientOptions {
    /// The options of a client. `redirect_uri` is where jAccount sends the user's browser back to,
    /// exactly as it was registered there. `client_secret` also verifies ID tokens (HS256); it may
    /// be shorter than the 32 characters that RFC 7518 wants, for jAccount chooses it.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        redirect_uri: impl Into<String>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            redirect_uri: redirect_uri.into(),
            host: "https://jaccount.sjtu.edu.cn/".to_owned(),
            authorize_path: "oauth2/authorize".to_owned(),
            token_path: "oauth2/token".to_owned(),
            logout_path: "oauth2/logout".to_owned(),
            api_host: "https://api.sjtu.edu.cn/".to_owned(),
            issuer: "https://jaccount.sjtu.edu.cn/oauth2/".to_owned(),
            leeway: Duration::from_secs(60),
            http: HttpOptions::default(),
            clock: Clock(Arc::new(SystemTime::now)),
            plain_http: false,
        }
    }

    /// The URL that the paths of the login are below. Defaults to `https://jaccount.sjtu.edu.cn/`.
    pub fn host(mut self, url: impl Into<String>) -> Self {
        self.host = url.into();
        self
    }

    /// Where users are sent to log in, below [`host`](Self::host). Defaults to `oauth2/authorize`.
    pub fn authorize_path(mut self, path: impl Into<String>) -> Self {
        self.authorize_path = path.into();
        self
    }

    /// Where codes become tokens, below [`host`](Self::host). Defaults to `oauth2/token`.
    pub fn token_path(mut self, path: impl Into<String>) -> Self {
        self.token_path = path.into();
        self
    }

    /// Where users are sent to log out, below [`host`](Self::host). Defaults to `oauth2/logout`.
    pub fn logout_path(mut self, path: impl Into<String>) -> Self {
        self.logout_path = path.into();
        self
    }

    /// The URL that the paths of the API are below. Defaults to `https://api.sjtu.edu.cn/`.
    pub fn api_host(mut self, url: impl Into<String>) -> Self {
        self.api_host = url.into();
        self
    }

    /// What ID tokens have to have as `iss`, also when [`host`](Self::host) leads elsewhere.
    /// Defaults to `https://jaccount.sjtu.edu.cn/oauth2/`.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// How far the clocks of jAccount and of this machine may differ. Defaults to 60 seconds.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// How requests travel: time, size, certificates, proxy. Defaults to [`HttpOptions::new`].
    pub fn http(mut self, http: HttpOptions) -> Self {
        self.http = http;
        self
    }

    /// What time it is, for tests. Defaults to the clock of the system.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock(Arc::new(now));
        self
    }

    /// The options that give up security.
    pub fn dangerous(self) -> Dangerous<Self> {
        Dangerous(self)
    }

    pub(super) fn checked(self) -> Result<Checked> {
        for (name, is_empty) in [
            ("client_id", self.client_id.is_empty()),
            ("client_secret", self.client_secret.is_empty()),
            ("issuer", self.issuer.is_empty()),
        ] {
            if is_empty {
                return Err(Error::config(name, "is empty"));
            }
        }
        check_redirect_uri(&self.redirect_uri)?;
        let host = base("host", &self.host, self.plain_http)?;
        let endpoint = |name, path| endpoint(name, &host, path, self.plain_http);
        let authorize_url = endpoint("authorize_path", &self.authorize_path)?;
        let logout_url = endpoint("logout_path", &self.logout_path)?;
        let metadata = ServerMetadata::new(&self.issuer)
            .authorization_endpoint(&authorize_url)
            .token_endpoint(endpoint("token_path", &self.token_path)?)
            .end_session_endpoint(&logout_url);
        // A short secret is no reason to refuse what the secret signed: jAccount chose it, and the
        // tokens come from jAccount over TLS, which alone would do (OIDC Core, section 3.1.3.7).
        let rules = TokenRules::new(&self.issuer, &self.client_id)
            .algorithms([Algorithm::HS256])
            .client_secret(&self.client_secret)
            .short_secret()
            .leeway(self.leeway);
        let api_host = base("api_host", &self.api_host, self.plain_http)?;
        let mut oauth =
            oauth2::ClientOptions::new(self.client_id, ClientAuth::post(&self.client_secret));
        oauth.redirect_uri = Some(self.redirect_uri.clone());
        oauth.clock = self.clock;
        oauth.plain_http = self.plain_http;
        Ok(Checked {
            metadata,
            oauth,
            client_secret: self.client_secret,
            redirect_uri: self.redirect_uri,
            authorize_url,
            logout_url,
            api_host,
            rules,
        })
    }
}

impl Dangerous<ClientOptions> {
    /// Speaks to hosts without TLS, also where they are not on this machine: whoever is on the
    /// line can read and change everything.
    pub fn allow_plain_http(mut self) -> ClientOptions {
        self.0.plain_http = true;
        self.0
    }
}

/// Checks a URL that a browser comes back to.
pub(super) fn check_redirect_uri(uri: &str) -> Result<()> {
    let url = Url::parse(uri)
        .map_err(|e| Error::config("redirect_uri", format!("is no URL ({e})")).with_source(e))?;
    match url.fragment() {
        None => Ok(()),
        Some(_) => Err(Error::config("redirect_uri", "has a fragment")),
    }
}

/// A URL that paths can be put behind, without a slash at its end.
fn base(name: &str, url: &str, plain_http: bool) -> Result<String> {
    match check_url(name, url, plain_http)?.query() {
        None => Ok(url.trim_end_matches('/').to_owned()),
        Some(_) => Err(Error::config(name, "has a query")),
    }
}

fn endpoint(name: &str, host: &str, path: &str, plain_http: bool) -> Result<String> {
    let url = format!("{host}/{}", path.trim_start_matches('/'));
    check_url(name, &url, plain_http)?;
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> ClientOptions {
        ClientOptions::new("id", "secret", "https://me.example/auth")
    }

    #[test]
    fn hosts_and_paths_fit_together_with_and_without_slashes() {
        for (host, path) in [
            ("https://a.example", "oauth2/token"),
            ("https://a.example/", "oauth2/token"),
            ("https://a.example/", "/oauth2/token"),
        ] {
            let checked = options().host(host).token_path(path).checked().unwrap();
            let url = checked.metadata.token_endpoint.unwrap();
            assert_eq!(url, "https://a.example/oauth2/token");
        }
        let checked = options().host("http://127.0.0.1:80/ja").logout_path("bye").checked();
        assert_eq!(checked.unwrap().logout_url, "http://127.0.0.1:80/ja/bye");
        let checked = options().api_host("https://a.example/api/").checked().unwrap();
        assert_eq!(checked.api_host, "https://a.example/api");
    }

    #[test]
    fn what_cannot_work_is_refused_by_name_before_anything_is_sent() {
        let new = |id, secret, uri| ClientOptions::new(id, Secret::from(secret), uri);
        for (options, field) in [
            (new("", "s", "https://me.example/"), "client_id"),
            (new("id", "", "https://me.example/"), "client_secret"),
            (new("id", "s", ""), "redirect_uri"),
            (new("id", "s", "/auth"), "redirect_uri"),
            (new("id", "s", "https://me.example/#a"), "redirect_uri"),
            (options().host("http://jaccount.example/"), "host"),
            (options().host("jaccount.example"), "host"),
            (options().host("https://a.example/?a=b"), "host"),
            (options().api_host("http://api.example/"), "api_host"),
            (options().api_host("https://a.example/#b"), "api_host"),
            (options().token_path("token#a"), "token_path"),
            (options().issuer(""), "issuer"),
        ] {
            let error = options.checked().unwrap_err();
            assert!(error.message().starts_with(&format!("option `{field}` ")), "{error}");
        }
        let plain = options().host("http://a.example/").dangerous().allow_plain_http();
        assert!(plain.checked().is_ok());
    }
}
