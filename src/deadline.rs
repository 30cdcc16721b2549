//! How much time a call has left.

use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};

/// The longest time limit: clocks cannot count to the end of every `Duration`.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The end of one call, retries and token fetches included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    end: Instant,
    timeout: Duration,
}

impl Deadline {
    pub(crate) fn after(timeout: Duration) -> Self {
        let timeout = timeout.min(LONGEST);
        Self { end: Instant::now() + timeout, timeout }
    }

    /// The time that is left, never zero, or the error of a call that took too long.
    pub(crate) fn remaining(&self) -> Result<Duration, Error> {
        match self.end.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(self.error()),
            left => Ok(left),
        }
    }

    pub(crate) fn error(&self) -> Error {
        Error::new(ErrorKind::Timeout, format!("no answer within {:?}", self.timeout))
    }
}
