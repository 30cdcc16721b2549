//! How much time a call has left.

use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};

/// The end of one call, retries and token fetches included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    end: Option<Instant>,
    timeout: Duration,
}

impl Deadline {
    pub(crate) fn after(timeout: Duration) -> Self {
        // A timeout beyond what the clock can count is none.
        Self { end: Instant::now().checked_add(timeout), timeout }
    }

    /// The time that is left, never zero, or the error of a call that took too long.
    pub(crate) fn remaining(&self) -> Result<Duration, Error> {
        let Some(end) = self.end else { return Ok(Duration::MAX) };
        match end.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(self.error()),
            left => Ok(left),
        }
    }

    pub(crate) fn error(&self) -> Error {
        Error::new(ErrorKind::Timeout, format!("no answer within {:?}", self.timeout))
    }
}
