//! The client: what is set once, and how its requests are sent.

use std::sync::Arc;
use std::time::SystemTime;

use http::{Request, Response};

use super::options::{Checked, ClientOptions};
use crate::error::Result;
use crate::http::{Call, Http};
use crate::oauth2::{self, Form, TIMEOUT};
use crate::secret::Secret;

/// A client of jAccount. Make it once and clone it freely; threads can share it.
///
/// ```no_run
/// use authing::jaccount::Client;
///
/// let sjtu = Client::new("client-id", "client-secret", "https://me.example/jaccount/auth")?;
/// let login = sjtu.login().scopes(["openid", "lessons"]).start();
/// // Send the browser to `login.url`, keep `login.pending`; when the browser comes back:
/// # let callback_url = "";
/// let tokens = sjtu.finish(callback_url, login.pending)?;
/// for lesson in sjtu.lessons(tokens.access_token())? {
///     println!("{:?}", lesson.name);
/// }
/// println!("to log out, go to {}", sjtu.logout_url("https://me.example/", None));
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: Checked,
    oauth: oauth2::Client,
    http: Http,
}

impl Client {
    /// A client of the university's own servers. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when one of the three is empty or
    /// `redirect_uri` is no URL.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        redirect_uri: impl Into<String>,
    ) -> Result<Self> {
        Self::with_options(ClientOptions::new(client_id, client_secret, redirect_uri))
    }

    /// A client with options. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) with the option's name.
    pub fn with_options(options: ClientOptions) -> Result<Self> {
        let http = Http::new(&options.http, TIMEOUT)?;
        let options = options.checked()?;
        let (metadata, oauth) = (options.metadata.clone(), options.oauth.clone());
        let oauth = oauth2::Client::with_http(metadata, oauth, http.clone())?;
        Ok(Self { shared: Arc::new(Shared { options, oauth, http }) })
    }

    /// The client's id at jAccount.
    pub fn client_id(&self) -> &str {
        self.oauth().client_id()
    }

    /// The OAuth side of the client, for grants with parameters of their own.
    pub fn oauth(&self) -> &oauth2::Client {
        &self.shared.oauth
    }

    /// Where to send the browser to end the user's session at jAccount, and with it the cookies
    /// because of which the next login would not ask for a password.
    ///
    /// The browser comes back to `redirect_uri`, usually not the one of the login, with `state` if
    /// there is one.
    ///
    /// ```
    /// use authing::jaccount::Client;
    ///
    /// let sjtu = Client::new("client-id", "client-secret", "https://me.example/auth")?;
    /// assert_eq!(
    ///     sjtu.logout_url("https://me.example/", Some("bye")),
    ///     "https://jaccount.sjtu.edu.cn/oauth2/logout?client_id=client-id\
    ///      &post_logout_redirect_uri=https%3A%2F%2Fme.example%2F&state=bye",
    /// );
    /// # Ok::<(), authing::Error>(())
    /// ```
    pub fn logout_url(&self, redirect_uri: &str, state: Option<&str>) -> String {
        let mut form = Form::new();
        form.set("client_id", self.client_id());
        form.set("post_logout_redirect_uri", redirect_uri);
        form.set_some("state", state);
        form.append_to(&self.options().logout_url)
    }

    /// The same with `post_logout_redirect_uri` alone, as the Python package oauth-jaccount 0.1.5
    /// sends it.
    pub fn bare_logout_url(&self, redirect_uri: &str) -> String {
        let mut form = Form::new();
        form.set("post_logout_redirect_uri", redirect_uri);
        form.append_to(&self.options().logout_url)
    }

    pub(super) fn options(&self) -> &Checked {
        &self.shared.options
    }

    pub(super) fn now(&self) -> SystemTime {
        self.oauth().now()
    }

    pub(super) fn send(
        &self,
        operation: &str,
        request: Request<Vec<u8>>,
        repeatable: bool,
    ) -> Result<Response<Vec<u8>>> {
        let http = &self.shared.http;
        let call = Call { operation, request, repeatable, deadline: http.deadline() };
        http.send(&call).map_err(|error| error.with_operation(operation))
    }
}
