//! What all clients share: checked options, headers, credentials, and the two functions that
//! every operation goes through.

use std::sync::Arc;
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};

use crate::cloud::{self, Cloud, parse_host};
use crate::credential::{ACCESS_TOKEN, AccessToken, Credential};
use crate::crypto::PasswordKey;
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::graphql::{self, Operation, Variables};
use crate::http::{Call, Http};
use crate::options::{Observer, Options, PasswordKeySource};
use crate::rest::{self, Body, RestRequest};
use crate::secret::{Secret, sensitive_values};
use crate::single_flight::SingleFlight;
use crate::types::CommonMessage;

const GRAPHQL_PATH: &str = "/graphql/v2";
/// The documented default of the service's own clients.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A connection to one host with one kind of credentials. Cloning it is cheap.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    shared: Arc<Shared>,
    host: Arc<str>,
    credential: Credential,
    /// The end of the one call that this client was made for.
    deadline: Option<Deadline>,
}

#[derive(Debug)]
struct Shared {
    cloud: Cloud,
    websocket_host: Option<String>,
    http: Http,
    headers: HeaderMap,
    password_key: PasswordKeys,
    /// What is never shown when a server repeats it.
    secrets: Vec<Secret>,
    observer: Option<Observer>,
    app_id: Option<String>,
    user_pool_id: Option<String>,
    tenant_id: Option<String>,
    #[cfg(feature = "oauth2")]
    app_secret: Option<Secret>,
    #[cfg(feature = "oauth2")]
    redirect_uri: Option<String>,
}

#[derive(Debug)]
enum PasswordKeys {
    Fixed(PasswordKey),
    FromServer(SingleFlight<PasswordKey>),
}

impl Client {
    /// A client without credentials. `host_option` and `host` are the name and value of the option
    /// that says where it sends.
    pub(crate) fn new(options: &Options, host_option: &str, host: &str) -> Result<Self> {
        let secrets = [&options.user_pool_secret, &options.app_secret, &options.token];
        let host = parse_host(host_option, host)?.into();
        let websocket_host = options.websocket_host.as_deref();
        let shared = Shared {
            websocket_host: websocket_host.map(cloud::parse_websocket_host).transpose()?,
            cloud: options.cloud.clone(),
            http: Http::new(&options.http, TIMEOUT)?,
            headers: headers(options)?,
            password_key: password_key(options)?,
            secrets: secrets.into_iter().flatten().cloned().collect(),
            observer: options.on_error.clone(),
            app_id: options.app_id.clone(),
            user_pool_id: options.user_pool_id.clone(),
            tenant_id: options.tenant_id.clone(),
            #[cfg(feature = "oauth2")]
            app_secret: options.app_secret.clone(),
            #[cfg(feature = "oauth2")]
            redirect_uri: options.redirect_uri.clone(),
        };
        Ok(Self { shared: Arc::new(shared), host, credential: Credential::None, deadline: None })
    }

    /// A client at the core host of a private deployment, or of the cloud.
    pub(crate) fn at_core_host(options: &Options) -> Result<Self> {
        match &options.host {
            Some(host) => Self::new(options, "host", host),
            None => Self::new(options, "cloud", options.cloud.host()),
        }
    }

    /// The same client with other credentials, for any number of calls.
    pub(crate) fn with_credential(&self, credential: Credential) -> Self {
        Self { credential, deadline: None, ..self.clone() }
    }

    /// The same client for one call that begins now: the password key that it fetches and the
    /// requests that it sends have one time limit together.
    pub(crate) fn begin(&self) -> Self {
        Self { deadline: Some(self.shared.http.deadline()), ..self.clone() }
    }

    fn deadline(&self) -> Deadline {
        self.deadline.unwrap_or_else(|| self.shared.http.deadline())
    }

    /// The same client at the host of Active Directory logins.
    pub(crate) fn at_websocket_host(&self) -> Result<Self> {
        let host = match &self.shared.websocket_host {
            Some(host) => Ok(host.clone()),
            None => cloud::websocket_host_of(&self.host),
        };
        let host = host.map_err(|error| self.reported(error))?.into();
        Ok(Self { host, ..self.clone() })
    }

    /// Scheme, name and port of where it sends.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The user pool, or the error that a call which needs one gives.
    pub(crate) fn user_pool_id(&self) -> Result<&str> {
        let missing = || Error::config("user_pool_id", "is missing, and this call needs it");
        self.shared.user_pool_id.as_deref().ok_or_else(|| self.reported(missing()))
    }

    /// The application, if there is one.
    pub(crate) fn known_app_id(&self) -> Option<&str> {
        self.shared.app_id.as_deref()
    }

    /// The tenant, if there is one.
    pub(crate) fn tenant_id(&self) -> Option<&str> {
        self.shared.tenant_id.as_deref()
    }

    /// What carries its requests.
    #[cfg(any(feature = "cas", feature = "oauth2", feature = "saml"))]
    pub(crate) fn http(&self) -> &Http {
        &self.shared.http
    }

    /// The application's secret, if it was set.
    #[cfg(feature = "oauth2")]
    pub(crate) fn app_secret(&self) -> Option<&Secret> {
        self.shared.app_secret.as_ref()
    }

    /// Where logins through a browser come back to, if it was set.
    #[cfg(feature = "oauth2")]
    pub(crate) fn redirect_uri(&self) -> Option<&str> {
        self.shared.redirect_uri.as_deref()
    }

    /// The application, or the error that a call which needs one gives.
    pub(crate) fn app_id(&self) -> Result<&str> {
        let missing = || Error::config("app_id", "is missing, and this call needs it");
        self.known_app_id().ok_or_else(|| self.reported(missing()))
    }

    /// Whether the server knows what came after May 2021.
    pub(crate) fn is_recent(&self) -> bool {
        self.shared.cloud.is_recent()
    }

    /// Runs a GraphQL operation.
    pub(crate) fn graphql<T: DeserializeOwned>(
        &self,
        operation: &Operation<T>,
        variables: Variables,
    ) -> Result<T> {
        self.graphql_or(operation, variables, Err)
    }

    /// Runs a GraphQL operation of which some errors are results: those that `result` takes for one
    /// are no errors to the observer either.
    pub(crate) fn graphql_or<T: DeserializeOwned>(
        &self,
        operation: &Operation<T>,
        variables: Variables,
        result: impl FnOnce(Error) -> Result<T>,
    ) -> Result<T> {
        self.known(operation)?;
        let exchange = self.graphql_exchange(operation, &variables);
        self.exchange(&exchange, |answer, secrets| operation.answer(answer, secrets))
            .or_else(result)
            .map_err(|error| self.reported(error))
    }

    /// Runs a GraphQL operation that answers no more than whether it worked.
    pub(crate) fn command(
        &self,
        operation: &Operation<Option<CommonMessage>>,
        variables: Variables,
    ) -> Result<()> {
        self.known(operation)?;
        let exchange = self.graphql_exchange(operation, &variables);
        self.run(&exchange, |answer, secrets| {
            let message = operation.answer(answer, secrets)?.unwrap_or_default();
            message
                .into_result(secrets)
                .map_err(|error| error.with_status(answer.status().as_u16()))
        })
    }

    /// Refuses what the server is too old for, before it is sent.
    fn known<T>(&self, operation: &Operation<T>) -> Result<()> {
        if self.is_recent() || !operation.is_recent_only() {
            return Ok(());
        }
        let error = Error::usage("an Approw server does not know this operation");
        Err(self.reported(error.with_operation(operation.field)))
    }

    /// Runs a GraphQL document of the user's; the answer is the whole member `data`.
    pub(crate) fn graphql_document<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: Value,
    ) -> Result<T> {
        let exchange = Exchange {
            operation: "graphql".to_owned(),
            method: Method::POST,
            url: self.graphql_url(),
            body: Some(Body::Json(json!({ "query": document, "variables": variables }))),
            repeatable: graphql::is_read_only(document),
            secrets: Vec::new(),
            cookie: None,
        };
        self.run(&exchange, |answer, secrets| crate::json::read(graphql::data(answer, secrets)?))
    }

    /// Sends a REST request; the answer is the member `data` of the envelope.
    pub(crate) fn rest<T: DeserializeOwned>(&self, request: &RestRequest) -> Result<T> {
        self.rest_reading(request, rest::data)
    }

    /// Sends a REST request that answers no more than whether it worked.
    pub(crate) fn rest_command(&self, request: &RestRequest) -> Result<()> {
        self.rest::<IgnoredAny>(request).map(drop)
    }

    /// Sends a REST request whose answer `read` understands.
    pub(crate) fn rest_reading<T>(
        &self,
        request: &RestRequest,
        read: impl Fn(&Response<Vec<u8>>, &[Secret]) -> Result<T>,
    ) -> Result<T> {
        let exchange = self.rest_exchange(request).map_err(|error| self.reported(error))?;
        self.run(&exchange, read)
    }

    /// A password as the wire wants it.
    pub(crate) fn encrypt(&self, password: &Secret) -> Result<String> {
        let key = match &self.shared.password_key {
            PasswordKeys::Fixed(key) => Ok(key.clone()),
            PasswordKeys::FromServer(key) => {
                let deadline = self.deadline();
                key.get(&deadline, |_| true, || self.fetch_password_key(deadline))
            }
        };
        key.and_then(|key| key.encrypt(password)).map_err(|error| self.reported(error))
    }

    fn fetch_password_key(&self, deadline: Deadline) -> Result<PasswordKey> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct WellKnown {
            public_key: String,
        }
        let request = RestRequest::get("/api/v2/.well-known");
        let exchange = self.rest_exchange(&request)?;
        let answer: WellKnown = self.send(&exchange, None, deadline, rest::data)?;
        PasswordKey::from_pem(&answer.public_key)
            .map_err(|reason| Error::config("public_key_from_server", reason))
            .map_err(|error| error.with_operation(&exchange.operation))
    }

    /// The token that the client sends with.
    pub(crate) fn access_token(&self) -> Result<Secret> {
        let deadline = self.deadline();
        self.credential
            .token(&deadline, |variables| self.fetch_access_token(&variables, deadline))
            .map_err(|error| self.reported(error))
    }

    fn fetch_access_token(&self, variables: &Variables, deadline: Deadline) -> Result<AccessToken> {
        let exchange = self.graphql_exchange(&ACCESS_TOKEN, variables);
        self.send(&exchange, None, deadline, |answer, secrets| ACCESS_TOKEN.answer(answer, secrets))
    }

    /// Sends with the client's credentials; what goes wrong is reported.
    fn run<T>(
        &self,
        exchange: &Exchange,
        read: impl Fn(&Response<Vec<u8>>, &[Secret]) -> Result<T>,
    ) -> Result<T> {
        self.exchange(exchange, read).map_err(|error| self.reported(error))
    }

    fn exchange<T>(
        &self,
        exchange: &Exchange,
        read: impl Fn(&Response<Vec<u8>>, &[Secret]) -> Result<T>,
    ) -> Result<T> {
        let deadline = self.deadline();
        let fetch = |variables| self.fetch_access_token(&variables, deadline);
        self.credential.apply(&deadline, fetch, |token| self.send(exchange, token, deadline, &read))
    }

    fn send<T>(
        &self,
        exchange: &Exchange,
        token: Option<&Secret>,
        deadline: Deadline,
        read: impl Fn(&Response<Vec<u8>>, &[Secret]) -> Result<T>,
    ) -> Result<T> {
        let mut secrets = [self.shared.secrets.as_slice(), &exchange.secrets].concat();
        secrets.extend(token.cloned());
        secrets.extend(exchange.body.iter().filter_map(Body::json).flat_map(sensitive_values));
        self.request(exchange, token)
            .and_then(|request| {
                let Exchange { operation, repeatable, .. } = exchange;
                let call = Call { operation, request, repeatable: *repeatable, deadline };
                self.shared.http.send(&call)
            })
            .and_then(|answer| read(&answer, &secrets))
            .map_err(|error| error.with_operation(&exchange.operation))
    }

    fn graphql_exchange<T>(&self, operation: &Operation<T>, variables: &Variables) -> Exchange {
        let document = operation.document(variables, self.shared.cloud.is_recent());
        Exchange {
            operation: operation.field.to_owned(),
            method: Method::POST,
            url: self.graphql_url(),
            body: Some(Body::Json(variables.body(&document))),
            repeatable: operation.is_query(),
            secrets: variables.secrets().to_vec(),
            cookie: None,
        }
    }

    fn rest_exchange(&self, request: &RestRequest) -> Result<Exchange> {
        let operation = request.operation();
        let url = request.url(&self.host).map_err(|error| error.with_operation(&operation))?;
        Ok(Exchange {
            operation,
            method: request.method().clone(),
            url,
            body: request.body().cloned(),
            repeatable: request.is_read_only(),
            secrets: request.secrets(),
            cookie: request.cookie_header().cloned(),
        })
    }

    fn graphql_url(&self) -> String {
        format!("{}{GRAPHQL_PATH}", self.host)
    }

    fn request(&self, exchange: &Exchange, token: Option<&Secret>) -> Result<Request<Vec<u8>>> {
        let mut request = Request::builder().method(&exchange.method).uri(&exchange.url);
        if let Some(headers) = request.headers_mut() {
            headers.extend(self.shared.headers.clone());
            if let Some(body) = &exchange.body {
                headers.insert(CONTENT_TYPE, content_type(body)?);
            }
            if let Some(token) = token {
                headers.insert(
                    AUTHORIZATION,
                    sensitive("token", &format!("Bearer {}", token.expose()))?,
                );
            }
            if let Some(cookie) = &exchange.cookie {
                headers.insert(COOKIE, sensitive("cookie", cookie.expose())?);
            }
        }
        let body = match &exchange.body {
            Some(Body::Json(value)) => value.to_string().into_bytes(),
            Some(Body::Multipart { bytes, .. }) => bytes.clone(),
            None => Vec::new(),
        };
        request.body(body).map_err(|e| Error::usage("the request is malformed").with_source(e))
    }

    /// An error on its way to the caller, after the observer saw it.
    pub(crate) fn reported(&self, error: Error) -> Error {
        if let Some(observer) = &self.shared.observer {
            (observer.0)(&error);
        }
        error
    }
}

/// One request, before credentials and headers.
struct Exchange {
    operation: String,
    method: Method,
    url: String,
    body: Option<Body>,
    repeatable: bool,
    secrets: Vec<Secret>,
    cookie: Option<Secret>,
}

fn sensitive(what: &str, value: &str) -> Result<HeaderValue> {
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| Error::usage(format!("the {what} has characters that no {what} has")))?;
    value.set_sensitive(true);
    Ok(value)
}

fn content_type(body: &Body) -> Result<HeaderValue> {
    match body {
        Body::Json(_) => Ok(HeaderValue::from_static("application/json")),
        Body::Multipart { content_type, .. } => HeaderValue::try_from(content_type)
            .map_err(|e| Error::usage("the file's content type is malformed").with_source(e)),
    }
}

fn password_key(options: &Options) -> Result<PasswordKeys> {
    Ok(match &options.password_key {
        PasswordKeySource::PublicClouds => {
            PasswordKeys::Fixed(PasswordKey::of_the_public_clouds()?)
        }
        PasswordKeySource::Pem(pem) => PasswordKeys::Fixed(
            PasswordKey::from_pem(pem).map_err(|reason| Error::config("public_key_pem", reason))?,
        ),
        PasswordKeySource::Server => PasswordKeys::FromServer(SingleFlight::new()),
    })
}

/// The headers that go with every request.
fn headers(options: &Options) -> Result<HeaderMap> {
    let language = options.language.unwrap_or(options.cloud.language());
    let version = concat!("rust:", env!("CARGO_PKG_VERSION"));
    let mut headers = HeaderMap::new();
    for (option, header, value) in [
        ("user_pool_id", "userpool-id", options.user_pool_id.as_deref()),
        ("app_id", "app-id", options.app_id.as_deref()),
        ("tenant_id", "app-tenant-id", options.tenant_id.as_deref()),
        ("request_from", "request-from", Some(options.request_from.as_str())),
        ("language", "lang", Some(language.tag())),
        ("version", "sdk-version", Some(version)),
    ] {
        let Some(value) = value else { continue };
        if value.is_empty() {
            return Err(Error::config(option, "is empty"));
        }
        let name = format!("{}{header}", options.cloud.header_prefix());
        let name = HeaderName::try_from(name)
            .map_err(|e| Error::config(option, "has no header").with_source(e))?;
        let value = HeaderValue::try_from(value).map_err(|e| {
            Error::config(option, "has characters that it cannot have").with_source(e)
        })?;
        headers.insert(name, value);
    }
    Ok(headers)
}
