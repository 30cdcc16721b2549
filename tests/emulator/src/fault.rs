//! Faults: requests that a test wants to go wrong.

use std::time::Duration;

use crate::record::RecordedRequest;

/// A fault for requests to come: whom it hits, how often, and what happens then.
///
/// Made with [`Fault::any`] or [`Fault::on`], set up with the other methods, queued with
/// [`Emulator::inject`](crate::Emulator::inject). A fault that nothing else is said about answers
/// HTTP 500 with an empty body, once.
///
/// ```
/// use authing_emulator::{Emulator, Fault};
///
/// let emulator = Emulator::start()?;
/// emulator.inject(Fault::on("users").status(429).header("retry-after", "1").times(2));
/// emulator.inject(Fault::on("/api/v2/users/me").drop_connection());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a fault does nothing until it is injected"]
pub struct Fault {
    target: Option<String>,
    times: usize,
    pub(crate) effect: Effect,
}

/// What happens to a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effect {
    pub(crate) kind: Kind,
    /// An answer in place of the real one.
    pub(crate) canned: Option<Canned>,
    pub(crate) delay: Option<Duration>,
    pub(crate) truncate: Option<usize>,
    pub(crate) trickle: Option<Duration>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Kind {
    /// An answer comes: the canned one, else the real one if it is delayed, cut or slowed down,
    /// else an empty HTTP 500.
    #[default]
    Answer,
    Huge(usize),
    Hang,
    Drop,
}

/// The status, headers and body that a test wants to see.
#[derive(Debug, Clone)]
pub(crate) struct Canned {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Default for Canned {
    fn default() -> Self {
        Self { status: 500, headers: Vec::new(), body: Vec::new() }
    }
}

impl Fault {
    /// A fault that hits any request.
    pub fn any() -> Fault {
        Fault { target: None, times: 1, effect: Effect::default() }
    }

    /// A fault that hits requests with a GraphQL root field such as `loginByUsername`, or to a
    /// path such as `/api/v2/users/me`.
    pub fn on(operation_or_path: &str) -> Fault {
        Fault { target: Some(operation_or_path.to_owned()), ..Fault::any() }
    }

    /// How many requests it hits. Defaults to 1.
    pub fn times(mut self, times: usize) -> Fault {
        self.times = times;
        self
    }

    /// Answers with this HTTP status. Defaults to 500.
    pub fn status(mut self, status: u16) -> Fault {
        self.canned().status = status;
        self
    }

    /// Answers with this header.
    pub fn header(mut self, name: &str, value: &str) -> Fault {
        self.canned().headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Answers with this content type. Defaults to none.
    pub fn content_type(self, value: &str) -> Fault {
        self.header("content-type", value)
    }

    /// Answers with this body. Defaults to an empty one.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Fault {
        self.canned().body = body.into();
        self
    }

    /// Never answers, until the client leaves or the emulator is dropped.
    pub fn hang(mut self) -> Fault {
        self.effect.kind = Kind::Hang;
        self
    }

    /// Answers after this time. Not set: at once.
    pub fn delay(mut self, delay: Duration) -> Fault {
        self.effect.delay = Some(delay);
        self
    }

    /// Closes the connection without an answer.
    pub fn drop_connection(mut self) -> Fault {
        self.effect.kind = Kind::Drop;
        self
    }

    /// Announces the length of the whole body, sends this many bytes of it, closes the connection.
    pub fn truncate(mut self, bytes: usize) -> Fault {
        self.effect.truncate = Some(bytes);
        self
    }

    /// Answers with HTTP 200 and this many bytes of well-formed JSON.
    pub fn huge(mut self, bytes: usize) -> Fault {
        self.effect.kind = Kind::Huge(bytes);
        self
    }

    /// Sends the body byte by byte, with this pause before each.
    pub fn trickle(mut self, every: Duration) -> Fault {
        self.effect.trickle = Some(every);
        self
    }

    fn canned(&mut self) -> &mut Canned {
        self.effect.canned.get_or_insert_default()
    }

    fn hits(&self, request: &RecordedRequest) -> bool {
        self.target.as_ref().is_none_or(|target| {
            *target == request.path || request.operations.iter().any(|name| name == target)
        })
    }
}

/// The faults that were injected and not used up.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn inject(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.0.push(fault);
        }
    }

    /// What the first fault that hits the request does to it.
    pub(crate) fn take(&mut self, request: &RecordedRequest) -> Option<Effect> {
        let index = self.0.iter().position(|fault| fault.hits(request))?;
        let fault = self.0.get_mut(index)?;
        fault.times -= 1;
        if fault.times == 0 {
            Some(self.0.remove(index).effect)
        } else {
            Some(fault.effect.clone())
        }
    }
}
