//! Logging in the user of a command-line program through his browser (RFC 8252).

mod listener;
mod page;

use std::time::{Duration, Instant};

use url::Url;

use self::listener::{Listener, Visit};
use self::page::Page;
use super::client::Client;
use super::login::{Login, Pending, no_id_token, with_openid};
use super::rules::Expected;
use super::tokens::Tokens;
use crate::error::{Error, ErrorKind, Result};
use crate::oauth2::{self, DeviceLogin};

const TIMEOUT: Duration = Duration::from_secs(300);

/// A login from the command line that is being put together.
#[derive(Clone, Debug)]
pub struct CliLogin<'a> {
    client: &'a Client,
    scopes: Vec<String>,
    parameters: Vec<(String, String)>,
    timeout: Duration,
}

impl Client {
    /// Logs in the user of a program that runs on his own machine: calls `open` with the URL to
    /// open in a browser, listens on the loopback interface until the browser comes back, and
    /// finishes the login.
    ///
    /// The redirect URI of the client is `http://127.0.0.1/callback` or `http://[::1]/callback`,
    /// with any path; a free port is added to it, as RFC 8252, section 7.3, wants providers to
    /// allow. With a port in it, that one is used. For a machine without a browser, see
    /// [`login_from_device`](Self::login_from_device).
    ///
    /// ```no_run
    /// # fn example(rp: &authing::oidc::Client) -> authing::Result<()> {
    /// let tokens = rp.login_from_cli(|url| println!("open {url} in your browser"))?;
    /// println!("hello {}", tokens.claims().sub);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the redirect URI is not one on the loopback interface;
    /// [`ErrorKind::Timeout`] when the user did not come back within five minutes; otherwise as
    /// [`finish`](Self::finish). What went wrong is shown in the browser too.
    pub fn login_from_cli(&self, open: impl FnOnce(&str)) -> Result<Tokens> {
        self.cli_login().run(open)
    }

    /// Logs in the user of a machine without a browser: `show` tells him where to confirm on
    /// another device, and with which code (RFC 8628). `go_on` is asked several times a second; when
    /// it says no, the result is none.
    ///
    /// ```no_run
    /// # fn example(rp: &authing::oidc::Client) -> authing::Result<()> {
    /// let show = |device: &authing::oauth2::DeviceLogin| {
    ///     println!("go to {} and type {}", device.verification_uri, device.user_code);
    /// };
    /// if let Some(tokens) = rp.login_from_device(["profile"], show, || true)? {
    ///     println!("hello {}", tokens.claims().sub);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the provider has no endpoint for it; [`ErrorKind::OAuth`] when
    /// the user refused (`access_denied`) or did not confirm in time (`expired_token`);
    /// [`ErrorKind::Verification`] when the ID token is not to be trusted.
    pub fn login_from_device<S: Into<String>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
        show: impl FnOnce(&DeviceLogin),
        go_on: impl FnMut() -> bool,
    ) -> Result<Option<Tokens>> {
        let mut device = self.oauth().device_login(with_openid(scopes))?;
        show(&device);
        let Some(tokens) = self.oauth().wait_for_device(&mut device, go_on)? else {
            return Ok(None);
        };
        let id_token = tokens.id_token.clone().ok_or_else(no_id_token)?;
        let expected = Expected::new().access_token(&tokens.access_token);
        let claims = self.verify_id_token(id_token.expose(), &expected)?;
        Ok(Some(Tokens::new(tokens, id_token, claims)))
    }

    /// Puts a login from the command line together.
    pub fn cli_login(&self) -> CliLogin<'_> {
        CliLogin { client: self, scopes: Vec::new(), parameters: Vec::new(), timeout: TIMEOUT }
    }
}

impl CliLogin<'_> {
    /// What to ask for beside `openid`. Defaults to nothing more.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets any other parameter of the login, such as `prompt`.
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// How long to wait for the user. Defaults to five minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Calls `open` with the URL, and waits for the user.
    ///
    /// # Errors
    ///
    /// As [`Client::login_from_cli`].
    pub fn run(self, open: impl FnOnce(&str)) -> Result<Tokens> {
        let redirect_uri = loopback(self.client.redirect_uri())?;
        let listener = Listener::bind(&redirect_uri)?;
        let redirect_uri = listener.redirect_uri().to_owned();
        let mut login = self.client.login_at(redirect_uri).scopes(self.scopes);
        for (name, value) in &self.parameters {
            login = login.parameter(name, value);
        }
        let Login { url, pending } = login.start();
        open(&url);
        finish(self.client, &listener, pending, self.timeout)
    }
}

/// Answers the browser until it brings the callback of this login.
fn finish(
    client: &Client,
    listener: &Listener,
    pending: Pending,
    timeout: Duration,
) -> Result<Tokens> {
    let start = Instant::now();
    loop {
        let left = timeout.saturating_sub(start.elapsed());
        let Some(visit) = listener.next(left) else {
            let reason = format!("the user did not come back from the browser within {timeout:?}");
            return Err(Error::new(ErrorKind::Timeout, reason).with_operation("login"));
        };
        if !is_callback(&visit, &pending) {
            visit.turn_away();
            continue;
        }
        let outcome = client.finish(&visit.parameters, pending);
        visit.answer(&match &outcome {
            Ok(_) => Page::done(),
            Err(error) => Page::failed(error),
        });
        return outcome;
    }
}

/// Whether a visitor brings an answer to this login: whatever else looks at the port is not heard.
fn is_callback(visit: &Visit, pending: &Pending) -> bool {
    visit.is_at_the_callback && oauth2::state(&visit.parameters).as_deref() == Some(pending.state())
}

/// The redirect URI, if it is one on the loopback interface.
fn loopback(redirect_uri: &str) -> Result<Url> {
    let refused = |reason| Error::config("redirect_uri", reason);
    let url =
        Url::parse(redirect_uri).map_err(|e| refused(format!("is no URL ({e})")).with_source(e))?;
    let is_loopback = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() == "http" && is_loopback {
        true => Ok(url),
        false => Err(refused(
            "is not on this machine: expected one such as `http://127.0.0.1/callback`".to_owned(),
        )),
    }
}
