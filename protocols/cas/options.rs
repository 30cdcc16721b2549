//! How a client talks to its server, and what it accepts.

use std::sync::Arc;

use url::Url;

use super::pgt_store::PgtStore;
use crate::error::{Error, Result};
use crate::http::{HttpOptions, dangerous_setters, http_setters};

/// What a [`Client`](super::Client) is made of: the server, the service, and what differs from the
/// defaults.
///
/// ```
/// use authing::cas::{Client, ClientOptions, Protocol};
///
/// let options = ClientOptions::new("https://sso.example.edu/cas", "https://me.example/cas")
///     .protocol(Protocol::V2)
///     .allow_proxy_chain(["https://portal.example.edu/pgt"]);
/// let sso = Client::with_options(options)?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientOptions {
    pub(super) server: String,
    pub(super) service: String,
    pub(super) protocol: Protocol,
    pub(super) format: Format,
    pub(super) renew: bool,
    pub(super) proxies: ProxyPolicy,
    pub(super) proxy_callback: Option<ProxyCallback>,
    pub(super) login_endpoint: Option<String>,
    pub(super) logout_endpoint: Option<String>,
    pub(super) http: HttpOptions,
}

/// The version of the protocol that tickets are validated with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// CAS 1.0: `/validate`, two lines of text, a user name and nothing else.
    V1,
    /// CAS 2.0: `/serviceValidate` and `/proxyValidate`. Many servers give attributes here too.
    V2,
    /// CAS 3.0: `/p3/serviceValidate` and `/p3/proxyValidate`, with attributes.
    #[default]
    V3,
    /// SAML 1.1: `/samlValidate`, which came before attributes were part of CAS.
    Saml11,
}

/// The form in which CAS 2.0 and 3.0 answers are asked for. Both are understood whatever was asked:
/// older servers know XML alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// XML.
    #[default]
    Xml,
    /// JSON.
    Json,
}

/// Which proxied tickets are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ProxyPolicy {
    /// Those with one of these chains, the nearest proxy first; none if there are none.
    Chains(Vec<Vec<String>>),
    Any,
}

/// Where proxy-granting tickets come in, and where they are kept.
#[derive(Clone, Debug)]
pub(super) struct ProxyCallback {
    pub(super) url: String,
    pub(super) store: Arc<dyn PgtStore>,
}

impl ClientOptions {
    /// Options with safe defaults. `server` is the URL that the server's endpoints begin with, such
    /// as `https://sso.example.edu/cas`; `service` is the URL of yours that users come back to with
    /// a ticket, exactly as the server has it registered.
    ///
    /// Use `https`: a ticket's validation is only as good as the connection that it came over.
    pub fn new(server: impl Into<String>, service: impl Into<String>) -> Self {
        Self {
            server: server.into(),
            service: service.into(),
            protocol: Protocol::default(),
            format: Format::default(),
            renew: false,
            proxies: ProxyPolicy::Chains(Vec::new()),
            proxy_callback: None,
            login_endpoint: None,
            logout_endpoint: None,
            http: HttpOptions::default(),
        }
    }

    /// The version of the protocol. Defaults to [`Protocol::V3`].
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// The form to ask answers in (parameter `format`, CAS 3.0, 2.5.1). Defaults to
    /// [`Format::Xml`].
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Accepts only tickets for which the user typed in a password just now, not those of single
    /// sign-on (parameter `renew`, CAS 3.0, 2.1.1 and 2.5.1). It is asked for at login, demanded at
    /// validation, and an answer that says otherwise is refused. Defaults to false.
    pub fn renew(mut self, renew: bool) -> Self {
        self.renew = renew;
        self
    }

    /// Accepts tickets that came by this chain of proxies, and validates at `/proxyValidate`. The
    /// nearest proxy comes first, each as the URL of its callback, compared character by character.
    /// May be called for each chain. Defaults to none: a proxied ticket is refused.
    pub fn allow_proxy_chain<S: Into<String>>(
        mut self,
        chain: impl IntoIterator<Item = S>,
    ) -> Self {
        if let ProxyPolicy::Chains(chains) = &mut self.proxies {
            chains.push(chain.into_iter().map(Into::into).collect());
        }
        self
    }

    /// Accepts tickets that came by any proxy that the server lets be one: any application in
    /// single sign-on may then act for its users here. Defaults to refusing them.
    pub fn allow_any_proxy(mut self) -> Self {
        self.proxies = ProxyPolicy::Any;
        self
    }

    /// Asks for a proxy-granting ticket with each validation, to call other services in the user's
    /// name. The server sends it to `url`, which must be yours and which hands it to
    /// [`Client::receive_pgt`](super::Client::receive_pgt); `store` keeps it until it is fetched.
    /// Defaults to not being a proxy.
    pub fn proxy_callback(
        mut self,
        url: impl Into<String>,
        store: impl PgtStore + 'static,
    ) -> Self {
        self.proxy_callback = Some(ProxyCallback { url: url.into(), store: Arc::new(store) });
        self
    }

    /// Where users log in, for a server that has it elsewhere. Defaults to `/login` below the
    /// server's URL.
    pub fn login_endpoint(mut self, url: impl Into<String>) -> Self {
        self.login_endpoint = Some(url.into());
        self
    }

    /// Where users log out, for a server that has it elsewhere. Defaults to `/logout` below the
    /// server's URL.
    pub fn logout_endpoint(mut self, url: impl Into<String>) -> Self {
        self.logout_endpoint = Some(url.into());
        self
    }

    http_setters!();

    fn http_options(&mut self) -> &mut HttpOptions {
        &mut self.http
    }

    /// The same options, checked: URLs without a slash at their end.
    pub(super) fn checked(mut self) -> Result<Self> {
        self.server = endpoint("server", &self.server)?;
        check_service("service", &self.service)?;
        for (field, url) in [
            ("login_endpoint", &mut self.login_endpoint),
            ("logout_endpoint", &mut self.logout_endpoint),
        ] {
            if let Some(url) = url {
                *url = endpoint(field, url)?;
            }
        }
        if let Some(callback) = &self.proxy_callback {
            check_service("proxy_callback", &callback.url)?;
            if !matches!(self.protocol, Protocol::V2 | Protocol::V3) {
                return Err(Error::config("proxy_callback", "needs CAS 2.0 or 3.0"));
            }
        }
        Ok(self)
    }
}

dangerous_setters!(ClientOptions);

impl ProxyPolicy {
    /// Whether a ticket that a proxy got can be accepted at all.
    pub(super) fn allows_some(&self) -> bool {
        !matches!(self, Self::Chains(chains) if chains.is_empty())
    }

    /// Whether a ticket that came by these proxies is accepted; one without proxies always is.
    pub(super) fn allows(&self, proxies: &[String]) -> bool {
        match self {
            Self::Chains(chains) => proxies.is_empty() || chains.iter().any(|c| c == proxies),
            Self::Any => true,
        }
    }

    pub(super) fn chains(&self) -> &[Vec<String>] {
        match self {
            Self::Chains(chains) => chains,
            Self::Any => &[],
        }
    }
}

/// A URL that a server's paths and parameters can be appended to.
fn endpoint(field: &str, text: &str) -> Result<String> {
    let url = parse(field, text)?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(Error::config(field, format!("has scheme `{}`, not https", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::config(field, "holds credentials"));
    }
    if text.contains(['?', '#']) {
        return Err(Error::config(field, "has a query or a fragment"));
    }
    // As the parser understood it: this one is only ever dereferenced, never compared.
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Checks a URL that is sent to the server as it is, to be compared there character by character.
pub(super) fn check_service(field: &str, text: &str) -> Result<()> {
    let url = parse(field, text)?;
    if url.query_pairs().any(|(name, _)| name == "ticket") {
        return Err(Error::config(field, "has a parameter `ticket`, which is the server's to add"));
    }
    Ok(())
}

fn parse(field: &str, text: &str) -> Result<Url> {
    // The parser drops or encodes these without a word.
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(Error::config(field, "has characters that no URL has"));
    }
    let url = Url::parse(text)
        .map_err(|e| Error::config(field, format!("is no absolute URL ({e})")).with_source(e))?;
    match url.has_host() {
        true => Ok(url),
        false => Err(Error::config(field, "has no host")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_urls_are_refused_by_the_name_of_their_option() {
        let good = "https://me.example/cas";
        for (server, service, expected) in [
            ("", good, "option `server` is no absolute URL"),
            ("sso.example/cas", good, "option `server` is no absolute URL"),
            ("ftp://sso.example/cas", good, "option `server` has scheme `ftp`"),
            ("https://a:b@sso.example", good, "option `server` holds credentials"),
            ("https://sso.example/cas?a=b", good, "option `server` has a query"),
            ("https://sso.example/cas", "/cas", "option `service` is no absolute URL"),
            ("https://sso.example/cas", "mailto:a@b", "option `service` has no host"),
            (
                "https://sso.example/cas",
                "https://me.example/a b",
                "option `service` has characters",
            ),
            ("https://sso.example/cas", "https://me.example/\n", "option `service` has characters"),
            (
                "https://sso.example/cas",
                "https://me.example/?%74icket=1",
                "option `service` has a p",
            ),
        ] {
            let error = ClientOptions::new(server, service).checked().unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
        }
        let options = ClientOptions::new("https://sso.example/cas", good);
        let error = options.clone().login_endpoint("x").checked().unwrap_err();
        assert!(error.to_string().starts_with("option `login_endpoint`"), "{error}");
        for protocol in [Protocol::V1, Protocol::Saml11] {
            let proxy = options.clone().proxy_callback(good, crate::cas::MemoryPgtStore::new());
            let error = proxy.protocol(protocol).checked().unwrap_err();
            assert!(error.to_string().starts_with("option `proxy_callback` needs"), "{error}");
        }
        let error = options.logout_endpoint("x").checked().unwrap_err();
        assert!(error.to_string().starts_with("option `logout_endpoint`"), "{error}");
    }

    #[test]
    fn the_server_loses_its_trailing_slash_and_the_service_nothing() {
        let service = "HTTPS://Me.Example:443/%7ea/../b?x=é&y=%20#f/";
        let options = ClientOptions::new("https://sso.example/cas/", service).checked().unwrap();
        assert_eq!(options.server, "https://sso.example/cas");
        assert_eq!(options.service, service);
    }

    #[test]
    fn a_chain_is_allowed_as_a_whole_and_in_its_order() {
        let chain = |urls: &[&str]| urls.iter().map(|url| url.to_string()).collect::<Vec<_>>();
        let policy = ProxyPolicy::Chains(vec![chain(&["https://a/", "https://b/"])]);
        assert!(policy.allows(&[]));
        assert!(policy.allows(&chain(&["https://a/", "https://b/"])));
        for refused in [
            &["https://b/", "https://a/"][..],
            &["https://a/"],
            &["https://a/", "https://b/", "https://c/"],
            &["https://a", "https://b/"],
        ] {
            assert!(!policy.allows(&chain(refused)), "{refused:?}");
        }
        assert!(!ProxyPolicy::Chains(Vec::new()).allows(&chain(&["https://a/"])));
        assert!(ProxyPolicy::Any.allows(&chain(&["https://a/"])));
    }
}
