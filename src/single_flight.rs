//! A value that many threads need and one of them fetches.

use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::deadline::Deadline;
use crate::error::{Error, Result};

/// A cached value. However many threads find it missing, one fetches it; the others wait for that
/// one, each no longer than its own deadline, and share what comes of it.
pub(crate) struct SingleFlight<T> {
    state: Mutex<State<T>>,
    landed: Condvar,
}

struct State<T> {
    value: Option<T>,
    in_flight: bool,
    /// How many fetches have ended, and how the last one failed, for those who waited for it.
    flights: u64,
    failure: Option<Error>,
}

impl<T: Clone> SingleFlight<T> {
    pub(crate) fn new() -> Self {
        let state = State { value: None, in_flight: false, flights: 0, failure: None };
        Self { state: Mutex::new(state), landed: Condvar::new() }
    }

    /// The cached value if it is still good, else a fetched one.
    pub(crate) fn get(
        &self,
        deadline: &Deadline,
        is_good: impl Fn(&T) -> bool,
        fetch: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let mut state = self.lock();
        loop {
            if let Some(value) = state.value.as_ref().filter(|value| is_good(value)) {
                return Ok(value.clone());
            }
            if !state.in_flight {
                break;
            }
            let flight = state.flights;
            state = self.wait(state, deadline)?;
            if state.flights != flight {
                // That another one's time ran out says nothing about one who has time left.
                if let Some(failure) = state.failure.as_ref().filter(|e| !e.is_timeout()) {
                    return Err(failure.clone());
                }
            }
        }
        state.in_flight = true;
        drop(state);
        let mut flight = Flight { owner: self, outcome: None };
        let outcome = fetch();
        flight.outcome = Some(outcome.clone());
        outcome
    }

    /// The cached value, good or not, without waiting for anybody.
    #[cfg(feature = "oidc")]
    pub(crate) fn cached(&self) -> Option<T> {
        self.lock().value.clone()
    }

    /// Forgets the value if `is_bad` says so; says whether it did.
    pub(crate) fn forget(&self, is_bad: impl Fn(&T) -> bool) -> bool {
        let mut state = self.lock();
        let bad = state.value.as_ref().is_some_and(is_bad);
        if bad {
            state.value = None;
        }
        bad
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // No code of a user's runs under the lock, so that a poisoned state is still a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(
        &self,
        state: MutexGuard<'a, State<T>>,
        deadline: &Deadline,
    ) -> Result<MutexGuard<'a, State<T>>> {
        let left = deadline.remaining()?;
        let (state, _) =
            self.landed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        Ok(state)
    }
}

/// Lands when it is dropped, also when the fetch panics.
struct Flight<'a, T: Clone> {
    owner: &'a SingleFlight<T>,
    outcome: Option<Result<T>>,
}

impl<T: Clone> Drop for Flight<'_, T> {
    fn drop(&mut self) {
        let mut state = self.owner.lock();
        state.in_flight = false;
        state.flights += 1;
        state.failure = None;
        match self.outcome.take() {
            Some(Ok(value)) => state.value = Some(value),
            Some(Err(error)) => state.failure = Some(error),
            // Whoever waited tries for himself.
            None => {}
        }
        self.owner.landed.notify_all();
    }
}

impl<T> fmt::Debug for SingleFlight<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SingleFlight")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::error::ErrorKind;

    fn seconds(seconds: u64) -> Deadline {
        Deadline::after(Duration::from_secs(seconds))
    }

    #[test]
    fn many_threads_share_one_fetch_and_its_outcome() {
        for outcome in [Ok(7), Err(Error::usage("no"))] {
            let (cache, fetches) = (SingleFlight::new(), AtomicUsize::new(0));
            let start = Barrier::new(16);
            let good = thread::scope(|scope| {
                let threads: Vec<_> = (0..16)
                    .map(|_| {
                        scope.spawn(|| {
                            start.wait();
                            cache.get(
                                &seconds(5),
                                |_| true,
                                || {
                                    fetches.fetch_add(1, Ordering::SeqCst);
                                    thread::sleep(Duration::from_millis(200));
                                    outcome.clone()
                                },
                            )
                        })
                    })
                    .collect();
                threads.into_iter().map(|t| t.join().unwrap()).filter(Result::is_ok).count()
            });
            assert_eq!(fetches.into_inner(), 1);
            assert_eq!(good, if outcome.is_ok() { 16 } else { 0 });
        }
    }

    #[test]
    fn who_came_late_does_not_share_the_timeout_of_who_came_early() {
        let (cache, in_flight) = (SingleFlight::<i32>::new(), Barrier::new(2));
        thread::scope(|scope| {
            let early = scope.spawn(|| {
                cache.get(
                    &seconds(5),
                    |_| true,
                    || {
                        in_flight.wait();
                        thread::sleep(Duration::from_millis(200));
                        Err(Error::new(ErrorKind::Timeout, "no answer"))
                    },
                )
            });
            in_flight.wait();
            assert_eq!(cache.get(&seconds(5), |_| true, || Ok(1)).unwrap(), 1);
            assert!(early.join().unwrap().unwrap_err().is_timeout());
        });
    }

    #[test]
    fn a_failure_is_told_to_those_who_waited_for_it_alone() {
        let (cache, in_flight) = (SingleFlight::<i32>::new(), Barrier::new(2));
        assert!(cache.get(&seconds(1), |_| true, || Err(Error::usage("no"))).is_err());
        thread::scope(|scope| {
            scope.spawn(|| {
                cache.get(
                    &seconds(5),
                    |_| true,
                    || {
                        in_flight.wait();
                        thread::sleep(Duration::from_millis(200));
                        Ok(1)
                    },
                )
            });
            in_flight.wait();
            assert_eq!(cache.get(&seconds(5), |value| *value == 2, || Ok(2)).unwrap(), 2);
        });
    }

    #[test]
    fn a_failure_is_not_kept_and_a_bad_value_is_fetched_again() {
        let cache = SingleFlight::new();
        assert!(cache.get(&seconds(1), |_| true, || Err(Error::usage("no"))).is_err());
        assert_eq!(cache.get(&seconds(1), |_| true, || Ok(1)).unwrap(), 1);
        assert_eq!(cache.get(&seconds(1), |_| true, || Ok(2)).unwrap(), 1);
        assert_eq!(cache.get(&seconds(1), |value| *value > 1, || Ok(3)).unwrap(), 3);
        assert!(!cache.forget(|value| *value == 1));
        assert!(cache.forget(|value| *value == 3));
        assert_eq!(cache.get(&seconds(1), |_| true, || Ok(4)).unwrap(), 4);
    }

    #[test]
    fn who_waits_waits_no_longer_than_its_deadline_and_a_panic_frees_the_others() {
        let cache = SingleFlight::<i32>::new();
        thread::scope(|scope| {
            let slow = scope.spawn(|| {
                cache.get(
                    &seconds(5),
                    |_| true,
                    || {
                        thread::sleep(Duration::from_millis(500));
                        panic!("the fetch broke")
                    },
                )
            });
            thread::sleep(Duration::from_millis(100));
            let deadline = Deadline::after(Duration::from_millis(50));
            let error = cache.get(&deadline, |_| true, || Ok(1)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout);
            assert_eq!(cache.get(&seconds(5), |_| true, || Ok(2)).unwrap(), 2);
            assert!(slow.join().is_err());
        });
    }
}
