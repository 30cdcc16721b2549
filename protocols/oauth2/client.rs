//! A client of one authorization server.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response};

use super::client_auth::ClientAuth;
use super::form::Form;
use super::grant::Grant;
use super::metadata::{ServerMetadata, check_url};
use super::options::{ClientOptions, Endpoint};
use super::tokens::Tokens;
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::http::{Call, Http};
use crate::secret::Secret;

/// What calls of a protocol may take unless the options say otherwise.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// A client of one authorization server. Make it once and clone it freely; threads can share it.
///
/// ```no_run
/// use authing::oauth2::{Client, ClientAuth};
///
/// let auth = ClientAuth::basic("secret");
/// let client = Client::discover("https://as.example.com", "id", auth, "https://me.example/cb")?;
///
/// // A user logs in through the browser …
/// let login = client.login()?.scopes(["read", "write"]).start();
/// println!("send the user to {}", login.url);
/// // … and comes back.
/// # let callback_url = "";
/// let tokens = client.finish(callback_url, login.pending)?;
///
/// // A machine needs no user.
/// let tokens = client.client_credentials(["read"])?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    metadata: ServerMetadata,
    options: ClientOptions,
    http: Http,
}

impl Client {
    /// Fetches the server's metadata (RFC 8414) and makes a client with it.
    ///
    /// # Errors
    ///
    /// When the document cannot be had, is of another issuer, or has an endpoint without TLS.
    pub fn discover(
        issuer: &str,
        client_id: impl Into<String>,
        auth: ClientAuth,
        redirect_uri: impl Into<String>,
    ) -> Result<Self> {
        Self::discover_with(issuer, ClientOptions::new(client_id, auth).redirect_uri(redirect_uri))
    }

    /// Fetches the server's metadata and makes a client with options of its own.
    ///
    /// # Errors
    ///
    /// As [`discover`](Self::discover).
    pub fn discover_with(issuer: &str, options: ClientOptions) -> Result<Self> {
        let url = well_known(issuer, options.plain_http)?;
        let http = Http::new(&options.http, TIMEOUT)?;
        let metadata = fetch_metadata(&http, &url)?;
        if metadata.issuer != issuer {
            return Err(other_issuer(issuer, &metadata.issuer));
        }
        Self::with_http(metadata, options, http)
    }

    /// Makes a client with metadata that is there already. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when an endpoint is no URL or has no TLS,
    /// or an option is malformed.
    pub fn new(metadata: ServerMetadata, options: ClientOptions) -> Result<Self> {
        let http = Http::new(&options.http, TIMEOUT)?;
        Self::with_http(metadata, options, http)
    }

    /// Makes a client whose requests another one carries.
    pub(crate) fn with_http(
        metadata: ServerMetadata,
        options: ClientOptions,
        http: Http,
    ) -> Result<Self> {
        for (name, url) in metadata.endpoints() {
            url.map(|url| check_url(name, url, options.plain_http)).transpose()?;
        }
        if options.client_id.is_empty() {
            return Err(Error::config("client_id", "is empty"));
        }
        Ok(Self { shared: Arc::new(Shared { metadata, options, http }) })
    }

    /// What the server says about itself.
    pub fn metadata(&self) -> &ServerMetadata {
        &self.shared.metadata
    }

    /// The client's id at the server.
    pub fn client_id(&self) -> &str {
        &self.shared.options.client_id
    }

    /// Redeems a grant.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OAuth`](crate::ErrorKind::OAuth) when the server refuses: see
    /// [`ErrorAnswer`](super::ErrorAnswer); otherwise as [`Tokens::read`].
    pub fn tokens(&self, grant: &Grant) -> Result<Tokens> {
        let answer = self.post(Endpoint::Token, grant.form().clone(), self.deadline())?;
        Tokens::read_hiding(&answer, self.now(), &self.secrets(grant.form()))
            .map_err(|error| error.with_operation(Endpoint::Token.operation()))
    }

    /// The request that redeems a grant, for a program that sends it in its own way; the answer is
    /// read by [`Tokens::read`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the server has no token endpoint.
    pub fn token_request(&self, grant: &Grant) -> Result<Request<Vec<u8>>> {
        self.request(Endpoint::Token, grant.form().clone())
    }

    /// Exchanges a refresh token for new tokens (RFC 6749, section 6). Where the server gives no
    /// new refresh token, the old one stays in the result: store what is in there each time.
    ///
    /// # Errors
    ///
    /// As [`tokens`](Self::tokens); `invalid_grant` means that the user has to log in again.
    pub fn refresh(&self, refresh_token: impl Into<Secret>) -> Result<Tokens> {
        let old = refresh_token.into();
        let mut tokens = self.tokens(&Grant::refresh_token(&old))?;
        tokens.refresh_token.get_or_insert(old);
        Ok(tokens)
    }

    /// Gets a token for the client itself (RFC 6749, section 4.4).
    ///
    /// # Errors
    ///
    /// As [`tokens`](Self::tokens).
    pub fn client_credentials<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<Tokens> {
        self.tokens(&Grant::client_credentials().scopes(scopes))
    }

    /// Gets tokens for a user's name and password (RFC 6749, section 4.3). The program sees the
    /// password: a last resort, where no browser can be used.
    ///
    /// # Errors
    ///
    /// As [`tokens`](Self::tokens); `invalid_grant` means that name or password is wrong.
    pub fn password<S: AsRef<str>>(
        &self,
        username: &str,
        password: impl Into<Secret>,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<Tokens> {
        self.tokens(&Grant::password(username, password).scopes(scopes))
    }

    pub(crate) fn options(&self) -> &ClientOptions {
        &self.shared.options
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.shared.options.clock.now()
    }

    pub(crate) fn deadline(&self) -> Deadline {
        self.shared.http.deadline()
    }

    #[cfg(feature = "oidc")]
    /// Sends a request that reads and may be repeated.
    pub(crate) fn get(
        &self,
        operation: &str,
        url: &str,
        bearer: Option<&Secret>,
        deadline: Deadline,
    ) -> Result<Response<Vec<u8>>> {
        get(&self.shared.http, operation, url, bearer, deadline)
    }

    /// Posts a form to an endpoint, with what proves who the client is.
    pub(super) fn post(
        &self,
        endpoint: Endpoint,
        form: Form,
        deadline: Deadline,
    ) -> Result<Response<Vec<u8>>> {
        let operation = endpoint.operation();
        let request = self.request(endpoint, form)?;
        let call = Call { operation, request, repeatable: false, deadline };
        self.shared.http.send(&call).map_err(|error| error.with_operation(operation))
    }

    fn request(&self, endpoint: Endpoint, mut form: Form) -> Result<Request<Vec<u8>>> {
        let url = self.endpoint(endpoint)?;
        let now = self.now();
        // The issuer is what the successors of RFC 7523 want, and what older servers take too.
        let audience = &self.metadata().issuer;
        let header = self.auth(endpoint).apply(self.client_id(), audience, &mut form, now)?;
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(url)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(header) = header {
            request = request.header(AUTHORIZATION, header);
        }
        request
            .body(form.encode().into_bytes())
            .map_err(|e| Error::config(endpoint.member(), "is no URL").with_source(e))
    }

    fn endpoint(&self, endpoint: Endpoint) -> Result<&str> {
        let metadata = self.metadata();
        let url = match endpoint {
            Endpoint::Token => &metadata.token_endpoint,
            Endpoint::Introspection => &metadata.introspection_endpoint,
            Endpoint::Revocation => &metadata.revocation_endpoint,
            Endpoint::DeviceAuthorization => &metadata.device_authorization_endpoint,
            Endpoint::PushedAuthorization => &metadata.pushed_authorization_request_endpoint,
        };
        let missing = || Error::config(endpoint.member(), "is not among the server's metadata");
        url.as_deref().ok_or_else(missing)
    }

    fn auth(&self, endpoint: Endpoint) -> &ClientAuth {
        let ClientOptions { auth, auth_at, .. } = self.options();
        let last = auth_at.iter().rev().find(|(at, _)| *at == endpoint);
        last.map_or(auth, |(_, auth)| auth)
    }

    /// What must not be shown of an exchange.
    pub(super) fn secrets(&self, form: &Form) -> Vec<Secret> {
        let ClientOptions { auth, auth_at, .. } = self.options();
        let auths = std::iter::once(auth).chain(auth_at.iter().map(|(_, auth)| auth));
        auths.filter_map(ClientAuth::secret).cloned().chain(form.secrets()).collect()
    }
}

impl Endpoint {
    /// What errors and logs call a request to it.
    pub(super) fn operation(self) -> &'static str {
        match self {
            Self::Token => "token request",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::DeviceAuthorization => "device authorization",
            Self::PushedAuthorization => "pushed authorization request",
        }
    }

    fn member(self) -> &'static str {
        match self {
            Self::Token => "token_endpoint",
            Self::Introspection => "introspection_endpoint",
            Self::Revocation => "revocation_endpoint",
            Self::DeviceAuthorization => "device_authorization_endpoint",
            Self::PushedAuthorization => "pushed_authorization_request_endpoint",
        }
    }
}

pub(crate) fn fetch_metadata(http: &Http, url: &str) -> Result<ServerMetadata> {
    const OPERATION: &str = "discovery";
    get(http, OPERATION, url, None, http.deadline())
        .and_then(|answer| ServerMetadata::read(&answer))
        .map_err(|error| error.with_operation(OPERATION))
}

pub(crate) fn other_issuer(expected: &str, got: &str) -> Error {
    let reason = format!("is {expected:?}, but the server says that it is {got:?}");
    Error::config("issuer", reason).with_operation("discovery")
}

pub(crate) fn get(
    http: &Http,
    operation: &str,
    url: &str,
    bearer: Option<&Secret>,
    deadline: Deadline,
) -> Result<Response<Vec<u8>>> {
    let mut request =
        Request::builder().uri(url).header(ACCEPT, "application/json, application/jwt");
    if let Some(token) = bearer {
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))
            .map_err(|_| Error::usage("the token has characters that no token has"))?;
        value.set_sensitive(true);
        request = request.header(AUTHORIZATION, value);
    }
    let request = request
        .body(Vec::new())
        .map_err(|e| Error::usage(format!("{url:?} is no URL")).with_source(e))?;
    let call = Call { operation, request, repeatable: true, deadline };
    http.send(&call).map_err(|error| error.with_operation(operation))
}

/// Where the metadata of an issuer is: the well-known part comes before the issuer's path
/// (RFC 8414, section 3.1).
fn well_known(issuer: &str, plain_http: bool) -> Result<String> {
    let mut url = check_url("issuer", issuer, plain_http)?;
    if url.query().is_some() {
        return Err(Error::config("issuer", "has a query"));
    }
    let path = format!(
        "/.well-known/oauth-authorization-server{}",
        url.path().strip_suffix('/').unwrap_or(url.path())
    );
    url.set_path(&path);
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_part_comes_before_the_path_of_the_issuer() {
        for (issuer, url) in [
            ("https://a.example", "https://a.example/.well-known/oauth-authorization-server"),
            ("https://a.example/", "https://a.example/.well-known/oauth-authorization-server"),
            ("https://a.example/x", "https://a.example/.well-known/oauth-authorization-server/x"),
        ] {
            assert_eq!(well_known(issuer, false).unwrap(), url);
        }
    }

    #[test]
    fn servers_without_tls_are_refused_unless_they_are_on_this_machine_or_asked_for() {
        let client = |url: &str, plain: bool| {
            let options = ClientOptions::new("me", ClientAuth::none());
            let options = if plain { options.dangerous().allow_plain_http() } else { options };
            Client::new(ServerMetadata::new("i").token_endpoint(url), options).map(drop)
        };
        for url in ["http://127.0.0.1:1/", "http://[::1]/", "http://localhost/", "https://a.b/"] {
            assert!(client(url, false).is_ok(), "{url}");
        }
        for url in [
            "http://a.example/",
            "ftp://a.example/",
            "x",
            "https://a.b/#f",
            "http://127.0.0.1.evil/",
        ] {
            let error = client(url, false).unwrap_err().to_string();
            assert!(error.starts_with("option `token_endpoint`"), "{error}");
        }
        assert!(client("http://a.example/", true).is_ok());
    }
}
