//! What makes a token of an issuer one that is to be trusted.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::claims::IdTokenClaims;
use super::failure::VerificationFailure;
use super::jose::{JwkSet, Jws, KeySource, Object};
use crate::crypto;
use crate::error::Result;
use crate::oauth2::Algorithm;
use crate::secret::Secret;
use crate::time::unix_millis;

/// What tokens of one issuer for one client are held against: no I/O, the keys and the time are
/// passed in.
///
/// [`Client`](super::Client) does this by itself; it is here for programs that fetch tokens and
/// keys in their own way.
///
/// ```
/// use std::time::SystemTime;
///
/// use authing::oidc::{Algorithm, Expected, JwkSet, TokenRules, VerificationFailure};
///
/// let rules = TokenRules::new("https://op.example.com", "my-client")
///     .algorithms([Algorithm::ES256]);
/// let now = SystemTime::now();
/// // {"alg":"none"}
/// let error = rules
///     .verify_id_token("eyJhbGciOiJub25lIn0.e30.", &JwkSet::empty(), &Expected::new(), now)
///     .unwrap_err();
/// assert_eq!(error.to_string(), "the token is signed with \"none\", expected ES256");
/// assert!(matches!(
///     VerificationFailure::of(&error),
///     Some(VerificationFailure::Algorithm { got, .. }) if got == "none"
/// ));
/// ```
#[derive(Clone, Debug)]
pub struct TokenRules {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) client_secret: Option<Secret>,
    pub(super) secret_may_be_short: bool,
    pub(super) trusted_audiences: Vec<String>,
    pub(super) leeway: Duration,
    /// A part of the issuer, and the claim that stands in its place.
    pub(super) issuer_placeholder: Option<(String, String)>,
}

/// What an ID token of a particular login has to say.
///
/// ```
/// use std::time::Duration;
///
/// use authing::oidc::Expected;
///
/// let expected = Expected::new().nonce("n-0S6_WzA2Mj").max_age(Duration::from_secs(3600));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Expected {
    nonce: Option<String>,
    max_age: Option<Duration>,
    acr_values: Vec<String>,
    subject: Option<String>,
    access_token: Option<Hashed>,
    code: Option<Hashed>,
}

/// A value that the token has a hash of.
#[derive(Clone, Debug)]
struct Hashed {
    value: Secret,
    required: bool,
}

impl TokenRules {
    /// Rules for the tokens that `issuer`, exactly as its discovery document spells it, issues to
    /// `client_id`.
    pub fn new(issuer: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            algorithms: Algorithm::ASYMMETRIC.to_vec(),
            client_secret: None,
            secret_may_be_short: false,
            trusted_audiences: Vec::new(),
            leeway: Duration::from_secs(60),
            issuer_placeholder: None,
        }
    }

    /// The algorithms that may sign. Those of a shared secret need
    /// [`client_secret`](Self::client_secret) too. Defaults to [`Algorithm::ASYMMETRIC`].
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// The secret that HS256, HS384 and HS512 are verified with: the client's own. It needs as
    /// many bits as the hash has. No default.
    pub fn client_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Takes a secret of any length, for a provider that hands out what its clients cannot change,
    /// and tokens that come from its token endpoint alone.
    #[cfg(feature = "jaccount")]
    pub(crate) fn short_secret(mut self) -> Self {
        self.secret_may_be_short = true;
        self
    }

    /// Who may be in the audience of a token beside us. Defaults to nobody.
    pub fn trusted_audiences<S: Into<String>>(
        mut self,
        audiences: impl IntoIterator<Item = S>,
    ) -> Self {
        self.trusted_audiences = audiences.into_iter().map(Into::into).collect();
        self
    }

    /// How far the clocks of issuer and client may differ. Defaults to 60 seconds.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Verifies an ID token (OIDC Core, section 3.1.3.7) and gives its claims.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification); the reason is to be had by
    /// [`VerificationFailure::of`].
    pub fn verify_id_token(
        &self,
        token: &str,
        keys: &JwkSet,
        expected: &Expected,
        now: SystemTime,
    ) -> Result<IdTokenClaims> {
        self.check_id_token(token, keys, expected, now).map_err(Into::into)
    }

    pub(super) fn check_id_token(
        &self,
        token: &str,
        keys: &JwkSet,
        expected: &Expected,
        now: SystemTime,
    ) -> Result<IdTokenClaims, VerificationFailure> {
        let jws = Jws::parse(token, &self.algorithms)?;
        // Other kinds of tokens say so; an ID token says `JWT` or nothing.
        if jws.typ().is_some_and(|typ| typ.ends_with("+jwt")) {
            return Err(VerificationFailure::Type { expected: "JWT", got: jws.typ() });
        }
        let algorithm = jws.algorithm;
        let claims = IdTokenClaims::read(self.signed_claims(jws, keys)?)?;
        self.check_issuer(&claims.iss, &claims.all)?;
        self.check_audience(&claims.aud)?;
        self.check_authorized_party(&claims)?;
        let now = seconds(now);
        self.check_times(Some(claims.exp), Some(claims.iat), &claims.all, now)?;
        expected.check(&claims, algorithm, self.leeway_seconds(), now)?;
        Ok(claims)
    }

    /// The claims of a token whose signature is good.
    pub(super) fn signed_claims(
        &self,
        jws: Jws<'_>,
        keys: &JwkSet,
    ) -> Result<Object, VerificationFailure> {
        let secret = self.client_secret.as_ref().map(|secret| secret.expose().as_bytes());
        let secret_may_be_short = self.secret_may_be_short;
        jws.claims(KeySource { published: keys, secret, secret_may_be_short })
    }

    pub(super) fn check_issuer(&self, iss: &str, all: &Object) -> Result<(), VerificationFailure> {
        let expected = match &self.issuer_placeholder {
            Some((placeholder, claim)) => {
                let value = all.get(claim).and_then(Value::as_str).unwrap_or_default();
                // What is put in must not reach beyond its place.
                let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
                match !value.is_empty() && value.bytes().all(is_plain) {
                    true => self.issuer.replace(placeholder.as_str(), value),
                    false => self.issuer.clone(),
                }
            }
            None => self.issuer.clone(),
        };
        match iss == expected {
            true => Ok(()),
            false => Err(VerificationFailure::Issuer { expected, got: iss.to_owned() }),
        }
    }

    pub(super) fn check_audience(&self, aud: &[String]) -> Result<(), VerificationFailure> {
        if !aud.contains(&self.client_id) {
            let (expected, got) = (self.client_id.clone(), aud.to_vec());
            return Err(VerificationFailure::Audience { expected, got });
        }
        let is_trusted =
            |one: &String| *one == self.client_id || self.trusted_audiences.contains(one);
        match aud.iter().find(|one| !is_trusted(one)) {
            None => Ok(()),
            Some(stranger) => Err(VerificationFailure::UntrustedAudience {
                trusted: self.trusted_audiences.clone(),
                got: stranger.clone(),
            }),
        }
    }

    fn check_authorized_party(&self, claims: &IdTokenClaims) -> Result<(), VerificationFailure> {
        let fits = match &claims.azp {
            Some(azp) => *azp == self.client_id,
            None => claims.aud.iter().all(|aud| *aud == self.client_id),
        };
        match fits {
            true => Ok(()),
            false => Err(VerificationFailure::AuthorizedParty {
                expected: self.client_id.clone(),
                got: claims.azp.clone(),
            }),
        }
    }

    /// Checks `exp`, `iat` and `nbf`, as far as they are there.
    pub(super) fn check_times(
        &self,
        exp: Option<i64>,
        iat: Option<i64>,
        all: &Object,
        now: i64,
    ) -> Result<(), VerificationFailure> {
        let leeway = self.leeway_seconds();
        if let Some(exp) = exp.filter(|exp| exp.saturating_add(leeway) <= now) {
            return Err(VerificationFailure::Expired { exp, now });
        }
        let latest = now.saturating_add(leeway);
        if let Some(nbf) = super::claims::time(all, "nbf")?.filter(|nbf| *nbf > latest) {
            return Err(VerificationFailure::NotYetValid { nbf, now });
        }
        if let Some(iat) = iat.filter(|iat| *iat > latest) {
            return Err(VerificationFailure::IssuedInFuture { iat, now });
        }
        Ok(())
    }

    pub(super) fn leeway_seconds(&self) -> i64 {
        i64::try_from(self.leeway.as_secs()).unwrap_or(i64::MAX)
    }
}

impl Expected {
    /// Expects nothing in particular.
    pub fn new() -> Self {
        Self::default()
    }

    /// The nonce that the login was started with. Defaults to not looking at it.
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// How long ago the user may have signed in; the token then has to say when. Defaults to any
    /// time.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// The authentication contexts one of which the token has to have. Defaults to any.
    pub fn acr_values<S: Into<String>>(mut self, values: impl IntoIterator<Item = S>) -> Self {
        self.acr_values = values.into_iter().map(Into::into).collect();
        self
    }

    /// The user it has to be about: the one of an earlier token. Defaults to any.
    pub fn subject(mut self, sub: impl Into<String>) -> Self {
        self.subject = Some(sub.into());
        self
    }

    /// The access token that came along: `at_hash` has to fit it if it is there. Defaults to not
    /// looking at it.
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.access_token = Some(Hashed { value: token.into(), required: false });
        self
    }

    /// The access token that came along from the authorization endpoint: `at_hash` has to be there
    /// and to fit it (OIDC Core, section 3.3.2.11).
    pub fn access_token_from_authorization_endpoint(mut self, token: impl Into<Secret>) -> Self {
        self.access_token = Some(Hashed { value: token.into(), required: true });
        self
    }

    /// The code that came along from the authorization endpoint: `c_hash` has to be there and to
    /// fit it (OIDC Core, section 3.3.2.11).
    pub fn code_from_authorization_endpoint(mut self, code: impl Into<Secret>) -> Self {
        self.code = Some(Hashed { value: code.into(), required: true });
        self
    }

    fn check(
        &self,
        claims: &IdTokenClaims,
        algorithm: Algorithm,
        leeway: i64,
        now: i64,
    ) -> Result<(), VerificationFailure> {
        if self.nonce.is_some() && self.nonce != claims.nonce {
            let (expected, got) = (self.nonce.clone(), claims.nonce.clone());
            return Err(VerificationFailure::Nonce { expected, got });
        }
        if let Some(sub) = self.subject.as_ref().filter(|sub| **sub != claims.sub) {
            let (expected, got) = (sub.clone(), claims.sub.clone());
            return Err(VerificationFailure::Subject { expected, got });
        }
        self.check_acr(claims)?;
        self.check_auth_time(claims, leeway, now)?;
        if let Some((expected, got)) = mismatch(&self.access_token, algorithm, claims, "at_hash")? {
            return Err(VerificationFailure::AccessTokenHash { expected, got });
        }
        if let Some((expected, got)) = mismatch(&self.code, algorithm, claims, "c_hash")? {
            return Err(VerificationFailure::CodeHash { expected, got });
        }
        Ok(())
    }

    fn check_acr(&self, claims: &IdTokenClaims) -> Result<(), VerificationFailure> {
        let is_demanded = |acr| self.acr_values.contains(acr);
        if self.acr_values.is_empty() || claims.acr.as_ref().is_some_and(is_demanded) {
            return Ok(());
        }
        let (expected, got) = (self.acr_values.clone(), claims.acr.clone());
        Err(VerificationFailure::AuthenticationContext { expected, got })
    }

    fn check_auth_time(
        &self,
        claims: &IdTokenClaims,
        leeway: i64,
        now: i64,
    ) -> Result<(), VerificationFailure> {
        let Some(max_age) = self.max_age.map(|age| age.as_secs()) else { return Ok(()) };
        let auth_time = super::claims::required(claims.auth_time, "auth_time")?;
        if auth_time > now.saturating_add(leeway) {
            return Err(VerificationFailure::IssuedInFuture { iat: auth_time, now });
        }
        let allowed = i64::try_from(max_age).unwrap_or(i64::MAX).saturating_add(leeway);
        match auth_time.saturating_add(allowed) < now {
            true => Err(VerificationFailure::AuthenticationTooOld { auth_time, now, max_age }),
            false => Ok(()),
        }
    }
}

/// The hash that is expected and the one that the token has, if they differ (OIDC Core, 3.1.3.6):
/// the left half of the digest that belongs to the algorithm.
fn mismatch(
    hashed: &Option<Hashed>,
    algorithm: Algorithm,
    claims: &IdTokenClaims,
    claim: &'static str,
) -> Result<Option<(String, String)>, VerificationFailure> {
    let Some(Hashed { value, required }) = hashed else { return Ok(None) };
    let Some(got) = super::claims::text(&claims.all, claim)? else {
        return match required {
            true => Err(VerificationFailure::MissingClaim { claim }),
            false => Ok(None),
        };
    };
    let digest = crypto::digest(algorithm.hash(), value.expose().as_bytes());
    let expected = URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2]);
    Ok((got != expected).then_some((expected, got)))
}

/// Seconds since 1970.
pub(super) fn seconds(time: SystemTime) -> i64 {
    unix_millis(time).div_euclid(1000)
}
