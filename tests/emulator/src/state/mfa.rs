//! Second factors: the authenticators and faces of users, and what the application asks for.

use std::collections::HashMap;

use rand::RngCore as _;
use serde_json::{Value, json};

use super::{random_hex, random_id, totp};

/// An authenticator, confirmed or not.
#[derive(Debug, Clone)]
pub(crate) struct Authenticator {
    pub(crate) id: String,
    pub(crate) user_id: String,
    /// `SELF` or `APPLICATION`.
    pub(crate) source: String,
    key: Vec<u8>,
    pub(crate) recovery_code: String,
    pub(crate) enabled: bool,
    created_at: String,
    updated_at: String,
    /// The step of the last password that was accepted: none is good twice (RFC 6238, 5.2).
    last_step: Option<u64>,
}

impl Authenticator {
    pub(crate) fn new(user_id: &str, source: &str, now: &str) -> Self {
        let mut key = vec![0; 20];
        rand::rngs::OsRng.fill_bytes(&mut key);
        Self {
            id: random_id(),
            user_id: user_id.to_owned(),
            source: source.to_owned(),
            key,
            recovery_code: new_recovery_code(),
            enabled: false,
            created_at: now.to_owned(),
            updated_at: now.to_owned(),
            last_step: None,
        }
    }

    /// The key as text.
    pub(crate) fn secret(&self) -> String {
        totp::base32(&self.key)
    }

    /// Uses a password up, if it is that of this step or a neighbour, and none later was used.
    pub(crate) fn accept(&mut self, password: &str, seconds: u64, now: &str) -> bool {
        let step = totp::step_at(seconds);
        let steps = step.saturating_sub(1)..=step + 1;
        let found = steps
            .filter(|step| self.last_step.is_none_or(|last| last < *step))
            .find(|step| totp::totp(&self.key, *step) == password);
        if found.is_some() {
            self.last_step = found;
            self.updated_at = now.to_owned();
        }
        found.is_some()
    }

    /// Uses the recovery code up and answers the next one, if it is right.
    pub(crate) fn recover(&mut self, code: &str, now: &str) -> Option<String> {
        if self.recovery_code != code {
            return None;
        }
        self.recovery_code = new_recovery_code();
        self.updated_at = now.to_owned();
        Some(self.recovery_code.clone())
    }

    pub(crate) fn record(&self) -> Value {
        json!({
            "id": self.id,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "userId": self.user_id,
            "enable": self.enabled,
            "secret": self.secret(),
            "authenticatorType": "totp",
            "recoveryCode": self.recovery_code,
            "source": self.source,
        })
    }
}

/// All second factors.
#[derive(Debug, Default)]
pub(crate) struct Mfa {
    authenticators: Vec<Authenticator>,
    /// What the application asks every user for, such as `SMS`; none if it asks for nothing.
    pub(crate) policies: Vec<String>,
    /// The face of a user: the content of a photo, or its URL.
    pub(crate) faces: HashMap<String, Vec<u8>>,
}

impl Mfa {
    /// Adds an authenticator in place of the user's earlier one of the same source.
    pub(crate) fn add(&mut self, authenticator: Authenticator) {
        self.authenticators.retain(|known| {
            known.user_id != authenticator.user_id || known.source != authenticator.source
        });
        self.authenticators.push(authenticator);
    }

    pub(crate) fn of(&mut self, user_id: &str, source: &str) -> Option<&mut Authenticator> {
        self.authenticators
            .iter_mut()
            .find(|known| known.user_id == user_id && known.source == source)
    }

    /// The authenticators in use.
    pub(crate) fn enabled(&mut self, user_id: &str) -> impl Iterator<Item = &mut Authenticator> {
        self.authenticators
            .iter_mut()
            .filter(move |known| known.enabled && known.user_id == user_id)
    }

    /// Whether a user has an authenticator in use.
    pub(crate) fn has_totp(&self, user_id: &str) -> bool {
        self.authenticators.iter().any(|known| known.enabled && known.user_id == user_id)
    }

    /// Adds an authenticator whose key the user has already; none if the key is no base32.
    pub(crate) fn import(
        &mut self,
        user_id: &str,
        secret: &str,
        recovery_code: Option<String>,
        now: &str,
    ) -> Option<Value> {
        let mut authenticator = Authenticator::new(user_id, "SELF", now);
        authenticator.key = totp::from_base32(secret)?;
        authenticator.enabled = true;
        authenticator.recovery_code = recovery_code.unwrap_or(authenticator.recovery_code);
        let record = authenticator.record();
        self.add(authenticator);
        Some(record)
    }

    /// Removes the authenticators of a user.
    pub(crate) fn remove(&mut self, user_id: &str) {
        self.authenticators.retain(|known| known.user_id != user_id);
    }
}

/// Three groups of eight digits.
fn new_recovery_code() -> String {
    let digits = random_hex(12);
    [&digits[..8], &digits[8..16], &digits[16..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_good_for_its_step_and_the_neighbours_and_only_once() {
        let mut authenticator = Authenticator::new("u", "SELF", "now");
        let password = totp::totp(&authenticator.key, 100);
        for (seconds, good) in [(2969, false), (3059, true), (3000, false), (3030, false)] {
            assert_eq!(authenticator.accept(&password, seconds, "now"), good, "{seconds}");
        }
        let next = totp::totp(&authenticator.key, 101);
        assert!(authenticator.accept(&next, 3000, "now"), "a clock that is ahead");
        assert!(!authenticator.accept(&password, 3000, "now"), "an older one after a newer one");
    }

    #[test]
    fn a_recovery_code_is_good_once() {
        let mut authenticator = Authenticator::new("u", "SELF", "now");
        let first = authenticator.recovery_code.clone();
        let second = authenticator.recover(&first, "now").unwrap();
        assert_eq!(authenticator.recover(&first, "now"), None);
        assert!(authenticator.recover(&second, "now").is_some());
    }
}
