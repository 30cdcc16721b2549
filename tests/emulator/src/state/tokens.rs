//! Management and user tokens: JWTs signed with HS256, remembered until they are revoked.

use std::collections::HashMap;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use super::{Settings, random_hex};
use crate::error::{ApiError, codes};

/// Whom a valid bearer token speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bearer {
    /// The user pool itself: whoever holds the pool's secret.
    Management,
    /// A signed-in user, by id, with the token's own id.
    User { id: String, token_id: String },
    /// A user whose login waits for its next step.
    Step { step: Step, id: String, token_id: String },
}

/// What a login can wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The password must be set before the first login.
    FirstLogin,
    /// The password must be changed.
    ForcedReset,
    /// The second factor.
    Mfa,
}

impl Step {
    const ALL: [Step; 3] = [Step::FirstLogin, Step::ForcedReset, Step::Mfa];

    /// As the claims of its token call it.
    fn name(self) -> &'static str {
        match self {
            Step::FirstLogin => "firstLogin",
            Step::ForcedReset => "forcedReset",
            Step::Mfa => "mfa",
        }
    }

    /// The figure for the second factor is that of the documents' sample.
    fn lifetime(self) -> Duration {
        match self {
            Step::FirstLogin | Step::ForcedReset => Duration::from_secs(600),
            Step::Mfa => Duration::from_secs(360),
        }
    }
}

/// A token and its lifetime in seconds since the epoch.
#[derive(Debug, Clone)]
pub(crate) struct IssuedToken {
    pub(crate) token: String,
    pub(crate) issued_at: u64,
    pub(crate) expires_at: u64,
}

/// The claims of every token the emulator signs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) sub: String,
    pub(crate) aud: String,
    pub(crate) iss: String,
    pub(crate) iat: u64,
    pub(crate) exp: u64,
    jti: String,
    data: ClaimData,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClaimData {
    /// What the token is good for: `userPool`, `user` or a step of a login.
    r#type: String,
    id: String,
    user_pool_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    arn: String,
}

/// The tokens that were issued and not revoked, and the secret for those of the pool.
pub(crate) struct Tokens {
    /// Signs management tokens; an application's secret signs its users' tokens.
    pub(crate) pool_jwt_secret: String,
    /// User id (none for a management token) by token id.
    valid: HashMap<String, Option<String>>,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self { pool_jwt_secret: random_hex(16), valid: HashMap::new() }
    }

    /// Issues a token to the holder of the pool's secret.
    pub(crate) fn issue_management(
        &mut self,
        settings: &Settings,
        now: u64,
    ) -> Result<IssuedToken, ApiError> {
        let pool = &settings.user_pool_id;
        let data = ClaimData {
            r#type: "userPool".to_owned(),
            id: pool.clone(),
            user_pool_id: pool.clone(),
            app_id: None,
            arn: format!("arn:cn:authing:{pool}:userpool"),
        };
        self.issue(settings, data, pool, settings.management_token_lifetime, now)
    }

    /// Issues a token to a user of the application, the id_token of later calls.
    pub(crate) fn issue_user(
        &mut self,
        settings: &Settings,
        user_id: &str,
        now: u64,
    ) -> Result<IssuedToken, ApiError> {
        let lifetime = settings.user_token_lifetime;
        self.issue(settings, user_data(settings, "user", user_id), &settings.app_id, lifetime, now)
    }

    /// Issues the token that is good for the next step of a login alone.
    pub(crate) fn issue_step(
        &mut self,
        settings: &Settings,
        step: Step,
        user_id: &str,
        now: u64,
    ) -> Result<IssuedToken, ApiError> {
        let data = user_data(settings, step.name(), user_id);
        self.issue(settings, data, &settings.app_id, step.lifetime(), now)
    }

    /// Checks signature, audience, revocation and expiry, in this order.
    pub(crate) fn check(
        &self,
        settings: &Settings,
        token: &str,
        now: u64,
    ) -> Result<(Bearer, Claims), ApiError> {
        let claims = self.verify(settings, token).ok_or_else(ApiError::not_logged_in)?;
        if !self.valid.contains_key(&claims.jti) {
            return Err(ApiError::not_logged_in());
        }
        if claims.exp <= now {
            return Err(ApiError::new(codes::LOGIN_EXPIRED, "login expired, log in again"));
        }
        let (id, token_id) = (claims.sub.clone(), claims.jti.clone());
        let bearer = match claims.data.r#type.as_str() {
            "userPool" => Bearer::Management,
            "user" => Bearer::User { id, token_id },
            kind => {
                let step = Step::ALL.into_iter().find(|step| step.name() == kind);
                Bearer::Step { step: step.ok_or_else(ApiError::not_logged_in)?, id, token_id }
            }
        };
        Ok((bearer, claims))
    }

    pub(crate) fn revoke(&mut self, token_id: &str) {
        self.valid.remove(token_id);
    }

    pub(crate) fn revoke_user(&mut self, user_id: &str) {
        self.valid.retain(|_, owner| owner.as_deref() != Some(user_id));
    }

    pub(crate) fn revoke_all(&mut self) {
        self.valid.clear();
    }

    fn issue(
        &mut self,
        settings: &Settings,
        data: ClaimData,
        audience: &str,
        lifetime: Duration,
        now: u64,
    ) -> Result<IssuedToken, ApiError> {
        let claims = Claims {
            sub: data.id.clone(),
            aud: audience.to_owned(),
            iss: format!("{}/oidc", settings.app_host),
            iat: now,
            exp: now.saturating_add(lifetime.as_secs()),
            jti: random_hex(16),
            data,
        };
        let key = EncodingKey::from_secret(self.secret_of(settings, &claims).as_bytes());
        let token = encode(&Header::new(Algorithm::HS256), &claims, &key)
            .map_err(|error| ApiError::new(1000, format!("cannot sign a token: {error}")))?;
        let owner = (claims.data.r#type != "userPool").then(|| claims.sub.clone());
        self.valid.insert(claims.jti, owner);
        Ok(IssuedToken { token, issued_at: now, expires_at: claims.exp })
    }

    /// The claims if either secret signed them and they are of this pool and application.
    fn verify(&self, settings: &Settings, token: &str) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        // Expiry is judged by the emulator's clock, the audience by the kind of the token.
        validation.validate_exp = false;
        validation.validate_aud = false;
        [&self.pool_jwt_secret, &settings.app_secret].into_iter().find_map(|secret| {
            let key = DecodingKey::from_secret(secret.as_bytes());
            let claims = decode::<Claims>(token, &key, &validation).ok()?.claims;
            // A user's token signed with the pool's secret, or the reverse, is a forgery.
            let own_secret = self.secret_of(settings, &claims) == secret;
            let own_pool = claims.data.user_pool_id == settings.user_pool_id;
            let own_app = claims.data.app_id.as_ref().is_none_or(|app| *app == settings.app_id);
            (own_secret && own_pool && own_app).then_some(claims)
        })
    }

    fn secret_of<'a>(&'a self, settings: &'a Settings, claims: &Claims) -> &'a str {
        match claims.data.r#type.as_str() {
            "userPool" => &self.pool_jwt_secret,
            _ => &settings.app_secret,
        }
    }
}

fn user_data(settings: &Settings, kind: &str, user_id: &str) -> ClaimData {
    ClaimData {
        r#type: kind.to_owned(),
        id: user_id.to_owned(),
        user_pool_id: settings.user_pool_id.clone(),
        app_id: Some(settings.app_id.clone()),
        arn: settings.user_arn(user_id),
    }
}
