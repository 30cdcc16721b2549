//! How requests travel: time, size, certificates, proxy.

use std::sync::Arc;
use std::time::Duration;

use super::Transport;
use crate::secret::Secret;

/// How a client's requests travel.
///
/// The options of every client have these setters; clients that are made without an
/// [`Options`](crate::Options) value take one of these.
///
/// ```
/// use std::time::Duration;
///
/// use authing::http::{HttpOptions, TlsRoots};
///
/// let http = HttpOptions::new().timeout(Duration::from_secs(5)).tls_roots(TlsRoots::Platform);
/// ```
#[derive(Clone, Debug)]
pub struct HttpOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_answer_size: usize,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) tls_roots: TlsRoots,
    pub(crate) proxy: ProxyChoice,
    pub(crate) accept_any_certificate: bool,
}

/// Which certificate authorities a server's certificate may come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsRoots {
    /// Mozilla's list, compiled in. The same on every machine.
    #[default]
    WebPki,
    /// What the operating system trusts, for example a company's own authority.
    Platform,
    /// These certificates alone, in PEM form, one or several in the text.
    Pem(Vec<u8>),
}

#[derive(Clone, Debug)]
pub(crate) enum ProxyChoice {
    Environment,
    Direct,
    Url(Secret),
}

/// The options that give up security, set apart so that they stand out where they are used.
#[derive(Clone, Debug)]
pub struct Dangerous<O>(pub(crate) O);

/// The setters of [`HttpOptions`], for a type that has `http_options` to reach them.
macro_rules! http_setters {
    () => {
        /// The time that one call may take in all: connecting, retries and fetching what the call
        /// needs included. Defaults to 10 seconds for calls to the cloud, 30 seconds for those of
        /// a protocol to its server.
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.http_options().timeout = Some(timeout);
            self
        }

        /// The bytes that an answer may have; a larger one is an error. Defaults to 1 MiB.
        pub fn max_answer_size(mut self, bytes: usize) -> Self {
            self.http_options().max_answer_size = bytes;
            self
        }

        /// What carries the requests. TLS and proxy options are then its own business. Defaults to
        /// HTTP/1.1 with kept-alive connections.
        pub fn transport(mut self, transport: impl $crate::http::Transport + 'static) -> Self {
            self.http_options().transport = Some(std::sync::Arc::new(transport));
            self
        }

        /// The certificate authorities to trust. Defaults to
        /// [`TlsRoots::WebPki`](crate::http::TlsRoots::WebPki).
        pub fn tls_roots(mut self, roots: $crate::http::TlsRoots) -> Self {
            self.http_options().tls_roots = roots;
            self
        }

        /// The proxy, as `http://`, `https://` or `socks5://` URL, with user name and password if
        /// it wants them. Defaults to what `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`
        /// say.
        pub fn proxy(mut self, url: impl Into<$crate::Secret>) -> Self {
            self.http_options().proxy = $crate::http::ProxyChoice::Url(url.into());
            self
        }

        /// Connects directly, whatever the environment says about proxies.
        pub fn no_proxy(mut self) -> Self {
            self.http_options().proxy = $crate::http::ProxyChoice::Direct;
            self
        }

        /// The options that give up security.
        pub fn dangerous(self) -> $crate::http::Dangerous<Self> {
            $crate::http::Dangerous(self)
        }
    };
}

/// Leads to the options that are dangerous to set.
macro_rules! dangerous_setters {
    ($options:ty) => {
        impl $crate::http::Dangerous<$options> {
            /// Accepts any certificate of any server: whoever is on the line can read and change
            /// everything, passwords and tokens included. For a test server with a certificate of
            /// its own, `tls_roots` is the better way.
            pub fn accept_any_certificate(mut self) -> $options {
                self.0.http_options().accept_any_certificate = true;
                self.0
            }
        }
    };
}

pub(crate) use {dangerous_setters, http_setters};

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            timeout: None,
            max_answer_size: 1 << 20,
            transport: None,
            tls_roots: TlsRoots::default(),
            proxy: ProxyChoice::Environment,
            accept_any_certificate: false,
        }
    }
}

impl HttpOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    http_setters!();

    fn http_options(&mut self) -> &mut Self {
        self
    }
}

dangerous_setters!(HttpOptions);
