//! What the server thinks of a token.

use serde::{Deserialize, Serialize};

/// Whether a token is valid, as the server says (`JWTTokenStatus`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LoginStatus {
    /// 200 for a valid token.
    pub code: Option<i64>,
    /// The reason in words.
    pub message: Option<String>,
    /// Whether the token is valid.
    pub status: Option<bool>,
    /// When the token ends, in seconds since 1970.
    pub exp: Option<i64>,
    /// When it was issued, in seconds since 1970.
    pub iat: Option<i64>,
    /// Whose token it is.
    pub data: Option<TokenOwner>,
}

/// Whose token it is (`JWTTokenStatusDetail`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct TokenOwner {
    /// The user's id.
    pub id: Option<String>,
    /// The user pool.
    pub user_pool_id: Option<String>,
    /// The user's resource name.
    pub arn: Option<String>,
}

impl LoginStatus {
    /// Whether the token is valid: the server has to say so twice, by code and by status.
    pub fn is_valid(&self) -> bool {
        self.code == Some(200) && self.status == Some(true)
    }
}
