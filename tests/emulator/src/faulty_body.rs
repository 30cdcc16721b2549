//! Response bodies that break off, drip, or do not seem to end.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::time::{Sleep, sleep};

use crate::intake::Dropped;

/// How much of a huge body is made at a time.
const CHUNK: usize = 64 * 1024;

/// Time for what was sent to leave before the connection is closed.
const BEFORE_CLOSING: Duration = Duration::from_millis(20);

/// The start and the end of a huge body; blanks are between them.
const HEAD: &[u8] = b"{\"data\":{";
const TAIL: &[u8] = b"}}";

/// A body sent in steps, that may break off before the announced length.
pub(crate) struct FaultyBody {
    /// What is still to be sent: bytes, then as many blanks, then bytes.
    head: Bytes,
    blanks: usize,
    tail: Bytes,
    /// Sends a byte at a time, with this pause before each.
    trickle: Option<Duration>,
    /// Closes the connection after the last byte instead of ending the body.
    breaks_off: bool,
    pause: Option<Pin<Box<Sleep>>>,
}

impl FaultyBody {
    pub(crate) fn new(body: Bytes, truncate: Option<usize>, trickle: Option<Duration>) -> Self {
        let kept = truncate.unwrap_or(usize::MAX).min(body.len());
        Self {
            head: body.slice(..kept),
            blanks: 0,
            tail: Bytes::new(),
            trickle,
            breaks_off: kept < body.len(),
            pause: None,
        }
    }

    /// An object of exactly this many bytes; too few for an object are blanks.
    pub(crate) fn json_padding(bytes: usize) -> Self {
        let (head, tail, blanks) = match bytes.checked_sub(HEAD.len() + TAIL.len()) {
            Some(blanks) => (Bytes::from_static(HEAD), Bytes::from_static(TAIL), blanks),
            None => (Bytes::new(), Bytes::new(), bytes),
        };
        Self { head, blanks, tail, trickle: None, breaks_off: false, pause: None }
    }

    fn is_sent(&self) -> bool {
        self.head.is_empty() && self.blanks == 0 && self.tail.is_empty()
    }

    fn next_chunk(&mut self) -> Bytes {
        let step = if self.trickle.is_some() { 1 } else { CHUNK };
        if !self.head.is_empty() {
            return self.head.split_to(step.min(self.head.len()));
        }
        if self.blanks > 0 {
            let length = step.min(self.blanks);
            self.blanks -= length;
            return Bytes::from(vec![b' '; length]);
        }
        self.tail.split_to(step.min(self.tail.len()))
    }
}

impl Body for FaultyBody {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Dropped>>> {
        if self.is_sent() && !self.breaks_off {
            return Poll::Ready(None);
        }
        let wait = if self.is_sent() { Some(BEFORE_CLOSING) } else { self.trickle };
        if let Some(wait) = wait {
            let pause = self.pause.get_or_insert_with(|| Box::pin(sleep(wait)));
            if pause.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
        }
        if self.is_sent() {
            return Poll::Ready(Some(Err(Dropped)));
        }
        let chunk = self.next_chunk();
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }
}
