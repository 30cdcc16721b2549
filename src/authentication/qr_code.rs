//! Logging in by a QR code that the user scans with an app or with WeChat.
//!
//! ```
//! use std::time::Duration;
//!
//! use authing::qr_code::{Cancel, NewQrCode, Wait};
//!
//! # let emulator = authing_emulator::Emulator::start().unwrap();
//! # let options = authing::Options::new()
//! #     .app(emulator.app_id(), emulator.app_host())
//! #     .public_key_pem(emulator.public_key());
//! # let app = authing::AuthenticationClient::new(options)?;
//! # let bob = app.register_by_username("bob", "passw0rd")?.user.id;
//! let code = app.generate_qr_code(NewQrCode::app())?;
//! println!("Scan this: {}", code.url);
//!
//! # emulator.scan_qr_code(&code.random, &bob);
//! # emulator.confirm_qr_code(&code.random, &bob);
//! // Another thread may call `cancel.cancel()`.
//! let cancel = Cancel::new();
//! let wait = Wait::new().timeout(Duration::from_secs(90)).cancel(&cancel);
//! let session = app.login_by_qr_code(&code, wait)?;
//! # Ok::<(), authing::Error>(())
//! ```

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::AuthenticationClient;
use super::login::signed_in;
use super::session::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::object::Object;
use crate::rest::RestRequest;
use crate::secret::Secret;
use crate::types::{CustomValue, User, pairs};

/// How often the vendors' own client asks.
const INTERVAL: Duration = Duration::from_millis(800);
const TIMEOUT: Duration = Duration::from_secs(120);

/// A QR code to be made: see [`AuthenticationClient::generate_qr_code`].
#[derive(Clone, Debug)]
pub struct NewQrCode {
    members: Object,
}

impl NewQrCode {
    /// To be scanned with an app of the user pool.
    pub fn app() -> Self {
        Self::new("APP_AUTH")
    }

    /// To be scanned with WeChat, which opens a mini-program.
    pub fn wechat_mini_program() -> Self {
        Self::new("WXAPP_AUTH")
    }

    /// To be scanned with WeChat, which shows an official account.
    pub fn wechat_official_account() -> Self {
        Self::new("WECHATMP_AUTH")
    }

    fn new(scene: &str) -> Self {
        Self { members: Object::new().with("scene", scene).with("autoMergeQrCode", false) }
    }

    /// What the user pool's pipeline functions get to see, by name. Defaults to nothing.
    pub fn context<K: Into<String>, V: Into<Value>>(
        mut self,
        context: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let context = context.into_iter().map(|(key, value)| (key.into(), value.into()));
        self.members.set("context", Value::Object(context.collect()));
        self
    }

    /// Values of user-defined fields of the user who will log in, by key. Defaults to none.
    pub fn custom_data<K: Into<String>, V: Into<CustomValue>>(
        mut self,
        custom_data: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let values = pairs(custom_data).into_iter().map(|(key, value)| (key, value.to_json()));
        self.members.set("params", Value::Object(values.collect()));
        self
    }

    /// Data for the app that scans the code, put into the code itself; documented by Approw.
    /// Defaults to none.
    pub fn code_data<K: Into<String>, V: Into<Value>>(
        mut self,
        data: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let data = data.into_iter().map(|(key, value)| (key.into(), value.into()));
        self.members.set("customData", Value::Object(data.collect()));
        self
    }

    /// The connection to WeChat, where the user pool has several. Defaults to its only one.
    pub fn ext_idp_conn_id(mut self, id: impl Into<String>) -> Self {
        self.members.set("extIdpConnId", id.into());
        self
    }

    /// Also answers the user-defined values of the user who logs in. Defaults to false.
    pub fn with_custom_data(mut self) -> Self {
        self.members.set("withCustomData", true);
        self
    }
}

/// A QR code for one login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct QrCode {
    /// Names the code in calls. Whoever knows it can take the login over: it belongs to the page
    /// that shows the code alone.
    pub random: String,
    /// The picture of the code.
    pub url: String,
    /// A logo for the middle of the picture.
    pub custom_logo: Option<String>,
    /// For how many seconds the code is good, if the service says so.
    pub expires_in: Option<i64>,
}

/// How far a login by QR code is, and who scanned the code.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "WireStatus")]
#[non_exhaustive]
pub struct QrCodeStatus {
    /// Names the code.
    pub random: Option<String>,
    /// How far it is.
    pub status: Progress,
    /// What [`AuthenticationClient::exchange_qr_ticket`] takes, once the user agreed.
    pub ticket: Option<Secret>,
    /// The nickname of who scanned it, for showing.
    pub nickname: Option<String>,
    /// The URL of the picture of who scanned it, for showing.
    pub photo: Option<String>,
    /// The id of who scanned it.
    pub scanned_user_id: Option<String>,
    /// The whole user, with a token, where the user pool is set to answer it without a ticket.
    user: Option<Box<User>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStatus {
    random: Option<String>,
    status: Progress,
    ticket: Option<Secret>,
    #[serde(default)]
    user_info: Value,
    scanned_user_id: Option<String>,
}

impl From<WireStatus> for QrCodeStatus {
    fn from(wire: WireStatus) -> Self {
        let WireStatus { random, status, ticket, user_info, scanned_user_id } = wire;
        let text = |name: &str| user_info.get(name)?.as_str().map(str::to_owned);
        Self {
            random,
            status,
            ticket: ticket.filter(|ticket| !ticket.is_empty()),
            nickname: text("nickname"),
            photo: text("photo"),
            scanned_user_id,
            // Before the user agreed it is a part of one, which is no user.
            user: User::deserialize(user_info)
                .ok()
                .filter(|user| user.token.is_some())
                .map(Box::new),
        }
    }
}

/// How far a login by QR code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Progress {
    /// Nobody has scanned it: 0 on the wire.
    Unused,
    /// It was scanned, and the user is asked whether to log in: 1 on the wire.
    Scanned,
    /// The user agreed: 2 on the wire.
    Authorized,
    /// The user refused: 3 on the wire.
    Cancelled,
    /// It is too old: -1 on the wire.
    Expired,
    /// Something that this version of the library does not know.
    Unknown(i64),
}

impl<'de> Deserialize<'de> for Progress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match i64::deserialize(deserializer)? {
            0 => Self::Unused,
            1 => Self::Scanned,
            2 => Self::Authorized,
            3 => Self::Cancelled,
            -1 => Self::Expired,
            other => Self::Unknown(other),
        })
    }
}

/// How long [`AuthenticationClient::login_by_qr_code`] waits, and who may end it.
#[derive(Clone)]
pub struct Wait {
    timeout: Duration,
    interval: Duration,
    cancel: Cancel,
    observer: Arc<dyn Fn(&QrCodeStatus) + Send + Sync>,
}

impl Default for Wait {
    fn default() -> Self {
        Self {
            timeout: TIMEOUT,
            interval: INTERVAL,
            cancel: Cancel::new(),
            observer: Arc::new(|_| ()),
        }
    }
}

impl Wait {
    /// Waits two minutes.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long it waits for the user in all. Defaults to two minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long it waits between two questions. Defaults to 800 milliseconds.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Ends when this is cancelled. Defaults to nothing that could be.
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// Is called with every answer, for showing how far it is. Defaults to nothing.
    pub fn on_status(mut self, observer: impl Fn(&QrCodeStatus) + Send + Sync + 'static) -> Self {
        self.observer = Arc::new(observer);
        self
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("timeout", &self.timeout)
            .field("interval", &self.interval)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

/// Ends a [`Wait`] from another thread, at once. Clones are the same handle.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<(Mutex<bool>, Condvar)>);

impl Cancel {
    /// A handle that was not used yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends whatever waits with this handle, now and later.
    pub fn cancel(&self) {
        let (cancelled, changed) = &*self.0;
        *cancelled.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }

    /// Whether it was used.
    pub fn is_cancelled(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits, unless or until it is cancelled.
    fn sleep(&self, duration: Duration) {
        let (cancelled, changed) = &*self.0;
        let guard = cancelled.lock().unwrap_or_else(PoisonError::into_inner);
        // Whether it ended by time or by being cancelled, the caller looks.
        drop(changed.wait_timeout_while(guard, duration, |cancelled| !*cancelled));
    }
}

/// Why a login by QR code came to nothing: the source of its error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QrCodeFailure {
    /// The code is too old: make another.
    Expired,
    /// The user refused.
    Refused,
    /// [`Cancel::cancel`] was called.
    Cancelled,
    /// The time of the [`Wait`] ran out.
    TimedOut,
}

impl QrCodeFailure {
    /// Why the error's login came to nothing, if it is one of these reasons.
    pub fn of(error: &Error) -> Option<Self> {
        std::error::Error::source(error)?.downcast_ref().copied()
    }

    fn into_error(self) -> Error {
        let kind = match self {
            Self::Expired | Self::Refused => ErrorKind::Api,
            Self::Cancelled => ErrorKind::Usage,
            Self::TimedOut => ErrorKind::Timeout,
        };
        Error::new(kind, self.to_string()).with_source(self)
    }
}

impl fmt::Display for QrCodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "the QR code expired",
            Self::Refused => "the user refused to log in",
            Self::Cancelled => "waiting for the user was cancelled",
            Self::TimedOut => "the user did not log in in time",
        })
    }
}

impl std::error::Error for QrCodeFailure {}

impl AuthenticationClient {
    /// Makes a QR code for one login. `POST /api/v2/qrcode/gene`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`] when the user pool does not allow it.
    #[doc(alias = "geneCode")]
    pub fn generate_qr_code(&self, code: NewQrCode) -> Result<QrCode> {
        self.client.rest(&RestRequest::post("/api/v2/qrcode/gene").json(code.members))
    }

    /// Asks how far the login by a QR code is. `GET /api/v2/qrcode/check`.
    ///
    /// # Errors
    ///
    /// [`QR_CODE_NOT_FOUND`](crate::codes::QR_CODE_NOT_FOUND).
    #[doc(alias = "checkStatus")]
    pub fn check_qr_code(&self, random: &str) -> Result<QrCodeStatus> {
        self.client.rest(&RestRequest::get("/api/v2/qrcode/check").query("random", random))
    }

    /// Exchanges the ticket of a QR code that was agreed to. `POST /api/v2/qrcode/userinfo`.
    ///
    /// With [`Options::user_pool`](crate::Options::user_pool) and its secret, the management token
    /// goes with it, which a user pool can be set to want.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`] for a ticket that is not, or no longer, good: it is for five minutes,
    /// unless the user pool is set otherwise.
    #[doc(alias = "exchangeUserInfo")]
    pub fn exchange_qr_ticket(&self, ticket: impl Into<Secret>) -> Result<Session> {
        let ticket = ticket.into();
        let request = RestRequest::post("/api/v2/qrcode/userinfo")
            .json(json!({ "ticket": ticket.expose() }))
            .hiding(&ticket);
        let user: User = self.as_user_pool().rest(&request)?;
        signed_in(&self.client, user, &request.operation())
    }

    /// Waits until the user has scanned a QR code and agreed, and logs him in. It blocks: give it
    /// a thread of its own, a time limit and a handle to cancel it.
    ///
    /// It asks again and again (`GET /api/v2/qrcode/check`), also after a failure that may pass,
    /// and then exchanges the ticket. Time limit and cancelling end the waiting; a request that is
    /// on its way is waited for, as long as [`Options::timeout`](crate::Options::timeout) lets it.
    ///
    /// # Errors
    ///
    /// With a [`QrCodeFailure`] when it came to nothing; otherwise as
    /// [`check_qr_code`](Self::check_qr_code) and
    /// [`exchange_qr_ticket`](Self::exchange_qr_ticket).
    #[doc(alias = "startPolling")]
    pub fn login_by_qr_code(&self, code: &QrCode, wait: Wait) -> Result<Session> {
        const OPERATION: &str = "login_by_qr_code";
        let QrCodeStatus { ticket, user, .. } =
            self.wait_for_user(&code.random, &wait, OPERATION)?;
        match (ticket, user) {
            (Some(ticket), _) => self.exchange_qr_ticket(ticket),
            (None, Some(user)) => signed_in(&self.client, *user, OPERATION),
            (None, None) => {
                let error = Error::new(ErrorKind::Parse, "the answer has no ticket");
                Err(self.client.reported(error.with_operation(OPERATION)))
            }
        }
    }

    /// The status with which the user agreed.
    fn wait_for_user(&self, random: &str, wait: &Wait, operation: &str) -> Result<QrCodeStatus> {
        let start = Instant::now();
        let failed = |failure: QrCodeFailure| {
            Err(self.client.reported(failure.into_error().with_operation(operation)))
        };
        loop {
            if wait.cancel.is_cancelled() {
                return failed(QrCodeFailure::Cancelled);
            }
            match self.check_qr_code(random) {
                Ok(status) => {
                    (wait.observer)(&status);
                    match status.status {
                        Progress::Authorized => return Ok(status),
                        Progress::Cancelled => return failed(QrCodeFailure::Refused),
                        Progress::Expired => return failed(QrCodeFailure::Expired),
                        _ => {}
                    }
                }
                Err(error) if error.is_retryable() => {}
                Err(error) => return Err(error),
            }
            let left = wait.timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return failed(QrCodeFailure::TimedOut);
            }
            wait.cancel.sleep(wait.interval.min(left));
        }
    }
}

/// The other side of a login by QR code: the app that scans it, or its server.
impl Session {
    /// Says that this user scanned a QR code. `POST /api/v2/qrcode/scanned`, documented by Approw.
    ///
    /// # Errors
    ///
    /// [`QR_CODE_NOT_FOUND`](crate::codes::QR_CODE_NOT_FOUND).
    pub fn scan_qr_code(&self, random: &str) -> Result<()> {
        self.answer_qr_code("/api/v2/qrcode/scanned", random)
    }

    /// Agrees to the login by a QR code that this user scanned. `POST /api/v2/qrcode/confirm`,
    /// documented by Approw.
    ///
    /// # Errors
    ///
    /// As [`scan_qr_code`](Self::scan_qr_code), or when it was not scanned before.
    pub fn confirm_qr_code(&self, random: &str) -> Result<()> {
        self.answer_qr_code("/api/v2/qrcode/confirm", random)
    }

    /// Refuses the login by a QR code that this user scanned. `POST /api/v2/qrcode/cancel`,
    /// documented by Approw.
    ///
    /// # Errors
    ///
    /// As [`confirm_qr_code`](Self::confirm_qr_code).
    pub fn cancel_qr_code(&self, random: &str) -> Result<()> {
        self.answer_qr_code("/api/v2/qrcode/cancel", random)
    }

    fn answer_qr_code(&self, path: &str, random: &str) -> Result<()> {
        let request = RestRequest::post(path).json(json!({ "random": random }));
        self.client.rest::<IgnoredAny>(&request).map(drop)
    }
}
