//! Who calls an endpoint for clients.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use url::form_urlencoded;

use super::{Parameters, Refusal};
use crate::state::State;

/// A client and how it proved who it is.
pub(super) struct Caller {
    pub(super) id: String,
    pub(super) has_secret: bool,
    pub(super) is_basic: bool,
    /// An access key has scopes of its own.
    pub(super) scopes: Option<Vec<String>>,
}

impl Caller {
    /// `client_secret_basic`, `client_secret_post` or none (RFC 6749, section 2.3.1).
    pub(super) fn identify(
        state: &State,
        headers: &HeaderMap,
        form: &Parameters,
    ) -> Result<Self, Refusal> {
        let wrong = |reason: &str| Refusal::new("invalid_client", reason);
        let header = headers.get(AUTHORIZATION);
        let basic = header.map(|value| {
            let text = value.to_str().ok()?.strip_prefix("Basic ")?;
            let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
            let (id, secret) = text.split_once(':')?;
            Some((decode(id), decode(secret)))
        });
        let (id, secret, is_basic) = match basic {
            Some(Some((id, secret))) => (id, Some(secret), true),
            Some(None) => return Err(wrong("the authorization header is not Basic")),
            None => {
                let id = form.get("client_id").ok_or_else(|| wrong("`client_id` is missing"))?;
                (id.clone(), form.get("client_secret").cloned(), false)
            }
        };
        let settings = &state.settings;
        if let Some((own, scopes)) = state.oidc.access_keys.get(&id) {
            return match secret.as_deref() == Some(own) {
                true => Ok(Self { id, has_secret: true, is_basic, scopes: Some(scopes.clone()) }),
                false => Err(wrong("the secret is wrong")),
            };
        }
        match secret {
            _ if id != settings.app_id => Err(wrong("the client is unknown")),
            Some(secret) if secret != settings.app_secret => Err(wrong("the secret is wrong")),
            secret => Ok(Self { id, has_secret: secret.is_some(), is_basic, scopes: None }),
        }
    }

    /// The same for callers that must have a secret.
    pub(super) fn require_secret(&self) -> Result<(), Refusal> {
        match self.has_secret {
            true => Ok(()),
            false => Err(Refusal::new("invalid_client", "the secret is missing")),
        }
    }
}

fn decode(text: &str) -> String {
    // The name keeps a `=` in the text from being taken for a separator.
    let pair = format!("v={}", text.replace('=', "%3D").replace('&', "%26"));
    form_urlencoded::parse(pair.as_bytes()).next().map_or(String::new(), |(_, v)| v.into_owned())
}
