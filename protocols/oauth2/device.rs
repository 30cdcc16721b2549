//! Logging in on another device (RFC 8628).

use std::thread;
use std::time::{Duration, SystemTime};

use super::client::Client;
use super::error_answer::ErrorAnswer;
use super::form::Form;
use super::grant::{Grant, join};
use super::options::Endpoint;
use super::tokens::{self, Tokens};
use crate::error::Result;
use crate::secret::Secret;

/// What servers that say nothing mean (RFC 8628, section 3.2), and what `slow_down` adds.
const FIVE_SECONDS: Duration = Duration::from_secs(5);
/// The longest interval that a server can ask for.
const MOST_INTERVAL: Duration = Duration::from_secs(120);
/// The longest sleep after which it is asked whether to go on.
const NAP: Duration = Duration::from_millis(250);
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A login that the user confirms on another device: show `user_code` and `verification_uri`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeviceLogin {
    /// What the user types in.
    pub user_code: String,
    /// Where the user types it in: short enough to be typed, too.
    pub verification_uri: String,
    /// The same address with the code in it, for a link or a QR code.
    pub verification_uri_complete: Option<String>,
    /// When the code ends.
    pub expires_at: SystemTime,
    interval: Duration,
    device_code: Secret,
}

impl Client {
    /// Asks for a code that the user confirms on another device.
    ///
    /// ```no_run
    /// # fn example(client: &authing::oauth2::Client) -> authing::Result<()> {
    /// let mut device = client.device_login(["profile"])?;
    /// println!("go to {} and type {}", device.verification_uri, device.user_code);
    /// let tokens = client.wait_for_device(&mut device, || true)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the server has no endpoint for it;
    /// [`ErrorKind::OAuth`](crate::ErrorKind::OAuth) when it refuses.
    pub fn device_login<S: AsRef<str>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<DeviceLogin> {
        let mut form = Form::new();
        let scopes = join(scopes);
        if !scopes.is_empty() {
            form.set("scope", scopes);
        }
        let secrets = self.secrets(&form);
        let answer = self.post(Endpoint::DeviceAuthorization, form, self.deadline())?;
        tokens::members(&answer, &secrets)
            .and_then(|members| {
                let text = |name| tokens::text(&members, name);
                let required = |name: &'static str| {
                    text(name)?.ok_or_else(|| tokens::misshapen(name, "is missing"))
                };
                let lifetime = tokens::seconds(&members, "expires_in")?
                    .ok_or_else(|| tokens::misshapen("expires_in", "is missing"))?;
                Ok(DeviceLogin {
                    user_code: required("user_code")?,
                    verification_uri: required("verification_uri")?,
                    verification_uri_complete: text("verification_uri_complete")?,
                    expires_at: self.now().checked_add(lifetime).unwrap_or(self.now()),
                    interval: tokens::seconds(&members, "interval")?
                        .unwrap_or(FIVE_SECONDS)
                        .min(MOST_INTERVAL),
                    device_code: required("device_code")?.into(),
                })
            })
            .map_err(|error| error.with_operation(Endpoint::DeviceAuthorization.operation()))
    }

    /// Asks once whether the user has confirmed: the tokens, or none if not yet. Ask again after
    /// [`DeviceLogin::interval`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OAuth`](crate::ErrorKind::OAuth) when the user refused (`access_denied`) or
    /// the time is over (`expired_token`); otherwise as [`tokens`](Self::tokens).
    pub fn poll_device(&self, device: &mut DeviceLogin) -> Result<Option<Tokens>> {
        if device.expires_at <= self.now() {
            let description = Some("the user did not confirm in time");
            return Err(ErrorAnswer::new("expired_token", description, None, &[]).into());
        }
        let grant = Grant::of_type(GRANT_TYPE).parameter("device_code", &device.device_code);
        match self.tokens(&grant) {
            Ok(tokens) => Ok(Some(tokens)),
            Err(error) => match ErrorAnswer::of(&error).map(|answer| answer.error.as_str()) {
                Some("authorization_pending") => Ok(None),
                Some("slow_down") => {
                    device.interval = (device.interval + FIVE_SECONDS).min(MOST_INTERVAL);
                    Ok(None)
                }
                // The server is busy or the line is bad (RFC 8628, section 3.5).
                _ if error.is_retryable() => {
                    device.interval = (device.interval * 2).clamp(FIVE_SECONDS, MOST_INTERVAL);
                    Ok(None)
                }
                _ => Err(error),
            },
        }
    }

    /// Waits until the user has confirmed. `go_on` is asked several times a second; when it says
    /// no, the result is none.
    ///
    /// # Errors
    ///
    /// As [`poll_device`](Self::poll_device).
    pub fn wait_for_device(
        &self,
        device: &mut DeviceLogin,
        mut go_on: impl FnMut() -> bool,
    ) -> Result<Option<Tokens>> {
        loop {
            let mut left = device.interval;
            while !left.is_zero() {
                if !go_on() {
                    return Ok(None);
                }
                let nap = left.min(NAP);
                thread::sleep(nap);
                left -= nap;
            }
            if !go_on() {
                return Ok(None);
            }
            if let Some(tokens) = self.poll_device(device)? {
                return Ok(Some(tokens));
            }
        }
    }
}

impl DeviceLogin {
    /// How long to wait before the next question. It grows when the server asks for it.
    pub fn interval(&self) -> Duration {
        self.interval
    }
}
