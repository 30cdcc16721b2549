//! Asking an identity provider to sign a user on (SAML 2.0 Core, section 3.4).

use serde::{Deserialize, Serialize};

use super::binding::{Binding, Field, Outgoing};
use super::namespace::{ASSERTION, PROTOCOL};
use super::settings::Settings;
use super::xml_writer::Element;
use crate::DateTime;
use crate::crypto;
use crate::error::{Error, Result};

/// The longest relay state in bytes (SAML 2.0 Bindings, section 3.4.3).
const MAX_RELAY_STATE: usize = 80;

/// A request to sign on, with all its options; [`start`](Self::start) makes it.
#[derive(Clone, Debug)]
#[must_use = "nothing is made before `start`"]
pub struct LoginRequest<'a> {
    settings: &'a Settings,
    binding: Option<Binding>,
    force_authn: bool,
    is_passive: bool,
    name_id_policy: Option<(Option<String>, bool)>,
    authn_context: Option<(Comparison, Vec<String>)>,
    relay_state: Option<String>,
}

/// How the identity provider compares authentication contexts (SAML 2.0 Core, section 3.3.2.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comparison {
    /// One of them exactly.
    Exact,
    /// At least as strong as one of them.
    Minimum,
    /// As strong as possible, but not stronger than one of them.
    Maximum,
    /// Stronger than all of them.
    Better,
}

/// A login that was begun.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoginStart {
    /// What to hand to the browser.
    pub message: Outgoing,
    /// What [`finish`](super::ServiceProvider::finish) needs. Keep it in the user's session.
    pub pending: Pending,
}

/// A request that was sent and waits for its response.
///
/// Keep it where only this user's browser leads to it, and drop it when it was used: a session on
/// the server, or an encrypted cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub(crate) request_id: String,
    pub(crate) issued_at: DateTime,
    pub(crate) relay_state: Option<String>,
}

impl Pending {
    /// The id of the request.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// When it was made.
    pub fn issued_at(&self) -> DateTime {
        self.issued_at
    }

    /// What the request was made with. What the identity provider sends back under this name
    /// could come from anybody.
    pub fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }
}

impl<'a> LoginRequest<'a> {
    pub(crate) fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            binding: None,
            force_authn: false,
            is_passive: false,
            name_id_policy: None,
            authn_context: None,
            relay_state: None,
        }
    }

    /// How the request travels. Defaults to HTTP-Redirect, if the identity provider has it.
    pub fn binding(mut self, binding: Binding) -> Self {
        self.binding = Some(binding);
        self
    }

    /// Makes the user sign in anew, even with a session at the identity provider. Defaults to
    /// false.
    pub fn force_authn(mut self, force: bool) -> Self {
        self.force_authn = force;
        self
    }

    /// Keeps the identity provider from asking the user anything; without a session there, the
    /// response is the status `NoPassive`. Defaults to false.
    pub fn is_passive(mut self, passive: bool) -> Self {
        self.is_passive = passive;
        self
    }

    /// Which kind of name to give the user, for example
    /// [`NameId::PERSISTENT`](super::NameId::PERSISTENT), and whether a new one may be made.
    /// Defaults to what the identity provider likes.
    pub fn name_id_policy(mut self, format: impl Into<String>, allow_create: bool) -> Self {
        self.name_id_policy = Some((Some(format.into()), allow_create));
        self
    }

    /// How the user should sign in: classes such as
    /// `urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport`. Defaults to what the
    /// identity provider likes.
    ///
    /// Whether it did so is in [`Assertion::authn_context`](super::Assertion::authn_context): look
    /// there.
    pub fn requested_authn_context<C: Into<String>>(
        mut self,
        comparison: Comparison,
        classes: impl IntoIterator<Item = C>,
    ) -> Self {
        self.authn_context = Some((comparison, classes.into_iter().map(Into::into).collect()));
        self
    }

    /// Text of at most 80 bytes that comes back with the response and is kept in the [`Pending`].
    /// Defaults to none.
    pub fn relay_state(mut self, relay_state: impl Into<String>) -> Self {
        self.relay_state = Some(relay_state.into());
        self
    }

    /// Makes the request, signed if there is a key. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the identity provider has no such
    /// binding, or wants signed requests and there is no key;
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a relay state that is too long.
    pub fn start(self) -> Result<LoginStart> {
        let Settings { idp, acs_url, signing_key, .. } = self.settings;
        let endpoints = &idp.single_sign_on;
        let endpoint = match self.binding {
            Some(wanted) => endpoints.iter().find(|endpoint| endpoint.binding == wanted),
            None => endpoints
                .iter()
                .find(|endpoint| endpoint.binding == Binding::HttpRedirect)
                .or(endpoints.first()),
        };
        let missing = || Error::config("idp", "has no single sign-on service for this binding");
        let endpoint = endpoint.ok_or_else(missing)?;
        if idp.wants_signed_requests && signing_key.is_none() {
            return Err(Error::config("signing_key", "is missing: the identity provider wants it"));
        }
        check_relay_state(self.relay_state.as_deref())?;

        let (request, pending) =
            request(self.settings, "samlp:AuthnRequest", &endpoint.location, self.relay_state)?;
        let flag = |value| if value { Some("true") } else { None };
        let request = request
            .attribute("ProtocolBinding", Binding::HttpPost.uri())
            .attribute("AssertionConsumerServiceURL", acs_url)
            .optional("ForceAuthn", flag(self.force_authn))
            .optional("IsPassive", flag(self.is_passive))
            .child(issuer(self.settings))
            .children(self.name_id_policy.map(|(format, allow_create)| {
                Element::new("samlp:NameIDPolicy")
                    .optional("Format", format.as_deref())
                    .attribute("AllowCreate", if allow_create { "true" } else { "false" })
            }))
            .children(self.authn_context.map(|(comparison, classes)| {
                let classes = classes
                    .iter()
                    .map(|class| Element::new("saml:AuthnContextClassRef").text(class));
                Element::new("samlp:RequestedAuthnContext")
                    .attribute("Comparison", comparison.name())
                    .children(classes)
            }));
        let message = Outgoing::new(
            endpoint.binding,
            Field::Request,
            &endpoint.location,
            &request,
            pending.relay_state(),
            signing_key.as_ref(),
        )?;
        Ok(LoginStart { message, pending })
    }
}

impl Comparison {
    fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::Better => "better",
        }
    }
}

/// The beginning of a message, without its issuer, and what is to be remembered of it.
pub(crate) fn request(
    settings: &Settings,
    name: &'static str,
    destination: &str,
    relay_state: Option<String>,
) -> Result<(Element, Pending)> {
    // An ID is an XML name, which begins with no digit.
    let request_id = format!("_{}", crypto::random_id()?);
    let issued_at = settings.now();
    let message = Element::new(name)
        .attribute("xmlns:samlp", PROTOCOL)
        .attribute("xmlns:saml", ASSERTION)
        .attribute("ID", &request_id)
        .attribute("Version", "2.0")
        .attribute("IssueInstant", &issued_at.to_string())
        .attribute("Destination", destination);
    Ok((message, Pending { request_id, issued_at, relay_state }))
}

pub(crate) fn issuer(settings: &Settings) -> Element {
    Element::new("saml:Issuer").text(&settings.entity_id)
}

pub(crate) fn check_relay_state(relay_state: Option<&str>) -> Result<()> {
    match relay_state.map_or(0, str::len) {
        ..=MAX_RELAY_STATE => Ok(()),
        length => Err(Error::usage(format!(
            "the relay state has {length} bytes, {MAX_RELAY_STATE} are allowed"
        ))),
    }
}
