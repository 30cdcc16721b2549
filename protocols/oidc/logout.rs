//! Ending the session at the provider, and hearing that it ended (RP-Initiated Logout,
//! Front-Channel Logout and Back-Channel Logout 1.0).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde_json::Value;

use super::claims::{IdTokenClaims, audience, required, required_text, text, time};
use super::client::Client;
use super::failure::VerificationFailure;
use super::jose::{JwkSet, Jws};
use super::rules::{TokenRules, seconds};
use super::tokens::Tokens;
use crate::error::{Error, Result};
use crate::oauth2::{CallbackFailure, Form, parse, query};
use crate::secret::Secret;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How long after it was issued a logout token may come, in seconds.
const MOST_AGE: u64 = 600;

/// A logout URL that is being put together.
#[derive(Clone, Debug)]
pub struct LogoutRequest<'a> {
    client: &'a Client,
    form: Form,
}

/// A verified message that a session has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogoutToken {
    /// Who says so.
    pub iss: String,
    /// The user; without a `sid`, all of his sessions have ended.
    pub sub: Option<String>,
    /// The session that ended.
    pub sid: Option<String>,
    /// The message's id.
    pub jti: String,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
}

impl Client {
    /// Where to send the browser so that the user is logged out at the provider too, and comes
    /// back to `post_logout_redirect_uri`, which has to be registered there. End your own session
    /// first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the provider offers no logout.
    pub fn logout_url(&self, tokens: &Tokens, post_logout_redirect_uri: &str) -> Result<String> {
        self.logout()
            .id_token_hint(tokens.id_token())
            .post_logout_redirect_uri(post_logout_redirect_uri)
            .url()
    }

    /// Puts a logout URL together, for example with an ID token that was stored.
    pub fn logout(&self) -> LogoutRequest<'_> {
        let mut form = Form::new();
        form.set("client_id", self.oauth().client_id());
        LogoutRequest { client: self, form }
    }

    /// Reads a front-channel logout: a request of the user's browser to your
    /// `frontchannel_logout_uri`, which the provider's page sent. Gives the session that ended.
    ///
    /// `url` is the URL of the request or its query string, `claims` are those of the user whose
    /// session the request came with, if it came with one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) when it comes from another
    /// provider, names no session, or names another one than that of `claims`. Then log nobody
    /// out.
    pub fn front_channel_logout(
        &self,
        url: &str,
        claims: Option<&IdTokenClaims>,
    ) -> Result<String> {
        let mut parameters =
            parse(query(url)).map_err(|parameter| CallbackFailure::Duplicate { parameter })?;
        let mut parameter =
            |name| parameters.remove(name).ok_or(CallbackFailure::Missing { parameter: name });
        let (iss, sid) = (parameter("iss")?, parameter("sid")?);
        let expected = claims.map_or(&self.rules().issuer, |claims| &claims.iss);
        if iss != *expected {
            let expected = expected.clone();
            return Err(VerificationFailure::Issuer { expected, got: iss }.into());
        }
        match claims.and_then(|claims| claims.sid.clone()) {
            Some(expected) if expected != sid => {
                Err(VerificationFailure::SessionId { expected, got: sid }.into())
            }
            _ => Ok(sid),
        }
    }

    /// Verifies a back-channel logout: the member `logout_token` of the form that the provider
    /// posts to your `backchannel_logout_uri`. Log out the session `sid`, or all sessions of `sub`
    /// if there is none, and answer 200; when this is an error, answer 400.
    ///
    /// A token that came before is refused, for as long as it would be valid. Every client value
    /// and its clones remember for themselves: several processes have to compare
    /// [`LogoutToken::jti`] on their own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) with a [`VerificationFailure`];
    /// otherwise when the provider's keys cannot be had.
    pub fn back_channel_logout(&self, logout_token: &str) -> Result<LogoutToken> {
        let token = self.verified(logout_token, |keys, now| {
            self.rules().check_logout_token(logout_token, keys, now)
        })?;
        let now = seconds(self.oauth().now());
        let end = token.iat.saturating_add(self.rules().most_age_of_logout_token());
        self.logout_tokens().admit(&token.jti, end, now)?;
        Ok(token)
    }
}

impl LogoutRequest<'_> {
    /// The ID token of the session to end; many providers ask the user without it. No default.
    pub fn id_token_hint(mut self, id_token: impl Into<Secret>) -> Self {
        self.form.set("id_token_hint", id_token);
        self
    }

    /// Where the browser goes afterwards; it has to be registered. Defaults to a page of the
    /// provider's.
    pub fn post_logout_redirect_uri(mut self, uri: &str) -> Self {
        self.form.set("post_logout_redirect_uri", uri);
        self
    }

    /// What the browser brings along when it comes back. No default.
    pub fn state(mut self, state: &str) -> Self {
        self.form.set("state", state);
        self
    }

    /// Sets any other parameter, such as `logout_hint` or `ui_locales`.
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        self.form.set(name, value);
        self
    }

    /// The URL to send the browser to.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the provider offers no logout.
    pub fn url(self) -> Result<String> {
        let endpoint = self.client.metadata().end_session_endpoint.as_deref();
        let missing =
            || Error::config("end_session_endpoint", "is not among the provider's metadata");
        Ok(self.form.append_to(endpoint.ok_or_else(missing)?))
    }
}

impl TokenRules {
    /// Verifies a logout token (Back-Channel Logout, section 2.6) but for its replay.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification); the reason is to be had by
    /// [`VerificationFailure::of`].
    pub fn verify_logout_token(
        &self,
        token: &str,
        keys: &JwkSet,
        now: SystemTime,
    ) -> Result<LogoutToken> {
        self.check_logout_token(token, keys, now).map_err(Into::into)
    }

    fn check_logout_token(
        &self,
        token: &str,
        keys: &JwkSet,
        now: SystemTime,
    ) -> Result<LogoutToken, VerificationFailure> {
        const TYPE: &str = "logout+jwt";
        let jws = Jws::parse(token, &self.algorithms)?;
        if jws.typ().is_some_and(|typ| typ.ends_with("+jwt") && typ != TYPE) {
            return Err(VerificationFailure::Type { expected: TYPE, got: jws.typ() });
        }
        let all = self.signed_claims(jws, keys)?;
        let iss = required_text(&all, "iss")?;
        self.check_issuer(&iss, &all)?;
        self.check_audience(&required(audience(&all)?, "aud")?)?;
        let (now, iat) = (seconds(now), required(time(&all, "iat")?, "iat")?);
        self.check_times(time(&all, "exp")?, Some(iat), &all, now)?;
        if iat.saturating_add(self.most_age_of_logout_token()) < now {
            return Err(VerificationFailure::TooOld { iat, now, limit: MOST_AGE });
        }
        if !all.get("events").and_then(|events| events.get(EVENT)).is_some_and(Value::is_object) {
            return Err(VerificationFailure::LogoutEvent);
        }
        // What has a nonce is an ID token, which others can get hold of.
        if all.contains_key("nonce") {
            return Err(VerificationFailure::Nonce { expected: None, got: text(&all, "nonce")? });
        }
        let (sub, sid) = (text(&all, "sub")?, text(&all, "sid")?);
        if sub.is_none() && sid.is_none() {
            return Err(VerificationFailure::MissingClaim { claim: "sub" });
        }
        Ok(LogoutToken { iss, sub, sid, jti: required_text(&all, "jti")?, iat })
    }

    fn most_age_of_logout_token(&self) -> i64 {
        self.leeway_seconds().saturating_add(i64::try_from(MOST_AGE).unwrap_or(i64::MAX))
    }
}

/// The logout tokens that came, as long as they are valid. Only the provider can add to them.
#[derive(Debug, Default)]
pub(super) struct ReplayGuard(Mutex<HashMap<String, i64>>);

impl ReplayGuard {
    /// Refuses a token that came before.
    fn admit(&self, jti: &str, end: i64, now: i64) -> Result<(), VerificationFailure> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, end| *end >= now);
        match seen.insert(jti.to_owned(), end) {
            None => Ok(()),
            Some(_) => Err(VerificationFailure::Replayed { jti: jti.to_owned() }),
        }
    }
}
