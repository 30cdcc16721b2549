//! The client: what is set once, and the requests that it sends.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{Request, Response};

use super::authentication::Authentication;
use super::callback::check_ticket;
use super::failure::VerificationFailure;
use super::options::{ClientOptions, check_service};
use super::pgt_store::store_failed;
use super::proxy::{self, PgtCallback};
use super::urls::{Login, Logout, with_query};
use super::validation::Validation;
use crate::error::{Error, Result};
use crate::http::{Call, Http};
use crate::secret::Secret;

/// The time for one call, unless the options say otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A service at a CAS server. Make it once; cloning it is cheap.
///
/// ```no_run
/// let sso = authing::cas::Client::new("https://sso.example.edu/cas", "https://me.example/cas")?;
/// println!("Location: {}", sso.login_url());
/// let who = sso.validate("ST-1856339-aA5Yuvrxzpv8")?;
/// println!("{}", who.user);
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
    service: Arc<str>,
}

#[derive(Debug)]
struct Shared {
    options: ClientOptions,
    http: Http,
}

impl Client {
    /// A client with the default options: CAS 3.0, no proxies. See [`ClientOptions::new`] for the
    /// two URLs. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a malformed URL.
    pub fn new(server: impl Into<String>, service: impl Into<String>) -> Result<Self> {
        Self::with_options(ClientOptions::new(server, service))
    }

    /// A client with options. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) with the option's name.
    pub fn with_options(options: ClientOptions) -> Result<Self> {
        let http = Http::new(&options.http, TIMEOUT)?;
        Self::with_http(options, http)
    }

    pub(super) fn with_http(options: ClientOptions, http: Http) -> Result<Self> {
        let options = options.checked()?;
        let service = options.service.as_str().into();
        Ok(Self { shared: Arc::new(Shared { options, http }), service })
    }

    /// The same client for another URL to come back to, for example the page that the user wanted.
    /// A ticket is bound to its service: validate it with the client that made its login URL.
    ///
    /// The protocol has no `state`. Without one somebody can send a browser to your service with a
    /// ticket of their own, and its user then works in their account. To prevent that, put a random
    /// value into the service's query and into a cookie, and compare the two when the browser comes
    /// back; the example program `cas_web` does so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a malformed URL.
    pub fn for_service(&self, service: &str) -> Result<Self> {
        check_service("service", service)?;
        Ok(Self { shared: self.shared.clone(), service: service.into() })
    }

    /// The service, exactly as it was given and is sent.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Where to send the browser so that the user logs in: the short form of
    /// [`login`](Self::login).
    pub fn login_url(&self) -> String {
        self.login().url()
    }

    /// A login, to be given parameters.
    pub fn login(&self) -> Login<'_> {
        Login::new(self)
    }

    /// Where to send the browser so that single sign-on ends: the short form of
    /// [`logout`](Self::logout). End your own session first.
    pub fn logout_url(&self) -> String {
        self.logout().url()
    }

    /// A logout, to be given parameters.
    pub fn logout(&self) -> Logout<'_> {
        Logout::new(self)
    }

    /// Asks the server whose ticket this is. It can be asked once: the ticket is used up, also by
    /// an attempt that fails, and is never sent twice.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) with a [`VerificationFailure`]
    /// when the ticket is not to be trusted; [`ErrorKind::Http`](crate::ErrorKind::Http) and
    /// [`ErrorKind::Parse`](crate::ErrorKind::Parse) when what came is no CAS answer.
    pub fn validate(&self, ticket: &str) -> Result<Authentication> {
        let validation = self.validation(ticket).map_err(|e| e.with_operation("validate"))?;
        self.send("validate", validation.request(SystemTime::now())?)
            .and_then(|answer| validation.finish(&answer, SystemTime::now()))
            .map_err(|error| error.with_operation("validate"))
    }

    /// The validation of a ticket as a value, for a program that sends requests itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) for what cannot be a ticket.
    pub fn validation(&self, ticket: &str) -> Result<Validation> {
        Validation::new(self, ticket)
    }

    /// Takes the request that the server makes to the URL of
    /// [`ClientOptions::proxy_callback`]: `query` is what follows its question mark. Answer it with
    /// status 200 in any case but an error; a request without parameters, by which servers try the
    /// address, is none.
    ///
    /// Anyone can send such a request. What it brings is used only if the server names it in the
    /// answer to a validation.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) without that option;
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a malformed request, or with the store's
    /// own error.
    pub fn receive_pgt(&self, query: &str) -> Result<()> {
        let store = self.pgt_store()?;
        match PgtCallback::parse(query).map_err(|error| error.with_operation("receive_pgt"))? {
            Some(PgtCallback { iou, ticket }) => {
                store.put(&iou, ticket).map_err(|error| store_failed(error, "receive_pgt"))
            }
            None => Ok(()),
        }
    }

    /// The proxy-granting ticket of a login, which the server has sent to the proxy callback. It
    /// can be fetched once: keep it with the user's session. It is as good as the user's password
    /// for as long as single sign-on lasts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) with
    /// [`VerificationFailure::NoProxyGrantingTicket`] if there is none;
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) without
    /// [`ClientOptions::proxy_callback`].
    pub fn proxy_granting_ticket(&self, authentication: &Authentication) -> Result<Secret> {
        const OPERATION: &str = "proxy_granting_ticket";
        let store = self.pgt_store()?;
        let missing =
            || Error::from(VerificationFailure::NoProxyGrantingTicket).with_operation(OPERATION);
        let iou = authentication.proxy_granting_ticket_iou.as_deref().ok_or_else(missing)?;
        let ticket = store.take(iou).map_err(|error| store_failed(error, OPERATION))?;
        ticket.ok_or_else(missing)
    }

    /// Gets a proxy ticket, with which `target_service` can be called once in the user's name (CAS
    /// 3.0, 2.7). `target_service` is the URL that the other service validates it for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) with the server's
    /// [`FailureCode`](super::FailureCode) when it refuses.
    pub fn proxy_ticket(
        &self,
        proxy_granting_ticket: &Secret,
        target_service: &str,
    ) -> Result<String> {
        let request = self.proxy_request(proxy_granting_ticket, target_service)?;
        self.send("proxy_ticket", request)
            .and_then(|answer| proxy::finish(&answer, proxy_granting_ticket))
            .map_err(|error| error.with_operation("proxy_ticket"))
    }

    fn proxy_request(&self, ticket: &Secret, target_service: &str) -> Result<Request<Vec<u8>>> {
        check_service("target_service", target_service)
            .map_err(|error| Error::usage(error.message()).with_operation("proxy_ticket"))?;
        check_ticket(ticket.expose()).map_err(|error| error.with_operation("proxy_ticket"))?;
        let parameters = [("pgt", ticket.expose()), ("targetService", target_service)];
        get(&with_query(&format!("{}/proxy", self.options().server), parameters))
    }

    fn send(&self, operation: &str, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>> {
        let http = &self.shared.http;
        http.send(&Call { operation, request, repeatable: false, deadline: http.deadline() })
    }

    fn pgt_store(&self) -> Result<&dyn super::PgtStore> {
        let callback = self.options().proxy_callback.as_ref();
        callback
            .map(|callback| &*callback.store)
            .ok_or_else(|| Error::config("proxy_callback", "is missing, and this call needs it"))
    }

    pub(super) fn options(&self) -> &ClientOptions {
        &self.shared.options
    }

    /// One of the endpoints that can be elsewhere.
    pub(super) fn endpoint(&self, elsewhere: &Option<String>, path: &str) -> String {
        match elsewhere {
            Some(endpoint) => endpoint.clone(),
            None => format!("{}{path}", self.options().server),
        }
    }
}

pub(super) fn get(url: &str) -> Result<Request<Vec<u8>>> {
    Request::get(url)
        .body(Vec::new())
        .map_err(|e| Error::usage("the request is malformed").with_source(e))
}
