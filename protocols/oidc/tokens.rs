//! The tokens of a user who logged in, and what else the provider says of him.

use std::time::SystemTime;

use http::{Response, header};
use serde_json::Value;

use super::claims::{IdTokenClaims, audience, required_text, text};
use super::client::Client;
use super::failure::VerificationFailure;
use super::jose::{JwkSet, Jws, Object};
use super::rules::{Expected, TokenRules};
use super::standard_claims::StandardClaims;
use crate::error::{Error, Result};
use crate::json;
use crate::oauth2;
use crate::secret::Secret;

const USERINFO: &str = "userinfo";

/// The tokens of a user whose ID token was verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Tokens {
    oauth: oauth2::Tokens,
    id_token: Secret,
    claims: IdTokenClaims,
}

/// What the userinfo endpoint says of a user (OIDC Core, section 5.3).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UserInfo {
    /// The user, the same as in the ID token.
    pub sub: String,
    /// Name, e-mail address and so on.
    pub user: StandardClaims,
    all: Object,
}

impl Tokens {
    pub(super) fn new(oauth: oauth2::Tokens, id_token: Secret, claims: IdTokenClaims) -> Self {
        Self { oauth, id_token, claims }
    }

    /// Who the user is.
    pub fn claims(&self) -> &IdTokenClaims {
        &self.claims
    }

    /// The ID token, as [`logout_url`](Client::logout_url) sends it back.
    pub fn id_token(&self) -> &Secret {
        &self.id_token
    }

    /// What gives access to the user's data.
    pub fn access_token(&self) -> &Secret {
        &self.oauth.access_token
    }

    /// What gives the next access token; providers want scope `offline_access` for it.
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.oauth.refresh_token.as_ref()
    }

    /// When the access token ends, by the clock of this machine.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.oauth.expires_at
    }

    /// What was granted, where the provider says so.
    pub fn scopes(&self) -> Option<&[String]> {
        self.oauth.scopes.as_deref()
    }

    /// The whole answer of the token endpoint.
    pub fn oauth(&self) -> &oauth2::Tokens {
        &self.oauth
    }
}

impl UserInfo {
    /// Any claim by its name.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }
}

impl Client {
    /// Gets new tokens for the same user (OIDC Core, section 12). Where the provider gives no new
    /// ID token or refresh token, the old one stays.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) when there is no refresh token;
    /// [`ErrorKind::OAuth`](crate::ErrorKind::OAuth) with `invalid_grant` when the user has to log
    /// in again; [`ErrorKind::Verification`](crate::ErrorKind::Verification) when the new ID token
    /// is not to be trusted or about another user.
    pub fn refresh(&self, tokens: &Tokens) -> Result<Tokens> {
        let missing = || Error::usage("there is no refresh token: was `offline_access` asked for?");
        let refresh_token = tokens.refresh_token().ok_or_else(missing)?;
        let oauth = self.oauth().refresh(refresh_token)?;
        let (id_token, claims) = match &oauth.id_token {
            Some(id_token) => {
                let expected =
                    Expected::new().subject(&tokens.claims.sub).access_token(&oauth.access_token);
                let claims = self.verify_id_token(id_token.expose(), &expected)?;
                check_nonce(&tokens.claims, &claims)?;
                (id_token.clone(), claims)
            }
            None => (tokens.id_token.clone(), tokens.claims.clone()),
        };
        Ok(Tokens::new(oauth, id_token, claims))
    }

    /// Asks the provider about the user, and checks that the answer is about him.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`] when the access token is not, or no longer, valid;
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) when the answer is about
    /// somebody else, or signed and not to be trusted.
    pub fn userinfo(&self, tokens: &Tokens) -> Result<UserInfo> {
        self.userinfo_of(tokens.access_token(), &tokens.claims.sub)
    }

    /// The same with an access token that was stored, and the `sub` of the ID token that it came
    /// with.
    ///
    /// # Errors
    ///
    /// As [`userinfo`](Self::userinfo).
    pub fn userinfo_of(&self, access_token: &Secret, sub: &str) -> Result<UserInfo> {
        let info = self.userinfo_of_anybody(access_token)?;
        match info.sub == sub {
            true => Ok(info),
            false => {
                let (expected, got) = (sub.to_owned(), info.sub);
                let failure = VerificationFailure::Subject { expected, got };
                Err(Error::from(failure).with_operation(USERINFO))
            }
        }
    }

    /// The answer, whomever it is about.
    pub(super) fn userinfo_of_anybody(&self, access_token: &Secret) -> Result<UserInfo> {
        let missing = || Error::config("userinfo_endpoint", "is not among the provider's metadata");
        let url = self.metadata().userinfo_endpoint.as_deref().ok_or_else(missing)?;
        let deadline = self.oauth().deadline();
        let answer = self.oauth().get(USERINFO, url, Some(access_token), deadline)?;
        self.read_userinfo(&answer, access_token)
            .and_then(|all| {
                let sub = required_text(&all, "sub")?;
                Ok(UserInfo { sub, user: StandardClaims::read(&all), all })
            })
            .map_err(|error| error.with_operation(USERINFO))
    }

    fn read_userinfo(&self, answer: &Response<Vec<u8>>, access_token: &Secret) -> Result<Object> {
        let secrets = std::slice::from_ref(access_token);
        if !answer.status().is_success() {
            return Err(json::no_answer_of_the_service(answer, secrets));
        }
        let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_token = kind.is_some_and(|kind| {
            kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case("application/jwt"))
        });
        if !is_token {
            return json::envelope(answer, secrets);
        }
        let token = String::from_utf8_lossy(answer.body());
        let token = token.trim();
        self.verified(token, |keys, _| check_signed_userinfo(self.rules(), token, keys))
    }
}

/// A new ID token has the nonce of the login, or none (OIDC Core, section 12.2).
pub(crate) fn check_nonce(
    old: &IdTokenClaims,
    new: &IdTokenClaims,
) -> Result<(), VerificationFailure> {
    match new.nonce.is_none() || new.nonce == old.nonce {
        true => Ok(()),
        false => {
            let (expected, got) = (old.nonce.clone(), new.nonce.clone());
            Err(VerificationFailure::Nonce { expected, got })
        }
    }
}

/// The claims of a signed answer. It has an issuer and an audience if the provider follows the
/// advice of OIDC Core, section 5.3.2.
fn check_signed_userinfo(
    rules: &TokenRules,
    token: &str,
    keys: &JwkSet,
) -> Result<Object, VerificationFailure> {
    let all = rules.signed_claims(Jws::parse(token, &rules.algorithms)?, keys)?;
    if let Some(iss) = text(&all, "iss")? {
        rules.check_issuer(&iss, &all)?;
    }
    if let Some(aud) = audience(&all)? {
        rules.check_audience(&aud)?;
    }
    Ok(all)
}
