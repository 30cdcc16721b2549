//! Where proxy-granting tickets wait between the server's callback and the answer that names them.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};
use crate::secret::Secret;

/// What a [`PgtStore`] of yours fails with.
pub type PgtStoreError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps proxy-granting tickets by their IOU.
///
/// The server sends the ticket to the callback URL, and its IOU in the answer to the validation, a
/// moment apart. If several processes share the callback URL they need a store that they share; in
/// one process [`MemoryPgtStore`] does. Let entries expire after a few minutes, and bound their
/// number: anyone can call the callback URL.
pub trait PgtStore: fmt::Debug + Send + Sync {
    /// Keeps a ticket.
    ///
    /// # Errors
    ///
    /// When it could not be kept.
    fn put(&self, iou: &str, ticket: Secret) -> Result<(), PgtStoreError>;

    /// Takes a ticket out, so that it is there once. `None` if there is none.
    ///
    /// # Errors
    ///
    /// When the store could not be asked.
    fn take(&self, iou: &str) -> Result<Option<Secret>, PgtStoreError>;
}

/// A [`PgtStore`] in the memory of this process: bounded, and expiring.
///
/// ```
/// use authing::cas::{Client, ClientOptions, MemoryPgtStore};
///
/// let options = ClientOptions::new("https://sso.example.edu/cas", "https://me.example/cas")
///     .proxy_callback("https://me.example/pgt", MemoryPgtStore::new());
/// let sso = Client::with_options(options)?;
/// sso.receive_pgt("pgtId=PGT-1-abc&pgtIou=PGTIOU-1-xyz")?;
/// # Ok::<(), authing::Error>(())
/// ```
pub struct MemoryPgtStore {
    capacity: usize,
    lifetime: Duration,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    tickets: HashMap<String, (Instant, Secret)>,
    /// In the order in which they came, those that are gone by now among them.
    order: VecDeque<(Instant, String)>,
}

impl MemoryPgtStore {
    /// A store for 10,000 tickets that keeps each for five minutes. When it is full the oldest makes
    /// room.
    pub fn new() -> Self {
        Self::with_limits(10_000, Duration::from_secs(300))
    }

    /// A store for `capacity` tickets, at least one, that keeps each for `lifetime`.
    pub fn with_limits(capacity: usize, lifetime: Duration) -> Self {
        Self { capacity: capacity.max(1), lifetime, entries: Mutex::default() }
    }

    fn put_at(&self, iou: &str, ticket: Secret, now: Instant) {
        let mut entries = self.entries();
        entries.drop_expired(self.lifetime, now);
        entries.tickets.insert(iou.to_owned(), (now, ticket));
        entries.order.push_back((now, iou.to_owned()));
        while entries.order.len() > self.capacity {
            entries.drop_oldest();
        }
    }

    fn take_at(&self, iou: &str, now: Instant) -> Option<Secret> {
        let mut entries = self.entries();
        entries.drop_expired(self.lifetime, now);
        entries.tickets.remove(iou).map(|(_, ticket)| ticket)
    }

    /// Nothing panics while it holds the lock.
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn drop_expired(&mut self, lifetime: Duration, now: Instant) {
        let expired = |since: Instant| now.saturating_duration_since(since) >= lifetime;
        while self.order.front().is_some_and(|(since, _)| expired(*since)) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let Some((since, iou)) = self.order.pop_front() else { return };
        // The same IOU may have come again since then.
        if self.tickets.get(&iou).is_some_and(|(newest, _)| *newest == since) {
            self.tickets.remove(&iou);
        }
    }
}

impl PgtStore for MemoryPgtStore {
    fn put(&self, iou: &str, ticket: Secret) -> Result<(), PgtStoreError> {
        self.put_at(iou, ticket, Instant::now());
        Ok(())
    }

    fn take(&self, iou: &str) -> Result<Option<Secret>, PgtStoreError> {
        Ok(self.take_at(iou, Instant::now()))
    }
}

impl Default for MemoryPgtStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryPgtStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryPgtStore")
            .field("capacity", &self.capacity)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

/// The error of a store on its way to the caller.
pub(super) fn store_failed(error: PgtStoreError, operation: &str) -> Error {
    #[derive(Debug, thiserror::Error)]
    #[error(transparent)]
    struct Failure(PgtStoreError);

    Error::new(ErrorKind::Usage, format!("the store of proxy-granting tickets failed: {error}"))
        .with_source(Failure(error))
        .with_operation(operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_can_be_taken_once() {
        let store = MemoryPgtStore::new();
        store.put("iou", Secret::from("pgt")).unwrap();
        assert_eq!(store.take("other").unwrap(), None);
        assert_eq!(store.take("iou").unwrap(), Some(Secret::from("pgt")));
        assert_eq!(store.take("iou").unwrap(), None);
    }

    #[test]
    fn a_ticket_expires() {
        let store = MemoryPgtStore::with_limits(10, Duration::from_secs(300));
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        store.put_at("a", Secret::from("1"), start);
        store.put_at("b", Secret::from("2"), start);
        assert!(store.take_at("a", after(299)).is_some());
        assert_eq!(store.take_at("b", after(300)), None);
        // One that came again lives from then on.
        store.put_at("c", Secret::from("3"), after(300));
        store.put_at("c", Secret::from("4"), after(500));
        assert_eq!(store.take_at("c", after(700)), Some(Secret::from("4")));
    }

    #[test]
    fn a_full_store_loses_the_oldest_and_never_grows() {
        let store = MemoryPgtStore::with_limits(3, Duration::from_secs(300));
        for number in 0..1000 {
            store.put(&number.to_string(), Secret::from("pgt")).unwrap();
            // Neither taken ones nor repeated ones may pile up.
            store.put("again", Secret::from("pgt")).unwrap();
            assert!(store.entries().order.len() <= 3 && store.entries().tickets.len() <= 3);
        }
        assert!(store.take("999").unwrap().is_some());
        assert!(store.take("again").unwrap().is_some());
        assert_eq!(store.take("1").unwrap(), None);
    }

    #[test]
    fn debug_shows_no_ticket() {
        let store = MemoryPgtStore::new();
        store.put("iou", Secret::from("hush")).unwrap();
        assert!(!format!("{store:?}").contains("hush"));
    }
}
