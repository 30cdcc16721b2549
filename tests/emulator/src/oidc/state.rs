//! What the provider remembers.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use url::Url;

use super::keys::Keys;
use super::{Flavour, Parameters, Refusal};
use crate::state::{State, random_hex};

/// A code lives ten minutes, says the service's documentation.
pub(super) const CODE_LIFETIME: u64 = 600;
/// The lifetime of access and ID tokens in the documentation's samples.
pub(super) const TOKEN_LIFETIME: u64 = 3600;
pub(super) const REFRESH_TOKEN_LIFETIME: u64 = 30 * 24 * 3600;
pub(super) const DEVICE_LIFETIME: u64 = 600;

#[derive(Default)]
pub(crate) struct Oidc {
    pub(crate) keys: Keys,
    /// Beside those on the loopback interface.
    pub(crate) redirect_uris: Vec<String>,
    /// Secret and allowed scopes by access key.
    pub(crate) access_keys: HashMap<String, (String, Vec<String>)>,
    pub(super) interactions: HashMap<String, Interaction>,
    pub(super) sessions: HashMap<String, Session>,
    pub(super) codes: HashMap<String, Code>,
    pub(super) tokens: HashMap<String, Token>,
    pub(super) devices: HashMap<String, Device>,
}

/// An authorization request whose user has not said everything yet.
#[derive(Debug, Clone)]
pub(super) struct Interaction {
    pub(super) flavour: Flavour,
    pub(super) query: Parameters,
    pub(super) user: Option<Session>,
}

/// A user who is signed in in a browser.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) user_id: String,
    pub(super) auth_time: u64,
    pub(super) sid: String,
    pub(super) consents: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) flavour: Flavour,
    pub(super) query: Parameters,
    pub(super) session: Session,
    pub(super) scope: String,
    pub(super) expires_at: u64,
}

/// An access or refresh token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) is_refresh: bool,
    pub(super) flavour: Flavour,
    pub(super) client_id: String,
    /// None for a token of a program.
    pub(super) session: Option<Session>,
    pub(super) scope: String,
    pub(super) issued_at: u64,
    pub(super) expires_at: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Device {
    pub(super) user_code: String,
    pub(super) scope: String,
    pub(super) expires_at: u64,
    /// None until the user has decided.
    pub(super) decision: Option<Option<Session>>,
}

impl Oidc {
    /// Whether users may be sent there: a registered address, or one of a program on the user's
    /// machine, with any port (RFC 8252, section 7.3).
    pub(super) fn allows(&self, redirect_uri: &str) -> bool {
        let is_loopback = Url::parse(redirect_uri).is_ok_and(|url| {
            url.scheme() == "http"
                && url.fragment().is_none()
                && matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
        });
        is_loopback || self.redirect_uris.iter().any(|known| known == redirect_uri)
    }
}

/// Signs a user in by name or e-mail address, and password.
pub(super) fn sign_in(state: &State, name: &str, password: &str) -> Option<Session> {
    let user =
        state.users.find_by("username", name).or_else(|| state.users.find_by("email", name))?;
    let hash = user.password_hash.as_deref().filter(|_| !user.is_locked())?;
    crate::password::verify(password, hash).then(|| Session {
        user_id: user.id.clone(),
        auth_time: state.clock.seconds(),
        sid: random_hex(16),
        consents: Vec::new(),
    })
}

/// What the scopes tell of a user.
pub(super) fn claims(state: &State, session: &Session, scope: &str) -> Map<String, Value> {
    let mut claims = Map::new();
    claims.insert("sub".to_owned(), json!(session.user_id));
    let Some(user) = state.users.get(&session.user_id) else { return claims };
    let has = |wanted: &str| scope.split_whitespace().any(|scope| scope == wanted);
    let member = |name: &str| user.members.get(name).cloned().unwrap_or(Value::Null);
    let is_oauth_user = has("user");
    if has("profile") || is_oauth_user {
        for (claim, name) in [
            ("name", "name"),
            ("given_name", "givenName"),
            ("family_name", "familyName"),
            ("nickname", "nickname"),
            ("preferred_username", "username"),
            ("picture", "photo"),
            ("gender", "gender"),
            ("birthdate", "birthdate"),
            ("updated_at", "updatedAt"),
        ] {
            claims.insert(claim.to_owned(), member(name));
        }
    }
    if has("email") || is_oauth_user {
        claims.insert("email".to_owned(), member("email"));
        claims.insert("email_verified".to_owned(), member("emailVerified"));
    }
    if has("phone") || is_oauth_user {
        claims.insert("phone_number".to_owned(), member("phone"));
        claims.insert("phone_number_verified".to_owned(), member("phoneVerified"));
    }
    claims
}

/// The scopes that are granted: `offline_access` only with `prompt=consent`.
pub(super) fn granted_scope(flavour: Flavour, query: &Parameters) -> Result<String, Refusal> {
    let asked = query.get("scope").map_or("", String::as_str);
    let has_consent = query.get("prompt").is_some_and(|p| p.split(' ').any(|p| p == "consent"));
    let scopes: Vec<_> = asked
        .split_whitespace()
        .filter(|scope| *scope != "offline_access" || has_consent)
        .collect();
    match (flavour, scopes.contains(&"openid")) {
        (Flavour::Oidc, false) => Err(Refusal::new("invalid_scope", "`openid` is missing")),
        _ if scopes.is_empty() => Err(Refusal::new("invalid_scope", "`scope` is missing")),
        _ => Ok(scopes.join(" ")),
    }
}
