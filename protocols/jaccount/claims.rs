//! What an ID token says of a user.

use serde_json::Value;

use crate::error::Result;
use crate::oidc;
use crate::types::wire_enum;

/// What an ID token of jAccount says.
///
/// Those of [`Tokens::claims`](super::Tokens::claims) were verified.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct IdTokenClaims {
    /// Who issued it.
    pub iss: String,
    /// The name of the account.
    pub sub: String,
    /// The client that it is for.
    pub aud: Vec<String>,
    /// Its end, in seconds since 1970.
    pub exp: i64,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// The user's real name.
    pub name: Option<String>,
    /// The number of the student or member of staff, where there is one.
    pub code: Option<String>,
    /// What the user is to the university (`type`).
    pub user_type: Option<UserType>,
    /// The nonce of the login.
    pub nonce: Option<String>,
    pub(super) all: oidc::IdTokenClaims,
}

wire_enum! {
    /// What a user is to the university. There are more kinds than these, which come as
    /// [`Unknown`](Self::Unknown).
    ///
    /// ```
    /// use authing::jaccount::UserType;
    ///
    /// assert_eq!(UserType::from("faculty"), UserType::Faculty);
    /// assert_eq!(UserType::from("postphd").as_str(), "postphd");
    /// ```
    pub enum UserType {
        /// Studies there.
        Student = "student",
        /// Works there.
        Faculty = "faculty",
        /// Has studied there.
        Alumni = "alumni",
    }
}

impl IdTokenClaims {
    /// What a token says of itself, **whoever made it**: neither signature nor issuer, audience,
    /// end or nonce are looked at. For looking into tokens, and never for letting somebody in.
    ///
    /// ```
    /// use authing::jaccount::IdTokenClaims;
    ///
    /// // Anybody can make such a token: {"alg":"none"}, no signature.
    /// let forged = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4Iiwic3ViIjoicm9vdCIsImF1ZCI6InkiLCJleHAiOjAsImlhdCI6MH0.";
    /// assert_eq!(IdTokenClaims::decode_without_verification(forged)?.sub, "root");
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) with a
    /// [`VerificationFailure`](crate::oidc::VerificationFailure) when it is no signed token, or
    /// lacks one of `iss`, `sub`, `aud`, `exp`, `iat`.
    pub fn decode_without_verification(token: &str) -> Result<Self> {
        Ok(oidc::IdTokenClaims::decode_without_verification(token)?.into())
    }

    /// Any claim by its name, as the token has it.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.all.claim(name)
    }
}

impl From<oidc::IdTokenClaims> for IdTokenClaims {
    fn from(all: oidc::IdTokenClaims) -> Self {
        let text = |name| all.claim(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        Self {
            iss: all.iss.clone(),
            sub: all.sub.clone(),
            aud: all.aud.clone(),
            exp: all.exp,
            iat: all.iat,
            name: text("name").map(str::to_owned),
            code: text("code").map(str::to_owned),
            user_type: text("type").map(UserType::from),
            nonce: all.nonce.clone(),
            all,
        }
    }
}
