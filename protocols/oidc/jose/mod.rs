//! Signed tokens: reading them, choosing the key, verifying the signature.
//!
//! No I/O and no clock. What may be trusted is decided here and not by the token: the algorithms
//! are those that the caller allows, the key is one of the issuer's that fits by type, algorithm,
//! use and id, and an authentication code is verified with the client's own secret alone, never
//! with a published key.

mod json;
mod jwk;
mod jws;

pub(crate) use self::json::Object;
pub use self::jwk::JwkSet;
#[cfg(feature = "jaccount")]
pub(crate) use self::jws::unverified_claims;
pub(crate) use self::jws::{Jws, KeySource};

#[cfg(test)]
mod vectors;
