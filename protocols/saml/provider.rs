//! The service provider: what a program makes once and asks for everything.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::algorithm::Weaknesses;
use super::assertion::Assertion;
use super::binding::{Binding, Outgoing, Received, decode_form};
use super::failure::VerificationFailure as Failure;
use super::login::{LoginRequest, Pending};
use super::logout::{self, LogoutOutcome, LogoutRequest, LogoutStart, LogoutSubject};
use super::metadata::IdpMetadata;
use super::replay::{InMemoryReplayCache, ReplayCache};
use super::response::{self, Expected};
use super::settings::{Clock, Settings};
use super::signing::SigningKey;
use super::sp_metadata;
use crate::DateTime;
use crate::error::{Error, Result};
use crate::http::Dangerous;

/// A SAML 2.0 service provider at one identity provider.
///
/// Make it once and clone it freely: clones share the replay cache. It sends nothing by itself; the
/// browser carries all messages.
///
/// ```
/// use authing::saml::{Binding, IdpMetadata, ServiceProvider};
///
/// # let certificate = include_str!("../../protocols/saml/testdata/idp.crt");
/// let idp = IdpMetadata::new("https://idp.example/metadata")
///     .single_sign_on(Binding::HttpRedirect, "https://idp.example/sso")
///     .signing_certificate(certificate)?;
/// let sp = ServiceProvider::new("https://me.example/saml", "https://me.example/acs", idp)?;
///
/// let login = sp.login().relay_state("/welcome").start()?;
/// assert!(login.message.url().unwrap().starts_with("https://idp.example/sso?SAMLRequest="));
///
/// // The browser comes back to /acs with a form.
/// # let form = std::collections::HashMap::from([("SAMLResponse", "PHg+".to_owned())]);
/// match sp.finish(&form["SAMLResponse"], login.pending) {
///     Ok(assertion) => println!("welcome, {}", assertion.name_id.value),
///     Err(error) => println!("{error}"),
/// }
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServiceProvider {
    settings: Settings,
}

impl ServiceProvider {
    /// A service provider with its entity id and the URL of its assertion consumer service, at an
    /// identity provider.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the entity id or the URL is
    /// empty, or the metadata has no key to verify signatures with.
    pub fn new(
        entity_id: impl Into<String>,
        acs_url: impl Into<String>,
        idp: IdpMetadata,
    ) -> Result<Self> {
        let (entity_id, acs_url) = (entity_id.into(), acs_url.into());
        if entity_id.is_empty() {
            return Err(Error::config("entity_id", "is empty"));
        }
        if acs_url.is_empty() {
            return Err(Error::config("acs_url", "is empty"));
        }
        if idp.entity_id.is_empty() {
            return Err(Error::config("idp", "has no entity id"));
        }
        if idp.signing_keys.is_empty() {
            return Err(Error::config(
                "idp",
                "has no key that its signatures could be verified with",
            ));
        }
        let settings = Settings {
            entity_id,
            acs_url,
            logout_url: None,
            idp,
            signing_key: None,
            weaknesses: Weaknesses::default(),
            require_signed_response: false,
            require_signed_assertion: false,
            leeway: Duration::from_secs(60),
            login_lifetime: Duration::from_secs(3600),
            replay_cache: Arc::new(InMemoryReplayCache::default()),
            clock: Clock(Arc::new(SystemTime::now)),
            #[cfg(feature = "saml-encryption")]
            decryption: None,
        };
        Ok(Self { settings })
    }

    /// Signs requests with this key. Single logout needs one. Defaults to none.
    pub fn signing_key(mut self, key: SigningKey) -> Self {
        self.settings.signing_key = Some(key);
        self
    }

    /// The URL of the single logout service. Defaults to none.
    pub fn single_logout_url(mut self, url: impl Into<String>) -> Self {
        self.settings.logout_url = Some(url.into());
        self
    }

    /// Refuses responses that are not signed as a whole. Defaults to false: a signed assertion in
    /// an unsigned response will do.
    pub fn require_signed_response(mut self, require: bool) -> Self {
        self.settings.require_signed_response = require;
        self
    }

    /// Refuses assertions that are not signed themselves. Defaults to false: a signature around
    /// the response will do.
    pub fn require_signed_assertion(mut self, require: bool) -> Self {
        self.settings.require_signed_assertion = require;
        self
    }

    /// What two clocks may differ by. Defaults to 60 seconds.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.settings.leeway = leeway;
        self
    }

    /// How long a login may take from [`login`](Self::login) to [`finish`](Self::finish). Defaults
    /// to one hour.
    pub fn login_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.login_lifetime = lifetime;
        self
    }

    /// Where the assertions that were used are remembered. Defaults to an
    /// [`InMemoryReplayCache`], which is right for one process.
    pub fn replay_cache(mut self, cache: impl ReplayCache + 'static) -> Self {
        self.settings.replay_cache = Arc::new(cache);
        self
    }

    /// Where the time comes from. Defaults to the system's clock.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.settings.clock = Clock(Arc::new(clock));
        self
    }

    /// Decrypts what is encrypted for the holder of a certificate, a PEM text that goes into
    /// [`metadata`](Self::metadata). Defaults to no key: what is encrypted is refused.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the certificate is none.
    #[cfg(feature = "saml-encryption")]
    pub fn decryption_key(
        mut self,
        key: impl super::Decrypt + 'static,
        certificate: &str,
    ) -> Result<Self> {
        use base64::Engine as _;
        let der = crate::crypto::pem_body(certificate, "CERTIFICATE");
        let der =
            der.ok_or_else(|| Error::config("certificate", "is no certificate in PEM form"))?;
        self.settings.decryption = Some(super::decryption::Decryption {
            key: Arc::new(key),
            certificate: base64::engine::general_purpose::STANDARD.encode(der),
            accept_cbc: false,
        });
        Ok(self)
    }

    /// Decrypts AES-CBC too, once there is a [`decryption_key`](Self::decryption_key). Defaults to
    /// false.
    ///
    /// CBC does not notice when a ciphertext was changed: who can send many responses and see
    /// which of them fail, and why, can decrypt one without the key. Show nobody the reason, and
    /// prefer signed responses ([`require_signed_response`](Self::require_signed_response)), of
    /// which no changed ciphertext is ever decrypted.
    #[cfg(feature = "saml-encryption")]
    pub fn accept_cbc(mut self, accept: bool) -> Self {
        if let Some(decryption) = &mut self.settings.decryption {
            decryption.accept_cbc = accept;
        }
        self
    }

    /// The options that give up security.
    pub fn dangerous(self) -> Dangerous<Self> {
        Dangerous(self)
    }

    /// The entity id.
    pub fn entity_id(&self) -> &str {
        &self.settings.entity_id
    }

    /// The identity provider.
    pub fn idp(&self) -> &IdpMetadata {
        &self.settings.idp
    }

    /// The metadata to give to the identity provider: an `EntityDescriptor`, media type
    /// `application/samlmetadata+xml`.
    pub fn metadata(&self) -> String {
        sp_metadata::write(&self.settings)
    }

    /// A request to sign a user on, to be set and started.
    pub fn login(&self) -> LoginRequest<'_> {
        LoginRequest::new(&self.settings)
    }

    /// Verifies the response to a request and returns who signed in. `response` is the value of
    /// the form field `SAMLResponse` as it was posted to the assertion consumer service.
    ///
    /// Everything is checked: status, signature by a key of the metadata, issuer, destination,
    /// recipient, audience, that it answers this request, times, and that it was not used before.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification); which check failed is
    /// [`VerificationFailure::of`](super::VerificationFailure::of) the error. Log it, and tell the
    /// browser no more than that it did not work.
    pub fn finish(&self, response: &str, pending: Pending) -> Result<Assertion> {
        let now = self.settings.now();
        let lifetime = i64::try_from(self.settings.login_lifetime.as_millis()).unwrap_or(i64::MAX);
        let end = pending.issued_at.unix_millis().saturating_add(lifetime);
        let not_on_or_after = DateTime::from_unix_millis(end);
        if not_on_or_after <= now {
            let what = "the end of the login";
            return Err(Failure::Expired { what, not_on_or_after, now }.into());
        }
        self.verify(response, Expected::Request(&pending.request_id), now)
    }

    /// Verifies a response that no request asked for: the identity provider began.
    ///
    /// Anybody can make a browser send such a response of their own, and so sign its user on as
    /// somebody else: offer it only where that does no harm. The replay cache is all that keeps a
    /// response from being used twice.
    ///
    /// # Errors
    ///
    /// As [`finish`](Self::finish), and when the response does answer a request.
    pub fn finish_unsolicited(&self, response: &str) -> Result<Assertion> {
        self.verify(response, Expected::Nothing, self.settings.now())
    }

    /// Begins to log a user out, here and everywhere else. End the session here first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) without a signing key, or when the identity
    /// provider has no single logout.
    pub fn logout(&self, subject: &LogoutSubject) -> Result<LogoutStart> {
        logout::start(&self.settings, subject, None, None)
    }

    /// As [`logout`](Self::logout), by this binding and with a relay state.
    ///
    /// # Errors
    ///
    /// As [`logout`](Self::logout), and for a relay state of more than 80 bytes.
    pub fn logout_by(
        &self,
        binding: Binding,
        subject: &LogoutSubject,
        relay_state: Option<&str>,
    ) -> Result<LogoutStart> {
        logout::start(&self.settings, subject, Some(binding), relay_state.map(str::to_owned))
    }

    /// Verifies the response to [`logout`](Self::logout).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) when it is not to be trusted,
    /// or says that the logout failed.
    pub fn finish_logout(&self, received: Received<'_>, pending: Pending) -> Result<LogoutOutcome> {
        Ok(logout::finish(&self.settings, received, &pending, self.settings.now())?)
    }

    /// Verifies a request of the identity provider's to log a user out. End the sessions that it
    /// [concerns](LogoutRequest::concerns), then answer with
    /// [`answer_logout`](Self::answer_logout).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) when it is not to be trusted.
    pub fn receive_logout(&self, received: Received<'_>) -> Result<LogoutRequest> {
        Ok(logout::receive(&self.settings, received, self.settings.now())?)
    }

    /// Answers a request to log a user out: whether it was done. By the first binding in the
    /// identity provider's metadata unless one is given.
    ///
    /// # Errors
    ///
    /// As [`logout`](Self::logout).
    pub fn answer_logout(
        &self,
        request: &LogoutRequest,
        binding: Option<Binding>,
        done: bool,
    ) -> Result<Outgoing> {
        logout::answer(&self.settings, request, binding, done)
    }

    fn verify(&self, response: &str, expected: Expected<'_>, now: DateTime) -> Result<Assertion> {
        let text = decode_form(response)?;
        Ok(response::verify(&self.settings, &text, expected, now)?)
    }
}

impl Dangerous<ServiceProvider> {
    /// Accepts signatures and digests with SHA-1, for which collisions can be made.
    pub fn accept_sha1(mut self) -> ServiceProvider {
        self.0.settings.weaknesses.sha1 = true;
        self.0
    }

    /// Accepts RSA keys of 1024 bits and more, rather than of 2048: these can be broken.
    pub fn accept_short_rsa_keys(mut self) -> ServiceProvider {
        self.0.settings.weaknesses.short_rsa = true;
        self.0
    }
}
