//! New tokens for a refresh token (RFC 6749, section 6).

use std::time::SystemTime;

use http::{Request, Response};

use super::client::Client;
use super::login::TOKEN;
use super::tokens::Tokens;
use crate::error::{Error, Result};
use crate::oauth2::Grant;
use crate::oidc::Expected;
use crate::secret::Secret;

impl Client {
    /// Gets new tokens for the same user. Where jAccount gives no new ID token or refresh token,
    /// the old one stays.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) when there is no refresh token;
    /// [`ErrorKind::OAuth`](crate::ErrorKind::OAuth) with `invalid_grant` when the user has to log
    /// in again; [`ErrorKind::Verification`](crate::ErrorKind::Verification) when a new ID token is
    /// not to be trusted or about another user.
    pub fn refresh(&self, tokens: &Tokens) -> Result<Tokens> {
        let missing = || Error::usage("there is no refresh token: jAccount gave none");
        let refresh_token = tokens.refresh_token().ok_or_else(missing)?;
        let sub = tokens.claims().map(|claims| claims.sub.as_str());
        self.refresh_stored(refresh_token, sub)?
            .or_earlier(tokens)
            .map_err(|error| error.with_operation(TOKEN))
    }

    /// The same with a refresh token that was stored, and the `sub` of the ID token that it came
    /// with, if there was one. Where jAccount gives no new refresh token, the old one stays: store
    /// what is in the result each time.
    ///
    /// # Errors
    ///
    /// As [`refresh`](Self::refresh).
    pub fn refresh_stored(
        &self,
        refresh_token: impl Into<Secret>,
        sub: Option<&str>,
    ) -> Result<Tokens> {
        let refresh_token = refresh_token.into();
        let answer = self.send(TOKEN, self.refresh_request(&refresh_token)?, false)?;
        self.read_refreshed_tokens(&answer, &refresh_token, sub, self.now())
            .map_err(|error| error.with_operation(TOKEN))
    }

    /// The request that exchanges a refresh token, for a program that sends it in its own way. It
    /// can be sent once; the answer is read by
    /// [`read_refreshed_tokens`](Self::read_refreshed_tokens).
    ///
    /// # Errors
    ///
    /// None that can happen: the client has checked its token endpoint.
    pub fn refresh_request(&self, refresh_token: impl Into<Secret>) -> Result<Request<Vec<u8>>> {
        self.oauth().token_request(&Grant::refresh_token(refresh_token))
    }

    /// Reads the answer to a [`refresh_request`](Self::refresh_request) that came at `now`, and
    /// verifies the ID token, if there is one; it has to be about the user `sub`, if one is given.
    ///
    /// # Errors
    ///
    /// As [`refresh`](Self::refresh) about the answer.
    pub fn read_refreshed_tokens(
        &self,
        answer: &Response<Vec<u8>>,
        refresh_token: &Secret,
        sub: Option<&str>,
        now: SystemTime,
    ) -> Result<Tokens> {
        let expected = sub.map_or_else(Expected::new, |sub| Expected::new().subject(sub));
        let secrets = std::slice::from_ref(refresh_token);
        let tokens = self.read_answer(answer, expected, secrets, now)?;
        Ok(tokens.or_refresh_token(refresh_token))
    }
}
