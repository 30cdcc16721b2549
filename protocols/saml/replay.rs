//! Assertions that were used.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::DateTime;

/// Remembers the assertions that were used, so that each signs a user on once.
///
/// The default keeps them in memory. Where several processes share the assertion consumer service,
/// implement it on what they share, with an operation that sets a key only if it is absent and
/// lets it expire.
pub trait ReplayCache: fmt::Debug + Send + Sync {
    /// Takes an ID that must be remembered at least until `until`, and says whether it is new.
    /// `now` is the time of the check.
    ///
    /// # Errors
    ///
    /// When the ID cannot be remembered; the assertion is then refused.
    fn insert(&self, id: &str, until: DateTime, now: DateTime) -> Result<bool, ReplayCacheError>;
}

/// Why a [`ReplayCache`] could not take an ID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ReplayCacheError(pub String);

/// A [`ReplayCache`] in the memory of one process, of bounded size.
///
/// When it is full of assertions that are still valid, it refuses further ones rather than forget.
pub struct InMemoryReplayCache {
    capacity: usize,
    seen: Mutex<HashMap<String, DateTime>>,
}

impl InMemoryReplayCache {
    /// A cache for this many assertions that are valid at the same time.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, seen: Mutex::default() }
    }
}

impl Default for InMemoryReplayCache {
    /// Room for 100,000 assertions.
    fn default() -> Self {
        Self::new(100_000)
    }
}

impl fmt::Debug for InMemoryReplayCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemoryReplayCache")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

impl ReplayCache for InMemoryReplayCache {
    fn insert(&self, id: &str, until: DateTime, now: DateTime) -> Result<bool, ReplayCacheError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.get(id).is_some_and(|until| *until > now) {
            return Ok(false);
        }
        if seen.len() >= self.capacity {
            seen.retain(|_, until| *until > now);
        }
        if seen.len() >= self.capacity {
            return Err(ReplayCacheError(format!("{} assertions are valid", seen.len())));
        }
        seen.insert(id.to_owned(), until);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime {
        DateTime::from_unix_millis(seconds * 1000)
    }

    #[test]
    fn an_id_is_new_once_until_it_expires() {
        let cache = InMemoryReplayCache::default();
        assert_eq!(cache.insert("a", at(10), at(0)), Ok(true));
        assert_eq!(cache.insert("a", at(10), at(9)), Ok(false));
        assert_eq!(cache.insert("b", at(10), at(9)), Ok(true));
        assert_eq!(cache.insert("a", at(20), at(10)), Ok(true));
    }

    #[test]
    fn a_full_cache_refuses_rather_than_forgets() {
        let cache = InMemoryReplayCache::new(2);
        assert_eq!(cache.insert("a", at(10), at(0)), Ok(true));
        assert_eq!(cache.insert("b", at(20), at(0)), Ok(true));
        assert!(cache.insert("c", at(20), at(0)).is_err());
        assert_eq!(cache.insert("a", at(10), at(0)), Ok(false));
        assert_eq!(cache.insert("c", at(20), at(10)), Ok(true));
    }
}
