//! The addresses that browsers are sent to.

use url::form_urlencoded::byte_serialize;

use super::client::Client;

/// A login, as the URL to send the browser to (CAS 3.0, 2.1.1). Made by
/// [`Client::login`](super::Client::login).
///
/// ```
/// use authing::cas::{Client, ResponseMethod};
///
/// let sso = Client::new("https://sso.example.edu/cas", "https://me.example/cas?a=b")?;
/// assert_eq!(
///     sso.login().renew().method(ResponseMethod::Post).url(),
///     "https://sso.example.edu/cas/login?service=https%3A%2F%2Fme.example%2Fcas%3Fa%3Db\
///      &renew=true&method=POST"
/// );
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Login<'a> {
    client: &'a Client,
    prompt: Prompt,
    method: Option<ResponseMethod>,
}

/// The two exclude each other (CAS 3.0, 2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prompt {
    IfNeeded,
    Always,
    Never,
}

/// How the ticket comes back (CAS 3.0, 2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseMethod {
    /// In the query of the service's URL, by a redirect: the usual way.
    Get,
    /// In a form that the browser posts to the service, out of logs and of the browser's history:
    /// read it with [`Callback::parse_form`](super::Callback::parse_form).
    Post,
}

impl<'a> Login<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        let prompt = if client.options().renew { Prompt::Always } else { Prompt::IfNeeded };
        Self { client, prompt, method: None }
    }

    /// Asks for a password even if there is single sign-on. To be sure that this was done set
    /// [`ClientOptions::renew`](super::ClientOptions::renew), which has the ticket checked for it.
    /// Defaults to that option.
    pub fn renew(mut self) -> Self {
        self.prompt = Prompt::Always;
        self
    }

    /// Asks the user nothing: the browser comes back with a ticket if there is single sign-on, and
    /// without one if not. Remember that you have tried, or it goes around in circles. Of this and
    /// [`renew`](Self::renew) the last counts, but the client's option is not undone. Defaults to
    /// asking.
    pub fn gateway(mut self) -> Self {
        if !self.client.options().renew {
            self.prompt = Prompt::Never;
        }
        self
    }

    /// How the ticket comes back. Defaults to the server's way, [`ResponseMethod::Get`].
    pub fn method(mut self, method: ResponseMethod) -> Self {
        self.method = Some(method);
        self
    }

    /// The URL.
    pub fn url(&self) -> String {
        let service = Some(("service", self.client.service()));
        let prompt = match self.prompt {
            Prompt::IfNeeded => None,
            Prompt::Always => Some(("renew", "true")),
            Prompt::Never => Some(("gateway", "true")),
        };
        let method = self.method.map(|method| match method {
            ResponseMethod::Get => ("method", "GET"),
            ResponseMethod::Post => ("method", "POST"),
        });
        let endpoint = self.client.endpoint(&self.client.options().login_endpoint, "/login");
        with_query(&endpoint, [service, prompt, method].into_iter().flatten())
    }
}

/// A logout, as the URL to send the browser to (CAS 3.0, 2.3). Made by
/// [`Client::logout`](super::Client::logout).
///
/// ```
/// let sso = authing::cas::Client::new("https://sso.example.edu/cas", "https://me.example/cas")?;
/// assert_eq!(
///     sso.logout().service("https://me.example/bye").url(),
///     "https://sso.example.edu/cas/logout?service=https%3A%2F%2Fme.example%2Fbye"
/// );
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Logout<'a> {
    client: &'a Client,
    service: Option<String>,
    page: Option<String>,
}

impl<'a> Logout<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client, service: None, page: None }
    }

    /// Where the browser goes afterwards, if the server knows the address (parameter `service`,
    /// CAS 3.0, 2.3.1). Defaults to staying at the server.
    pub fn service(mut self, url: impl Into<String>) -> Self {
        self.service = Some(url.into());
        self
    }

    /// An address that the server's page links to, or sends the browser to: the parameter `url` of
    /// CAS 1.0 and 2.0, which Authing apps have too. Defaults to none.
    pub fn page(mut self, url: impl Into<String>) -> Self {
        self.page = Some(url.into());
        self
    }

    /// The URL.
    pub fn url(&self) -> String {
        let service = self.service.as_deref().map(|url| ("service", url));
        let page = self.page.as_deref().map(|url| ("url", url));
        let endpoint = self.client.endpoint(&self.client.options().logout_endpoint, "/logout");
        with_query(&endpoint, [service, page].into_iter().flatten())
    }
}

/// An endpoint with parameters, each value encoded so that it comes out as it went in.
pub(super) fn with_query<'a>(
    endpoint: &str,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut url = endpoint.to_owned();
    for (index, (name, value)) in parameters.into_iter().enumerate() {
        url.push(if index == 0 { '?' } else { '&' });
        url.push_str(name);
        url.push('=');
        url.extend(byte_serialize(value.as_bytes()));
    }
    url
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::cas::ClientOptions;

    fn client() -> Client {
        Client::new("https://sso.example/cas/", "https://me.example/cas").unwrap()
    }

    #[test]
    fn the_service_comes_out_of_the_url_byte_for_byte() {
        for service in [
            "https://me.example",
            "https://me.example/",
            "HTTPS://ME.example:443/a/../b?x=1&y=%20+%2B&x=2#f?g",
            "https://me.example/é?中=文&a[]=1;2",
            "https://me.example/?renew=true&gateway=true&service=https://evil.example",
        ] {
            let client = client().for_service(service).unwrap();
            let url = Url::parse(&client.login_url()).unwrap();
            let pairs: Vec<_> = url.query_pairs().into_owned().collect();
            assert_eq!(pairs, [("service".to_owned(), service.to_owned())]);
            assert_eq!(url.path(), "/cas/login");
            assert_eq!(url.fragment(), None);
        }
    }

    #[test]
    fn of_renew_and_gateway_there_is_one() {
        let client = client();
        let base = "https://sso.example/cas/login?service=https%3A%2F%2Fme.example%2Fcas";
        assert_eq!(client.login().url(), base);
        assert_eq!(client.login().renew().url(), format!("{base}&renew=true"));
        assert_eq!(client.login().gateway().url(), format!("{base}&gateway=true"));
        assert_eq!(client.login().gateway().renew().url(), format!("{base}&renew=true"));
        assert_eq!(client.login().renew().gateway().url(), format!("{base}&gateway=true"));

        let options = ClientOptions::new("https://sso.example/cas", "https://me.example/cas");
        let strict = Client::with_options(options.renew(true)).unwrap();
        assert_eq!(strict.login_url(), format!("{base}&renew=true"));
        assert_eq!(strict.login().gateway().url(), format!("{base}&renew=true"));
    }

    #[test]
    fn logout_has_either_parameter_or_none() {
        let client = client();
        let base = "https://sso.example/cas/logout";
        assert_eq!(client.logout_url(), base);
        let to = "https://me.example/?a=b&c=d";
        let encoded = "https%3A%2F%2Fme.example%2F%3Fa%3Db%26c%3Dd";
        assert_eq!(client.logout().service(to).url(), format!("{base}?service={encoded}"));
        assert_eq!(client.logout().page(to).url(), format!("{base}?url={encoded}"));
    }

    #[test]
    fn endpoints_can_be_elsewhere() {
        let options = ClientOptions::new("https://sso.example/cas", "https://me.example/cas")
            .login_endpoint("https://login.example/")
            .logout_endpoint("https://sso.example/out");
        let client = Client::with_options(options).unwrap();
        assert!(client.login_url().starts_with("https://login.example?service="));
        assert_eq!(client.logout_url(), "https://sso.example/out");
    }
}
