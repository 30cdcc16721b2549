//! What a service provider is set to, and the checks that depend on that alone.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use roxmltree::Node;

use super::algorithm::Weaknesses;
use super::element_text;
use super::failure::{Check, VerificationFailure as Failure};
use super::metadata::IdpMetadata;
use super::replay::ReplayCache;
use super::signature::Verifier;
use super::signing::SigningKey;
use crate::DateTime;

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) entity_id: String,
    pub(crate) acs_url: String,
    pub(crate) logout_url: Option<String>,
    pub(crate) idp: IdpMetadata,
    pub(crate) signing_key: Option<SigningKey>,
    pub(crate) weaknesses: Weaknesses,
    pub(crate) require_signed_response: bool,
    pub(crate) require_signed_assertion: bool,
    pub(crate) leeway: Duration,
    pub(crate) login_lifetime: Duration,
    pub(crate) replay_cache: Arc<dyn ReplayCache>,
    pub(crate) clock: Clock,
    #[cfg(feature = "saml-encryption")]
    pub(crate) decryption: Option<super::decryption::Decryption>,
}

/// Where the time comes from.
#[derive(Clone)]
pub(crate) struct Clock(pub(crate) Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

impl Settings {
    pub(crate) fn now(&self) -> DateTime {
        (self.clock.0)().into()
    }

    pub(crate) fn leeway_millis(&self) -> i64 {
        i64::try_from(self.leeway.as_millis()).unwrap_or(i64::MAX)
    }

    pub(crate) fn verifier(&self) -> Verifier<'_> {
        Verifier { keys: &self.idp.signing_keys, weaknesses: self.weaknesses }
    }

    /// That the metadata, and with it the keys, still counts.
    pub(crate) fn check_metadata(&self, now: DateTime) -> Check {
        match self.idp.valid_until {
            Some(not_on_or_after) if not_on_or_after <= now => Err(Failure::Expired {
                what: "validUntil of the identity provider's metadata",
                not_on_or_after,
                now,
            }),
            _ => Ok(()),
        }
    }

    pub(crate) fn check_issuer(&self, element: &'static str, issuer: Node<'_, '_>) -> Check {
        let got = element_text(issuer)?;
        match got.trim() == self.idp.entity_id {
            true => Ok(()),
            false => Err(Failure::Issuer {
                element,
                expected: self.idp.entity_id.clone(),
                got: Some(got),
            }),
        }
    }

    pub(crate) fn check_destination(&self, got: Option<&str>, expected: &str) -> Check {
        match got == Some(expected) {
            true => Ok(()),
            false => Err(Failure::Destination {
                expected: expected.to_owned(),
                got: got.map(str::to_owned),
            }),
        }
    }

    pub(crate) fn use_once(&self, id: &str, until: DateTime, now: DateTime) -> Check {
        // Two identity providers may choose the same ID.
        let key = format!("{} {id}", self.idp.entity_id);
        match self.replay_cache.insert(&key, until, now) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::Replayed { id: id.to_owned() }),
            Err(e) => Err(Failure::ReplayCache { id: id.to_owned(), reason: e.0 }),
        }
    }
}
