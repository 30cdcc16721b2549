//! Verifying access tokens at an API (RFC 9068).

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::claims::{audience, required, required_text, text, texts, time};
use super::client::{discover, verified};
use super::failure::VerificationFailure;
use super::jose::{JwkSet, Jws, Object};
use super::key_cache::KeyCache;
use super::rules::{TokenRules, seconds};
use crate::error::Result;
use crate::http::Http;
use crate::oauth2::{self, Algorithm, ClientAuth, TIMEOUT};

/// Verifies access tokens that are signed, without asking the issuer about each. Clones share the
/// issuer's keys; threads can share them too.
///
/// ```no_run
/// use authing::oidc::TokenVerifier;
///
/// let verifier = TokenVerifier::discover("https://op.example.com", "https://api.example.com")?;
/// # let authorization = "";
/// let token = authorization.strip_prefix("Bearer ").unwrap_or_default();
/// let claims = verifier.verify(token)?;
/// claims.require_scope("orders:read")?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TokenVerifier {
    oauth: oauth2::Client,
    keys: Arc<KeyCache>,
    rules: TokenRules,
    profile: AccessTokenProfile,
}

/// Which access tokens are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessTokenProfile {
    /// Those that say that they are access tokens, by the type `at+jwt` (RFC 9068).
    #[default]
    Rfc9068,
    /// Any signed token for the audience: issuer, audience and end are checked. An ID token passes
    /// too if the audience is the id of a client, so let it be the name of an API.
    Plain,
}

/// What a verified access token says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AccessTokenClaims {
    /// Who issued it.
    pub iss: String,
    /// The user, or the client where no user is involved.
    pub sub: Option<String>,
    /// Whom it is for.
    pub aud: Vec<String>,
    /// Its end, in seconds since 1970.
    pub exp: i64,
    /// The client it was issued to.
    pub client_id: Option<String>,
    /// What it allows.
    pub scopes: Vec<String>,
    all: Object,
}

impl TokenVerifier {
    /// Fetches the issuer's discovery document and makes a verifier of its access tokens for
    /// `audience`, the name of this API.
    ///
    /// # Errors
    ///
    /// As [`Client::discover`](super::Client::discover).
    pub fn discover(issuer: &str, audience: impl Into<String>) -> Result<Self> {
        let options = oauth2::ClientOptions::new("token-verifier", ClientAuth::none());
        Self::discover_with(issuer, audience, options)
    }

    /// The same with options of its own; those about redirects and client authentication do not
    /// matter.
    ///
    /// # Errors
    ///
    /// As [`discover`](Self::discover).
    pub fn discover_with(
        issuer: &str,
        audience: impl Into<String>,
        options: oauth2::ClientOptions,
    ) -> Result<Self> {
        let http = Http::new(&options.http, TIMEOUT)?;
        let metadata = discover(&http, issuer, options.plain_http, None)?;
        let keys = Arc::new(KeyCache::new(metadata.jwks_uri.clone()));
        let oauth = oauth2::Client::with_http(metadata, options, http)?;
        Ok(Self::new(oauth, keys, audience.into()))
    }

    pub(super) fn new(oauth: oauth2::Client, keys: Arc<KeyCache>, audience: String) -> Self {
        let rules = TokenRules::new(&oauth.metadata().issuer, audience);
        Self { oauth, keys, rules, profile: AccessTokenProfile::Rfc9068 }
    }

    /// Which tokens to take. Defaults to [`AccessTokenProfile::Rfc9068`].
    pub fn profile(mut self, profile: AccessTokenProfile) -> Self {
        self.profile = profile;
        self
    }

    /// The algorithms that may sign; those of a shared secret verify nothing here. Defaults to
    /// [`Algorithm::ASYMMETRIC`].
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.rules = self.rules.algorithms(algorithms);
        self
    }

    /// How far the clocks of issuer and API may differ. Defaults to 60 seconds.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.rules = self.rules.leeway(leeway);
        self
    }

    /// Verifies an access token.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) with a [`VerificationFailure`]:
    /// answer 401. Otherwise when the issuer's keys cannot be had: answer 503.
    pub fn verify(&self, token: &str) -> Result<AccessTokenClaims> {
        let check =
            |keys: &JwkSet, now| self.rules.check_access_token(token, keys, self.profile, now);
        verified(&self.oauth, &self.keys, &self.rules, token, self.oauth.deadline(), check)
    }
}

impl TokenRules {
    /// Verifies an access token; the client id of the rules is the audience.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification); the reason is to be had by
    /// [`VerificationFailure::of`].
    pub fn verify_access_token(
        &self,
        token: &str,
        keys: &JwkSet,
        profile: AccessTokenProfile,
        now: SystemTime,
    ) -> Result<AccessTokenClaims> {
        self.check_access_token(token, keys, profile, now).map_err(Into::into)
    }

    fn check_access_token(
        &self,
        token: &str,
        keys: &JwkSet,
        profile: AccessTokenProfile,
        now: SystemTime,
    ) -> Result<AccessTokenClaims, VerificationFailure> {
        const TYPE: &str = "at+jwt";
        let jws = Jws::parse(token, &self.algorithms)?;
        let typ = jws.typ();
        let is_other = match profile {
            AccessTokenProfile::Rfc9068 => typ.as_deref() != Some(TYPE),
            AccessTokenProfile::Plain => {
                typ.as_ref().is_some_and(|typ| typ.ends_with("+jwt") && typ != TYPE)
            }
        };
        if is_other {
            return Err(VerificationFailure::Type { expected: TYPE, got: typ });
        }
        let all = self.signed_claims(jws, keys)?;
        let iss = required_text(&all, "iss")?;
        self.check_issuer(&iss, &all)?;
        let aud = required(audience(&all)?, "aud")?;
        if !aud.contains(&self.client_id) {
            let expected = self.client_id.clone();
            return Err(VerificationFailure::Audience { expected, got: aud });
        }
        let exp = required(time(&all, "exp")?, "exp")?;
        self.check_times(Some(exp), time(&all, "iat")?, &all, seconds(now))?;
        if profile == AccessTokenProfile::Rfc9068 {
            for claim in ["sub", "client_id", "jti"] {
                required_text(&all, claim)?;
            }
            required(time(&all, "iat")?, "iat")?;
        }
        let (sub, client_id) = (text(&all, "sub")?, text(&all, "client_id")?);
        let scopes = scopes(&all)?;
        Ok(AccessTokenClaims { iss, sub, aud, exp, client_id, scopes, all })
    }
}

impl AccessTokenClaims {
    /// Any claim by its name.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }

    /// Whether the token allows something.
    ///
    /// # Errors
    ///
    /// [`VerificationFailure::Scope`] if not: answer 403.
    pub fn require_scope(&self, scope: &str) -> Result<()> {
        match self.scopes.iter().any(|granted| granted == scope) {
            true => Ok(()),
            false => {
                let (expected, got) = (scope.to_owned(), self.scopes.clone());
                Err(VerificationFailure::Scope { expected, got }.into())
            }
        }
    }
}

/// `scope` as text with blanks, or `scope` or `scp` as a list, as some issuers have it.
fn scopes(all: &Object) -> Result<Vec<String>, VerificationFailure> {
    let name = if all.contains_key("scope") { "scope" } else { "scp" };
    match all.get(name) {
        Some(Value::Array(_)) => Ok(texts(all, name)?.unwrap_or_default()),
        _ => Ok(text(all, name)?
            .map(|scopes| scopes.split_whitespace().map(str::to_owned).collect())
            .unwrap_or_default()),
    }
}
