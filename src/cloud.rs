//! Which identity cloud a client speaks to, and what follows from that.

use url::Url;

use crate::error::{Error, Result};

/// An identity cloud of the Authing family: its hosts, header names, language and age.
///
/// ```
/// use authing::{Cloud, Options};
///
/// let options = Options::new().cloud(Cloud::approw());
/// let options = Options::new().cloud(Cloud::private("https://id.example.com"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    host: String,
    brand: Brand,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Brand {
    Authing,
    Approw,
}

/// The language of the messages that the server answers and sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Simplified Chinese, `zh-CN`.
    Chinese,
    /// American English, `en-US`.
    English,
}

impl Cloud {
    /// The public Authing cloud, `https://core.authing.cn`. It answers in Chinese unless
    /// [`Options::language`](crate::Options::language) says otherwise.
    pub fn authing() -> Self {
        Self { host: "https://core.authing.cn".to_owned(), brand: Brand::Authing }
    }

    /// The public Approw cloud, `https://core.approw.com`, in English. It is an Authing backend of
    /// May 2021: members that are newer are neither selected nor sent unless you set them.
    pub fn approw() -> Self {
        Self { host: "https://core.approw.com".to_owned(), brand: Brand::Approw }
    }

    /// A private deployment of Authing.
    ///
    /// `host` is its core host as a URL: scheme and host, no path, for example
    /// `https://id.example.com`. Set
    /// [`public_key_pem`](crate::Options::public_key_pem) or
    /// [`public_key_from_server`](crate::Options::public_key_from_server) too: a private deployment
    /// has a password key of its own.
    pub fn private(host: impl Into<String>) -> Self {
        Self { host: host.into(), brand: Brand::Authing }
    }

    /// A private deployment of Approw: as [`private`](Self::private), with the header names, the
    /// language and the age of [`approw`](Self::approw).
    pub fn private_approw(host: impl Into<String>) -> Self {
        Self { host: host.into(), brand: Brand::Approw }
    }

    /// The core host.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What the names of this cloud's request headers start with.
    pub(crate) fn header_prefix(&self) -> &'static str {
        match self.brand {
            Brand::Authing => "x-authing-",
            Brand::Approw => "x-approw-",
        }
    }

    pub(crate) fn language(&self) -> Language {
        match self.brand {
            Brand::Authing => Language::Chinese,
            Brand::Approw => Language::English,
        }
    }

    /// Whether the server knows what came into the schema after May 2021.
    pub(crate) fn is_recent(&self) -> bool {
        self.brand == Brand::Authing
    }
}

impl Default for Cloud {
    fn default() -> Self {
        Self::authing()
    }
}

impl Language {
    /// The tag that is sent, such as `zh-CN`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en-US",
        }
    }
}

/// A host as the option `field` has it, checked and without a trailing slash.
pub(crate) fn parse_host(field: &str, host: &str) -> Result<String> {
    parse_origin(field, host, &["https", "http"])
}

/// The host of Active Directory logins, which may be written as that of a WebSocket; logins at it
/// are plain HTTP requests.
pub(crate) fn parse_websocket_host(host: &str) -> Result<String> {
    let host = parse_origin("websocket_host", host, &["https", "http", "wss", "ws"])?;
    Ok(match host.strip_prefix("ws") {
        Some(rest) => format!("http{rest}"),
        None => host,
    })
}

fn parse_origin(field: &str, host: &str, schemes: &[&str]) -> Result<String> {
    let expected = "expected scheme and host such as `https://id.example.com`";
    let url = Url::parse(host)
        .map_err(|e| Error::config(field, format!("is no URL ({e}): {expected}")).with_source(e))?;
    if !schemes.contains(&url.scheme()) || url.host().is_none() {
        return Err(Error::config(field, format!("has scheme `{}`: {expected}", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::config(field, format!("holds credentials: {expected}")));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(Error::config(field, format!("has a path, query or fragment: {expected}")));
    }
    Ok(url.origin().ascii_serialization())
}

/// The host of Active Directory logins that goes with an application's host: `ws.` and its name
/// without the first label. A name of two labels is kept whole: what is left of it would be
/// somebody else's.
pub(crate) fn websocket_host_of(host: &str) -> Result<String> {
    let missing = "is missing, and does not follow from the application's host";
    let name = match Url::parse(host).ok().as_ref().and_then(Url::host) {
        Some(url::Host::Domain(name)) if name.contains('.') => name.to_owned(),
        _ => return Err(Error::config("websocket_host", missing)),
    };
    let parent = name.split_once('.').map(|(_, parent)| parent);
    let parent = parent.filter(|parent| parent.contains('.')).unwrap_or(&name);
    Ok(format!("https://ws.{parent}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_lose_their_trailing_slash_and_keep_their_port() {
        assert_eq!(parse_host("host", "https://a.example/").unwrap(), "https://a.example");
        assert_eq!(parse_host("host", "http://127.0.0.1:8080").unwrap(), "http://127.0.0.1:8080");
        assert_eq!(parse_host("host", "http://[::1]:80").unwrap(), "http://[::1]");
    }

    #[test]
    fn the_host_of_directory_logins_follows_from_that_of_the_application() {
        for (host, websocket_host) in [
            ("https://app.authing.cn", "https://ws.authing.cn"),
            ("http://app.authing.cn:8080", "https://ws.authing.cn"),
            ("https://a.b.example.com", "https://ws.b.example.com"),
            ("https://example.com", "https://ws.example.com"),
        ] {
            assert_eq!(websocket_host_of(host).unwrap(), websocket_host);
        }
        for host in ["http://localhost:1", "http://127.0.0.1", "http://[::1]:80"] {
            let error = websocket_host_of(host).unwrap_err().to_string();
            assert!(error.contains("`websocket_host` is missing"), "{error}");
        }
        assert_eq!(
            parse_websocket_host("wss://ws.example.com/").unwrap(),
            "https://ws.example.com"
        );
        assert_eq!(parse_websocket_host("ws://[::1]:81").unwrap(), "http://[::1]:81");
        assert_eq!(parse_websocket_host("https://a.example").unwrap(), "https://a.example");
        assert!(parse_websocket_host("ftp://a.example").is_err());
    }

    #[test]
    fn what_is_no_host_is_refused_by_name_and_reason() {
        for (host, reason) in [
            ("my-app.authing.cn", "is no URL"),
            ("https://a.example/path", "has a path"),
            ("https://a.example?x", "has a path"),
            ("https://user:pw@a.example", "holds credentials"),
            ("file:///etc/passwd", "has scheme `file`"),
            ("wss://ws.a.example", "has scheme `wss`"),
            ("", "is no URL"),
        ] {
            let error = parse_host("app_host", host).unwrap_err().to_string();
            assert!(error.starts_with("option `app_host`") && error.contains(reason), "{error}");
            assert!(!error.contains("pw"), "{error}");
        }
    }
}
