//! The tokens of a user.

use std::time::SystemTime;

use http::Response;

use super::claims::IdTokenClaims;
use super::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::oauth2;
use crate::oidc::{Expected, JwkSet, check_nonce};
use crate::secret::Secret;

/// The tokens that jAccount gave for a user. An ID token among them was verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Tokens {
    oauth: oauth2::Tokens,
    id_token: Option<Secret>,
    claims: Option<IdTokenClaims>,
}

impl Tokens {
    /// Who the user is. It is there whenever the login asked for `openid`.
    pub fn claims(&self) -> Option<&IdTokenClaims> {
        self.claims.as_ref()
    }

    /// The ID token that the claims are from.
    pub fn id_token(&self) -> Option<&Secret> {
        self.id_token.as_ref()
    }

    /// What gives access to the API.
    pub fn access_token(&self) -> &Secret {
        &self.oauth.access_token
    }

    /// What gives the next access token: see [`Client::refresh`].
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.oauth.refresh_token.as_ref()
    }

    /// When the access token ends, by the clock of this machine.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.oauth.expires_at
    }

    /// What was granted, where jAccount says so.
    pub fn scopes(&self) -> Option<&[String]> {
        self.oauth.scopes.as_deref()
    }

    /// The whole answer of the token endpoint.
    pub fn oauth(&self) -> &oauth2::Tokens {
        &self.oauth
    }

    /// The same tokens, if there is an ID token among them.
    pub(super) fn with_claims(self) -> Result<Self> {
        match self.claims.is_some() {
            true => Ok(self),
            false => {
                let message = "the answer's `id_token` is missing, although `openid` was asked for";
                Err(Error::new(ErrorKind::Parse, message))
            }
        }
    }

    /// The same tokens with what they have none of and the earlier ones of the same login had.
    pub(super) fn or_earlier(mut self, earlier: &Self) -> Result<Self> {
        match (&self.claims, &earlier.claims) {
            (Some(new), Some(old)) => check_nonce(&old.all, &new.all)?,
            (Some(_), None) => {}
            (None, _) => {
                self.id_token.clone_from(&earlier.id_token);
                self.claims.clone_from(&earlier.claims);
            }
        }
        Ok(self)
    }

    pub(super) fn or_refresh_token(mut self, earlier: &Secret) -> Self {
        self.oauth.refresh_token.get_or_insert_with(|| earlier.clone());
        self
    }
}

impl Client {
    /// Reads the answer of the token endpoint and verifies the ID token, if there is one.
    pub(super) fn read_answer(
        &self,
        answer: &Response<Vec<u8>>,
        expected: Expected,
        secrets: &[Secret],
        now: SystemTime,
    ) -> Result<Tokens> {
        let secrets = [secrets, std::slice::from_ref(&self.options().client_secret)].concat();
        let oauth = oauth2::Tokens::read_untyped(answer, now, &secrets)?;
        let id_token = oauth.id_token.clone();
        let claims = id_token.as_ref().map(|token| {
            let expected = expected.access_token(&oauth.access_token);
            let rules = &self.options().rules;
            rules.verify_id_token(token.expose(), &JwkSet::empty(), &expected, now)
        });
        let claims = claims.transpose()?.map(IdTokenClaims::from);
        Ok(Tokens { oauth, id_token, claims })
    }
}
