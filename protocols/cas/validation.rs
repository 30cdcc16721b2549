//! One validation: the request, and what to make of the answer.

use std::time::SystemTime;

use http::{Request, Response, StatusCode};

use super::authentication::{Authentication, Success};
use super::callback::check_ticket;
use super::client::{Client, get};
use super::failure::VerificationFailure;
use super::options::{Format, Protocol};
use super::urls::with_query;
use super::{json, saml11, text, xml};
use crate::crypto;
use crate::error::{Error, ErrorKind, Result};
use crate::json::no_answer_of_the_service;
use crate::secret::Secret;

/// The validation of one ticket, without the sending (CAS 3.0, 2.4 to 2.6).
///
/// [`Client::validate`](super::Client::validate) does all of it; this is for programs that send
/// requests in their own way. Follow no redirect, send it once, and trust the server's certificate
/// only if it is its own.
///
/// ```
/// use std::time::SystemTime;
///
/// use authing::cas::Client;
///
/// let sso = Client::new("https://sso.example.edu/cas", "https://me.example/cas")?;
/// let validation = sso.validation("ST-1856339-aA5Yuvrxzpv8")?;
/// let request = validation.request(SystemTime::now())?;
/// assert_eq!(request.uri().path(), "/cas/p3/serviceValidate");
///
/// // … send it …
/// let body = br#"<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">
///     <cas:authenticationSuccess><cas:user>ann</cas:user></cas:authenticationSuccess>
/// </cas:serviceResponse>"#;
/// let answer = http::Response::new(body.to_vec());
/// assert_eq!(validation.finish(&answer, SystemTime::now())?.user, "ann");
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Validation {
    client: Client,
    ticket: Secret,
    /// Names the request in SAML 1.1; otherwise empty.
    request_id: String,
}

impl Validation {
    pub(super) fn new(client: &Client, ticket: &str) -> Result<Self> {
        check_ticket(ticket)?;
        let request_id = match client.options().protocol {
            Protocol::Saml11 => format!("_{}", crypto::random_id()?),
            _ => String::new(),
        };
        Ok(Self { client: client.clone(), ticket: Secret::from(ticket), request_id })
    }

    /// The request to send. `now` is written into it by SAML 1.1.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] if no request can be made of the service's URL.
    pub fn request(&self, now: SystemTime) -> Result<Request<Vec<u8>>> {
        let options = self.client.options();
        let (service, ticket) = (self.client.service(), self.ticket.expose());
        if options.protocol == Protocol::Saml11 {
            return saml11::request(&options.server, service, ticket, &self.request_id, now);
        }
        let path = match (options.protocol, options.proxies.allows_some()) {
            (Protocol::V1, _) => "/validate",
            (Protocol::V2, false) => "/serviceValidate",
            (Protocol::V2, true) => "/proxyValidate",
            (_, false) => "/p3/serviceValidate",
            (_, true) => "/p3/proxyValidate",
        };
        let newer = options.protocol != Protocol::V1;
        let callback = options.proxy_callback.as_ref();
        let format = newer && options.format == Format::Json;
        let parameters = [
            Some(("service", service)),
            Some(("ticket", ticket)),
            options.renew.then_some(("renew", "true")),
            callback.map(|callback| ("pgtUrl", callback.url.as_str())),
            format.then_some(("format", "JSON")),
        ];
        let endpoint = format!("{}{path}", options.server);
        get(&with_query(&endpoint, parameters.into_iter().flatten()))
    }

    /// Who the user is, according to the answer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`] with a [`VerificationFailure`] when the server refuses, or
    /// accepts what the options do not; [`ErrorKind::Http`] for a redirect, a failure, or a page;
    /// [`ErrorKind::Parse`] for an answer that is cut off, in another namespace, or otherwise not
    /// what the protocol says.
    pub fn finish(&self, answer: &Response<Vec<u8>>, now: SystemTime) -> Result<Authentication> {
        let success = checked_status(answer, self.parse(answer, now), &self.ticket)?;
        let options = self.client.options();
        if !options.proxies.allows(&success.proxies) {
            let allowed = options.proxies.chains().to_vec();
            return Err(VerificationFailure::ProxyChain { chain: success.proxies, allowed }.into());
        }
        let authentication = success.authentication(self.ticket.expose());
        // `/samlValidate` cannot be told; there the answer alone shows it.
        let shown = options.protocol != Protocol::Saml11;
        if options.renew && !authentication.is_from_new_login.unwrap_or(shown) {
            return Err(VerificationFailure::NotFromNewLogin.into());
        }
        Ok(authentication)
    }

    fn parse(&self, answer: &Response<Vec<u8>>, now: SystemTime) -> Result<Success> {
        match self.client.options().protocol {
            Protocol::V1 if is_page(answer.body()) => Err(no_answer(answer, &self.ticket)),
            Protocol::V1 => text::parse(answer.body()),
            Protocol::Saml11 => {
                checked_markup(answer, &self.ticket)?;
                saml11::parse(answer.body(), self.client.service(), &self.request_id, now)
            }
            Protocol::V2 | Protocol::V3 => match first_byte(answer.body()) {
                // Whatever was asked for: old servers ignore the parameter.
                Some(b'{') => json::parse_validation(answer, &self.ticket),
                _ => {
                    checked_markup(answer, &self.ticket)?;
                    xml::parse_validation(answer.body())
                }
            },
        }
    }
}

/// Success comes with status 200; a server's own refusal counts with any but a redirect's, any
/// other answer is none of CAS.
pub(super) fn checked_status<T>(
    answer: &Response<Vec<u8>>,
    parsed: Result<T>,
    secret: &Secret,
) -> Result<T> {
    let status = answer.status();
    if status == StatusCode::OK {
        return parsed;
    }
    match parsed {
        Err(error) if error.kind() == ErrorKind::Verification && !status.is_redirection() => {
            Err(error.with_status(status.as_u16()))
        }
        _ => Err(no_answer(answer, secret)),
    }
}

/// That an answer is XML, as far as one can see from its beginning: a web page is worth an error
/// that shows it.
pub(super) fn checked_markup(answer: &Response<Vec<u8>>, secret: &Secret) -> Result<()> {
    let body = answer.body();
    match first_byte(body) == Some(b'<') && !is_page(body) {
        true => Ok(()),
        false => Err(no_answer(answer, secret)),
    }
}

/// The error shows the beginning of the answer, without the ticket that was sent.
fn no_answer(answer: &Response<Vec<u8>>, secret: &Secret) -> Error {
    no_answer_of_the_service(answer, std::slice::from_ref(secret))
}

fn is_page(body: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&body[..body.len().min(256)]).to_ascii_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

fn first_byte(body: &[u8]) -> Option<u8> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}
