//! OpenID Connect.

mod claims;
mod failure;
mod jose;
mod rules;
mod standard_claims;

pub use self::claims::IdTokenClaims;
pub use self::failure::VerificationFailure;
pub use self::jose::JwkSet;
pub use self::rules::{Expected, TokenRules};
pub use self::standard_claims::{Address, StandardClaims};
pub use crate::oauth2::Algorithm;
