//! OAuth 2.0.

mod algorithm;

pub use self::algorithm::Algorithm;
