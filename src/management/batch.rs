//! Work on many items, in requests of a size that the service takes.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};

/// As many items as one request names: the service refuses more users at once
/// ([`TOO_MANY_USERS_IN_QUERY`](crate::codes::TOO_MANY_USERS_IN_QUERY)).
pub(crate) const BATCH: usize = 80;

/// Which items of a batch were not done.
///
/// A call with more than 80 items goes out in several requests. The first that fails ends it; the
/// error that comes back is the one of that request, and this is its source.
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::{BatchFailure, OneOrMore};
///
/// # let ids: Vec<String> = Vec::new();
/// if let Err(error) = admin.roles().add_users("student", OneOrMore::new(ids)?) {
///     if let Some(failure) = BatchFailure::of(&error) {
///         println!("{error}: again for {:?} and {:?}", failure.failed(), failure.not_sent());
///     }
/// }
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Debug)]
pub struct BatchFailure {
    done: usize,
    failed: Vec<String>,
    not_sent: Vec<String>,
    cause: Option<Arc<dyn StdError + Send + Sync>>,
}

impl BatchFailure {
    /// What an error of a batch says about its items.
    pub fn of(error: &Error) -> Option<&Self> {
        StdError::source(error)?.downcast_ref()
    }

    /// How many items were done: those before the first of [`failed`](Self::failed).
    pub fn done(&self) -> usize {
        self.done
    }

    /// The items of the request that failed. Whether the service did some of them is not known.
    pub fn failed(&self) -> &[String] {
        &self.failed
    }

    /// The items that were to follow and were not sent.
    pub fn not_sent(&self) -> &[String] {
        &self.not_sent
    }
}

impl fmt::Display for BatchFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failed, rest) = (self.failed.len(), self.not_sent.len());
        write!(f, "{} items were done, {failed} failed, {rest} were not sent", self.done)
    }
}

impl StdError for BatchFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

/// Calls `send` with up to [`BATCH`] items at a time; `name` says how an item is called in a
/// failure.
pub(crate) fn in_batches<T>(
    items: &[T],
    name: impl Fn(&T) -> &str,
    mut send: impl FnMut(&[T]) -> Result<()>,
) -> Result<()> {
    for (number, batch) in items.chunks(BATCH).enumerate() {
        send(batch).map_err(|error| {
            let names = |items: &[T]| items.iter().map(|item| name(item).to_owned()).collect();
            let done = number * BATCH;
            let (failed, not_sent) = (names(batch), names(&items[done + batch.len()..]));
            error.caused(|cause| BatchFailure { done, failed, not_sent, cause })
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_was_done_what_failed_and_what_was_not_sent() {
        let items: Vec<String> = (0..200).map(|number| number.to_string()).collect();
        let mut requests = 0;
        let error = in_batches(&items, String::as_str, |batch| {
            requests += 1;
            match batch[0].as_str() {
                "80" => Err(Error::usage("no").with_code(Some(2004)).with_source(fmt::Error)),
                _ => Ok(()),
            }
        })
        .unwrap_err();
        let failure = BatchFailure::of(&error).unwrap();
        assert_eq!((requests, failure.done()), (2, 80));
        assert_eq!(failure.failed(), &items[80..160]);
        assert_eq!(failure.not_sent(), &items[160..]);
        assert_eq!(error.code(), Some(2004));
        // What caused the request to fail is still there, below.
        assert!(failure.source().unwrap().is::<fmt::Error>());
    }

    #[test]
    fn nothing_is_sent_for_nothing() {
        in_batches(&[], String::as_str, |_| panic!("nothing to send")).unwrap();
    }
}
